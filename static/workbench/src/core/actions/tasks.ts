/** Actions on tasks: submit, skip, set aside, fix an older answer. */

import { t } from "../i18n";
import { told } from "../certainty";
import { askedAnswers } from "../conditions";
import { check, type Problem } from "../schema";
import type { EntryKind } from "../shelf";
import { canEdit, type Task } from "../state";
import { documentOf } from "../types";
import { problemText } from "../problems";
import { uuid } from "../uuid";
import type { Workbench } from "../workbench";

export function defineTaskActions(wb: Workbench): void {
  defineSubmit(wb);
  defineSkip(wb);
  defineAside(wb);
}

export interface Parcel {
  readonly kind: EntryKind;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Keeps the work on this device, shows the next task, and only then sends. */
export async function dispatch(wb: Workbench, task: Task, parcel: Parcel): Promise<void> {
  await wb.outbox.add({
    ...parcel,
    queue: wb.config.queue.id,
    key: uuid(),
    hold: wb.currentHold(task),
    title: titleOf(task),
    assignment: task.assignment,
  });
  if (parcel.kind !== "skip") wb.onAnswered();
  wb.autosave.close();
  wb.queue.finish(task.assignment);
  void wb.shelf.removeDraft(wb.draftIdOf(task)).catch(() => undefined);
  wb.journal?.drop(wb.draftIdOf(task));
  wb.openNext();
  afterPaint(() => void wb.outbox.drain());
}

/** Sending waits until the next task is on the screen: the person comes before the network. */
function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work, 0));
}

export function titleOf(task: Task): string {
  if (task.kind === "look") return task.answers.length > 1 ? t("correction.title") : t("task.item", { n: task.number ?? 1 });
  return task.number === null ? t("task.fixed") : t("task.title", { n: task.number });
}

function defineSubmit(wb: Workbench): void {
  let busy = false;
  const submit = async (): Promise<void> => {
    const { task, problems: shown } = wb.state;
    if (!task || busy) return;
    // A draft may hold an answer from before its question stopped being asked.
    const regions = askedAnswers(task.schema, wb.state.regions);
    const { suggested, selected } = wb.state;
    if (regions !== wb.state.regions) wb.restore({ regions, suggested, selected });
    const problems = check(task.schema, regions, task.item);
    if (problems.some((one) => !one.warning)) return showProblems(wb, problems);
    // What is only a warning is shown once; who submits again has seen it.
    if (problems.length > 0 && !sameProblems(problems, shown)) return showProblems(wb, problems);
    busy = true;
    try {
      await dispatch(wb, task, parcelOf(wb, task));
    } finally {
      busy = false;
    }
  };
  const send = (): void => wb.settle(() => void submit());
  wb.commands.define("task.submit", send, {
    title: "key.submit", group: "task", keys: ["Enter"],
  }, () => canEdit(wb.state));
  // A text field keeps Enter for itself; with Ctrl or Cmd it submits from there, too.
  wb.commands.define("task.submitFromField", send, {
    title: "key.submitFromField", group: "task", keys: ["Mod+Enter"], inFields: true,
  }, () => canEdit(wb.state));
}

function parcelOf(wb: Workbench, task: Task): Parcel {
  const regions = documentOf(wb.state.regions);
  const { assignment, annotation } = task;
  const { isUnsure, confidence } = wb.state.certainty;
  if (annotation) {
    return { kind: "revision", path: `annotations/${annotation}/revisions`, body: { regions, is_unsure: isUnsure, confidence } };
  }
  if (task.kind === "review") {
    const { chosen, reason, gold } = wb.state.review;
    const answer = task.answers[chosen]?.annotation;
    wb.store.set({ sessionDone: wb.state.sessionDone + 1 });
    const said = { regions, reason, gold, fence: assignment.fence };
    // Where nobody's answer is there to begin from, what is drawn stands for itself.
    if (!answer) return { kind: "review", path: `assignments/${assignment.id}/draw`, body: said };
    const body = { verdict: "correct", ...said, assignment: assignment.id };
    return { kind: "review", path: `annotations/${answer}/reviews`, body };
  }
  const seconds = wb.stopwatch.seconds();
  const { sessionDone, medianSeconds } = wb.state;
  wb.store.set({ sessionDone: sessionDone + 1, medianSeconds: medianWith(seconds) ?? medianSeconds });
  return {
    kind: "submit",
    path: `assignments/${assignment.id}/submit`,
    body: { fence: assignment.fence, regions, seconds, ...told(wb.state.certainty) },
  };
}

