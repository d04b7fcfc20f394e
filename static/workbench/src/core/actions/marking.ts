/** Actions on what is drawn or suggested: add, move, relabel, remove, step, take. They come with the list of marks. */

import { t } from "../i18n";
import { freshId, regionById, replaced, without } from "../regions";
import { questionNamed } from "../schema";
import { canEdit, type Suggested } from "../state";
import type { Region, Regions } from "../types";
import type { Workbench } from "../workbench";
import { nameOf, stops } from "./regions";

export function defineMarking(wb: Workbench): void {
  defineEditing(wb);
  defineStepping(wb);
  defineSuggestions(wb);
}

function defineEditing(wb: Workbench): void {
  const { commands } = wb;
  const editable = (): boolean => canEdit(wb.state);
  commands.define("region.add", ({ region }) => {
    const added = { ...region, id: freshId(wb.state.regions) } as Region;
    wb.edit({ regions: [...wb.state.regions, added], selected: added.id });
    wb.announce(t("announce.added", { label: nameOf(wb, added) }));
  }, null, editable);
  commands.define("region.place", ({ id, at, merge }) => {
    if (wb.state.suggested.some((one) => one.region.id === id)) return takeWithPlace(wb, id, at);
    const place = (region: Region): Region =>
      region.kind === "item" ? region : ({ ...region, at } as Region);
    wb.edit({ regions: replaced(wb.state.regions, id, place) }, merge ?? null);
  }, null, editable);
  commands.define("region.label", ({ id, label }) => {
    wb.edit({ regions: replaced(wb.state.regions, id, (one) => ({ ...one, label })) });
    const region = regionById(wb.state.regions, id);
    if (region) wb.announce(t("announce.relabelled", { label: nameOf(wb, region) }));
  }, null, editable);
  commands.define("region.attribute", ({ id, name, value }) => {
    const change = (region: Region): Region => {
      const { [name]: _, ...rest } = region.attributes ?? {};
      const attributes = value === null ? rest : { ...rest, [name]: value };
      const { attributes: __, ...bare } = region;
      return (Object.keys(attributes).length ? { ...bare, attributes } : bare) as Region;
    };
    wb.edit({ regions: replaced(wb.state.regions, id, change) }, `attribute:${id}:${name}`);
  }, null, editable);
  commands.define("region.value", ({ id, value }) => {
    const change = (region: Region): Region => {
      const { value: _, ...bare } = region as Region & { value?: unknown };
      return (value === "" ? bare : { ...bare, value }) as Region;
    };
    wb.edit({ regions: replaced(wb.state.regions, id, change) }, `value:${id}`);
  }, null, editable);
  commands.define("region.replace", ({ remove, add }) => {
    const kept = wb.state.regions.filter((region) => !remove.includes(region.id));
    const regions = add.reduce<Regions>((all, region) => [...all, { ...region, id: freshId(all) } as Region], kept);
    wb.edit({ regions, selected: regions[kept.length]?.id ?? null });
  }, null, editable);
  commands.define("region.arrange", ({ ids, group, z }) => {
    const arranged = (region: Region): Region => {
      const { group: oldGroup, z: oldZ, ...bare } = region;
      const next = group === undefined ? oldGroup : (group ?? undefined);
      const height = z === undefined ? oldZ : z;
      return { ...bare, ...(next ? { group: next } : {}), ...(height ? { z: height } : {}) } as Region;
    };
    wb.edit({ regions: wb.state.regions.map((one) => (ids.includes(one.id) ? arranged(one) : one)) });
  }, null, editable);
  commands.define("region.remove", () => removeSelected(wb), {
    title: "key.region.remove", group: "region", keys: ["Backspace", "Delete"],
  }, () => editable() && wb.state.selected !== null);
}

function removeSelected(wb: Workbench): void {
  const { selected, regions, suggested } = wb.state;
  if (selected === null) return;
  const region = regionById(regions, selected);
  const order = stops(wb);
  const index = order.indexOf(selected);
  const next = order[index + 1] ?? order[index - 1] ?? null;
  wb.edit({
    regions: without(regions, selected),
    suggested: suggested.filter((one) => one.region.id !== selected),
    selected: next,
  });
  wb.announce(region ? t("announce.removed", { label: nameOf(wb, region) }) : t("announce.dismissed"));
}

function step(wb: Workbench, by: 1 | -1): void {
  const order = stops(wb);
  const at = wb.state.selected === null ? -1 : order.indexOf(wb.state.selected);
  const next = at < 0 ? (by === 1 ? 0 : order.length - 1) : at + by;
  wb.commands.run("region.select", { id: order[next] ?? null });
}

function canStep(wb: Workbench, by: 1 | -1): boolean {
  const order = stops(wb);
  if (order.length === 0) return false;
  const at = wb.state.selected === null ? -1 : order.indexOf(wb.state.selected);
  // At either end Tab goes on to the rest of the page, so that nobody is caught on the stage.
  if (at < 0) return by === 1;
  return by === 1 ? at < order.length - 1 : true;
}

function defineStepping(wb: Workbench): void {
  const { commands } = wb;
  commands.define("region.next", () => step(wb, 1), {
    title: "key.region.next", group: "region", keys: ["Tab"], scope: "tool", repeats: true,
  }, () => canStep(wb, 1));
  commands.define("region.previous", () => step(wb, -1), {
    title: "key.region.previous", group: "region", keys: ["Shift+Tab"], scope: "tool", repeats: true,
  }, () => canStep(wb, -1));
}

function take(wb: Workbench, chosen: readonly Suggested[]): Regions {
  const { task } = wb.state;
  return chosen.reduce<Regions>((regions, { region }) => {
    const single = task && questionNamed(task.schema, region.question)?.type === "choice";
    const kept = single ? regions.filter((one) => one.question !== region.question) : regions;
    return [...kept, { ...region, id: freshId(regions) } as Region];
  }, wb.state.regions);
}

/** A suggestion that is moved is taken by moving it. */
function takeWithPlace(wb: Workbench, id: string, at: unknown): void {
  const chosen = wb.state.suggested.filter((one) => one.region.id === id);
  const regions = take(wb, chosen);
  const taken = regions.at(-1);
  if (!taken) return;
  wb.edit({
    regions: replaced(regions, taken.id, (one) => ({ ...one, at }) as Region),
    suggested: wb.state.suggested.filter((one) => one.region.id !== id),
    selected: taken.id,
  });
}

function defineSuggestions(wb: Workbench): void {
  const { commands } = wb;
  const offered = (): boolean => canEdit(wb.state) && wb.state.suggested.length > 0;
  commands.define("suggestion.accept", () => {
    const { suggested, selected } = wb.state;
    const index = Math.max(0, suggested.findIndex((one) => one.region.id === selected));
    const chosen = suggested[index];
    if (!chosen) return;
    const regions = take(wb, [chosen]);
    const rest = suggested.filter((one) => one !== chosen);
    const next = rest[index] ?? rest[0];
    wb.edit({ regions, suggested: rest, selected: next?.region.id ?? regions.at(-1)?.id ?? null });
    wb.announce(t("announce.accepted", { label: nameOf(wb, chosen.region), n: rest.length }));
  }, { title: "key.suggestion.accept", group: "region", keys: ["A"] }, offered);
  commands.define("suggestion.acceptAll", () => {
    const { suggested } = wb.state;
    wb.edit({ regions: take(wb, suggested), suggested: [], selected: null });
    wb.announce(t("announce.acceptedAll", { n: suggested.length }));
  }, { title: "key.suggestion.acceptAll", group: "region", keys: ["Shift+A"] }, offered);
}
