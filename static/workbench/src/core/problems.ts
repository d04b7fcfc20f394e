/** Problems as sentences. */

import { isMessageKey, t } from "./i18n";
import { Refusal, Stalled } from "./api";
import type { Problem } from "./schema";
import type { Regions } from "./types";

export function problemText(problem: Problem): string {
  if (problem.detail) return problem.detail;
  const key = `problem.${problem.code}`;
  return isMessageKey(key) ? t(key, problem.values) : problem.code;
}

/** What the server found wrong with a document, each at the region it names. */
export function refusedProblems(refusal: Refusal, regions: Regions): Problem[] {
  const places = refusal.places.length > 0 ? refusal.places : [{ at: "", code: refusal.code, detail: refusal.message }];
  return places.map(({ at, code, detail }) => {
    const name = /^regions\/([^/]+)/.exec(at)?.[1] ?? "";
    const region = regions.find(({ id }) => id === name) ?? regions[Number(name || Number.NaN)];
    return { code, question: region?.question ?? "", region: region?.id ?? null, values: {}, detail };
  });
}

/** Why no task can be shown. */
export function faultOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return t(error instanceof Stalled ? "fault.storage" : "fault.noConnection");
}
