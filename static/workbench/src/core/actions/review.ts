/** Actions of a reviewer: choose an answer, accept it, correct it, or send it back with a reason. */

import { compareAnswers, type Row } from "../compare";
import { readingKey, t } from "../i18n";
import { mergedRegions } from "../merging";
import { isComparing, type State, type Task } from "../state";
import type { Regions } from "../types";
import type { Workbench } from "../workbench";
import { dispatch } from "./tasks";

/** The rows of a comparison, those that differ first. */
export function rowsOf(task: Task): Row[] {
  const many = task.schema.questions.filter((one) => one.type === "choices").map((one) => one.name);
  return compareAnswers(task.answers.map((answer) => answer.regions.regions), new Set(many));
}

/** The regions of the answer that is looked at, with what was taken from the others. */
export function chosenRegions({ task, review }: State): Regions {
  if (task && isMerged(review)) return mergedRegions(rowsOf(task), review.chosen, review.taken);
  return task?.answers[review.chosen]?.regions.regions ?? [];
}

/** Whether anything was taken from another answer. */
export function isMerged({ taken }: State["review"]): boolean {
  return Object.keys(taken).length > 0;
}

export function defineReviewActions(wb: Workbench): void {
  defineChoosing(wb);
  defineTaking(wb);
  defineVerdicts(wb);
}

/** Whether a verdict is asked for: a correction that is looked at asks for none. */
function comparing(wb: Workbench): boolean {
  return wb.state.task?.kind === "review" && isComparing(wb.state);
}

function defineChoosing(wb: Workbench): void {
  const { commands } = wb;
  const patch = (change: Partial<State["review"]>): void =>
    wb.store.set({ review: { ...wb.state.review, ...change } });
  commands.define("review.choose", ({ index }) => {
    const answer = wb.state.task?.answers[index];
    if (!answer) return;
    patch({ chosen: index, taken: {} });
    wb.announce(t("announce.answer", { name: answer.annotator, place: index + 1, n: wb.state.task?.answers.length ?? 0 }));
  }, null, () => isComparing(wb.state));
  commands.define("review.difference", ({ index }) => patch({ difference: index }));
  commands.define("review.reason", ({ reason }) => patch({ reason }));
  commands.define("review.gold", ({ gold }) => patch({ gold }));
  const step = (by: 1 | -1): void => {
    const { task, review } = wb.state;
    const count = task ? rowsOf(task).filter((row) => row.kind !== "same").length : 0;
    if (count === 0) return;
    const next = review.difference === null ? (by === 1 ? 0 : count - 1) : review.difference + by;
    patch({ difference: Math.min(Math.max(next, 0), count - 1) });
    wb.announce(t("announce.difference", { place: (wb.state.review.difference ?? 0) + 1, n: count }));
  };
  const chooseBy = (by: 1 | -1): void => {
    const count = wb.state.task?.answers.length ?? 1;
    commands.run("review.choose", { index: (wb.state.review.chosen + by + count) % count });
  };
  commands.define("review.nextDifference", () => step(1), {
    title: "key.review.nextDifference", group: "review", keys: ["ArrowDown"], scope: "tool", repeats: true,
  }, () => isComparing(wb.state));
  commands.define("review.previousDifference", () => step(-1), {
    title: "key.review.previousDifference", group: "review", keys: ["ArrowUp"], scope: "tool", repeats: true,
  }, () => isComparing(wb.state));
  commands.define("review.chooseNext", () => chooseBy(1), {
    title: "key.review.chooseNext", group: "review", keys: [readingKey("ArrowRight")], scope: "tool",
  }, () => isComparing(wb.state));
  commands.define("review.choosePrevious", () => chooseBy(-1), {
    title: "key.review.choosePrevious", group: "review", keys: [readingKey("ArrowLeft")], scope: "tool",
  }, () => isComparing(wb.state));
}

