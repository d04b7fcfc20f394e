/** What keeps the answer from being sent, each leading to its place. */

import type { VNode } from "preact";

import { t } from "../core/i18n";
import { problemText } from "../core/problems";
import { Icon } from "../shell/icons";
import { useStore, useWorkbench } from "../shell/use";

export default function Problems(): VNode | null {
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
              if (problem.question) wb.commands.run("question.activate", { question: problem.question });
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
