/** A text as paragraphs on the page, and the way between places in it and offsets in UTF-16 units. */

import type { Stretch } from "../../geometry/segments";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Paragraph {
  readonly element: HTMLParagraphElement;
  readonly node: Text;
  readonly start: number;
  readonly end: number;
}

export class TextDocument {
  readonly #article: HTMLElement;
  readonly #paragraphs: Paragraph[] = [];
  readonly length: number;

  /** Fills the article. Text nodes are never touched again: every mark lies above or below them. */
  constructor(article: HTMLElement, text: string) {
    this.#article = article;
    this.length = text.length;
    let start = 0;
    const fragment = document.createDocumentFragment();
    for (const line of text.split("\n")) {
      const element = document.createElement("p");
      element.dir = "auto";
      const node = document.createTextNode(line);
      element.append(node);
      // An empty line has no height of its own.
      if (line.trim() === "") element.classList.add("blank");
      fragment.append(element);
      this.#paragraphs.push({ element, node, start, end: start + line.length });
      start += line.length + 1;
    }
    article.append(fragment);
  }

  get paragraphs(): readonly HTMLParagraphElement[] {
    return this.#paragraphs.map((paragraph) => paragraph.element);
  }

  /** The units a paragraph covers. */
  stretchOf(element: Element): Stretch | null {
    const found = this.#paragraphs.find((paragraph) => paragraph.element === element);
    return found ? { start: found.start, end: found.end } : null;
  }

  #paragraphAt(offset: number): Paragraph {
    let low = 0;
    let high = this.#paragraphs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#paragraphs[middle] as Paragraph).start <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#paragraphs[low] as Paragraph;
  }

  /** The text node and the position in it of an offset. */
  position(offset: number): readonly [Text, number] {
    const paragraph = this.#paragraphAt(offset);
    return [paragraph.node, Math.min(Math.max(offset - paragraph.start, 0), paragraph.node.length)];
  }

  range({ start, end }: Stretch): Range {
    const range = document.createRange();
    range.setStart(...this.position(start));
    range.setEnd(...this.position(end));
    return range;
  }

  /** The offset of a place in the page, or null when it lies outside the text. */
  offset(node: Node | null, position: number): number | null {
    if (!node || !this.#article.contains(node)) return null;
    const byText = this.#paragraphs.find((paragraph) => paragraph.node === node);
    if (byText) return byText.start + position;
    const byElement = this.#paragraphs.find((paragraph) => paragraph.element === node);
    if (byElement) return position === 0 ? byElement.start : byElement.end;
    const child = node.childNodes[position];
    const next = this.#paragraphs.find((paragraph) => paragraph.element === child);
    return next ? next.start : this.length;
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

  /** The lines a stretch covers, as boxes inside the article; pieces of one line are joined. */
  lines(stretch: Stretch): Box[] {
    const origin = this.#article.getBoundingClientRect();
    const boxes: Box[] = [];
    for (const rect of this.range(stretch).getClientRects()) {
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
    const origin = this.#article.getBoundingClientRect();
    const left = rect.left - origin.left;
    return { left, right: left, top: rect.top - origin.top, bottom: rect.bottom - origin.top };
  }
}

function join(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left), right: Math.max(a.right, b.right),
    top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom),
  };
}
