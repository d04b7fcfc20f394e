/** Many items at once: pictures or texts as tiles, labels by number, everything sent with one key. */

import type { TargetedMouseEvent, VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import {
  NO_PICKS, allPicked, draftLabel, keepDrafts, labelled, moved, offeredLabel, submitTiles, targetsOf, toggled, type Given, type Picks,
} from "../core/grid";
import { History } from "../core/history";
import { readingKey, t } from "../core/i18n";
import { chordOf, isComposing, type KeyPress } from "../core/keymap";
import { labelOf, offeredLabels, type Label, type Question, type Schema } from "../core/schema";
import type { Assignment } from "../core/types";
import { useStore, useWorkbench } from "../shell/use";

interface Desk {
  readonly tiles: readonly Assignment[];
  readonly given: Given;
  readonly picks: Picks;
  setPicks(picks: Picks): void;
  give(label: string | null): void;
  takeOffers(): void;
  undo(): void;
  redo(): void;
  submit(): void;
}

function useDesk(question: Question): Desk {
  const wb = useWorkbench();
  useStore((state) => state.ready);
  useStore((state) => state.claim);
  const tiles = wb.queue.ready;
  const [given, setGiven] = useState<Given>(new Map());
  const [picks, setPicks] = useState<Picks>(NO_PICKS);
  const history = useMemo(() => new History<Given>(), []);
  const met = useRef(new Set<string>());
  const busy = useRef(false);
  wb.isBegun = (id) => given.has(id);
  useEffect(() => {
    const fresh = tiles.filter((tile) => !met.current.has(tile.id));
    for (const tile of fresh) met.current.add(tile.id);
    void Promise.all(fresh.map(async (tile) => [tile.id, await draftLabel(wb, tile, question)] as const)).then((found) => {
      setGiven((now) => found.reduce((all, [id, label]) => (label ? labelled(all, [id], label) : all), now));
    });
  }, [tiles.map((tile) => tile.id).join()]);
  const change = (next: Given): void => {
    setGiven(next);
    void keepDrafts(wb, tiles.filter(({ id }) => next.get(id) !== given.get(id)), next, question);
  };
  const record = (next: Given): void => {
    history.record({ before: given, after: next, merge: null });
    change(next);
  };
  const give = (label: string | null): void => {
    const ids = targetsOf(picks).flatMap((place) => tiles[place]?.id ?? []);
    if (ids.length === 0) return;
    record(labelled(given, ids, label));
    const name = question.labels.find((one) => one.key === label)?.name ?? "";
    wb.announce(label ? t("grid.given", { label: name, n: ids.length }) : t("grid.cleared", { n: ids.length }));
    if (picks.picked.size === 0 && label) setPicks(moved(picks, picks.at + 1, tiles.length, false));
  };
  const takeOffers = (): void => {
    const places = picks.picked.size > 0 ? targetsOf(picks) : tiles.map((_, place) => place);
    const next = places.reduce((all, place) => {
      const tile = tiles[place];
      const label = tile && !all.has(tile.id) ? offeredLabel(tile, question) : null;
      return tile && label ? labelled(all, [tile.id], label) : all;
    }, given);
    if (next !== given) record(next);
  };
  const submit = (): void => {
    if (busy.current || !tiles.some((tile) => given.has(tile.id))) return;
    busy.current = true;
    void submitTiles(wb, tiles, given, question).then((n) => {
      history.clear();
      setPicks(NO_PICKS);
      wb.announce(t("grid.sent", { n }));
    }).finally(() => { busy.current = false; });
  };
  const back = (to: Given | null): void => { if (to) change(to); };
  return { tiles, given, picks, setPicks, give, takeOffers, submit, undo: () => back(history.undo()), redo: () => back(history.redo()) };
}

export function Grid({ schema, question }: { schema: Schema; question: Question }): VNode {
  const desk = useDesk(question);
  const list = useRef<HTMLDivElement>(null);
  const { tiles, given, picks, setPicks } = desk;
  useEffect(() => list.current?.focus({ preventScroll: true }), [tiles.length > 0]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (press(desk, question, columnsOf(list.current), event)) event.preventDefault();
  };
  const count = tiles.filter((tile) => given.has(tile.id)).length;
  return (
    <>
      <main id="main" class="stage paper grid-stage" data-pane aria-label={t("stage")}>
        <div class="tiles-many" role="listbox" tabIndex={0} ref={list} aria-multiselectable="true" aria-label={question.title}
          aria-activedescendant={tiles.length ? `tile-${picks.at}` : undefined} onKeyDown={onKeyDown}>
          {tiles.map((tile, place) => (
            <Tile key={tile.id} tile={tile} place={place} schema={schema} question={question} desk={desk} onPick={(event) => {
              setPicks(event.shiftKey ? moved(picks, place, tiles.length, true)
                : event.ctrlKey || event.metaKey || isTouch(event) ? toggled(picks, place) : moved(picks, place, tiles.length, false));
              list.current?.focus({ preventScroll: true });
            }} />
          ))}
        </div>
      </main>
      <aside class="panel" aria-label={t("panel")} data-pane>
        <section>
          <h2>{question.title}<span class="end">{t("hint.number")}</span></h2>
          <div class="labels wide">
            {offeredLabels(question).map((label) => <LabelLine key={label.key} label={label} desk={desk} />)}
          </div>
        </section>
        <section>
          <button class="btn primary wide" disabled={count === 0} onClick={desk.submit}>{t("grid.submit", { n: count })}<kbd>Enter</kbd></button>
          <p class="small muted grid-keys">{t("grid.keys")}</p>
        </section>
      </aside>
    </>
  );
}

/** A finger has no Ctrl: each tap picks one more. */
function isTouch(event: MouseEvent): boolean {
  return (event as PointerEvent).pointerType === "touch";
}

/** Whether the key was one of the grid's. */
function press(desk: Desk, question: Question, columns: number, event: KeyboardEvent): boolean {
  const { tiles, picks, setPicks } = desk;
  const chord = chordOf(event as KeyPress) ?? "";
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -tiles.length, End: tiles.length }[readingKey(event.key)];
  if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
    setPicks(moved(picks, picks.at + step, tiles.length, event.shiftKey));
    return true;
  }
  const label = offeredLabels(question).find((one) => one.hotkey && one.hotkey.toUpperCase() === chord);
  if (label) {
    if (!event.repeat) desk.give(label.key);
    return true;
  }
  const acts: Readonly<Record<string, () => void>> = {
    "Mod+A": () => setPicks(allPicked(picks, tiles.length)), Space: () => setPicks(toggled(picks, picks.at)),
    Escape: () => setPicks({ ...picks, picked: new Set() }), Backspace: () => desk.give(null), Delete: () => desk.give(null),
    A: desk.takeOffers, Z: desk.undo, "Mod+Z": desk.undo, "Shift+Z": desk.redo, "Mod+Shift+Z": desk.redo, "Mod+Y": desk.redo,
    Enter: () => { if (!event.repeat) desk.submit(); }, "Mod+Enter": desk.submit,
  };
  const act = acts[chord];
  act?.();
  return act !== undefined;
}

