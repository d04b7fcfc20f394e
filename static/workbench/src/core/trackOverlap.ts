/** How much two tracks have in common over time. */

import { shapeAt } from "../geometry/tracks";
import { intersectionOverUnion, wide } from "./overlap";
import type { TrackRegion } from "./types";

/** How long the last shape of a track counts, whose end nobody said. */
const HELD_SECONDS = 1;

/** Shared area over joint area while either object is seen, between the keys of both as in their middle. */
export function tracksOverlap(a: TrackRegion, b: TrackRegion): number {
  const times = [...new Set([...a.at.keys, ...b.at.keys].map((key) => key.t))].sort((one, other) => one - other);
  let [shared, either] = [0, 0];
  times.forEach((from, index) => {
    const long = (times[index + 1] ?? from + HELD_SECONDS) - from;
    const [one, other] = [a, b].map((track) => shapeAt(track.at, from + long / 2));
    if (one || other) either += long;
    if (one && other && one.kind === other.kind) shared += long * intersectionOverUnion(wide(one), wide(other));
  });
  return either > 0 ? shared / either : 0;
}
