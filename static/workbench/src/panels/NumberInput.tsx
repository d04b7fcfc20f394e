/** A number of a place: written when the field is left or Enter is pressed, so that half-typed ones do nothing. */

import type { VNode } from "preact";

import { t, type MessageKey } from "../core/i18n";
import { canEdit } from "../core/state";
import { useStore } from "../shell/use";

interface Props {
  readonly label: MessageKey;
  readonly value: number;
  commit(value: number): void;
}

export function NumberInput({ label, value, commit }: Props): VNode {
  const editable = useStore(canEdit);
  return (
    <label>
      {t(label)}
      <input class="input" type="number" step="any" value={String(value)} disabled={!editable}
        onChange={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          if (Number.isFinite(typed)) commit(typed);
          // What was not possible is not left standing.
          event.currentTarget.value = String(value);
        }}
        onKeyDown={(event) => { if (event.key === "Enter") event.currentTarget.blur(); }} />
    </label>
  );
}