/** How many tiles stand in a row at this width. */
function columnsOf(list: HTMLElement | null): number {
  const tiles = [...(list?.children ?? [])] as HTMLElement[];
  const [first] = tiles;
  return Math.max(1, tiles.filter((tile) => tile.offsetTop === first?.offsetTop).length);
}

interface TileProps {
  readonly tile: Assignment;
  readonly place: number;
  readonly schema: Schema;
  readonly question: Question;
  readonly desk: Desk;
  onPick(event: TargetedMouseEvent<HTMLDivElement>): void;
}

function Tile({ tile, place, schema, question, desk, onPick }: TileProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const { at, picked } = desk.picks;
  useEffect(() => { if (at === place) frame.current?.scrollIntoView({ block: "nearest" }); }, [at]);
  const { item } = tile;
  const picture = ["thumbnail", "upright", "original"].map((role) => item.assets?.find((one) => one.role === role))
    .find((one) => one?.media_type.startsWith("image/"));
  const label = labelOf(schema, question.name, desk.given.get(tile.id));
  const offered = label ? null : labelOf(schema, question.name, offeredLabel(tile, question) ?? undefined);
  const words = item.text ?? Object.entries(item.row ?? {}).map(([name, value]) => `${name}: ${value ?? ""}`).join("\n");
  const name = `${words.slice(0, 80) || t("task.item", { n: place + 1 })}, ${label?.name ?? t("grid.unlabelled")}`;
  const isPicked = picked.has(place) || (picked.size === 0 && at === place);
  return (
    <div ref={frame} id={`tile-${place}`} role="option" aria-selected={isPicked} aria-label={name}
      class={["tile-one", at === place ? "at" : "", label ? "done" : ""].filter(Boolean).join(" ")} onClick={onPick}>
      {picture ? <img src={picture.url} alt="" draggable={false} /> : <p dir="auto">{words.slice(0, 200)}</p>}
      <span class="says">
        {label || offered ? <i class="sw" style={{ color: (label ?? offered)?.color }} /> : null}
        <span class={label ? "name" : "name muted"}>{label ? label.name : offered ? `${offered.name}?` : "–"}</span>
      </span>
    </div>
  );
}

function LabelLine({ label, desk }: { label: Label; desk: Desk }): VNode {
  const count = desk.tiles.filter((tile) => desk.given.get(tile.id) === label.key).length;
  return (
    <button onClick={() => desk.give(label.key)}>
      {label.hotkey ? <kbd>{label.hotkey.toUpperCase()}</kbd> : <span class="no-key" />}
      <i class="sw" data-stroke={label.stroke} style={{ color: label.color }} />
      <span class="name">{label.name}</span>
      <span class="end muted num">{count || ""}</span>
    </button>
  );
}
