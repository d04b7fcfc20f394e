import { beforeEach, describe, expect, test } from "vitest";

import { defineCertainty } from "../src/core/actions/certainty";
import { SAID_NOTHING } from "../src/core/certainty";
import type { Workbench } from "../src/core/workbench";
import { answer, bench, current, fresh, started } from "./bench";
import { json, until } from "./server";

beforeEach(() => fresh());

function place(): { getItem(name: string): string | null; setItem(name: string, value: string): void } {
  const kept = new Map<string, string>();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
}

async function unsure(kept = place()): Promise<Workbench> {
  const wb = await started();
  Object.assign(wb.keymap, { place: kept });
  defineCertainty(wb);
  return wb;
}

const bodies = (part: string): unknown[] =>
  bench.server.calls.filter(({ path }) => path.includes(part)).map(({ body }) => body);

describe("how sure one is", () => {
  test("goes with the answer, and begins anew with the next task", async () => {
    const wb = await unsure();
    wb.commands.run("answer.unsure");
    wb.commands.run("answer.confidence", { value: 40 });
    await answer(wb);
    expect(wb.state.certainty).toEqual(SAID_NOTHING);
    await answer(wb);
    await until(() => bench.server.answers.size === 2);
    expect(bodies("submit")).toMatchObject([{ is_unsure: true, confidence: 40 }, {}]);
    expect(bodies("submit")[1]).not.toHaveProperty("is_unsure");
    expect(bodies("submit")[1]).not.toHaveProperty("confidence");
  });

  test("is there again when the task is put aside and comes back", async () => {
    const wb = await unsure();
    await until(() => wb.state.ready > 0);
    wb.commands.run("answer.unsure");
    const first = current(wb);
    wb.commands.run("task.next");
    await until(() => current(wb) !== first);
    expect(wb.state.certainty.isUnsure).toBe(false);
    while (current(wb) !== first) {
      const before = current(wb);
      wb.commands.run("task.next");
      await until(() => current(wb) !== before);
    }
    expect(wb.state.certainty.isUnsure).toBe(true);
  });

  test("a fix begins with what was said before", async () => {
    const wb = await unsure();
    bench.server.intercept = ({ path }) => (path.includes("revisions") ? json(201, { extra: false }) : null);
    wb.commands.run("task.fix", {
      answer: {
        annotation: "annotation_1", item: { id: "item_1", data_type: "text", text: "x" }, submitted_at: "", can_fix: true,
        schema_revision: { id: "schemarev_1", number: 1, url: "/x" }, is_unsure: true, confidence: 20,
        regions: { format: 1, regions: [{ id: "r1", question: "intent", kind: "item", label: "a" }] },
      },
    });
    await until(() => wb.state.task?.annotation === "annotation_1");
    expect(wb.state.certainty).toEqual({ isUnsure: true, confidence: 20 });
    wb.commands.run("answer.unsure");
    wb.commands.run("task.submit");
    await until(() => bodies("revisions").length === 1);
    expect(bodies("revisions")).toMatchObject([{ is_unsure: false, confidence: 20 }]);
  });
});
