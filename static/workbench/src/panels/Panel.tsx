/** The panel beside the stage. */

import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { t } from "../core/i18n";
import { isDrawn } from "../core/schema";
import { canEdit, isComparing } from "../core/state";
import { Icon } from "../shell/icons";
import { Part } from "../shell/parts";
import { useStore, useWorkbench } from "../shell/use";
import { Questions } from "./Questions";

export function Panel(): VNode {
  const wb = useWorkbench();
  const task = useStore((state) => state.task);
  const comparing = useStore(isComparing);
  const hasProblems = useStore((state) => state.problems.length > 0);
  const corrects = useStore((state) => state.task?.kind === "review" && state.review.editing);
  const asked = useStore((state) => canEdit(state) && state.task?.kind !== "review");
  const said = useStore((state) => state.task !== null && state.task.kind !== "look");
  const ruled = useStore((state) => canEdit(state) && (state.task?.schema.rules.length ?? 0) > 0);
  const drawn = task?.schema.questions.some((one) => isDrawn(one)) ?? false;
  return (
    <aside class="panel" aria-label={t("panel")} data-pane>
      {comparing ? <Part name="review" wb={wb} /> : (
        <>
          {hasProblems ? <Part name="problems" wb={wb} /> : null}
          <Questions />
          {ruled ? <Part name="broken" wb={wb} /> : null}
          {drawn ? <Part name="marked" wb={wb} /> : null}
          {corrects ? <Part name="review" wb={wb} /> : null}
          {asked ? <Part name="certainty" wb={wb} /> : null}
        </>
      )}
      {said ? <Part name="comments" wb={wb} /> : null}
      <Guideline />
    </aside>
  );
}

function Guideline(): VNode | null {
  const wb = useWorkbench();
  const [open, setOpen] = useState(false);
  if (wb.config.guideline_html === null) return null;
  return (
    <section aria-label={t("guideline")}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary class="row small">
          <span class="medium">{t("guideline")}</span>
          <span class="end"><Icon name="down" /></span>
        </summary>
        {open ? <Part name="guideline" wb={wb} /> : null}
      </details>
    </section>
  );
}
