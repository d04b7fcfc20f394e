/**
 * What is drawn of one channel: for each column of pixels how low and how high it reaches, or points of a line.
 *
 * Where a pixel holds several rows, columns are made of exact values or of the coarsest level that still has a
 * stretch for each pixel: a frame costs what a screen is wide, however long the series.
 */

import { timeAt, xOf, type TimeView } from "../../geometry/timeline";
import type { Level, Source } from "./source";

/** Up to so many rows a pixel, the values themselves are looked at. */
const ROWS_PER_PIXEL = 12;
/** Up to so many, a line through them looks better than bars. */
const LINE_ROWS_PER_PIXEL = 2;

export interface Trace {
  readonly width: number;
  /** NaN where a column holds nothing. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** 1 where the line goes on from the column before that holds something. */
  readonly joins: Uint8Array;
  /** Where rows lie farther apart than pixels, the line itself. */
  points: { readonly xs: number[]; readonly ys: number[] } | null;
  lowest: number;
  highest: number;
}

export function emptyTrace(width: number): Trace {
  const column = (): Float64Array => new Float64Array(width);
  return {
    width, low: column(), high: column(), first: column(), last: column(), joins: new Uint8Array(width),
    points: null, lowest: Infinity, highest: -Infinity,
  };
}

/** How a view is drawn: from the values of rows, or from a level. */
export type Grain = { readonly kind: "rows" } | { readonly kind: "level"; readonly number: number };

export function grainOf(source: Source, view: TimeView, width: number): Grain {
  const rows = source.rowsWithin(view.start, timeAt(view, width));
  if (rows <= ROWS_PER_PIXEL * width) return { kind: "rows" };
  const fitting = source.levels.findLastIndex((one) => one.seconds * view.scale <= 1);
  return { kind: "level", number: Math.max(0, fitting) };
}

/** Fills the trace of a channel anew. */
export function fillTrace(trace: Trace, source: Source, channel: number, view: TimeView, grain: Grain): void {
  trace.low.fill(NaN);
  trace.high.fill(NaN);
  trace.joins.fill(0);
  trace.points = null;
  trace.lowest = Infinity;
  trace.highest = -Infinity;
  const pen = new TracePen(trace, view);
  if (grain.kind === "rows" && fillRows(pen, source, channel, view)) return;
  const from = grain.kind === "rows" ? 0 : grain.number;
  fillLevel(pen, source, channel, view, from);
}

/** Follows a line of moments and values from left to right. */
class TracePen {
  readonly #trace: Trace;
  readonly #view: TimeView;
  #isBroken = true;
  #isLine = false;

  constructor(trace: Trace, view: TimeView) {
    this.#trace = trace;
    this.#view = view;
  }

  get width(): number {
    return this.#trace.width;
  }

  asLine(): void {
    this.#isLine = true;
    this.#trace.points = { xs: [], ys: [] };
  }

  restart(): void {
    const { low, high, joins } = this.#trace;
    low.fill(NaN);
    high.fill(NaN);
    joins.fill(0);
    this.#trace.points = null;
    this.#isLine = false;
    this.#isBroken = true;
    this.#trace.lowest = Infinity;
    this.#trace.highest = -Infinity;
  }

  break(): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const { points } = this.#trace;
    points?.xs.push(NaN);
    points?.ys.push(NaN);
  }

  add(seconds: number, value: number): void {
    if (value !== value) return this.break();
    const trace = this.#trace;
    const x = xOf(this.#view, seconds);
    if (x >= 0 && x <= trace.width) {
      if (value < trace.lowest) trace.lowest = value;
      if (value > trace.highest) trace.highest = value;
    }
    if (this.#isLine) {
      trace.points?.xs.push(x);
      trace.points?.ys.push(value);
      this.#isBroken = false;
      return;
    }
    const column = Math.floor(x);
    if (column < 0 || column >= trace.width) {
      this.#isBroken = true;
      return;
    }
    const { low, high, first, last, joins } = trace;
    const lowest = low[column] as number;
    if (lowest !== lowest) {
      low[column] = high[column] = first[column] = value;
      joins[column] = this.#isBroken ? 0 : 1;
    } else if (value < lowest) low[column] = value;
    else if (value > (high[column] as number)) high[column] = value;
    last[column] = value;
    this.#isBroken = false;
  }
}

