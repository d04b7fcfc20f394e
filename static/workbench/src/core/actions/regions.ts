/** What every task needs of regions: select one, let go of it, undo and redo. */

import { t } from "../i18n";
import { problemText } from "../problems";
import { placed, regionById, replaced } from "../regions";
import { labelOf, questionNamed } from "../schema";
import type { Region } from "../types";
import { canEdit } from "../state";
import type { Workbench } from "../workbench";

export function defineRegionActions(wb: Workbench): void {
  defineSelecting(wb);
  defineAttributes(wb);
  defineHistory(wb);
}

/** The label of a region as people read it, else the title of its question. */
export function nameOf(wb: Workbench, region: Region): string {
  const { task } = wb.state;
  if (!task) return "";
  const question = questionNamed(task.schema, region.question);
  return labelOf(task.schema, region.question, region.label)?.name ?? question?.title ?? "";
}

/** Ids in the order Tab steps through them: regions with a place, then suggestions. */
export function stops(wb: Workbench): string[] {
  const { regions, suggested } = wb.state;
  const offered = suggested.map((one) => one.region);
  return [...placed(regions), ...placed(offered)].map((region) => region.id);
}

function defineSelecting(wb: Workbench): void {
  const { commands } = wb;
  commands.define("region.select", ({ id }) => {
    wb.history.seal();
    const { regions, suggested, question } = wb.state;
    const offered = suggested.find((one) => one.region.id === id)?.region ?? null;
    const region = regionById(regions, id) ?? offered;
    wb.store.transact(() => {
      wb.store.set({ selected: region ? region.id : null });
      if (region && region.question !== question) wb.activateQuestion(region.question);
    });
    const wrong = wb.state.broken.of.get(region?.id ?? "") ?? [];
    if (region) wb.announce([describe(wb, region, offered !== null), ...wrong.map(problemText)].join(" "));
  });
  commands.define("region.deselect", () => wb.store.set({ selected: null }), {
    title: "key.region.deselect", group: "region", keys: ["Escape"],
  }, () => wb.state.selected !== null);
}

/** Attributes belong to marks and to answers about cells alike. */
function defineAttributes(wb: Workbench): void {
  const { commands } = wb;
  commands.define("region.attribute", ({ id, name, value }) => {
    const change = (region: Region): Region => {
      const { [name]: _, ...rest } = region.attributes ?? {};
      const attributes = value === null ? rest : { ...rest, [name]: value };
      const { attributes: __, ...bare } = region;
      return (Object.keys(attributes).length ? { ...bare, attributes } : bare) as Region;
    };
    wb.edit({ regions: replaced(wb.state.regions, id, change) }, `attribute:${id}:${name}`);
  }, null, () => canEdit(wb.state));
}

function describe(wb: Workbench, region: Region, offered: boolean): string {
  const order = stops(wb);
  const values = { label: nameOf(wb, region), place: order.indexOf(region.id) + 1, n: order.length };
  return t(offered ? "announce.selectedSuggestion" : "announce.selected", values);
}

function defineHistory(wb: Workbench): void {
  const { commands, history } = wb;
  commands.define("history.undo", () => wb.settle(() => {
    const snapshot = history.undo();
    if (!snapshot) return;
    wb.restore(snapshot);
    wb.announce(t("announce.undone"));
  }), { title: "key.undo", group: "region", keys: ["Z", "Mod+Z"], repeats: true },
    () => history.canUndo || (wb.tool?.settle?.() ?? false));
  commands.define("history.redo", () => wb.settle(() => {
    const snapshot = history.redo();
    if (!snapshot) return;
    wb.restore(snapshot);
    wb.announce(t("announce.redone"));
  }), {
    title: "key.redo", group: "region", keys: ["Shift+Z", "Mod+Shift+Z", "Mod+Y"], repeats: true,
  }, () => history.canRedo);
}
