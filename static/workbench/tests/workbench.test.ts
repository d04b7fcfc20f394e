import { beforeEach, describe, expect, test } from "vitest";

import { defineActions } from "../src/core/actions";
import { defineFixing } from "../src/core/actions/fixing";
import { defineReviewActions } from "../src/core/actions/review";
import { createApi } from "../src/core/api";
import { en } from "../src/core/en";
import { useCatalogue } from "../src/core/i18n";
import { MemoryShelf } from "../src/core/memory";
import type { Config, Region } from "../src/core/types";
import { Workbench } from "../src/core/workbench";
import { DEFINITION, Server, assignmentNamed, json, problem, until } from "./server";

useCatalogue(en, "en");
globalThis.requestAnimationFrame = (work) => setTimeout(() => work(0), 0) as unknown as number;

let server: Server;
let shelf: MemoryShelf;

function config(stage: "annotate" | "review", definition: unknown): Config {
  return {
    queue: { id: "queue_1", name: "Main", stage, hold: 3 },
    project: { name: "Mail", url: "/p" },
    schema_revision: { id: "schemarev_1", number: 1, url: "/x", definition },
    user: { id: "user_ada", name: "Ada" },
    api: "/api/v1/", csrf: "token", locale: "en", home_url: "/", guideline_html: null, mode: "work", assignments: [],
  };
}

function make(stage: "annotate" | "review" = "annotate", definition: unknown = DEFINITION): Workbench {
  const wb = new Workbench({
    config: config(stage, definition),
    api: createApi("/api/v1/", "token", server.fetch),
    shelf, announce: () => undefined, settings: null,
    prepare: () => Promise.resolve(), forget: () => undefined, shown: () => Promise.resolve(),
  });
  defineActions(wb);
  defineFixing(wb);
  defineReviewActions(wb);
  return wb;
}

async function started(...given: Parameters<typeof make>): Promise<Workbench> {
  const wb = make(...given);
  await wb.start();
  await until(() => wb.state.task !== null);
  return wb;
}

const current = (wb: Workbench): string | undefined => wb.state.task?.assignment.id;

async function answer(wb: Workbench, label = "a"): Promise<void> {
  const before = current(wb);
  wb.commands.run("label.pick", { question: "intent", label });
  wb.commands.run("task.submit");
  await until(() => current(wb) !== before);
}

