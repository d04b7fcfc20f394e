/**
 * Tracks: one object through a video, as the shape it has at some moments, its keys.
 *
 * Between two keys its numbers run evenly, angles along the shorter way; polygons, polylines and skeletons
 * point by point where both keys have the same points, otherwise the earlier shape is held. After the last
 * key it stays as it is, and before the first one it is not there. `tests/vectors/tracks.json` holds both
 * sides to the same numbers.
 */

import { settled, settledAngle, type Pair, type Placed, type PlaceOf, type Ring, type ShapeKind, type SkeletonPlace } from "./places";
import { thousandth, type Rect } from "./rect";
import { tenThousandth } from "./timeline";

/** The kinds of shapes that can be followed through a video. */
export type TrackedKind = Exclude<ShapeKind, "mask">;

export interface TrackKey<Kind extends TrackedKind = TrackedKind> {
  /** Seconds, rounded to 1/10,000. */
  readonly t: number;
  readonly at: PlaceOf[Kind];
  /** From here to the next key it is not in the picture. */
  readonly outside?: true;
  /** From here to the next key something stands before it: its place is a guess. */
  readonly occluded?: true;
}

/** Keys in rising order of time, at least one. */
export type TrackPlace = {
  readonly [Kind in TrackedKind]: { readonly of: Kind; readonly keys: readonly TrackKey<Kind>[] };
}[TrackedKind];

/** A shape as it is seen at a moment. */
export type TrackShape = Extract<Placed, { readonly kind: TrackedKind }> & { readonly occluded: boolean };

/** The track as it is written: in rising order; of keys at one moment, the one said last. */
export function settledTrack(track: TrackPlace): TrackPlace {
  const byTime = new Map<number, TrackKey>();
  for (const { t, at, outside, occluded } of track.keys) {
    const time = tenThousandth(t);
    const place = settled({ kind: track.of, at } as Placed) as TrackKey["at"];
    byTime.set(time, { t: time, at: place, ...(outside ? { outside } : {}), ...(occluded ? { occluded } : {}) });
  }
  const keys = [...byTime.values()].sort((a, b) => a.t - b.t);
  return { of: track.of, keys } as TrackPlace;
}

/** The number of the last key at or before a moment; -1 where there is none. */
export function keyBefore(keys: readonly TrackKey[], t: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as TrackKey).t <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** What the object looks like `t` seconds into the video; null where it is not in the picture. */
export function shapeAt(track: TrackPlace, t: number): TrackShape | null {
  const keys: readonly TrackKey[] = track.keys;
  const number = keyBefore(keys, t);
  const key = keys[number];
  if (!key || key.outside) return null;
  const after = keys[number + 1];
  const at = after && key.t !== t ? between(track.of, key, after, t) : key.at;
  return { kind: track.of, at, occluded: key.occluded === true } as TrackShape;
}

function between(kind: TrackedKind, key: TrackKey, after: TrackKey, t: number): TrackKey["at"] {
  const share = (t - key.t) / (after.t - key.t);
  const step = <Place>(): readonly [Place, Place] => [key.at as Place, after.at as Place];
  switch (kind) {
    case "polygon": {
      const [one, other] = step<PlaceOf["polygon"]>();
      const same = one.rings.length === other.rings.length && one.rings.every((ring, n) => ring.length === other.rings[n]?.length);
      return same ? { rings: one.rings.map((ring, n) => points(ring, other.rings[n] as Ring, share)) } : one;
    }
    case "polyline": {
      const [one, other] = step<PlaceOf["polyline"]>();
      return one.points.length === other.points.length ? { points: points(one.points, other.points, share) } : one;
    }
    case "skeleton":
      return skeleton(...step<SkeletonPlace>(), share);
    case "rotated_box":
    case "ellipse": {
      const [one, other] = step<PlaceOf["rotated_box"]>();
      return { ...numbers(one, other, share), angle: angle(one.angle, other.angle, share, kind === "ellipse" ? 180 : 360) };
    }
    case "box":
    case "point":
      return numbers(...step<Rect>(), share);
  }
}

function number(one: number, other: number, share: number): number {
  return thousandth(one + (other - one) * share);
}

function numbers<Place extends object>(one: Place, other: Place, share: number): Place {
  const names = Object.keys(one) as (keyof Place)[];
  return Object.fromEntries(names.map((name) => [name, number(one[name] as number, other[name] as number, share)])) as Place;
}

function points(one: Ring, other: Ring, share: number): Ring {
  return one.map(([x, y], n) => {
    const [toX, toY] = other[n] as Pair;
    return [number(x, toX, share), number(y, toY, share)] as const;
  });
}

/** Along the shorter way; half a turn goes clockwise. */
function angle(one: number, other: number, share: number, turn: number): number {
  const way = other - one - turn * Math.floor((other - one) / turn);
  return settledAngle(one + (way > turn / 2 ? way - turn : way) * share, turn);
}

function skeleton({ joints }: SkeletonPlace, { joints: others }: SkeletonPlace, share: number): SkeletonPlace {
  const names = Object.keys(joints);
  if (names.length !== Object.keys(others).length || names.some((name) => !Object.hasOwn(others, name))) return { joints };
  const moved = Object.entries(joints).map(([name, { x, y, hidden }]) => {
    const to = others[name] as { readonly x: number; readonly y: number };
    return [name, { x: number(x, to.x, share), y: number(y, to.y, share), ...(hidden ? { hidden } : {}) }] as const;
  });
  return { joints: Object.fromEntries(moved) };
}
