/** Lines and names under the words, the frame around the selected span, and the caret. */

import { partsOf, type Gapped } from "../../geometry/parts";
import type { Stretch } from "../../geometry/segments";
import type { Box, Origin, Paragraph, TextDocument } from "./document";
import type { Sign } from "../../core/tool";
import { place, plane, shape, textWidth } from "./svg";
import { hasHighlights } from "./washes";

export interface Mark {
  readonly id: string;
  readonly at: Gapped;
  readonly lane: number;
  readonly color: string;
  readonly key: string;
  readonly name: string;
  /** Offered, not taken. */
  readonly dashed: boolean;
  readonly selected: boolean;
  /** Somebody points at it with a relation. */
  readonly aimed: boolean;
  /** The number of a difference, for reviewers. */
  readonly number: number | null;
  /** Whether it breaks a rule, and how badly. */
  readonly sign: Sign;
}

const LANE = 17;
/** Lanes with room for a name; deeper ones are lines only. */
const NAMED_LANES = 2;

/** What one paragraph shows. */
interface Sheet {
  readonly key: string;
  readonly under: SVGGElement;
  readonly over: SVGGElement;
}

/** A mark in one paragraph, measured. */
interface Laid {
  readonly mark: Mark;
  readonly lines: readonly Box[];
  readonly bridges: readonly Box[];
  /** The span began in a paragraph before. */
  readonly continued: boolean;
}

export class Overlay {
  readonly #article: HTMLElement;
  readonly #under = plane("doc-under");
  readonly #over = plane("doc-over");
  readonly #caret = shape(this.#over, "line", { class: "caret" });
  readonly #sheets = new Map<number, Sheet>();

