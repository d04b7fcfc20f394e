/** How the lines of a label are dashed: a sign beside its colour, for whoever tells colours badly. */

/** Lengths of lines and gaps in screen pixels. What is only offered is dashed `[5, 4]`, whatever its label. */
const DASHES: ReadonlyArray<readonly number[]> = [[], [10, 5], [2.5, 3.5], [12, 4, 2.5, 4], [18, 4, 2.5, 4, 2.5, 4]];
export const STROKES = DASHES.length;

export function dashOf(stroke: number): readonly number[] {
  return DASHES[stroke % STROKES] ?? [];
}

/** Whether a point inside an area is darker: stripes one way or the other, dots, or lines; `at` in any grain. */
export function isHatched(stroke: number, x: number, y: number): boolean {
  switch (stroke % STROKES) {
    case 1: return (x + y) % 12 < 4;
    case 2: return x % 8 < 4 && y % 8 < 4;
    case 3: return (x - y + 12_000_000) % 12 < 4;
    case 4: return y % 10 < 4;
    default: return false;
  }
}
