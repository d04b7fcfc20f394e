/** The last line: what the tool sees, how the stream stands, how long the lease runs. */

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { formatSpan, formatTime, t } from "../core/i18n";
import type { Lease } from "../core/state";
import { Key } from "./keys";
import { useStore, useWorkbench } from "./use";

export function StatusBar(): VNode {
  const wb = useWorkbench();
  const facts = useStore((state) => state.facts);
  const ready = useStore((state) => state.ready);
  const lease = useStore((state) => state.lease);
  const offline = useStore((state) => state.offlineSince);
  const done = useStore((state) => state.sessionDone);
  const median = useStore((state) => state.medianSeconds);
  return (
    <footer class="statusbar">
      {facts.map((fact, index) => <span key={index} class={index ? "wide-only" : ""}>{fact}</span>)}
      {offline !== null ? <span class="warn">{t("status.offline", { time: formatTime(offline) })}</span> : null}
      <span class="end">
        {wb.config.mode === "work"
          ? <span class="wide-only">{wb.config.queue.name}, {t("status.ready", { n: ready })}</span> : null}
        {lease ? <LeaseLeft lease={lease} now={() => wb.api.now()} /> : null}
        {done > 0 ? <span class="wide-only">{t("status.session", { n: done })}{median === null ? "" : `, ${t("status.median", { span: formatSpan(median) })}`}</span> : null}
        <button class="plain wide-only" onClick={() => wb.commands.run("help.open")}><Key id="help.open" /> {t("status.keys")}</button>
      </span>
    </footer>
  );
}

function LeaseLeft({ lease, now }: { lease: Lease; now: () => number }): VNode {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  if (lease.endedAt !== null) {
    return <span class="warn strong">{t("status.leaseEnded", { time: formatTime(lease.endedAt) })}</span>;
  }
  const minutes = Math.max(0, Math.ceil((lease.endsAt - now()) / 60_000));
  return <span>{t("status.lease", { n: minutes })}</span>;
}
