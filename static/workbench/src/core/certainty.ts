/** How sure a person is of an answer. It goes with the answer, and stays in this browser until then. */

import type { SettingsPlace } from "./keymap";

export interface Certainty {
  readonly isUnsure: boolean;
  /** In percent; null where nothing was said. */
  readonly confidence: number | null;
}

export const SAID_NOTHING: Certainty = { isUnsure: false, confidence: null };
export const CONFIDENCES = [20, 40, 60, 80, 100] as const;

const NAME = "winnow.certainty";

/** What was said of this draft before the page was loaded again. */
export function recall(place: SettingsPlace | null, id: string): Certainty {
  try {
    const kept = JSON.parse(place?.getItem(NAME) ?? "null") as (Certainty & { readonly id: string }) | null;
    if (kept?.id !== id) return SAID_NOTHING;
    return { isUnsure: kept.isUnsure === true, confidence: typeof kept.confidence === "number" ? kept.confidence : null };
  } catch {
    return SAID_NOTHING;
  }
}

export function remember(place: SettingsPlace | null, id: string, certainty: Certainty): void {
  try {
    place?.setItem(NAME, JSON.stringify({ id, ...certainty }));
  } catch {
    // A full or closed storage forgets it with the page.
  }
}

/** What is sent with the answer. */
export function told({ isUnsure, confidence }: Certainty): Readonly<Record<string, unknown>> {
  return { ...(isUnsure ? { is_unsure: true } : {}), ...(confidence === null ? {} : { confidence }) };
}
