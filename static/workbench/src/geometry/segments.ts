/** Snapping of selections to what a reader sees as one character or one word. Positions are UTF-16 units. */

export type Snap = "grapheme" | "word";

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** How much text around a position is segmented. Long enough for any word, short enough to be instant. */
const WINDOW = 400;

export class Segments {
  readonly #text: string;
  readonly #graphemes: Intl.Segmenter;
  readonly #words: Intl.Segmenter;

  constructor(text: string, language?: string) {
    this.#text = text;
    this.#graphemes = new Intl.Segmenter(language, { granularity: "grapheme" });
    this.#words = new Intl.Segmenter(language, { granularity: "word" });
  }

  /** The stretch grown to whole graphemes or whole words; blanks at its ends are dropped for words. */
  snap(stretch: Stretch, snap: Snap): Stretch | null {
    const low = Math.min(stretch.start, stretch.end);
    const high = Math.max(stretch.start, stretch.end);
    const trimmed = snap === "word" ? this.#trim(low, high) : { start: low, end: high };
    if (trimmed.end <= trimmed.start) return null;
    return {
      start: this.#unitAt(trimmed.start, snap).start,
      end: this.#unitAt(trimmed.end - 1, snap).end,
    };
  }

  /** The next boundary after a position, or the end of the text. */
  after(position: number, snap: Snap): number {
    if (position >= this.#text.length) return this.#text.length;
    let end = this.#unitAt(position, snap).end;
    while (snap === "word" && end < this.#text.length && this.#isBlank(position, end)) {
      position = end;
      end = this.#unitAt(position, snap).end;
    }
    return end;
  }

  /** The last boundary before a position, or 0. */
  before(position: number, snap: Snap): number {
    if (position <= 0) return 0;
    let unit = this.#unitAt(position - 1, snap);
    while (snap === "word" && unit.start > 0 && this.#isBlank(unit.start, unit.end)) {
      unit = this.#unitAt(unit.start - 1, snap);
    }
    return unit.start;
  }

  #trim(start: number, end: number): Stretch {
    while (start < end && this.#isBlank(start, start + 1)) start++;
    while (end > start && this.#isBlank(end - 1, end)) end--;
    return { start, end };
  }

  #isBlank(start: number, end: number): boolean {
    return this.#text.slice(start, end).trim() === "";
  }

  /** The grapheme or word that covers a unit. Only a window around it is segmented. */
  #unitAt(position: number, snap: Snap): Stretch {
    const segmenter = snap === "word" ? this.#words : this.#graphemes;
    const from = this.#windowStart(position);
    const piece = this.#text.slice(from, position + WINDOW);
    const found = segmenter.segment(piece).containing(position - from);
    if (!found) return { start: position, end: Math.min(position + 1, this.#text.length) };
    return { start: from + found.index, end: from + found.index + found.segment.length };
  }

  /** A line break is a boundary for graphemes and words alike, so a window may safely start after one. */
  #windowStart(position: number): number {
    if (position <= WINDOW) return 0;
    const from = position - WINDOW;
    const breakAt = this.#text.lastIndexOf("\n", position - 1);
    if (breakAt >= from) return breakAt + 1;
    const blank = this.#text.indexOf(" ", from);
    if (blank >= 0 && blank < position) return blank;
    const unit = this.#text.charCodeAt(from);
    return unit >= 0xdc00 && unit <= 0xdfff ? from - 1 : from;
  }
}
