/** Joining, subtracting and cutting areas; masks and outlines turned into each other. */

import type { Geom } from "polyclip-ts";

import { areasOf, paintRings, paintStroke, polygonsOf, ringHolds, signedArea } from "./bitmaps";
import { areaRings } from "./editing";
import { boundsOf, settled, type MaskPlace, type Pair, type Placed, type PolygonPlace, type Ring } from "./places";
import { bitmapOf, emptyBitmap, joinedMasks, maskOf, type Joining } from "./runs";

/** The pixels whose middle lies in the shape; null where there are none. */
export function asMask(shape: Placed): MaskPlace | null {
  if (shape.kind === "mask") return shape.at;
  const { x, y, w, h } = boundsOf(shape);
  const left = Math.floor(x);
  const top = Math.floor(y);
  const bitmap = emptyBitmap({ x: left, y: top, w: Math.max(1, Math.ceil(x + w) - left), h: Math.max(1, Math.ceil(y + h) - top) });
  paintRings(bitmap, areaRings(shape), 1);
  return maskOf(bitmap);
}

/** An area as polygons with their holes; a mask to `tolerance` pixels. */
export function asPolygons(shape: Placed, tolerance: number): PolygonPlace[] {
  const polygons = shape.kind === "mask" ? polygonsOf(bitmapOf(shape.at), tolerance) : [{ rings: areaRings(shape) }];
  return polygons.map((at) => settled({ kind: "polygon", at })).filter(hasArea);
}

/** Whether a shape covers something, as the server asks of it. */
export function isDrawable(shape: Placed): boolean {
  if (shape.kind === "polygon") return shape.at.rings.every((ring) => ring.length >= 3 && signedArea(ring) !== 0);
  return shape.kind !== "polyline" || shape.at.points.length >= 2;
}

function hasArea(polygon: PolygonPlace): boolean {
  const [outline] = polygon.rings;
  return outline !== undefined && outline.length >= 3 && signedArea(outline) !== 0;
}

function geometryOf(shape: Placed): Geom {
  return areaRings(shape).map((ring) => ring.map(([x, y]): [number, number] => [x, y])) as Geom;
}

/** What areas make together; masks as soon as one of them is a mask. */
export async function joined(shapes: readonly Placed[], how: Joining): Promise<Placed[]> {
  const [first, ...rest] = shapes;
  if (!first) return [];
  if (shapes.some((shape) => shape.kind === "mask")) {
    let mask = asMask(first);
    for (const shape of rest) {
      const other = asMask(shape);
      if (mask && other) mask = joinedMasks(mask, other, how);
    }
    return mask ? [{ kind: "mask", at: mask }] : [];
  }
  const { difference, intersection, union } = await import("polyclip-ts");
  const run = { union, subtract: difference, intersect: intersection }[how];
  const polygons = run(geometryOf(first), ...rest.map(geometryOf));
  return polygons
    .map((rings): PolygonPlace => ({ rings: rings.map((ring) => ring.map(([x, y]): Pair => [x, y])) }))
    .map((at) => settled({ kind: "polygon", at }))
    .filter(hasArea)
    .map((at) => ({ kind: "polygon", at }));
}

/** The polygon with one more hole; null where the hole does not lie in it. */
export function withHole(polygon: PolygonPlace, hole: Ring): PolygonPlace | null {
  const [outline] = polygon.rings;
  if (!outline || hole.length < 3 || !hole.every((point) => ringHolds(outline, point))) return null;
  return settled({ kind: "polygon", at: { rings: [...polygon.rings, hole] } });
}

/** The two parts of an area that a line cuts; null where the line does not cut it in two. */
export function cut(shape: Placed, line: Ring): Placed[] | null {
  if (shape.kind === "mask") return cutMask(shape.at, line);
  const parts = cutRing(areaRings(shape)[0] ?? [], line);
  if (!parts || parts.some((ring) => !hasArea(settled({ kind: "polygon", at: { rings: [ring] } })))) return null;
  const holes = areaRings(shape).slice(1);
  if (holes.some((hole) => crossings(hole, line).length > 0)) return null;
  return parts.map((outline) => {
    const own = holes.filter((hole) => ringHolds(outline, hole[0] as Pair));
    return { kind: "polygon", at: settled({ kind: "polygon", at: { rings: [outline, ...own] } }) } as Placed;
  });
}

interface Crossing {
  readonly point: Pair;
  /** How far along the ring and along the line. */
  readonly onRing: number;
  readonly onLine: number;
}

