/** With what a task is opened: the newest draft there is, and what a model suggests beside it. */

import { NONE_SEEN, type ServerDraft } from "./autosave";
import type { Replayed } from "./journal";
import { overlapOf } from "./overlap";
import { renamed, sameRegions } from "./regions";
import type { KeptDraft } from "./shelf";
import type { Suggested } from "./state";
import type { Assignment, ClaimReply, Regions } from "./types";
import type { Workbench } from "./workbench";

export interface Opened {
  readonly regions: Regions;
  /** The mark of the server's draft that these regions were built on. */
  readonly etag: string;
}

/** What this device has and the server has not goes before what the server has. */
export function newestDraft({ draft }: Assignment, kept: KeptDraft | null): Opened {
  const mine = kept && !kept.sent ? kept : null;
  // Leaving sent it, but the page was gone before the answer came: then both are the same.
  const isNewer = mine !== null && !sameRegions(mine.regions, draft?.regions.regions ?? []);
  return {
    regions: mine?.regions ?? draft?.regions.regions ?? kept?.regions ?? [],
    etag: (isNewer ? mine?.etag : draft?.etag) ?? NONE_SEEN,
  };
}

/** Undo as it was before a crash, and what was done after the last draft. */
export function comeBack(wb: Workbench, journal: Replayed | null, regions: Regions): void {
  const { task } = wb.state;
  if (!task) return;
  const fits = journal?.way.some((one) => sameRegions(one, regions)) ? journal : null;
  if (fits) {
    wb.history.load(fits.past, fits.future);
    wb.store.set({ ...fits.state, canUndo: wb.history.canUndo, canRedo: wb.history.canRedo });
    if (!sameRegions(fits.state.regions, regions)) wb.autosave.changed(fits.state.regions);
  }
  wb.journal?.open(wb.draftId(task.assignment), wb.snapshot, fits !== null);
}

/** What the server has as the draft of the task on the stage; asking for work answers what is held. */
export async function theirDraft({ api, config, state: { task } }: Workbench): Promise<ServerDraft | null> {
  if (!task || task.annotation) return null; // an answer that is being fixed has no draft there
  const { id, hold, stage } = config.queue;
  const reply = await api.call<ClaimReply | null>("POST", `queues/${id}/claim`, { body: { hold, stage } }).catch(() => null);
  const held = reply?.data?.assignments.find((one) => one.id === task.assignment.id);
  return held?.draft ? { regions: held.draft.regions.regions, etag: held.draft.etag } : null;
}

/**
 * Suggestions that the answer does not have yet, with ids of their own, so that they never collide
 * with the regions of the answer.
 */
export function suggestedOf(assignment: Assignment, regions: Regions): Suggested[] {
  const all = (assignment.suggestions ?? []).flatMap((suggestion, index) =>
    suggestion.regions.regions.map((region) => ({
      source: suggestion.source,
      region: renamed(region, (id) => `s${index}-${id}`),
    })),
  );
  return all.filter(({ region }) => !regions.some((own) => overlapOf(own, region) >= 0.5));
}
