/** The caret and the selection: the browser's own, moved by pointer or by keys. */

import type { Segments, Stretch } from "../../geometry/segments";
import type { TextDocument } from "./document";

export type Step = "grapheme" | "word" | "line" | "edge";

export class Caret {
  readonly #text: TextDocument;
  readonly #segments: Segments;
  /** The end of the selection that moves; also where the caret stands. */
  at: number | null = null;
  #anchor: number | null = null;

  constructor(text: TextDocument, segments: Segments) {
    this.#text = text;
    this.#segments = segments;
  }

  #native(): (Stretch & { readonly anchor: number; readonly focus: number }) | null {
    const selection = getSelection();
    if (!selection) return null;
    const anchor = this.#text.offset(selection.anchorNode, selection.anchorOffset);
    const focus = this.#text.offset(selection.focusNode, selection.focusOffset);
    if (anchor === null || focus === null) return null;
    return { anchor, focus, start: Math.min(anchor, focus), end: Math.max(anchor, focus) };
  }

  /** The selected stretch, or null where nothing is selected. */
  selected(): Stretch | null {
    const native = this.#native();
    return native && native.end > native.start ? native : null;
  }

  /** Takes over what the pointer has selected; says whether it has. */
  follow(): boolean {
    const native = this.#native();
    if (!native || native.start === native.end) return false;
    this.#anchor = native.anchor;
    this.at = native.focus;
    return true;
  }

  put(offset: number | null): void {
    this.at = offset;
    this.#anchor = null;
  }

  drop(): void {
    getSelection()?.removeAllRanges();
    this.#anchor = null;
  }

  move(by: Step, forward: boolean, extend: boolean): number {
    const from = this.at ?? 0;
    const anchor = this.#anchor ?? from;
    const to = this.#target(from, by, forward);
    this.at = to;
    this.#anchor = extend ? anchor : null;
    const base = extend ? anchor : to;
    getSelection()?.setBaseAndExtent(...this.#text.position(base), ...this.#text.position(to));
    return to;
  }

  #target(from: number, by: Step, forward: boolean): number {
    if (by === "grapheme" || by === "word") {
      return forward ? this.#segments.after(from, by) : this.#segments.before(from, by);
    }
    const selection = getSelection();
    if (!selection) return from;
    selection.collapse(...this.#text.position(from));
    selection.modify("move", forward ? "forward" : "backward", by === "line" ? "line" : "lineboundary");
    return this.#text.offset(selection.focusNode, selection.focusOffset) ?? from;
  }
}
