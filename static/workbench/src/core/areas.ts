/**
 * How much two outlines share, as the server measures it (`areas.py`): summed over lines across both, halfway
 * between all heights at which one of them turns, at most 1/256 of their height apart. Two masks by their runs.
 */

import { cornersOf, type EllipsePlace, type MaskPlace, type Ring } from "../geometry/places";
import { decodeRuns } from "../geometry/runs";
import type { Rect } from "../geometry/rect";
import type { Region } from "./types";

const LINES = 256;
const MOST_LINES = 4096;
const LEAST_LINES = 64;
const MOST_CROSSINGS = 1_000_000;

/** Where lines cross an outline: those of a line stand from its start to that of the next, from left to right. */
interface Crossings {
  readonly starts: Int32Array;
  readonly xs: Float64Array;
}

interface Area {
  readonly top: number;
  readonly bottom: number;
  /** Heights at which the outline turns or ends. */
  readonly turns: Float64Array;
  /** A line crosses it at most so often. */
  readonly edges: number;
  /** All edges are horizontal or vertical. */
  readonly isUpright: boolean;
  cross(heights: Float64Array): Crossings;
}

/** The stretches of a mask, column by column: column, top, bottom. */
type Columns = readonly (readonly [number, number, number])[];

/** An outline that can be compared, with its size and what comparing takes: how often lines cross it. */
export interface Outline {
  readonly size: number;
  readonly work: number;
  readonly area: Area | null;
  readonly columns: Columns | null;
}

/** The outline of a region; null where only the server compares it. */
export function outlineOf(region: Region): Outline | null {
  if (region.kind === "mask") return ofMask(region.at);
  const area = areaOf(region);
  if (!area) return null;
  const { heights, thick } = linesOf(area, area);
  const { starts, xs } = area.cross(heights);
  let size = 0;
  for (let line = 0; line < heights.length; line++) {
    let length = 0;
    for (let at = starts[line] as number; at < (starts[line + 1] as number); at += 2) length += (xs[at + 1] as number) - (xs[at] as number);
    size += length * (thick[line] as number);
  }
  return { size, work: xs.length, area, columns: null };
}

function areaOf(region: Region): Area | null {
  switch (region.kind) {
    case "box": return ofRings([cornersOfBox(region.at)], true);
    case "rotated_box": return ofRings([cornersOf(region.at)]);
    case "polygon": return ofRings(region.at.rings);
    case "ellipse": return ofEllipse(region.at);
    default: return null;
  }
}

/** About what it takes to compare two. */
export const workOf = (one: Outline, other: Outline): number => 2 * (one.work + other.work);

/** Shared area over joint area, 0 to 1; 0 for a mask and another kind, which only the server compares. */
export function shareOf(one: Outline, other: Outline): number {
  let both = 0;
  if (one.columns && other.columns) both = sharedColumns(one.columns, other.columns);
  else if (one.area && other.area) both = sharedArea(one.area, other.area);
  return both > 0 ? both / (one.size + other.size - both) : 0;
}

/** How much two can share at most, from their sizes and the boxes around them. */
export function mostShared(one: Outline, other: Outline, [left, right, top, bottom]: readonly [number, number, number, number]): number {
  if (right <= left || bottom <= top) return 0;
  const shared = Math.min((right - left) * (bottom - top), one.size, other.size);
  return shared > 0 ? shared / (one.size + other.size - shared) : 0;
}

function sharedArea(one: Area, other: Area): number {
  const { heights, thick } = linesOf(one, other);
  const mine = one.cross(heights), theirs = other.cross(heights);
  let sum = 0;
  for (let line = 0; line < heights.length; line++) sum += sharedLength(mine, theirs, line) * (thick[line] as number);
  return sum;
}

function sharedLength(mine: Crossings, theirs: Crossings, line: number): number {
  const last = mine.starts[line + 1] as number, otherLast = theirs.starts[line + 1] as number;
  let sum = 0;
  for (let a = mine.starts[line] as number, b = theirs.starts[line] as number; a < last && b < otherLast;) {
    const end = mine.xs[a + 1] as number, otherEnd = theirs.xs[b + 1] as number;
    sum += Math.max(0, Math.min(end, otherEnd) - Math.max(mine.xs[a] as number, theirs.xs[b] as number));
    if (end <= otherEnd) a += 2;
    else b += 2;
  }
  return sum;
}

interface Lines {
  readonly heights: Float64Array;
  /** Of the strip that each line stands for. */
  readonly thick: Float64Array;
}

/** Lines across both; only those that can meet both. */
function linesOf(one: Area, other: Area): Lines {
  const top = Math.min(one.top, other.top), bottom = Math.max(one.bottom, other.bottom);
  const even = one.isUpright && other.isUpright ? 0 : LINES + 1;
  let cuts = new Float64Array(one.turns.length + other.turns.length + even);
  cuts.set(one.turns);
  cuts.set(other.turns, one.turns.length);
  if (even) cuts.set(evenly(top, bottom, LINES), one.turns.length + other.turns.length);
  let count = 0;
  for (const cut of cuts.sort()) if (count === 0 || cut !== cuts[count - 1]) cuts[count++] = cut;
  const most = Math.min(MOST_LINES, Math.max(LEAST_LINES, Math.floor(MOST_CROSSINGS / Math.max(one.edges, other.edges, 1))));
  cuts = count > most + 1 ? evenly(top, bottom, most) : cuts.subarray(0, count);
  const first = Math.max(0, firstAt(cuts, Math.max(one.top, other.top)) - 1);
  const last = Math.min(cuts.length - 1, firstAt(cuts, Math.min(one.bottom, other.bottom)));
  const within = cuts.subarray(first, last + 1), below = within.subarray(1);
  return { heights: below.map((cut, at) => (cut + (within[at] as number)) / 2), thick: below.map((cut, at) => cut - (within[at] as number)) };
}

