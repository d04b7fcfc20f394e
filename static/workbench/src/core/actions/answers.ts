/** Actions on questions: picking labels, giving values, and what the number keys do. */

import { t } from "../i18n";
import { askedQuestions } from "../conditions";
import { freshId, regionById } from "../regions";
import { isAnswer, isDrawn, labelOf, offeredLabels, questionNamed, type Question } from "../schema";
import { canEdit } from "../state";
import type { Attributes, ItemRegion } from "../types";
import type { Workbench } from "../workbench";

export function defineAnswerActions(wb: Workbench): void {
  const { commands } = wb;
  const editable = (): boolean => canEdit(wb.state);
  const several = (): boolean => (wb.state.task?.schema.questions.length ?? 0) > 1;
  commands.define("label.pick", ({ question, label }) => pick(wb, question, label), null, editable);
  commands.define("answer.value", ({ question, value, attributes }) => give(wb, question, value, attributes), null, editable);
  commands.define("turn.choose", ({ turn }) => wb.store.set({ turn }));
  commands.define("question.activate", ({ question }) => wb.activateQuestion(question));
  commands.define("question.next", () => stepQuestion(wb, 1), {
    title: "key.question.next", group: "label", keys: ["J", "Alt+ArrowDown"], fits: several,
  }, several);
  commands.define("question.previous", () => stepQuestion(wb, -1), {
    title: "key.question.previous", group: "label", keys: ["K", "Alt+ArrowUp"], fits: several,
  }, several);
  wb.keymap.setDynamic((chord) => (editable() ? dynamicKey(wb, chord) : null));
}

/** A number key: a label of the active question, or a step of its scale. */
function dynamicKey(wb: Workbench, chord: string): (() => void) | null {
  const { task, question: name } = wb.state;
  const question = task && name ? questionNamed(task.schema, name) : null;
  if (!question) return null;
  if (question.type === "rating") {
    const value = Number(chord);
    if (!Number.isInteger(value) || value < 1 || value > (question.max ?? 0)) return null;
    return () => wb.commands.run("answer.value", { question: question.name, value });
  }
  const label = offeredLabels(question).find((one) => one.hotkey.toUpperCase() === chord);
  return label ? () => wb.commands.run("label.pick", { question: question.name, label: label.key }) : null;
}

function pick(wb: Workbench, name: string, label: string): void {
  const { task, selected, regions } = wb.state;
  const question = task ? questionNamed(task.schema, name) : null;
  if (!task || !question) return;
  wb.store.transact(() => {
    if (wb.state.question !== name) wb.activateQuestion(name);
    if (!isDrawn(question)) return choose(wb, question, label);
    wb.store.set({ brush: label });
    if (wb.tool?.takeLabel(name, label)) return;
    const region = regionById(regions, selected);
    if (region?.question === name && region.label !== label) {
      wb.commands.run("region.label", { id: region.id, label });
    } else {
      wb.announce(t("announce.brush", { label: labelOf(task.schema, name, label)?.name ?? label }));
    }
  });
}

/** One answer, or one of several; picking it again takes it back where that is allowed. */
function choose(wb: Workbench, question: Question, label: string): void {
  const { regions, suggested, turn } = wb.state;
  if (question.per !== "" && turn === null) return;
  const own = regions.filter((region) => isAnswer(region, question, turn));
  const same = own.find((region) => region.label === label);
  const single = question.type === "choice";
  if (same && single && question.required) return advance(wb, question);
  const dropped = single ? own : same ? [same] : [];
  const kept = regions.filter((region) => !dropped.some((one) => one.id === region.id));
  const added: ItemRegion = { id: freshId(regions), question: question.name, kind: "item", label, ...onPart(question, turn) };
  wb.edit({
    regions: same ? kept : [...kept, added],
    suggested: suggested.filter((one) => one.region.question !== question.name || !single),
  });
  const name = question.labels.find((one) => one.key === label)?.name ?? label;
  wb.announce(t(same ? "announce.unchosen" : "announce.chosen", { label: name }));
  if (!same && single) advance(wb, question);
}

/** After a single choice the number keys serve the next question that still has no answer. */
function advance(wb: Workbench, question: Question): void {
  const { task, regions } = wb.state;
  const questions = task ? askedQuestions(task.schema, regions) : [];
  const later = questions.slice(questions.indexOf(question) + 1);
  const open = later.find(
    (one) => !isDrawn(one) && !regions.some((region) => region.question === one.name),
  );
  if (open) wb.activateQuestion(open.name);
}

/** What an answer says of the turn or cell it is about. */
function onPart(question: Question, part: string | null): { readonly on?: Readonly<Record<string, string>> } {
  if (question.per === "" || part === null) return {};
  return { on: { [question.per === "cell" ? "field" : "turn"]: part } };
}

function give(wb: Workbench, name: string, value: number | string | null, attributes?: Attributes): void {
  const { task, regions, turn } = wb.state;
  const question = task ? questionNamed(task.schema, name) : null;
  if (!question || (question.per !== "" && turn === null)) return;
  const own = regions.find((region) => isAnswer(region, question, turn));
  const others = regions.filter((region) => region !== own);
  const blank = value === null || value === "";
  if (blank && !own) return;
  const kept = own?.attributes ? { attributes: own.attributes } : {};
  const answer: ItemRegion = { id: own?.id ?? freshId(regions), question: name, kind: "item", ...onPart(question, turn), ...kept };
  const given = blank ? others : [...others, { ...answer, value, ...(attributes ? { attributes } : {}) }];
  wb.edit({ regions: given }, `value:${name}:${turn ?? ""}`);
}

function stepQuestion(wb: Workbench, by: 1 | -1): void {
  const { task, question, regions } = wb.state;
  const questions = task ? askedQuestions(task.schema, regions) : [];
  const at = questions.findIndex((one) => one.name === question);
  const next = questions[(at + by + questions.length) % questions.length];
  if (!next) return;
  wb.activateQuestion(next.name);
  wb.announce(t("announce.question", { question: next.title }));
}
