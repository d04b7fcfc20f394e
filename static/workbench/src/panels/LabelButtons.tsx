/** The labels of a question as buttons with their keys; long lists can be searched. */

import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { t } from "../core/i18n";
import { isComposing } from "../core/keymap";
import { isDrawn, offeredLabels, partOf, type Label, type Question } from "../core/schema";
import { canEdit } from "../core/state";
import { chordText } from "../shell/keys";
import { useStore, useWorkbench } from "../shell/use";

/** From this many on, labels can be searched. */
export const LONG_LIST = 12;
/** Names beyond this length need the whole width. */
const LONG_NAME = 15;

export function LabelButtons({ question }: { question: Question }): VNode {
  const [search, setSearch] = useState("");
  const labels = offeredLabels(question);
  const isLong = labels.length > LONG_LIST;
  const found = isLong && search ? labels.filter((label) => matches(label, search)) : labels;
  const wide = labels.some((label) => label.name.length > LONG_NAME);
  return (
    <>
      {isLong ? <Search question={question} found={found} search={search} setSearch={setSearch} /> : null}
      <div class={["labels", wide ? "wide" : "", isLong ? "long" : ""].filter(Boolean).join(" ")}>
        {found.map((label) => <LabelButton key={label.key} question={question} label={label} />)}
        {found.length === 0 ? <p class="small muted">{t("labels.none", { search })}</p> : null}
      </div>
    </>
  );
}

function matches(label: Label, search: string): boolean {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const name = [label.name, label.key, ...label.aliases].join(" ").toLocaleLowerCase();
  return words.every((word) => name.includes(word));
}

interface SearchProps {
  readonly question: Question;
  readonly found: readonly Label[];
  readonly search: string;
  setSearch(search: string): void;
}

function Search({ question, found, search, setSearch }: SearchProps): VNode {
  const wb = useWorkbench();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const first = found[0];
    if (event.key === "Enter" && first && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      wb.commands.run("label.pick", { question: question.name, label: first.key });
      setSearch("");
      focusStage();
    } else if (event.key === "Escape") {
      event.preventDefault();
      setSearch("");
      focusStage();
    }
  };
  return (
    <input class="input" type="search" value={search} data-label-search autocomplete="off"
      placeholder={t("labels.search", { n: offeredLabels(question).length })} aria-label={t("labels.search.name", { question: question.title })}
      onInput={(event) => setSearch(event.currentTarget.value)} onKeyDown={onKeyDown} />
  );
}

export function focusStage(): void {
  document.querySelector<HTMLElement>("[data-stage]")?.focus({ preventScroll: true });
}

type Look = "none" | "on" | "offered";

function LabelButton({ question, label }: { question: Question; label: Label }): VNode {
  const wb = useWorkbench();
  const editable = useStore(canEdit);
  const isActive = useStore((state) => state.question === question.name);
  useStore((state) => state.keys);
  const look = useStore((state): Look => {
    if (isDrawn(question)) return state.question === question.name && state.brush === label.key ? "on" : "none";
    const mine = (one: { question: string; label?: string; on?: Readonly<Record<string, string>> }): boolean =>
      one.question === question.name && one.label === label.key
      && (question.per === "" || partOf(question, one) === state.turn);
    if (state.regions.some(mine)) return "on";
    return state.suggested.some(({ region }) => mine(region)) ? "offered" : "none";
  });
  return (
    <button aria-pressed={look === "on"} class={look === "offered" ? "offered" : ""} disabled={!editable}
      title={[label.description, ...label.examples].filter(Boolean).join("\n") || (label.name.length > 30 ? label.name : undefined)}
     
      onClick={() => wb.commands.run("label.pick", { question: question.name, label: label.key })}>
      {label.hotkey
        ? <kbd class={isActive ? "" : "quiet"}>{chordText(wb.keymap.pressed(label.hotkey.toUpperCase()))}</kbd>
        : question.labels.some((one) => one.hotkey) ? <span class="no-key" /> : null}
      <i class="sw" data-stroke={label.stroke} style={{ color: label.color }} />
      <span class="name">{label.name}{look === "offered" ? "?" : ""}</span>
      {look === "offered" ? <span class="vh">{t("regions.offered")}</span> : null}
    </button>
  );
}
