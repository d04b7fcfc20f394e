import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Grid } from "../src/canvas/grid";
import { gripAt } from "../src/canvas/handles";
import { fit, panned, showing, toImage, toScreen, visibleRect, zoomed } from "../src/canvas/viewport";
import { gripsOf } from "../src/geometry/editing";
import { contains, overlaps } from "../src/geometry/rect";
import { stepOf } from "../src/layers/picture/reach";

const STAGE = { width: 800, height: 600 };
const IMAGE = { width: 4000, height: 3000 };
const point = fc.record({ x: fc.double({ min: 0, max: 800, noNaN: true }), y: fc.double({ min: 0, max: 600, noNaN: true }) });

describe("viewport", () => {
  test("a fitted image is seen whole and in the middle", () => {
    const view = fit(STAGE, IMAGE);
    expect(toScreen(view, { x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
    expect(toScreen(view, { x: 4000, y: 3000 })).toEqual({ x: 800, y: 600 });
    expect(fit(STAGE, { width: 8, height: 8 }).scale).toBe(64);
    expect(fit(STAGE, { width: 100, height: 50 }).scale).toBe(8);
  });

  test("going to the image and back ends where it began", () => {
    fc.assert(
      fc.property(point, fc.double({ min: 0.2, max: 5, noNaN: true }), (at, factor) => {
        const view = zoomed(fit(STAGE, IMAGE), at, factor, STAGE, IMAGE);
        const back = toScreen(view, toImage(view, at));
        expect(back.x).toBeCloseTo(at.x, 6);
        expect(back.y).toBeCloseTo(at.y, 6);
      }),
    );
  });

  test("zooming keeps the point under the pointer", () => {
    const at = { x: 300, y: 200 };
    const before = fit(STAGE, IMAGE);
    const after = zoomed(before, at, 3, STAGE, IMAGE);
    expect(toImage(after, at).x).toBeCloseTo(toImage(before, at).x);
    expect(after.scale).toBeCloseTo(before.scale * 3);
  });

  test("the image cannot be pushed out of sight", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (dx, dy) => {
        const view = panned(fit(STAGE, IMAGE), dx, dy, STAGE, IMAGE);
        expect(overlaps(visibleRect(view, STAGE), { x: 0, y: 0, w: 4000, h: 3000 })).toBe(true);
      }),
    );
  });

  test("a place that is shown lies in the middle", () => {
    const view = showing({ x: 1000, y: 1000, w: 100, h: 100 }, 0.5, STAGE, IMAGE);
    expect(toScreen(view, { x: 1050, y: 1050 })).toEqual({ x: 400, y: 300 });
  });
});

describe("grid", () => {
  const shape = fc.record({
    x: fc.double({ min: 0, max: 3900, noNaN: true }), y: fc.double({ min: 0, max: 2900, noNaN: true }),
    w: fc.double({ min: 1, max: 900, noNaN: true }), h: fc.double({ min: 1, max: 900, noNaN: true }),
  });

  test("finds exactly what a walk over all shapes finds", () => {
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 40 }), point, shape, (rects, at, area) => {
        const shapes = rects.map((rect, index) => ({ id: String(index), rect }));
        const grid = new Grid(shapes, IMAGE.width, IMAGE.height);
        const ids = (list: readonly { id: string }[]): string[] => list.map((one) => one.id).sort();
        expect(ids(grid.under(at))).toEqual(ids(shapes.filter((one) => contains(one.rect, at))));
        expect(ids(grid.within(area))).toEqual(ids(shapes.filter((one) => overlaps(one.rect, area))));
      }),
    );
  });

  test("gives the smallest shape first", () => {
    const shapes = [
      { id: "large", rect: { x: 0, y: 0, w: 500, h: 500 } },
      { id: "small", rect: { x: 100, y: 100, w: 50, h: 50 } },
    ];
    expect(new Grid(shapes, 1000, 1000).under({ x: 120, y: 120 }).map((one) => one.id)).toEqual(["small", "large"]);
  });
});

test("a corner grip wins over the edge beside it, and fingers reach further", () => {
  const view = { scale: 1, dx: 0, dy: 0 };
  const at = (rect: { x: number; y: number; w: number; h: number }, x: number, y: number, touch: boolean): string | undefined =>
    gripAt(view, gripsOf({ kind: "box", at: rect }, 20), { x, y }, touch)?.id;
  const box = { x: 100, y: 100, w: 200, h: 100 };
  expect(at(box, 101, 99, false)).toBe("nw");
  expect(at(box, 200, 200, false)).toBe("s");
  expect(at(box, 115, 115, false)).toBeUndefined();
  expect(at(box, 115, 115, true)).toBe("nw");
  expect(at({ x: 100, y: 100, w: 30, h: 100 }, 112, 100, true)).toBe("nw");
});

test("arrow keys step one pixel, with Shift ten", () => {
  expect(stepOf("ArrowLeft")).toEqual([-1, 0]);
  expect(stepOf("Shift+ArrowDown")).toEqual([0, 10]);
  expect(stepOf("Mod+Shift+ArrowUp")).toEqual([0, -10]);
});
