/**
 * Masks as run lengths: down the columns of a box, outside first, written as the text that COCO calls
 * compressed (each number less the one two before it, five bits a character).
 */

import type { MaskPlace } from "./places";
import type { Rect } from "./rect";

/** One byte a pixel, row after row; 1 is inside. */
export interface Bitmap extends Rect {
  readonly data: Uint8Array;
}

export function encodeRuns(runs: readonly number[]): string {
  let written = "";
  runs.forEach((count, index) => {
    let left = index > 2 ? count - (runs[index - 2] as number) : count;
    let more = true;
    while (more) {
      const bits = left & 31;
      left >>= 5;
      more = left !== (bits & 16 ? -1 : 0);
      written += String.fromCharCode(bits + (more ? 32 : 0) + 48);
    }
  });
  return written;
}

/** The run lengths of a text; null where it is none. */
export function decodeRuns(text: string): number[] | null {
  const runs: number[] = [];
  let value = 0;
  let shift = 0;
  for (let index = 0; index < text.length; index++) {
    const bits = text.charCodeAt(index) - 48;
    if (bits < 0 || bits >= 64 || shift > 25) return null;
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    if (bits & 16) value -= 2 ** shift;
    if (runs.length > 2) value += runs[runs.length - 2] as number;
    if (value < 0) return null;
    runs.push(value);
    value = 0;
    shift = 0;
  }
  return shift ? null : runs;
}

export function emptyBitmap({ x, y, w, h }: Rect): Bitmap {
  return { x, y, w, h, data: new Uint8Array(w * h) };
}

/** The pixels of a mask's box. */
export function bitmapOf(mask: MaskPlace): Bitmap {
  const bitmap = emptyBitmap(mask);
  paintMask(bitmap, mask, 1);
  return bitmap;
}

/** Sets every pixel of a mask to `value`, as far as it lies inside the bitmap. */
export function paintMask(bitmap: Bitmap, mask: MaskPlace, value: 0 | 1): void {
  const { data, w, h } = bitmap;
  const left = mask.x - bitmap.x;
  const top = mask.y - bitmap.y;
  let place = 0;
  (decodeRuns(mask.counts) ?? []).forEach((count, index) => {
    const end = place + count;
    if (index % 2 === 1) {
      for (; place < end; place++) {
        const column = Math.floor(place / mask.h);
        const x = left + column;
        const y = top + place - column * mask.h;
        if (x >= 0 && y >= 0 && x < w && y < h) data[y * w + x] = value;
      }
    }
    place = end;
  });
}

/** The smallest rectangle around what is set, in the bitmap's own pixels; null where nothing is. */
function usedPart({ data, w, h }: Bitmap): Rect | null {
  let left = w;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < h; y++) {
    const row = data.subarray(y * w, (y + 1) * w); // a search must not go on into the next rows
    const first = row.indexOf(1);
    if (first < 0) continue;
    const last = row.lastIndexOf(1);
    if (top < 0) top = y;
    bottom = y;
    if (first < left) left = first;
    if (last > right) right = last;
  }
  return top < 0 ? null : { x: left, y: top, w: right - left + 1, h: bottom - top + 1 };
}

/** The mask of a bitmap in its one form: the smallest box, no run of 0 but the first; null where nothing is set. */
export function maskOf(bitmap: Bitmap): MaskPlace | null {
  const used = usedPart(bitmap);
  if (!used) return null;
  const { data, w } = bitmap;
  const runs: number[] = [];
  let inside = 0;
  let count = 0;
  for (let x = used.x; x < used.x + used.w; x++) {
    const end = (used.y + used.h) * w + x;
    for (let place = used.y * w + x; place < end; place += w) {
      if (data[place] !== inside) {
        runs.push(count);
        inside = 1 - inside;
        count = 0;
      }
      count++;
    }
  }
  runs.push(count);
  return { x: bitmap.x + used.x, y: bitmap.y + used.y, w: used.w, h: used.h, counts: encodeRuns(runs) };
}

/** How many pixels belong to a mask. */
export function maskArea(mask: MaskPlace): number {
  return (decodeRuns(mask.counts) ?? []).reduce((sum, count, index) => (index % 2 ? sum + count : sum), 0);
}

/** Whether a pixel belongs to a mask. */
export function maskHolds(mask: MaskPlace, x: number, y: number): boolean {
  const column = Math.floor(x) - mask.x;
  const row = Math.floor(y) - mask.y;
  if (column < 0 || row < 0 || column >= mask.w || row >= mask.h) return false;
  const place = column * mask.h + row;
  let end = 0;
  const runs = decodeRuns(mask.counts) ?? [];
  for (let index = 0; index < runs.length; index++) {
    end += runs[index] as number;
    if (place < end) return index % 2 === 1;
  }
  return false;
}

/** The smallest rectangle around two. */
export function around(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
}

export type Joining = "union" | "subtract" | "intersect";

/** What two masks make together; null where nothing is left. */
export function joinedMasks(a: MaskPlace, b: MaskPlace, how: Joining): MaskPlace | null {
  const bitmap = emptyBitmap(how === "union" ? around(a, b) : a);
  paintMask(bitmap, a, 1);
  if (how === "union") paintMask(bitmap, b, 1);
  if (how === "subtract") paintMask(bitmap, b, 0);
  if (how === "intersect") {
    const other = emptyBitmap(a);
    paintMask(other, b, 1);
    other.data.forEach((value, place) => {
      if (!value) bitmap.data[place] = 0;
    });
  }
  return maskOf(bitmap);
}
