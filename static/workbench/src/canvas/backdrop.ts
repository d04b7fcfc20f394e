/** The picture under the shapes: one bitmap, and for a large picture sharper tiles over it as they come. */

import type { Viewport } from "./viewport";
import type { Rect, Size } from "../geometry/rect";

/** The sharper parts of a large picture. */
export interface Sharper {
  /** The size of the picture; its bitmap is smaller. */
  readonly size: Size;
  /** Draws what is seen as sharp as can be, `bitmap` where nothing better is here. */
  draw(context: CanvasRenderingContext2D, view: Viewport, bitmap: ImageBitmap, seen: Seen): void;
}

export interface Backdrop {
  /** The whole picture, of a large one a smaller copy. */
  readonly bitmap: ImageBitmap;
  readonly size: Size;
  readonly tiles: Sharper | null;
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
  if (tiles && view.scale * seen.ratio > bitmap.width / size.width) tiles.draw(context, view, bitmap, seen);
  else context.drawImage(bitmap, place.x, place.y, place.w, place.h);
  context.filter = "none";
  if (look.channel) showChannel(context, look.channel, place);
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
