/** Changing a place by its handles, by moving, growing and turning it. Nothing leaves the picture that may not. */

import { cornersOf, settled, type Pair, type Placed, type Ring, type RotatedBoxPlace, type ShapeKind } from "./places";
import { boundsOf } from "./places";
import { ringHolds, distanceToLine } from "./bitmaps";
import { fitInside, grown, handlePoints, moved, resized, type Handle as BoxHandle, type Point, type Rect, type Size } from "./rect";
import { maskHolds } from "./runs";

/** A place on a shape that can be taken hold of; in image pixels. */
export interface Grip extends Point {
  readonly id: string;
  /** `middle` stands between two points and becomes one when it is dragged. */
  readonly role: "side" | "point" | "middle" | "turn" | "joint";
}

const ENDLESS: Size = { width: 1e9, height: 1e9 };

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

function inside({ x, y }: Point, image: Size): Pair {
  return [clamp(x, 0, image.width), clamp(y, 0, image.height)];
}

/** Moved by (dx, dy), as far as the picture allows. */
export function translated(shape: Placed, dx: number, dy: number, image: Size): Placed {
  const { kind } = shape;
  if (kind === "box") return { kind, at: moved(shape.at, dx, dy, image) };
  if (kind === "rotated_box" || kind === "ellipse") {
    const at = { ...shape.at, cx: clamp(shape.at.cx + dx, 0, image.width), cy: clamp(shape.at.cy + dy, 0, image.height) };
    return { kind, at: settled({ kind, at } as Placed) } as Placed;
  }
  const bounds = boundsOf(shape);
  const right = clamp(dx, -bounds.x, image.width - bounds.x - bounds.w);
  const down = clamp(dy, -bounds.y, image.height - bounds.y - bounds.h);
  if (kind === "mask") return { kind, at: { ...shape.at, x: Math.round(bounds.x + right), y: Math.round(bounds.y + down) } };
  return mapped(shape, ([x, y]) => [x + right, y + down]);
}

/** The shape with every point of it put elsewhere. */
function mapped(shape: Placed, change: (point: Pair) => Pair): Placed {
  switch (shape.kind) {
    case "polygon":
      return written({ kind: "polygon", at: { rings: shape.at.rings.map((ring) => ring.map(change)) } });
    case "polyline":
      return written({ kind: "polyline", at: { points: shape.at.points.map(change) } });
    case "point": {
      const [x, y] = change([shape.at.x, shape.at.y]);
      return written({ kind: "point", at: { x, y } });
    }
    case "skeleton": {
      const joints = Object.entries(shape.at.joints).map(([name, joint]) => {
        const [x, y] = change([joint.x, joint.y]);
        return [name, { ...joint, x, y }] as const;
      });
      return written({ kind: "skeleton", at: { joints: Object.fromEntries(joints) } });
    }
    default:
      return shape;
  }
}

function written(shape: Placed): Placed {
  return { kind: shape.kind, at: settled(shape) } as Placed;
}

/** Larger by (dw, dh), to the right and down. A mask and a point have no size to change. */
export function enlarged(shape: Placed, dw: number, dh: number, image: Size): Placed {
  const { kind } = shape;
  if (kind === "box") return { kind, at: grown(shape.at, dw, dh, image) };
  if (kind === "rotated_box") return written({ kind, at: { ...shape.at, w: Math.max(1, shape.at.w + dw), h: Math.max(1, shape.at.h + dh) } });
  if (kind === "ellipse") {
    return written({ kind, at: { ...shape.at, rx: Math.max(0.5, shape.at.rx + dw / 2), ry: Math.max(0.5, shape.at.ry + dh / 2) } });
  }
  if (kind === "mask" || kind === "point") return shape;
  const { x, y, w, h } = boundsOf(shape);
  const wide = w > 0 ? clamp(w + dw, 1, image.width - x) / w : 1;
  const high = h > 0 ? clamp(h + dh, 1, image.height - y) / h : 1;
  return mapped(shape, ([px, py]) => [x + (px - x) * wide, y + (py - y) * high]);
}

/** Turned clockwise around its middle. Boxes, masks and points stay as they are. */
export function turned(shape: Placed, degrees: number, image: Size): Placed {
  const { kind } = shape;
  if (kind === "rotated_box" || kind === "ellipse") {
    return written({ kind, at: { ...shape.at, angle: shape.at.angle + degrees } } as Placed);
  }
  if (kind !== "polygon" && kind !== "polyline" && kind !== "skeleton") return shape;
  const { x, y, w, h } = boundsOf(shape);
  const [cx, cy] = [x + w / 2, y + h / 2];
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return mapped(shape, ([px, py]) => {
    const [dx, dy] = [px - cx, py - cy];
    return inside({ x: cx + dx * cos - dy * sin, y: cy + dx * sin + dy * cos }, image);
  });
}

