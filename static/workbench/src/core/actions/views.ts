/** Actions on what is shown, and on the line to the server. */

import { t } from "../i18n";
import { askedQuestions } from "../conditions";
import { questionFor } from "../pens";
import { questionNamed, isDrawn, type Question } from "../schema";
import { canEdit, type Mode } from "../state";
import type { Workbench } from "../workbench";
import { SNAPS } from "../../geometry/snaps";

export function defineViewActions(wb: Workbench): void {
  defineModes(wb);
  defineDialogs(wb);
  defineLine(wb);
}

function canDraw(wb: Workbench): boolean {
  const { task } = wb.state;
  if (!task || !canEdit(wb.state)) return false;
  return task.schema.questions.some((one) => isDrawn(one));
}

/** What marking begins with: a place; relations join what is there already. */
function firstDrawn(wb: Workbench): Question | undefined {
  const { task, regions } = wb.state;
  const drawn = task ? askedQuestions(task.schema, regions).filter((one) => isDrawn(one)) : [];
  return drawn.find((one) => one.type !== "relations") ?? drawn[0];
}

function setMode(wb: Workbench, mode: Mode): void {
  const { task, question } = wb.state;
  const active = task && question ? questionNamed(task.schema, question) : null;
  wb.store.transact(() => {
    if (mode === "draw" && !(active && isDrawn(active))) {
      wb.activateQuestion(firstDrawn(wb)?.name ?? null);
    }
    wb.store.set({ mode });
  });
}

function defineModes(wb: Workbench): void {
  const { commands } = wb;
  const isPicture = (): boolean => ["image", "video"].includes(wb.state.task?.schema.dataType ?? "");
  const isText = (): boolean => wb.state.task?.schema.dataType === "text";
  commands.define("view.mode", ({ mode }) => setMode(wb, mode));
  commands.define("view.pen", ({ pen }) => {
    const { task, question } = wb.state;
    const answered = task ? questionFor(task.schema, question, pen) : null;
    if (!answered) return;
    wb.store.transact(() => {
      if (answered.name !== question) wb.activateQuestion(answered.name);
      wb.store.set({ pen, mode: "draw" });
    });
  }, null, () => canDraw(wb));
  commands.define("tool.select", () => setMode(wb, "select"), {
    title: "key.tool.select", group: "tool", keys: ["V"], fits: () => canDraw(wb),
  }, () => canDraw(wb));
  commands.define("tool.draw", () => {
    const { task, question } = wb.state;
    const active = task && question ? questionNamed(task.schema, question) : null;
    if (active?.type === "relations") wb.activateQuestion(firstDrawn(wb)?.name ?? null);
    setMode(wb, "draw");
  }, {
    title: "key.tool.mark", group: "tool", keys: ["T"], fits: () => canDraw(wb) && isText(),
  }, () => canDraw(wb) && isText());
  commands.define("tool.pan", () => setMode(wb, "pan"), {
    title: "key.tool.pan", group: "tool", keys: ["Q"], fits: isPicture,
  }, isPicture);
  commands.define("view.hide", () => {
    wb.store.set({ hidden: !wb.state.hidden });
    wb.announce(t(wb.state.hidden ? "announce.hidden" : "announce.shown"));
  }, { title: "key.hide", group: "view", keys: ["H"] }, () => wb.state.task !== null);
  commands.define("view.snap", () => {
    const snap = SNAPS[(SNAPS.indexOf(wb.state.snap) + 1) % SNAPS.length] ?? "word";
    wb.store.set({ snap });
    wb.announce(t(`snap.${snap}`));
  }, { title: "key.snap", group: "tool", keys: ["W"], fits: () => canDraw(wb) && isText() }, () => canDraw(wb) && isText());
  commands.define("view.facts", ({ facts }) => {
    if (facts.join("|") !== wb.state.facts.join("|")) wb.store.set({ facts });
  });
  const search = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-label-search]");
  commands.define("label.search", () => search()?.focus(), {
    title: "key.label.search", group: "label", keys: ["/"], fits: () => search() !== null,
  }, () => search() !== null);
}

function defineDialogs(wb: Workbench): void {
  const { commands } = wb;
  commands.define("dialog.open", ({ dialog }) => wb.store.set({ dialog }));
  commands.define("dialog.close", () => wb.store.set({ dialog: null }));
  commands.define("help.open", () => wb.store.set({ dialog: "help" }), {
    title: "key.help", group: "view", keys: ["?"],
  });
  commands.define("palette.open", () => wb.store.set({ dialog: "palette" }), {
    title: "key.palette", group: "view", keys: ["Mod+K"], inFields: true,
  });
  commands.define("keys.open", () => wb.store.set({ dialog: "keys" }), { title: "key.keys", group: "view", keys: [] });
  const grid = wb.config.mode === "work" ? wb.config.grid_url : null;
  commands.define("grid.open", () => { if (grid) location.href = grid; }, {
    title: "key.grid", group: "task", keys: [],
  }, () => grid != null);
  commands.define("guideline.open", () => wb.store.set({ dialog: "guideline" }), {
    title: "key.guideline", group: "view", keys: ["G"], fits: () => wb.config.guideline_html !== null,
  }, () => wb.config.guideline_html !== null);
  const hasPast = (): boolean => wb.config.mode === "work" && wb.config.queue.stage === "annotate";
  commands.define("past.open", () => wb.store.set({ dialog: "past" }), {
    title: "key.past", group: "task", keys: ["P"], fits: hasPast,
  }, hasPast);
  commands.define("pane.next", () => movePane(1), {
    title: "key.pane.next", group: "view", keys: ["F6"], inFields: true,
  });
  commands.define("pane.previous", () => movePane(-1), {
    title: "key.pane.previous", group: "view", keys: ["Shift+F6"], inFields: true,
  });
}

/** F6 goes round the parts of the page: bar, tools, stage, panel. */
function movePane(by: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter((one) => one.offsetParent);
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const pane = panes[(at + by + panes.length) % panes.length];
  const inside = pane?.querySelector<HTMLElement>("button:not(:disabled), [tabindex='0'], a[href], input");
  (pane?.tabIndex === 0 ? pane : inside)?.focus();
}

function defineLine(wb: Workbench): void {
  const { commands } = wb;
  commands.define("outbox.tryNow", () => void wb.wake());
  commands.define("outbox.retry", ({ seq }) => void wb.outbox.retry(seq));
  commands.define("outbox.discard", ({ seq }) => void wb.outbox.discard(seq));
  commands.define("notice.close", ({ id }) => {
    wb.store.set({ notices: wb.state.notices.filter((notice) => notice.id !== id) });
  });
}
