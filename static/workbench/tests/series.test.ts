/** Time series: what is drawn from which tiles, where numbers stand on the axes, which channels are seen. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { momentsOf, plainNumber, rangeOf } from "../src/core/moments";
import type { Item } from "../src/core/types";
import { timeTicks, valueTicks } from "../src/tools/series/axes";
import { Channels } from "../src/tools/series/channels";
import { layoutOf, stripOf } from "../src/tools/series/layout";
import { channelAt, stripsOf } from "../src/layers/time/rows";
import { Source } from "../src/tools/series/source";
import { emptyTrace, fillTrace, grainOf } from "../src/tools/series/traces";

const TILE = 64;

/** A series as the server lays it out: values, and levels of 8, 32, 128 … rows. */
function laidOut(rows: readonly (readonly number[])[], stamps: readonly number[] | null, step = 1): { item: Item; files: Record<string, ArrayBuffer> } {
  const count = rows[0]?.length ?? 0;
  const channels = Array.from({ length: count }, (_, index) => rows.map((row) => row[index] as number));
  const seconds = stamps ? (stamps.at(-1) as number) : (rows.length - 1) * step;
  const cut = (all: readonly (readonly number[])[], size: number): number[] => {
    const out: number[] = [];
    const length = (all[0]?.length ?? 0);
    for (let from = 0; from < length; from += size) for (const one of all) out.push(...one.slice(from, from + size));
    return out;
  };
  const finest = channels.map((values) => pairsOf(values, 8));
  const levels: number[][][] = [finest];
  while ((levels.at(-1)?.[0]?.length ?? 0) > 8) levels.push((levels.at(-1) as number[][]).map((pairs) => pairsOf(pairs, 8)));
  let at = 0;
  const wide = (8 * seconds) / (rows.length - 1);
  const about = levels.map((level, index) => {
    const told = { at, seconds: wide * 4 ** index, count: (level[0]?.length ?? 0) / 2 };
    at += told.count * 2 * count * 4;
    return told;
  });
  const floats = new Float32Array(levels.flatMap((level) => cut(level, 32 * 2)));
  const asset = (role: string, facts: Record<string, unknown>) => ({ role, url: role, media_type: "x", facts });
  const item = {
    id: Math.random().toString(), data_type: "series" as const,
    assets: [
      asset("original", { rows: rows.length, seconds, step, gap_from: step * 1.5, start: "2026-01-01T00:00:00", channels: channels.map((_, index) => ({ name: `c${index}`, unit: "", low: 0, high: 1 })) }),
      asset("values", { type: "float64", tile: TILE }),
      asset("levels", { tile: 32, levels: about, bases: channels.map(() => 0) }),
      ...(stamps ? [asset("stamps", { tile: TILE, starts: stamps.filter((_, index) => index % TILE === 0) })] : []),
    ],
  };
  const files = { values: new Float64Array(cut(channels, TILE)).buffer, levels: floats.buffer, stamps: new Float64Array(stamps ?? []).buffer };
  return { item, files };
}

function pairsOf(values: readonly number[], size: number): number[] {
  const out: number[] = [];
  for (let from = 0; from < values.length; from += size) {
    const inside = values.slice(from, from + size).filter((one) => !Number.isNaN(one));
    if (!inside.length) out.push(NaN, NaN);
    else {
      const [low, high] = [Math.min(...inside), Math.max(...inside)];
      out.push(...(inside.indexOf(low) <= inside.indexOf(high) ? [low, high] : [high, low]));
    }
  }
  return out;
}

let fetched: string[] = [];

function serve(files: Record<string, ArrayBuffer>): void {
  fetched = [];
  vi.stubGlobal("fetch", async (url: string, { headers }: { headers: { Range: string } }) => {
    const [from, to] = headers.Range.slice(6).split("-").map(Number) as [number, number];
    fetched.push(`${url} ${from}-${to}`);
    return new Response((files[url] as ArrayBuffer).slice(from, to + 1), { status: 206 });
  });
}

