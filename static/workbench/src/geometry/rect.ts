/** Rectangles in pixels of the upright image: origin top left, `w` and `h` above zero. */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Names of the eight handles by compass; `n` is the top edge. */
export type Handle = "nw" | "n" | "ne" | "e" | "se" | "s" | "sw" | "w";

/** The smallest side a box may have when it is written, in image pixels. */
export const LEAST_SIDE = 1;

/** The number rounded to 1/1000, as every coordinate is written. */
export function thousandth(value: number): number {
  const rounded = Math.round(value * 1000) / 1000;
  return rounded === 0 ? 0 : rounded; // never -0: its JSON differs between languages
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** The rectangle spanned by two corners given in any order. */
export function fromCorners(a: Point, b: Point): Rect {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    w: Math.abs(a.x - b.x),
    h: Math.abs(a.y - b.y),
  };
}

/** The part of the rectangle inside the image, rounded, with sides of at least one pixel. */
export function fitInside(rect: Rect, image: Size): Rect {
  const left = clamp(rect.x, 0, image.width - LEAST_SIDE);
  const top = clamp(rect.y, 0, image.height - LEAST_SIDE);
  const right = clamp(rect.x + rect.w, left + LEAST_SIDE, image.width);
  const bottom = clamp(rect.y + rect.h, top + LEAST_SIDE, image.height);
  return rounded(left, top, right, bottom);
}

function rounded(left: number, top: number, right: number, bottom: number): Rect {
  const x = thousandth(left);
  const y = thousandth(top);
  return { x, y, w: thousandth(right - x), h: thousandth(bottom - y) };
}

/** The rectangle moved by (dx, dy), pushed back inside the image, its size unchanged. */
export function moved(rect: Rect, dx: number, dy: number, image: Size): Rect {
  const x = clamp(rect.x + dx, 0, image.width - rect.w);
  const y = clamp(rect.y + dy, 0, image.height - rect.h);
  return { ...rect, x: thousandth(x), y: thousandth(y) };
}

/** The rectangle after one handle was dragged to a point; dragging past the other side flips it. */
export function resized(rect: Rect, handle: Handle, to: Point, image: Size): Rect {
  let left = rect.x;
  let top = rect.y;
  let right = rect.x + rect.w;
  let bottom = rect.y + rect.h;
  if (handle.includes("w")) left = to.x;
  if (handle.includes("e")) right = to.x;
  if (handle.includes("n")) top = to.y;
  if (handle.includes("s")) bottom = to.y;
  return fitInside(fromCorners({ x: left, y: top }, { x: right, y: bottom }), image);
}

/** The rectangle with its right and bottom sides moved by (dw, dh), as the keyboard does it. */
export function grown(rect: Rect, dw: number, dh: number, image: Size): Rect {
  const w = clamp(rect.w + dw, LEAST_SIDE, image.width - rect.x);
  const h = clamp(rect.h + dh, LEAST_SIDE, image.height - rect.y);
  return { ...rect, w: thousandth(w), h: thousandth(h) };
}

/** Whether the point lies inside or on the edge. */
export function contains(rect: Rect, point: Point): boolean {
  return (
    point.x >= rect.x &&
    point.y >= rect.y &&
    point.x <= rect.x + rect.w &&
    point.y <= rect.y + rect.h
  );
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h;
}

export function area(rect: Rect): number {
  return rect.w * rect.h;
}

/** Where the eight handles stand. */
export function handlePoints(rect: Rect): ReadonlyArray<readonly [Handle, Point]> {
  const { x, y, w, h } = rect;
  return [
    ["nw", { x, y }],
    ["n", { x: x + w / 2, y }],
    ["ne", { x: x + w, y }],
    ["e", { x: x + w, y: y + h / 2 }],
    ["se", { x: x + w, y: y + h }],
    ["s", { x: x + w / 2, y: y + h }],
    ["sw", { x, y: y + h }],
    ["w", { x, y: y + h / 2 }],
  ];
}
