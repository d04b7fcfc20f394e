/** Draws a trace into a strip: columns as bars one pixel wide, points as a line. */

import type { Rect } from "../../geometry/rect";
import type { Trace } from "./traces";

export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** What keeps a line from touching the edges of its strip, in pixels. */
const ROOM = 3;
const DOTS_FROM = 9;

export function yOf(strip: Rect, scale: Scale, value: number): number {
  const span = scale.high - scale.low;
  const inner = strip.h - 2 * ROOM;
  if (span <= 0) return strip.y + strip.h / 2;
  return strip.y + ROOM + (1 - (value - scale.low) / span) * inner;
}

export function drawTrace(context: CanvasRenderingContext2D, trace: Trace, strip: Rect, scale: Scale): void {
  if (trace.points) drawPoints(context, trace.points, strip, scale);
  else drawColumns(context, trace, strip, scale);
}

function drawColumns(context: CanvasRenderingContext2D, trace: Trace, strip: Rect, scale: Scale): void {
  const { low, high, first, last, joins, width } = trace;
  const span = scale.high - scale.low;
  const factor = span > 0 ? (strip.h - 2 * ROOM) / span : 0;
  const bottom = span > 0 ? strip.y + strip.h - ROOM : strip.y + strip.h / 2;
  const edge = strip.y + strip.h;
  let before = -1;
  for (let column = 0; column < width; column++) {
    let from = low[column] as number;
    if (from !== from) continue;
    let to = high[column] as number;
    if (joins[column] && before >= 0) {
      // A line goes on from the column before: both reach to where they meet.
      const start = last[before] as number;
      const middle = (start + (first[column] as number)) / 2;
      if (column - before > 1) bridge(context, strip, column, before, (value) => bottom - (value - scale.low) * factor, trace);
      from = Math.min(from, middle);
      to = Math.max(to, middle);
    }
    const next = column + 1 < width && joins[column + 1] ? (first[column + 1] as number) : NaN;
    if (next === next) {
      const middle = ((last[column] as number) + next) / 2;
      from = Math.min(from, middle);
      to = Math.max(to, middle);
    }
    const top = Math.max(strip.y, bottom - (to - scale.low) * factor - 0.7);
    const under = Math.min(edge, bottom - (from - scale.low) * factor + 0.7);
    if (under > top) context.fillRect(strip.x + column, top, 1, under - top);
    before = column;
  }
}

/** A straight line over columns that hold nothing. */
function bridge(
  context: CanvasRenderingContext2D, strip: Rect, column: number, before: number, y: (value: number) => number, trace: Trace,
): void {
  const [start, end] = [y(trace.last[before] as number), y(trace.first[column] as number)];
  for (let x = before + 1; x < column; x++) {
    const at = start + ((end - start) * (x - before)) / (column - before);
    context.fillRect(strip.x + x, at - 0.7, 1, 1.4);
  }
}

function drawPoints(
  context: CanvasRenderingContext2D, { xs, ys }: { readonly xs: readonly number[]; readonly ys: readonly number[] }, strip: Rect, scale: Scale,
): void {
  context.save();
  context.beginPath();
  context.rect(strip.x - 3, strip.y, strip.w + 6, strip.h);
  context.clip();
  context.beginPath();
  let isDrawing = false;
  const alone: number[] = [];
  for (let index = 0; index < xs.length; index++) {
    const x = xs[index] as number;
    if (x !== x) {
      isDrawing = false;
      continue;
    }
    const y = yOf(strip, scale, ys[index] as number);
    if (isDrawing) context.lineTo(strip.x + x, y);
    else context.moveTo(strip.x + x, y);
    if (!isDrawing && Number.isNaN(xs[index + 1] ?? NaN)) alone.push(index);
    isDrawing = true;
  }
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.stroke();
  const isLoose = xs.length > 1 && strip.w / xs.length >= DOTS_FROM;
  for (const index of isLoose ? xs.keys() : alone) {
    const x = xs[index] as number;
    if (x === x) dot(context, strip.x + x, yOf(strip, scale, ys[index] as number), 2.2);
  }
  context.restore();
}

export function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
