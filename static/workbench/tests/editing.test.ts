import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { paintRings, signedArea } from "../src/geometry/bitmaps";
import { areaRings, distanceTo, dragged, enlarged, gripsOf, translated, turned, withoutGrip } from "../src/geometry/editing";
import { alongRing, asMask, asPolygons, cut, isDrawable, joined, withHole } from "../src/geometry/joining";
import { boundsOf, type Pair, type Placed } from "../src/geometry/places";
import { emptyBitmap, maskArea, maskOf } from "../src/geometry/runs";

const IMAGE = { width: 400, height: 300 };
const SQUARE: Placed = { kind: "polygon", at: { rings: [[[100, 100], [200, 100], [200, 200], [100, 200]]] } };
const BOX: Placed = { kind: "box", at: { x: 150, y: 150, w: 100, h: 50 } };
const SHAPES: readonly Placed[] = [
  BOX,
  SQUARE,
  { kind: "rotated_box", at: { cx: 100, cy: 100, w: 60, h: 20, angle: 30 } },
  { kind: "ellipse", at: { cx: 100, cy: 100, rx: 30, ry: 10, angle: 30 } },
  { kind: "polyline", at: { points: [[10, 10], [50, 20], [40, 90]] } },
  { kind: "point", at: { x: 5, y: 6 } },
  { kind: "skeleton", at: { joints: { a: { x: 10, y: 10 }, b: { x: 40, y: 60, hidden: true } } } },
  { kind: "mask", at: { x: 10, y: 20, w: 2, h: 5, counts: "0420" } },
];
const anyShape = fc.constantFrom(...SHAPES);
const step = fc.integer({ min: -500, max: 500 });

function areaOf(shape: Placed): number {
  const rings = areaRings(shape).map((ring) => Math.abs(signedArea(ring)) / 2);
  return (rings[0] ?? 0) - rings.slice(1).reduce((sum, one) => sum + one, 0);
}

describe("moving", () => {
  test("no shape leaves the picture, and none changes its size", () => {
    fc.assert(fc.property(anyShape, step, step, (shape, dx, dy) => {
      const before = boundsOf(shape);
      const after = boundsOf(translated(shape, dx, dy, IMAGE));
      expect(after.w).toBeCloseTo(before.w, 2);
      expect(after.h).toBeCloseTo(before.h, 2);
      const [x, y] = [after.x + after.w / 2, after.y + after.h / 2];
      expect(x >= 0 && y >= 0 && x <= IMAGE.width && y <= IMAGE.height).toBe(true);
    }));
  });

  test("there and back again ends where it began", () => {
    fc.assert(fc.property(anyShape, fc.nat(40), fc.nat(40), (shape, dx, dy) => {
      expect(translated(translated(shape, dx, dy, IMAGE), -dx, -dy, IMAGE)).toEqual(shape);
    }));
  });

  test("growing keeps the top left corner, turning keeps the size", () => {
    for (const shape of SHAPES.filter((one) => one.kind === "polygon" || one.kind === "polyline" || one.kind === "skeleton")) {
      const [before, after] = [boundsOf(shape), boundsOf(enlarged(shape, 10, 20, IMAGE))];
      expect([after.x, after.y, after.w, after.h]).toEqual([before.x, before.y, before.w + 10, before.h + 20]);
    }
    expect(areaOf(turned(SQUARE, 37, IMAGE))).toBeCloseTo(10_000, 0);
    expect(turned(SHAPES[2] as Placed, -40, IMAGE).at).toMatchObject({ angle: 350, w: 60, h: 20 });
    expect(turned(BOX, 40, IMAGE)).toBe(BOX);
  });
});

