/** Lines and names under the words, the frame around the selected span, and the caret. */

import type { Stretch } from "../../geometry/segments";
import { hasHighlights } from "./washes";
import type { Box, TextDocument } from "./document";

export interface Mark {
  readonly id: string;
  readonly at: Stretch;
  readonly lane: number;
  readonly color: string;
  readonly key: string;
  readonly name: string;
  /** Offered, not taken. */
  readonly dashed: boolean;
  readonly selected: boolean;
  /** The number of a difference, for reviewers. */
  readonly number: number | null;
}

const SVG = "http://www.w3.org/2000/svg";
const LANE = 17;
/** Lanes with room for a name; deeper ones are lines only. */
const NAMED_LANES = 2;

type Attributes = Readonly<Record<string, string | number>>;

export class Overlay {
  readonly #article: HTMLElement;
  readonly #under: SVGSVGElement;
  readonly #over: SVGSVGElement;
  #taken: Map<string, number> = new Map();

  constructor(article: HTMLElement) {
    this.#article = article;
    this.#under = plane("doc-under");
    this.#over = plane("doc-over");
    article.prepend(this.#under);
    article.append(this.#over);
  }

  draw(text: TextDocument, marks: readonly Mark[], caret: number | null): void {
    this.#under.replaceChildren();
    this.#over.replaceChildren();
    this.#taken = new Map();
    const order = [...marks].sort((a, b) => a.at.start - b.at.start || a.lane - b.lane);
    for (const mark of order) this.#mark(mark, text.lines(mark.at));
    if (caret !== null) this.#caret(text.caret(caret));
  }

  #mark(mark: Mark, lines: readonly Box[]): void {
    const depth = mark.lane < NAMED_LANES ? mark.lane * LANE : LANE + (mark.lane - 1) * 5;
    lines.forEach((line, index) => {
      const y = line.bottom + 1.5 + depth;
      if (!hasHighlights() && !mark.dashed) this.#ground(line, mark.color);
      this.#line(line, y, mark);
      if (mark.lane < NAMED_LANES) this.#name(mark, line, y, index > 0);
      if (mark.selected) this.#frame(line);
      if (mark.number !== null && index === 0) this.#number(line, mark.number);
    });
  }

  #ground(line: Box, color: string): void {
    const rect = this.#add(this.#under, "rect", { ...place(line, 0), rx: 2, class: "wash" });
    rect.style.setProperty("color", color);
  }

  #line(line: Box, y: number, mark: Mark): void {
    const shape = this.#add(this.#over, "line", {
      x1: line.left + 1, x2: line.right - 1, y1: y, y2: y, class: mark.dashed ? "under sug" : "under",
    });
    shape.style.setProperty("color", mark.color);
  }

  /**
   * The name stands under its line, one row lower where another name is in the way, and nowhere if
   * there is no room at all: the list names it. A span on the next line begins with "…".
   */
  #name(mark: Mark, line: Box, y: number, continued: boolean): void {
    const rows = Array.from({ length: NAMED_LANES - mark.lane }, (_, down) => down);
    const nameOf = (down: number): string => `${Math.round(line.top)}:${mark.lane + down}`;
    const down = rows.find((one) => line.left + 1 >= (this.#taken.get(nameOf(one)) ?? -Infinity));
    if (down === undefined) return;
    const text = this.#add(this.#over, "text", { x: line.left + 1, y: y + 12 + down * LANE });
    const key = document.createElementNS(SVG, "tspan");
    key.setAttribute("class", "key");
    key.textContent = continued ? "… " : mark.key ? `${mark.key} ` : "";
    text.append(key, document.createTextNode(mark.dashed ? `${mark.name}?` : mark.name));
    this.#taken.set(nameOf(down), line.left + 1 + text.getComputedTextLength() + 6);
  }

  #frame(line: Box): void {
    this.#add(this.#over, "rect", { ...place(line, 4), rx: 4, class: "picked" });
  }

  #number(line: Box, number: number): void {
    const width = number > 9 ? 22 : 16;
    const at = { x: line.left - 3, y: line.top - 15 };
    this.#add(this.#over, "rect", { ...at, width, height: 15, class: "diff-n" });
    const text = this.#add(this.#over, "text", { x: at.x + width / 2, y: at.y + 11.5, class: "diff-nt" });
    text.textContent = String(number);
  }

  #caret(at: Box | null): void {
    if (!at) return;
    this.#add(this.#over, "line", { x1: at.left, x2: at.left, y1: at.top, y2: at.bottom, class: "caret" });
  }

  #add<K extends "rect" | "line" | "text">(
    parent: SVGSVGElement,
    tag: K,
    attributes: Attributes,
  ): SVGElementTagNameMap[K] {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    parent.append(element);
    return element;
  }

  destroy(): void {
    this.#under.remove();
    this.#over.remove();
    this.#article.replaceChildren();
  }
}

function place(line: Box, out: number): Attributes {
  return {
    x: line.left - out, y: line.top - out / 2,
    width: line.right - line.left + 2 * out, height: line.bottom - line.top + out,
  };
}

function plane(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  return svg;
}
