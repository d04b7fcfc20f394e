/** Actions on how sure one is. They come with their place in the panel. */

import { remember, type Certainty } from "../certainty";
import { t } from "../i18n";
import { canEdit } from "../state";
import type { Workbench } from "../workbench";

export function defineCertainty(wb: Workbench): void {
  const asked = (): boolean => canEdit(wb.state) && wb.state.task?.kind !== "review";
  const say = (change: Partial<Certainty>): void => {
    const { task } = wb.state;
    if (!task) return;
    const certainty = { ...wb.state.certainty, ...change };
    wb.store.set({ certainty });
    remember(wb.keymap.place, wb.draftIdOf(task), certainty);
  };
  wb.commands.define("answer.unsure", () => {
    say({ isUnsure: !wb.state.certainty.isUnsure });
    wb.announce(t(wb.state.certainty.isUnsure ? "announce.unsure" : "announce.sure"));
  }, { title: "key.unsure", group: "label", keys: ["U"], fits: asked }, asked);
  wb.commands.define("answer.confidence", ({ value }) => say({ confidence: value }), null, asked);
}
