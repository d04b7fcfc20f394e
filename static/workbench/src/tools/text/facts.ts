/** What the line under the text and the one above it say. */

import { formatNumber, t, type MessageKey } from "../../core/i18n";
import type { Snap, Stretch } from "../../geometry/segments";

export interface Facts {
  readonly size: number;
  readonly doing: MessageKey | null;
  readonly snap: Snap | null;
  /** In code points. */
  readonly characters: Stretch | null;
}

export function factsOf({ size, doing, snap, characters }: Facts): string[] {
  const facts = [t("facts.textSize", { n: size })];
  if (doing) facts.push(t(doing));
  if (snap && characters) {
    const range = `${formatNumber(characters.start)}–${formatNumber(characters.end)}`;
    facts.push(t("facts.characters", { range }));
  }
  if (snap) facts.push(t(`snap.${snap}`));
  return facts;
}

export function meta(points: number): HTMLElement {
  const line = document.createElement("div");
  line.className = "doc-meta";
  line.textContent = t("text.characters", { n: points });
  return line;
}
