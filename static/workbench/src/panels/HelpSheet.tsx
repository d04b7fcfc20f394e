/** The help sheet: made from the live key map. */

import type { VNode } from "preact";

import type { Command, Group } from "../core/commands";
import { t, type MessageKey } from "../core/i18n";
import type { Workbench } from "../core/workbench";
import { keysText } from "../shell/keys";
import { useStore, useWorkbench } from "../shell/use";

const GROUPS: ReadonlyArray<readonly [Group, MessageKey]> = [
  ["task", "help.group.task"], ["label", "help.group.label"], ["review", "help.group.review"],
  ["region", "help.group.region"], ["tool", "help.group.tool"], ["view", "help.group.view"],
];

export interface GroupOfKeys {
  readonly title: MessageKey;
  readonly commands: readonly Command[];
}

/** The actions with keys by group; groups that mean nothing for the task at hand are left out. */
export function groupsOf(wb: Workbench): GroupOfKeys[] {
  const isReview = wb.state.task?.kind === "review";
  const sheet = wb.keymap.sheet();
  return GROUPS.filter(([group]) => group !== "review" || isReview)
    .map(([group, title]) => ({ title, commands: sheet.filter((one) => one.binding?.group === group) }))
    .filter(({ commands }) => commands.length > 0);
}

export function HelpSheet(): VNode {
  const wb = useWorkbench();
  useStore((state) => state.keys);
  return (
    <>
      <div class="row wrap">
        <p class="muted small">{t("help.labels")}</p>
        <button class="btn s end" onClick={() => wb.commands.run("dialog.open", { dialog: "keys" })}>{t("help.changeKeys")}</button>
      </div>
      {wb.keymap.settings.single ? null : <p class="small">{t("help.noSingle")}</p>}
      <div class="keys">
        {groupsOf(wb).map(({ title, commands }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl>
              {commands.map((command) => (
                <div key={command.id}>
                  <dt>{t(command.binding?.title ?? "key.help")}</dt>
                  <dd><kbd>{keysText(wb.keymap.freeKeysOf(command)) || t("help.noKey")}</kbd></dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}
