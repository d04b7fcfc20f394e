/** The top bar: where I am, whether my work is safe, and the way on. */

import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";

import type { ActionName } from "../core/commands";
import { formatTime, t, type MessageKey } from "../core/i18n";
import type { State } from "../core/state";
import { canEdit } from "../core/state";
import { titleOf } from "../core/actions/tasks";
import { Brand, Icon, type IconName } from "./icons";
import { Key, keyTextOf } from "./keys";
import { Part } from "./parts";
import { useStore, useWorkbench } from "./use";

export function Bar(): VNode {
  const wb = useWorkbench();
  const { project } = wb.config;
  return (
    <header class="wb-bar" data-pane>
      <a class="brand" href={wb.config.home_url} aria-label={t("bar.home")}><Brand /></a>
      <a class="muted wide-only" href={project.url}>{project.name}</a>
      <span class="muted wide-only" aria-hidden="true">/</span>
      <Heading />
      <Progress />
      <div class="top-end">
        <DraftState />
        <OutboxChip />
        <Told />
        <IconButton action="history.undo" icon="undo" label="key.undo" enabled={(s) => s.canUndo} />
        <IconButton action="history.redo" icon="redo" label="key.redo" enabled={(s) => s.canRedo} />
        {wb.config.mode === "work" && wb.config.queue.stage === "annotate"
          ? <IconButton action="past.open" icon="past" label="key.past" /> : null}
        <IconButton action="help.open" icon="help" label="key.help" />
        <Part name="more" wb={wb} />
        <Verbs />
      </div>
    </header>
  );
}

/** What came about my answers: nothing is fetched for it until something did. */
function Told(): VNode | null {
  const wb = useWorkbench();
  const unread = useStore((state) => state.progress?.unread) ?? wb.config.unread;
  return unread ? <Part name="told" wb={wb} /> : null;
}

/** The heading takes the focus when a new task is there. */
function Heading(): VNode {
  const wb = useWorkbench();
  const task = useStore((state) => state.task);
  const phase = useStore((state) => state.phase);
  const heading = useRef<HTMLHeadingElement>(null);
  const hold = task ? `${task.kind}:${task.assignment.id}` : phase;
  const first = useRef(true);
  useEffect(() => {
    document.title = [task ? titleOf(task) : null, wb.config.queue.name, "Winnow"].filter(Boolean).join(" · ");
    if (!task && phase === "starting") return;
    heading.current?.focus({ preventScroll: true });
    if (task) wb.announce(taskSentence(wb.state, first.current));
    first.current = false;
  }, [hold]);
  return <h1 tabIndex={-1} ref={heading}>{task ? titleOf(task) : wb.config.queue.name}</h1>;
}

function taskSentence(state: State, isFirst: boolean): string {
  const { task, progress } = state;
  if (!task) return "";
  const title = titleOf(task);
  const how = progress ? t("announce.progress", { done: progress.done, total: progress.total }) : "";
  return `${isFirst ? title : t("announce.next", { title })}. ${how}`;
}

export function Progress(): VNode | null {
  const progress = useStore((state) => state.progress);
  if (!progress || progress.total === 0) return null;
  const share = Math.min(100, (100 * progress.done) / progress.total);
  return (
    <>
      <span class="of">{t("bar.of", { done: progress.done, total: progress.total })}</span>
      <span class="wide-only">
        <svg class="bar s" aria-hidden="true"><rect width={`${share}%`} height="100%" /></svg>
      </span>
    </>
  );
}

const DRAFT_WORDS: Readonly<Record<string, MessageKey>> = {
  unsaved: "draft.unsaved", kept: "draft.kept", saved: "draft.saved", conflict: "draft.conflict",
  refused: "draft.refused",
};

function DraftState(): VNode | null {
  const { state, at } = useStore((all) => all.draft);
  const key = DRAFT_WORDS[state];
  if (!key) return null;
  return <span class="muted small wide-only draft">{t(key, { time: at ? formatTime(at, true) : "" })}</span>;
}

