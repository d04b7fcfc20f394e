import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import { NO_PICKS, allPicked, draftLabel, keepDrafts, labelled, moved, offeredLabel, submitTiles, targetsOf, toggled } from "../src/core/grid";
import type { Question } from "../src/core/schema";
import type { Region } from "../src/core/types";
import type { Workbench } from "../src/core/workbench";
import { bench, fresh, make } from "./bench";
import { assignmentNamed, json, until } from "./server";

beforeEach(() => fresh(20));

async function grid(): Promise<[Workbench, Question]> {
  const wb = make();
  Object.assign(wb.config, { mode: "grid", queue: { ...wb.config.queue, hold: 8 } });
  const gridded = wb;
  await gridded.start();
  await until(() => gridded.queue.ready.length >= 3);
  const schema = await wb.revisions.of(wb.config.schema_revision);
  const [question] = schema.questions;
  if (!question) throw new Error("no question");
  return [gridded, question];
}

describe("picking tiles", () => {
  test("Shift and an arrow pick from where one stands, further and back", () => {
    const first = moved(NO_PICKS, 2, 10, false);
    const further = moved(moved(first, 3, 10, true), 5, 10, true);
    expect(targetsOf(further)).toEqual([2, 3, 4, 5]);
    expect(targetsOf(moved(further, 1, 10, true))).toEqual([1, 2]);
    expect(targetsOf(moved(further, 6, 10, false))).toEqual([6]);
  });

  test("one more or one less, and all", () => {
    expect(targetsOf(toggled(toggled(NO_PICKS, 4), 1))).toEqual([1, 4]);
    expect(targetsOf(toggled(toggled(NO_PICKS, 4), 4))).toEqual([4]);
    expect(targetsOf(allPicked(NO_PICKS, 3))).toEqual([0, 1, 2]);
  });

  test("the focus never leaves the tiles", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -60, max: 60 }), fc.boolean()), { maxLength: 30 });
    fc.assert(fc.property(steps, fc.integer({ min: 1, max: 50 }), (walked, count) => {
      let picks = NO_PICKS;
      for (const [by, extend] of walked) picks = moved(picks, picks.at + by, count, extend);
      expect(picks.at).toBeGreaterThanOrEqual(0);
      expect(picks.at).toBeLessThan(count);
      for (const place of targetsOf(picks)) expect(place).toBeLessThan(count);
    }));
  });
});

describe("labelling many at once", () => {
  test("each labelled tile becomes one answer through the outbox; the others stay", async () => {
    const [wb, question] = await grid();
    const tiles = wb.queue.ready;
    const given = labelled(labelled(new Map(), [tiles[0]?.id ?? "", tiles[1]?.id ?? ""], "a"), [tiles[2]?.id ?? ""], "b");
    const kept = tiles.slice(3).map((tile) => tile.id);
    expect(await submitTiles(wb, tiles, given, question)).toBe(3);
    expect(wb.queue.ready.map((tile) => tile.id)).toEqual(kept);
    await until(() => bench.server.answers.size === 3);
    expect([...bench.server.answers.values()].map((one) => [one.assignment, one.regions[0]?.label])).toEqual([
      [tiles[0]?.id, "a"], [tiles[1]?.id, "a"], [tiles[2]?.id, "b"],
    ]);
    await until(() => wb.queue.ready.length > kept.length);
    const finished = tiles.slice(0, 3).map((tile) => tile.id);
    expect(wb.queue.ready.some((tile) => finished.includes(tile.id))).toBe(false);
  });

  test("without a line they wait on this device and are sent later, each once", async () => {
    const [wb, question] = await grid();
    const tiles = wb.queue.ready;
    bench.server.line = "down";
    await submitTiles(wb, tiles, labelled(new Map(), tiles.map((tile) => tile.id), "a"), question);
    expect(await wb.outbox.waiting()).toHaveLength(tiles.length);
    bench.server.line = "lossy";
    await wb.outbox.drain();
    bench.server.line = "up";
    await wb.outbox.drain();
    await until(async () => (await wb.outbox.waiting()).length === 0);
    expect(bench.server.answers.size).toBe(tiles.length);
  });

  test("a labelled tile whose lease ended stays, and its answer is kept; others make room", async () => {
    const [wb, question] = await grid();
    const [first, second, third] = wb.queue.ready;
    if (!first || !second || !third) throw new Error("no tiles");
    wb.isBegun = (id) => id === first.id;
    const soon = new Date(Date.now() + 1000).toISOString();
    bench.server.intercept = ({ path, method }) => (path.includes("claim") && method === "POST"
      ? json(200, { assignments: [first, second, third].map((one) => ({ ...one, lease_ends_at: soon })) }) : null);
    await wb.queue.refill(); // it may end with what the start asked for
    await wb.queue.refill();
    bench.server.intercept = ({ path }) => (path.includes("claim") ? json(204, null) : null);
    bench.server.held.delete(first.id);
    bench.server.held.delete(second.id);
    await wb.queue.renew();
    await wb.queue.renew();
    expect(wb.queue.ready.map((tile) => tile.id)).toContain(first.id);
    expect(wb.queue.ready.map((tile) => tile.id)).not.toContain(second.id);
    expect(bench.server.count(`${first.id}/renew`)).toBe(1);
    await submitTiles(wb, wb.queue.ready, labelled(new Map(), [first.id], "a"), question);
    await until(() => bench.server.answers.size === 1);
    await until(() => wb.state.notices.some(({ key }) => key === "notice.extra"));
  });

  test("what was given and not sent is there again", async () => {
    const [wb, question] = await grid();
    const [first, second] = wb.queue.ready;
    if (!first || !second) throw new Error("no tiles");
    await keepDrafts(wb, [first, second], labelled(new Map(), [first.id], "b"), question);
    expect([await draftLabel(wb, first, question), await draftLabel(wb, second, question)]).toEqual(["b", null]);
  });

  test("a suggestion is offered by the label it has", () => {
    const region: Region = { id: "r1", question: "intent", kind: "item", label: "b" };
    const tile = assignmentNamed("t", { suggestions: [{ id: "s", source: "m", regions: { format: 1, regions: [region] } }] });
    expect(offeredLabel(tile, { name: "intent" } as Question)).toBe("b");
    expect(offeredLabel(assignmentNamed("u"), { name: "intent" } as Question)).toBeNull();
  });
});
