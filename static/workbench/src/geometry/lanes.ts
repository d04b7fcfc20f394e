/** Nested and overlapping spans: which lane each is drawn in, and which one lies under a position. */

import type { Stretch } from "./segments";

/**
 * A lane for every stretch, in the order given: 0 lies next to the text. Overlapping stretches never
 * share a lane; earlier and longer ones are drawn closer to the text.
 */
export function lanesOf(stretches: readonly Stretch[]): number[] {
  const order = stretches
    .map((stretch, index) => ({ stretch, index }))
    .sort((a, b) => a.stretch.start - b.stretch.start || b.stretch.end - a.stretch.end);
  const ends: number[] = [];
  const lanes = new Array<number>(stretches.length).fill(0);
  for (const { stretch, index } of order) {
    let lane = ends.findIndex((end) => end <= stretch.start);
    if (lane < 0) lane = ends.length;
    ends[lane] = stretch.end;
    lanes[index] = lane;
  }
  return lanes;
}

/** The indices of the stretches over a position, the shortest first. */
export function stretchesAt(stretches: readonly Stretch[], position: number): number[] {
  const hits: number[] = [];
  stretches.forEach((stretch, index) => {
    if (stretch.start <= position && position < stretch.end) hits.push(index);
  });
  const length = (index: number): number => {
    const stretch = stretches[index];
    return stretch ? stretch.end - stretch.start : 0;
  };
  return hits.sort((a, b) => length(a) - length(b));
}