/** A shape that may stand askew as an upright rectangle around its own middle. */
export function uprightOf(shape: Extract<Placed, { kind: "rotated_box" | "ellipse" }>): Rect & { readonly angle: number } {
  if (shape.kind === "rotated_box") {
    const { cx, cy, w, h, angle } = shape.at;
    return { x: cx - w / 2, y: cy - h / 2, w, h, angle };
  }
  const { cx, cy, rx, ry, angle } = shape.at;
  return { x: cx - rx, y: cy - ry, w: 2 * rx, h: 2 * ry, angle };
}

/** A box, rotated box or ellipse that fills an upright rectangle, turned around its middle. */
export function filling(kind: "box" | "rotated_box" | "ellipse", rect: Rect, angle: number, image: Size): Placed {
  if (kind === "box") return { kind, at: fitInside(rect, image) };
  const cx = rect.x + rect.w / 2;
  const cy = rect.y + rect.h / 2;
  if (kind === "rotated_box") return written({ kind, at: { cx, cy, w: Math.max(1, rect.w), h: Math.max(1, rect.h), angle } });
  return written({ kind, at: { cx, cy, rx: Math.max(0.5, rect.w / 2), ry: Math.max(0.5, rect.h / 2), angle } });
}

function about(point: Point, centre: Point, degrees: number): Point {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const [dx, dy] = [point.x - centre.x, point.y - centre.y];
  return { x: centre.x + dx * cos - dy * sin, y: centre.y + dx * sin + dy * cos };
}

