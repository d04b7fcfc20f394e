/** Answers beside each other, and what they differ in as a table. */

import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { defineReviewActions, rowsOf } from "../core/actions/review";
import { SAME_PLACE, type Row } from "../core/compare";
import { t } from "../core/i18n";
import { prefillOf } from "../core/prefill";
import { intersectionOverUnion } from "../core/overlap";
import { labelOf, questionNamed } from "../core/schema";
import type { Task } from "../core/state";
import type { MountedTool, Scene, Tool } from "../core/tool";
import { documentOf, type Answer, type Region } from "../core/types";
import type { Rect } from "../geometry/rect";
import { DiffText } from "../panels/DiffText";
import { initials, wordsOf } from "../panels/ReviewPanel";
import { toolAtHand } from "./tools";
import { useStore, useWorkbench } from "./use";

export const define = defineReviewActions;

export default function ReviewStage(): VNode | null {
  const task = useStore((state) => state.task);
  const chosen = useStore((state) => state.review.chosen);
  const difference = useStore((state) => state.review.difference);
  if (!task) return null;
  const rows = rowsOf(task);
  const different = rows.filter((row) => row.kind !== "same");
  const tool = toolAtHand(task.item.data_type);
  // Nobody's answer is left: the item alone, to be drawn on.
  const nobody: Answer = { annotation: "", annotator: t("review.noAnswer"), regions: documentOf([]) };
  const shown = task.answers.length > 0 ? task.answers : [nobody];
  const pictured = task.item.data_type === "image";
  return (
    <main id="main" class={pictured ? "stage paper review pictured" : "stage paper review"} tabIndex={0} data-stage data-pane
      aria-label={task.kind === "look" ? t("correction.stage")
        : task.answers.length === 0 ? t("review.none") : t("review.stage", { n: task.answers.length })}>
      {tool ? (
        <div class="answers" data-count={Math.min(shown.length, 4)}>
          {shown.map((answer, index) => (
            <AnswerColumn key={answer.annotation} task={task} answer={answer} index={index} tool={tool}
              isChosen={index === chosen} rows={different} difference={difference} />
          ))}
        </div>
      ) : null}
      <Differences task={task} rows={different} same={rows.length - different.length} />
    </main>
  );
}

interface ColumnProps {
  readonly task: Task;
  readonly answer: Answer;
  readonly index: number;
  readonly tool: Tool;
  readonly isChosen: boolean;
  readonly rows: readonly Row[];
  readonly difference: number | null;
}

function AnswerColumn({ task, answer, index, tool, isChosen, rows, difference }: ColumnProps): VNode {
  const wb = useWorkbench();
  const host = useRef<HTMLDivElement>(null);
  const mounted = useRef<MountedTool | null>(null);
  const isPicture = task.item.data_type === "image";
  const strokes = useStore((state) => state.strokes);
  useEffect(() => {
    if (!host.current) return undefined;
    const run = ((id: string): void => {
      if (id === "region.select") wb.commands.run("review.choose", { index });
    }) as typeof wb.commands.run;
    mounted.current = tool.mount(host.current, { run, announce: () => undefined, readOnly: true });
    return () => mounted.current?.destroy();
  }, [tool]);
  useEffect(() => {
    void mounted.current?.update(sceneOf(task, answer, index, rows, difference, strokes));
  }, [task.assignment.id, answer, difference, strokes]);
  return (
    <div class={isChosen ? "answer-column chosen" : "answer-column"}>
      <header>
        <button aria-pressed={isChosen}
          onClick={() => wb.commands.run("review.choose", { index })}>
          <span class="person"><span class="avatar s" aria-hidden="true">{initials(answer.annotator)}</span>{answer.annotator}</span>
        </button>
        <span class="muted tiny end">{t("review.regions", { n: answer.regions.regions.length })}</span>
      </header>
      <div class="mini-stage" ref={host} role={isPicture ? "img" : "group"} tabIndex={isPicture ? undefined : 0}
        aria-label={t("review.answerOf", { name: answer.annotator })} />
      <WholeItem task={task} regions={answer.regions.regions} />
    </div>
  );
}

