import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { lanesOf, stretchesAt } from "../src/geometry/lanes";
import { offsetTable, slicePoints } from "../src/geometry/offsets";
import { Segments } from "../src/geometry/segments";
import { vectors } from "./vectors";

interface OffsetVector {
  readonly text: string;
  readonly code_points: number;
  readonly utf16: readonly number[];
  readonly grapheme_edges: readonly number[];
}

const given = vectors<OffsetVector>("offsets");

describe("offsets", () => {
  test("match the server's for every vector", () => {
    for (const { text, code_points: points, utf16 } of given) {
      const table = offsetTable(text);
      expect(table.points, text).toBe(points);
      utf16.forEach((unit, point) => {
        expect(table.toUnit(point), text).toBe(unit);
        expect(table.toPoint(unit), text).toBe(point);
      });
    }
  });

  test("go there and back for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const table = offsetTable(text);
        const characters = [...text];
        expect(table.points).toBe(characters.length);
        const there = Array.from({ length: table.points + 1 }, (_, point) => table.toPoint(table.toUnit(point)));
        expect(there.every((back, point) => back === point)).toBe(true);
        const half = table.points >> 1;
        expect(slicePoints(text, table, 0, half)).toBe(characters.slice(0, half).join(""));
      }),
    );
  });

  test("beyond the text mean its end", () => {
    const table = offsetTable("a😀b");
    expect(table.toUnit(99)).toBe(4);
    expect(table.toPoint(99)).toBe(3);
    expect(table.toUnit(-1)).toBe(0);
  });

  test("inside a surrogate pair mean its character", () => {
    expect(offsetTable("a😀b").toPoint(2)).toBe(1);
  });
});

describe("snapping", () => {
  test("finds the same graphemes as the server", () => {
    for (const { text, grapheme_edges: edges } of given) {
      const table = offsetTable(text);
      const segments = new Segments(text);
      const found = [0];
      while ((found.at(-1) as number) < text.length) found.push(segments.after(found.at(-1) as number, "grapheme"));
      expect(found.map((unit) => table.toPoint(unit)), text).toEqual(edges);
    }
  });

  test("never leaves a family or a flag in pieces", () => {
    const text = "👩‍👩‍👧 in 🇩🇪";
    const segments = new Segments(text);
    const family = segments.snap({ start: 2, end: 4 }, "grapheme");
    expect(family && text.slice(family.start, family.end)).toBe("👩‍👩‍👧");
  });

  test("grows to whole words and drops the blanks around them", () => {
    const text = "charged twice for it";
    const segments = new Segments(text);
    const words = segments.snap({ start: 3, end: 14 }, "word");
    expect(words && text.slice(words.start, words.end)).toBe("charged twice");
    expect(segments.snap({ start: 7, end: 8 }, "word")).toBeNull();
  });

  test("works backwards and forwards far into a long text", () => {
    const text = "word ".repeat(2000);
    const segments = new Segments(text);
    const far = 4321;
    const snapped = segments.snap({ start: far, end: far + 1 }, "word");
    expect(snapped && text.slice(snapped.start, snapped.end)).toBe("word");
    const family = `${"xy ".repeat(200)}👩‍👩‍👧 ${"xy ".repeat(200)}`;
    const at = family.indexOf("👩");
    for (let unit = at; unit < at + 8; unit++) {
      expect(new Segments(family).snap({ start: unit, end: unit + 1 }, "grapheme")).toEqual({ start: at, end: at + 8 });
    }
  });

  test("keeps within the text and never turns inside out", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(), fc.nat(), (text, a, b) => {
        if (text.length === 0) return;
        const stretch = { start: a % (text.length + 1), end: b % (text.length + 1) };
        for (const snap of ["grapheme", "word"] as const) {
          const snapped = new Segments(text).snap(stretch, snap);
          if (!snapped) continue;
          expect(snapped.start).toBeGreaterThanOrEqual(0);
          expect(snapped.end).toBeLessThanOrEqual(text.length);
          expect(snapped.end).toBeGreaterThan(snapped.start);
        }
      }),
    );
  });
});

describe("lanes", () => {
  const stretch = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 20 })).map(([start, length]) => ({ start, end: start + length }));

  test("no two overlapping spans share one", () => {
    fc.assert(
      fc.property(fc.array(stretch), (spans) => {
        const lanes = lanesOf(spans);
        spans.forEach((a, i) => {
          spans.forEach((b, j) => {
            if (i < j && a.start < b.end && b.start < a.end) expect(lanes[i]).not.toBe(lanes[j]);
          });
        });
      }),
    );
  });

  test("a nested span lies below the one around it", () => {
    expect(lanesOf([{ start: 5, end: 8 }, { start: 0, end: 20 }])).toEqual([1, 0]);
  });

  test("the shortest span under a place comes first", () => {
    const spans = [{ start: 0, end: 20 }, { start: 5, end: 8 }, { start: 9, end: 12 }];
    expect(stretchesAt(spans, 6)).toEqual([1, 0]);
    expect(stretchesAt(spans, 8)).toEqual([0]);
  });
});