  constructor(article: HTMLElement) {
    this.#article = article;
    article.prepend(this.#under);
    article.append(this.#over);
  }

  /** Places have moved: everything is measured anew the next time. */
  forget(): void {
    for (const number of [...this.#sheets.keys()]) this.#drop(number);
  }

  /** Draws the marks of the paragraphs in view. What a paragraph shows already is left alone. */
  draw(text: TextDocument, views: ReadonlyMap<number, readonly Mark[]>, caret: Box | null): void {
    const origin = text.origin();
    const stale = [...views].filter(([number, marks]) => (this.#sheets.get(number)?.key ?? "") !== keyOf(marks));
    // All is measured before anything is drawn, so that the browser lays out once.
    const laid = stale.map(([number, marks]) => ({ number, marks, list: lay(text, number, marks, origin) }));
    for (const number of [...this.#sheets.keys()]) if (!views.has(number)) this.#drop(number);
    for (const { number, marks, list } of laid) {
      this.#drop(number);
      if (marks.length > 0) this.#draw(number, keyOf(marks), list);
    }
    this.#caret.toggleAttribute("hidden", caret === null);
    if (!caret) return;
    for (const [name, value] of Object.entries({ x1: caret.left, x2: caret.left, y1: caret.top, y2: caret.bottom })) {
      this.#caret.setAttribute(name, String(value));
    }
  }

  #drop(number: number): void {
    const sheet = this.#sheets.get(number);
    sheet?.under.remove();
    sheet?.over.remove();
    this.#sheets.delete(number);
  }

  #draw(number: number, key: string, list: readonly Laid[]): void {
    const sheet = { key, under: shape(null, "g", {}), over: shape(null, "g", {}) };
    const taken = new Map<string, number>();
    for (const laid of list) drawMark(sheet, laid, taken);
    this.#under.append(sheet.under);
    this.#over.append(sheet.over);
    this.#sheets.set(number, sheet);
  }

  destroy(): void {
    this.#under.remove();
    this.#over.remove();
    this.#article.replaceChildren();
  }
}

function keyOf(marks: readonly Mark[]): string {
  return marks.map(({ id, at, lane, color, name, dashed, selected, aimed, number, sign }) =>
    [id, at.start, at.end, at.gaps ?? "", lane, color, name, dashed, selected, aimed, number, sign].join(",")).join(";");
}

function lay(text: TextDocument, number: number, marks: readonly Mark[], origin: Origin): Laid[] {
  const paragraph = text.paragraphs[number] as Paragraph;
  const boxes = (stretches: readonly Stretch[]): Box[] => stretches.flatMap((one) => {
    const inside = { start: Math.max(one.start, paragraph.start), end: Math.min(one.end, paragraph.end) };
    return inside.end > inside.start ? text.lines(inside, origin) : [];
  });
  return marks.map((mark) => ({
    mark,
    lines: boxes(partsOf(mark.at)),
    bridges: boxes((mark.at.gaps ?? []).map(([start, end]) => ({ start, end }))),
    continued: mark.at.start < paragraph.start,
  }));
}

function drawMark({ under, over }: Sheet, { mark, lines, bridges, continued }: Laid, taken: Map<string, number>): void {
  const depth = mark.lane < NAMED_LANES ? mark.lane * LANE : LANE + (mark.lane - 1) * 5;
  const below = (line: Box): number => line.bottom + 1.5 + depth;
  for (const gap of bridges) drawLine(over, gap, below(gap), mark, "under bridge");
  let row: number | null = null;
  lines.forEach((line, index) => {
    if (!hasHighlights() && !mark.dashed) {
      shape(under, "rect", { ...place(line, 0), rx: 2, class: "wash" }).style.setProperty("color", mark.color);
    }
    drawLine(over, line, below(line), mark, mark.dashed ? "under sug" : "under");
    // A further part on the same line is tied to the first by its bridge and needs no name.
    if (mark.lane < NAMED_LANES && row !== line.top) drawName(over, mark, line, below(line), continued || index > 0, taken);
    row = line.top;
    if (mark.selected || mark.aimed) shape(over, "rect", { ...place(line, 4), rx: 4, class: mark.selected ? "picked" : "picked aim" });
    if (mark.number !== null && index === 0 && !continued) drawNumber(over, line, mark.number);
    else if (mark.sign && index === 0 && !continued) drawSign(over, line, mark.sign);
  });
}

function drawLine(over: SVGGElement, line: Box, y: number, mark: Mark, name: string): void {
  const drawn = shape(over, "line", { x1: line.left + 1, x2: line.right - 1, y1: y, y2: y, class: name });
  drawn.style.setProperty("color", mark.color);
}

/**
 * The name stands under its line, one row lower where another name is in the way, and nowhere if
 * there is no room at all: the list names it. A span on the next line begins with "…".
 */
function drawName(over: SVGGElement, mark: Mark, line: Box, y: number, continued: boolean, taken: Map<string, number>): void {
  const rows = Array.from({ length: NAMED_LANES - mark.lane }, (_, down) => down);
  const rowOf = (down: number): string => `${Math.round(line.top)}:${mark.lane + down}`;
  const down = rows.find((one) => line.left + 1 >= (taken.get(rowOf(one)) ?? -Infinity));
  if (down === undefined) return;
  const text = shape(over, "text", { x: line.left + 1, y: y + 12 + down * LANE });
  const key = shape(text, "tspan", { class: "key" });
  key.textContent = continued ? "… " : mark.key ? `${mark.key} ` : "";
  const name = mark.dashed ? `${mark.name}?` : mark.name;
  text.append(document.createTextNode(name));
  taken.set(rowOf(down), line.left + 1 + textWidth(`${key.textContent}${name}`) + 6);
}

function drawNumber(over: SVGGElement, line: Box, number: number): void {
  const width = number > 9 ? 22 : 16;
  const at = { x: line.left - 3, y: line.top - 15 };
  shape(over, "rect", { ...at, width, height: 15, class: "diff-n" });
  shape(over, "text", { x: at.x + width / 2, y: at.y + 11.5, class: "diff-nt" }).textContent = String(number);
}

/** A disc where the answer is refused, a triangle where it is only warned of. */
function drawSign(over: SVGGElement, line: Box, sign: "error" | "warning"): void {
  const [x, y] = [line.left + 1, line.top - 3];
  const d = sign === "error" ? `M${x - 7} ${y}a7 7 0 1 1 14 0a7 7 0 1 1-14 0` : `M${x} ${y - 8}l9 15h-18Z`;
  shape(over, "path", { d, class: `wrong ${sign}` });
  shape(over, "text", { x, y: y + (sign === "error" ? 4 : 5), class: "wrong-n" }).textContent = "!";
}