beforeEach(() => {
  server = new Server();
  shelf = new MemoryShelf();
});

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
    await until(() => server.answers.size === 1);
    const [sent] = [...server.answers.values()];
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
    server = new Server(30);
    const wb = await started();
    for (let n = 0; n < 30; n++) {
      await until(() => current(wb) === `assignment_${n}`);
      server.line = n % 4 === 1 ? "down" : n % 4 === 2 ? "lossy" : "up";
      wb.commands.run("label.pick", { question: "intent", label: "a" });
      wb.commands.run("task.submit");
      await until(() => current(wb) !== `assignment_${n}`);
      if (wb.state.ready === 0) {
        server.line = "up";
        await wb.wake();
      }
    }
    server.line = "up";
    await wb.wake();
    await until(() => server.answers.size === 30);
    const done = [...server.answers.values()].map((one) => one.assignment);
    expect(new Set(done).size).toBe(30);
  });

  test("prefetched tasks can be finished while the line is down", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    server.line = "down";
    await answer(wb);
    await answer(wb);
    expect(current(wb)).toBe("assignment_2");
    expect(wb.state.outbox.waiting).toBe(2);
    server.line = "up";
    await wb.wake();
    await until(() => server.answers.size === 2 && wb.state.outbox.waiting === 0);
  });

  test("after a reload, work that waits to be sent is not offered again", async () => {
    const wb = await started();
    server.line = "down";
    await answer(wb);
    wb.outbox.stop();
    server.line = "up";
    server.intercept = ({ path }) => (path.includes("submit") ? problem(503, "busy") : null);
    const again = await started();
    expect(current(again)).toBe("assignment_1");
    expect(again.state.outbox.waiting).toBe(1);
    again.outbox.stop();
  });

  test("a claim that was answered before the waiting work arrived does not bring it back", async () => {
    const wb = await started();
    server.line = "down";
    await answer(wb);
    wb.outbox.stop();
    server.line = "up";
    let arrive: () => void = () => undefined;
    server.slowClaim = new Promise((resolve) => { arrive = resolve; });
    const again = make();
    await again.start();
    await until(() => server.answers.size === 1 && again.state.outbox.waiting === 0);
    arrive();
    await until(() => again.state.task !== null);
    expect(current(again)).toBe("assignment_1");
  });

  test("a late answer that crosses a new claim of its task is not asked for twice", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    server.line = "down";
    await answer(wb);
    await answer(wb);
    // The leases ended meanwhile: the same tasks are given out again, under new fences.
    for (const [id, held] of server.held) server.held.set(id, { ...held, fence: 2 });
    server.intercept = ({ path }) => (path.includes("submit") ? problem(503, "busy") : null);
    server.line = "up";
    await wb.queue.refill();
    expect(wb.queue.ready.map((one) => one.id)).not.toContain("assignment_0");
    server.intercept = () => null;
    await until(async () => {
      await wb.outbox.drain();
      return server.answers.size === 2;
    });
    for (const id of ["assignment_0", "assignment_1"]) server.held.set(id, assignmentNamed(id, { fence: 2 }));
    await wb.queue.refill();
    expect(current(wb)).toBe("assignment_2");
    expect(wb.queue.ready.map((one) => one.id)).not.toContain("assignment_1");
  });

  test("a task that is asked for anew later comes again", async () => {
    const wb = await started();
    await answer(wb);
    await until(() => server.answers.size === 1 && wb.state.outbox.waiting === 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    server.held.clear();
    server.held.set("assignment_0", assignmentNamed("assignment_0", { fence: 2 }));
    await wb.queue.refill();
    expect(wb.queue.ready.map((one) => one.id)).toContain("assignment_0");
  });

  test("a skip goes on and gives the task back", async () => {
    const wb = await started();
    wb.commands.run("task.skip");
    await until(() => current(wb) === "assignment_1");
    await until(() => !server.held.has("assignment_0"));
  });

  test("a skip asks first when something was marked", async () => {
    const wb = await started();
    wb.commands.run("label.pick", { question: "intent", label: "a" });
    wb.commands.run("task.skip");
    expect(wb.state.dialog).toBe("skip");
    expect(current(wb)).toBe("assignment_0");
  });

  test("says when nothing is left, and goes on when something comes", async () => {
    server = new Server(1);
    const wb = await started();
    await answer(wb);
    await until(() => wb.state.phase === "empty");
    const late = assignmentNamed("assignment_late");
    server.held.set(late.id, late);
    wb.commands.run("queue.askAgain");
    await until(() => current(wb) === "assignment_late");
  });

  test("asks once more while the server is still searching", async () => {
    server.searching = 3;
    const wb = await started();
    expect(current(wb)).toBe("assignment_0");
    expect(server.count("claim")).toBeGreaterThan(3);
  });

  test("asks for the stage of its page", async () => {
    await started();
    expect(server.calls.find((call) => call.path.includes("claim"))?.body).toEqual({ hold: 3, stage: "annotate" });
  });

  test("a claim that is refused says why", async () => {
    server.intercept = () => problem(403, "not-allowed");
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
    server.held.set(kept.id, kept);
    const wb = await started();
    expect(wb.state.regions).toEqual(regions);
  });

  test("a newer draft of this device wins over the one of the server", async () => {
    const mine: Region[] = [{ id: "r1", question: "intent", kind: "item", label: "a" }];
    const theirs = { format: 1 as const, regions: [{ ...mine[0], label: "b" } as Region] };
    const kept = assignmentNamed("assignment_kept", { draft: { regions: theirs, etag: '"7"' } });
    server.held.set(kept.id, kept);
    await shelf.putDraft({ id: "user_ada:assignment_kept", regions: mine, savedAt: 1, etag: '"7"', sent: false });
    const wb = await started();
    expect(wb.state.regions).toEqual(mine);
  });

  test("a lease that ended is said, and the finished work is still sent", async () => {
    const wb = await started();
    server.held.clear();
    wb.endLease();
    expect(wb.state.lease?.endedAt).not.toBeNull();
    await answer(wb);
    await until(() => server.answers.size === 1);
    await until(() => wb.state.notices.some((notice) => notice.key === "notice.extra"));
  });

  test("a hold that is given again goes on in place", async () => {
    const wb = await started();
    const held = server.held.get("assignment_0");
    if (held) server.held.set(held.id, { ...held, fence: 2 });
    wb.endLease();
    await until(() => wb.state.task?.assignment.fence === 2);
    expect(wb.state.lease?.endedAt).toBeNull();
  });

  test("leases that are half over are renewed, those ahead as well", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    for (const [id, held] of server.held) server.held.set(id, { ...held });
    const soon = new Date(Date.now() + 1000).toISOString();
    server.intercept = ({ path }) => (path.includes("claim") ? json(200, {
      assignments: [...server.held.values()].map((one) => ({ ...one, lease_ends_at: soon })),
    }) : null);
    await wb.queue.refill();
    await wb.queue.renew();
    expect(server.count("renew")).toBe(3);
  });

  test("prefetched tasks are given back on leaving", async () => {
    const wb = await started();
    await until(() => wb.state.ready === 2);
    wb.queue.releaseAhead();
    await until(() => server.held.size === 1);
    expect([...server.held.keys()]).toEqual(["assignment_0"]);
  });
});