describe("grips", () => {
  test("dragging a grip of a turned box moves that corner and leaves the opposite one", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 359 }), fc.integer({ min: 5, max: 60 }), (angle, out) => {
      const shape: Placed = { kind: "rotated_box", at: { cx: 200, cy: 150, w: 60, h: 40, angle } };
      const grips = gripsOf(shape, 20);
      const at = (id: string, from = grips): { x: number; y: number } => from.find((grip) => grip.id === id) as { x: number; y: number };
      const [corner, opposite] = [at("se"), at("nw")];
      const length = Math.hypot(corner.x - 200, corner.y - 150);
      const to = { x: corner.x + ((corner.x - 200) / length) * out, y: corner.y + ((corner.y - 150) / length) * out };
      const after = gripsOf(dragged(shape, "se", to, IMAGE), 20);
      expect(at("nw", after).x).toBeCloseTo(opposite.x, 1);
      expect(at("nw", after).y).toBeCloseTo(opposite.y, 1);
      expect(at("se", after).x).toBeCloseTo(to.x, 1);
      expect(at("se", after).y).toBeCloseTo(to.y, 1);
    }));
  });

  test("the turning grip points where it is dragged", () => {
    const shape: Placed = { kind: "ellipse", at: { cx: 100, cy: 100, rx: 30, ry: 10, angle: 0 } };
    expect(dragged(shape, "turn", { x: 200, y: 100 }, IMAGE).at).toMatchObject({ angle: 90 });
  });

  test("a point between two others becomes one when it is dragged, and goes again", () => {
    const more = dragged(SQUARE, "0:0:m", { x: 150, y: 80 }, IMAGE);
    expect(more.at).toEqual({ rings: [[[100, 100], [150, 80], [200, 100], [200, 200], [100, 200]]] });
    expect(withoutGrip(more, "0:1")).toEqual(SQUARE);
  });

  test("a polygon keeps three points, a line two, and a hole goes with its third", () => {
    const triangle: Placed = { kind: "polygon", at: { rings: [[[0, 0], [9, 0], [9, 9]], [[6, 2], [8, 2], [8, 4]]] } };
    expect(withoutGrip(triangle, "0:1")).toBeNull();
    expect(withoutGrip(triangle, "1:1")?.at).toEqual({ rings: [[[0, 0], [9, 0], [9, 9]]] });
    expect(withoutGrip({ kind: "polyline", at: { points: [[0, 0], [9, 0]] } }, "0:0")).toBeNull();
    expect(withoutGrip({ kind: "skeleton", at: { joints: { a: { x: 1, y: 1 } } } }, "a")).toBeNull();
  });
});

describe("hitting", () => {
  test("inside is 0, outside is the distance", () => {
    const hollow: Placed = { kind: "polygon", at: { rings: [[[0, 0], [90, 0], [90, 90], [0, 90]], [[30, 30], [60, 30], [60, 60], [30, 60]]] } };
    expect(distanceTo(hollow, { x: 10, y: 10 })).toBe(0);
    expect(distanceTo(hollow, { x: 45, y: 40 })).toBe(10);
    expect(distanceTo(hollow, { x: 100, y: 45 })).toBe(10);
    expect(distanceTo({ kind: "polyline", at: { points: [[0, 0], [10, 0]] } }, { x: 5, y: 3 })).toBe(3);
    expect(distanceTo({ kind: "point", at: { x: 3, y: 4 } }, { x: 0, y: 0 })).toBe(5);
    expect(distanceTo({ kind: "ellipse", at: { cx: 0, cy: 0, rx: 10, ry: 4, angle: 90 } }, { x: 0, y: 9 })).toBe(0);
    expect(distanceTo({ kind: "mask", at: { x: 0, y: 0, w: 2, h: 2, counts: "04" } }, { x: 5, y: 5 })).toBe(Infinity);
  });
});

describe("joining", () => {
  test("union, subtraction and intersection have the areas of sets", async () => {
    const [union] = await joined([SQUARE, BOX], "union");
    const [rest] = await joined([SQUARE, BOX], "subtract");
    const [both] = await joined([SQUARE, BOX], "intersect");
    expect(areaOf(union as Placed)).toBe(10_000 + 5_000 - 2_500);
    expect(areaOf(rest as Placed)).toBe(7_500);
    expect(areaOf(both as Placed)).toBe(2_500);
  });

  test("what is subtracted from the middle leaves a hole", async () => {
    const [rest] = await joined([SQUARE, { kind: "box", at: { x: 140, y: 140, w: 20, h: 20 } }], "subtract");
    expect(areaRings(rest as Placed)).toHaveLength(2);
    expect(areaOf(rest as Placed)).toBe(9_600);
  });

  test("with a mask among them, the result is a mask", async () => {
    const mask: Placed = { kind: "mask", at: asMask(BOX) as never };
    const [union] = await joined([SQUARE, mask], "union");
    expect(union?.kind === "mask" && maskArea(union.at)).toBe(12_500);
    expect(await joined([mask, BOX], "subtract")).toEqual([]);
  });

  test("a shape becomes a mask and comes back", () => {
    const mask = asMask(SQUARE);
    expect(mask).toMatchObject({ x: 100, y: 100, w: 100, h: 100 });
    expect(asPolygons({ kind: "mask", at: mask as never }, 0)).toEqual([SQUARE.at]);
  });

  test("a hole must lie inside", () => {
    const at = SQUARE.kind === "polygon" ? SQUARE.at : null;
    expect(withHole(at as never, [[120, 120], [140, 120], [140, 140]])?.rings).toHaveLength(2);
    expect(withHole(at as never, [[120, 120], [240, 120], [140, 140]])).toBeNull();
  });
});

