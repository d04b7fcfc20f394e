/** What is on its way, and what the server would not take: nothing leaves this list unseen. */

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { formatDateTime, t } from "../core/i18n";
import type { Entry } from "../core/shelf";
import { useStore, useWorkbench } from "../shell/use";

export function useWaiting(): readonly Entry[] {
  const wb = useWorkbench();
  const outbox = useStore((state) => state.outbox);
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  useEffect(() => {
    void wb.outbox.waiting().then(setEntries);
  }, [outbox.waiting, outbox.attention]);
  return entries;
}

export function OutboxList(): VNode {
  const wb = useWorkbench();
  const outbox = useStore((state) => state.outbox);
  const waiting = useWaiting();
  const { attention } = outbox;
  if (attention.length === 0 && waiting.length === 0) return <p class="muted">{t("outbox.nothing")}</p>;
  return (
    <div class="stack">
      {attention.length > 0 ? (
        <section>
          <h3>{t("outbox.attention.title", { n: attention.length })}</h3>
          <p class="small muted">{t("outbox.attention.why")}</p>
          <ul class="entries">{attention.map((entry) => <Refused key={entry.seq} entry={entry} />)}</ul>
        </section>
      ) : null}
      {waiting.length > 0 ? (
        <section>
          <h3>{t("outbox.waiting.title", { n: waiting.length })}</h3>
          <ul class="entries">
            {waiting.map((entry) => (
              <li key={entry.seq}>
                <span>{entry.title}</span> <span class="muted small">{formatDateTime(entry.madeAt)}</span>
                {entry.kind === "submit" || entry.kind === "revision"
                  ? <button class="btn s end" onClick={() => wb.commands.run("task.reopen", { seq: entry.seq })}>{t("outbox.takeBack")}</button>
                  : null}
              </li>
            ))}
          </ul>
          <button class="btn" onClick={() => wb.commands.run("outbox.tryNow")}>{t("note.tryNow")}</button>
        </section>
      ) : null}
    </div>
  );
}

function Refused({ entry }: { entry: Entry }): VNode {
  const wb = useWorkbench();
  const [sure, setSure] = useState(false);
  const { refusal } = entry;
  return (
    <li class="refused">
      <div>
        <b>{entry.title}</b> <span class="muted small">{formatDateTime(entry.madeAt)}</span>
        <p class="small error pre">{refusal?.text}</p>
      </div>
      <div class="row wrap">
        {entry.assignment && (entry.kind === "submit" || entry.kind === "revision")
          ? <button class="btn s" onClick={() => wb.commands.run("task.reopen", { seq: entry.seq })}>{t("outbox.open")}</button> : null}
        <button class="btn s" onClick={() => wb.commands.run("outbox.retry", { seq: entry.seq })}>{t("outbox.retry")}</button>
        <button class="btn s" onClick={() => saveCopy(entry)}>{t("outbox.copy")}</button>
        {sure
          ? <button class="btn s danger" onClick={() => wb.commands.run("outbox.discard", { seq: entry.seq })}>{t("outbox.discard.sure")}</button>
          : <button class="btn s quiet danger" onClick={() => setSure(true)}>{t("outbox.discard")}</button>}
      </div>
    </li>
  );
}

/** The work as a file, for whoever has to sort it out. */
function saveCopy(entry: Entry): void {
  const link = document.createElement("a");
  const text = JSON.stringify({ path: entry.path, key: entry.key, body: entry.body }, null, 2);
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `winnow-${entry.key}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
