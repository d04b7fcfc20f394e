import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { brokenRules } from "../src/core/answerRules";
import { askedAnswers, hiddenQuestions, withItemLabels } from "../src/core/conditions";
import { check, readSchema, withRules } from "../src/core/schema";
import type { Region, Regions } from "../src/core/types";
import { bench, fresh, started } from "./bench";
import { assignmentNamed } from "./server";
import { vectors } from "./vectors";

const KIND = {
  name: "kind", title: "Kind", type: "choice",
  labels: [{ key: "ok", hotkey: "1" }, { key: "defect", hotkey: "2" }, { key: "crack", parent: "defect", hotkey: "3" }],
};
const SCORE = { name: "score", type: "rating", max: 5, when: { question: "kind", label: ["defect"] } };
const WHY = { name: "why", type: "text", required: true, when: { question: "score", at_least: 3 } };
const SPOTS = { name: "spots", title: "Spots", type: "boxes", labels: [{ key: "spot" }, { key: "hole" }] };

const definition = (questions: readonly unknown[], rules: readonly unknown[] = []) =>
  ({ format: 1, data_type: "image", questions, rules });
const choice = (label: string): Region => ({ id: `c-${label}`, question: "kind", kind: "item", label });
const value = (question: string, given: number | string): Region => ({ id: question, question, kind: "item", value: given });
const box = (id: string, label: string, x: number, w = 10): Region =>
  ({ id, question: "spots", kind: "box", label, at: { x, y: 0, w, h: 10 } });
const codes = (given: unknown, regions: Regions): string[] =>
  check(readSchema(given), regions).map((one) => `${one.code} ${one.question}`);

describe("conditions", () => {
  const asked = definition([KIND, SCORE, WHY]);

  test("a question is asked when an earlier answer, or a label below it, calls for it", () => {
    const schema = readSchema(asked);
    expect([...hiddenQuestions(schema, [choice("ok")])]).toEqual(["score", "why"]);
    expect([...hiddenQuestions(schema, [choice("crack")])]).toEqual(["why"]);
    expect([...hiddenQuestions(schema, [choice("crack"), value("score", 3)])]).toEqual([]);
    expect([...hiddenQuestions(schema, [choice("ok"), value("score", 3)])]).toEqual(["score", "why"]);
  });

  test("what is not asked is not required, and may not be answered", () => {
    expect(codes(asked, [choice("ok")])).toEqual([]);
    expect(codes(asked, [choice("defect"), value("score", 4)])).toEqual(["required why"]);
    expect(codes(asked, [choice("ok"), value("score", 4)])).toEqual(["hidden-question score"]);
    expect(askedAnswers(readSchema(asked), [choice("ok"), value("score", 4)])).toEqual([choice("ok")]);
  });
});

describe("rules", () => {
  beforeAll(() => withRules(readSchema(definition([], [{ type: "forbidden" }]))));

  const broken = (rule: Record<string, unknown>, regions: Regions) => codes(definition([KIND, SPOTS], [rule]), [...regions]);
  const pairs = [{ question: "kind", label: "defect" }, { question: "spots", label: "hole" }];

  test("labels that do not go together are found at the later one", () => {
    const rule = { type: "forbidden", labels: pairs };
    expect(broken(rule, [choice("crack"), box("b", "hole", 0)])).toEqual(["forbidden spots"]);
    expect(broken(rule, [choice("ok"), box("b", "hole", 0)])).toEqual([]);
  });

  test("a region is needed with an answer", () => {
    const rule = { type: "required_region", question: "spots", label: "hole", when: { question: "kind", label: ["defect"] } };
    expect(broken(rule, [choice("defect"), box("b", "spot", 0)])).toEqual(["region-missing spots"]);
    expect(broken(rule, [choice("defect"), box("b", "hole", 0)])).toEqual([]);
    expect(broken(rule, [choice("ok")])).toEqual([]);
  });

  test("regions may cover each other up to a share, and have a least size", () => {
    const overlap = { type: "max_overlap", question: "spots", share: 0.5 };
    const two = [choice("ok"), box("a", "spot", 0), box("b", "spot", 2), box("c", "hole", 2)];
    expect(broken(overlap, two)).toEqual(["overlap spots"]);
    expect(broken({ ...overlap, share: 1 }, two)).toEqual([]);
    expect(broken({ ...overlap, share: 1 }, [...two, box("d", "spot", 2)])).toEqual(["overlap spots"]);
    const small = { type: "min_size", question: "spots", width: 5 };
    expect(broken(small, [choice("ok"), box("a", "spot", 0, 4)])).toEqual(["small-width spots"]);
  });
});

