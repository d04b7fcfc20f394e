/**
 * Snapping of selections to what a reader sees as one character, word, sentence or paragraph. Positions
 * are UTF-16 units.
 */

import type { Snap } from "./snaps";

export type { Snap };

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** How much text around a position is segmented. Long enough for any word, short enough to be instant. */
const WINDOW = 400;
/** A sentence may be longer; a paragraph beyond this is cut by its windows. */
const LONG_WINDOW = 8000;

export class Segments {
  readonly #text: string;
  readonly #graphemes: Intl.Segmenter;
  readonly #words: Intl.Segmenter;
  readonly #sentences: Intl.Segmenter;

  constructor(text: string, language?: string) {
    this.#text = text;
    this.#graphemes = new Intl.Segmenter(language, { granularity: "grapheme" });
    this.#words = new Intl.Segmenter(language, { granularity: "word" });
    this.#sentences = new Intl.Segmenter(language, { granularity: "sentence" });
  }

  /** The stretch grown to whole pieces; blanks at its ends are dropped, but for graphemes. */
  snap(stretch: Stretch, snap: Snap): Stretch | null {
    const low = Math.min(stretch.start, stretch.end);
    const high = Math.max(stretch.start, stretch.end);
    const trimmed = snap === "grapheme" ? { start: low, end: high } : this.#trim(low, high);
    if (trimmed.end <= trimmed.start) return null;
    const grown = {
      start: this.#unitAt(trimmed.start, snap).start,
      end: this.#unitAt(trimmed.end - 1, snap).end,
    };
    // A sentence holds the blanks up to the next one; nobody means to mark them.
    return snap === "sentence" || snap === "paragraph" ? this.#trim(grown.start, grown.end) : grown;
  }

  /** The next boundary after a position, or the end of the text. */
  after(position: number, snap: Snap): number {
    if (position >= this.#text.length) return this.#text.length;
    let end = this.#unitAt(position, snap).end;
    while (snap !== "grapheme" && end < this.#text.length && this.#isBlank(position, end)) {
      position = end;
      end = this.#unitAt(position, snap).end;
    }
    return end;
  }

  /** The last boundary before a position, or 0. */
  before(position: number, snap: Snap): number {
    if (position <= 0) return 0;
    let unit = this.#unitAt(position - 1, snap);
    while (snap !== "grapheme" && unit.start > 0 && this.#isBlank(unit.start, unit.end)) {
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

  /** The piece that covers a unit. Only a window around it is segmented. */
  #unitAt(position: number, snap: Snap): Stretch {
    if (snap === "paragraph") return this.#paragraphAt(position);
    if (snap === "sentence") return this.#sentenceAt(position);
    const segmenter = snap === "word" ? this.#words : this.#graphemes;
    const from = this.#windowStart(position);
    const piece = this.#text.slice(from, position + WINDOW);
    const found = segmenter.segment(piece).containing(position - from);
    if (!found) return { start: position, end: Math.min(position + 1, this.#text.length) };
    return { start: from + found.index, end: from + found.index + found.segment.length };
  }

  /** The line that covers a unit; a line break belongs to none and stands for itself. */
  #paragraphAt(position: number): Stretch {
    if (this.#text[position] === "\n") return { start: position, end: position + 1 };
    const end = this.#text.indexOf("\n", position);
    return {
      start: position > 0 ? this.#text.lastIndexOf("\n", position - 1) + 1 : 0,
      end: end < 0 ? this.#text.length : end,
    };
  }

  /** Sentences end with their paragraph at the latest, so only the paragraph is looked at. */
  #sentenceAt(position: number): Stretch {
    const whole = this.#paragraphAt(position);
    const start = Math.max(whole.start, this.#wholeCharacter(position - LONG_WINDOW));
    const piece = this.#text.slice(start, Math.min(whole.end, position + LONG_WINDOW));
    const found = this.#sentences.segment(piece).containing(position - start);
    if (!found) return whole;
    return { start: start + found.index, end: start + found.index + found.segment.length };
  }

  #wholeCharacter(position: number): number {
    const unit = this.#text.charCodeAt(position);
    return unit >= 0xdc00 && unit <= 0xdfff ? position - 1 : position;
  }

  /** A line break is a boundary for graphemes and words alike, so a window may safely start after one. */
  #windowStart(position: number): number {
    if (position <= WINDOW) return 0;
    const from = position - WINDOW;
    const breakAt = this.#text.lastIndexOf("\n", position - 1);
    if (breakAt >= from) return breakAt + 1;
    const blank = this.#text.indexOf(" ", from);
    if (blank >= 0 && blank < position) return blank;
    return this.#wholeCharacter(from);
  }
}