/** Where a shape can be taken hold of. `reach` is how far the turning grip stands off, in image pixels. */
export function gripsOf(shape: Placed, reach: number): Grip[] {
  switch (shape.kind) {
    case "box":
      return handlePoints(shape.at).map(([id, at]) => ({ id, role: "side", ...at }));
    case "rotated_box":
    case "ellipse": {
      const { angle, ...rect } = uprightOf(shape);
      const centre = { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
      const sides = handlePoints(rect).map(([id, at]): Grip => ({ id, role: "side", ...about(at, centre, angle) }));
      const turn = about({ x: centre.x, y: rect.y - reach }, centre, angle);
      return [...sides, { id: "turn", role: "turn", ...turn }];
    }
    case "polygon":
      return shape.at.rings.flatMap((ring, n) => lineGrips(ring, `${n}`, true));
    case "polyline":
      return lineGrips(shape.at.points, "0", false);
    case "point":
      return [{ id: "0:0", role: "point", ...shape.at }];
    case "skeleton":
      return Object.entries(shape.at.joints).map(([id, { x, y }]) => ({ id, role: "joint", x, y }));
    case "mask":
      return [];
  }
}

function lineGrips(line: Ring, name: string, closed: boolean): Grip[] {
  const points = line.map(([x, y], n): Grip => ({ id: `${name}:${n}`, role: "point", x, y }));
  const middles = line.flatMap(([x, y], n): Grip[] => {
    const next = line[n + 1] ?? (closed ? line[0] : undefined);
    return next ? [{ id: `${name}:${n}:m`, role: "middle", x: (x + next[0]) / 2, y: (y + next[1]) / 2 }] : [];
  });
  return [...points, ...middles];
}

/** The shape after one grip was dragged to a point. */
export function dragged(shape: Placed, grip: string, to: Point, image: Size): Placed {
  switch (shape.kind) {
    case "box":
      return { kind: "box", at: resized(shape.at, grip as BoxHandle, to, image) };
    case "rotated_box":
    case "ellipse":
      return draggedAskew(shape, grip, to, image);
    case "polygon":
    case "polyline":
      return draggedLine(shape, grip, inside(to, image));
    case "point": {
      const [x, y] = inside(to, image);
      return written({ kind: "point", at: { x, y } });
    }
    case "skeleton": {
      const joint = shape.at.joints[grip];
      if (!joint) return shape;
      const [x, y] = inside(to, image);
      return written({ kind: "skeleton", at: { joints: { ...shape.at.joints, [grip]: { ...joint, x, y } } } });
    }
    case "mask":
      return shape;
  }
}

function draggedAskew(shape: Extract<Placed, { kind: "rotated_box" | "ellipse" }>, grip: string, to: Point, image: Size): Placed {
  const { angle, ...rect } = uprightOf(shape);
  const centre = { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
  if (grip === "turn") {
    const degrees = (Math.atan2(to.y - centre.y, to.x - centre.x) * 180) / Math.PI + 90;
    return written({ kind: shape.kind, at: { ...shape.at, angle: Math.round(degrees * 10) / 10 } } as Placed);
  }
  const local = about(to, centre, -angle);
  const far = 1e6; // an upright box stays right of 0; this one has no such edge
  const shifted = { ...rect, x: rect.x + far, y: rect.y + far };
  const next = resized(shifted, grip as BoxHandle, { x: local.x + far, y: local.y + far }, ENDLESS);
  const upright = { ...next, x: next.x - far, y: next.y - far };
  const middle = about({ x: upright.x + upright.w / 2, y: upright.y + upright.h / 2 }, centre, angle);
  const kept = { x: clamp(middle.x, 0, image.width) - upright.w / 2, y: clamp(middle.y, 0, image.height) - upright.h / 2 };
  return filling(shape.kind, { ...upright, ...kept }, angle, image);
}

type Line = Extract<Placed, { kind: "polygon" | "polyline" }>;

function linesOf(shape: Line): readonly Ring[] {
  return shape.kind === "polygon" ? shape.at.rings : [shape.at.points];
}

function withLines(shape: Line, lines: readonly Ring[]): Placed {
  return shape.kind === "polygon" ? { kind: "polygon", at: { rings: lines } } : { kind: "polyline", at: { points: lines[0] ?? [] } };
}

function draggedLine(shape: Line, grip: string, to: Pair): Placed {
  const [name, place, middle] = grip.split(":");
  const lines = linesOf(shape).map((line, n) => {
    if (n !== Number(name)) return line;
    const points = [...line];
    if (middle) points.splice(Number(place) + 1, 0, to);
    else points[Number(place)] = to;
    return points;
  });
  return written(withLines(shape, lines));
}

/** The shape without one point or joint; null where too little would be left. */
export function withoutGrip(shape: Placed, grip: string): Placed | null {
  if (shape.kind === "skeleton") {
    const { [grip]: _, ...joints } = shape.at.joints;
    return Object.keys(joints).length ? written({ kind: "skeleton", at: { joints } }) : null;
  }
  if (shape.kind !== "polygon" && shape.kind !== "polyline") return null;
  const [name, place] = grip.split(":").map(Number);
  const least = shape.kind === "polygon" ? 3 : 2;
  const lines = linesOf(shape).map((line, n) => (n === name ? line.filter((_point, index) => index !== place) : line));
  const short = lines.findIndex((line) => line.length < least);
  if (short === 0) return null;
  return written(withLines(shape, short < 0 ? lines : lines.filter((_line, n) => n !== short)));
}

/** How far a point is from the outline or the inside of a shape: 0 inside, else the distance in image pixels. */
export function distanceTo(shape: Placed, point: Point): number {
  const pair: Pair = [point.x, point.y];
  switch (shape.kind) {
    case "box":
      return distanceToRing(boxRing(shape.at), pair);
    case "rotated_box":
      return distanceToRing(cornersOf(shape.at as RotatedBoxPlace), pair);
    case "ellipse": {
      const { cx, cy, rx, ry, angle } = shape.at;
      const local = about(point, { x: cx, y: cy }, -angle);
      const out = Math.hypot((local.x - cx) / rx, (local.y - cy) / ry);
      return out <= 1 ? 0 : (out - 1) * Math.min(rx, ry);
    }
    case "polygon": {
      const holds = shape.at.rings.filter((ring) => ringHolds(ring, pair)).length % 2 === 1;
      return holds ? 0 : Math.min(...shape.at.rings.map((ring) => distanceToOutline(ring, pair, true)));
    }
    case "polyline":
      return distanceToOutline(shape.at.points, pair, false);
    case "point":
      return Math.hypot(point.x - shape.at.x, point.y - shape.at.y);
    case "skeleton":
      return Math.min(...Object.values(shape.at.joints).map((joint) => Math.hypot(point.x - joint.x, point.y - joint.y)));
    case "mask":
      return maskHolds(shape.at, point.x, point.y) ? 0 : Infinity;
  }
}

function boxRing({ x, y, w, h }: Rect): Ring {
  return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
}

function distanceToRing(ring: Ring, point: Pair): number {
  return ringHolds(ring, point) ? 0 : distanceToOutline(ring, point, true);
}

function distanceToOutline(line: Ring, point: Pair, closed: boolean): number {
  let least = Infinity;
  line.forEach((from, n) => {
    const to = line[n + 1] ?? (closed ? line[0] : undefined);
    if (to) least = Math.min(least, distanceToLine(point, from, to));
  });
  return least;
}

/** The outline or outlines of an area in image pixels; empty for lines, points, skeletons and masks. */
export function areaRings(shape: Placed): readonly Ring[] {
  switch (shape.kind) {
    case "box":
      return [boxRing(shape.at)];
    case "rotated_box":
      return [cornersOf(shape.at)];
    case "ellipse":
      return [ellipseRing(shape.at)];
    case "polygon":
      return shape.at.rings;
    default:
      return [];
  }
}

function ellipseRing({ cx, cy, rx, ry, angle }: { cx: number; cy: number; rx: number; ry: number; angle: number }): Ring {
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  return Array.from({ length: 64 }, (_, n): Pair => {
    const [x, y] = [rx * Math.cos((n * Math.PI) / 32), ry * Math.sin((n * Math.PI) / 32)];
    return [cx + x * cos - y * sin, cy + x * sin + y * cos];
  });
}

/** Whether a shape covers an area, so that it can be joined, cut and turned into a mask. */
export function isArea(kind: ShapeKind): boolean {
  return kind !== "polyline" && kind !== "point" && kind !== "skeleton";
}
