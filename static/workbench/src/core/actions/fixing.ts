/** Actions on finished work: fix what was sent, take back what was not. They come with the dialogs. */

import { remember } from "../certainty";
import type { Task } from "../state";
import type { Assignment, PastAnswer, Regions, RegionsDocument } from "../types";
import type { Workbench } from "../workbench";

export function defineFixing(wb: Workbench): void {
  wb.commands.define("task.fix", ({ answer }) => void openFix(wb, answer));
  wb.commands.define("task.stopFixing", () => wb.openNext(), {
    title: "key.stopFixing", group: "task", keys: ["]", "Alt+PageDown"], fits: () => wb.state.task?.annotation != null,
  }, () => wb.state.task?.annotation != null);
  wb.commands.define("task.reopen", ({ seq }) => void reopen(wb, seq));
}

async function openFix(wb: Workbench, answer: PastAnswer): Promise<void> {
  const schema = await wb.revisions.of(answer.schema_revision).catch(() => null);
  if (!schema) return wb.notify("error", "notice.notReachable");
  await putCurrentBack(wb);
  const assignment: Assignment = {
    id: answer.annotation, fence: 0, lease_ends_at: "", lease_seconds: 0, stage: "annotate",
    item: answer.item, schema_revision: answer.schema_revision,
  };
  const task: Task = {
    kind: "fix", assignment, item: answer.item, schema, number: null, answers: [],
    annotation: answer.annotation,
  };
  const id = wb.draftIdOf(task);
  const kept = await wb.shelf.draft(id);
  wb.show(task, kept?.regions ?? answer.regions.regions);
  if (!kept) wb.store.set({ certainty: { isUnsure: answer.is_unsure ?? false, confidence: answer.confidence ?? null } });
  wb.autosave.open({ id, path: null, fence: 0, etag: null });
}

/** The task on the stage becomes the next one again, with its draft. */
async function putCurrentBack(wb: Workbench): Promise<void> {
  const { task } = wb.state;
  if (!task || task.annotation) return;
  await wb.autosave.flush();
  wb.queue.putBack(task.assignment);
  await wb.prepare(task.assignment).catch(() => undefined);
}

/** Takes work back from the outbox and opens it again. */
async function reopen(wb: Workbench, seq: number): Promise<void> {
  const entry = await wb.outbox.withdraw(seq);
  if (!entry?.assignment) return wb.notify("warn", "notice.alreadySent");
  const schema = await wb.revisions.of(entry.assignment.schema_revision).catch(() => null);
  if (!schema) {
    await wb.outbox.putBack(entry);
    return wb.notify("error", "notice.notReachable");
  }
  await putCurrentBack(wb);
  if (entry.kind === "submit") wb.store.set({ sessionDone: Math.max(0, wb.state.sessionDone - 1) });
  const document = entry.body.regions as RegionsDocument | undefined;
  const isFix = entry.kind === "revision";
  const { assignment } = entry;
  const id = isFix ? `${wb.config.user.id}:fix:${assignment.id}` : wb.draftId(assignment);
  const { is_unsure: isUnsure = false, confidence = null } = entry.body as { is_unsure?: boolean; confidence?: number | null };
  remember(wb.keymap.place, id, { isUnsure, confidence });
  const regions: Regions = document?.regions ?? [];
  await wb.shelf.putDraft({ id, regions, savedAt: Date.now(), etag: assignment.draft?.etag ?? null, sent: false });
  if (!isFix) {
    wb.queue.putBack(assignment);
    await wb.prepare(assignment).catch(() => undefined);
    return wb.openNext();
  }
  const task: Task = {
    kind: "fix", assignment, item: assignment.item, schema, number: null, answers: [],
    annotation: assignment.id,
  };
  wb.show(task, regions);
  wb.autosave.open({ id, path: null, fence: 0, etag: null });
}