describe("editing", () => {
  test("undo and redo bring answers back and forth", async () => {
    const wb = await started();
    wb.commands.run("label.pick", { question: "intent", label: "a" });
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    expect(wb.state.regions.map((one) => one.label)).toEqual(["b"]);
    wb.commands.run("history.undo");
    expect(wb.state.regions.map((one) => one.label)).toEqual(["a"]);
    wb.commands.run("history.redo");
    expect(wb.state.regions.map((one) => one.label)).toEqual(["b"]);
  });

  const BOXES = {
    format: 1, data_type: "image",
    questions: [{ name: "cells", type: "boxes", labels: [{ key: "rbc", hotkey: "1" }, { key: "wbc", hotkey: "2" }] }],
  };
  const suggestion = (id: string, x: number): Region => ({
    id, question: "cells", kind: "box", label: "rbc", at: { x, y: 0, w: 10, h: 10 },
  });

  async function withSuggestions(): Promise<Workbench> {
    const regions = { format: 1 as const, regions: [suggestion("r1", 0), suggestion("r2", 50)] };
    const held = assignmentNamed("assignment_s", { suggestions: [{ id: "suggestion_1", source: "model", regions }] });
    server.held.set(held.id, held);
    return started("annotate", BOXES);
  }

  test("suggestions are apart from the answer until they are taken", async () => {
    const wb = await withSuggestions();
    expect(wb.state.regions).toEqual([]);
    wb.commands.run("suggestion.accept");
    expect(wb.state.regions.map((one) => one.id)).toEqual(["r1"]);
    expect(wb.state.suggested).toHaveLength(1);
    wb.commands.run("suggestion.acceptAll");
    expect(wb.state.regions.map((one) => one.id)).toEqual(["r1", "r2"]);
    wb.commands.run("history.undo");
    expect(wb.state.suggested).toHaveLength(1);
  });

  test("a suggestion that is moved is taken by moving it", async () => {
    const wb = await withSuggestions();
    const id = wb.state.suggested[0]?.region.id ?? "";
    wb.commands.run("region.place", { id, at: { x: 5, y: 5, w: 10, h: 10 } });
    expect(wb.state.regions).toMatchObject([{ id: "r1", at: { x: 5, y: 5 } }]);
    expect(wb.state.suggested).toHaveLength(1);
  });

  test("a number key relabels the selected box and keeps the label for the next one", async () => {
    const wb = await withSuggestions();
    wb.commands.run("suggestion.acceptAll");
    wb.commands.run("region.select", { id: "r2" });
    wb.commands.run("label.pick", { question: "cells", label: "wbc" });
    expect(wb.state.regions.map((one) => one.label)).toEqual(["rbc", "wbc"]);
    expect(wb.state.brush).toBe("wbc");
  });

  test("Tab steps through the regions and lets go at the end", async () => {
    const wb = await withSuggestions();
    wb.commands.run("suggestion.acceptAll");
    wb.commands.run("region.next");
    wb.commands.run("region.next");
    expect(wb.state.selected).toBe("r2");
    expect(wb.commands.isPossible("region.next")).toBe(false);
  });

  test("deleting selects the neighbour", async () => {
    const wb = await withSuggestions();
    wb.commands.run("suggestion.acceptAll");
    wb.commands.run("region.select", { id: "r1" });
    wb.commands.run("region.remove");
    expect(wb.state.regions.map((one) => one.id)).toEqual(["r2"]);
    expect(wb.state.selected).toBe("r2");
  });
});

