/** My last tasks: what is still on this device can be taken back, what was sent can be fixed. */

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { NoConnection } from "../core/api";
import { formatDateTime, isMessageKey, t } from "../core/i18n";
import { labelOf, type Schema } from "../core/schema";
import type { PastAnswer, Regions } from "../core/types";
import { useWorkbench } from "../shell/use";
import { useWaiting } from "./OutboxList";

type Answers = readonly PastAnswer[] | { readonly results: readonly PastAnswer[] };

export function PastList(): VNode {
  const wb = useWorkbench();
  const waiting = useWaiting();
  const [past, setPast] = useState<readonly PastAnswer[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    wb.api
      .call<Answers>("GET", `queues/${wb.config.queue.id}/mine?limit=20`)
      .then(({ data }) => setPast("results" in data ? data.results : data))
      .catch((error: unknown) => setFailure(error instanceof NoConnection ? t("fault.noConnection") : String((error as Error).message)));
  }, []);
  const mine = waiting.filter((entry) => entry.kind === "submit" || entry.kind === "revision");
  return (
    <div class="stack">
      {mine.length > 0 ? (
        <section>
          <h3>{t("past.unsent")}</h3>
          <ul class="entries">
            {mine.map((entry) => (
              <li key={entry.seq}>
                <span>{entry.title}</span>
                <button class="btn s end" onClick={() => wb.commands.run("task.reopen", { seq: entry.seq })}>{t("outbox.takeBack")}</button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {failure ? <p class="error small">{failure}</p> : null}
      {past === null && !failure ? <p class="muted">{t("past.fetching")}</p> : null}
      {past?.length === 0 && mine.length === 0 ? <p class="muted">{t("past.none")}</p> : null}
      {past && past.length > 0 ? <ul class="entries">{past.map((answer) => <Past key={answer.annotation} answer={answer} />)}</ul> : null}
    </div>
  );
}

function Past({ answer }: { answer: PastAnswer }): VNode {
  const wb = useWorkbench();
  const [schema, setSchema] = useState<Schema | null>(null);
  useEffect(() => {
    wb.revisions.of(answer.schema_revision).then(setSchema).catch(() => undefined);
  }, []);
  const thumbnail = answer.item.assets?.find((asset) => asset.role === "thumbnail");
  return (
    <li>
      {thumbnail ? <img class="thumb" src={thumbnail.url} alt="" loading="lazy" /> : null}
      <div class="what">
        <p class="name">{answer.item.text?.slice(0, 90) ?? (schema ? summary(schema, answer.regions.regions) : "")}</p>
        <p class="small muted">
          {answer.item.text && schema ? `${summary(schema, answer.regions.regions)} · ` : ""}
          {formatDateTime(Date.parse(answer.submitted_at))}
          {answer.review ? ` · ${verdictOf(answer.review)}` : ""}
        </p>
      </div>
      {answer.correction
        ? <a class="btn s end" href={`/answers/${answer.annotation}/correction`}>{t("past.compare")}</a> : null}
      {answer.can_fix
        ? <button class="btn s end" onClick={() => wb.commands.run("task.fix", { answer })}>{t("past.fix")}</button>
        : <span class="tiny muted end">{t("past.closed")}</span>}
    </li>
  );
}

function verdictOf({ verdict, reason }: NonNullable<PastAnswer["review"]>): string {
  const key = `past.verdict.${verdict}`;
  return isMessageKey(key) ? t(key, { reason }) : verdict;
}

/** "Card lost" or "RBC 12, WBC 2". */
function summary(schema: Schema, regions: Regions): string {
  const counts = new Map<string, number>();
  for (const region of regions) {
    const name = labelOf(schema, region.question, region.label)?.name
      ?? (region.kind === "item" && region.value !== undefined ? String(region.value) : "");
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].slice(0, 4).map(([name, count]) => (count > 1 ? `${name} ${count}` : name)).join(", ") || t("past.empty");
}
