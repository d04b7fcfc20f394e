import { beforeEach, describe, expect, test } from "vitest";

import type { MountedTool } from "../src/core/tool";
import type { Region } from "../src/core/types";
import type { Workbench } from "../src/core/workbench";
import { answer, bench, current, fresh, started } from "./bench";
import { assignmentNamed, json, until } from "./server";

beforeEach(() => fresh());

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

  test("submitting, skipping and undoing come after what the tool still has to do", async () => {
    const wb = await started();
    const before = current(wb);
    for (const action of ["history.undo", "task.skip", "task.submitFromField"] as const) {
      const waiting: (() => void)[] = [];
      const settle = (act?: () => void): boolean => waiting.push(...(act ? [act] : [])) >= 0;
      wb.tool = { settle } as unknown as MountedTool;
      wb.commands.run(action);
      wb.tool = null;
      expect([waiting.length, current(wb)]).toEqual([1, before]);
      wb.commands.run("label.pick", { question: "intent", label: "a" });
      waiting[0]?.();
    }
    await until(() => current(wb) !== before);
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
    bench.server.held.set(held.id, held);
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
    bench.server.line = "down";
    await answer(wb, "a");
    const [waiting] = await wb.outbox.waiting();
    wb.commands.run("task.reopen", { seq: waiting?.seq ?? 0 });
    await until(() => current(wb) === "assignment_0");
    expect(wb.state.regions.map((one) => one.label)).toEqual(["a"]);
    bench.server.line = "up";
    await answer(wb, "b");
    await until(() => bench.server.answers.size === 1);
    expect([...bench.server.answers.values()][0]?.regions[0]?.label).toBe("b");
    expect(current(wb)).toBe("assignment_1");
  });

  test("a sent answer is fixed beside the stream, which goes on where it was", async () => {
    const wb = await started();
    wb.commands.run("label.pick", { question: "intent", label: "b" });
    let fixed: unknown = null;
    bench.server.intercept = ({ path, body }) => {
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
      bench.server.held.set(id, assignmentNamed(id, { stage: "review", answers }));
    }
    const bodies: Record<string, unknown>[] = [];
    bench.server.intercept = ({ path, body }) => {
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
    await until(() => current(wb) === "assignment_r2");
    expect(wb.state.task?.number).toBe(2);
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
