/** The panel beside the stage. */

import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { t } from "../core/i18n";
import { isDrawn } from "../core/schema";
import { problemText } from "../core/problems";
import { canEdit } from "../core/state";
import { Icon } from "../shell/icons";
import { Part } from "../shell/parts";
import { useStore, useWorkbench } from "../shell/use";
import { Questions } from "./Questions";

export function Panel(): VNode {
  const wb = useWorkbench();
  const task = useStore((state) => state.task);
  const comparing = useStore((state) => state.task?.kind === "review" && !state.review.editing);
  const asked = useStore((state) => canEdit(state) && state.task?.kind !== "review");
  const drawn = task?.schema.questions.some((one) => isDrawn(one)) ?? false;
  return (
    <aside class="panel" aria-label={t("panel")} data-pane>
      {comparing ? <Part name="review" wb={wb} /> : (
        <>
          <Problems />
          <Questions />
          {drawn ? <Part name="marked" wb={wb} /> : null}
          {asked ? <Part name="certainty" wb={wb} /> : null}
        </>
      )}
      <Guideline />
    </aside>
  );
}

/** What keeps the answer from being sent, each leading to its place. */
function Problems(): VNode | null {
  const wb = useWorkbench();
  const problems = useStore((state) => state.problems);
  if (problems.length === 0) return null;
  return (
    <section class="problems" aria-label={t("problems")}>
      <h2>{t("problems")}<span class="num end">{problems.length}</span></h2>
      {problems.every((one) => one.warning) ? <p class="tiny muted">{t("problems.warnings")}</p> : null}
      <ul>
        {problems.map((problem, index) => (
          <li key={index}>
            <button class="small" onClick={() => {
              wb.commands.run("question.activate", { question: problem.question });
              if (problem.region) wb.commands.run("region.select", { id: problem.region });
            }}>
              <Icon name="warn" /><span>{problemText(problem)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
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
