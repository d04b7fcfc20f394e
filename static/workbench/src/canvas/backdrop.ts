/** The picture under the shapes: one bitmap, and for a large picture sharper tiles over it as they come. */

import { rectToScreen, type Viewport } from "./viewport";
import type { Rect, Size } from "../geometry/rect";
import type { TileBox, TileLayout } from "../geometry/tiles";

/** The tiles of a large picture. */
export interface TileSource {
  readonly layout: TileLayout;
  /** A tile, if it is here. */
  get(number: number): ImageBitmap | null;
  /** What is seen now; it is fetched, and what is seen no more need not come. */
  want(box: TileBox): void;
}

export interface Backdrop {
  /** The whole picture, of a large one a smaller copy. */
  readonly bitmap: ImageBitmap;
  readonly size: Size;
  readonly tiles: TileSource | null;
}

export interface Look {
  /** How the picture is shown: brightness, contrast, one channel. */
  readonly filter: string;
  readonly channel: string | null;
}

/** What can be seen, in pixels of the picture: all that is drawn, and the part of it on the stage. */
export interface Seen {
  readonly drawn: Rect;
  readonly stage: Rect;
  /** Pixels of the device a pixel of the screen. */
  readonly ratio: number;
}

export function drawBackdrop(
  context: CanvasRenderingContext2D,
  view: Viewport,
  { bitmap, size, tiles }: Backdrop,
  seen: Seen,
  look: Look,
): void {
  // Enlarged pixels stay pixels: an annotator must see where one ends.
  context.imageSmoothingEnabled = view.scale < 3;
  context.imageSmoothingQuality = "high";
  const place = { x: view.dx, y: view.dy, w: size.width * view.scale, h: size.height * view.scale };
  context.filter = look.filter;
  if (tiles && view.scale * seen.ratio > bitmap.width / size.width) drawTiles(context, view, { bitmap, tiles }, seen);
  else context.drawImage(bitmap, place.x, place.y, place.w, place.h);
  context.filter = "none";
  if (look.channel) showChannel(context, look.channel, place);
}

/** The level that fits; where a tile is on its way, the part of a larger one that is here, or of the whole. */
function drawTiles(
  context: CanvasRenderingContext2D,
  view: Viewport,
  { bitmap, tiles }: { readonly bitmap: ImageBitmap; readonly tiles: TileSource },
  seen: Seen,
): void {
  const { layout } = tiles;
  const level = layout.levelFor(view.scale * seen.ratio);
  tiles.want(layout.within(seen.stage, level));
  context.imageSmoothingQuality = "low"; // about as large as pixels of the screen
  const box = layout.within(seen.drawn, level);
  for (let row = box.top; row < box.bottom; row++) {
    for (let column = box.left; column < box.right; column++) {
      const { x, y, w, h } = rectToScreen(view, layout.rectOf(level, column, row));
      // Whole pixels, or a thin line would show between neighbours.
      const [left, top] = [Math.round(x), Math.round(y)];
      const [right, bottom] = [Math.round(x + w), Math.round(y + h)];
      if (right <= left || bottom <= top) continue;
      const { picture, part } = bestFor(bitmap, tiles, level, column, row);
      context.drawImage(picture, part.x, part.y, part.w, part.h, left, top, right - left, bottom - top);
    }
  }
}

/** The sharpest picture there is of what a tile covers, and which part of it that is. */
function bestFor(
  whole: ImageBitmap, tiles: TileSource, level: number, column: number, row: number,
): { readonly picture: ImageBitmap; readonly part: Rect } {
  const { layout } = tiles;
  const covered = layout.rectOf(level, column, row);
  for (let up = 0; level + up < layout.levels.length; up++) {
    const [across, down] = [column >> up, row >> up];
    const picture = tiles.get(layout.number(level + up, across, down));
    if (picture) return { picture, part: partOf(picture, layout.rectOf(level + up, across, down), covered) };
  }
  return { picture: whole, part: partOf(whole, { x: 0, y: 0, w: layout.size.width, h: layout.size.height }, covered) };
}

/** Where in a picture of `all` the place `part` is. */
function partOf({ width, height }: Size, all: Rect, part: Rect): Rect {
  const [across, down] = [width / all.w, height / all.h];
  return { x: (part.x - all.x) * across, y: (part.y - all.y) * down, w: part.w * across, h: part.h * down };
}

/** What a channel's grey is multiplied with to be as bright as the channel was. */
const GREY_SHARE: Readonly<Record<string, number>> = { "#ff0000": 0.2126, "#00ff00": 0.7152, "#0000ff": 0.0722 };

/** One colour channel as greys: the others are taken away, what is left is made grey and bright again. */
function showChannel(context: CanvasRenderingContext2D, color: string, { x, y, w, h }: Rect): void {
  context.globalCompositeOperation = "multiply";
  context.fillStyle = color;
  context.fillRect(x, y, w, h);
  context.globalCompositeOperation = "source-over";
  context.filter = `grayscale(1) brightness(${1 / (GREY_SHARE[color] ?? 1)})`;
  const { canvas } = context;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(canvas, 0, 0);
  context.restore();
  context.filter = "none";
}
