/** How a text that came as HTML or Markdown is laid out: facts about its plain layer, never markup. */

import { assetOf } from "../../core/assets";
import type { Item } from "../../core/types";
import type { OffsetTable } from "../../geometry/offsets";

const KINDS = new Set(["h1", "h2", "h3", "h4", "h5", "h6", "item", "quote", "pre", "row"]);
/** Style and the element that says it to everybody, screen readers included. */
const ELEMENTS: Readonly<Record<string, string>> = {
  bold: "strong", italic: "em", code: "code", struck: "s", underlined: "u", marked: "mark", low: "sub", high: "sup", link: "span",
};

export interface Line {
  readonly kind: string;
  readonly depth: number;
  /** What stands before an item of a list. */
  readonly mark: string;
}

/** Characters of one style, in UTF-16 units of the whole text. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly style: string;
}

export interface Layout {
  readonly lines: ReadonlyMap<number, Line>;
  readonly runs: readonly Run[];
}

interface Stored {
  readonly format: number;
  readonly lines: readonly (readonly [number, string, number, string])[];
  /** In code points. */
  readonly runs: readonly (readonly [number, number, string])[];
}

/** A text is shown plain rather than later than this. */
const MOST_WAIT_MS = 8000;
const loading = new Map<string, Promise<void>>();
const atHand = new Map<string, Stored | null>();

const urlOf = (item: Item): string => assetOf(item, "layout")?.url ?? "";

/** The layout of an item; null where it has none or none can be had, undefined where it is still to be fetched. */
export function layoutAtHand(item: Item): Stored | null | undefined {
  const url = urlOf(item);
  return url ? atHand.get(url) : null;
}

/** Fetches the layout of an item, so that it is at hand. Without it a text is shown plain. */
export function storedLayout(item: Item): Promise<void> {
  const url = urlOf(item);
  if (!url) return Promise.resolve();
  const known = loading.get(url) ?? fetchLayout(url).then((stored) => void atHand.set(url, stored));
  loading.set(url, known);
  return known;
}

export function forgetLayout(item: Item): void {
  loading.delete(urlOf(item));
  atHand.delete(urlOf(item));
}

async function fetchLayout(url: string): Promise<Stored | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(MOST_WAIT_MS) });
    const stored = answer.ok ? ((await answer.json()) as Stored) : null;
    return stored?.format === 1 ? stored : null;
  } catch {
    return null;
  }
}

/** The layout in units of the browser; what this version does not know is set as plain text. */
export function layoutOf(stored: Stored, table: OffsetTable): Layout {
  const lines = stored.lines.filter(([, kind]) => KINDS.has(kind))
    .map(([number, kind, depth, mark]) => [number, { kind, depth, mark }] as const);
  const runs = stored.runs.filter(([, , style]) => style in ELEMENTS)
    .map(([start, end, style]) => ({ start: table.toUnit(start), end: table.toUnit(end), style }));
  return { lines: new Map(lines), runs };
}

/** Hands out the runs of one line after the other; none goes on in the next line. */
export function runsByLine(layout: Layout | null): (start: number, end: number) => readonly Run[] {
  let next = 0;
  return (start, end) => {
    const from = next;
    while ((layout?.runs[next]?.start ?? Infinity) < end) next++;
    return layout?.runs.slice(from, next).filter((run) => run.end > start) ?? [];
  };
}

/** Puts the words of a line into its element, parted where a style begins or ends; returns the text nodes. */
export function setWords(element: HTMLElement, words: string, start: number, own: readonly Run[]): Text[] {
  const cuts = new Set([0, words.length, ...own.flatMap((run) => [run.start - start, run.end - start])]);
  const places = [...cuts].filter((at) => at >= 0 && at <= words.length).sort((a, b) => a - b);
  if (words.length === 0) places.push(0);
  return places.slice(1).map((end, index) => {
    const from = places[index] ?? 0;
    const node = document.createTextNode(words.slice(from, end));
    const styles = own.filter((run) => run.start <= start + from && run.end >= start + end).map((run) => run.style);
    element.append(styled(node, styles));
    return node;
  });
}

function styled(node: Text, styles: readonly string[]): Node {
  return [...new Set(styles)].reduce<Node>((inner, style) => {
    const element = document.createElement(ELEMENTS[style] ?? "span");
    if (style === "link") element.className = "link";
    element.append(inner);
    return element;
  }, node);
}

/** Says what a line is: to the eye by its class, to a screen reader by its role. */
export function dress(element: HTMLElement, { kind, depth, mark }: Line): void {
  element.classList.add("rich", kind);
  if (depth > 0) element.style.setProperty("--depth", String(depth));
  if (mark) element.dataset.mark = mark;
  if (/^h\d$/.test(kind)) {
    element.setAttribute("role", "heading");
    element.setAttribute("aria-level", String(Number(kind.slice(1)) + 1));
  }
}
