/** What lies on the time line of a video and where: a ruler, a lane a label for marks, a lane a track. */

import { placed } from "../../core/regions";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import { signOf, type Scene, type Sign } from "../../core/tool";
import type { Region } from "../../core/types";
import { lifetimeOf, seenIn } from "../../geometry/trackEdits";
import type { TrackPlace } from "../../geometry/tracks";
import type { Rect, Size } from "../../geometry/rect";
import type { Timed } from "../../geometry/timeline";

export interface TrackLane extends Timed {
  readonly id: string;
  readonly place: TrackPlace;
  readonly seen: readonly Timed[];
  readonly color: string;
  /** Its number in the list of regions, and its label. */
  readonly name: string;
  /** Offered, not taken. */
  readonly dashed: boolean;
  /** Whether it breaks a rule, and how badly. */
  readonly sign: Sign;
}

export interface Layout {
  readonly stage: Size;
  /** Left of this stand names. */
  readonly gutter: number;
  readonly ruler: Rect;
  /** All that scrolls. */
  readonly body: Rect;
  readonly marks: number;
  readonly tracks: number;
}

export const ROW = 22;
const RULER = 22;
const WIDE = 640;
const GUTTER = 124;
const EDGE = 12;

export function layoutOf(stage: Size, marks: number, tracks: number): Layout {
  const gutter = stage.width >= WIDE ? GUTTER : 6;
  const width = Math.max(40, stage.width - gutter - EDGE);
  return {
    stage, gutter, marks, tracks,
    ruler: { x: gutter, y: 0, w: width, h: RULER },
    body: { x: gutter, y: RULER, w: width, h: Math.max(0, stage.height - RULER) },
  };
}

/** How high a time line is that would like to be so high; lanes that do not fit are scrolled. */
export function heightFor(wished: number): number {
  return Math.round(Math.min(Math.max(wished, RULER + 2 * ROW + 8), RULER + 9 * ROW + 8));
}

/** How far the lanes can be scrolled. */
export function mostScroll({ body, marks, tracks }: Layout): number {
  return Math.max(0, (marks + tracks) * ROW + 4 - body.h);
}

/** The lane at a height, counted from the first one of the marks; null outside all. */
export function rowAt({ body, marks, tracks }: Layout, y: number, scroll: number): number | null {
  if (y < body.y || y > body.y + body.h) return null;
  const row = Math.floor((y - body.y + scroll) / ROW);
  return row < marks + tracks ? row : null;
}

export function rectOf({ body }: Layout, row: number, scroll: number): Rect {
  return { x: body.x, y: body.y + row * ROW - scroll + 2, w: body.w, h: ROW - 4 };
}

/** The first and the last lane that can be seen. */
export function rowsSeen({ body, marks, tracks }: Layout, scroll: number): readonly [number, number] {
  return [Math.max(0, Math.floor(scroll / ROW)), Math.min(marks + tracks - 1, Math.floor((scroll + body.h) / ROW))];
}

/** The tracks of a scene, the earliest first; those of one place in time stay in the order of the answer. */
export function trackLanes(scene: Scene, seconds: number): TrackLane[] {
  const lanes = [
    ...placed(scene.regions).flatMap((region, index) => laneOf(scene, region, seconds, index + 1)),
    ...scene.suggested.flatMap(({ region }) => laneOf(scene, region, seconds, null)),
  ];
  return lanes.sort((a, b) => a.start - b.start);
}

/** Tracks change one at a time: what was worked out for one is kept with its place. */
const known = new WeakMap<TrackPlace, { readonly seconds: number; readonly seen: readonly Timed[]; readonly life: Timed }>();

function laneOf(scene: Scene, region: Region, seconds: number, number: number | null): TrackLane[] {
  if (region.kind !== "track") return [];
  let about = known.get(region.at);
  if (about?.seconds !== seconds) {
    about = { seconds, seen: seenIn(region.at, seconds), life: lifetimeOf(region.at, seconds) };
    known.set(region.at, about);
  }
  const label = labelOf(scene.schema, region.question, region.label);
  const name = label?.name ?? region.label;
  return [{
    id: region.id, place: region.at, seen: about.seen, dashed: number === null, ...about.life,
    sign: signOf(scene.broken?.get(region.id)),
    color: label?.color ?? UNKNOWN_COLOR, name: number === null ? `${name}?` : `${String(number).padStart(2, "0")} ${name}`,
  }];
}
