/** The coloured ground behind spans: the browser's own highlights, which leave the text untouched. */

import { UNKNOWN_COLOR, type Schema } from "../../core/schema";
import type { SpanRegion } from "../../core/types";
import type { Stretch } from "../../geometry/segments";
import type { TextDocument } from "./document";

let instances = 0;

/** Whether the browser can do it; without, the overlay draws the grounds itself. */
export function hasHighlights(): boolean {
  return typeof CSS !== "undefined" && "highlights" in CSS && typeof Highlight === "function";
}

export class Washes {
  readonly #prefix = `winnow-${++instances}`;
  readonly #sheet = new CSSStyleSheet();
  readonly #names = new Map<string, string>();

  constructor(schema: Schema) {
    const rules: string[] = [];
    for (const question of schema.questions) {
      for (const label of question.labels) {
        const name = `${this.#prefix}-${this.#names.size}`;
        this.#names.set(`${question.name}/${label.key}`, name);
        const ground = `color-mix(in srgb, ${safeColor(label.color)} 20%, transparent)`;
        rules.push(`::highlight(${name}) { background-color: ${ground}; }`);
      }
    }
    this.#sheet.replaceSync(rules.join("\n"));
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
  }

  draw(document: TextDocument, spans: ReadonlyArray<{ readonly region: SpanRegion; readonly at: Stretch }>): void {
    this.clear();
    const ranges = new Map<string, Range[]>();
    for (const { region, at } of spans) {
      const name = this.#names.get(`${region.question}/${region.label}`);
      if (!name) continue;
      const list = ranges.get(name) ?? [];
      list.push(document.range(at));
      ranges.set(name, list);
    }
    for (const [name, list] of ranges) CSS.highlights.set(name, new Highlight(...list));
  }

  clear(): void {
    for (const name of this.#names.values()) CSS.highlights.delete(name);
  }

  destroy(): void {
    this.clear();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
  }
}

/** Colours come from the schema: only what is plainly a colour goes into a style rule. */
function safeColor(color: string): string {
  return /^#[0-9a-f]{3,8}$/i.test(color) ? color : UNKNOWN_COLOR;
}
