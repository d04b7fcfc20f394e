import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { intersectionOverUnion } from "../src/core/overlap";
import {
  fitInside, fromCorners, grown, handlePoints, moved, resized, thousandth,
  type Handle, type Rect, type Size,
} from "../src/geometry/rect";
import { vectors } from "./vectors";

const IMAGE: Size = { width: 640, height: 480 };
const coordinate = fc.double({ min: -2000, max: 2000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const box = fc
  .tuple(point, point)
  .map(([a, b]) => fitInside(fromCorners(a, b), IMAGE));

function isInside({ x, y, w, h }: Rect): boolean {
  return x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 640 + 1e-6 && y + h <= 480 + 1e-6;
}

function isRounded(rect: Rect): boolean {
  return Object.values(rect).every((value) => Object.is(thousandth(value), value));
}

test("coordinates are rounded as the server rounds them", () => {
  for (const [given, rounded] of vectors<[number, number]>("rounding")) {
    expect(thousandth(given), String(given)).toBe(rounded);
  }
});

describe("a box stays inside the image, however it is made", () => {
  test("by two corners", () => {
    fc.assert(fc.property(box, (rect) => isInside(rect) && isRounded(rect)));
  });

  test("by moving, and keeps its size", () => {
    fc.assert(
      fc.property(box, coordinate, coordinate, (rect, dx, dy) => {
        const after = moved(rect, dx, dy, IMAGE);
        return isInside(after) && after.w === rect.w && after.h === rect.h;
      }),
    );
  });

  test("by dragging any handle anywhere", () => {
    const handle = fc.constantFrom<Handle>("nw", "n", "ne", "e", "se", "s", "sw", "w");
    fc.assert(fc.property(box, handle, point, (rect, which, to) => isInside(resized(rect, which, to, IMAGE))));
  });

  test("by growing with the keys", () => {
    fc.assert(fc.property(box, coordinate, coordinate, (rect, dw, dh) => isInside(grown(rect, dw, dh, IMAGE))));
  });
});

test("dragging a corner past the other one turns the box over", () => {
  const rect = { x: 100, y: 100, w: 50, h: 50 };
  expect(resized(rect, "se", { x: 80, y: 90 }, IMAGE)).toEqual({ x: 80, y: 90, w: 20, h: 10 });
});

test("an edge handle moves only its own side", () => {
  const rect = { x: 100, y: 100, w: 50, h: 50 };
  expect(resized(rect, "e", { x: 200, y: 400 }, IMAGE)).toEqual({ x: 100, y: 100, w: 100, h: 50 });
  expect(resized(rect, "s", { x: 200, y: 400 }, IMAGE)).toEqual({ x: 100, y: 100, w: 50, h: 300 });
});

test("handles stand on the corners and in the middle of the sides", () => {
  const points = new Map(handlePoints({ x: 0, y: 0, w: 10, h: 20 }));
  expect(points.get("se")).toEqual({ x: 10, y: 20 });
  expect(points.get("n")).toEqual({ x: 5, y: 0 });
});

test("overlap is 1 for the same box, 0 for boxes apart, and the same both ways", () => {
  fc.assert(
    fc.property(box, box, (a, b) => {
      const there = intersectionOverUnion(a, b);
      return there >= 0 && there <= 1 + 1e-9 && Math.abs(there - intersectionOverUnion(b, a)) < 1e-9;
    }),
  );
  const one = { x: 0, y: 0, w: 10, h: 10 };
  expect(intersectionOverUnion(one, one)).toBe(1);
  expect(intersectionOverUnion(one, { x: 10, y: 0, w: 10, h: 10 })).toBe(0);
  expect(intersectionOverUnion(one, { x: 5, y: 0, w: 10, h: 10 })).toBeCloseTo(1 / 3);
});