function evenly(from: number, to: number, count: number): Float64Array<ArrayBuffer> {
  return new Float64Array(count + 1).map((_one, place) => (place === count ? to : from + ((to - from) / count) * place));
}

// The kinds

function cornersOfBox({ x, y, w, h }: Rect): Ring {
  return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
}

function ofRings(rings: readonly Ring[], isUpright = false): Area {
  const slanted = rings.flatMap((ring) => ring.map((from, place) => [...from, ...(ring[(place + 1) % ring.length] ?? from)]))
    .filter(([, from, , to]) => from !== to);
  const edges = Float64Array.from(slanted.flat());
  const turns = Float64Array.from(slanted, ([, y]) => y as number).sort();
  return {
    top: turns[0] ?? 0, bottom: turns.at(-1) ?? 0, turns, edges: slanted.length, isUpright, cross: (heights) => crossEdges(edges, heights),
  };
}

/** Edges are four numbers each: from x and y, to x and y. */
function crossEdges(edges: Float64Array, heights: Float64Array): Crossings {
  const starts = new Int32Array(heights.length + 1);
  const each = (found: (line: number, edge: number) => void): void => {
    for (let edge = 0; edge < edges.length; edge += 4) {
      const from = edges[edge + 1] as number, to = edges[edge + 3] as number, high = Math.max(from, to);
      for (let line = firstAt(heights, Math.min(from, to)); line < heights.length && (heights[line] as number) < high; line++) found(line, edge);
    }
  };
  each((line) => { starts[line + 1] = (starts[line + 1] as number) + 1; });
  for (let line = 1; line < starts.length; line++) starts[line] = (starts[line] as number) + (starts[line - 1] as number);
  const next = starts.slice();
  const xs = new Float64Array(starts.at(-1) ?? 0);
  each((line, edge) => {
    const x = edges[edge] as number, y = edges[edge + 1] as number;
    const at = x + (((heights[line] as number) - y) / ((edges[edge + 3] as number) - y)) * ((edges[edge + 2] as number) - x);
    let place = next[line] as number;
    next[line] = place + 1;
    for (; place > (starts[line] as number) && (xs[place - 1] as number) > at; place--) xs[place] = xs[place - 1] as number;
    xs[place] = at;
  });
  return { starts, xs };
}

/** The place of the first height that is not below `least`. */
function firstAt(heights: Float64Array, least: number): number {
  let low = 0, high = heights.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((heights[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ofEllipse({ cx, cy, rx, ry, angle }: EllipsePlace): Area {
  const turn = (angle * Math.PI) / 180;
  const cos = Math.cos(turn), sin = Math.sin(turn);
  const wide = rx ** -2, high = ry ** -2;
  const up = Math.hypot(rx * sin, ry * cos);
  const a = cos * cos * wide + sin * sin * high;
  const cross = (heights: Float64Array): Crossings => {
    const starts = new Int32Array(heights.length + 1), xs: number[] = [];
    heights.forEach((height, line) => {
      const y = height - cy;
      if (Math.abs(y) < up) {
        const half = y * sin * cos * (wide - high);
        const root = Math.sqrt(Math.max(half * half - a * (y * y * (sin * sin * wide + cos * cos * high) - 1), 0));
        xs.push(cx + (-half - root) / a, cx + (-half + root) / a);
      }
      starts[line + 1] = xs.length;
    });
    return { starts, xs: Float64Array.from(xs) };
  };
  const turns = evenly(0, Math.PI, LINES / 2).map((at) => cy - up * Math.cos(at));
  return { top: cy - up, bottom: cy + up, turns, edges: 2, isUpright: false, cross };
}

function ofMask({ x, y, h, counts }: MaskPlace): Outline {
  const columns: [number, number, number][] = [];
  let size = 0, place = 0;
  for (const [index, count] of (decodeRuns(counts) ?? []).entries()) {
    const end = place + count;
    if (index % 2 === 1) size += count;
    while (index % 2 === 1 && place < end) {
      const column = Math.floor(place / h), foot = Math.min(end, (column + 1) * h);
      columns.push([x + column, y + place - column * h, y + foot - column * h]);
      place = foot;
    }
    place = end;
  }
  return { size, work: columns.length, area: null, columns };
}

function sharedColumns(mine: Columns, theirs: Columns): number {
  let sum = 0;
  for (let a = 0, b = 0; a < mine.length && b < theirs.length;) {
    const [column, top, bottom] = mine[a] as Columns[number], [otherColumn, otherTop, otherBottom] = theirs[b] as Columns[number];
    if (column === otherColumn) sum += Math.max(0, Math.min(bottom, otherBottom) - Math.max(top, otherTop));
    if (column < otherColumn || (column === otherColumn && bottom <= otherBottom)) a++;
    else b++;
  }
  return sum;
}
