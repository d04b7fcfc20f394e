import { beforeEach, describe, expect, test } from "vitest";

import type { Region } from "../src/core/types";
import { answer, bench, current, fresh, make, started } from "./bench";
import { Server, assignmentNamed, json, problem, until } from "./server";

beforeEach(() => fresh());

describe("a stream of tasks", () => {
  test("opens the first task and has the next ones at hand", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    expect(current(wb)).toBe("assignment_0");
    expect(wb.state.task?.number).toBe(1);
  });

  test("a submit shows the next task and reaches the server", async () => {
    const wb = await started();
    await answer(wb, "b");
    expect(current(wb)).toBe("assignment_1");
    await until(() => bench.server.answers.size === 1);
    const [sent] = [...bench.server.answers.values()];
    expect(sent).toMatchObject({ assignment: "assignment_0", regions: [{ question: "intent", kind: "item", label: "b" }] });
  });

  test("an answer that lacks something is not sent and says what", async () => {
    const wb = await started();
    wb.commands.run("task.submit");
    await until(() => wb.state.problems.length === 1);
    expect(current(wb)).toBe("assignment_0");
    wb.commands.run("label.pick", { question: "intent", label: "a" });
    expect(wb.state.problems).toEqual([]);
  });

  test("thirty tasks with a line that breaks again and again arrive once each", async () => {
    bench.server = new Server(30);
    const wb = await started();
    for (let n = 0; n < 30; n++) {
      await until(() => current(wb) === `assignment_${n}`);
      bench.server.line = n % 4 === 1 ? "down" : n % 4 === 2 ? "lossy" : "up";
      wb.commands.run("label.pick", { question: "intent", label: "a" });
      wb.commands.run("task.submit");
      await until(() => current(wb) !== `assignment_${n}`);
      if (wb.state.ready === 0) {
        bench.server.line = "up";
        await wb.wake();
      }
    }
    bench.server.line = "up";
    await wb.wake();
    await until(() => bench.server.answers.size === 30);
    const done = [...bench.server.answers.values()].map((one) => one.assignment);
    expect(new Set(done).size).toBe(30);
  });

  test("prefetched tasks can be finished while the line is down", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    bench.server.line = "down";
    await answer(wb);
    await answer(wb);
    expect(current(wb)).toBe("assignment_2");
    expect(wb.state.outbox.waiting).toBe(2);
    bench.server.line = "up";
    await wb.wake();
    await until(() => bench.server.answers.size === 2 && wb.state.outbox.waiting === 0);
  });

  test("after a reload, work that waits to be sent is not offered again", async () => {
    const wb = await started();
    bench.server.line = "down";
    await answer(wb);
    wb.outbox.stop();
    bench.server.line = "up";
    bench.server.intercept = ({ path }) => (path.includes("submit") ? problem(503, "busy") : null);
    const again = await started();
    expect(current(again)).toBe("assignment_1");
    expect(again.state.outbox.waiting).toBe(1);
    again.outbox.stop();
  });

  test("a claim that was answered before the waiting work arrived does not bring it back", async () => {
    const wb = await started();
    bench.server.line = "down";
    await answer(wb);
    wb.outbox.stop();
    bench.server.line = "up";
    let arrive: () => void = () => undefined;
    bench.server.slowClaim = new Promise((resolve) => { arrive = resolve; });
    const again = make();
    await again.start();
    await until(() => bench.server.answers.size === 1 && again.state.outbox.waiting === 0);
    arrive();
    await until(() => again.state.task !== null);
    expect(current(again)).toBe("assignment_1");
  });

  test("a late answer that crosses a new claim of its task is not asked for twice", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    bench.server.line = "down";
    await answer(wb);
    await answer(wb);
    // The leases ended meanwhile: the same tasks are given out again, under new fences.
    for (const [id, held] of bench.server.held) bench.server.held.set(id, { ...held, fence: 2 });
    bench.server.intercept = ({ path }) => (path.includes("submit") ? problem(503, "busy") : null);
    bench.server.line = "up";
    await wb.queue.refill();
    expect(wb.queue.ready.map((one) => one.id)).not.toContain("assignment_0");
    bench.server.intercept = () => null;
    await until(async () => {
      await wb.outbox.drain();
      return bench.server.answers.size === 2;
    });
    for (const id of ["assignment_0", "assignment_1"]) bench.server.held.set(id, assignmentNamed(id, { fence: 2 }));
    await wb.queue.refill();
    expect(current(wb)).toBe("assignment_2");
    expect(wb.queue.ready.map((one) => one.id)).not.toContain("assignment_1");
  });

  test("a task that is asked for anew later comes again", async () => {
    const wb = await started();
    await answer(wb);
    await until(() => bench.server.answers.size === 1 && wb.state.outbox.waiting === 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    bench.server.held.clear();
    bench.server.held.set("assignment_0", assignmentNamed("assignment_0", { fence: 2 }));
    await wb.queue.refill();
    expect(wb.queue.ready.map((one) => one.id)).toContain("assignment_0");
  });

  test("a skip goes on and gives the task back", async () => {
    const wb = await started();
    wb.commands.run("task.skip");
    await until(() => current(wb) === "assignment_1");
    await until(() => !bench.server.held.has("assignment_0"));
  });

  test("a skip asks first when something was marked", async () => {
    const wb = await started();
    wb.commands.run("label.pick", { question: "intent", label: "a" });
    wb.commands.run("task.skip");
    expect(wb.state.dialog).toBe("skip");
    expect(current(wb)).toBe("assignment_0");
  });

  test("says when nothing is left, and goes on when something comes", async () => {
    bench.server = new Server(1);
    const wb = await started();
    await answer(wb);
    await until(() => wb.state.phase === "empty");
    await until(() => wb.state.progress?.done === 1);
    expect(wb.state.draft.state).toBe("untouched");
    const late = assignmentNamed("assignment_late");
    bench.server.held.set(late.id, late);
    wb.commands.run("queue.askAgain");
    await until(() => current(wb) === "assignment_late");
  });

  test("nothing is called left while all that one may hold is on its way", async () => {
    const wb = await started();
    bench.server.intercept = ({ path }) => (path.includes("submit") ? problem(503, "busy") : null);
    for (let n = 0; n < 3; n++) await answer(wb);
    const asked = bench.server.count("claim");
    await wb.queue.refill();
    expect(bench.server.count("claim")).toBeGreaterThan(asked);
    expect(wb.state.phase).toBe("starting");
    bench.server.intercept = () => null;
    await wb.wake();
    await until(() => current(wb) === "assignment_3");
  });

  test("asks once more while the server is still searching", async () => {
    bench.server.searching = 3;
    const wb = await started();
    expect(current(wb)).toBe("assignment_0");
    expect(bench.server.count("claim")).toBeGreaterThan(3);
  });

  test("asks for the stage of its page", async () => {
    await started();
    expect(bench.server.calls.find((call) => call.path.includes("claim"))?.body).toEqual({ hold: 3, stage: "annotate" });
  });

  test("a claim that is refused says why", async () => {
    bench.server.intercept = () => problem(403, "not-allowed");
    const wb = make();
    await wb.start();
    await until(() => wb.state.phase === "fault");
    expect(wb.state.faultText).toBe("It says not-allowed.");
  });
});

