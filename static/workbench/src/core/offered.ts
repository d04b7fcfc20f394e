/** What is offered beside an answer. */

import { overlapOf } from "./overlap";
import type { Suggested } from "./state";
import type { Assignment, Regions } from "./types";

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
