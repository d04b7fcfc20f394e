/** What the narrow bar has no room for. */

import type { VNode } from "preact";
import { useRef } from "preact/hooks";

import type { ActionName } from "../core/commands";
import { t, type MessageKey } from "../core/i18n";
import { Icon } from "./icons";
import { useStore, useWorkbench } from "./use";

export default function MoreMenu(): VNode {
  const wb = useWorkbench();
  const menu = useRef<HTMLDetailsElement>(null);
  const offered: ReadonlyArray<readonly [ActionName, MessageKey]> = [
    ["task.skip", "verb.skip"], ["review.reject", "verb.reject"], ["review.correct", "verb.correct"],
    ["review.compare", "verb.compare"], ["task.stopFixing", "verb.stopFixing"],
    ["history.undo", "key.undo"], ["history.redo", "key.redo"], ["past.open", "key.past"],
    ["guideline.open", "key.guideline"], ["grid.open", "key.grid"], ["palette.open", "key.palette"], ["help.open", "key.help"],
  ];
  useStore((state) => state);
  const close = (): void => menu.current?.removeAttribute("open");
  return (
    <details class="menu narrow-only" ref={menu} onBlur={(event) => {
      if (!menu.current?.contains(event.relatedTarget as Node | null)) close();
    }}>
      <summary aria-label={t("bar.more")}><Icon name="menu" /></summary>
      <div class="menu-list end">
        {offered.filter(([action]) => wb.commands.isPossible(action)).map(([action, label]) => (
          <button key={action} onClick={() => { close(); wb.commands.run(action as "task.skip"); }}>{t(label)}</button>
        ))}
      </div>
    </details>
  );
}
