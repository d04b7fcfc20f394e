/** With what a task is opened: the newest draft there is, and what a model suggests beside it. */

import { NONE_SEEN } from "./autosave";
import { overlapOf } from "./overlap";
import { sameRegions } from "./regions";
import type { KeptDraft } from "./shelf";
import type { Suggested } from "./state";
import type { Assignment, Regions } from "./types";

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

/**
 * Suggestions that the answer does not have yet, with ids of their own, so that they never collide
 * with the regions of the answer.
 */
export function suggestedOf(assignment: Assignment, regions: Regions): Suggested[] {
  const all = (assignment.suggestions ?? []).flatMap((suggestion, index) =>
    suggestion.regions.regions.map((region) => ({
      source: suggestion.source,
      region: { ...region, id: `s${index}-${region.id}` },
    })),
  );
  return all.filter(({ region }) => !regions.some((own) => overlapOf(own, region) >= 0.5));
}