function sceneOf(task: Task, answer: Answer, index: number, rows: readonly Row[], difference: number | null, strokes: boolean): Scene {
  const marks = rows.flatMap((row, number) => {
    const cell = row.cells[index];
    return cell && cell.kind !== "item" ? [{ number: number + 1, region: cell.id, chosen: number === difference }] : [];
  });
  const open = difference === null ? null : (rows[difference]?.cells[index] ?? null);
  return {
    key: `${task.assignment.id}:${index}`,
    item: task.item, schema: task.schema, regions: answer.regions.regions, suggested: [],
    selected: open && open.kind !== "item" ? open.id : null,
    hidden: false, brush: null, mode: "pan", pen: null, snap: "word", strokes, marks,
    look: difference === null ? null : placeOf(rows[difference]),
  };
}

/** Where a difference lies, also for those who have nothing there. */
function placeOf(row: Row | undefined): Rect | null {
  const box = row?.cells.find((cell) => cell?.kind === "box");
  return box?.kind === "box" ? box.at : null;
}

/** Answers about the whole item, which no picture shows. */
function WholeItem({ task, regions }: { task: Task; regions: readonly Region[] }): VNode | null {
  const { schema } = task;
  const items = regions.filter((region) => region.kind === "item");
  if (items.length === 0) return null;
  return (
    <dl class="dl whole">
      {items.map((region) => (
        <>
          <dt>{questionNamed(schema, region.question)?.title ?? region.question}</dt>
          <dd><Cell task={task} region={region} first={null} /></dd>
        </>
      ))}
    </dl>
  );
}

function Differences({ task, rows, same }: { task: Task; rows: readonly Row[]; same: number }): VNode {
  const wb = useWorkbench();
  const { difference, taken, chosen } = useStore((state) => state.review);
  if (task.answers.length < 2) return <></>;
  if (rows.length === 0) {
    return <p class="card-foot">{t("review.allSame", { n: task.answers.length })}</p>;
  }
  return (
    <div class="diff">
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t("review.differences")}</th>
              {task.answers.map((answer) => <th scope="col" key={answer.annotation}>{answer.annotator}</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index} aria-selected={index === difference}>
                <td class="main">
                  <button class="plain" aria-pressed={index === difference}
                    onClick={() => wb.commands.run("review.difference", { index: index === difference ? null : index })}>
                    <b>{index + 1}</b> {t(`difference.${row.kind}`)}
                  </button>
                </td>
                {row.cells.map((cell, column) => (
                  <td key={column}>
                    {task.kind === "look" ? <Cell task={task} region={cell} first={row.cells[0] ?? null} /> : <button class="plain take" aria-pressed={(taken[index] ?? chosen) === column}
                      title={t("review.take", { name: task.answers[column]?.annotator ?? "" })}
                      onClick={() => wb.commands.run("review.take", { difference: index, answer: column })}>
                      <Cell task={task} region={cell} first={row.cells.find((one) => one !== null) ?? null} />
                    </button>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="card-foot">{t("review.rest", { n: same })}</p>
    </div>
  );
}

function Cell({ task, region, first }: { task: Task; region: Region | null; first: Region | null }): VNode {
  const { schema } = task;
  const changed = region ? changeOf(task, region) : null;
  if (changed) return <DiffText {...changed} />;
  const label = region ? labelOf(schema, region.question, region.label) : null;
  if (!region || !label) return <span class={region ? "" : "muted"}>{wordsOf(schema, region)}</span>;
  const overlap = region.kind === "box" && first?.kind === "box" && first !== region
    ? intersectionOverUnion(first.at, region.at) : 1;
  return (
    <span class="label">
      <i class="sw" data-stroke={label.stroke} style={{ color: label.color }} />{label.name}
      {overlap < SAME_PLACE ? <span class="muted tiny"> {t("review.overlap", { share: overlap.toFixed(2) })}</span> : null}
    </span>
  );
}

/** A text that an annotator has changed, beside what the item says. */
function changeOf({ schema, item }: Task, region: Region): { before: string; after: string } | null {
  const question = questionNamed(schema, region.question);
  const before = question && prefillOf(question, item);
  if (before === null || region.kind !== "item" || typeof region.value !== "string") return null;
  return { before, after: region.value };
}
