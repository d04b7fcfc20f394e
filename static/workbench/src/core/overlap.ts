/** How much two places have in common. */

import { sharedOf } from "../geometry/parts";
import type { Rect } from "../geometry/rect";
import { boundsOf, type Placed } from "../geometry/places";
import { isShape } from "./regions";
import type { InstantRegion, Region, ShapeRegion, TrackRegion } from "./types";

/** Shared area over joint area, 0 to 1; 1 means the same rectangle. */
export function intersectionOverUnion(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.w * a.h + b.w * b.h - shared);
}

/** Instants a tenth of a second apart, or on other channels, have nothing in common. */
const NEAR_SECONDS = 0.1;

function nearness(a: InstantRegion, b: InstantRegion): number {
  if (a.on?.channel !== b.on?.channel) return 0;
  return Math.max(0, 1 - Math.abs(a.at.t - b.at.t) / NEAR_SECONDS);
}

/** Shapes of one kind, by the rectangles around them: enough to find which belong together. */
function shapesOverlap(a: ShapeRegion, b: ShapeRegion): number {
  const [first, second] = [wide(a), wide(b)];
  return intersectionOverUnion(first, second);
}

/** Tracks of one object begin together and alike; how they go on is compared by `trackOverlap.ts`. */
function beginAlike(a: TrackRegion, b: TrackRegion): number {
  const [one, other] = [a.at.keys[0], b.at.keys[0]];
  if (!one || !other || a.at.of !== b.at.of || Math.abs(one.t - other.t) > NEAR_SECONDS) return 0;
  return intersectionOverUnion(wide({ kind: a.at.of, at: one.at }), wide({ kind: b.at.of, at: other.at }));
}

/** The rectangle around a shape. A point and a straight line cover nothing: they get some room. */
export function wide(region: Pick<ShapeRegion, "kind" | "at">): Rect {
  const { x, y, w, h } = boundsOf({ kind: region.kind, at: region.at } as Placed);
  const room = region.kind === "point" ? 20 : 1;
  return { x: x - room, y: y - room, w: w + 2 * room, h: h + 2 * room };
}

/** How much two regions mean the same place, 0 to 1. Answers about the item always do. */
export function overlapOf(a: Region, b: Region): number {
  if (a.question !== b.question || a.kind !== b.kind) return 0;
  if (a.kind === "box" && b.kind === "box") return intersectionOverUnion(a.at, b.at);
  if (a.kind === "instant" && b.kind === "instant") return nearness(a, b);
  if (a.kind === "track" && b.kind === "track") return beginAlike(a, b);
  if (a.kind === "span" && b.kind === "span") return sharedOf(a.at, b.at);
  if (a.kind === "segment" && b.kind === "segment") {
    if (a.on?.channel !== b.on?.channel) return 0;
    const shared = Math.min(a.at.end, b.at.end) - Math.max(a.at.start, b.at.start);
    if (shared <= 0) return 0;
    return shared / (a.at.end - a.at.start + (b.at.end - b.at.start) - shared);
  }
  if (isShape(a) && isShape(b)) return shapesOverlap(a, b);
  return a.kind === "item" && b.kind === "item" ? 1 : 0;
}
