/** What the field of a text question starts with. */

import type { Question } from "./schema";
import type { Item } from "./types";

/** The text the field starts with; null where it starts empty. */
export function prefillOf(question: Question, item: Item): string | null {
  if (question.prefill === "") return null;
  if (item.data_type === "table") {
    const cell = item.row?.[question.prefill];
    return cell === null || cell === undefined ? null : String(cell);
  }
  return item.text ?? null;
}

export interface Pasted {
  /** What fits. */
  readonly text: string;
  /** How many characters were pasted. */
  readonly characters: number;
}

/** As many characters of a text as fit. The rest is never looked at more than once. */
export function fitting(text: string, room: number): Pasted {
  let characters = 0;
  let end = 0;
  for (let unit = 0; unit < text.length; unit++) {
    const code = text.charCodeAt(unit);
    const next = text.charCodeAt(unit + 1);
    if (code >= 0xd800 && code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) unit++;
    characters++;
    if (characters <= room) end = unit + 1;
  }
  return { text: text.slice(0, end), characters };
}
