/**
 * Changing tracks: keys set and taken away, what is out of the picture or covered, cutting one in two, making
 * one of two. Each returns a new track, or null where none would be left.
 */

import { keyBefore, shapeAt, type TrackKey, type TrackPlace } from "./tracks";
import { tenThousandth, type Timed } from "./timeline";

type Flag = "outside" | "occluded";
type Keys = readonly TrackKey[];

function withKeys(track: TrackPlace, keys: Keys): TrackPlace | null {
  // Before its first key an object is not there: keys that say so again say nothing.
  const first = keys.findIndex((key) => !key.outside);
  return first < 0 ? null : ({ of: track.of, keys: keys.slice(first) } as TrackPlace);
}

function flagged(key: TrackKey, flag: Flag, is: boolean): TrackKey {
  const { [flag]: _, ...bare } = key;
  return is ? { ...bare, [flag]: true } : bare;
}

function put(keys: Keys, key: TrackKey): Keys {
  const at = keyBefore(keys, key.t);
  const replaces = keys[at]?.t === key.t;
  return [...keys.slice(0, replaces ? at : at + 1), key, ...keys.slice(at + 1)];
}

/** The key at a moment. */
export function keyAt(track: TrackPlace, t: number): TrackKey | null {
  const key = track.keys[keyBefore(track.keys, t)];
  return key?.t === t ? key : null;
}

/** The keys next to a moment on either side. */
export function keysAround(track: TrackPlace, t: number): { readonly before: TrackKey | null; readonly after: TrackKey | null } {
  const at = keyBefore(track.keys, t);
  const here = track.keys[at]?.t === t;
  return { before: track.keys[here ? at - 1 : at] ?? null, after: track.keys[at + 1] ?? null };
}

/** What would be there if the object were in the picture: its shape now, or the nearest one it had or will have. */
function shapeNear(track: TrackPlace, t: number): TrackKey["at"] {
  const shown = shapeAt(track, t);
  if (shown) return shown.at;
  const key = track.keys[Math.max(0, keyBefore(track.keys, t))] as TrackKey;
  return key.at;
}

/** The object has this shape at the moment, and is in the picture; what was said of being covered goes on. */
export function withKey(track: TrackPlace, t: number, at: TrackKey["at"]): TrackPlace {
  const time = tenThousandth(t);
  const before = track.keys[keyBefore(track.keys, time)];
  const key: TrackKey = { t: time, at, ...(before?.occluded ? { occluded: true } : {}) };
  return { of: track.of, keys: put(track.keys, key) } as TrackPlace;
}

/** A key where there was none, with what is seen there. */
export function withHeldKey(track: TrackPlace, t: number): TrackPlace {
  return withKey(track, t, shapeNear(track, tenThousandth(t)));
}

export function withoutKey(track: TrackPlace, t: number): TrackPlace | null {
  return withKeys(track, track.keys.filter((key) => key.t !== t));
}

/**
 * From the moment to the next key the object is out of the picture, or covered; or it is not, any more. Before its
 * first key it is not there, and the track stays the same one.
 */
export function withFlag(track: TrackPlace, t: number, flag: Flag, is: boolean): TrackPlace | null {
  const time = tenThousandth(t);
  const before = track.keys[keyBefore(track.keys, time)];
  if (!before) return track;
  const key: TrackKey = { ...before, t: time, at: shapeNear(track, time) };
  const set = flagged(key, flag, is);
  // What is not in the picture is covered by nothing.
  return withKeys(track, put(track.keys, set.outside ? flagged(set, "occluded", false) : set));
}

/** Whether a flag is set at a moment. */
export function isFlagged(track: TrackPlace, t: number, flag: Flag): boolean {
  return track.keys[keyBefore(track.keys, t)]?.[flag] === true;
}

/**
 * Two tracks that show together what one showed: the first up to the moment, the second from it on. Null where
 * one of them would show nothing.
 */
export function split(track: TrackPlace, t: number): readonly [TrackPlace, TrackPlace] | null {
  const time = tenThousandth(t);
  const at = keyBefore(track.keys, time);
  const here = track.keys[at];
  if (!here) return null;
  const shown = shapeAt(track, time);
  const meeting: TrackKey = { ...here, t: time, at: shapeNear(track, time) };
  const before = track.keys.slice(0, here.t === time ? at : at + 1);
  const after = track.keys.slice(at + 1);
  const first = withKeys(track, shown || !before.at(-1)?.outside ? [...before, flagged(flagged(meeting, "occluded", false), "outside", true)] : before);
  const second = withKeys(track, shown ? [meeting, ...after] : after);
  return first && second ? [first, second] : null;
}

/**
 * One track with the keys of both. At the same moment the first one's key counts; where one says the object is
 * out of the picture while the other, between its own keys, shows it, it is shown. Null for different shapes.
 */
export function merge(first: TrackPlace, second: TrackPlace): TrackPlace | null {
  if (first.of !== second.of) return null;
  const byTime = new Map<number, TrackKey>();
  for (const [own, other] of [[second, first], [first, second]] as const) {
    for (const key of own.keys) {
      if (!(key.outside && isSpannedBy(other, key.t))) byTime.set(key.t, key);
    }
  }
  return withKeys(first, [...byTime.values()].sort((a, b) => a.t - b.t));
}

/** Whether a moment lies between the keys of a track, and the object is seen then. */
function isSpannedBy(track: TrackPlace, t: number): boolean {
  const last = track.keys.at(-1)?.t ?? -1;
  return t <= last && shapeAt(track, t) !== null;
}

/** When the object is in the picture, in order; the last stretch lasts to the end of the clip. */
export function seenIn(track: TrackPlace, end: number): Timed[] {
  const stretches: { start: number; end: number }[] = [];
  track.keys.forEach((key, index) => {
    if (key.outside) return;
    const until = track.keys[index + 1]?.t ?? Math.max(end, key.t);
    const last = stretches.at(-1);
    if (last?.end === key.t && index > 0) last.end = until;
    else stretches.push({ start: key.t, end: until });
  });
  return stretches;
}

/** From when the object is first seen to when it is last seen. */
export function lifetimeOf(track: TrackPlace, end: number): Timed {
  const seen = seenIn(track, end);
  return { start: seen[0]?.start ?? 0, end: seen.at(-1)?.end ?? 0 };
}