describe("going back", () => {
  test("an answer that was not sent yet can be taken back and sent anew", async () => {
    const wb = await started();
    server.line = "down";
    await answer(wb, "a");
    const [waiting] = await wb.outbox.waiting();
    wb.commands.run("task.reopen", { seq: waiting?.seq ?? 0 });
    await until(() => current(wb) === "assignment_0");
    expect(wb.state.regions.map((one) => one.label)).toEqual(["a"]);
    server.line = "up";
    await answer(wb, "b");
    await until(() => server.answers.size === 1);
    expect([...server.answers.values()][0]?.regions[0]?.label).toBe("b");
    expect(current(wb)).toBe("assignment_1");
  });

  test("a sent answer is fixed beside the stream, which goes on where it was", async () => {
    const wb = await started();
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    let fixed: unknown = null;
    server.intercept = ({ path, body }) => {
      if (!path.includes("revisions")) return null;
      fixed = body;
      return json(201, {});
    };
    const item = { id: "item_old", data_type: "text" as const, text: "Old" };
    const regions = { format: 1 as const, regions: [{ id: "r1", question: "intent", kind: "item" as const, label: "a" }] };
    const link = { id: "schemarev_1", number: 1, url: "/x" };
    wb.commands.run("task.fix", {
      answer: { annotation: "annotation_9", item, schema_revision: link, regions, submitted_at: "", can_fix: true },
    });
    await until(() => wb.state.task?.annotation === "annotation_9");
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    wb.commands.run("task.submit");
    await until(() => current(wb) === "assignment_0" && fixed !== null);
    expect(fixed).toMatchObject({ regions: { regions: [{ label: "b" }] } });
    expect(wb.state.regions.map((one) => one.label)).toEqual(["b"]);
  });
});

describe("review", () => {
  async function reviewing(): Promise<{ readonly wb: Workbench; readonly bodies: Record<string, unknown>[] }> {
    const answers = ["a", "b"].map((label, index) => ({
      annotation: `annotation_${index}`, annotator: ["Ada", "Bo"][index] ?? "",
      regions: { format: 1 as const, regions: [{ id: "r1", question: "intent", kind: "item" as const, label }] },
    }));
    for (const id of ["assignment_r1", "assignment_r2"]) {
      server.held.set(id, assignmentNamed(id, { stage: "review", answers }));
    }
    const bodies: Record<string, unknown>[] = [];
    server.intercept = ({ path, body }) => {
      if (!path.includes("reviews")) return null;
      bodies.push({ path, ...body });
      return json(201, {});
    };
    return { wb: await started("review"), bodies };
  }

  test("the chosen answer is accepted", async () => {
    const { wb, bodies } = await reviewing();
    wb.commands.run("review.choose", { index: 1 });
    wb.commands.run("review.accept");
    await until(() => bodies.length === 1 && current(wb) === "assignment_r2");
    expect(bodies[0]).toMatchObject({ path: "annotations/annotation_1/reviews", verdict: "accept", assignment: "assignment_r1", fence: 1 });
  });

  test("nothing can be changed before correcting, and the correction is sent", async () => {
    const { wb, bodies } = await reviewing();
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    expect(wb.state.regions).toEqual([]);
    wb.commands.run("review.correct");
    await until(() => wb.state.review.editing);
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    wb.commands.run("task.submit");
    await until(() => bodies.length === 1);
    expect(bodies[0]).toMatchObject({ verdict: "correct", regions: { regions: [{ label: "b" }] } });
  });

  test("an answer is sent back only with a reason", async () => {
    const { wb, bodies } = await reviewing();
    globalThis.document = { getElementById: () => null, cookie: "" } as unknown as Document;
    wb.commands.run("review.reject");
    expect(current(wb)).toBe("assignment_r1");
    wb.commands.run("review.reason", { reason: "The second half is missing." });
    wb.commands.run("review.reject");
    await until(() => bodies.length === 1);
    expect(bodies[0]).toMatchObject({ verdict: "reject", reason: "The second half is missing." });
  });
});
