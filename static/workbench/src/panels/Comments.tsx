/** What is said about the answer at hand, and room to say something: about all of it, or about the selected region. */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { fetchComments, fetchReaders, mayHaveComments, placesOf, resolve, say, shownComments, type Comment } from "../core/comments";
import { formatNumber, formatTime, t } from "../core/i18n";
import { callAt, withName, type Call } from "../core/mentions";
import { placed, regionById } from "../core/regions";
import { labelOf } from "../core/schema";
import type { Regions } from "../core/types";
import { uuid } from "../core/uuid";
import type { Workbench } from "../core/workbench";
import { Icon } from "../shell/icons";
import { Key } from "../shell/keys";
import { useStore, useWorkbench } from "../shell/use";
import { focusStage } from "./LabelButtons";

const FIELD = "[data-comment]";
const LIST = "comment-calls";
/** The first task of a page may have been at hand before it was loaded. */
let hadOne = false;
const DAY_MS = 86_400_000;

export function define(wb: Workbench): void {
  const maySay = (): boolean => placesOf(wb.state.task, wb.state.review.chosen)?.write != null;
  wb.commands.define("comment.write", () => {
    const section = document.querySelector<HTMLDetailsElement>(".comments details");
    if (section) section.open = true;
    document.querySelector<HTMLElement>(FIELD)?.focus();
  }, { title: "key.comment.write", group: "task", keys: ["Shift+E"], fits: maySay }, maySay);
}

export default function Comments(): VNode | null {
  const wb = useWorkbench();
  const task = useStore((state) => state.task);
  const comments = useStore((state) => state.comments);
  const review = useStore((state) => state.review);
  useEffect(() => {
    wb.store.set({ comments: [] });
    // Without a line, what is said comes with the next look at the task.
    const isFirst = !hadOne;
    hadOne = true;
    if (task && (isFirst || mayHaveComments(task, wb.state.regions))) fetchComments(wb).catch(() => undefined);
  }, [task?.assignment.id, task?.annotation, task?.kind]);
  const shown = shownComments({ task, review, comments });
  const open = shown.filter((one) => !one.resolved);
  const [isOpen, setOpen] = useState(false);
  const place = `${task?.kind}:${task?.assignment.id}:${review.chosen}`;
  useEffect(() => setOpen(open.length > 0), [place]);
  useEffect(() => {
    if (open.length > 0) setOpen(true);
  }, [open.length > 0]);
  const places = placesOf(task, review.chosen);
  if (!task || !places) return null;
  const settled = shown.filter((one) => one.resolved);
  return (
    <section class="comments" aria-label={t("comments")}>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary class="row small">
          <span class="medium">{t("comments")}</span>
          {open.length > 0 ? <span class="num">{formatNumber(open.length)}</span> : null}
          <span class="end row"><Key id="comment.write" /><Icon name="down" /></span>
        </summary>
        <List comments={open} />
        {settled.length > 0 ? (
          <details class="settled">
            <summary class="small muted">{t("comments.settled", { n: settled.length })}</summary>
            <List comments={settled} />
          </details>
        ) : null}
        {places.write ? <Form /> : null}
      </details>
    </section>
  );
}

function List({ comments }: { comments: readonly Comment[] }): VNode | null {
  if (comments.length === 0) return null;
  return <ul>{comments.map((comment) => <Line key={comment.id} comment={comment} />)}</ul>;
}

/** The regions that comments speak of: one's own, or those of the answer that is looked at. */
function useRegions(): Regions {
  return useStore(({ task, review, regions }) =>
    (task?.kind === "review" && !review.editing ? (task.answers[review.chosen]?.regions.regions ?? []) : regions));
}

function Line({ comment }: { comment: Comment }): VNode {
  const wb = useWorkbench();
  const [failed, setFailed] = useState(false);
  const settle = (): void => {
    resolve(wb, comment, !comment.resolved).then(() => {
      // The line moves to the other list: the focus must not be lost with it.
      document.querySelector<HTMLElement>(".comments summary")?.focus();
    }).catch(() => setFailed(true));
  };
  return (
    <li>
      <div class="row tiny muted">
        <span class="name" dir="auto">{comment.is_mine ? t("comments.me") : comment.author}</span>
        <span>{when(comment.at)}</span>
        {comment.region ? <Region id={comment.region} /> : null}
      </div>
      <p dir="auto">{comment.text}</p>
      <button class="btn s quiet" onClick={settle}>{t(comment.resolved ? "comments.reopen" : "comments.settle")}</button>
      {failed ? <span class="tiny error" role="alert">{t("comments.failed")}</span> : null}
    </li>
  );
}

function when(at: string): string {
  const time = Date.parse(at);
  return Date.now() - time < DAY_MS ? formatTime(time) : new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium" }).format(time);
}

/** The region in words, as a way to it; one that is gone says so. */
function Region({ id }: { id: string }): VNode {
  const wb = useWorkbench();
  const words = useWords(id);
  if (words === null) return <span class="gone">{t("comments.gone")}</span>;
  return <button class="plain" dir="auto" onClick={() => wb.commands.run("region.select", { id })}>{words}</button>;
}

