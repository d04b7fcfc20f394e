import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fit, rectToScreen, toImage, toScreen, zoomed } from "../src/canvas/viewport";
import { readSchema } from "../src/core/schema";
import type { Scene } from "../src/core/tool";
import { shapeOf, shapesDiffer } from "../src/layers/picture/shapes";
import { dashOf, isHatched } from "../src/geometry/strokes";
import { TileLayout } from "../src/geometry/tiles";
import {
  turnBy, turnMatrix, turnedPoint, turnedRect, turnedSize, turnedStep, unturnedPoint, unturnedStep, type Turn,
} from "../src/geometry/turns";

const turn = fc.constantFrom<Turn>(0, 1, 2, 3);
const side = fc.integer({ min: 1, max: 3000 });
const length = fc.double({ min: -500, max: 2500, noNaN: true });
const point = fc.record({ x: length, y: length });

describe("a turned view", () => {
  test("from the screen to the picture and back ends where it began", () => {
    fc.assert(
      fc.property(turn, side, side, point, fc.double({ min: 0.2, max: 5, noNaN: true }), (way, width, height, at, factor) => {
        const sheet = turnedSize({ width, height }, way);
        const image = { width: 4000, height: 3000 };
        const view = zoomed(fit(sheet, image), { x: 10, y: 10 }, factor, sheet, image);
        const back = turnedPoint(toScreen(view, toImage(view, unturnedPoint(at, way, sheet))), way, sheet);
        expect(back.x).toBeCloseTo(at.x, 5);
        expect(back.y).toBeCloseTo(at.y, 5);
      }),
    );
  });

  test("the sheet covers the screen exactly, and turning four times changes nothing", () => {
    fc.assert(
      fc.property(turn, side, side, (way, width, height) => {
        const sheet = turnedSize({ width, height }, way);
        expect(turnedRect({ x: 0, y: 0, w: sheet.width, h: sheet.height }, way, sheet)).toEqual({ x: 0, y: 0, w: width, h: height });
        expect(turnBy(turnBy(way, 3), -3)).toBe(way);
      }),
    );
  });

  test("a quarter to the right brings what was on the left to the top", () => {
    const sheet = { width: 600, height: 800 };
    expect(turnedPoint({ x: 0, y: 400 }, 1, sheet)).toEqual({ x: 400, y: 0 });
    expect(turnedPoint({ x: 0, y: 0 }, 1, sheet)).toEqual({ x: 800, y: 0 });
    expect(turnedPoint({ x: 0, y: 0 }, 3, sheet)).toEqual({ x: 0, y: 600 });
    expect(unturnedStep({ x: 1, y: 0 }, 1)).toEqual({ x: 0, y: -1 });
  });

  test("ways and canvases turn as places do", () => {
    fc.assert(
      fc.property(turn, point, point, (way, a, by) => {
        const sheet = { width: 700, height: 500 };
        const step = turnedStep(by, way);
        const from = turnedPoint(a, way, sheet);
        const to = turnedPoint({ x: a.x + by.x, y: a.y + by.y }, way, sheet);
        expect(to.x - from.x).toBeCloseTo(step.x, 6);
        expect(to.y - from.y).toBeCloseTo(step.y, 6);
        const [m0, m1, m2, m3, m4, m5] = turnMatrix(way, sheet);
        expect(m0 * a.x + m2 * a.y + m4).toBeCloseTo(from.x, 6);
        expect(m1 * a.x + m3 * a.y + m5).toBeCloseTo(from.y, 6);
      }),
    );
  });
});

