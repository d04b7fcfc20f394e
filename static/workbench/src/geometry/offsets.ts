/**
 * Code points and UTF-16 units of one text.
 *
 * The server counts Unicode code points, the browser counts UTF-16 units. A prefix table is built once
 * per text, so that both directions are one look-up.
 */

export interface OffsetTable {
  /** Length of the text in code points. */
  readonly points: number;
  /** Length of the text in UTF-16 units. */
  readonly units: number;
  /** The UTF-16 position of a code point position; clamped to the text. */
  toUnit(point: number): number;
  /** The code point position of a UTF-16 position; inside a pair it is that of the pair's start. */
  toPoint(unit: number): number;
}

/** Builds the table of a text. Texts without surrogate pairs need no memory at all. */
export function offsetTable(text: string): OffsetTable {
  const units = text.length;
  let pairs = 0;
  for (let unit = 0; unit < units; unit++) if (isPairAt(text, unit)) pairs++;
  const points = units - pairs;
  if (pairs === 0) {
    const same = (position: number): number => clamp(position, units);
    return { points, units, toUnit: same, toPoint: same };
  }
  const unitOf = new Uint32Array(points + 1);
  const pointOf = new Uint32Array(units + 1);
  let point = 0;
  for (let unit = 0; unit < units; unit++) {
    unitOf[point] = unit;
    pointOf[unit] = point;
    if (isPairAt(text, unit)) pointOf[++unit] = point;
    point++;
  }
  unitOf[points] = units;
  pointOf[units] = points;
  return {
    points,
    units,
    toUnit: (position) => unitOf[clamp(position, points)] ?? units,
    toPoint: (position) => pointOf[clamp(position, units)] ?? points,
  };
}

function clamp(position: number, end: number): number {
  return Math.min(Math.max(Math.trunc(position), 0), end);
}

function isPairAt(text: string, unit: number): boolean {
  const high = text.charCodeAt(unit);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(unit + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}

/** The text between two code point positions. */
export function slicePoints(text: string, table: OffsetTable, start: number, end: number): string {
  return text.slice(table.toUnit(start), table.toUnit(end));
}
