import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { quotesOf } from "../src/core/quotes";
import { Relating } from "../src/core/relating";
import { readSchema } from "../src/core/schema";
import type { Scene } from "../src/core/tool";
import type { Region } from "../src/core/types";
import { arrowBetween, distanceToArrow } from "../src/geometry/arrows";
import type { Placed } from "../src/geometry/places";
import { shapeOf } from "../src/layers/picture/shapes";
import { liftedLinks, linkNear, linksIn } from "../src/tools/image/relations";

const box = (x: number, y: number, w = 10, h = 10): Placed => ({ kind: "box", at: { x, y, w, h } });

describe("an arrow between shapes", () => {
  test("goes from border to border", () => {
    const { from, to } = arrowBetween(box(0, 0), box(100, 0), 0);
    expect(from).toEqual({ x: 10, y: 5 });
    expect(to).toEqual({ x: 100, y: 5 });
    const ellipse: Placed = { kind: "ellipse", at: { cx: 105, cy: 5, rx: 5, ry: 5, angle: 0 } };
    expect(arrowBetween(box(0, 0), ellipse, 0).to.x).toBeCloseTo(100, 0);
    expect(arrowBetween(box(0, 0), { kind: "point", at: { x: 50, y: 5 } }, 0).to).toEqual({ x: 50, y: 5 });
  });

  test("ends on both shapes' edges, and the way back runs beside it", () => {
    const side = fc.integer({ min: 1, max: 90 });
    const placed = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 900 }), w: side, h: side });
    const onEdge = ({ x, y, w, h }: { x: number; y: number; w: number; h: number }, p: { x: number; y: number }): number =>
      Math.min(Math.abs(p.x - x), Math.abs(p.x - x - w), Math.abs(p.y - y), Math.abs(p.y - y - h));
    fc.assert(
      fc.property(placed, placed, (a, b) => {
        const apart = a.x + a.w < b.x || b.x + b.w < a.x || a.y + a.h < b.y || b.y + b.h < a.y;
        if (!apart) return;
        const there = arrowBetween({ kind: "box", at: a }, { kind: "box", at: b }, 0);
        const back = arrowBetween({ kind: "box", at: b }, { kind: "box", at: a }, 0);
        expect(onEdge(a, there.from)).toBeLessThan(1e-6);
        expect(onEdge(b, there.to)).toBeLessThan(1e-6);
        const length = Math.hypot(there.to.x - there.from.x, there.to.y - there.from.y);
        const between = Math.hypot(there.middle.x - back.middle.x, there.middle.y - back.middle.y);
        if (length > 1) expect(between).toBeGreaterThan(length * 0.1);
        expect(distanceToArrow(there, there.middle)).toBeLessThan(1e-6);
      }),
    );
  });
});

const schema = readSchema({
  data_type: "image",
  questions: [
    { name: "q", type: "boxes", labels: [{ key: "leaf", name: "Leaf" }] },
    { name: "r", type: "relations", labels: [{ key: "on", name: "lies on" }, { key: "by", name: "beside" }] },
  ],
});
const shape = (id: string, x: number): Region => ({ id, question: "q", kind: "box", label: "leaf", at: { x, y: 0, w: 10, h: 10 } });
const relation = (id: string, from: string, to: string, label = "on"): Region => ({ id, question: "r", kind: "relation", label, at: { from, to } });

function sceneWith(...relations: readonly Region[]): Scene {
  const regions = [shape("a", 0), shape("b", 100), shape("c", 200), ...relations];
  return { schema, regions, suggested: [], strokes: false, brush: { question: "r", label: "on" }, mode: "draw" } as unknown as Scene;
}

describe("relations of a picture", () => {
  test("two of one way lie beside each other, and one without an end is not drawn", () => {
    const scene = sceneWith(relation("r1", "a", "b"), relation("r2", "a", "b", "by"), relation("r3", "a", "gone"));
    const shapes = scene.regions.flatMap((region) => shapeOf(scene, region, false));
    const links = linksIn(scene, shapes);
    expect(links.map(({ id, name, rank }) => [id, name, rank])).toEqual([["r1", "lies on", 0], ["r2", "beside", 1]]);
    const [first] = links;
    expect(linkNear(links, first?.arrow.middle ?? { x: 0, y: 0 }, 1)?.id).toBe("r1");
    expect(linkNear(links, { x: 300, y: 300 }, 5)).toBeNull();
  });

  test("they follow a shape that is dragged", () => {
    const scene = sceneWith(relation("r1", "a", "b"), relation("r2", "b", "c"));
    const shapes = scene.regions.flatMap((region) => shapeOf(scene, region, false));
    const links = linksIn(scene, shapes);
    const moved = { ...(shapes[0] as (typeof shapes)[number]), placed: box(0, 500) };
    const lifted = liftedLinks(links, shapes, moved, null);
    expect(lifted.map(({ id }) => id)).toEqual(["r1"]);
    expect(lifted[0]?.arrow.from.y).toBeGreaterThan(490);
    expect(liftedLinks(links, shapes, null, "r2").map(({ id }) => id)).toEqual(["r2"]);
  });

  test("keys step to every other shape, and a relation that is there is chosen instead of doubled", () => {
    const scene = sceneWith(relation("r1", "a", "b"));
    const shapes = scene.regions.flatMap((region) => shapeOf(scene, region, false));
    const relating = new Relating<(typeof shapes)[number]>((one) => one.id);
    const ran: unknown[] = [];
    const run = ((...call: unknown[]) => void ran.push(call)) as never;
    relating.begin(shapes[0] as (typeof shapes)[number]);
    expect([1, 1, 1, -1].map((by) => relating.step(shapes, by as 1 | -1)?.id)).toEqual(["b", "c", "b", "c"]);
    relating.step(shapes, -1);
    expect(relating.join(scene, run)).toBe(true);
    relating.begin(shapes[0] as (typeof shapes)[number]);
    relating.step(shapes, 1);
    expect(relating.join(scene, run, "by")).toBe(true);
    expect(relating.join(scene, run)).toBe(false);
    expect(ran).toEqual([
      ["region.select", { id: "r1" }],
      ["region.add", { region: relation("", "a", "b", "by") }],
    ]);
  });

  test("an end that is a shape is named by its label and its number in the list", () => {
    const { regions } = sceneWith();
    expect(quotesOf("").ofEnd(regions, "b", 20, schema)).toBe("Leaf 02");
    expect(quotesOf("").ofEnd(regions, "gone", 20, schema)).toBe("…");
  });
});
