/** Actions on what is drawn or suggested: add, move, relabel, remove, step, take. They come with the list of marks. */

import { t } from "../i18n";
import { freshId, regionById, renamed, replaced, without } from "../regions";
import { questionNamed } from "../schema";
import { keepStrokes, readStrokes } from "../strokes";
import { canEdit, type Suggested } from "../state";
import type { Region, Regions } from "../types";
import { uuid } from "../uuid";
import type { Workbench } from "../workbench";
import { nameOf, stops } from "./regions";

export function defineMarking(wb: Workbench): void {
  defineEditing(wb);
  defineStepping(wb);
  defineSuggestions(wb);
  definePatterns(wb);
  defineStrokes(wb);
}

function defineStrokes(wb: Workbench): void {
  wb.store.set({ strokes: readStrokes() });
  wb.commands.define("view.strokes", () => {
    const strokes = !wb.state.strokes;
    keepStrokes(strokes);
    wb.store.set({ strokes });
    wb.announce(t(strokes ? "announce.strokes" : "announce.noStrokes"));
  }, { title: "key.strokes", group: "view", keys: [] });
}

function defineEditing(wb: Workbench): void {
  const { commands } = wb;
  const editable = (): boolean => canEdit(wb.state);
  commands.define("region.add", ({ region }) => {
    const added = { ...region, id: freshId(wb.state.regions, wb.state.comments) } as Region;
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
  commands.define("region.value", ({ id, value }) => {
    const change = (region: Region): Region => {
      const { value: _, ...bare } = region as Region & { value?: unknown };
      return (value === "" ? bare : { ...bare, value }) as Region;
    };
    wb.edit({ regions: replaced(wb.state.regions, id, change) }, `value:${id}`);
  }, null, editable);
  commands.define("region.replace", ({ remove, add }) => {
    const kept = wb.state.regions.filter((region) => !remove.includes(region.id));
    const regions = add.reduce<Regions>((all, region) => [...all, { ...region, id: freshId(all, wb.state.comments) } as Region], kept);
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
  const left = without(regions, selected);
  const lost = region ? regions.length - left.length - 1 : 0;
  const offers = withoutOffered(suggested, selected);
  const stay = new Set([...left, ...offers.map((one) => one.region)].map((one) => one.id));
  const near = [...order.slice(index + 1), ...order.slice(0, index).reverse()];
  wb.edit({ regions: left, suggested: offers, selected: near.find((id) => stay.has(id)) ?? null });
  if (!region) return wb.announce(t("announce.dismissed"));
  const label = nameOf(wb, region);
  wb.announce(lost > 0 ? t("announce.removedWith", { label, n: lost }) : t("announce.removed", { label }));
}

/** The offers without one, and without relations that would begin or end nowhere. */
function withoutOffered(suggested: readonly Suggested[], id: string): Suggested[] {
  const left = new Set(without(suggested.map((one) => one.region), id));
  return suggested.filter((one) => left.has(one.region));
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

interface Taken {
  readonly regions: Regions;
  /** What was offered and not taken; its relations know the new ids of what was taken. */
  readonly rest: readonly Suggested[];
}

function take(wb: Workbench, chosen: readonly Suggested[]): Taken {
  const { task, suggested } = wb.state;
  const ids = new Map<string, string>();
  const known = (id: string): string => ids.get(id) ?? id;
  // Relations come last, so that both their ends have ids of the answer.
  const order = [...chosen].sort((a, b) => Number(a.region.kind === "relation") - Number(b.region.kind === "relation"));
  const regions = order.reduce<Regions>((regions, { region }) => {
    const single = task && questionNamed(task.schema, region.question)?.type === "choice";
    const kept = single ? regions.filter((one) => one.question !== region.question) : regions;
    ids.set(region.id, freshId(regions));
    return [...kept, renamed(region, known)];
  }, wb.state.regions);
  const rest = suggested.filter((one) => !chosen.includes(one))
    .map((one) => (one.region.kind === "relation" ? { ...one, region: renamed(one.region, known) } : one));
  return { regions, rest };
}

/** A suggestion with what it cannot do without: the ends of a relation that are only offered themselves. */
function withEnds(wb: Workbench, chosen: Suggested): Suggested[] {
  const { region } = chosen;
  if (region.kind !== "relation") return [chosen];
  const ends = wb.state.suggested.filter((one) => one.region.id === region.at.from || one.region.id === region.at.to);
  return [...ends, chosen];
}

/** A suggestion that is moved is taken by moving it. */
function takeWithPlace(wb: Workbench, id: string, at: unknown): void {
  const chosen = wb.state.suggested.filter((one) => one.region.id === id);
  const { regions, rest } = take(wb, chosen);
  const taken = regions.at(-1);
  if (!taken) return;
  wb.edit({
    regions: replaced(regions, taken.id, (one) => ({ ...one, at }) as Region),
    suggested: rest,
    selected: taken.id,
  });
}

/** Offers what the patterns of the labels find; nothing of it is an answer before it is taken. */
async function offerPatterns(wb: Workbench): Promise<void> {
  const { task, regions } = wb.state;
  const text = task?.item.text;
  if (!task || !text) return;
  const { findOffers } = await import("../premarking");
  const known = [...regions, ...wb.state.suggested.map((one) => one.region)];
  const offers = await findOffers(task.schema, text, known, () => wb.state.task === task);
  if (!offers) return;
  const { suggested } = wb.state;
  // Never the id of one that was dismissed: undo may bring it back.
  const search = uuid().slice(0, 8);
  const fresh = offers.regions.map((region, index) => ({
    source: t("suggestions.patterns"), region: { ...region, id: `p${search}-${index}` },
  }));
  if (fresh.length > 0) wb.edit({ suggested: [...suggested, ...fresh] });
  wb.announce(t(offers.cut ? "announce.patterns.cut" : "announce.patterns", { n: fresh.length }));
}

function definePatterns(wb: Workbench): void {
  const has = (): boolean => wb.state.task?.schema.questions.some(({ labels }) => labels.some((one) => one.patterns.length)) ?? false;
  wb.commands.define("suggestion.patterns", () => void offerPatterns(wb), {
    title: "key.suggestion.patterns", group: "region", keys: ["M"], fits: has,
  }, () => canEdit(wb.state) && has());
  wb.commands.define("suggestion.dismissAll", () => {
    wb.edit({ suggested: [], selected: null });
    wb.announce(t("announce.dismissedAll"));
  }, { title: "key.suggestion.dismissAll", group: "region", keys: ["Shift+M"] }, () => canEdit(wb.state) && wb.state.suggested.length > 0);
}

function defineSuggestions(wb: Workbench): void {
  const { commands } = wb;
  const offered = (): boolean => canEdit(wb.state) && wb.state.suggested.length > 0;
  commands.define("suggestion.accept", () => {
    const { suggested, selected } = wb.state;
    const index = Math.max(0, suggested.findIndex((one) => one.region.id === selected));
    const chosen = suggested[index];
    if (!chosen) return;
    const { regions, rest } = take(wb, withEnds(wb, chosen));
    const next = rest[index] ?? rest[0];
    wb.edit({ regions, suggested: rest, selected: next?.region.id ?? regions.at(-1)?.id ?? null });
    wb.announce(t("announce.accepted", { label: nameOf(wb, chosen.region), n: rest.length }));
  }, { title: "key.suggestion.accept", group: "region", keys: ["A"] }, offered);
  commands.define("suggestion.acceptAll", () => {
    const { suggested } = wb.state;
    wb.edit({ regions: take(wb, suggested).regions, suggested: [], selected: null });
    wb.announce(t("announce.acceptedAll", { n: suggested.length }));
  }, { title: "key.suggestion.acceptAll", group: "region", keys: ["Shift+A"] }, offered);
}