/** From the values themselves; false while a tile is on its way. */
function fillRows(pen: TracePen, source: Source, channel: number, view: TimeView): boolean {
  const end = timeAt(view, pen.width);
  const [firstTile, lastTile] = [source.tileAt(view.start), source.tileAt(end)];
  let isWhole = true;
  // All are asked for before any is drawn.
  for (let tile = firstTile; tile <= lastTile; tile++) {
    const hasStamps = source.isEven || source.stamps(tile) !== null;
    if (!source.values(tile) || !hasStamps) isWhole = false;
  }
  if (!isWhole) return false;
  if (rowsBetween(source, firstTile, lastTile, view.start, end) <= LINE_ROWS_PER_PIXEL * pen.width) pen.asLine();
  let before = -Infinity;
  for (let tile = firstTile; tile <= lastTile; tile++) {
    const values = source.values(tile);
    const stamps = source.stamps(tile);
    if (!values) continue;
    const count = values.length / source.channels.length;
    const offset = channel * count;
    const [from, to] = rowsSeen(source, tile, count, stamps, view.start, end);
    const step = source.evenStep;
    const base = tile * source.rowTile;
    for (let row = from; row < to; row++) {
      const at = stamps ? (stamps[row] as number) : (base + row) * step;
      if (at - before >= source.gapFrom) pen.break();
      before = at;
      pen.add(at, values[offset + row] as number);
    }
  }
  return true;
}

/** How many rows are seen, in tiles that are here. */
function rowsBetween(source: Source, firstTile: number, lastTile: number, start: number, end: number): number {
  let rows = 0;
  for (let tile = firstTile; tile <= lastTile; tile++) {
    const count = (source.values(tile)?.length ?? 0) / source.channels.length;
    const [from, to] = rowsSeen(source, tile, count, source.stamps(tile), start, end);
    rows += to - from;
  }
  return rows;
}

/** The rows of a tile that are seen, and one more on either side, so that lines go on beyond the edges. */
function rowsSeen(
  source: Source, tile: number, count: number, stamps: Float64Array | null, start: number, end: number,
): readonly [number, number] {
  if (!stamps) {
    const base = tile * source.rowTile;
    const step = source.evenStep;
    return [Math.max(0, Math.floor(start / step) - base), Math.min(count, Math.ceil(end / step) - base + 2)];
  }
  return [below(stamps, start), Math.min(count, below(stamps, end) + 2)];
}

function below(stamps: Float64Array, seconds: number): number {
  let [low, high] = [0, stamps.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((stamps[middle] as number) < seconds) low = middle;
    else high = middle;
  }
  return low;
}

/** From a level, or where a tile of it is on its way from the next coarser one that is here. */
function fillLevel(pen: TracePen, source: Source, channel: number, view: TimeView, wanted: number): void {
  for (let number = wanted; number < source.levels.length; number++) {
    if (fillOneLevel(pen, source, channel, view, number)) return;
    pen.restart();
  }
}

function fillOneLevel(pen: TracePen, source: Source, channel: number, view: TimeView, number: number): boolean {
  const level = source.levels[number] as Level;
  const first = Math.max(0, Math.floor(view.start / level.seconds) - 1);
  const last = Math.min(level.count - 1, Math.ceil(timeAt(view, pen.width) / level.seconds) + 1);
  const size = source.levelTile;
  let isWhole = true;
  for (let tile = Math.floor(first / size); tile <= Math.floor(last / size); tile++) {
    if (!source.pairs(number, tile)) isWhole = false;
  }
  if (!isWhole) return false;
  if (level.seconds * view.scale > 2) pen.asLine();
  const base = source.bases[channel] ?? 0;
  for (let tile = Math.floor(first / size); tile <= Math.floor(last / size); tile++) {
    const pairs = source.pairs(number, tile);
    if (!pairs) continue;
    const count = pairs.length / source.channels.length / 2;
    const offset = channel * count * 2;
    const to = Math.min(count - 1, last - tile * size);
    for (let stretch = Math.max(0, first - tile * size); stretch <= to; stretch++) {
      const at = (tile * size + stretch) * level.seconds;
      pen.add(at + level.seconds / 4, (pairs[offset + stretch * 2] as number) + base);
      pen.add(at + (level.seconds * 3) / 4, (pairs[offset + stretch * 2 + 1] as number) + base);
    }
  }
  return true;
}
