/** Why there is no task, and what to do about it. */

import type { VNode } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../core/i18n";
import { useStore, useWorkbench } from "../shell/use";

export default function NoTask(): VNode {
  const phase = useStore((state) => state.phase);
  if (phase === "empty") return <NothingLeft />;
  return phase === "fault" ? <Fault /> : <Offline />;
}

function NothingLeft(): VNode {
  const wb = useWorkbench();
  const waiting = useStore((state) => state.outbox.waiting);
  const progress = useStore((state) => state.progress);
  const done = useStore((state) => state.sessionDone);
  const over = wb.config.over_url;
  useEffect(() => {
    if (over && waiting === 0) location.assign(over);
  }, [over, waiting]);
  return (
    <div class="empty">
      <h2>{t("empty.title")}</h2>
      <p class="muted">
        {done > 0 ? `${t("empty.done", { n: done })} ` : ""}
        {progress && progress.total > 0 ? `${t("empty.progress", { done: progress.done, total: progress.total })} ` : ""}
        {waiting > 0 ? t("empty.waiting", { n: waiting }) : ""}
      </p>
      <p class="muted">{t("empty.again")}</p>
      <div class="row">
        <button class="btn primary" onClick={() => wb.commands.run("queue.askAgain")}>{t("empty.ask")}</button>
        <a class="btn" href={wb.config.project.url}>{t("empty.back")}</a>
      </div>
    </div>
  );
}

function Fault(): VNode {
  const wb = useWorkbench();
  const text = useStore((state) => state.faultText);
  return (
    <div class="empty">
      <h2>{t("fault.title")}</h2>
      <p class="muted">{text}</p>
      <div class="row">
        <button class="btn primary" onClick={() => wb.commands.run("queue.askAgain")}>{t("fault.again")}</button>
        <a class="btn" href={wb.config.project.url}>{t("empty.back")}</a>
      </div>
    </div>
  );
}

function Offline(): VNode {
  const wb = useWorkbench();
  return (
    <div class="empty">
      <h2>{t("waiting.offline")}</h2>
      <p class="muted">{t("waiting.offline.why")}</p>
      <button class="btn primary" onClick={() => wb.commands.run("queue.askAgain")}>{t("note.tryNow")}</button>
    </div>
  );
}
