/** The regions as a list: what the canvas shows, for those who cannot or will not use it. */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { openAt } from "../core/comments";
import { formatNumber, t } from "../core/i18n";
import { problemText } from "../core/problems";
import { quotesOf } from "../core/quotes";
import { isShape, placed } from "../core/regions";
import { isDrawn, labelOf, type Schema } from "../core/schema";
import { signOf } from "../core/tool";
import type { Region, ShapeRegion } from "../core/types";
import { boundsOf, type Placed } from "../geometry/places";
import { useStore, useWorkbench } from "../shell/use";
import { relationText } from "./SpanDetails";
import { timeOf } from "./TimeDetails";

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
  const dataType = useStore((state) => state.task?.item.data_type);
  const [isAudio, isSeries] = [dataType === "audio", dataType === "series"];
  const onlyBoxes = useStore((state) => state.task?.schema.questions.every((one) => !isDrawn(one) || one.type === "boxes") ?? true);
  const rows: Row[] = [
    ...placed(regions).map((region) => ({ region, offered: false })),
    ...placed(suggested.map((one) => one.region)).map((region) => ({ region, offered: true })),
  ];
  return (
    <section class="grow" aria-label={t("regions")}>
      <h2>{t("regions")} <span class="num">{formatNumber(rows.length)}</span><span class="end">{t("regions.hint")}</span></h2>
      <SuggestionLine count={suggested.length} />
      {rows.length === 0
        ? <p class="small muted">{t(isText ? "regions.empty.text" : isAudio ? "audio.region.empty" : isSeries ? "series.region.empty" : dataType === "video" ? "video.region.empty" : onlyBoxes ? "regions.empty.image" : "regions.empty.shapes")}</p>
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
  const item = useStore((state) => state.task?.item);
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
    <ul class={isText ? "regions wide" : item?.data_type === "series" ? "regions timed" : "regions"} role="listbox" aria-label={t("regions")} tabIndex={0} ref={list}
      aria-activedescendant={at >= 0 ? `region-${selected}` : undefined} onKeyDown={onKeyDown}>
      {from > 0 ? <li role="presentation" style={{ height: `${from * ROW}px` }} /> : null}
      {rows.slice(from, to).map((row, index) => (
        <RegionRow key={row.region.id} row={row} number={from + index + 1} count={rows.length} schema={schema ?? null}
          isSelected={row.region.id === selected} isText={isText} quote={quoteOf(row.region, all, schema ?? null, text)} when={timeOf(row.region, item)}
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
  return relationText(region, label?.name ?? region.label, all, text, schema);
}

/** What stands at the end of a line of a text: the label, and in how many parts. */
function metaOf(region: Region, name: string): string {
  if (region.kind === "relation") return "";
  const gaps = region.kind === "span" ? (region.at.gaps?.length ?? 0) : 0;
  return gaps > 0 ? t("regions.parts", { label: name, n: gaps + 1 }) : name;
}

/** What marks each kind in the list, on 14 × 14. */
const GLYPHS: Readonly<Record<string, string>> & { readonly box: string } = {
  box: "M2 3h10v8H2Z",
  rotated_box: "M7 1.5 12.5 7 7 12.5 1.5 7Z",
  polygon: "M3 4 8 1.5 12 6 9.5 12 3.5 11Z",
  polyline: "M1.5 11 5 4l4 5 3.5-7",
  ellipse: "M7 3c3 0 5.5 1.8 5.5 4S10 11 7 11 1.5 9.2 1.5 7 4 3 7 3Z",
  point: "M7 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5Z",
  skeleton: "M7 2v5M7 7l-4 5M7 7l4 5M3 5h8",
  mask: "M3 6c0-3 3-4.5 5-3s4 2 4 5-3 4.5-5 4-4-3-4-6Z",
  span: "M3 2v10M11 2v10M3 7h8",
  segment: "M3 2v10M11 2v10M3 7h8",
  relation: "M2 10c1-7 9-7 10 0",
  instant: "M7 1.5v11M4.5 4 7 1.5 9.5 4",
  track: "M1 7h12M4 4l3 3-3 3-3-3ZM10 4l3 3-3 3-3-3Z",
};

/** How large a shape is, or of how many parts. */
function sizeOf(region: ShapeRegion): string {
  if (region.kind === "point") return `${formatNumber(Math.round(region.at.x))}, ${formatNumber(Math.round(region.at.y))}`;
  if (region.kind === "polyline") return t("regions.points", { n: region.at.points.length });
  if (region.kind === "skeleton") return t("regions.joints", { n: Object.keys(region.at.joints).length });
  const { w, h } = boundsOf({ kind: region.kind, at: region.at } as Placed);
  return `${formatNumber(Math.round(w))} × ${formatNumber(Math.round(h))}`;
}

function isTimed(region: Region): boolean {
  return region.kind === "segment" || region.kind === "instant";
}

interface RowProps {
  readonly row: Row;
  readonly number: number;
  readonly count: number;
  readonly schema: Schema | null;
  readonly isSelected: boolean;
  readonly isText: boolean;
  readonly quote: string;
  readonly when: string;
  choose(): void;
}

function RegionRow({ row, number, count, schema, isSelected, isText, quote, when, choose }: RowProps): VNode {
  const { region, offered } = row;
  const comments = useStore((state) => openAt(state.comments, region.id));
  const wrong = useStore((state) => state.broken.of.get(region.id));
  const label = schema ? labelOf(schema, region.question, region.label) : null;
  const name = label?.name ?? region.label ?? "";
  const size = isShape(region) ? sizeOf(region) : when;
  const where = region.on?.channel && isTimed(region) ? ` · ${region.on.channel}` : "";
  const said = region.kind !== "item" && region.value ? `: ${region.value}` : "";
  return (
    <li role="option" id={`region-${region.id}`} aria-selected={isSelected} aria-setsize={count} aria-posinset={number}
      onClick={choose}>
      <svg class={offered ? "glyph sug" : "glyph"} style={{ color: label?.color ?? "" }} viewBox="0 0 14 14" aria-hidden="true">
        <path d={GLYPHS[region.kind] ?? GLYPHS.box} />
      </svg>
      {isText ? null : <span class="muted">{String(number).padStart(2, "0")}</span>}
      <span class="name" dir="auto">{isText || region.kind === "relation" ? quote : `${name}${where}${said}`}</span>
      <span class="meta">
        {wrong ? <span class={`sign ${signOf(wrong)}`} title={wrong.map(problemText).join(" ")}><span aria-hidden="true">!</span><span class="vh">{wrong.map(problemText).join(" ")}</span></span> : null}
        <Said count={comments} />
        {isText ? metaOf(region, name) : size}{offered ? ` ${t("regions.offered")}` : ""}
      </span>
    </li>
  );
}

/** How much that is open was said about it. */
function Said({ count }: { count: number }): VNode | null {
  if (count === 0) return null;
  const words = t("comments.open", { n: count });
  return <span class="num said" title={words}><span class="vh">{words}</span><span aria-hidden="true">{formatNumber(count)}</span></span>;
}
