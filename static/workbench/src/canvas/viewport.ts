/** Where the image lies on the stage: screen = image × scale + offset, in CSS pixels. */

import type { Point, Rect, Size } from "../geometry/rect";

export interface Viewport {
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
}

const MOST_SCALE = 100;
/** A tiny picture is enlarged to about this many screen pixels, and never more than that by itself. */
const LARGE_ENOUGH = 512;
/** At least this much of the image stays on the stage. */
const STAYS = 48;

export function toImage(view: Viewport, point: Point): Point {
  return { x: (point.x - view.dx) / view.scale, y: (point.y - view.dy) / view.scale };
}

export function toScreen(view: Viewport, point: Point): Point {
  return { x: point.x * view.scale + view.dx, y: point.y * view.scale + view.dy };
}

export function rectToScreen(view: Viewport, rect: Rect): Rect {
  const corner = toScreen(view, rect);
  return { ...corner, w: rect.w * view.scale, h: rect.h * view.scale };
}

/** The whole image in the middle of the stage. Tiny ones are enlarged, but not without limit. */
export function fit(stage: Size, image: Size): Viewport {
  const whole = Math.min(stage.width / image.width, stage.height / image.height);
  const most = Math.max(8, LARGE_ENOUGH / Math.max(image.width, image.height));
  const scale = Math.min(Math.max(whole, 0.001), most, MOST_SCALE);
  return centred(stage, image, scale);
}

function centred(stage: Size, image: Size, scale: number): Viewport {
  return {
    scale,
    dx: (stage.width - image.width * scale) / 2,
    dy: (stage.height - image.height * scale) / 2,
  };
}

/** Zooms while the image point under `at` stays where it is. */
export function zoomed(view: Viewport, at: Point, factor: number, stage: Size, image: Size): Viewport {
  const least = Math.min(fit(stage, image).scale, 1) / 4;
  const scale = Math.min(Math.max(view.scale * factor, least), MOST_SCALE);
  const under = toImage(view, at);
  return kept({ scale, dx: at.x - under.x * scale, dy: at.y - under.y * scale }, stage, image);
}

export function panned(view: Viewport, dx: number, dy: number, stage: Size, image: Size): Viewport {
  return kept({ ...view, dx: view.dx + dx, dy: view.dy + dy }, stage, image);
}

/** A view that shows the rectangle, taking up the given share of the stage. */
export function showing(rect: Rect, share: number, stage: Size, image: Size): Viewport {
  const scale = Math.min(
    (stage.width * share) / rect.w,
    (stage.height * share) / rect.h,
    Math.max(10, fit(stage, image).scale),
  );
  const x = rect.x + rect.w / 2;
  const y = rect.y + rect.h / 2;
  return kept({ scale, dx: stage.width / 2 - x * scale, dy: stage.height / 2 - y * scale }, stage, image);
}

/** The part of the image that lies within `margin` pixels around the stage. */
export function visibleRect(view: Viewport, stage: Size, margin = 0): Rect {
  const corner = toImage(view, { x: -margin, y: -margin });
  const w = (stage.width + 2 * margin) / view.scale;
  return { ...corner, w, h: (stage.height + 2 * margin) / view.scale };
}

function kept(view: Viewport, stage: Size, image: Size): Viewport {
  const clamp = (offset: number, room: number, length: number): number =>
    Math.min(Math.max(offset, STAYS - length * view.scale), room - STAYS);
  return {
    scale: view.scale,
    dx: clamp(view.dx, stage.width, image.width),
    dy: clamp(view.dy, stage.height, image.height),
  };
}
