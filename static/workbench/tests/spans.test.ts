import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import { compareAnswers } from "../src/core/compare";
import { overlapOf } from "../src/core/overlap";
import { Quotes } from "../src/core/quotes";
import { placed } from "../src/core/regions";
import type { Region } from "../src/core/types";
import type { Workbench } from "../src/core/workbench";
import { routesOf, type Arc } from "../src/geometry/arcs";
import { covers, mapped, partsOf, sharedOf, spanOf, withEdge, withPart, withoutPart, type Gapped } from "../src/geometry/parts";
import { Segments } from "../src/geometry/segments";
import { toggled } from "../src/tools/text/parting";
import { bench, fresh, started } from "./bench";
import { assignmentNamed } from "./server";

const END = 60;
const part = fc.tuple(fc.nat(END - 2), fc.integer({ min: 1, max: 15 }))
  .map(([start, length]) => ({ start, end: Math.min(start + length, END) }));
const span = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => spanOf(parts) as Gapped);

/** The positions a span covers. */
function coveredBy(one: Gapped | null): Set<number> {
  const all = new Set<number>();
  for (const { start, end } of one ? partsOf(one) : []) for (let at = start; at < end; at++) all.add(at);
  return all;
}

/** What the server asks of gaps: rising, apart from each other and from both ends. */
function isWellMade(one: Gapped): boolean {
  let before = one.start;
  for (const [start, end] of one.gaps ?? []) {
    if (!(before < start && start < end && end < one.end)) return false;
    before = end;
  }
  return one.start < one.end && one.gaps?.length !== 0;
}

describe("parts of a span", () => {
  test("are what was given, in a form the server takes", () => {
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
      const made = spanOf(parts) as Gapped;
      expect(isWellMade(made)).toBe(true);
      expect(coveredBy(made)).toEqual(new Set(parts.flatMap((one) => [...coveredBy(one)])));
      expect(spanOf(partsOf(made))).toEqual(made);
    }));
  });

  test("more words are added to what is there, fewer are left after taking some out", () => {
    fc.assert(fc.property(span, part, (one, more) => {
      const grown = withPart(one, more);
      expect(isWellMade(grown)).toBe(true);
      expect(coveredBy(grown)).toEqual(new Set([...coveredBy(one), ...coveredBy(more)]));
      const less = withoutPart(one, more);
      if (less) expect(isWellMade(less)).toBe(true);
      expect(coveredBy(less)).toEqual(new Set([...coveredBy(one)].filter((at) => at < more.start || at >= more.end)));
    }));
  });

  test("choosing the same words twice changes nothing in the end, unless they were the last", () => {
    fc.assert(fc.property(span, part, (one, words) => {
      if (partsOf(one).some((own) => own.start < words.end && words.start < own.end)) return;
      if (partsOf(one).some((own) => own.end === words.start || words.end === own.start)) return;
      const once = toggled(one, words);
      expect(once.key).toBe("announce.part.added");
      const twice = toggled(once.at as Gapped, words);
      expect(twice.at).toEqual(one);
    }));
    expect(toggled({ start: 3, end: 9 }, { start: 3, end: 9 })).toEqual({ at: null, key: "announce.part.last", parts: 1 });
  });

  test("a span has no more gaps than the server takes", () => {
    const parts = Array.from({ length: 101 }, (_, n) => ({ start: n * 3, end: n * 3 + 1 }));
    const full = spanOf(parts) as Gapped;
    expect(full.gaps).toHaveLength(100);
    expect(toggled(full, { start: 400, end: 401 }).at).toBeNull();
  });

  test("an edge that moves takes along what lies beyond it", () => {
    const one = spanOf([{ start: 0, end: 4 }, { start: 10, end: 14 }]) as Gapped;
    expect(withEdge(one, "end", 8)).toEqual({ start: 0, end: 4 });
    expect(withEdge(one, "end", 12)).toEqual({ start: 0, end: 12, gaps: [[4, 10]] });
    expect(withEdge(one, "start", 11)).toEqual({ start: 11, end: 14 });
    expect(withEdge(one, "end", 0)).toBeNull();
  });

  test("two spans share what both cover and nothing of their gaps", () => {
    fc.assert(fc.property(span, span, (a, b) => {
      const [left, right] = [coveredBy(a), coveredBy(b)];
      const both = [...left].filter((at) => right.has(at)).length;
      expect(sharedOf(a, b)).toBeCloseTo(both / (left.size + right.size - both), 9);
      expect(covers(a, b)).toBe(partsOf(a).some((own) => own.start <= b.start && b.end <= own.end));
    }));
    const far = { id: "b", question: "q", kind: "span", label: "x", at: { start: 4, end: 6 } } as const;
    const around = { ...far, id: "a", at: { start: 0, end: 10, gaps: [[3, 7]] as [number, number][] } };
    expect(overlapOf(around, far)).toBe(0);
  });

  test("counting in other units keeps the gaps", () => {
    expect(mapped({ start: 1, end: 9, gaps: [[3, 5]] }, (at) => at * 2)).toEqual({ start: 2, end: 18, gaps: [[6, 10]] });
  });
});

