/** Answers that are a number, a step of a scale, or a text. */

import type { VNode } from "preact";

import { letterOf, shownCandidates } from "../core/conversation";
import { formatNumber, t } from "../core/i18n";
import { isAnswer, questionNamed, type Question } from "../core/schema";
import { canEdit } from "../core/state";
import type { PartProps } from "../shell/parts";
import { useStore, useWorkbench } from "../shell/use";
import { AttributeFields } from "./AttributeFields";
import { TextField } from "./TextField";

export default function ValueField({ question: name = "" }: PartProps): VNode | null {
  const question = useStore(({ task }) => (task ? questionNamed(task.schema, name) : null));
  const answer = useStore(({ regions, turn }) => regions.find((one) => question !== null && isAnswer(one, question, turn)));
  const schema = useStore(({ task }) => task?.schema ?? null);
  if (!question) return null;
  const value = answer?.kind === "item" ? (answer.value ?? null) : null;
  return (
    <>
      <OneField question={question} value={value} />
      {answer && schema && question.attributes.length > 0 ? <AttributeFields key={answer.id} region={answer} schema={schema} /> : null}
    </>
  );
}

function OneField({ question, value }: FieldProps): VNode {
  if (question.type === "number") return <NumberField question={question} value={value} />;
  if (question.type === "rating") return <RatingField question={question} value={value} />;
  return <WrittenField question={question} value={value} />;
}

function WrittenField({ question, value }: FieldProps): VNode | null {
  const give = useGive(question);
  const item = useStore(({ task }) => task?.item ?? null);
  const editable = useStore(canEdit);
  if (!item) return null;
  const text = typeof value === "string" ? value : null;
  return (
    <>
      {text === null && editable ? <StartFrom give={give} /> : null}
      <TextField question={question} item={item} value={text} give={give} />
    </>
  );
}

interface FieldProps {
  readonly question: Question;
  readonly value: number | string | null;
}

function useGive(question: Question): (value: number | string | null) => void {
  const wb = useWorkbench();
  return (value) => wb.commands.run("answer.value", { question: question.name, value });
}

function NumberField({ question, value }: FieldProps): VNode {
  const give = useGive(question);
  const editable = useStore(canEdit);
  return (
    <label class="row">
      <input class="input" type="number" aria-label={question.title} disabled={!editable}
        value={value === null ? "" : String(value)} min={question.min ?? undefined} max={question.max ?? undefined}
        step={question.step ?? "any"}
        onInput={(event) => {
          const { value: typed, valueAsNumber } = event.currentTarget;
          give(typed === "" || Number.isNaN(valueAsNumber) ? null : valueAsNumber);
        }} />
      {question.unit ? <span class="muted small">{question.unit}</span> : null}
      <span class="tiny muted nowrap">{bounds(question)}</span>
    </label>
  );
}

function bounds({ min, max }: Question): string {
  if (min !== null && max !== null) return t("number.between", { min, max });
  if (min !== null) return t("number.least", { min });
  return max !== null ? t("number.most", { max }) : "";
}

function RatingField({ question, value }: FieldProps): VNode {
  const give = useGive(question);
  const editable = useStore(canEdit);
  const steps = Array.from({ length: question.max ?? 5 }, (_, index) => index + 1);
  return (
    <div class="seg fill" role="group" aria-label={question.title}>
      {steps.map((step) => (
        <button key={step} aria-pressed={value === step} disabled={!editable}
         
          onClick={() => give(value === step && !question.required ? null : step)}>
          {formatNumber(step)}
        </button>
      ))}
    </div>
  );
}

/** A corrected answer begins with one of the candidates, as they are shown. */
function StartFrom({ give }: { give: (text: string) => void }): VNode | null {
  const task = useStore((state) => state.task);
  const regions = useStore((state) => state.regions);
  const candidates = task ? shownCandidates(task.item, regions, task.assignment.id) : [];
  if (candidates.length === 0) return null;
  return (
    <div class="row small wrap">
      <span class="muted">{t("talk.startFrom")}</span>
      {candidates.map((one, index) => <button key={one.id} class="btn s" onClick={() => give(one.text)}>{letterOf(index)}</button>)}
    </div>
  );
}
