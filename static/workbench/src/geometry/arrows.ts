/** Arrows between shapes: from border to border, a little bent, so that two ways between the same shapes part. */

import { areaRings } from "./editing";
import { boundsOf, type Placed, type Ring } from "./places";
import type { Point } from "./rect";

export interface Arrow {
  readonly from: Point;
  readonly to: Point;
  /** What the curve is drawn towards. */
  readonly bend: Point;
  /** The middle of the curve, where its name stands. */
  readonly middle: Point;
}

/** How far the first arrow is bent aside, as a share of its length; each further one as much again. */
const BEND = 0.12;
const MOST_BEND = 0.6;
const STEPS = 24;

/** The arrow between two shapes; `rank` counts the ones before it between the same two. */
export function arrowBetween(source: Placed, target: Placed, rank: number): Arrow {
  const [a, b] = [middleOf(source), middleOf(target)];
  const from = borderOf(source, a, b);
  const to = borderOf(target, b, a);
  const share = Math.min(BEND * (rank + 1), MOST_BEND);
  const bend = { x: (from.x + to.x) / 2 - (to.y - from.y) * share, y: (from.y + to.y) / 2 + (to.x - from.x) * share };
  return { from, to, bend, middle: onCurve({ from, to, bend }, 0.5) };
}

function onCurve({ from, to, bend }: Pick<Arrow, "from" | "to" | "bend">, share: number): Point {
  const [p, q, r] = [(1 - share) ** 2, 2 * share * (1 - share), share ** 2];
  return { x: p * from.x + q * bend.x + r * to.x, y: p * from.y + q * bend.y + r * to.y };
}

/** How far a point is from the curve. */
export function distanceToArrow(arrow: Arrow, point: Point): number {
  let least = Infinity;
  for (let step = 0; step < STEPS; step++) {
    const [a, b] = [onCurve(arrow, step / STEPS), onCurve(arrow, (step + 1) / STEPS)];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = ((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.min(1, Math.max(0, along));
    least = Math.min(least, Math.hypot(a.x + share * dx - point.x, a.y + share * dy - point.y));
  }
  return least;
}

function middleOf(shape: Placed): Point {
  const { x, y, w, h } = boundsOf(shape);
  return { x: x + w / 2, y: y + h / 2 };
}

/** Where the way from the middle of a shape to a place outside leaves it; inside, the middle itself. */
function borderOf(shape: Placed, middle: Point, aim: Point): Point {
  let last = 0;
  for (const ring of outlines(shape)) {
    ring.forEach(([x, y], n) => {
      const [bx, by] = ring[(n + 1) % ring.length] as readonly [number, number];
      const share = crossing(middle, aim, { x, y }, { x: bx, y: by });
      if (share !== null && share > last) last = share;
    });
  }
  return { x: middle.x + (aim.x - middle.x) * last, y: middle.y + (aim.y - middle.y) * last };
}

/** Outer edges; of lines, joints and masks the rectangle around them. */
function outlines(shape: Placed): readonly Ring[] {
  if (shape.kind === "box" || shape.kind === "rotated_box" || shape.kind === "ellipse" || shape.kind === "polygon") {
    return areaRings(shape).slice(0, 1);
  }
  const { x, y, w, h } = boundsOf(shape);
  return [[[x, y], [x + w, y], [x + w, y + h], [x, y + h]]];
}

/** At which share of the way from `a` to `b` it crosses the edge from `c` to `d`; null where it does not. */
function crossing(a: Point, b: Point, c: Point, d: Point): number | null {
  const [ux, uy, vx, vy] = [b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y];
  const cross = ux * vy - uy * vx;
  if (cross === 0) return null;
  const share = ((c.x - a.x) * vy - (c.y - a.y) * vx) / cross;
  const along = ((c.x - a.x) * uy - (c.y - a.y) * ux) / cross;
  return share >= 0 && share <= 1 && along >= 0 && along <= 1 ? share : null;
}
