/** Many items at once: which tiles are picked, which labels they have, and how all of them are sent. */

import { NONE_SEEN } from "./autosave";
import { recall, told } from "./certainty";
import { t } from "./i18n";
import { holdOf } from "./queue";
import type { Question } from "./schema";
import { documentOf, type Assignment, type ItemRegion, type Regions } from "./types";
import { uuid } from "./uuid";
import type { Workbench } from "./workbench";

/** Which tile has the focus and which are picked, by their places. */
export interface Picks {
  readonly at: number;
  /** Where a stretch of picked tiles begins. */
  readonly anchor: number;
  readonly picked: ReadonlySet<number>;
}

export const NO_PICKS: Picks = { at: 0, anchor: 0, picked: new Set() };

const within = (place: number, count: number): number => Math.max(0, Math.min(place, count - 1));

/** The focus moves to a place; with `extend` everything from the anchor to there is picked. */
export function moved(picks: Picks, to: number, count: number, extend: boolean): Picks {
  const at = within(to, count);
  if (!extend) return { at, anchor: at, picked: new Set() };
  const [from, until] = [Math.min(picks.anchor, at), Math.max(picks.anchor, at)];
  return { at, anchor: picks.anchor, picked: new Set(Array.from({ length: until - from + 1 }, (_, n) => from + n)) };
}

export function toggled(picks: Picks, place: number): Picks {
  const picked = new Set(picks.picked);
  if (!picked.delete(place)) picked.add(place);
  return { at: place, anchor: place, picked };
}

export function allPicked(picks: Picks, count: number): Picks {
  return { ...picks, picked: new Set(Array.from({ length: count }, (_, n) => n)) };
}

/** The places a label goes to: what is picked, else the tile with the focus. */
export function targetsOf({ at, picked }: Picks): number[] {
  return picked.size > 0 ? [...picked].sort((a, b) => a - b) : [at];
}

/** Labels by assignment. */
export type Given = ReadonlyMap<string, string>;

export function labelled(given: Given, ids: readonly string[], label: string | null): Given {
  const next = new Map(given);
  for (const id of ids) {
    if (label === null) next.delete(id);
    else next.set(id, label);
  }
  return next;
}

export function regionsOf(question: Question, label: string | undefined): Regions {
  if (label === undefined) return [];
  const answer: ItemRegion = { id: "r1", question: question.name, kind: "item", label };
  return [answer];
}

/** The label that a tile came with: from a draft of this device or of the server. */
export async function draftLabel(wb: Workbench, tile: Assignment, question: Question): Promise<string | null> {
  const kept = await wb.shelf.draft(wb.draftId(tile)).catch(() => null);
  const regions = kept?.regions ?? tile.draft?.regions.regions ?? [];
  const region = regions.find((one) => one.question === question.name);
  return region?.label && question.labels.some((one) => one.key === region.label) ? region.label : null;
}

/** What a model or a rule offers for a tile. */
export function offeredLabel({ suggestions = [] }: Assignment, question: Question): string | null {
  const regions = suggestions.flatMap((one) => one.regions.regions);
  return regions.find((one) => one.question === question.name)?.label ?? null;
}

/** Keeps on this device what was given, so that neither a crash nor leaving loses it. */
export async function keepDrafts(wb: Workbench, tiles: readonly Assignment[], given: Given, question: Question): Promise<void> {
  for (const tile of tiles) {
    const regions = regionsOf(question, given.get(tile.id));
    await wb.shelf.putDraft({
      id: wb.draftId(tile), regions, savedAt: Date.now(), etag: tile.draft?.etag ?? NONE_SEEN, sent: false,
    });
  }
}

/**
 * Puts every labelled tile into the outbox, one entry each, and only then takes it off the page. The outbox
 * sends them as it sends every answer. Returns how many there were.
 */
export async function submitTiles(wb: Workbench, tiles: readonly Assignment[], given: Given, question: Question): Promise<number> {
  const ready = tiles.filter((tile) => given.has(tile.id));
  const seconds = Math.round((10 * wb.stopwatch.seconds()) / Math.max(ready.length, 1)) / 10;
  for (const [index, tile] of ready.entries()) {
    const regions = documentOf(regionsOf(question, given.get(tile.id)));
    const certainty = told(recall(wb.keymap.place, wb.draftId(tile)));
    await wb.outbox.add({
      kind: "submit", queue: wb.config.queue.id, key: uuid(), hold: holdOf(tile), assignment: tile,
      title: tile.item.text?.slice(0, 60) ?? t("task.item", { n: index + 1 }),
      path: `assignments/${tile.id}/submit`, body: { fence: tile.fence, regions, seconds, ...certainty },
    });
    wb.queue.exclude(holdOf(tile));
    await wb.shelf.removeDraft(wb.draftId(tile)).catch(() => undefined);
  }
  wb.stopwatch.start();
  wb.store.set({ ready: wb.queue.ready.length, sessionDone: wb.state.sessionDone + ready.length });
  void wb.outbox.drain();
  return ready.length;
}
