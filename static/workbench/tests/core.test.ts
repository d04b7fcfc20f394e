import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

import { compareAnswers } from "../src/core/compare";
import { en } from "../src/core/en";
import { History } from "../src/core/history";
import { t, useCatalogue } from "../src/core/i18n";
import { freshId, joinedOnly, placed, sameRegions } from "../src/core/regions";
import { check, labelOf, readSchema } from "../src/core/schema";
import { Stopwatch } from "../src/core/stopwatch";
import { Store } from "../src/core/store";
import type { Region } from "../src/core/types";
import { vectors } from "./vectors";

describe("history", () => {
  test("undo and redo walk the same steps", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
        const history = new History<number>();
        let now = 0;
        for (const value of values) {
          history.record({ before: now, after: value, merge: null });
          now = value;
        }
        const back: number[] = [];
        for (let step = history.undo(); step !== null; step = history.undo()) back.push(step);
        expect(back).toEqual([0, ...values.slice(0, -1)].reverse());
        const forth: number[] = [];
        for (let step = history.redo(); step !== null; step = history.redo()) forth.push(step);
        expect(forth).toEqual(values);
      }),
    );
  });

  test("a row of nudges is one step, until a pause or another action", () => {
    let clock = 0;
    const history = new History<number>(() => clock);
    history.record({ before: 0, after: 1, merge: "keys:r1" });
    history.record({ before: 1, after: 2, merge: "keys:r1" });
    clock += 5000;
    history.record({ before: 2, after: 3, merge: "keys:r1" });
    expect(history.undo()).toBe(2);
    expect(history.undo()).toBe(0);
    expect(history.canUndo).toBe(false);
  });

  test("a new step forgets what had been undone", () => {
    const history = new History<number>();
    history.record({ before: 0, after: 1, merge: null });
    history.undo();
    history.record({ before: 0, after: 7, merge: null });
    expect(history.redo()).toBeNull();
  });
});

describe("store", () => {
  test("a transaction tells its listeners once, and no change tells nobody", () => {
    const store = new Store({ a: 1, b: 1 });
    const heard = vi.fn();
    store.subscribe(heard);
    store.transact(() => {
      store.set({ a: 2 });
      store.set({ b: 2 });
    });
    store.set({ a: 2 });
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test("a watcher hears only of its own part", () => {
    const store = new Store({ a: 1, b: 1 });
    const heard = vi.fn();
    store.watch((state) => state.a, heard);
    store.set({ b: 5 });
    store.set({ a: 3 });
    expect(heard.mock.calls).toEqual([[3]]);
  });
});

describe("label schema", () => {
  interface Filled {
    readonly filled: { readonly data_type: string; readonly questions: readonly { name: string; labels?: readonly Record<string, unknown>[] }[] };
  }

  test("is read as the server filled it", () => {
    for (const { filled } of vectors<Filled>("schema", "defaults")) {
      const schema = readSchema(filled);
      expect(schema.questions.map((one) => one.name)).toEqual(filled.questions.map((one) => one.name));
      for (const question of filled.questions) {
        for (const label of question.labels ?? []) {
          const read = labelOf(schema, question.name, String(label.key));
          expect(read).toMatchObject({ name: label.name, color: label.color, hotkey: label.hotkey ?? "" });
        }
      }
    }
  });

  const schema = readSchema({
    data_type: "image",
    questions: [
      {
        name: "cells", type: "boxes", min_count: 1, max_count: 2, labels: [{ key: "rbc" }],
        attributes: [
          { name: "side", type: "choice", required: true, options: [{ key: "l" }] },
          { name: "occluded", type: "boolean" },
        ],
      },
      { name: "quality", type: "choice", labels: [{ key: "good" }] },
      { name: "price", type: "number", min: 0, max: 10 },
      { name: "stars", type: "rating", max: 5 },
      { name: "note", type: "text", max_length: 3 },
    ],
  });
  const box = (id: string, attributes?: Record<string, string>): Region => ({
    id, question: "cells", kind: "box", label: "rbc", at: { x: 0, y: 0, w: 1, h: 1 }, ...(attributes ? { attributes } : {}),
  });
  const item = (question: string, rest: object): Region => ({ id: question, question, kind: "item", ...rest });
  const codes = (...regions: Region[]): string[] => check(schema, regions).map((one) => one.code);

  test("a complete answer has no problem", () => {
    expect(codes(box("r1", { side: "l" }), item("quality", { label: "good" }))).toEqual([]);
  });

  test("names what is missing", () => {
    expect(codes()).toEqual(["too-few", "required"]);
    expect(codes(box("r1"), item("quality", { label: "good" }))).toEqual(["attribute-required"]);
  });

  test("names what is too much or unknown", () => {
    const side = { side: "l" };
    const answer = item("quality", { label: "excellent" });
    expect(codes(box("a", side), box("b", side), box("c", side), answer)).toEqual(["too-many", "unknown-label"]);
  });

  test("numbers, scales and texts keep their bounds; a text is counted in characters", () => {
    const fine = [box("r1", { side: "l" }), item("quality", { label: "good" })];
    expect(codes(...fine, item("price", { value: 11 }))).toEqual(["too-large"]);
    expect(codes(...fine, item("stars", { value: 0 }))).toEqual(["too-small"]);
    expect(codes(...fine, item("note", { value: "😀😀😀" }))).toEqual([]);
    expect(codes(...fine, item("note", { value: "four" }))).toEqual(["too-long"]);
  });
});

describe("regions", () => {
  test("a fresh id is one that no region has", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/)), (ids) => {
        const regions = ids.map((id): Region => ({ id, question: "q", kind: "item" }));
        expect(ids).not.toContain(freshId(regions));
      }),
    );
    const numbered = ["r1", "r10", "r2"].map((id): Region => ({ id, question: "q", kind: "item" }));
    expect(freshId(numbered)).toBe("r11");
  });

  test("spans are stepped through as they stand in the text, boxes as they were drawn", () => {
    const span = (id: string, start: number): Region => ({ id, question: "q", kind: "span", label: "l", at: { start, end: start + 1 } });
    const item: Region = { id: "r0", question: "q", kind: "item", label: "l" };
    expect(placed([span("r1", 9), item, span("r2", 3)]).map((one) => one.id)).toEqual(["r2", "r1"]);
  });

  test("two documents are the same whatever the order of their keys", () => {
    const a: Region = { id: "r1", question: "q", kind: "box", label: "l", at: { x: 1, y: 2, w: 3, h: 4 } };
    const b = { at: { h: 4, w: 3, y: 2, x: 1 }, label: "l", kind: "box", question: "q", id: "r1" } as Region;
    expect(sameRegions([a], [b])).toBe(true);
    expect(sameRegions([a], [{ ...b, label: "m" } as Region])).toBe(false);
  });
});