/** Draws until every tile that is asked for is here. */
async function drawn(source: Source, channel: number, view: { start: number; scale: number }, width: number) {
  const trace = emptyTrace(width);
  for (let turn = 0; turn < 6; turn++) {
    fillTrace(trace, source, channel, view, grainOf(source, view, width));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return trace;
}

beforeEach(() => vi.useRealTimers());
afterEach(() => vi.unstubAllGlobals());

const wave = Array.from({ length: 1000 }, (_, row) => [Math.sin(row / 7), row % 50 === 49 ? 9 : row]);

describe("a trace", () => {
  test("of the whole holds the extremes of all values, from a level and few tiles", async () => {
    const { item, files } = laidOut(wave, null);
    serve(files);
    const source = new Source(item);
    const trace = await drawn(source, 0, { start: 0, scale: 50 / 999 }, 50);
    expect(trace.points).toBeNull();
    expect(trace.lowest).toBeCloseTo(Math.min(...wave.map((row) => row[0] as number)), 3);
    expect(trace.highest).toBeCloseTo(Math.max(...wave.map((row) => row[0] as number)), 3);
    expect(fetched.some((one) => one.startsWith("values"))).toBe(false);
    // Twenty single rows fall to 9 in a line that rises: each is seen in its column.
    const other = await drawn(source, 1, { start: 0, scale: 50 / 999 }, 50);
    expect(other.low.filter((low) => low === 9).length).toBe(20);
  });

  test("reaches the last value of a line that only rises", async () => {
    const { item, files } = laidOut(Array.from({ length: 1000 }, (_, row) => [row]), null);
    serve(files);
    const trace = await drawn(new Source(item), 0, { start: 0, scale: 50 / 999 }, 50);
    expect([trace.lowest, trace.highest]).toEqual([0, 999]);
  });

  test("near by is a line through the exact values of the channel", async () => {
    const { item, files } = laidOut(wave, null);
    serve(files);
    const source = new Source(item);
    const { points } = await drawn(source, 1, { start: 100, scale: 10 }, 200);
    const seen = points?.ys.filter((value) => !Number.isNaN(value)) ?? [];
    expect(seen).toEqual(wave.slice(100, 122).map((row) => row[1]));
    expect(points?.xs[0]).toBe(0);
    expect(fetched.filter((one) => one.startsWith("values")).length).toBe(1);
  });

  test("near by is that line, too, where rows are not evenly apart", async () => {
    const rows = Array.from({ length: 2000 }, (_, row) => [row % 7]);
    const stamps = rows.map((_, row) => row + (row % 3) / 10);
    const { item, files } = laidOut(rows, stamps);
    serve(files);
    const source = new Source(item);
    expect(source.rowsWithin(1000, 1010)).toBeGreaterThan(8);
    expect(source.rowsWithin(1000, 1010)).toBeLessThan(14);
    expect(source.rowsWithin(-5, 5000)).toBeGreaterThan(1900);
    const { points } = await drawn(source, 0, { start: 1000, scale: 2 }, 20);
    expect(points?.ys.slice(1, 9)).toEqual(Array.from({ length: 8 }, (_, index) => (1000 + index) % 7));
  });

  test("is broken where rows are missing and where values are", async () => {
    const rows = Array.from({ length: 60 }, (_, row) => [row === 20 ? NaN : row]);
    const stamps = rows.map((_, row) => (row < 40 ? row : row + 30));
    const { item, files } = laidOut(rows, stamps);
    serve(files);
    const { points } = await drawn(new Source(item), 0, { start: 0, scale: 1 }, 90);
    const breaks = points?.ys.flatMap((value, index) => (Number.isNaN(value) ? [points.ys[index - 1]] : []));
    expect(breaks).toEqual([19, 39]);
  });

  test("in columns joins neighbours only where the line goes on", async () => {
    const rows = Array.from({ length: 600 }, (_, row) => [row >= 200 && row < 220 ? NaN : row]);
    const { item, files } = laidOut(rows, null);
    serve(files);
    const trace = await drawn(new Source(item), 0, { start: 0, scale: 0.2 }, 120);
    expect([...trace.joins.slice(38, 46)]).toEqual([1, 1, 0, 0, 0, 0, 0, 1]);
    expect(trace.low[39]).toBe(195);
    expect(trace.high[39]).toBe(199);
  });
});

describe("a sample", () => {
  test("is the nearest row with the values of all channels", async () => {
    const rows = Array.from({ length: 200 }, (_, row) => [row, -row]);
    const stamps = rows.map((_, row) => row + (row % 3) / 10);
    const { item, files } = laidOut(rows, stamps);
    serve(files);
    const source = new Source(item);
    source.sampleAt(70.16);
    await new Promise((resolve) => setTimeout(resolve, 10));
    source.sampleAt(70.16);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(source.sampleAt(70.16)).toEqual({ row: 70, t: 70.1, values: [70, -70] });
    expect(source.sampleAt(70.9)?.row).toBe(71);
    expect(source.timeOf(200)).toBeNull();
  });
});

describe("the axes", () => {
  const local = { clock: "local", start: Date.UTC(2026, 0, 1) } as const;

  test("moments are those of calendars, and a day is said where it begins", () => {
    const told = timeTicks({ start: 0, scale: 600 / 86_400 }, 1200, 90, local);
    expect(told.map((one) => one.at / 3600)).toEqual([0, 6, 12, 18, 24, 30, 36, 42, 48]);
    expect(told[0]?.text).toMatch(/1/);
    expect(told[1]?.text).toBe("06:00");
    const months = timeTicks({ start: 0, scale: 1000 / (365 * 86_400) }, 1000, 90, local);
    expect(months.map((one) => new Date(local.start + one.at * 1000).getUTCDate())).toEqual(months.map(() => 1));
  });

  test("plain numbers and values stand at round places", () => {
    const told = timeTicks({ start: 0, scale: 100 }, 1000, 90, { clock: "plain", start: 2.5 });
    expect(told[0]).toEqual({ at: 0.5, text: "3" });
    expect(valueTicks(-1.2, 1.3, 140).map((one) => one.at)).toEqual([-1, 0, 1]);
    expect(valueTicks(5, 5, 100)).toEqual([{ at: 5, text: "5" }]);
    expect(valueTicks(1e9, 1e9 + 1, 100).length).toBeGreaterThan(1);
  });

  test("moments are told as the series has them", () => {
    const item = (start: unknown, seconds: number): Item => ({ id: "x", data_type: "series", assets: [{ role: "original", url: "", media_type: "", facts: { start, seconds } }] });
    expect(momentsOf(item("2026-01-01T00:00:00", 10))(90)).toMatch(/2026.*00:01:30$/);
    expect(momentsOf(item(2.5, 10))(1)).toBe("3.5");
    expect(rangeOf(item("2026-01-01T00:00:00", 3600), 60, 120)).toMatch(/00:01:00.*00:02:00/);
    expect(plainNumber(69.88083514, 12)).toBe("69.88083514");
  });
});

describe("the channels", () => {
  test("the last that is shown stays, and the keys go on with another", () => {
    const channels = new Channels();
    channels.open(3);
    channels.activate(1, 3);
    expect(channels.show(1, false)).toBe(true);
    expect([channels.active, channels.shown]).toEqual([2, [0, 2]]);
    expect(channels.show(0, false)).toBe(true);
    expect(channels.show(2, false)).toBe(false);
  });

  test("many scroll so that the active one is in sight", () => {
    const channels = new Channels();
    channels.open(64);
    expect(channels.activate(20, 10)).toBe(true);
    expect(channels.first).toBe(11);
    expect(channels.scroll(-400, 10)).toBe(true);
    expect(channels.first).toBe(21);
    channels.isOverlaid = true;
    expect(channels.scroll(-400, 10)).toBe(false);
  });

  test("a strip knows its channel, also when others are hidden or over it", () => {
    const wanted = { channels: [0, 2, 3], first: 0, lanes: 2, isOverlaid: false };
    const layout = layoutOf({ width: 900, height: 600 }, wanted);
    const second = layout.strips[1] as { y: number; h: number };
    expect(channelAt(layout, second.y + 3)).toBe(2);
    expect(stripsOf(layout, 1).h).toBe(0);
    expect(stripOf(layout, 3)).toBe(layout.strips[2]);
    const over = layoutOf({ width: 900, height: 600 }, { ...wanted, isOverlaid: true });
    expect(channelAt(over, (over.strips[0] as { y: number }).y + 3)).toBeNull();
    expect(stripsOf(over, 3)).toEqual(over.strips[0]);
    expect(layoutOf({ width: 390, height: 300 }, { ...wanted, channels: Array.from({ length: 64 }, (_, n) => n), first: 60 }).shown.length).toBeLessThan(6);
  });
});