function useWords(id: string | null): string | null {
  const schema = useStore((state) => state.task?.schema ?? null);
  const regions = useRegions();
  const region = regionById(regions, id);
  if (!region) return null;
  const name = (schema ? labelOf(schema, region.question, region.label)?.name : null) ?? region.label ?? "";
  if (region.kind === "item") return name || t("comments.answer");
  const place = placed(regions).findIndex((one) => one.id === id) + 1;
  return `${name} ${String(place).padStart(2, "0")}`;
}

interface Calling {
  readonly call: Call | null;
  readonly at: number;
  readonly look: (field: HTMLTextAreaElement) => void;
  readonly choose: (n: number) => void;
  readonly close: () => void;
  /** Whether the list of names makes something of this key. */
  readonly takes: (event: KeyboardEvent) => boolean;
}

/** The list of names that opens after an @: arrows, Enter or Tab, Escape. */
function useCalling(setText: (text: string) => void): Calling {
  const wb = useWorkbench();
  const place = useStore(({ task, review }) => placesOf(task, review.chosen)?.write ?? "");
  const known = useRef<{ place: string; names: readonly string[] }>({ place: "", names: [] });
  const field = useRef<HTMLTextAreaElement | null>(null);
  const [call, setCall] = useState<Call | null>(null);
  const [at, setAt] = useState(0);
  const close = (): void => setCall(null);
  const show = (): void => {
    const it = field.current;
    setAt(0);
    setCall(it ? callAt(it.value, it.selectionStart, known.current.names) : null);
  };
  const look = (it: HTMLTextAreaElement): void => {
    field.current = it;
    if (known.current.place !== place && it.value.includes("@")) {
      known.current = { place, names: [] };
      fetchReaders(wb).then((names) => {
        if (known.current.place === place) known.current = { place, names };
        show();
      }).catch(() => { known.current = { place: "", names: [] }; });
    }
    show();
  };
  const choose = (n: number): void => {
    const it = field.current;
    const name = call?.names[n];
    if (!it || !call || name === undefined) return;
    const next = withName(it.value, it.selectionStart, call, name);
    setText(next.text);
    close();
    requestAnimationFrame(() => { it.focus(); it.setSelectionRange(next.caret, next.caret); });
  };
  const takes = (event: KeyboardEvent): boolean => {
    if (!call || event.ctrlKey || event.metaKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + call.names.length) % call.names.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(at);
    else if (event.key === "Escape") close();
    else return false;
    return true;
  };
  return { call, at, look, choose, close, takes };
}

function Form(): VNode {
  const wb = useWorkbench();
  const selected = useStore((state) => state.selected);
  const words = useWords(selected);
  const [text, setText] = useState("");
  const [state, setState] = useState<"idle" | "sending" | "failed">("idle");
  // The same key for the same words, however often they are sent.
  const key = useRef(uuid());
  const send = (): void => {
    if (!text.trim() || state === "sending") return;
    setState("sending");
    say(wb, text, words === null ? "" : (selected ?? ""), key.current).then(() => {
      key.current = uuid();
      setText("");
      setState("idle");
      wb.announce(t("comments.said"));
    }).catch(() => setState("failed"));
  };
  const calling = useCalling(setText);
  const list = useRef<HTMLUListElement>(null);
  // The panel scrolls: names that nobody sees cannot be chosen.
  useEffect(() => list.current?.scrollIntoView({ block: "nearest" }), [calling.call]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (calling.takes(event)) { /* the list of names has it */ }
    else if (event.key === "Escape") focusStage();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form class="say" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <textarea class="input" rows={2} dir="auto" maxLength={2000} value={text} data-comment
        aria-label={words === null ? t("comments.about.all") : t("comments.about.region", { name: words })}
        placeholder={words === null ? t("comments.about.all") : t("comments.about.region", { name: words })}
        aria-autocomplete="list" aria-controls={calling.call ? LIST : undefined}
        aria-activedescendant={calling.call ? `${LIST}-${calling.at}` : undefined} onBlur={calling.close}
        onInput={(event) => { setText(event.currentTarget.value); calling.look(event.currentTarget); }} onKeyDown={onKeyDown} />
      {calling.call ? (
        <ul class="calls" ref={list} role="listbox" id={LIST} aria-label="@">
          {calling.call.names.map((name, n) => (
            <li key={name} id={`${LIST}-${n}`} role="option" dir="auto" aria-selected={n === calling.at}
              onPointerDown={(event) => { event.preventDefault(); calling.choose(n); }}>{name}</li>
          ))}
        </ul>
      ) : null}
      <button class="btn s" disabled={!text.trim() || state === "sending"}>{t("comments.say")}</button>
      {state === "failed" ? <p class="tiny error" role="alert">{t("comments.failed")}</p> : null}
    </form>
  );
}
