/** The questions: labels with their keys, numbers, scales and texts. */

import type { VNode } from "preact";

import { hiddenQuestions } from "../core/conditions";
import { t } from "../core/i18n";
import { compares, isDrawn, offeredLabels, takesValue, type Question } from "../core/schema";
import { canEdit } from "../core/state";
import { isTree } from "../core/tree";
import { Part } from "../shell/parts";
import { useStore, useWorkbench } from "../shell/use";
import { LONG_LIST, LabelButtons } from "./LabelButtons";

export function Questions(): VNode | null {
  const task = useStore((state) => state.task);
  // A text, so that nothing is drawn again while the same questions are asked.
  const hidden = useStore((state) => (state.task ? [...hiddenQuestions(state.task.schema, state.regions)].join() : ""));
  if (!task) return null;
  const unasked = hidden.split(",");
  const { questions } = task.schema;
  return <>{questions.filter((one) => !unasked.includes(one.name)).map((one) => <QuestionSection key={one.name} question={one} alone={questions.length === 1} />)}</>;
}

function QuestionSection({ question, alone }: { question: Question; alone: boolean }): VNode {
  const wb = useWorkbench();
  const isActive = useStore((state) => state.question === question.name);
  const editable = useStore(canEdit);
  const answered = useStore((state) => state.regions.some((region) => region.question === question.name));
  const part = useStore((state) => state.turn);
  const title = alone && isDrawn(question) ? t("labels") : question.title;
  return (
    <section class={alone ? "question alone" : isActive ? "question active" : "question"} aria-label={title}
      onFocusCapture={() => { if (!isActive) wb.commands.run("question.activate", { question: question.name }); }}>
      <h2>
        {title}
        {question.required && !answered && editable ? <span class="needed">{t("question.required")}</span> : null}
        <span class="end">{isActive && editable ? hint(question) : ""}</span>
      </h2>
      {question.help ? <p class="tiny muted help">{question.help}</p> : null}
      {question.per !== "" && editable ? <p class="tiny muted">{aboutWords(question, part)}</p> : null}
      <Field question={question} />
    </section>
  );
}

/** Which turn or cell an answer is about now. */
function aboutWords(question: Question, part: string | null): string {
  if (question.per === "cell") return part === null ? t("table.chooseCell") : t("table.aboutCell", { name: part });
  return part === null ? t("talk.chooseTurn") : t("talk.aboutTurn", { n: Number(part) + 1 });
}

function hint(question: Question): string {
  if (offeredLabels(question).length > LONG_LIST) return t("hint.search");
  if (question.type === "rating") return t("hint.number");
  const hasKeys = question.labels.some((label) => label.hotkey && !label.retired);
  if (!hasKeys) return "";
  return question.type === "choices" ? t("hint.several") : t("hint.number");
}

function Field({ question }: { question: Question }): VNode {
  const wb = useWorkbench();
  if (compares(question)) return <Part name="preference" wb={wb} question={question.name} />;
  if (takesValue(question)) return <Part name="values" wb={wb} question={question.name} />;
  if (isTree(question)) return <Part name="taxonomy" wb={wb} question={question.name} />;
  return <LabelButtons question={question} />;
}
