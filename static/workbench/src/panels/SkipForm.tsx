/** Why a task is skipped: one of the queue's reasons by its number, words of one's own, or nothing. */

import type { TargetedKeyboardEvent, VNode } from "preact";
import { useState } from "preact/hooks";

import { t } from "../core/i18n";
import { isComposing } from "../core/keymap";
import { useWorkbench } from "../shell/use";

export function SkipForm(): VNode {
  const wb = useWorkbench();
  const [chosen, setChosen] = useState("");
  const [words, setWords] = useState("");
  const hasWork = wb.history.canUndo;
  const reasons = wb.config.queue.skip_reasons ?? [];
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLFormElement>): void => {
    const inText = event.target instanceof HTMLInputElement && event.target.type === "text";
    const reason = /^[1-9]$/.test(event.key) ? reasons[Number(event.key) - 1] : undefined;
    if (inText || isComposing(event) || event.ctrlKey || event.metaKey || reason === undefined) return;
    event.preventDefault();
    setChosen(reason);
    event.currentTarget.querySelectorAll<HTMLInputElement>("[type=radio]")[Number(event.key)]?.focus();
  };
  return (
    <form class="stack" method="dialog" onKeyDown={onKeyDown} onSubmit={(event) => {
      event.preventDefault();
      wb.commands.run("task.skipWithReason", { reason: [chosen, words.trim()].filter(Boolean).join(": ") });
    }}>
      <p class="muted">{hasWork ? t("skip.loses", { n: wb.state.regions.length }) : t("skip.what")}</p>
      {reasons.length > 0 ? (
        <fieldset class="reasons">
          <legend class="medium small">{t("skip.why")}</legend>
          <Reason name={t("skip.noReason")} checked={chosen === ""} choose={() => setChosen("")} />
          {reasons.map((reason, index) => (
            <Reason key={reason} name={reason} number={index + 1} checked={chosen === reason} choose={() => setChosen(reason)} />
          ))}
        </fieldset>
      ) : null}
      <div class="field">
        <label for="skip-reason">{t("skip.reason")}</label>
        <input class="input" id="skip-reason" type="text" value={words} maxLength={200} autofocus={reasons.length === 0} dir="auto"
          onInput={(event) => setWords(event.currentTarget.value)} />
      </div>
      <div class="row">
        <button class="btn primary" type="submit">{t("skip.go")}<kbd>Enter</kbd></button>
        <button class="btn" type="button" onClick={() => wb.commands.run("dialog.close")}>{t("skip.stay")}<kbd>Esc</kbd></button>
      </div>
    </form>
  );
}

interface ReasonProps {
  readonly name: string;
  readonly number?: number;
  readonly checked: boolean;
  choose(): void;
}

function Reason({ name, number, checked, choose }: ReasonProps): VNode {
  return (
    <label class="check">
      <input type="radio" name="skip-why" checked={checked} autofocus={number === undefined} onChange={choose} />
      <span dir="auto">{name}</span>
      {number !== undefined && number < 10 ? <kbd class="end">{number}</kbd> : null}
    </label>
  );
}
