/** Actions of a reviewer: choose an answer, accept it, correct it, or send it back with a reason. */

import { compareAnswers, type Row } from "../compare";
import { readingKey, t } from "../i18n";
import type { State, Task } from "../state";
import type { Regions } from "../types";
import type { Workbench } from "../workbench";
import { dispatch } from "./tasks";

/** The rows of a comparison, those that differ first. */
export function rowsOf(task: Task): Row[] {
  const many = task.schema.questions.filter((one) => one.type === "choices").map((one) => one.name);
  return compareAnswers(task.answers.map((answer) => answer.regions.regions), new Set(many));
}

/** The regions of the answer that is looked at. */
export function chosenRegions(state: State): Regions {
  return state.task?.answers[state.review.chosen]?.regions.regions ?? [];
}

export function defineReviewActions(wb: Workbench): void {
  defineChoosing(wb);
  defineVerdicts(wb);
}

function comparing(wb: Workbench): boolean {
  return wb.state.task?.kind === "review" && !wb.state.review.editing;
}

function defineChoosing(wb: Workbench): void {
  const { commands } = wb;
  const patch = (change: Partial<State["review"]>): void =>
    wb.store.set({ review: { ...wb.state.review, ...change } });
  commands.define("review.choose", ({ index }) => {
    const answer = wb.state.task?.answers[index];
    if (!answer) return;
    patch({ chosen: index });
    wb.announce(t("announce.answer", { name: answer.annotator, place: index + 1, n: wb.state.task?.answers.length ?? 0 }));
  }, null, () => comparing(wb));
  commands.define("review.difference", ({ index }) => patch({ difference: index }));
  commands.define("review.reason", ({ reason }) => patch({ reason }));
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
  }, () => comparing(wb));
  commands.define("review.previousDifference", () => step(-1), {
    title: "key.review.previousDifference", group: "review", keys: ["ArrowUp"], scope: "tool", repeats: true,
  }, () => comparing(wb));
  commands.define("review.chooseNext", () => chooseBy(1), {
    title: "key.review.chooseNext", group: "review", keys: [readingKey("ArrowRight")], scope: "tool",
  }, () => comparing(wb));
  commands.define("review.choosePrevious", () => chooseBy(-1), {
    title: "key.review.choosePrevious", group: "review", keys: [readingKey("ArrowLeft")], scope: "tool",
  }, () => comparing(wb));
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
    const body = { verdict, reason: review.reason, ...hold };
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

/** Opens the chosen answer in the editor. */
function correct(wb: Workbench): void {
  const { task, review } = wb.state;
  if (!task) return;
  const regions = chosenRegions(wb.state);
  wb.history.clear();
  wb.store.transact(() => {
    wb.store.set({ review: { ...review, editing: true }, regions, selected: null, canUndo: false, canRedo: false });
    wb.activateQuestion(task.schema.questions[0]?.name ?? null);
  });
  wb.announce(t("announce.correcting", { name: task.answers[review.chosen]?.annotator ?? "" }));
}
