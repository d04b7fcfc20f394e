/** Actions of a page that only shows: the next and the previous item. */

import { faultOf } from "../problems";
import type { Workbench } from "../workbench";

/** Looking at finished work, one item after the other; nothing can be changed. */
export function defineLooking(wb: Workbench): void {
  const { commands, config } = wb;
  const all = config.assignments ?? [];
  const at = (): number => all.findIndex((one) => one.id === wb.state.task?.assignment.id);
  const show = (index: number): void => {
    const assignment = all[index];
    if (!assignment) return;
    // Answers beside each other need the panels of a reviewer; what else is shown, its tool.
    void wb.prepare(assignment).then(() => wb.revisions.of(assignment.schema_revision)).then((schema) => {
      const answers = assignment.answers ?? [];
      const regions = assignment.draft?.regions ?? answers[0]?.regions;
      wb.show({
        kind: "look", assignment, item: assignment.item, schema, answers,
        number: index + 1, annotation: null,
      }, regions?.regions ?? []);
    }).catch((error: unknown) => wb.store.set({ phase: "fault", faultText: faultOf(error) }));
  };
  const looking = (): boolean => config.mode === "look";
  commands.define("look.next", () => show(at() + 1), {
    title: "key.look.next", group: "task", keys: ["]"], fits: looking,
  }, () => looking() && at() < all.length - 1);
  commands.define("look.previous", () => show(at() - 1), {
    title: "key.look.previous", group: "task", keys: ["["], fits: looking,
  }, () => looking() && at() > 0);
}
