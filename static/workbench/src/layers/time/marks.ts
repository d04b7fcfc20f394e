/** Regions of a clip as marks on its time: segments, and instants without length. */

import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import { signOf, type Scene, type Sign } from "../../core/tool";
import type { Region } from "../../core/types";
import { Stretches, type Timed } from "../../geometry/timeline";

export interface TimeMark extends Timed {
  readonly id: string;
  readonly isInstant: boolean;
  /** From 0 on; null lies on all channels. */
  readonly channel: number | null;
  readonly color: string;
  readonly name: string;
  readonly key: string;
  /** Offered, not taken. */
  readonly dashed: boolean;
  readonly lane: number;
  /** Whether it breaks a rule, and how badly. */
  readonly sign: Sign;
}

export interface Lane {
  readonly name: string;
  readonly color: string;
}

export interface Marks {
  readonly found: Stretches<TimeMark>;
  readonly lanes: readonly Lane[];
}

const MOST_LANES = 8;
const MARKED = new Set(["segment", "instant"]);

/** The marks of a scene; `channels` are their names where they have any. Each label that occurs has its lane, and so has the one that is drawn with. */
export function marksOf(scene: Scene, channels: readonly string[] = []): Marks {
  const own = scene.regions.filter((one) => MARKED.has(one.kind));
  const offered = scene.suggested.map(({ region }) => region).filter((one) => MARKED.has(one.kind));
  const names = laneNames(scene, [...own, ...offered]);
  const lanes = names.map((name) => laneOf(scene, name));
  const places = new Map(names.map((name, index) => [name, Math.min(index, MOST_LANES - 1)]));
  const mark = (region: Region, dashed: boolean): TimeMark[] => markOf(scene, region, dashed, places, channels);
  const all = [...own.flatMap((one) => mark(one, false)), ...offered.flatMap((one) => mark(one, true))];
  return { found: new Stretches(all), lanes: lanes.slice(0, MOST_LANES) };
}

function laneKey(question: string, label: string | undefined): string {
  return `${question}/${label ?? ""}`;
}

/** In the order of the schema, so that a lane never jumps. */
function laneNames(scene: Scene, regions: readonly Region[]): string[] {
  const used = new Set(regions.map((one) => laneKey(one.question, one.label)));
  const { brush } = scene;
  if (brush) used.add(laneKey(brush.question, brush.label));
  const known = scene.schema.questions.flatMap(({ name, labels }) => labels.map(({ key }) => laneKey(name, key)));
  const order = known.filter((name) => used.has(name));
  return [...order, ...[...used].filter((name) => !known.includes(name))];
}

function laneOf(scene: Scene, name: string): Lane {
  const [question = "", label = ""] = name.split("/");
  const found = labelOf(scene.schema, question, label);
  return { name: found?.name ?? label, color: found?.color ?? UNKNOWN_COLOR };
}

function markOf(scene: Scene, region: Region, dashed: boolean, lanes: ReadonlyMap<string, number>, channels: readonly string[]): TimeMark[] {
  if (region.kind !== "segment" && region.kind !== "instant") return [];
  const label = labelOf(scene.schema, region.question, region.label);
  const [start, end] = region.kind === "segment" ? [region.at.start, region.at.end] : [region.at.t, region.at.t];
  return [{
    id: region.id, start, end, dashed,
    isInstant: region.kind === "instant",
    channel: channelOf(region, channels),
    color: label?.color ?? UNKNOWN_COLOR,
    name: label?.name ?? region.label,
    key: label?.hotkey ?? "",
    lane: lanes.get(laneKey(region.question, region.label)) ?? 0,
    sign: signOf(scene.broken?.get(region.id)),
  }];
}

export function channelOf(region: Region, channels: readonly string[] = []): number | null {
  const name = region.on?.channel;
  if (name !== undefined && channels.includes(name)) return channels.indexOf(name);
  const number = Number(name);
  return Number.isInteger(number) && number > 0 ? number - 1 : null;
}

/** What a new region says of its channel. */
export function onChannel(channel: number | null): { readonly on?: Readonly<Record<string, string>> } {
  return channel === null ? {} : { on: { channel: String(channel + 1) } };
}