const times: number[] = [];

/** The median of this page's times; null while there are too few to mean anything. */
function medianWith(seconds: number): number | null {
  times.push(seconds);
  if (times.length < 3) return null;
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function sameProblems(some: readonly Problem[], others: readonly Problem[]): boolean {
  const keysOf = (list: readonly Problem[]): string => list.map((one) => `${one.code} ${one.question} ${one.region ?? ""}`).join();
  return keysOf(some) === keysOf(others);
}

function showProblems(wb: Workbench, problems: readonly Problem[]): void {
  const [first] = problems;
  wb.store.transact(() => {
    wb.store.set({ problems });
    if (!first) return;
    wb.activateQuestion(first.question);
    if (first.region) wb.store.set({ selected: first.region });
  });
  const word = problems.every((one) => one.warning) ? "announce.warnings" : "announce.problems";
  wb.announce(first ? t(word, { n: problems.length, first: problemText(first) }) : "");
}

function defineSkip(wb: Workbench): void {
  const { commands } = wb;
  const skippable = (): boolean => wb.state.task !== null && wb.state.task.kind !== "look";
  const skip = async (reason: string): Promise<void> => {
    const { task } = wb.state;
    if (!task || task.annotation) return;
    const { assignment } = task;
    wb.store.set({ dialog: null });
    const body = { fence: assignment.fence, seconds: wb.stopwatch.seconds(), ...(reason ? { reason } : {}) };
    await dispatch(wb, task, { kind: "skip", path: `assignments/${assignment.id}/skip`, body });
    wb.announce(t("announce.skipped"));
  };
  commands.define("task.skip", () => wb.settle(() => {
    // What was drawn is not thrown away by one key.
    if (wb.history.canUndo) return wb.store.set({ dialog: "skip" });
    void skip("");
  }), { title: "key.skip", group: "task", keys: ["Space"] }, () => skippable() && !wb.state.task?.annotation);
  commands.define("task.skipWithReason", ({ reason }) => void skip(reason.trim()), null, skippable);
  commands.define("task.askSkipReason", () => wb.store.set({ dialog: "skip" }), {
    title: "key.skipWithReason", group: "task", keys: ["Shift+Space"],
  }, () => skippable() && !wb.state.task?.annotation);
}

function defineAside(wb: Workbench): void {
  const { commands, queue } = wb;
  commands.define("task.next", () => wb.settle(() => void aside()), {
    title: "key.next", group: "task", keys: ["]", "Alt+PageDown"], fits: () => wb.config.mode === "work",
  }, () => wb.state.task !== null && !wb.state.task.annotation && wb.config.mode === "work"
    && (wb.state.ready > 0 || wb.state.lease?.endedAt !== null));
  const aside = async (): Promise<void> => {
    const { task, lease } = wb.state;
    if (!task) return;
    await wb.autosave.flush();
    // A hold that ended is not ours to keep; the draft stays here and with the server.
    if (lease?.endedAt) queue.finish(task.assignment);
    else queue.putLast(task.assignment);
    void wb.prepare(task.assignment).catch(() => undefined);
    wb.openNext();
  };
  commands.define("task.goOn", () => {
    const { lease } = wb.state;
    if (lease) wb.store.set({ lease: { ...lease, goOn: true } });
  });
  commands.define("queue.askAgain", () => {
    wb.store.set({ phase: "starting" });
    void wb.wake();
  });
}
