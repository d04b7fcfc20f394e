/** The tools, each with its key. */

import type { VNode } from "preact";
import { useRef } from "preact/hooks";

import { t, type MessageKey } from "../core/i18n";
import { isSingle } from "../core/keymap";
import { isDrawn, questionNamed } from "../core/schema";
import { canEdit, type State } from "../core/state";
import type { Workbench } from "../core/workbench";
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
  const { task, mode, hidden, suggested, snap } = state;
  if (!task) return [];
  const isImage = task.item.data_type === "image";
  const drawn = task.schema.questions.some((one) => isDrawn(one)) && canEdit(state);
  const buttons: ToolButton[] = [];
  if (drawn) buttons.push({ id: "tool.select", icon: "select", label: "key.tool.select", pressed: mode === "select" });
  if (drawn && isImage) buttons.push({ id: "image.box", icon: "box", label: "key.tool.box", pressed: mode === "draw" });
  if (drawn && !isImage) {
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
  if (isImage) {
    buttons.push({ id: "tool.pan", icon: "pan", label: "key.tool.pan", pressed: mode === "pan", ruled: true });
    buttons.push({ id: "image.fit", icon: "fit", label: "key.zoomFit" });
  }
  return buttons;
}

function press(wb: Workbench, id: string): void {
  // By pointer, the box tool only gets ready; the box in the middle is for those who draw by keys.
  if (id === "image.box") return wb.commands.run("view.mode", { mode: "draw" });
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
    <section class="rail" aria-label={t("rail")} data-pane>
      <div role="toolbar" aria-label={t("rail")} aria-orientation="vertical" ref={bar} onKeyDown={onKeyDown}>
        {buttons.map((button, index) => <RailButton key={button.id} button={button} first={index === 0} press={(id) => press(wb, id)} />)}
      </div>
    </section>
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
        title={key ? `${label} (${chordText(key)})` : label} data-key={key && isSingle(key) ? chordText(key) : ""}
        aria-keyshortcuts={key} onClick={() => run(button.id)}>
        <Icon name={button.icon} big />
      </button>
    </>
  );
}