describe("comparing answers", () => {
  const box = (id: string, label: string, x: number): Region => ({
    id, question: "cells", kind: "box", label, at: { x, y: 0, w: 100, h: 100 },
  });

  test("puts the same thing in one row and says how it differs", () => {
    const rows = compareAnswers([
      [box("a", "rbc", 0), box("b", "rbc", 300), box("c", "rbc", 600)],
      [box("d", "wbc", 5), box("e", "rbc", 302)],
    ]);
    expect(rows.map((row) => row.kind)).toEqual(["label", "missing", "same"]);
    expect(rows[0]?.cells.map((cell) => cell?.id)).toEqual(["a", "d"]);
  });

  test("every region is in exactly one row", () => {
    const answer = fc.array(fc.tuple(fc.constantFrom("rbc", "wbc"), fc.nat(1000)), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(answer, { minLength: 2, maxLength: 3 }), (answers) => {
        let next = 0;
        const given = answers.map((one) => one.map(([label, x]) => box(`r${next++}`, label, x)));
        const ids = compareAnswers(given).flatMap((row) => row.cells.flatMap((cell) => (cell ? [cell.id] : [])));
        expect(ids.sort()).toEqual(given.flat().map((region) => region.id).sort());
      }),
    );
  });

  test("several labels of one question are told apart by their label", () => {
    const tag = (id: string, label: string): Region => ({ id, question: "topics", kind: "item", label });
    const rows = compareAnswers([[tag("a", "card"), tag("b", "cash")], [tag("c", "cash")]], new Set(["topics"]));
    expect(rows.map((row) => row.kind)).toEqual(["missing", "same"]);
  });
});

test("seconds on a task leave out absence and hidden pages", () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  watch.start();
  now += 5_000;
  watch.touch();
  now += 3_600_000; // an hour away from the desk counts as one minute
  watch.pause();
  now += 10_000;
  watch.touch();
  now += 2_000;
  expect(watch.seconds()).toBe(67);
});

test("the clock stops a minute after the last input and goes on with the next", () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  watch.start();
  now += 30_000;
  watch.touch();
  now += 59_000;
  expect(watch.seconds()).toBe(89);
  now += 60_000;
  expect(watch.seconds()).toBe(90);
  now += 600_000;
  expect(watch.seconds()).toBe(90);
  watch.touch();
  now += 10_000;
  expect(watch.seconds()).toBe(100);
  expect(watch.idleMs()).toBe(10_000);
});

test("time on a hidden page does not count, from whichever side it is met", () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  watch.start(true); // the task came while nobody looked
  now += 50_000;
  expect(watch.seconds()).toBe(0);
  watch.touch();
  now += 4_000;
  watch.pause();
  now += 20_000;
  watch.pause(); // told twice
  now += 20_000;
  expect(watch.seconds()).toBe(4);
  watch.start();
  now += 1_000;
  expect(watch.seconds()).toBe(1);
});

describe("sentences", () => {
  test("take numbers and choose between one and many", () => {
    useCatalogue(en, "en");
    expect(t("empty.waiting", { n: 1 })).toBe("1 answer is still being sent.");
    expect(t("empty.waiting", { n: 1200 })).toBe("1,200 answers are still being sent.");
  });

  test("have no exclamation mark and no line left empty", () => {
    for (const message of Object.values(en)) {
      for (const sentence of typeof message === "string" ? [message] : Object.values(message)) {
        expect(sentence.trim()).not.toBe("");
        expect(sentence).not.toContain("!");
      }
    }
  });
});

test("a relation goes with the region it begins or ends at", () => {
  const span = (id: string): Region => ({ id, question: "s", kind: "span", label: "a", at: { start: 0, end: 1 } });
  const joins = (id: string, from: string, to: string): Region => ({ id, question: "r", kind: "relation", label: "of", at: { from, to } });
  const regions = [span("r1"), span("r2"), joins("r3", "r1", "r2"), joins("r4", "r1", "r9")];
  expect(joinedOnly(regions).map((one) => one.id)).toEqual(["r1", "r2", "r3"]);
});
