/** Drawing a large picture from its tiles, as sharp as what has come so far. */

import type { Seen } from "../../canvas/backdrop";
import { rectToScreen, type Viewport } from "../../canvas/viewport";
import type { Rect, Size } from "../../geometry/rect";
import type { TileBox, TileLayout } from "../../geometry/tiles";

/** The tiles of a large picture. */
export interface TileSource {
  readonly layout: TileLayout;
  /** A tile, if it is here. */
  get(number: number): ImageBitmap | null;
  /** What is seen now; it is fetched, and what is seen no more need not come. */
  want(box: TileBox): void;
}

/** The level that fits; where a tile is on its way, the part of a larger one that is here, or of the whole. */
export function drawTiles(
  context: CanvasRenderingContext2D, view: Viewport, bitmap: ImageBitmap, tiles: TileSource, seen: Seen,
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
