/** Places as paths in screen pixels. Points that fall together on the screen are left out. */

import type { Viewport } from "./viewport";
import type { EllipsePlace, Ring } from "../geometry/places";

/** Nearer points than this make no difference to the eye, in screen pixels. */
const GRAIN = 1.5;

function trace(path: Path2D, { scale, dx, dy }: Viewport, line: Ring): void {
  let beforeX = NaN;
  let beforeY = NaN;
  const last = line.length - 1;
  for (let n = 0; n <= last; n++) {
    const [px, py] = line[n] as readonly [number, number];
    const x = px * scale + dx;
    const y = py * scale + dy;
    if (n === 0) path.moveTo(x, y);
    else if (n === last || Math.abs(x - beforeX) + Math.abs(y - beforeY) >= GRAIN) path.lineTo(x, y);
    else continue;
    beforeX = x;
    beforeY = y;
  }
}

export function ringsPath(view: Viewport, rings: readonly Ring[]): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    trace(path, view, ring);
    path.closePath();
  }
  return path;
}

export function linePath(view: Viewport, line: Ring): Path2D {
  const path = new Path2D();
  trace(path, view, line);
  return path;
}

export function ellipsePath(view: Viewport, { cx, cy, rx, ry, angle }: EllipsePlace): Path2D {
  const path = new Path2D();
  const { scale, dx, dy } = view;
  path.ellipse(cx * scale + dx, cy * scale + dy, rx * scale, ry * scale, (angle * Math.PI) / 180, 0, 2 * Math.PI);
  return path;
}