export function OutboxChip(): VNode {
  const wb = useWorkbench();
  const outbox = useStore((state) => state.outbox);
  const refused = outbox.attention.length;
  const kept = outbox.waiting > 0;
  const kind = refused ? "outbox refused" : kept ? "outbox kept" : "outbox";
  const words = refused
    ? t("outbox.attention", { n: refused })
    : kept ? t("outbox.kept", { n: outbox.waiting }) : t("outbox.sent");
  const [number, rest] = refused || kept ? [String(refused || outbox.waiting), words] : ["", words];
  return (
    <button class={kind} onClick={() => wb.commands.run("dialog.open", { dialog: "attention" })}
      aria-label={number ? `${number} ${rest}` : rest}>
      <Icon name={refused ? "warn" : kept ? "kept" : "sent"} />
      {number ? `${number} ` : ""}<span class="words">{rest}</span>
    </button>
  );
}

interface IconButtonProps {
  readonly action: ActionName;
  readonly icon: IconName;
  readonly label: MessageKey;
  readonly enabled?: (state: State) => boolean;
}

function IconButton({ action, icon, label, enabled }: IconButtonProps): VNode {
  const wb = useWorkbench();
  const isOn = useStore((state) => enabled?.(state) ?? true);
  useStore((state) => state.keys);
  const key = keyTextOf(wb, action);
  const title = key ? `${t(label)} (${key})` : t(label);
  return (
    <button class="iconbtn wide-only" data-icon={icon} aria-label={t(label)} title={title} disabled={!isOn}
      onClick={() => wb.commands.run(action as "help.open")}>
      <Icon name={icon} />
    </button>
  );
}

/** Skip and submit; for a reviewer accept, correct and send back; while fixing, stop and save. */
function Verbs(): VNode | null {
  const task = useStore((state) => state.task);
  const editing = useStore(canEdit);
  if (!task || task.kind === "look") return <Looking />;
  if (task.kind === "review" && !editing) {
    if (task.answers.length === 0) {
      return (
        <>
          <Verb action="task.skip" label="verb.skip" wide />
          <Verb action="review.drawAnew" label="review.drawAnew" primary />
        </>
      );
    }
    return (
      <>
        <Verb action="review.reject" label="verb.reject" wide />
        <Verb action="review.correct" label="verb.correct" wide />
        <Verb action="task.skip" label="verb.skip" wide />
        <Verb action="review.accept" label="verb.accept" primary />
      </>
    );
  }
  if (task.kind === "review") {
    return (
      <>
        <Verb action="review.compare" label="verb.compare" wide />
        <Verb action="task.submit" label="verb.submitCorrection" primary />
      </>
    );
  }
  if (task.annotation) {
    return (
      <>
        <Verb action="task.stopFixing" label="verb.stopFixing" wide />
        <Verb action="task.submit" label="verb.saveFix" primary />
      </>
    );
  }
  return (
    <>
      <Verb action="task.skip" label="verb.skip" wide />
      <Verb action="task.submit" label="verb.submit" primary />
    </>
  );
}

function Looking(): VNode | null {
  const wb = useWorkbench();
  if (wb.config.mode !== "look" || (wb.config.assignments?.length ?? 0) < 2) return null;
  return (
    <>
      <Verb action="look.previous" label="verb.previous" />
      <Verb action="look.next" label="verb.next" />
    </>
  );
}

interface VerbProps {
  readonly action: ActionName;
  readonly label: MessageKey;
  readonly primary?: boolean;
  readonly wide?: boolean;
}

function Verb({ action, label, primary = false, wide = false }: VerbProps): VNode {
  const wb = useWorkbench();
  const kind = ["btn", primary ? "primary" : "", wide ? "wide-only" : ""].filter(Boolean).join(" ");
  return (
    <button class={kind} onClick={() => wb.commands.run(action as "task.submit")}>
      {t(label)}<Key id={action} />
    </button>
  );
}
