/**
 * Places in a picture, in pixels of the upright original: what each kind holds and how it is written.
 *
 * `settled` writes a place as the server does, byte for byte; `tests/vectors/places.json` holds both to it.
 */

import { thousandth, type Point, type Rect } from "./rect";

export type Pair = readonly [number, number];
export type Ring = readonly Pair[];

export interface RotatedBoxPlace {
  readonly cx: number;
  readonly cy: number;
  readonly w: number;
  readonly h: number;
  /** Degrees clockwise on the screen, 0 to 360. */
  readonly angle: number;
}

export interface EllipsePlace {
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
  /** Degrees clockwise on the screen, 0 to 180. */
  readonly angle: number;
}

export interface PolygonPlace {
  /** The outline, then the holes; the last point joins the first. */
  readonly rings: readonly Ring[];
}

export interface PolylinePlace {
  readonly points: Ring;
}

export interface JointPlace extends Point {
  /** Behind something: its place is a guess. */
  readonly hidden?: boolean;
}

export interface SkeletonPlace {
  /** A joint that is left out is absent. */
  readonly joints: Readonly<Record<string, JointPlace>>;
}

/** Run lengths inside the smallest box around the mask, as text: see `runs.ts`. */
export interface MaskPlace extends Rect {
  readonly counts: string;
}

export interface PlaceOf {
  readonly box: Rect;
  readonly rotated_box: RotatedBoxPlace;
  readonly polygon: PolygonPlace;
  readonly polyline: PolylinePlace;
  readonly ellipse: EllipsePlace;
  readonly point: Point;
  readonly skeleton: SkeletonPlace;
  readonly mask: MaskPlace;
}

export type ShapeKind = keyof PlaceOf;

/** A kind with a place of that kind. */
export type Placed = { readonly [Kind in ShapeKind]: { readonly kind: Kind; readonly at: PlaceOf[Kind] } }[ShapeKind];

/** Degrees as they are written: from 0 up to `turn`, to 1/1000. */
export function settledAngle(angle: number, turn = 360): number {
  const turned = thousandth(angle - 360 * Math.floor(angle / 360));
  const within = turned === 360 ? 0 : turned;
  return within >= turn ? thousandth(within - turn) : within;
}

function sameAs(a: Pair | undefined, b: Pair | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];
}

/** The points to 1/1000, each once where several in a row are the same. */
export function settledPoints(points: Ring): Ring {
  const kept: Pair[] = [];
  for (const [x, y] of points) {
    const point = [thousandth(x), thousandth(y)] as const;
    if (!sameAs(kept.at(-1), point)) kept.push(point);
  }
  return kept;
}

function settledRing(ring: Ring): Ring {
  const points = settledPoints(ring);
  return points.length > 1 && sameAs(points[0], points.at(-1)) ? points.slice(0, -1) : points;
}

function settledJoints(joints: SkeletonPlace["joints"]): SkeletonPlace {
  const names = Object.keys(joints).sort();
  const entries = names.map((name) => {
    const { x, y, hidden } = joints[name] as JointPlace;
    return [name, { x: thousandth(x), y: thousandth(y), ...(hidden ? { hidden } : {}) }] as const;
  });
  return { joints: Object.fromEntries(entries) };
}

/** The place as it is written. A mask is in its one form already: see `maskOf`. */
export function settled<Shape extends Placed>(shape: Shape): Shape["at"] {
  switch (shape.kind) {
    case "box": {
      const { x, y, w, h } = shape.at;
      return { x: thousandth(x), y: thousandth(y), w: thousandth(w), h: thousandth(h) };
    }
    case "rotated_box": {
      const { cx, cy, w, h, angle } = shape.at;
      return { cx: thousandth(cx), cy: thousandth(cy), w: thousandth(w), h: thousandth(h), angle: settledAngle(angle) };
    }
    case "ellipse": {
      const { cx, cy, rx, ry, angle } = shape.at;
      return { cx: thousandth(cx), cy: thousandth(cy), rx: thousandth(rx), ry: thousandth(ry), angle: settledAngle(angle, 180) };
    }
    case "polygon":
      return { rings: shape.at.rings.map(settledRing) };
    case "polyline":
      return { points: settledPoints(shape.at.points) };
    case "point":
      return { x: thousandth(shape.at.x), y: thousandth(shape.at.y) };
    case "skeleton":
      return settledJoints(shape.at.joints);
    case "mask":
      return shape.at;
  }
}

/** The four corners, clockwise from what is the top left before the turn. */
export function cornersOf({ cx, cy, w, h, angle }: RotatedBoxPlace): Pair[] {
  const turn = (angle * Math.PI) / 180;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([right, down]) => {
    const x = ((right as number) * w) / 2;
    const y = ((down as number) * h) / 2;
    return [cx + x * cos - y * sin, cy + x * sin + y * cos] as const;
  });
}

/** The smallest upright rectangle around some points. */
export function boundsOfPoints(points: Ring): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const [x, y] of points) {
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}

function boundsOfEllipse({ cx, cy, rx, ry, angle }: EllipsePlace): Rect {
  const turn = (angle * Math.PI) / 180;
  const halfWidth = Math.hypot(rx * Math.cos(turn), ry * Math.sin(turn));
  const halfHeight = Math.hypot(rx * Math.sin(turn), ry * Math.cos(turn));
  return { x: cx - halfWidth, y: cy - halfHeight, w: 2 * halfWidth, h: 2 * halfHeight };
}

/** The smallest upright rectangle around a place; of no size for a point. */
export function boundsOf(shape: Placed): Rect {
  switch (shape.kind) {
    case "box":
    case "mask":
      return shape.at;
    case "rotated_box":
      return boundsOfPoints(cornersOf(shape.at));
    case "ellipse":
      return boundsOfEllipse(shape.at);
    case "polygon":
      return boundsOfPoints(shape.at.rings[0] ?? []);
    case "polyline":
      return boundsOfPoints(shape.at.points);
    case "point":
      return { x: shape.at.x, y: shape.at.y, w: 0, h: 0 };
    case "skeleton":
      return boundsOfPoints(Object.values(shape.at.joints).map(({ x, y }) => [x, y] as const));
  }
}
