import { beforeEach, describe, expect, test } from "vitest";

import { compareAnswers } from "../src/core/compare";
import { mergedRegions } from "../src/core/merging";
import type { Region, Regions } from "../src/core/types";
import { bench, fresh, started } from "./bench";
import { assignmentNamed, until } from "./server";

const word = (id: string, start: number, label = "name"): Region => ({
  id, question: "words", kind: "span", label, at: { start, end: start + 4 },
});
const join = (id: string, from: string, to: string): Region => ({
  id, question: "links", kind: "relation", label: "of", at: { from, to },
});

function merged(answers: readonly Regions[], chosen: number, pick: (kind: string) => number | null): Regions {
  const rows = compareAnswers(answers);
  const taken: Record<number, number> = {};
  rows.filter((row) => row.kind !== "same").forEach((row, place) => {
    const answer = pick(row.kind);
    if (answer !== null) taken[place] = answer;
  });
  return mergedRegions(rows, chosen, taken);
}

describe("one document out of several answers", () => {
  const first = [word("r1", 0), word("r2", 10, "place")];
  const second = [word("r1", 10, "thing"), word("r2", 30)];

  test("without anything taken it says what the chosen answer says", () => {
    const said = merged([first, second], 0, () => null);
    expect([...said].sort((a, b) => a.id.localeCompare(b.id))).toEqual(first);
  });

  test("what is taken replaces what is there, and ids stay different", () => {
    const said = merged([first, second], 0, (kind) => (kind === "label" ? 1 : null));
    expect(said).toHaveLength(2);
    expect(said).toContainEqual(word("r1", 0));
    expect(said.find((one) => one.label === "thing")).toMatchObject({ id: "r2", at: { start: 10 } });
  });

  test("nothing can be taken, too", () => {
    const said = merged([first, second], 0, (kind) => (kind === "missing" ? 1 : null));
    expect(said.map((one) => (one.kind === "span" ? [one.label, one.at.start] : []))).toEqual(
      expect.arrayContaining([["place", 10], ["name", 30]]));
    expect(said).toHaveLength(2);
    expect(new Set(said.map((one) => one.id)).size).toBe(2);
  });

  test("a relation that is taken finds its ends, and goes where one was left out", () => {
    const linked = [word("a", 0), word("b", 10, "place"), join("c", "a", "b")];
    const said = merged([first, linked], 0, (kind) => (kind === "missing" ? 1 : null));
    expect(said.find((one) => one.kind === "relation")).toMatchObject({ at: { from: "r1", to: "r2" } });
    const bare = [word("r1", 10, "place")];
    const left = merged([linked, bare], 0, () => null);
    expect(left.some((one) => one.kind === "relation")).toBe(true);
    const rows = compareAnswers([linked, bare]);
    const gone = rows.filter((row) => row.kind !== "same").findIndex((row) => row.cells[0]?.id === "a");
    expect(mergedRegions(rows, 0, { [gone]: 1 }).map((one) => one.kind)).toEqual(["span"]);
  });
});

describe("an adjudicator", () => {
  beforeEach(() => fresh());
  const said = (label: string): { format: 1; regions: Regions } => ({
    format: 1, regions: [{ id: "r1", question: "intent", kind: "item", label }],
  });

  test("takes a region of another answer by keys, edits and submits what was merged", async () => {
    const answers = [
      { annotation: "annotation_a", annotator: "Ada", regions: said("a") },
      { annotation: "annotation_b", annotator: "Bo", regions: said("b") },
    ];
    const held = assignmentNamed("assignment_j", { stage: "adjudicate", answers });
    bench.server.held.set(held.id, held);
    const wb = await started("adjudicate");
    expect(wb.state.task?.kind).toBe("review");
    wb.commands.run("review.nextDifference");
    wb.commands.run("review.takeHere");
    expect(wb.state.review.taken).toEqual({ 0: 1 });
    wb.commands.run("review.takeHere");
    expect(wb.state.review.taken).toEqual({});
    wb.commands.run("review.takeHere");
    wb.commands.run("review.correct");
    expect(wb.state.regions.map((one) => one.label)).toEqual(["b"]);
    wb.commands.run("review.compare");
    wb.commands.run("review.drawAnew");
    expect(wb.state.regions).toEqual([]);
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    wb.commands.run("task.submit");
    await until(() => bench.server.count("annotations/annotation_a/reviews") === 1);
    const call = bench.server.calls.find((one) => one.path.includes("/reviews"));
    expect(call?.body).toMatchObject({ verdict: "correct", assignment: "assignment_j" });
  });

  test("draws from nothing where there is no answer, and keeps it as gold", async () => {
    const held = assignmentNamed("assignment_n", { stage: "adjudicate", answers: [] });
    bench.server.held.set(held.id, held);
    const wb = await started("adjudicate");
    wb.commands.run("review.accept");
    wb.commands.run("review.correct");
    expect(wb.state.review.editing).toBe(false);
    wb.commands.run("review.gold", { gold: true });
    wb.commands.run("review.reason", { reason: "Nobody could tell." });
    wb.commands.run("review.drawAnew");
    expect(wb.state.review.editing).toBe(true);
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    wb.commands.run("task.submit");
    await until(() => bench.server.count("assignments/assignment_n/draw") === 1);
    const call = bench.server.calls.find((one) => one.path.includes("/draw"));
    expect(call?.body).toMatchObject({ gold: true, reason: "Nobody could tell.", fence: held.fence });
    expect(call?.body).toHaveProperty("regions.regions.0.label", "b");
  });
});
