/** What of the rules is broken while somebody works, each leading to its place. */

import type { VNode } from "preact";

import { brokenText } from "../core/answerRuleWords";
import { formatNumber } from "../core/i18n";
import { problemText } from "../core/problems";
import { goTo, goToNext, watchRules } from "../core/watchRules";
import type { Workbench } from "../core/workbench";
import { Key } from "../shell/keys";
import { useStore, useWorkbench } from "../shell/use";

/** So many are named; all are counted. */
const NAMED = 5;

export function define(wb: Workbench): void {
  const hasAny = (): boolean => wb.state.broken.list.length > 0 || wb.state.problems.length > 0;
  wb.commands.define("broken.next", () => goToNext(wb), {
    title: "key.broken.next", group: "task", keys: ["Shift+R"], fits: () => (wb.state.task?.schema.rules.length ?? 0) > 0,
  }, hasAny);
  watchRules(wb);
}

export default function Broken(): VNode | null {
  const wb = useWorkbench();
  const { list } = useStore((state) => state.broken);
  const selected = useStore((state) => state.selected);
  const isTold = useStore((state) => state.problems.length > 0);
  if (list.length === 0 || isTold) return null;
  const at = list.findIndex((one) => one.region !== null && one.region === selected);
  const from = Math.max(0, Math.min(at - 1, list.length - NAMED));
  const left = list.length - NAMED;
  return (
    <section class="broken" aria-label={brokenText("title")}>
      <h2>
        {brokenText("title")} <span class="num">{formatNumber(list.length)}</span>
        <button class="plain small end" onClick={() => wb.commands.run("broken.next")}>{brokenText("next")} <Key id="broken.next" /></button>
      </h2>
      {list.every((one) => one.warning) ? <p class="tiny muted">{brokenText("warnings")}</p> : null}
      <ul>
        {list.slice(from, from + NAMED).map((one, index) => (
          <li key={from + index}>
            <button class="small" aria-current={one.region !== null && one.region === selected ? "true" : undefined} onClick={() => goTo(wb, list, from + index)}>
              <span class={one.warning ? "sign warning" : "sign error"} aria-hidden="true">!</span>
              <span><span class="vh">{brokenText(one.warning ? "warning" : "error")}: </span>{problemText(one)}</span>
            </button>
          </li>
        ))}
      </ul>
      {left > 0 ? <p class="tiny muted">{brokenText("more", { n: left })}</p> : null}
    </section>
  );
}
