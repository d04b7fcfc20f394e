/** What a reviewer decides with: the answers by name, the open difference, and the verdict. */

import type { VNode } from "preact";

import { isMerged, rowsOf } from "../core/actions/review";
import { t } from "../core/i18n";
import { isComposing } from "../core/keymap";
import { labelOf, questionNamed, type Schema } from "../core/schema";
import { isComparing, type Task } from "../core/state";
import type { Region } from "../core/types";
import { Key } from "../shell/keys";
import { useStore, useWorkbench } from "../shell/use";

export default function ReviewPanel(): VNode | null {
  const task = useStore((state) => state.task);
  const comparing = useStore(isComparing);
  if (!task) return null;
  if (!comparing) return <Reason />; // it is being drawn: the reason goes along
  if (task.kind === "look") return <Correction task={task} />;
  return (
    <>
      {task.answers.length > 0 ? <Answers task={task} /> : null}
      <Verdict task={task} />
      <WhoSaidWhat task={task} />
      <Reason />
    </>
  );
}

/** What somebody's answer became, and why: to be read, not to be decided. */
function Correction({ task }: { task: Task }): VNode {
  const wb = useWorkbench();
  const { reason = "" } = task.assignment.review ?? {};
  return (
    <>
      <section aria-label={t("correction.why")}>
        <h2>{t("correction.why")}</h2>
        <div class="stack tight">
          <p class={reason ? "" : "muted"} dir="auto">{reason || t("correction.noReason")}</p>
          <p class="small muted">{t("correction.kept")}</p>
          <p><a class="btn" href={wb.config.project.url}>{t("correction.back")}</a></p>
        </div>
      </section>
      <Answers task={task} />
      <WhoSaidWhat task={task} />
    </>
  );
}

function Answers({ task }: { task: Task }): VNode {
  const wb = useWorkbench();
  const chosen = useStore((state) => state.review.chosen);
  return (
    <section aria-label={t("review.answers")}>
      <h2>{t("review.answers")}<span class="end">{t("review.answers.hint")}</span></h2>
      <div class="labels wide" role="group" aria-label={t("review.answers")}>
        {task.answers.map((answer, index) => (
          <button key={answer.annotation} aria-pressed={index === chosen}
            onClick={() => wb.commands.run("review.choose", { index })}>
            <span class="avatar s" aria-hidden="true">{initials(answer.annotator)}</span>
            <span class="name">{answer.annotator}</span>
            {answer.is_unsure ? <span class="needed">{t("review.unsure")}</span> : null}
            {answer.confidence != null ? <span class="muted small">{t("review.confidence", { n: answer.confidence })}</span> : null}
            <span class="muted small end">{t("review.regions", { n: answer.regions.regions.length })}</span>
          </button>
        ))}
      </div>
    </section>
  );
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0]?.[0], words.at(-1)?.[0]] : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toLocaleUpperCase();
}

function Verdict({ task }: { task: Task }): VNode | null {
  const wb = useWorkbench();
  const chosen = useStore((state) => state.review.chosen);
  const reason = useStore((state) => state.review.reason);
  const merged = useStore((state) => isMerged(state.review));
  const answer = task.answers[chosen];
  if (!answer) return <FromNothing />;
  const name = answer.annotator;
  return (
    <section aria-label={t("review.verdict")}>
      <h2>{t("review.verdict")}<span class="end">{name}</span></h2>
      <div class="stack tight">
        <button class={merged ? "btn" : "btn primary"} onClick={() => wb.commands.run("review.accept")}>{t("review.accept", { name })}<Key id="review.accept" /></button>
        <button class={merged ? "btn primary" : "btn"} onClick={() => wb.commands.run("review.correct")}>{t(merged ? "review.merge" : "review.correct")}<Key id="review.correct" /></button>
        <button class="btn" onClick={() => wb.commands.run("review.drawAnew")}>{t("review.drawAnew")}<Key id="review.drawAnew" /></button>
        <button class="btn quiet danger" onClick={() => wb.commands.run("review.reject")}>{t("review.reject")}<Key id="review.reject" /></button>
        {reason.trim() === "" ? <p class="tiny muted">{t("review.reasonFirst")}</p> : null}
      </div>
    </section>
  );
}

/** No answer is left to judge: all that can be done is to draw, or to skip. */
function FromNothing(): VNode {
  const wb = useWorkbench();
  return (
    <section aria-label={t("review.verdict")}>
      <h2>{t("review.verdict")}</h2>
      <div class="stack tight">
        <p class="small muted">{t("review.none")}</p>
        <button class="btn primary" onClick={() => wb.commands.run("review.drawAnew")}>{t("review.drawAnew")}<Key id="review.drawAnew" /></button>
      </div>
    </section>
  );
}

/** A region in words. */
export function wordsOf(schema: Schema, region: Region | null): string {
  if (!region) return t("review.nothing");
  const label = labelOf(schema, region.question, region.label);
  if (label) return label.name;
  return region.kind === "item" && region.value !== undefined ? String(region.value) : (region.label ?? "");
}

function WhoSaidWhat({ task }: { task: Task }): VNode | null {
  const difference = useStore((state) => state.review.difference);
  if (difference === null) return null;
  const rows = rowsOf(task).filter((row) => row.kind !== "same");
  const row = rows[difference];
  if (!row) return null;
  const question = questionNamed(task.schema, row.question)?.title ?? row.question;
  return (
    <section aria-label={t("review.whoSaidWhat")}>
      <h2>{t("review.difference", { place: difference + 1, n: rows.length })}<span class="end">{t("review.stepHint")} {task.kind === "look" ? null : <Key id="review.takeHere" />}</span></h2>
      <dl class="dl">
        <dt>{t("review.question")}</dt><dd>{question}</dd>
        {row.cells.map((cell, index) => (
          <>
            <dt>{task.answers[index]?.annotator}</dt><dd>{wordsOf(task.schema, cell)}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Reason(): VNode {
  const wb = useWorkbench();
  const reason = useStore((state) => state.review.reason);
  const adjudicates = wb.config.queue.stage === "adjudicate";
  const label = t(adjudicates ? "review.why" : "review.tell");
  return (
    <section aria-label={label}>
      <div class="field">
        <label for="review-reason">{label}</label>
        <textarea class="input" id="review-reason" rows={3} value={reason} dir="auto"
          onInput={(event) => wb.commands.run("review.reason", { reason: event.currentTarget.value })}
          onKeyDown={(event) => {
            // While it is corrected, the same keys submit, as in every field.
            if (!isComparing(wb.state) || isComposing(event) || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            wb.commands.run("review.reject");
          }} />
      </div>
      {adjudicates ? <KeepAsGold /> : null}
    </section>
  );
}

function KeepAsGold(): VNode {
  const wb = useWorkbench();
  const gold = useStore((state) => state.review.gold);
  return (
    <>
      <label class="check small">
        <input type="checkbox" checked={gold} aria-describedby="review-gold-help"
          onChange={(event) => wb.commands.run("review.gold", { gold: event.currentTarget.checked })} />
        <span>{t("review.gold")}</span>
      </label>
      <p class="tiny muted" id="review-gold-help">{t("review.gold.help")}</p>
    </>
  );
}
