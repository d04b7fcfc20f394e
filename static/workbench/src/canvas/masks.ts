/** Masks as tinted pictures, made once and then only placed. */

import type { Pen } from "./outlines";
import type { Viewport } from "./viewport";
import type { MaskPlace } from "../geometry/places";
import { isHatched } from "../geometry/strokes";
import { bitmapOf } from "../geometry/runs";

/** A mask is kept at most so wide or high: sharp on any screen that shows it whole. */
const MOST_SIDE = 1024;
const EDGE = 255;
const INSIDE = 90;
const HATCHED = 190;

interface Kept {
  readonly picture: HTMLCanvasElement;
  readonly color: string;
  readonly stroke: number;
}

export class MaskPainter {
  readonly #kept = new Map<string, Kept>();

  draw(context: CanvasRenderingContext2D, view: Viewport, mask: MaskPlace, pen: Pen): void {
    const { scale, dx, dy } = view;
    context.globalAlpha = pen.tint > 0 ? 1 : 0.8;
    context.imageSmoothingEnabled = scale < 3;
    context.drawImage(this.#pictureOf(mask, pen), mask.x * scale + dx, mask.y * scale + dy, mask.w * scale, mask.h * scale);
    context.globalAlpha = 1;
  }

  keepOnly(counts: ReadonlySet<string>): void {
    for (const key of this.#kept.keys()) if (!counts.has(key)) this.#kept.delete(key);
  }

  #pictureOf(mask: MaskPlace, { color, stroke }: Pen): HTMLCanvasElement {
    const kept = this.#kept.get(mask.counts);
    if (kept && kept.color === color && kept.stroke === stroke) return kept.picture;
    const picture = tinted(mask, color, stroke);
    this.#kept.set(mask.counts, { picture, color, stroke });
    return picture;
  }
}

/** The inside lightly, the border fully in the label's colour, so that it shows without colour vision, too. */
function tinted(mask: MaskPlace, color: string, stroke: number): HTMLCanvasElement {
  const step = Math.max(1, Math.ceil(Math.max(mask.w, mask.h) / MOST_SIDE));
  const width = Math.ceil(mask.w / step);
  const height = Math.ceil(mask.h / step);
  const { data, w, h } = bitmapOf(mask);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as [number, number, number];
  const isSet = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < w && y < h && data[y * w + x] === 1;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = [column * step, row * step];
      if (!isSet(x, y)) continue;
      const edge = !isSet(x - step, y) || !isSet(x + step, y) || !isSet(x, y - step) || !isSet(x, y + step);
      const place = (row * width + column) * 4;
      image.data[place] = r;
      image.data[place + 1] = g;
      image.data[place + 2] = b;
      image.data[place + 3] = edge ? EDGE : isHatched(stroke, column, row) ? HATCHED : INSIDE;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
