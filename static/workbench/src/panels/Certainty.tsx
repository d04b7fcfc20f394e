/** How sure the person is of this answer: a flag, and percents where the queue asks for them. */

import type { VNode } from "preact";

import { defineCertainty } from "../core/actions/certainty";
import { t } from "../core/i18n";
import { CONFIDENCES } from "../core/certainty";
import { Key } from "../shell/keys";
import { useStore, useWorkbench } from "../shell/use";

export const define = defineCertainty;

export default function Certainty(): VNode | null {
  const wb = useWorkbench();
  const { isUnsure, confidence } = useStore((state) => state.certainty);
  return (
    <section class="certainty" aria-label={t("certainty")}>
      <label class="check small">
        <input type="checkbox" checked={isUnsure} onChange={() => wb.commands.run("answer.unsure")} />
        <span>{t("certainty.unsure")}</span>
        <span class="end"><Key id="answer.unsure" /></span>
      </label>
      {wb.config.queue.asks_confidence ? (
        <>
          <p class="small muted" aria-hidden="true">{t("certainty.how")}</p>
          <div class="seg fill" role="group" aria-label={t("certainty.how")}>
            {CONFIDENCES.map((value) => (
              <button key={value} aria-pressed={confidence === value}
                onClick={() => wb.commands.run("answer.confidence", { value: confidence === value ? null : value })}>
                {t("certainty.percent", { n: value })}
              </button>
            ))}
          </div>
        </>
      ) : null}
    </section>
  );
}
