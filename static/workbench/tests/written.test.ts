import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import { differences } from "../src/core/diff";
import { longest, parsePattern, placesOf } from "../src/core/patterns";
import { fitting, prefillOf } from "../src/core/prefill";
import { readSchema, type Question } from "../src/core/schema";
import type { Item } from "../src/core/types";
import { offsetTable } from "../src/geometry/offsets";
import { bench, fresh, started } from "./bench";
import { assignmentNamed, until } from "./server";
import { vectors } from "./vectors";

describe("the difference of two texts", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", " ", "\n", "é", "😀", "语", "."), { maxLength: 40 }).map((all) => all.join(""));

  test("holds both texts, whatever they are", () => {
    fc.assert(fc.property(text, text, (before, after) => {
      const pieces = differences(before, after);
      const without = (kind: string): string => pieces.filter((one) => one.kind !== kind).map((one) => one.text).join("");
      expect(without("added")).toBe(before);
      expect(without("removed")).toBe(after);
    }));
  });

  test("goes word by word and puts what went before what came", () => {
    expect(differences("I has two cats.", "I have two black cats.")).toEqual([
      { kind: "same", text: "I " },
      { kind: "removed", text: "has" }, { kind: "added", text: "have" },
      { kind: "same", text: " two" },
      { kind: "added", text: " black" },
      { kind: "same", text: " cats." },
    ]);
    expect(differences("same", "same")).toEqual([{ kind: "same", text: "same" }]);
    expect(differences("", "")).toEqual([]);
  });

  test("of two long texts that have nothing in common is found at once", () => {
    const one = Array.from({ length: 15_000 }, (_, n) => `a${n}`).join(" ");
    const other = Array.from({ length: 15_000 }, (_, n) => `b${n}`).join(" ");
    const from = performance.now();
    const pieces = differences(one, other);
    expect(performance.now() - from).toBeLessThan(2000);
    expect(pieces[0]).toEqual({ kind: "removed", text: one });
  });
});

describe("what a field starts with", () => {
  const question = (prefill: string): Question =>
    readSchema({ format: 1, data_type: "text", questions: [{ name: "q", type: "text", prefill }] }).questions[0] as Question;
  const item = { id: "i", data_type: "text", text: "Hello" } as Item;
  const row = { id: "i", data_type: "table", row: { n: 3, none: null } } as Item;

  test("is the text, a column, or nothing", () => {
    expect(prefillOf(question("text"), item)).toBe("Hello");
    expect(prefillOf(question(""), item)).toBeNull();
    expect(prefillOf(question("n"), row)).toBe("3");
    expect(prefillOf(question("none"), row)).toBeNull();
  });

  test("pasted text is cut between characters and counted whole", () => {
    expect(fitting("a😀b😀", 2)).toEqual({ text: "a😀", characters: 4 });
    expect(fitting("abc", 9)).toEqual({ text: "abc", characters: 3 });
    expect(fitting("abc", 0)).toEqual({ text: "", characters: 3 });
  });
});

interface PatternVector {
  readonly text: string;
  readonly patterns: readonly string[];
  readonly match_case: boolean;
  readonly places: readonly (readonly [number, number])[];
}

describe("patterns", () => {
  test("find the places that the server finds", () => {
    for (const { text, patterns, match_case: matchCase, places } of vectors<PatternVector>("patterns")) {
      const table = offsetTable(text);
      const found = patterns.flatMap((one) => placesOf(text, parsePattern(one, matchCase) as RegExp));
      expect(longest(found).map(({ start, end }) => [table.toPoint(start), table.toPoint(end)]), text).toEqual(places);
    }
  });

  test("that mean nothing are refused", () => {
    for (const pattern of vectors<string>("patterns", "refused")) expect(parsePattern(pattern), pattern).toBeNull();
  });

  test("never take for ever", () => {
    const text = "a".repeat(100_000);
    const from = performance.now();
    expect(placesOf(text, parsePattern(`{word}${" {word}".repeat(20)}!`) as RegExp)).toEqual([]);
    expect(performance.now() - from).toBeLessThan(8000);
  });
});

describe("marking by patterns", () => {
  beforeEach(() => fresh());
  const DEFINITION = {
    format: 1, data_type: "text",
    questions: [{
      name: "names", type: "spans",
      labels: [{ key: "person", patterns: ["Ada", "Bo"] }, { key: "order", patterns: ["order {digits}"] }],
    }],
  };

  test("offers every hit and answers nothing", async () => {
    const item: Item = { id: "item_1", data_type: "text", text: "😀 Ada and Bo: order 12, Adam" };
    const held = assignmentNamed("assignment_p", { item });
    bench.server.held.set(held.id, held);
    const wb = await started("annotate", DEFINITION);
    wb.commands.run("region.add", { region: { id: "", question: "names", kind: "span", label: "person", at: { start: 10, end: 12 } } });
    wb.commands.run("suggestion.patterns");
    await until(() => wb.state.suggested.length > 0);
    expect(wb.state.suggested.map(({ region }) => ("at" in region ? region.at : null))).toEqual([{ start: 2, end: 5 }, { start: 14, end: 22 }]);
    expect(wb.state.regions).toHaveLength(1);
    wb.commands.run("suggestion.acceptAll");
    expect(wb.state.regions.map((one) => one.label)).toEqual(["person", "person", "order"]);
    wb.commands.run("history.undo");
    wb.commands.run("suggestion.dismissAll");
    expect(wb.state.suggested).toEqual([]);
    expect(wb.state.regions).toHaveLength(1);
  });
});
