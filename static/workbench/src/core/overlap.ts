/** How much two places have in common. */

import { sharedOf } from "../geometry/parts";
import type { Rect } from "../geometry/rect";
import type { Region } from "./types";

/** Shared area over joint area, 0 to 1; 1 means the same rectangle. */
export function intersectionOverUnion(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.w * a.h + b.w * b.h - shared);
}

/** How much two regions mean the same place, 0 to 1. Answers about the item always do. */
export function overlapOf(a: Region, b: Region): number {
  if (a.question !== b.question || a.kind !== b.kind) return 0;
  if (a.kind === "box" && b.kind === "box") return intersectionOverUnion(a.at, b.at);
  if (a.kind === "span" && b.kind === "span") {
    return sharedOf(a.at, b.at);
  }
  return a.kind === "item" && b.kind === "item" ? 1 : 0;
}