test("labels of the item itself are offered and checked", () => {
  const schema = readSchema({ questions: [{ name: "best", type: "choice", labels_from: "options" }] });
  const item = { id: "i", data_type: "text", labels: { best: [{ key: "x", name: "X", color: "#000000" }] } } as const;
  const own = withItemLabels(schema, item);
  expect(own.questions[0]?.labels.map((one) => one.name)).toEqual(["X"]);
  expect(check(own, [{ id: "r", question: "best", kind: "item", label: "y" }]).map((one) => one.code)).toEqual(["unknown-label"]);
  expect(check(withItemLabels(schema, { ...item, labels: {} }), [])).toEqual([]);
});

interface Case {
  readonly name: string;
  readonly definition: unknown;
  readonly regions: Regions;
  readonly hidden: readonly string[];
  readonly broken: readonly string[];
}

describe("the vectors shared with the server", () => {
  test.each(vectors<Case>("conditions"))("$name", async ({ definition: given, regions, hidden, broken }) => {
    const schema = await withRules(readSchema(given));
    expect([...hiddenQuestions(schema, regions)].sort()).toEqual(hidden);
    expect(brokenRules(schema, regions).map((one) => one.region ?? one.question)).toEqual(broken);
  });
});

interface RuleCase {
  readonly name: string;
  readonly definition: { readonly rules: readonly unknown[] };
  readonly regions: Regions;
  readonly broken: readonly (readonly [number, string, string])[];
}

test.each(vectors<RuleCase>("rules"))("rules as the server checks them: $name", ({ definition: given, regions, broken }) => {
  const found = given.rules.flatMap((rule, number) =>
    brokenRules(readSchema({ ...given, rules: [rule] }), regions).map((one) =>
      [number, one.region ?? one.question, one.code.startsWith("small-") ? "too-small" : one.code]));
  expect(found.sort()).toEqual([...broken].map((one) => [...one]).sort());
});

test("20,000 boxes are compared without holding up the page", () => {
  const many = Array.from({ length: 20_000 }, (_one, n): Region => box(`b${n}`, "spot", n * 3));
  const begun = performance.now();
  expect(brokenRules(readSchema(definition([SPOTS], [{ type: "max_overlap", question: "spots", share: 0.5 }])), many)).toHaveLength(19_999);
  expect(performance.now() - begun).toBeLessThan(2000);
});

describe("at work", () => {
  beforeEach(() => fresh());

  test("an answer goes with its question, and comes back with undo", async () => {
    const wb = await started("annotate", definition([KIND, SCORE, WHY]));
    wb.commands.run("label.pick", { question: "kind", label: "defect" });
    expect(wb.state.question).toBe("score");
    wb.commands.run("answer.value", { question: "score", value: 2 });
    wb.commands.run("label.pick", { question: "kind", label: "ok" });
    expect(wb.state.regions.map((one) => one.question)).toEqual(["kind"]);
    wb.commands.run("history.undo");
    expect(wb.state.regions.map((one) => one.question).sort()).toEqual(["kind", "score"]);
  });

  test("a warning is shown once, and the second submit sends", async () => {
    const rule = { type: "forbidden", level: "warning", message: "Look twice.", labels: [
      { question: "kind", label: "ok" }, { question: "mood", label: "bad" }] };
    const mood = { name: "mood", type: "choice", labels: [{ key: "bad", hotkey: "1" }] };
    const held = assignmentNamed("assignment_w", {});
    bench.server.held.set(held.id, held);
    const wb = await started("annotate", definition([KIND, mood], [rule]));
    const first = wb.state.task?.assignment.id;
    wb.commands.run("label.pick", { question: "kind", label: "ok" });
    wb.commands.run("label.pick", { question: "mood", label: "bad" });
    wb.commands.run("task.submit");
    expect(wb.state.problems).toMatchObject([{ code: "forbidden", warning: true, detail: "Look twice." }]);
    expect(wb.state.task?.assignment.id).toBe(first);
    wb.commands.run("task.submit");
    await expect.poll(() => wb.state.task?.assignment.id).not.toBe(first);
  });
});
