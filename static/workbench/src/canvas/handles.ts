/** The eight handles of a selected box: drawing and hit testing, in screen pixels. */

import { handlePoints, type Handle, type Point, type Rect } from "../geometry/rect";

const SIDE = 9;
const REACH_MOUSE = 8;
const REACH_TOUCH = 22;

export const CURSORS: Readonly<Record<Handle, string>> = {
  nw: "nwse-resize", se: "nwse-resize", ne: "nesw-resize", sw: "nesw-resize",
  n: "ns-resize", s: "ns-resize", e: "ew-resize", w: "ew-resize",
};

/** On a small box the middle handles would cover everything else. */
function shown(rect: Rect, handle: Handle): boolean {
  if (handle === "n" || handle === "s") return rect.w >= 36;
  if (handle === "e" || handle === "w") return rect.h >= 36;
  return true;
}

export function drawHandles(
  context: CanvasRenderingContext2D,
  rect: Rect,
  color: string,
  halo: string,
): void {
  context.setLineDash([]);
  context.lineWidth = 2;
  for (const [handle, { x, y }] of handlePoints(rect)) {
    if (!shown(rect, handle)) continue;
    const left = Math.round(x - SIDE / 2);
    const top = Math.round(y - SIDE / 2);
    context.fillStyle = halo;
    context.fillRect(left, top, SIDE, SIDE);
    context.strokeStyle = color;
    context.strokeRect(left, top, SIDE, SIDE);
  }
}

/** The handle under a screen point, corners first. */
export function handleAt(rect: Rect, point: Point, touch: boolean): Handle | null {
  const reach = touch ? REACH_TOUCH : REACH_MOUSE;
  let best: Handle | null = null;
  let nearest = reach;
  for (const [handle, at] of handlePoints(rect)) {
    if (!shown(rect, handle)) continue;
    const distance = Math.max(Math.abs(at.x - point.x), Math.abs(at.y - point.y));
    const rank = handle.length === 2 ? distance - 0.5 : distance;
    if (rank <= nearest) {
      nearest = rank;
      best = handle;
    }
  }
  return best;
}
