/** Where the selected shape can be taken hold of: drawing and hit testing, in screen pixels. */

import type { Viewport } from "./viewport";
import type { Grip } from "../geometry/editing";
import type { Point } from "../geometry/rect";
import type { Turn } from "../geometry/turns";

const SIDE = 9;
const MIDDLE_SIDE = 6;
const REACH_MOUSE = 8;
const REACH_TOUCH = 22;
/** On a small shape the middle grips would cover everything else. */
const ROOM = 18;

const CURSORS: Readonly<Record<string, string>> = {
  nw: "nwse-resize", se: "nwse-resize", ne: "nesw-resize", sw: "nesw-resize",
  n: "ns-resize", s: "ns-resize", e: "ew-resize", w: "ew-resize",
  turn: "grab",
};

const OPPOSITES: Readonly<Record<string, string>> = {
  "nwse-resize": "nesw-resize", "nesw-resize": "nwse-resize", "ns-resize": "ew-resize", "ew-resize": "ns-resize",
};

/** The cursor over a grip, as the picture lies on the screen. */
export function cursorOver(grip: Grip, turn: Turn): string {
  const cursor = CURSORS[grip.id] ?? "move";
  return turn % 2 === 0 ? cursor : (OPPOSITES[cursor] ?? cursor);
}

function toScreen({ scale, dx, dy }: Viewport, { x, y }: Point): Point {
  return { x: x * scale + dx, y: y * scale + dy };
}

/** The grips that have room: those between two others only where these are apart. */
export function shownGrips(view: Viewport, grips: readonly Grip[]): Grip[] {
  const corner = (id: string): Grip | undefined => grips.find((grip) => grip.id === id);
  const apart = (a: Grip | undefined, b: Grip | undefined): boolean =>
    !a || !b || Math.hypot(a.x - b.x, a.y - b.y) * view.scale >= 2 * ROOM;
  return grips.filter((grip) => {
    if (grip.id === "n" || grip.id === "s") return apart(corner("nw"), corner("ne"));
    if (grip.id === "e" || grip.id === "w") return apart(corner("nw"), corner("sw"));
    if (grip.role === "middle") {
      const point = corner(grip.id.slice(0, -2));
      return !point || Math.hypot(point.x - grip.x, point.y - grip.y) * view.scale >= ROOM;
    }
    return true;
  });
}

export function drawGrips(
  context: CanvasRenderingContext2D,
  view: Viewport,
  grips: readonly Grip[],
  chosen: string | null,
  { color, halo }: { readonly color: string; readonly halo: string },
): void {
  context.setLineDash([]);
  context.globalAlpha = 1;
  for (const grip of shownGrips(view, grips)) {
    const { x, y } = toScreen(view, grip);
    const side = grip.role === "middle" ? MIDDLE_SIDE : SIDE;
    const isChosen = grip.id === chosen;
    context.lineWidth = grip.role === "middle" ? 1 : 2;
    context.fillStyle = isChosen ? color : halo;
    context.strokeStyle = isChosen ? halo : color;
    context.beginPath();
    if (grip.role === "side") context.rect(Math.round(x - side / 2), Math.round(y - side / 2), side, side);
    else context.arc(x, y, side / 2 + (isChosen ? 2 : 0), 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** The grip under a screen point: points before what lies between them. */
export function gripAt(view: Viewport, grips: readonly Grip[], point: Point, touch: boolean): Grip | null {
  const reach = touch ? REACH_TOUCH : REACH_MOUSE;
  let best: Grip | null = null;
  let nearest = reach;
  for (const grip of shownGrips(view, grips)) {
    const at = toScreen(view, grip);
    const distance = Math.max(Math.abs(at.x - point.x), Math.abs(at.y - point.y));
    const isFirst = grip.role === "point" || grip.role === "joint" || grip.id.length === 2;
    const rank = isFirst ? distance - 0.5 : distance;
    if (rank <= nearest) {
      nearest = rank;
      best = grip;
    }
  }
  return best;
}