describe("snapping to sentences and paragraphs", () => {
  const text = "One is short. Two is longer, isn’t it?  Three!\nA new line. End";
  const cut = (start: number, end: number, snap: "sentence" | "paragraph"): string => {
    const found = new Segments(text).snap({ start, end }, snap);
    return found ? text.slice(found.start, found.end) : "";
  };

  test("takes whole ones without the blanks around them", () => {
    expect(cut(3, 5, "sentence")).toBe("One is short.");
    expect(cut(20, 42, "sentence")).toBe("Two is longer, isn’t it?  Three!");
    expect(cut(20, 42, "paragraph")).toBe("One is short. Two is longer, isn’t it?  Three!");
    expect(cut(50, 51, "paragraph")).toBe("A new line. End");
  });

  test("knows sentences without spaces between them", () => {
    const chinese = "我住在北京。今天很冷。";
    const found = new Segments(chinese).snap({ start: 7, end: 8 }, "sentence");
    expect(found && chinese.slice(found.start, found.end)).toBe("今天很冷。");
  });

  test("stays inside the text whatever is in it", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), fc.nat(), fc.nat(), (any, a, b) => {
      if (any.length === 0) return;
      const given = { start: a % (any.length + 1), end: b % (any.length + 1) };
      for (const snap of ["sentence", "paragraph"] as const) {
        const found = new Segments(any).snap(given, snap);
        if (found) expect(0 <= found.start && found.start < found.end && found.end <= any.length).toBe(true);
      }
    }));
  });
});

describe("arrows", () => {
  const page = { left: 100, right: 700, margin: 100 };
  const end = fc.tuple(fc.integer({ min: 100, max: 600 }), fc.integer({ min: 5, max: 90 }), fc.nat(9))
    .map(([left, width, row]) => ({ left, right: left + width, top: 40 + row * 70 }));
  const arc = fc.tuple(fc.option(end), fc.option(end), fc.integer({ min: 20, max: 90 }))
    .map(([from, to, plate]) => ({ from, to, plate, stubPlate: plate + 100 }));

  test("every one with an end in view has a way, and plates lie apart as long as there is room", () => {
    fc.assert(fc.property(fc.array(arc, { maxLength: 6 }), (given) => {
      const arcs: Arc[] = given.map((one, n) => ({ ...one, id: `a${n}` }));
      const routes = routesOf(arcs, page);
      expect(routes.map((one) => one.id)).toEqual(arcs.filter((one) => one.from || one.to).map((one) => one.id));
      for (const route of routes) {
        expect(route.path).not.toContain("NaN");
        expect(route.stub).toBe(arcs.some((one) => one.id === route.id && !(one.from && one.to)));
      }
    }));
  });

  test("between words of one line it runs above that line, two of them at different heights", () => {
    const [a, b, c] = [100, 300, 500].map((left) => ({ left, right: left + 50, top: 40 }));
    const routes = routesOf([
      { id: "1", from: a ?? null, to: c ?? null, plate: 40, stubPlate: 90 },
      { id: "2", from: b ?? null, to: c ?? null, plate: 40, stubPlate: 90 },
    ], page);
    const heights = routes.map((one) => Number(/V([\d.]+)H/.exec(one.path)?.[1]));
    expect(heights[0]).toBeLessThan(40);
    expect(new Set(heights).size).toBe(2);
  });

  test("from line to line it goes round the text, in lanes of its own", () => {
    const at = (row: number): { left: number; right: number; top: number } => ({ left: 300, right: 350, top: 40 + row * 70 });
    const routes = routesOf([
      { id: "1", from: at(0), to: at(3), plate: 40, stubPlate: 90 },
      { id: "2", from: at(1), to: at(2), plate: 40, stubPlate: 90 },
    ], page);
    const lanes = routes.map((one) => Number(/H([\d.]+)q/.exec(one.path)?.[1]));
    expect(lanes.every((x) => x > 0 && x < page.left)).toBe(true);
    expect(new Set(lanes).size).toBe(2);
    for (const { plate } of routes) expect(plate.x + plate.width / 2).toBeLessThan(page.left);
  });
});

