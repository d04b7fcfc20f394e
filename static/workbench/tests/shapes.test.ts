import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fillHoles, paintRings, paintStroke, polygonsOf, ringHolds, ringsOf, signedArea, simplified, wandArea } from "../src/geometry/bitmaps";
import { boundsOf, settled, settledAngle, type Pair, type Placed, type Ring } from "../src/geometry/places";
import { bitmapOf, decodeRuns, emptyBitmap, encodeRuns, joinedMasks, maskArea, maskHolds, maskOf, type Bitmap } from "../src/geometry/runs";
import { vectors } from "./vectors";

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly given: unknown;
  readonly stored: unknown;
  readonly bounds?: readonly [number, number, number, number];
}

const drawn = vectors<Case>("places").filter((one) => one.bounds);

/** A canonical text: keys sorted, numbers as ECMAScript writes them. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
}

function bitmap(rows: readonly string[], x = 0, y = 0): Bitmap {
  const w = rows[0]?.length ?? 0;
  const data = Uint8Array.from(rows.join(""), (char) => (char === "#" ? 1 : 0));
  return { x, y, w, h: rows.length, data };
}

function rowsOf({ data, w, h }: Bitmap): string[] {
  return Array.from({ length: h }, (_, y) => Array.from(data.subarray(y * w, (y + 1) * w), (one) => (one ? "#" : ".")).join(""));
}

const anyBitmap = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([w, h]) =>
  fc.array(fc.constantFrom(0, 1), { minLength: w * h, maxLength: w * h })
    .map((bits): Bitmap => ({ x: 5, y: 7, w, h, data: Uint8Array.from(bits) })));

describe("places", () => {
  test.each(drawn.map((one) => [one.name, one] as const))("%s is written as the server writes it", (_name, one) => {
    const loose = { kind: one.kind, at: one.given } as Placed;
    const written = loose.kind === "mask" ? maskOf(bitmapOf(loose.at)) : settled(loose);
    expect(canonical(written)).toBe(canonical(one.stored));
    expect(canonical(settled({ kind: one.kind, at: one.stored } as Placed))).toBe(canonical(one.stored));
  });

  test.each(drawn.map((one) => [one.name, one] as const))("%s has its bounds", (_name, one) => {
    const { x, y, w, h } = boundsOf({ kind: one.kind, at: one.stored } as Placed);
    [x, y, x + w, y + h].forEach((edge, n) => expect(edge).toBeCloseTo(one.bounds?.[n] as number, 3));
  });

  test("an angle is the same after whole turns", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 359_999 }), fc.integer({ min: -5, max: 5 }), (thousandths, turns) => {
      expect(settledAngle(thousandths / 1000 + 360 * turns)).toBeCloseTo(thousandths / 1000, 2);
    }));
  });
});

describe("masks", () => {
  test("run lengths come back from their text", () => {
    fc.assert(fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: 40 }), (runs) => {
      expect(decodeRuns(encodeRuns(runs))).toEqual(runs);
    }));
  });

  test("what is no text of run lengths is told from one", () => {
    expect(decodeRuns("04 ")).toBeNull();
    expect(decodeRuns("P")).toBeNull(); // a number cut short
    expect(decodeRuns("O")).toBeNull(); // below 0
  });

  test("a mask has the pixels of its bitmap, in the smallest box", () => {
    fc.assert(fc.property(anyBitmap, (given) => {
      const mask = maskOf(given);
      if (!mask) {
        expect(given.data.includes(1)).toBe(false);
        return;
      }
      const back = emptyBitmap(given);
      const own = bitmapOf(mask);
      own.data.forEach((value, place) => {
        const x = own.x + (place % own.w) - given.x;
        const y = own.y + Math.floor(place / own.w) - given.y;
        back.data[y * given.w + x] = value;
      });
      expect(rowsOf(back)).toEqual(rowsOf(given));
      expect(maskArea(mask)).toBe(given.data.reduce((sum, one) => sum + one, 0));
      expect(maskOf(own)).toEqual(mask);
      given.data.forEach((value, place) => {
        expect(maskHolds(mask, given.x + (place % given.w), given.y + Math.floor(place / given.w))).toBe(value === 1);
      });
    }));
  });

  test("union, subtraction and intersection go pixel by pixel", () => {
    fc.assert(fc.property(anyBitmap, anyBitmap, (first, second) => {
      const a = maskOf(first);
      const b = maskOf(second);
      if (!a || !b) return;
      const holds = (mask: ReturnType<typeof maskOf>, x: number, y: number): boolean => mask !== null && maskHolds(mask, x, y);
      const [union, rest, both] = [joinedMasks(a, b, "union"), joinedMasks(a, b, "subtract"), joinedMasks(a, b, "intersect")];
      for (let y = 6; y < 18; y++) {
        for (let x = 4; x < 16; x++) {
          expect(holds(union, x, y)).toBe(holds(a, x, y) || holds(b, x, y));
          expect(holds(rest, x, y)).toBe(holds(a, x, y) && !holds(b, x, y));
          expect(holds(both, x, y)).toBe(holds(a, x, y) && holds(b, x, y));
        }
      }
    }));
  });

  test("a stroke covers the disc at both ends and the way between", () => {
    const stroke = emptyBitmap({ x: 0, y: 0, w: 12, h: 7 });
    paintStroke(stroke, { x: 3.5, y: 3.5 }, { x: 8.5, y: 3.5 }, 2, 1);
    expect(rowsOf(stroke)).toEqual([
      "............",
      "...######...",
      "..########..",
      ".##########.",
      "..########..",
      "...######...",
      "............",
    ]);
    paintStroke(stroke, { x: 3.5, y: 3.5 }, { x: 3.5, y: 3.5 }, 20, 0);
    expect(maskOf(stroke)).toBeNull();
  });

  test("a bucket fills what is closed in, and nothing else", () => {
    const ring = bitmap([".####.", ".#..#.", ".####.", "......", "##....", "#.#..."]);
    fillHoles(ring);
    expect(rowsOf(ring)).toEqual([".####.", ".####.", ".####.", "......", "##....", "#.#..."]);
  });

  test("a wand takes the joined pixels of like colour", () => {
    const greys = [10, 12, 200, 11, 90, 200, 13, 14, 15];
    const pixels = Uint8ClampedArray.from(greys.flatMap((one) => [one, one, one, 255]));
    const area = wandArea(pixels, { width: 3, height: 3 }, { x: 0.5, y: 0.5 }, 8);
    expect([...area]).toEqual([1, 1, 0, 1, 0, 0, 1, 1, 1]);
  });
});

describe("outlines", () => {
  test("rings enclose just the pixels they came from", () => {
    fc.assert(fc.property(anyBitmap, (given) => {
      const painted = emptyBitmap(given);
      paintRings(painted, ringsOf(given), 1);
      expect(rowsOf(painted)).toEqual(rowsOf(given));
      const area = ringsOf(given).reduce((sum, ring) => sum + signedArea(ring) / 2, 0);
      expect(area).toBe(given.data.reduce((sum, one) => sum + one, 0));
    }));
  });

  test("polygons of a bitmap paint it again, each hole with its outline", () => {
    fc.assert(fc.property(anyBitmap, (given) => {
      const painted = emptyBitmap(given);
      for (const polygon of polygonsOf(given, 0)) paintRings(painted, polygon.rings, 1);
      expect(rowsOf(painted)).toEqual(rowsOf(given));
    }));
  });

  test("simplifying keeps every left-out point near the line", () => {
    const circle: Ring = Array.from({ length: 400 }, (_, n): Pair => [100 + 50 * Math.cos(n / 63.66), 100 + 50 * Math.sin(n / 63.66)]);
    const few = simplified(circle, 0.5);
    expect(few.length).toBeLessThan(60);
    expect(Math.abs(signedArea(few) / 2) / (Math.PI * 2500)).toBeGreaterThan(0.98);
  });

  test("a point is inside by the even-odd rule", () => {
    const square: Ring = [[0, 0], [4, 0], [4, 4], [0, 4]];
    expect([ringHolds(square, [1, 1]), ringHolds(square, [5, 1]), ringHolds(square, [-1, 2])]).toEqual([true, false, false]);
  });
});
