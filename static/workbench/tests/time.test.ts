import { describe, expect, test } from "vitest";

import { Pyramid } from "../src/geometry/pyramid";
import { Stretches, clock, closeTo, kept, tenThousandth, ticks, timeAt, whole, xOf, zoomedAt } from "../src/geometry/timeline";

/** Bins of one channel whose high is the number of the bin modulo 100, and whose low is its negative. */
function rising(count: number): Int8Array {
  return Int8Array.from({ length: count * 2 }, (_, index) => (index % 2 ? 1 : -1) * (Math.floor(index / 2) % 100));
}

describe("a pyramid", () => {
  test("columns of one bin each are the bins", () => {
    const columns = new Pyramid(rising(50), 1, 50).columns(0, 0, 1 / 50, 50);
    expect([...columns]).toEqual([...rising(50)]);
  });

  test("a wide column or its neighbour holds the highest of all it covers, from whichever level", () => {
    const pyramid = new Pyramid(rising(100_000), 1, 50);
    for (const seconds of [0.04, 1, 3.7, 40, 400]) {
      const count = Math.floor(2000 / seconds);
      const columns = pyramid.columns(0, 0, seconds, count);
      for (let column = 0; column < count; column++) {
        const from = Math.floor(column * seconds * 50);
        const to = Math.floor((column + 1) * seconds * 50);
        const highest = Math.max(...Array.from({ length: Math.min(to - from, 100) }, (_, index) => (from + index) % 100));
        // What lies at the edge of two columns may be drawn in the later one.
        const [here, next] = [columns[column * 2 + 1] ?? 0, columns[column * 2 + 3] ?? 100];
        expect(Math.max(here, next)).toBeGreaterThanOrEqual(highest);
      }
    }
  });

  test("channels stay apart, and beyond either end there is nothing", () => {
    const bins = new Int8Array([-1, 1, -9, 9, -2, 2, -8, 8]);
    const pyramid = new Pyramid(bins, 2, 1);
    expect([...pyramid.columns(0, -1, 1, 4)]).toEqual([0, 0, -1, 1, -2, 2, 0, 0]);
    expect([...pyramid.columns(1, 0, 2, 1)]).toEqual([-9, 9]);
  });

  test("a screen is drawn from no more bins than a few a pixel, however long the clip", () => {
    const pyramid = new Pyramid(rising(14_400 * 50), 1, 50);
    const seconds = 14_400 / 900;
    const { perSecond } = pyramid.level(seconds);
    expect(perSecond * seconds).toBeGreaterThanOrEqual(1);
    expect(perSecond * seconds).toBeLessThanOrEqual(8);
  });
});

describe("a time line", () => {
  const range = { from: 0, to: 3600, width: 900 };

  test("zooming keeps the moment under the pointer where it is", () => {
    const view = { start: 100, scale: 20 };
    const nearer = zoomedAt(view, 300, 3, range);
    expect(timeAt(nearer, 300)).toBeCloseTo(timeAt(view, 300), 9);
    expect(nearer.scale).toBe(60);
  });

  test("no view leaves the clip, or is farther than the whole", () => {
    expect(kept({ start: -5, scale: 0.01 }, range)).toEqual(whole(range));
    const last = kept({ start: 9999, scale: 50 }, range);
    expect(timeAt(last, range.width)).toBeCloseTo(3600, 9);
  });

  test("a stretch is shown in the middle of the screen", () => {
    const view = closeTo({ start: 60, end: 70 }, 0.5, range);
    expect(xOf(view, 65)).toBeCloseTo(450, 6);
    expect(xOf(view, 70) - xOf(view, 60)).toBeCloseTo(450, 6);
  });

  test("ticks stand at round moments, far enough apart", () => {
    const { at, decimals } = ticks({ start: 12.3, scale: 40 }, 900, 80);
    expect(at.slice(0, 3)).toEqual([14, 16, 18]);
    expect(decimals).toBe(0);
    expect(ticks({ start: 0, scale: 2000 }, 900, 80).decimals).toBe(2);
  });

  test("moments are written as clocks and stored in ten thousandths", () => {
    expect([clock(0, 2), clock(75.5, 1), clock(3661.999, 2), clock(59.999, 1), clock(-1.5, 1)]).toEqual(
      ["0:00.00", "1:15.5", "1:01:02.00", "1:00.0", "−0:01.5"]);
    expect([tenThousandth(0.00004), tenThousandth(1.00005), tenThousandth(-0.00001)]).toEqual([0, 1.0001, 0]);
  });
});

describe("sorted stretches", () => {
  test("finds what a slow search finds, long ones that began early among them", () => {
    const all = Array.from({ length: 400 }, (_, index) => {
      const start = (index * 7919) % 1000;
      return { start, end: start + ((index * 31) % 17) + (index % 50 === 0 ? 600 : 0) };
    });
    const found = new Stretches(all);
    for (let from = -10; from < 1700; from += 37) {
      const slow = all.filter((one) => one.end >= from && one.start <= from + 20);
      expect(found.within(from, from + 20)).toHaveLength(slow.length);
    }
    expect(found.at(500, 0)[0]).toEqual(all.filter((one) => one.start <= 500 && one.end >= 500)
      .sort((a, b) => a.end - a.start - (b.end - b.start))[0]);
  });
});