const DEFINITION = {
  format: 1, data_type: "text",
  questions: [
    { name: "names", type: "spans", labels: [{ key: "a", hotkey: "1" }, { key: "b", hotkey: "2" }] },
    { name: "joins", type: "relations", labels: [{ key: "x", name: "leads to" }], attributes: [{ name: "sure", type: "boolean" }] },
  ],
};

describe("relations in an answer", () => {
  beforeEach(() => fresh());

  const word = (id: string, start: number): Region =>
    ({ id, question: "names", kind: "span", label: "a", at: { start, end: start + 2 } });
  const join = (id: string, from: string, to: string): Region =>
    ({ id, question: "joins", kind: "relation", label: "x", at: { from, to } });

  async function withAll(suggested: readonly Region[] = []): Promise<Workbench> {
    const regions = { format: 1 as const, regions: suggested };
    const held = assignmentNamed("assignment_s", { suggestions: [{ id: "suggestion_1", source: "model", regions }] });
    bench.server.held.set(held.id, held);
    const wb = await started("annotate", DEFINITION);
    for (const region of [word("", 10), word("", 0), join("", "r1", "r2"), join("", "r2", "r1")]) {
      wb.commands.run("region.add", { region });
    }
    return wb;
  }

  test("a span takes its relations along, and undo brings all of them back at once", async () => {
    const wb = await withAll();
    wb.commands.run("region.select", { id: "r1" });
    wb.commands.run("region.remove");
    expect(wb.state.regions.map((one) => one.id)).toEqual(["r2"]);
    expect(wb.state.selected).toBe("r2");
    wb.commands.run("history.undo");
    expect(wb.state.regions.map((one) => one.id)).toEqual(["r1", "r2", "r3", "r4"]);
  });

  test("steps go through the text, each relation after the span it begins with", async () => {
    const wb = await withAll();
    expect(placed(wb.state.regions).map((one) => one.id)).toEqual(["r2", "r4", "r1", "r3"]);
  });

  test("a relation has attributes of its own", async () => {
    const wb = await withAll();
    wb.commands.run("region.attribute", { id: "r3", name: "sure", value: true });
    expect(wb.state.regions.find((one) => one.id === "r3")?.attributes).toEqual({ sure: true });
  });

  test("an offered relation is taken together with its ends, under their new ids", async () => {
    const wb = await withAll([word("r1", 20), word("r2", 30), join("r3", "r1", "r2")]);
    wb.commands.run("region.select", { id: "s0-r3" });
    wb.commands.run("suggestion.accept");
    expect(wb.state.suggested).toEqual([]);
    expect(wb.state.regions.slice(4)).toMatchObject([
      { id: "r5", at: { start: 20 } }, { id: "r6", at: { start: 30 } }, { id: "r7", at: { from: "r5", to: "r6" } },
    ]);
  });

  test("an offered relation follows an end that was taken before it", async () => {
    const wb = await withAll([word("r1", 20), word("r2", 30), join("r3", "r1", "r2")]);
    wb.commands.run("region.select", { id: "s0-r1" });
    wb.commands.run("suggestion.accept");
    wb.commands.run("suggestion.acceptAll");
    expect(wb.state.regions.at(-1)).toMatchObject({ at: { from: "r5", to: "r6" } });
  });
});

describe("relations of two answers", () => {
  const word = (id: string, start: number): Region =>
    ({ id, question: "names", kind: "span", label: "a", at: { start, end: start + 10 } });
  const join = (from: string, to: string, label = "x"): Region =>
    ({ id: "j", question: "joins", kind: "relation", label, at: { from, to } });
  const first = [word("r1", 0), word("r2", 20), join("r1", "r2")];

  test("are the same where their ends mean the same words, whatever these are called", () => {
    const kinds = compareAnswers([first, [word("r1", 21), word("r2", 0), join("r2", "r1")]]).map((row) => row.kind);
    expect(kinds).toEqual(["same", "same", "same"]);
  });

  test("differ by label, by direction and where one is missing", () => {
    const differ = (other: readonly Region[]): string[] =>
      compareAnswers([first, [word("r1", 0), word("r2", 20), ...other]]).filter((row) => row.kind !== "same").map((row) => row.kind);
    expect(differ([join("r1", "r2", "y")])).toEqual(["label"]);
    expect(differ([join("r2", "r1")])).toEqual(["missing", "missing"]);
    expect(differ([])).toEqual(["missing"]);
  });
});

describe("quotes", () => {
  test("name the words of every part and cut long ones", () => {
    const quotes = new Quotes("a😀 b c d e");
    expect(quotes.of({ start: 0, end: 6, gaps: [[2, 5]] })).toBe("a😀 … c");
    expect([...quotes.of({ start: 0, end: 10 }, 5)]).toHaveLength(5);
  });
});
