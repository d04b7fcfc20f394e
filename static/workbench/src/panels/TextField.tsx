/** A text as an answer: written, or changed from what the item says. */

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { t } from "../core/i18n";
import { fitting, prefillOf } from "../core/prefill";
import type { Question } from "../core/schema";
import { canEdit } from "../core/state";
import type { Item } from "../core/types";
import { useStore } from "../shell/use";
import { DiffText } from "./DiffText";

interface TextFieldProps {
  readonly question: Question;
  readonly item: Item;
  readonly value: string | null;
  give(value: string | null): void;
}

const MOST_ROWS = 8;

export function TextField({ question, item, value, give }: TextFieldProps): VNode {
  const editable = useStore(canEdit);
  const original = prefillOf(question, item);
  /** While a prefilled field is empty it stays so until it is left. */
  const [emptied, setEmptied] = useState(false);
  const [cut, setCut] = useState<{ characters: number; kept: number } | null>(null);
  useEffect(() => {
    setEmptied(false);
    setCut(null);
  }, [item.id]);
  const shown = value ?? (emptied ? "" : (original ?? ""));
  const take = (text: string): void => {
    setEmptied(text === "");
    give(text === "" ? null : text);
  };
  const limit = question.maxLength;
  return (
    <>
      <textarea class="input" rows={original === null ? 3 : rowsFor(shown)} aria-label={question.title} disabled={!editable}
        value={shown} dir="auto"
        onBeforeInput={(event) => {
          const pasted = limit === null ? null : tooLong(event, limit);
          if (!pasted) return;
          event.preventDefault();
          setCut(pasted.told);
          const field = event.currentTarget;
          field.setRangeText(pasted.text, field.selectionStart, field.selectionEnd, "end");
          take(field.value);
        }}
        onInput={(event) => { setCut(null); take(event.currentTarget.value); }}
        onBlur={() => setEmptied(false)} />
      {cut ? <p class="tiny error" role="status">{t("text.cut", { n: cut.kept, characters: cut.characters })}</p> : null}
      <Left text={shown} limit={limit} />
      {original !== null ? <Changes original={original} value={value} editable={editable} give={give} /> : null}
    </>
  );
}

function rowsFor(text: string): number {
  return Math.min(MOST_ROWS, Math.max(3, Math.ceil(text.length / 44)));
}

/** What of pasted or dropped text fits; null where all of it does. */
function tooLong(event: InputEvent & { currentTarget: HTMLTextAreaElement }, limit: number): { text: string; told: { characters: number; kept: number } } | null {
  if (!/^insertFrom(Paste|Drop)/.test(event.inputType)) return null;
  const data = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
  const field = event.currentTarget;
  const rest = field.value.slice(0, field.selectionStart) + field.value.slice(field.selectionEnd);
  if (rest.length + data.length <= limit) return null;
  const room = Math.max(0, limit - [...rest].length);
  const { text, characters } = fitting(data, room);
  return characters <= room ? null : { text, told: { characters, kept: room } };
}

function Left({ text, limit }: { text: string; limit: number | null }): VNode | null {
  if (limit === null || text.length <= limit * 0.8) return null;
  const left = limit - [...text].length;
  return <p class={left < 0 ? "tiny error" : "tiny muted"}>{t("text.left", { n: left })}</p>;
}

interface ChangesProps {
  readonly original: string;
  readonly value: string | null;
  readonly editable: boolean;
  give(value: string | null): void;
}

/** Not answered, kept as it was, or what has changed. */
function Changes({ original, value, editable, give }: ChangesProps): VNode {
  if (value === null) {
    return (
      <p class="row small">
        <span class="muted">{t("prefill.open")}</span>
        {editable ? <button class="btn s end" onClick={() => give(original)}>{t("prefill.keep")}</button> : null}
      </p>
    );
  }
  if (value === original) {
    return (
      <p class="row small">
        <span>{t("prefill.kept")}</span>
        {editable ? <button class="plain end" onClick={() => give(null)}>{t("taxonomy.takeBack")}</button> : null}
      </p>
    );
  }
  return (
    <div class="changes" role="group" aria-label={t("prefill.changes")}>
      <DiffText before={original} after={value} />
      {editable ? <button class="btn s" onClick={() => give(null)}>{t("prefill.restore")}</button> : null}
    </div>
  );
}
