/** The tools, each with its key, and the keys that matter now. */

import type { VNode } from "preact";
import { useRef } from "preact/hooks";

import { t, type MessageKey } from "../core/i18n";
import { isSingle } from "../core/keymap";
import { PENS, penFor, pensOf } from "../core/pens";
import { isDrawn, questionNamed } from "../core/schema";
import { canEdit, type State } from "../core/state";
import type { Workbench } from "../core/workbench";
import { Hint } from "./Hint";
import { Icon, type IconName } from "./icons";
import { chordText } from "./keys";
import { useStore, useWorkbench } from "./use";

interface ToolButton {
  readonly id: string;
  readonly icon: IconName;
  readonly label: MessageKey;
  readonly pressed?: boolean;
  readonly ruled?: boolean;
}

function buttonsFor(state: State): ToolButton[] {
  const { task, mode, pen, question, hidden, suggested, snap } = state;
  if (!task) return [];
  const isImage = task.item.data_type === "image";
  const isVideo = task.item.data_type === "video";
  const isText = task.item.data_type === "text";
  const isAudio = task.item.data_type === "audio";
  const isSeries = task.item.data_type === "series";
  const drawn = task.schema.questions.some((one) => isDrawn(one)) && canEdit(state);
  const buttons: ToolButton[] = [];
  if (drawn) buttons.push({ id: "tool.select", icon: "select", label: "key.tool.select", pressed: mode === "select" });
  const active = question === null ? null : questionNamed(task.schema, question);
  const inHand = mode === "draw" && active ? penFor(active, pen) : null;
  for (const one of drawn && (isImage || isVideo) ? pensOf(task.schema) : []) {
    buttons.push({ id: `${task.item.data_type}.${one}`, icon: one, label: `key.tool.${one}`, pressed: one === inHand });
  }
  if (drawn && isAudio) buttons.push({ id: "audio.draw", icon: "mark", label: "key.audio.draw", pressed: mode === "draw" });
  const marks = task.schema.questions.some(({ type }) => type === "segments" || type === "instants");
  const marking = active?.type === "segments" || active?.type === "instants";
  if (drawn && isVideo && marks) buttons.push({ id: "video.mark", icon: "mark", label: "key.audio.draw", pressed: mode === "draw" && marking });
  if (drawn && isSeries) buttons.push({ id: "series.draw", icon: "mark", label: "key.audio.draw", pressed: mode === "draw" });
  if (drawn && isText) {
    const relates = task.schema.questions.some((one) => one.type === "relations");
    const relating = relates && questionNamed(task.schema, state.question ?? "")?.type === "relations";
    buttons.push({ id: "tool.draw", icon: "mark", label: "key.tool.mark", pressed: mode === "draw" && !relating });
    if (relates) buttons.push({ id: "text.relate", icon: "link", label: "key.tool.relate", pressed: mode === "draw" && relating });
    buttons.push({ id: "view.snap", icon: "words", label: "key.snap", pressed: snap !== "grapheme", ruled: true });
  }
  if (drawn && task.schema.questions.some(({ labels }) => labels.some((one) => one.patterns.length > 0))) {
    buttons.push({ id: "suggestion.patterns", icon: "search", label: "key.suggestion.patterns", ruled: true });
  }
  if (suggested.length > 0) buttons.push({ id: "suggestion.accept", icon: "wand", label: "key.suggestion.accept", ruled: true });
  if (drawn || state.regions.some((one) => one.kind !== "item")) {
    buttons.push({ id: "view.hide", icon: "hide", label: "key.hide", pressed: hidden, ruled: suggested.length === 0 });
  }
  if (isAudio) {
    buttons.push({ id: "audio.showSelected", icon: "wave", label: "key.audio.showSelected", ruled: true });
    buttons.push({ id: "audio.fit", icon: "fit", label: "key.audio.fit" });
  }
  if (isVideo) {
    buttons.push({ id: "tool.pan", icon: "pan", label: "key.tool.pan", pressed: mode === "pan", ruled: true });
    buttons.push({ id: "video.fit", icon: "fit", label: "key.zoomFit" });
    buttons.push({ id: "video.fitTime", icon: "wave", label: "key.video.fitTime" });
  }
  if (isSeries) {
    buttons.push({ id: "series.showSelected", icon: "wave", label: "key.audio.showSelected", ruled: true });
    buttons.push({ id: "series.fit", icon: "fit", label: "key.series.fit" });
  }
  if (isImage) {
    buttons.push({ id: "tool.pan", icon: "pan", label: "key.tool.pan", pressed: mode === "pan", ruled: true });
    buttons.push({ id: "image.fit", icon: "fit", label: "key.zoomFit" });
    buttons.push({ id: "image.turnRight", icon: "turn", label: "key.image.turnRight" });
    buttons.push({ id: "image.looks", icon: "looks", label: "key.image.looks" });
  }
  return buttons;
}

function press(wb: Workbench, id: string): void {
  // By pointer, a pen only gets ready; what begins in the middle is for those who draw by keys.
  const pen = PENS.find((one) => id === `image.${one}` || id === `video.${one}`);
  if (pen) return wb.commands.run("view.pen", { pen });
  const command = wb.commands.all().find((one) => one.id === id);
  if (command?.when()) command.run(undefined);
}

export default function Rail(): VNode {
  const wb = useWorkbench();
  const bar = useRef<HTMLDivElement>(null);
  const state = useStore((all) => all);
  const buttons = buttonsFor(state);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const all = [...(bar.current?.querySelectorAll("button") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  return (
    <>
      <section class="rail" aria-label={t("rail")} data-pane>
        <div role="toolbar" aria-label={t("rail")} aria-orientation="vertical" ref={bar} onKeyDown={onKeyDown}>
          {buttons.map((button, index) => <RailButton key={button.id} button={button} first={index === 0} press={(id) => press(wb, id)} />)}
        </div>
      </section>
      <Hint />
    </>
  );
}

function RailButton({ button, first, press: run }: { button: ToolButton; first: boolean; press: (id: string) => void }): VNode {
  const wb = useWorkbench();
  const command = wb.commands.all().find((one) => one.id === button.id);
  const [key] = command ? wb.keymap.freeKeysOf(command) : [];
  const label = t(button.label);
  return (
    <>
      {button.ruled && !first ? <hr /> : null}
      <button aria-pressed={button.pressed} aria-label={label} tabIndex={first ? 0 : -1}
        title={key ? `${label} (${chordText(key)})` : label} data-key={key && isSingle(key) ? chordText(key.replace("Shift+", "⇧")) : ""}
        aria-keyshortcuts={key} onClick={() => run(button.id)}>
        <Icon name={button.icon} big />
      </button>
    </>
  );
}
