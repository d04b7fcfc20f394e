/** A text as paragraphs on the page, and the way between places in it and offsets in UTF-16 units. */

import type { Stretch } from "../../geometry/segments";
import { dress, runsByLine, setWords, type Layout } from "./layout";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A text node, and the offset at which it begins. */
interface Piece {
  readonly node: Text;
  readonly start: number;
}

export interface Paragraph extends Stretch {
  readonly element: HTMLParagraphElement;
  /** One, or more where words are bold or the like. */
  readonly pieces: readonly Piece[];
}

/** Where the article begins on the screen; read once for many boxes. */
export interface Origin {
  readonly left: number;
  readonly top: number;
}

/** How many characters are laid out at once: the first screens first, the rest while nobody waits. */
const FIRST_CHARACTERS = 6_000;
const MORE_CHARACTERS = 8_000;

export class TextDocument {
  readonly #article: HTMLElement;
  readonly #byNode = new Map<Node, number>();
  /** How many paragraphs are on the page. */
  #there = 0;
  readonly paragraphs: readonly Paragraph[];
  readonly length: number;

  /**
   * Makes the paragraphs and puts the first of them into the article; `more` brings the others. Text
   * nodes are never touched again: every mark lies above or below them.
   */
  constructor(article: HTMLElement, text: string, layout: Layout | null = null) {
    this.#article = article;
    this.length = text.length;
    let start = 0;
    const runsOf = runsByLine(layout);
    this.paragraphs = text.split("\n").map((line, index) => {
      const element = document.createElement("p");
      element.dir = "auto";
      let at = start;
      const pieces = setWords(element, line, start, runsOf(start, start + line.length)).map((node) => {
        const piece = { node, start: at };
        at += node.length;
        return piece;
      });
      // An empty line has no height of its own.
      if (line.trim() === "") element.classList.add("blank");
      const dressed = layout?.lines.get(index);
      if (dressed) dress(element, dressed);
      this.#byNode.set(element, index);
      for (const { node } of pieces) this.#byNode.set(node, index);
      const paragraph = { element, pieces, start, end: start + line.length };
      start += line.length + 1;
      return paragraph;
    });
    this.#upTo(this.#reach(FIRST_CHARACTERS));
  }

