/** Which of two candidates is better, or all of them in order. An answer names candidates, never sides. */

import type { VNode } from "preact";

import {
  BOTH_BAD, SHOWN, TIE, equalToLast, letterOf, rankedNext, readRanking, shownCandidates, writeRanking, type Candidate,
} from "../core/conversation";
import { t } from "../core/i18n";
import { isAnswer, questionNamed, type Question } from "../core/schema";
import { canEdit } from "../core/state";
import type { PartProps } from "../shell/parts";
import { useStore, useWorkbench } from "../shell/use";

interface FieldProps {
  readonly question: Question;
  readonly candidates: readonly Candidate[];
  readonly value: string;
  readonly editable: boolean;
  give(value: string | null): void;
}

export default function Preference({ question: name = "" }: PartProps): VNode | null {
  const wb = useWorkbench();
  const task = useStore((state) => state.task);
  const regions = useStore((state) => state.regions);
  const editable = useStore(canEdit);
  const question = task ? questionNamed(task.schema, name) : null;
  if (!task || !question) return null;
  const candidates = shownCandidates(task.item, regions, task.assignment.id);
  const answer = regions.find((one) => isAnswer(one, question));
  const value = answer?.kind === "item" && typeof answer.value === "string" ? answer.value : "";
  const give = (next: string | null): void => {
    const attributes = { [SHOWN]: candidates.map((one) => one.id).join(" ") };
    wb.commands.run("answer.value", { question: question.name, value: next, attributes });
  };
  const props = { question, candidates, value, editable, give };
  if (question.type === "ranking") return <Ranking {...props} />;
  return candidates.length === 2 ? <Pair {...props} /> : <p class="small muted">{t("talk.needsPair")}</p>;
}

function Pair({ question, candidates, value, editable, give }: FieldProps): VNode {
  const [first, second] = candidates as [Candidate, Candidate];
  const options: ReadonlyArray<readonly [string, string]> = [
    [first.id, t("talk.better", { letter: "A" })],
    ...(question.ties ? [[TIE, t("talk.tie")] as const] : []),
    [second.id, t("talk.better", { letter: "B" })],
    ...(question.bothBad ? [[BOTH_BAD, t("talk.bothBad")] as const] : []),
  ];
  return (
    <div class="labels wide" role="group" aria-label={question.title}>
      {options.map(([id, words], index) => (
        <button key={id} aria-pressed={value === id} disabled={!editable}
          onClick={() => give(value === id && !question.required ? null : id)}>
          <kbd>{index + 1}</kbd><span>{words}</span>
        </button>
      ))}
    </div>
  );
}

function Ranking({ question, candidates, value, editable, give }: FieldProps): VNode {
  const groups = readRanking(value);
  const letter = (id: string): string => letterOf(candidates.findIndex((one) => one.id === id));
  const open = candidates.filter((one) => !groups.some((group) => group.includes(one.id)));
  return (
    <>
      <p class="tiny muted">{t("talk.rankHint")}</p>
      <ol class="ranking" aria-label={question.title}>
        {groups.map((group, place) => (
          <li key={group.join(" ")}>
            <span class="muted small">{place === 0 ? t("talk.best") : t("talk.rank", { n: place + 1 })}</span>
            <span class="medium">{group.map(letter).sort().join(" = ")}</span>
            {editable ? <Moves groups={groups} place={place} letter={letter} give={give} /> : null}
          </li>
        ))}
      </ol>
      {open.length > 0 && editable ? (
        <div class="row small wrap">
          <span class="muted">{t("talk.notRanked")}</span>
          {open.map((one) => (
            <button key={one.id} class="btn s" aria-label={t("talk.rankNext", { letter: letter(one.id) })}
              onClick={() => give(writeRanking(rankedNext(groups, one.id)))}>
              {letter(one.id)}<kbd aria-hidden="true">{candidates.indexOf(one) + 1}</kbd>
            </button>
          ))}
          {question.ties && groups.length > 1 ? (
            <button class="btn s" onClick={() => give(writeRanking(equalToLast(groups)))}>{t("talk.equal")}<kbd aria-hidden="true">=</kbd></button>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

interface MoveProps {
  readonly groups: readonly (readonly string[])[];
  readonly place: number;
  letter(id: string): string;
  give(value: string): void;
}

function Moves({ groups, place, letter, give }: MoveProps): VNode {
  const names = (groups[place] ?? []).map(letter).sort().join(" = ");
  const swap = (by: 1 | -1): void => {
    const next = [...groups];
    [next[place], next[place + by]] = [next[place + by] ?? [], next[place] ?? []];
    give(writeRanking(next));
  };
  return (
    <span class="end row">
      <button class="iconbtn" aria-label={t("talk.up", { letter: names })} disabled={place === 0} onClick={() => swap(-1)}>↑</button>
      <button class="iconbtn" aria-label={t("talk.down", { letter: names })} disabled={place === groups.length - 1} onClick={() => swap(1)}>↓</button>
    </span>
  );
}
