/** A quiet mark in the bar: what others said about my answers, as a list when it is asked for. */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { formatDateTime, t } from "../core/i18n";
import { useStore, useWorkbench } from "./use";

interface Said {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly path: string;
  readonly at: string;
  readonly read: boolean;
}

const ABOUT_WORK = ["mentioned", "commented", "reviewed"];
/** What is counted further is not told. */
const MOST = 99;

export default function Told(): VNode {
  const wb = useWorkbench();
  const menu = useRef<HTMLDetailsElement>(null);
  const unread = useStore((state) => state.progress?.unread) ?? wb.config.unread ?? 0;
  const [said, setSaid] = useState<readonly Said[] | null>(null);
  const [failed, setFailed] = useState(false);
  const count = unread > MOST ? `${MOST}+` : String(unread);
  useEffect(() => wb.announce(t("told.some", { n: unread })), [unread]);
  const fetchThem = (): void => {
    setFailed(false);
    wb.api.call<{ results: readonly Said[] }>("GET", "notifications?limit=50")
      .then(({ data }) => setSaid(data.results.filter((one) => !one.read && ABOUT_WORK.includes(one.kind))))
      .catch(() => setFailed(true));
  };
  const close = (): void => menu.current?.removeAttribute("open");
  return (
    <details class="menu told" ref={menu}
      onToggle={(event) => { if (event.currentTarget.open) fetchThem(); }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !menu.current?.open) return;
        event.stopPropagation();
        close();
        menu.current.querySelector("summary")?.focus();
      }}
      onBlur={(event) => {
        if (event.relatedTarget && !menu.current?.contains(event.relatedTarget as Node)) close();
      }}>
      <summary class="iconbtn" aria-label={t("told.some", { n: unread })} title={t("told.some", { n: unread })}>
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M10.27 21a2 2 0 0 0 3.46 0M3.26 15.33A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.67C19.41 13.96 18 12.5 18 8A6 6 0 0 0 6 8c0 4.5-1.41 5.96-2.74 7.33" /></svg>
        <span class="count" aria-hidden="true">{count}</span>
      </summary>
      <div class="menu-list end" role="region" aria-label={t("told.title")}>
        <h2>{t("told.title")}</h2>
        {failed ? <p class="small error" role="alert">{t("notice.notReachable")}</p> : null}
        {said?.length === 0 ? <p class="small muted">{t("told.none")}</p> : null}
        <ul>
          {said?.map((one) => (
            <li key={one.id}>
              {/* In another tab: what is on the stage stays there. */}
              <form method="post" action="/notifications/read" target="_blank" onSubmit={() => setSaid(said.filter((other) => other !== one))}>
                <input type="hidden" name="csrfmiddlewaretoken" value={wb.config.csrf} />
                <input type="hidden" name="notification" value={one.id} />
                <button class="told-one" name="open" value="1">
                  <span dir="auto">{one.text}</span>
                  <span class="tiny muted">{formatDateTime(Date.parse(one.at))}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
        <a class="small" href="/notifications" target="_blank">{t("told.all")}</a>
      </div>
    </details>
  );
}