describe("cutting", () => {
  test("a line through a shape makes two, and their areas are the whole", () => {
    fc.assert(fc.property(fc.integer({ min: 101, max: 199 }), fc.integer({ min: 101, max: 199 }), (top, bottom) => {
      const parts = cut(SQUARE, [[top, 50], [(top + bottom) / 2, 150], [bottom, 250]]) as Placed[];
      expect(parts).toHaveLength(2);
      expect(areaOf(parts[0] as Placed) + areaOf(parts[1] as Placed)).toBeCloseTo(10_000, 0);
    }));
  });

  test("a line that ends inside, or goes through twice, cuts nothing", () => {
    expect(cut(SQUARE, [[150, 50], [150, 150]])).toBeNull();
    expect(cut(SQUARE, [[50, 120], [250, 120], [250, 180], [50, 180]])).toBeNull();
    expect(cut(SQUARE, [[0, 0], [10, 10]])).toBeNull();
  });

  test("a mask is cut without losing a pixel", () => {
    const mask = asMask(SQUARE);
    const parts = cut({ kind: "mask", at: mask as never }, [[130, 50], [130, 250]]) as Placed[];
    expect(parts).toHaveLength(2);
    const areas = parts.map((part) => (part.kind === "mask" ? maskArea(part.at) : 0));
    expect(areas.reduce((a, b) => a + b, 0)).toBe(10_000);
    expect(Math.min(...areas)).toBeLessThanOrEqual(3_000);
  });

  test("a mask loses only what the line parts; islands beside the line stay with it", () => {
    const blobs = emptyBitmap({ x: 0, y: 0, w: 100, h: 40 });
    paintRings(blobs, [[[0, 0], [30, 0], [30, 40], [0, 40]], [[60, 0], [90, 0], [90, 40], [60, 40]]], 1);
    const mask: Placed = { kind: "mask", at: maskOf(blobs) as never };
    expect(cut(mask, [[45, -5], [45, 45]])).toBeNull();
    const parts = cut(mask, [[70, -5], [70, 45]]) as Placed[];
    expect(parts.map((part) => (part.kind === "mask" ? maskArea(part.at) : 0)).sort((a, b) => a - b)).toEqual([360, 2040]);
  });

  test("what covers nothing cannot be drawn", () => {
    const line: Placed = { kind: "polygon", at: { rings: [[[0, 0], [10, 0], [20, 0]]] } };
    const corner = dragged({ kind: "polygon", at: { rings: [[[0, 0], [10, 0], [10, 10]]] } }, "0:2", { x: 10, y: 0 }, IMAGE);
    expect([line, corner, SQUARE, { kind: "polyline", at: { points: [[1, 1]] } } as Placed].map(isDrawable)).toEqual([false, false, true, false]);
  });

  test("two spots far apart on a large picture are found at once", () => {
    const large = emptyBitmap({ x: 0, y: 0, w: 4000, h: 3000 });
    large.data[0] = large.data[large.data.length - 1] = 1;
    const started = performance.now();
    expect(maskOf(large)).toMatchObject({ x: 0, y: 0, w: 4000, h: 3000 });
    expect(performance.now() - started).toBeLessThan(3000); // row by row 0.1 s, to the end of all 20 s
  });

  test("the shorter way along a neighbour's outline is taken", () => {
    const ring: Pair[] = [[0, 0], [10, 0], [20, 0], [20, 20], [0, 20]];
    expect(alongRing(ring, 0, 2)).toEqual([[10, 0]]);
    expect(alongRing(ring, 2, 0)).toEqual([[10, 0]]);
    expect(alongRing(ring, 4, 1)).toEqual([[0, 0]]);
    expect(alongRing(ring, 3, 1)).toEqual([[20, 0]]);
  });
});