describe("patterns beside colours", () => {
  const schema = readSchema({
    data_type: "image",
    questions: [{ name: "q", type: "boxes", labels: Array.from({ length: 7 }, (_, n) => ({ key: `l${n}` })) }],
  });

  test("a label keeps its pattern, neighbours differ, and none looks like an offer", () => {
    expect(schema.questions[0]?.labels.map(({ stroke }) => stroke)).toEqual([0, 1, 2, 3, 4, 0, 1]);
    const dashes = [0, 1, 2, 3, 4].map((stroke) => JSON.stringify(dashOf(stroke)));
    expect(new Set([...dashes, "[5,4]"]).size).toBe(6);
    const inside = (stroke: number): string =>
      Array.from({ length: 400 }, (_, n) => Number(isHatched(stroke, n % 20, Math.floor(n / 20)))).join("");
    expect(new Set([0, 1, 2, 3, 4].map(inside)).size).toBe(5);
  });

  test("shapes are drawn anew when patterns are switched, and only then have them", () => {
    const region = { id: "r", question: "q", kind: "box", label: "l3", at: { x: 0, y: 0, w: 9, h: 9 } } as const;
    const scene = { schema, regions: [region], suggested: [], strokes: false } as unknown as Scene;
    const on = { ...scene, strokes: true };
    expect([shapeOf(scene, region, false), shapeOf(on, region, false)].map(([shape]) => shape?.stroke)).toEqual([0, 3]);
    expect(shapesDiffer(scene, on)).toBe(true);
    expect(shapesDiffer(on, { ...on })).toBe(false);
  });
});

describe("tiles", () => {
  test("levels are halved until one tile holds the picture, as the server cuts them", () => {
    const layout = new TileLayout({ width: 1025, height: 700 }, 512);
    expect(layout.levels.map(({ width, height }) => [width, height])).toEqual([[1025, 700], [513, 350], [257, 175]]);
    expect(layout.count).toBe(6 + 2 + 1);
    expect(layout.number(1, 1, 0)).toBe(7);
    expect(layout.rectOf(1, 1, 0)).toEqual({ x: 1024, y: 0, w: 1, h: 700 });
    expect(new TileLayout({ width: 18_000, height: 13_888 }, 512).count).toBe(1352);
  });

  test("the level fits the pixels of the screen", () => {
    const layout = new TileLayout({ width: 12_000, height: 9000 }, 512);
    expect([4, 1, 0.6, 0.5, 0.26, 0.0001].map((scale) => layout.levelFor(scale))).toEqual([0, 0, 1, 1, 2, 5]);
  });

  test("what is seen is covered by its tiles, and by no row or column more", () => {
    const layout = new TileLayout({ width: 12_000, height: 9000 }, 512);
    const inside = fc.record({
      x: fc.integer({ min: 0, max: 11_000 }), y: fc.integer({ min: 0, max: 8000 }),
      w: fc.integer({ min: 1, max: 1000 }), h: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(inside, fc.integer({ min: 0, max: 5 }), (seen, level) => {
        const box = layout.within(seen, level);
        const first = layout.rectOf(level, box.left, box.top);
        const last = layout.rectOf(level, box.right - 1, box.bottom - 1);
        expect(first.x <= seen.x && first.y <= seen.y).toBe(true);
        expect(first.x + first.w > seen.x && first.y + first.h > seen.y).toBe(true);
        expect(last.x < seen.x + seen.w && last.y < seen.y + seen.h).toBe(true);
        expect(last.x + last.w >= Math.min(12_000, seen.x + seen.w)).toBe(true);
      }),
    );
    expect(layout.within({ x: -900, y: -900, w: 100, h: 100 }, 0)).toEqual({ level: 0, left: 0, top: 0, right: 0, bottom: 0 });
  });

  test("missing tiles are fetched in stretches of one row, the middle first", () => {
    const layout = new TileLayout({ width: 12_000, height: 9000 }, 512);
    const box = { level: 0, left: 2, top: 1, right: 7, bottom: 4 };
    const here = new Set([layout.number(0, 4, 2)]);
    const found = layout.stretches(box, 4, (number) => here.has(number));
    const row = (y: number, from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, n) => layout.number(0, from + n, y));
    expect(found).toEqual([row(2, 2, 4), row(2, 5, 7), row(1, 2, 6), row(1, 6, 7), row(3, 2, 6), row(3, 6, 7)]);
  });

  test("neighbours meet on the screen without a gap", () => {
    const layout = new TileLayout({ width: 3000, height: 2000 }, 512);
    const view = { scale: 0.731, dx: 3.3, dy: -8.1 };
    const left = rectToScreen(view, layout.rectOf(0, 1, 1));
    const right = rectToScreen(view, layout.rectOf(0, 2, 1));
    expect(Math.round(left.x + left.w)).toBe(Math.round(right.x));
  });
});