  /** Puts the next paragraphs on the page; returns their numbers, from and to. */
  more(): readonly [number, number] {
    const from = this.#there;
    this.#upTo(this.#reach(MORE_CHARACTERS));
    return [from, this.#there];
  }

  get isWhole(): boolean {
    return this.#there === this.paragraphs.length;
  }

  get there(): number {
    return this.#there;
  }

  #reach(characters: number): number {
    const from = this.paragraphs[this.#there]?.start ?? this.length;
    return from + characters >= this.length ? this.paragraphs.length : this.paragraphAt(from + characters) + 1;
  }

  #upTo(count: number): void {
    if (count <= this.#there) return;
    const fragment = document.createDocumentFragment();
    for (const { element } of this.paragraphs.slice(this.#there, count)) fragment.append(element);
    const last = this.paragraphs[this.#there - 1]?.element;
    if (last) last.after(fragment);
    else this.#article.append(fragment);
    this.#there = count;
  }

  /** The number of the paragraph of an element or a text node, or null. */
  numberOf(node: Node | null | undefined): number | null {
    return node ? (this.#byNode.get(node) ?? null) : null;
  }

  /** The number of the paragraph in which an offset lies. */
  paragraphAt(offset: number): number {
    let low = 0;
    let high = this.paragraphs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.paragraphs[middle] as Paragraph).start <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The text node and the position in it of an offset. */
  position(offset: number): readonly [Text, number] {
    const number = this.paragraphAt(offset);
    this.#upTo(number + 1);
    const paragraph = this.paragraphs[number] as Paragraph;
    const { node, start } = pieceAt(paragraph, offset);
    return [node, Math.min(Math.max(offset - start, 0), node.length)];
  }

  /** The same place for the browser's highlights; the text never changes, so nothing has to live. */
  stretch({ start, end }: Stretch): StaticRange {
    const [startContainer, startOffset] = this.position(start);
    const [endContainer, endOffset] = this.position(end);
    return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
  }

  /** The offset of a place in the page, or null when it lies outside the text. */
  offset(node: Node | null, position: number): number | null {
    if (!node || !this.#article.contains(node)) return null;
    const own = this.numberOf(node);
    if (own !== null) {
      const paragraph = this.paragraphs[own] as Paragraph;
      const piece = paragraph.pieces.find((one) => one.node === node);
      return piece ? piece.start + position : inside(paragraph, node, position);
    }
    const around = this.numberOf(node.parentElement?.closest("p"));
    if (around !== null) return inside(this.paragraphs[around] as Paragraph, node, position);
    const next = this.numberOf(node.childNodes[position]);
    return next === null ? this.length : (this.paragraphs[next] as Paragraph).start;
  }

  /** The offset under a point of the window, or null. */
  offsetAt(x: number, y: number): number | null {
    if (document.caretPositionFromPoint) {
      const at = document.caretPositionFromPoint(x, y);
      return at ? this.offset(at.offsetNode, at.offset) : null;
    }
    const range = document.caretRangeFromPoint?.(x, y);
    return range ? this.offset(range.startContainer, range.startOffset) : null;
  }

  origin(): Origin {
    const { left, top } = this.#article.getBoundingClientRect();
    return { left, top };
  }

  /** The lines a stretch of one paragraph covers, as boxes inside the article; pieces of one line are joined. */
  lines({ start, end }: Stretch, origin: Origin): Box[] {
    const range = document.createRange();
    const paragraph = this.paragraphs[this.paragraphAt(start)] as Paragraph;
    range.setStart(...this.position(start));
    const last = pieceAt(paragraph, Math.min(end, paragraph.end) - 1);
    range.setEnd(last.node, Math.min(Math.max(end - last.start, 0), last.node.length));
    const boxes: Box[] = [];
    for (const rect of range.getClientRects()) {
      if (rect.width < 0.5) continue;
      const box = {
        left: rect.left - origin.left, top: rect.top - origin.top,
        right: rect.right - origin.left, bottom: rect.bottom - origin.top,
      };
      const last = boxes.at(-1);
      const joins = last && Math.abs(last.top - box.top) < 3 && box.left <= last.right + 1 && box.right >= last.left - 1;
      if (joins) boxes[boxes.length - 1] = join(last, box);
      else boxes.push(box);
    }
    return boxes;
  }

  /** Where a caret stands, inside the article. */
  caret(offset: number): Box | null {
    const [node, position] = this.position(offset);
    const range = document.createRange();
    range.setStart(node, position);
    range.collapse(true);
    const rect = range.getClientRects()[0] ?? node.parentElement?.getBoundingClientRect();
    if (!rect) return null;
    const origin = this.origin();
    const left = rect.left - origin.left;
    return { left, right: left, top: rect.top - origin.top, bottom: rect.bottom - origin.top };
  }
}

/** The piece in which an offset lies; between two of them the later one. */
function pieceAt({ pieces }: Paragraph, offset: number): Piece {
  let found = pieces[0] as Piece;
  for (const piece of pieces) if (piece.start <= offset) found = piece;
  return found;
}

/** The offset of a place that a browser gives as "before the nth child of an element". */
function inside({ pieces, end }: Paragraph, element: Node, position: number): number {
  const next = element.childNodes[position];
  const after = next ? pieces.find(({ node }) => next === node || next.contains(node)) : undefined;
  if (after) return after.start;
  const own = pieces.filter(({ node }) => element.contains(node));
  const last = own.at(-1);
  return last ? last.start + last.node.length : end;
}

function join(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left), right: Math.max(a.right, b.right),
    top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom),
  };
}