function crossings(ring: Ring, line: Ring): Crossing[] {
  const found: Crossing[] = [];
  for (let n = 0; n + 1 < line.length; n++) {
    ring.forEach((from, m) => {
      const to = ring[(m + 1) % ring.length] as Pair;
      const hit = crossing(line[n] as Pair, line[n + 1] as Pair, from, to);
      if (hit) found.push({ point: hit.point, onLine: n + hit.first, onRing: m + hit.second });
    });
  }
  return found.sort((a, b) => a.onLine - b.onLine);
}

function crossing(a: Pair, b: Pair, c: Pair, d: Pair): { point: Pair; first: number; second: number } | null {
  const across = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0]);
  if (across === 0) return null;
  const first = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / across;
  const second = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / across;
  if (first < 0 || first > 1 || second < 0 || second >= 1) return null;
  return { point: [a[0] + first * (b[0] - a[0]), a[1] + first * (b[1] - a[1])], first, second };
}

function cutRing(ring: Ring, line: Ring): Ring[] | null {
  const [enter, leave, more] = crossings(ring, line);
  if (!enter || !leave || more) return null;
  const between = line.filter((_point, n) => n > enter.onLine && n < leave.onLine);
  const path = [enter.point, ...between, leave.point];
  return [
    [...path, ...ringFrom(ring, leave.onRing, enter.onRing)],
    [...[...path].reverse(), ...ringFrom(ring, enter.onRing, leave.onRing)],
  ];
}

/** The points of a ring after one place on it and up to another, going forwards. */
function ringFrom(ring: Ring, from: number, to: number): Ring {
  const points: Pair[] = [];
  const end = to > from ? to : to + ring.length;
  for (let n = Math.floor(from) + 1; n <= end; n++) points.push(ring[n % ring.length] as Pair);
  return points;
}

/** More parts than this come of a mask of crumbs, not of a cut. */
const MOST_PARTS = 50;

/**
 * Parts the areas of a mask that the line goes through. Of each the largest part stays, with the
 * pixels under the line; what the line does not touch stays as it is.
 */
function cutMask(mask: MaskPlace, line: Ring): Placed[] | null {
  const whole = bitmapOf(mask);
  const blade = emptyBitmap(mask);
  for (let n = 0; n + 1 < line.length; n++) {
    const [from, to] = [line[n] as Pair, line[n + 1] as Pair];
    paintStroke(blade, { x: from[0], y: from[1] }, { x: to[0], y: to[1] }, 0.75, 1);
  }
  const before = areasOf(whole).numbers;
  const cutUp = { ...whole, data: whole.data.map((value, place) => (blade.data[place] ? 0 : value)) };
  const { numbers, sizes } = areasOf(cutUp);
  const touched = new Set<number>();
  const inside = new Map<number, number>(); // which area each part was in
  numbers.forEach((number, place) => {
    if (number) inside.set(number, before[place] as number);
    else if (whole.data[place]) touched.add(before[place] as number);
  });
  const loose = looseParts(inside, touched, sizes);
  if (loose.length === 0 || loose.length > MOST_PARTS) return null;
  const parts = loose.map((number) => maskOf({ ...whole, data: numbers.map((one) => (one === number ? 1 : 0)) as unknown as Uint8Array }));
  const rest = maskOf({ ...whole, data: whole.data.map((value, place) => (loose.includes(numbers[place] as number) ? 0 : value)) });
  return [rest, ...parts].flatMap((at) => (at ? [{ kind: "mask", at } as const] : []));
}

/** The parts that come off: of every area that was touched, all but the largest. */
function looseParts(inside: ReadonlyMap<number, number>, touched: ReadonlySet<number>, sizes: readonly number[]): number[] {
  const size = (part: number): number => sizes[part] ?? 0;
  return [...touched].flatMap((area) => {
    const parts = [...inside].filter(([, owner]) => owner === area).map(([part]) => part).sort((a, b) => size(b) - size(a));
    return parts.slice(1);
  });
}

/** The stretch of a ring between two of its points, the shorter way, both ends left out. */
export function alongRing(ring: Ring, from: number, to: number): Ring {
  const forwards = ringFrom(ring, from, to).slice(0, -1);
  const backwards = [...ringFrom(ring, to, from).slice(0, -1)].reverse();
  const length = (line: Ring): number => {
    const path = [ring[from] as Pair, ...line, ring[to] as Pair];
    return path.slice(1).reduce((sum, [x, y], n) => sum + Math.hypot(x - (path[n] as Pair)[0], y - (path[n] as Pair)[1]), 0);
  };
  return length(forwards) <= length(backwards) ? forwards : backwards;
}
