/** What is known of a clip, and the table of its frames. */

import { assetOf } from "../../core/assets";
import type { Item } from "../../core/types";
import { Frames } from "../../geometry/frames";

export interface Clip {
  readonly seconds: number;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** Frames a second on average. */
  readonly rate: number;
  /** The rate changes on the way. */
  readonly isVariable: boolean;
  /** What the video element plays. */
  readonly url: string;
}

export function clipOf(item: Item): Clip {
  const original = assetOf(item, "original");
  const number = (name: string): number => (typeof original?.facts?.[name] === "number" ? original.facts[name] : 0);
  return {
    seconds: number("seconds"),
    channels: 1,
    width: original?.width || number("width") || 1,
    height: original?.height || number("height") || 1,
    rate: number("frame_rate"),
    isVariable: original?.facts?.variable === true,
    url: assetOf(item, "playable", "original")?.url ?? "",
  };
}

const ready = new Map<string, Promise<Frames>>();

/** The table of frames, fetched once. A failed one is forgotten, so that it can be tried again. */
export function loadFrames(item: Item): Promise<Frames> {
  const known = ready.get(item.id);
  if (known) return known;
  const loading = fetchFrames(assetOf(item, "frames")?.url ?? "");
  ready.set(item.id, loading);
  loading.catch(() => ready.delete(item.id));
  return loading;
}

export function forgetFrames(item: Item): void {
  ready.delete(item.id);
}

async function fetchFrames(url: string): Promise<Frames> {
  if (!url) throw new Error("The clip has no table of frames");
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The table of frames was answered with ${response.status}`);
  return Frames.read(await response.arrayBuffer());
}
