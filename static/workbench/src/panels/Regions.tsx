/** The regions as a list: what the canvas shows, for those who cannot or will not use it. */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { formatNumber, t } from "../core/i18n";
import { quotesOf } from "../core/quotes";
import { placed } from "../core/regions";
import { labelOf, type Schema } from "../core/schema";
import type { Region } from "../core/types";
import { useStore, useWorkbench } from "../shell/use";
import { relationText } from "./SpanDetails";

interface Row {
  readonly region: Region;
  readonly offered: boolean;
}

const ROW = 28;
const SPARE = 20;

export function Regions(): VNode {
  const regions = useStore((state) => state.regions);
  const suggested = useStore((state) => state.suggested);
  const isText = useStore((state) => state.task?.item.data_type === "text");
  const rows: Row[] = [
    ...placed(regions).map((region) => ({ region, offered: false })),
    ...placed(suggested.map((one) => one.region)).map((region) => ({ region, offered: true })),
  ];
  return (
    <section class="grow" aria-label={t("regions")}>
      <h2>{t("regions")} <span class="num">{formatNumber(rows.length)}</span><span class="end">{t("regions.hint")}</span></h2>
      <SuggestionLine count={suggested.length} />
      {rows.length === 0
        ? <p class="small muted">{t(isText ? "regions.empty.text" : "regions.empty.image")}</p>
        : <RegionList rows={rows} isText={isText} />}
    </section>
  );
}

function SuggestionLine({ count }: { count: number }): VNode | null {
  const wb = useWorkbench();
  if (count === 0) return null;
  return (
    <p class="row small suggested-line">
      <span class="muted">{t("suggestions", { n: count })}</span>
      <span class="end row">
        <button class="btn s" onClick={() => wb.commands.run("suggestion.accept")}>{t("suggestions.accept")}<kbd>A</kbd></button>
        <button class="btn s" onClick={() => wb.commands.run("suggestion.acceptAll")}>{t("suggestions.acceptAll")}</button>
        <button class="btn s quiet" onClick={() => wb.commands.run("suggestion.dismissAll")}>{t("suggestions.dismissAll")}</button>
      </span>
    </p>
  );
}

function RegionList({ rows, isText }: { rows: readonly Row[]; isText: boolean }): VNode {
  const wb = useWorkbench();
  const selected = useStore((state) => state.selected);
  const schema = useStore((state) => state.task?.schema);
  const text = useStore((state) => state.task?.item.text ?? "");
  const list = useRef<HTMLUListElement>(null);
  const [from, to] = useWindow(list, rows.length);
  const all = rows.map((row) => row.region);
  const at = rows.findIndex((row) => row.region.id === selected);
  useEffect(() => scrollToRow(list.current, at), [at]);
  const go = (index: number): void => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (row) wb.commands.run("region.select", { id: row.region.id });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = {
      ArrowDown: at + 1, ArrowUp: at < 0 ? rows.length - 1 : at - 1, Home: 0, End: rows.length - 1,
    };
    const next = moves[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(next);
  };
  return (
    <ul class={isText ? "regions wide" : "regions"} role="listbox" aria-label={t("regions")} tabIndex={0} ref={list}
      aria-activedescendant={at >= 0 ? `region-${selected}` : undefined} onKeyDown={onKeyDown}>
      {from > 0 ? <li role="presentation" style={{ height: `${from * ROW}px` }} /> : null}
      {rows.slice(from, to).map((row, index) => (
        <RegionRow key={row.region.id} row={row} number={from + index + 1} count={rows.length} schema={schema ?? null}
          isSelected={row.region.id === selected} isText={isText} quote={quoteOf(row.region, all, schema ?? null, text)}
          choose={() => go(from + index)} />
      ))}
      {to < rows.length ? <li role="presentation" style={{ height: `${(rows.length - to) * ROW}px` }} /> : null}
    </ul>
  );
}

/** Only the rows near the visible part are on the page; short lists are whole. */
function useWindow(list: { current: HTMLUListElement | null }, count: number): readonly [number, number] {
  const [top, setTop] = useState(0);
  useEffect(() => {
    const scroller = list.current?.closest(".grow");
    if (!scroller) return undefined;
    const look = (): void => setTop(Math.floor(scroller.scrollTop / ROW));
    scroller.addEventListener("scroll", look, { passive: true });
    return () => scroller.removeEventListener("scroll", look);
  }, []);
  if (count <= 200) return [0, count];
  return [Math.max(0, top - SPARE), Math.min(count, top + 40 + SPARE)];
}

function scrollToRow(list: HTMLUListElement | null, index: number): void {
  const scroller = list?.closest(".grow");
  if (!list || !scroller || index < 0) return;
  const top = list.offsetTop - (scroller as HTMLElement).offsetTop + index * ROW;
  if (top < scroller.scrollTop + ROW) scroller.scrollTop = top - ROW;
  else if (top + ROW > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + 2 * ROW - scroller.clientHeight;
}

/** A region of a text in words: what it covers, or what it joins. */
function quoteOf(region: Region, all: readonly Region[], schema: Schema | null, text: string): string {
  if (region.kind === "span") return quotesOf(text).of(region.at);
  if (region.kind !== "relation") return "";
  const label = schema ? labelOf(schema, region.question, region.label) : null;
  return relationText(region, label?.name ?? region.label, all, text);
}

/** What stands at the end of a line of a text: the label, and in how many parts. */
function metaOf(region: Region, name: string): string {
  if (region.kind === "relation") return "";
  const gaps = region.kind === "span" ? (region.at.gaps?.length ?? 0) : 0;
  return gaps > 0 ? t("regions.parts", { label: name, n: gaps + 1 }) : name;
}

interface RowProps {
  readonly row: Row;
  readonly number: number;
  readonly count: number;
  readonly schema: Schema | null;
  readonly isSelected: boolean;
  readonly isText: boolean;
  readonly quote: string;
  choose(): void;
}

function RegionRow({ row, number, count, schema, isSelected, isText, quote, choose }: RowProps): VNode {
  const { region, offered } = row;
  const label = schema ? labelOf(schema, region.question, region.label) : null;
  const name = label?.name ?? region.label ?? "";
  const size = region.kind === "box" ? `${formatNumber(Math.round(region.at.w))} × ${formatNumber(Math.round(region.at.h))}` : "";
  return (
    <li role="option" id={`region-${region.id}`} aria-selected={isSelected} aria-setsize={count} aria-posinset={number}
      onClick={choose}>
      <svg class={offered ? "glyph sug" : "glyph"} style={{ color: label?.color ?? "" }} viewBox="0 0 14 14" aria-hidden="true">
        {region.kind === "relation" ? <path d="M2 10c1-7 9-7 10 0" /> : isText ? <path d="M3 2v10M11 2v10M3 7h8" /> : <rect x="2" y="3" width="10" height="8" />}
      </svg>
      {isText ? null : <span class="muted">{String(number).padStart(2, "0")}</span>}
      <span class="name" dir="auto">{isText ? quote : name}</span>
      <span class="meta">{isText ? metaOf(region, name) : size}{offered ? ` ${t("regions.offered")}` : ""}</span>
    </li>
  );
}