/** Single regions from several answers, or none of them: both end in the editor. */
function defineTaking(wb: Workbench): void {
  const { commands } = wb;
  commands.define("review.take", ({ difference, answer }) => {
    const { task, review } = wb.state;
    const name = task?.answers[answer]?.annotator;
    if (name === undefined) return;
    const { [difference]: before, ...rest } = review.taken;
    const taken = before === answer || answer === review.chosen ? rest : { ...rest, [difference]: answer };
    wb.store.set({ review: { ...review, difference, taken } });
    const from = task?.answers[taken[difference] ?? review.chosen]?.annotator ?? name;
    wb.announce(t("announce.taken", { place: difference + 1, name: from }));
  }, null, () => comparing(wb));
  commands.define("review.takeHere", () => {
    const { task, review } = wb.state;
    if (!task || review.difference === null) return;
    const count = task.answers.length;
    const now = review.taken[review.difference] ?? review.chosen;
    commands.run("review.take", { difference: review.difference, answer: (now + 1) % count });
  }, { title: "key.review.takeHere", group: "review", keys: ["T"] },
  () => comparing(wb) && wb.state.review.difference !== null);
  commands.define("review.drawAnew", () => edit(wb, [], t("announce.drawAnew")), {
    title: "key.review.drawAnew", group: "review", keys: ["W"],
  }, () => comparing(wb)); // also where there is no answer to begin from
}

function defineVerdicts(wb: Workbench): void {
  const { commands } = wb;
  let busy = false;
  const judge = async (verdict: "accept" | "reject"): Promise<void> => {
    const { task, review } = wb.state;
    const answer = task?.answers[review.chosen];
    if (!task || !answer || busy) return;
    busy = true;
    const hold = { assignment: task.assignment.id, fence: task.assignment.fence };
    const body = { verdict, reason: review.reason, gold: review.gold, ...hold };
    try {
      wb.store.set({ sessionDone: wb.state.sessionDone + 1 });
      await dispatch(wb, task, { kind: "review", path: `annotations/${answer.annotation}/reviews`, body });
    } finally {
      busy = false;
    }
    wb.announce(t(verdict === "accept" ? "announce.verdict.accept" : "announce.verdict.reject"));
  };
  const judgeable = (): boolean => comparing(wb) && (wb.state.task?.answers.length ?? 0) > 0;
  commands.define("review.accept", () => void judge("accept"), {
    title: "key.review.accept", group: "review", keys: ["A", "Enter"],
  }, judgeable);
  commands.define("review.reject", () => {
    // Sending back without saying why teaches nobody anything: ask first.
    if (wb.state.review.reason.trim() === "") return askReason(wb);
    void judge("reject");
  }, { title: "key.review.reject", group: "review", keys: ["R"] }, judgeable);
  commands.define("review.correct", () => correct(wb), {
    title: "key.review.correct", group: "review", keys: ["E"],
  }, judgeable);
  commands.define("review.compare", () => {
    wb.history.clear();
    wb.autosave.changed([]);
    wb.store.set({ review: { ...wb.state.review, editing: false }, regions: [], selected: null, problems: [] });
  }, { title: "key.review.compare", group: "review", keys: ["Escape"] },
  () => wb.state.task?.kind === "review" && wb.state.review.editing && wb.state.selected === null);
}

function askReason(wb: Workbench): void {
  wb.announce(t("review.reasonFirst"));
  document.getElementById("review-reason")?.focus();
}

/** Opens the chosen answer in the editor, with what was taken from others. */
function correct(wb: Workbench): void {
  const { task, review } = wb.state;
  const name = task?.answers[review.chosen]?.annotator ?? "";
  edit(wb, chosenRegions(wb.state), t(isMerged(review) ? "announce.merging" : "announce.correcting", { name }));
}

function edit(wb: Workbench, regions: Regions, said: string): void {
  const { task, review } = wb.state;
  if (!task) return;
  wb.history.clear();
  wb.store.transact(() => {
    wb.store.set({ review: { ...review, editing: true }, regions, selected: null, canUndo: false, canRedo: false });
    wb.activateQuestion(task.schema.questions[0]?.name ?? null);
  });
  wb.announce(said);
}
