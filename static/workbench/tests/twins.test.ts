import { beforeEach, describe, expect, test } from "vitest";

import type { Workbench } from "../src/core/workbench";
import { answer, bench, current, fresh, started } from "./bench";
import { until } from "./server";

beforeEach(() => fresh());

const pick = (wb: Workbench, label: string): void => wb.commands.run("label.pick", { question: "intent", label });
const labels = (wb: Workbench): (string | undefined)[] => wb.state.regions.map((one) => one.label);
const draft = (): (string | undefined)[] | undefined =>
  bench.server.held.get("assignment_0")?.draft?.regions.regions.map((one) => one.label);

async function twoTabs(): Promise<[Workbench, Workbench]> {
  const first = await started();
  const second = await started();
  await until(() => second.state.twin?.kind === "open");
  expect([current(first), current(second)]).toEqual(["assignment_0", "assignment_0"]);
  return [first, second];
}

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));

describe("one task in two tabs", () => {
  test("the tab that came later says so at once, the other goes on undisturbed", async () => {
    const [first, second] = await twoTabs();
    expect(second.state.twin).toEqual({ kind: "open", isQuiet: false });
    expect(first.state.twin).toBeNull();
    pick(first, "a");
    await until(() => first.state.draft.state === "saved");
    expect(draft()).toEqual(["a"]);
  });

  test("what is done in the later tab is kept on the device and sent nowhere", async () => {
    const [first, second] = await twoTabs();
    pick(first, "a");
    pick(second, "b");
    await until(() => second.state.draft.state === "kept" && first.state.draft.state === "saved");
    expect(draft()).toEqual(["a"]);
    expect((await bench.shelf.draft("user_ada:assignment_0"))?.regions[0]?.label).toBe("a");
    expect((await bench.shelf.draft("user_ada:assignment_0#beside"))?.regions[0]?.label).toBe("b");
  });

  test("taking over without a change of one's own brings what the other tab has, down to the last key", async () => {
    const [first, second] = await twoTabs();
    pick(first, "a");
    second.commands.run("draft.insist");
    await until(() => second.state.twin === null && labels(second)[0] === "a");
    expect(first.state.twin?.kind).toBe("moved");
    pick(second, "b");
    await until(() => second.state.draft.state === "saved");
    expect(draft()).toEqual(["b"]);
    pick(first, "a");
    await moment();
    expect(draft()).toEqual(["b"]);
  });

  test("taking over with another version keeps the one it replaces", async () => {
    const [first, second] = await twoTabs();
    pick(first, "a");
    pick(second, "b");
    second.commands.run("draft.insist");
    await until(() => second.state.draft.state === "saved" && second.state.beside !== null);
    expect(draft()).toEqual(["b"]);
    expect(second.state.beside?.map((one) => one.label)).toEqual(["a"]);
    second.commands.run("beside.show");
    expect(labels(second)).toEqual(["a"]);
    second.commands.run("history.undo");
    expect(labels(second)).toEqual(["b"]);
    expect(await bench.shelf.draft("user_ada:assignment_0#beside")).toBeNull();
  });

  test("taking the other one's draft keeps one's own as the other version", async () => {
    const wb = await started();
    const held = bench.server.held.get("assignment_0");
    const regions = [{ id: "r1", question: "intent", kind: "item" as const, label: "b" }];
    if (held) bench.server.held.set(held.id, { ...held, draft: { regions: { format: 1, regions }, etag: '"9"' } });
    pick(wb, "a");
    await until(() => wb.state.draft.state === "conflict");
    wb.commands.run("draft.takeTheirs");
    await until(() => labels(wb)[0] === "b");
    await until(() => wb.state.beside?.[0]?.label === "a");
  });

  test("a version kept here is offered when the task is opened again", async () => {
    const [, second] = await twoTabs();
    pick(second, "b");
    second.commands.run("draft.keepHere");
    expect(second.state.twin?.isQuiet).toBe(true);
    await until(async () => (await bench.shelf.draft("user_ada:assignment_0#beside")) !== null);
    const later = await started();
    expect(later.state.beside?.map((one) => one.label)).toEqual(["b"]);
  });

  test("an answer in one tab is told in the other, and a second answer is called what it is", async () => {
    const [first, second] = await twoTabs();
    pick(second, "b");
    await answer(first);
    await until(() => second.state.lease?.answered === true);
    expect(second.state.lease?.endedAt).not.toBeNull();
    await until(() => bench.server.answers.size === 1);
    second.commands.run("task.submit");
    await until(() => second.state.notices.some(({ key }) => key === "notice.second"));
    expect(bench.server.answers.size).toBe(2);
  });

  test("where tabs cannot talk, renewing tells that the task was answered", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    bench.server.answers.set("key", { assignment: "assignment_0", regions: [] });
    bench.server.held.delete("assignment_0");
    pick(wb, "a");
    await until(() => wb.state.lease?.answered === true);
  });

  test("when the first tab goes to another task, the later one saves again", async () => {
    const [first, second] = await twoTabs();
    pick(second, "b");
    await until(() => first.state.ready > 0);
    first.commands.run("task.next");
    await until(() => second.state.twin === null && second.state.draft.state === "saved");
    expect(draft()).toEqual(["b"]);
  });

  test("two tabs that open the same task at the same instant agree on one of them", async () => {
    const [one, other] = await Promise.all([started(), started()]);
    await until(() => one.state.twin !== null || other.state.twin !== null);
    await moment();
    expect([one, other].filter((wb) => wb.state.twin !== null)).toHaveLength(1);
  });
});
