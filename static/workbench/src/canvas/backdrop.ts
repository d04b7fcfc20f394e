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
  context.drawImage(bitmap, place.x, place.y, place.w, place.h);
  if (tiles && view.scale * seen.ratio > bitmap.width / size.width) drawTiles(context, view, tiles, seen);
  context.filter = "none";
  if (look.channel) showChannel(context, look.channel, place);
}

/** The level that fits, over what is here of its neighbours while some of it is on its way. */
function drawTiles(context: CanvasRenderingContext2D, view: Viewport, tiles: TileSource, seen: Seen): void {
  const { layout } = tiles;
  const level = layout.levelFor(view.scale * seen.ratio);
  tiles.want(layout.within(seen.stage, level));
  const box = layout.within(seen.drawn, level);
  if (layout.stretches(box, 1, (number) => tiles.get(number) !== null).length > 0) {
    for (const other of [level + 2, level + 1, level - 1]) {
      if (other >= 0 && other < layout.levels.length) drawLevel(context, view, tiles, layout.within(seen.drawn, other));
    }
  }
  drawLevel(context, view, tiles, box);
}

function drawLevel(context: CanvasRenderingContext2D, view: Viewport, tiles: TileSource, box: TileBox): void {
  const { layout } = tiles;
  for (let row = box.top; row < box.bottom; row++) {
    for (let column = box.left; column < box.right; column++) {
      const tile = tiles.get(layout.number(box.level, column, row));
      if (!tile) continue;
      const { x, y, w, h } = rectToScreen(view, layout.rectOf(box.level, column, row));
      // Whole pixels, or a thin line would show between neighbours.
      const [left, top] = [Math.round(x), Math.round(y)];
      context.drawImage(tile, left, top, Math.round(x + w) - left, Math.round(y + h) - top);
    }
  }
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