describe("drafts and leases", () => {
  test("a draft of the server is opened with its task", async () => {
    const regions: Region[] = [{ id: "r1", question: "intent", kind: "item", label: "b" }];
    const kept = assignmentNamed("assignment_kept", { draft: { regions: { format: 1, regions }, etag: '"7"' } });
    bench.server.held.set(kept.id, kept);
    const wb = await started();
    expect(wb.state.regions).toEqual(regions);
  });

  test("the first draft of a tab does not write over that of another tab", async () => {
    const wb = await started();
    const regions: Region[] = [{ id: "r1", question: "intent", kind: "item", label: "b" }];
    const draft = { regions: { format: 1 as const, regions }, etag: '"1"' };
    bench.server.held.set("assignment_0", assignmentNamed("assignment_0", { draft }));
    wb.commands.run("label.pick", { question: "intent", label: "a" });
    await until(() => wb.state.draft.state === "conflict");
    expect(bench.server.held.get("assignment_0")?.draft).toEqual(draft);
  });

  test("a draft that was sent while the page was left is no conflict", async () => {
    const regions: Region[] = [{ id: "r1", question: "intent", kind: "item", label: "a" }];
    const draft = { regions: { format: 1 as const, regions }, etag: '"4"' };
    bench.server.held.set("assignment_sent", assignmentNamed("assignment_sent", { draft }));
    await bench.shelf.putDraft({ id: "user_ada:assignment_sent", regions, savedAt: Date.now(), etag: '"0"', sent: false });
    const wb = await started();
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    await until(() => wb.state.draft.state === "saved");
  });

  test("a newer draft of this device wins over the one of the server", async () => {
    const mine: Region[] = [{ id: "r1", question: "intent", kind: "item", label: "a" }];
    const theirs = { format: 1 as const, regions: [{ ...mine[0], label: "b" } as Region] };
    const kept = assignmentNamed("assignment_kept", { draft: { regions: theirs, etag: '"7"' } });
    bench.server.held.set(kept.id, kept);
    await bench.shelf.putDraft({ id: "user_ada:assignment_kept", regions: mine, savedAt: 1, etag: '"7"', sent: false });
    const wb = await started();
    expect(wb.state.regions).toEqual(mine);
  });

  test("a lease that ended is said, and the finished work is still sent", async () => {
    const wb = await started();
    bench.server.held.clear();
    wb.endLease();
    expect(wb.state.lease?.endedAt).not.toBeNull();
    await answer(wb);
    await until(() => bench.server.answers.size === 1);
    await until(() => wb.state.notices.some((notice) => notice.key === "notice.extra"));
  });

  test("a hold that is given again goes on in place", async () => {
    const wb = await started();
    const held = bench.server.held.get("assignment_0");
    if (held) bench.server.held.set(held.id, { ...held, fence: 2 });
    wb.endLease();
    await until(() => wb.state.task?.assignment.fence === 2);
    expect(wb.state.lease?.endedAt).toBeNull();
  });

  test("leases that are half over are renewed, those ahead as well", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    for (const [id, held] of bench.server.held) bench.server.held.set(id, { ...held });
    const soon = new Date(Date.now() + 1000).toISOString();
    bench.server.intercept = ({ path }) => (path.includes("claim") ? json(200, {
      assignments: [...bench.server.held.values()].map((one) => ({ ...one, lease_ends_at: soon })),
    }) : null);
    await wb.queue.refill();
    await wb.queue.renew();
    expect(bench.server.count("renew")).toBe(3);
  });

  test("prefetched tasks are given back on leaving", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    wb.queue.releaseAhead();
    await until(() => bench.server.held.size === 1);
    expect([...bench.server.held.keys()]).toEqual(["assignment_0"]);
  });
});
