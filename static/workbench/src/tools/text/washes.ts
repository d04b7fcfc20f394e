/** The coloured ground behind spans: the browser's own highlights, which leave the text untouched. */

import { UNKNOWN_COLOR, type Schema } from "../../core/schema";
import type { SpanRegion } from "../../core/types";
import { partsOf } from "../../geometry/parts";
import type { TextDocument } from "./document";
import type { Span } from "./spans";

let instances = 0;

/** Whether the browser can do it; without, the overlay draws the grounds itself. */
export function hasHighlights(): boolean {
  return typeof CSS !== "undefined" && "highlights" in CSS && typeof Highlight === "function";
}

interface Drawn {
  readonly highlight: Highlight;
  readonly ranges: readonly AbstractRange[];
}

export class Washes {
  readonly #prefix = `winnow-${++instances}`;
  readonly #sheet = new CSSStyleSheet();
  readonly #highlights = new Map<string, Highlight>();
  /** What is drawn, by region: a changed region is another object, so only changes are drawn anew. */
  #drawn = new Map<SpanRegion, Drawn>();

  constructor(schema: Schema) {
    const rules: string[] = [];
    for (const question of schema.questions) {
      if (question.type !== "spans") continue;
      for (const label of question.labels) {
        const name = `${this.#prefix}-${this.#highlights.size}`;
        const highlight = new Highlight();
        this.#highlights.set(`${question.name}/${label.key}`, highlight);
        CSS.highlights.set(name, highlight);
        const ground = `color-mix(in srgb, ${safeColor(label.color)} 20%, transparent)`;
        rules.push(`::highlight(${name}) { background-color: ${ground}; }`);
      }
    }
    this.#sheet.replaceSync(rules.join("\n"));
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
  }

  draw(text: TextDocument, spans: Iterable<Span>): void {
    const next = new Map<SpanRegion, Drawn>();
    for (const span of spans) {
      const drawn = this.#drawn.get(span.region) ?? this.#add(text, span);
      if (drawn) next.set(span.region, drawn);
      this.#drawn.delete(span.region);
    }
    for (const { highlight, ranges } of this.#drawn.values()) for (const range of ranges) highlight.delete(range);
    this.#drawn = next;
  }

  #add(text: TextDocument, { region, at }: Span): Drawn | null {
    const highlight = this.#highlights.get(`${region.question}/${region.label}`);
    if (!highlight) return null;
    const ranges = partsOf(at).map((part) => text.stretch(part));
    for (const range of ranges) highlight.add(range);
    return { highlight, ranges };
  }

  clear(): void {
    for (const highlight of this.#highlights.values()) highlight.clear();
    this.#drawn.clear();
  }

  destroy(): void {
    this.clear();
    for (let at = 0; at < this.#highlights.size; at++) CSS.highlights.delete(`${this.#prefix}-${at}`);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
  }
}

/** Colours come from the schema: only what is plainly a colour goes into a style rule. */
function safeColor(color: string): string {
  return /^#[0-9a-f]{3,8}$/i.test(color) ? color : UNKNOWN_COLOR;
}
