/** The help sheet: made from the live key map, and the place to change it. */

import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { Command, Group } from "../core/commands";
import { t, type MessageKey } from "../core/i18n";
import { chordOf, type KeyPress } from "../core/keymap";
import { keysText } from "../shell/keys";
import { useWorkbench } from "../shell/use";

const GROUPS: ReadonlyArray<readonly [Group, MessageKey]> = [
  ["task", "help.group.task"], ["label", "help.group.label"], ["review", "help.group.review"],
  ["region", "help.group.region"], ["tool", "help.group.tool"], ["view", "help.group.view"],
];

/** Groups that mean nothing for the task at hand are left out. */
function fits(group: Group, isReview: boolean): boolean {
  return group !== "review" || isReview;
}

export function HelpSheet(): VNode {
  const wb = useWorkbench();
  const [, again] = useState(0);
  const [taking, setTaking] = useState<string | null>(null);
  const refresh = (): void => again((count) => count + 1);
  const isReview = wb.state.task?.kind === "review";
  const sheet = wb.keymap.sheet();
  const take = (id: string, event: KeyboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return setTaking(null);
    const chord = chordOf(event as KeyPress);
    if (!chord || chord === "Tab") return;
    wb.keymap.remap(id, chord);
    setTaking(null);
  };
  return (
    <>
      <p class="muted small">{t("help.labels")}</p>
      <div class="keys">
        {GROUPS.filter(([group]) => fits(group, isReview) && sheet.some((one) => one.binding?.group === group)).map(([group, title]) => (
          <section key={group}>
            <h3>{t(title)}</h3>
            <dl>
              {sheet.filter((one) => one.binding?.group === group).map((command) => (
                <KeyRow key={command.id} command={command} taking={taking === command.id}
                  onTake={() => setTaking(command.id)} onKey={(event) => take(command.id, event)}
                  onBlur={() => setTaking(null)} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Settings changed={refresh} />
    </>
  );
}

function Settings({ changed }: { changed: () => void }): VNode {
  const { keymap } = useWorkbench();
  return (
    <div class="row wrap">
      <label class="check small">
        <input type="checkbox" checked={keymap.settings.single} onChange={(event) => {
          keymap.change({ ...keymap.settings, single: event.currentTarget.checked });
          changed();
        }} />
        {t("help.single")}
      </label>
      <button class="btn s end" onClick={() => { keymap.reset(); changed(); }}>{t("help.reset")}</button>
    </div>
  );
}

interface KeyRowProps {
  readonly command: Command;
  readonly taking: boolean;
  onTake(): void;
  onKey(event: KeyboardEvent): void;
  onBlur(): void;
}

function KeyRow({ command, taking, onTake, onKey, onBlur }: KeyRowProps): VNode {
  const wb = useWorkbench();
  const title = t(command.binding?.title ?? "key.help");
  const keys = keysText(wb.keymap.freeKeysOf(command)) || t("help.noKey");
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <button class={taking ? "keybtn taking" : "keybtn"} aria-label={t("help.change", { action: title, keys })}
          onClick={onTake} onKeyDown={(event) => { if (taking) onKey(event); }} onBlur={onBlur}>
          {taking ? t("help.press") : <kbd>{keys}</kbd>}
        </button>
      </dd>
    </div>
  );
}
