/** Adding words to a span, and taking them out again. */

import type { MessageKey } from "../../core/i18n";
import { MOST_GAPS, covers, withPart, withoutPart, type Gapped } from "../../geometry/parts";
import type { Stretch } from "../../geometry/segments";

export interface Toggled {
  /** Null where nothing may change; the message says why. */
  readonly at: Gapped | null;
  readonly key: MessageKey;
  readonly parts: number;
}

/** The span with the stretch, or without it where it belonged to the span already. */
export function toggled(span: Gapped, stretch: Stretch): Toggled {
  const inside = covers(span, stretch);
  const at = inside ? withoutPart(span, stretch) : withPart(span, stretch);
  if (!at) return { at, key: "announce.part.last", parts: 1 };
  const parts = (at.gaps?.length ?? 0) + 1;
  if (parts > MOST_GAPS + 1) return { at: null, key: "announce.part.many", parts: MOST_GAPS + 1 };
  return { at, key: inside ? "announce.part.removed" : "announce.part.added", parts };
}
