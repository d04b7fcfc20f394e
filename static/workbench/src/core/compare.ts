/** Where several answers to one item differ: regions that mean the same thing are put in one row. */

import { overlapOf } from "./overlap";
import { regionById } from "./regions";
import { tracksOverlap } from "./trackOverlap";
import type { Region, Regions } from "./types";

export type DifferenceKind = "same" | "label" | "place" | "missing" | "value";

/** One thing, as each answer has it; null where an answer has nothing there. */
export interface Row {
  readonly kind: DifferenceKind;
  readonly question: string;
  readonly cells: readonly (Region | null)[];
}

/** Boxes and spans count as the same thing from this overlap on. */
const SAME_THING = 0.5;
/** Above this overlap two places count as equal: nobody draws the same edge to the pixel twice. */
export const SAME_PLACE = 0.75;

/** What a reviewer wants to see first. */
const ORDER: readonly DifferenceKind[] = ["label", "value", "missing", "place", "same"];

/** All rows, the gravest difference first. `many` names the questions that take several labels an item. */
export function compareAnswers(
  answers: readonly Regions[],
  many: ReadonlySet<string> = new Set(),
): Row[] {
  const open = answers.map((regions) => [...regions]);
  const overlap = overlapWithin(answers);
  const rows: Row[] = [];
  open.forEach((regions, index) => {
    while (regions.length > 0) {
      const first = regions.shift() as Region;
      const cells = open.map((others, other) => {
        if (other === index) return first;
        return other < index ? null : takeBest(others, first, many, overlap);
      });
      rows.push({ kind: kindOf(cells, overlap), question: first.question, cells });
    }
  });
  return rows.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

type Overlap = (a: Region, b: Region) => number;

/** How much two regions mean the same; relations as much as the ends that are less alike. */
function overlapWithin(answers: readonly Regions[]): Overlap {
  const owners = new Map(answers.flatMap((regions) => regions.map((region) => [region, regions] as const)));
  const end = (region: Region, id: string): Region | null => regionById(owners.get(region) ?? [], id);
  return (a, b) => {
    if (a.kind === "track" && b.kind === "track") return a.question === b.question ? tracksOverlap(a, b) : 0;
    if (a.kind !== "relation" || b.kind !== "relation") return overlapOf(a, b);
    if (a.question !== b.question) return 0;
    const shares = (["from", "to"] as const).map((name) => {
      const [one, other] = [end(a, a.at[name]), end(b, b.at[name])];
      return one && other ? overlapOf(one, other) : 0;
    });
    return Math.min(...shares);
  };
}

function takeBest(others: Region[], region: Region, many: ReadonlySet<string>, overlapIn: Overlap): Region | null {
  let best = -1;
  let score = SAME_THING;
  others.forEach((other, index) => {
    if (many.has(region.question) && other.label !== region.label) return;
    // Among equal places the one with the same label belongs together.
    const overlap = overlapIn(region, other) + (other.label === region.label ? 0.001 : 0);
    if (overlap >= score) {
      best = index;
      score = overlap + Number.EPSILON;
    }
  });
  return best < 0 ? null : (others.splice(best, 1)[0] ?? null);
}

function kindOf(cells: readonly (Region | null)[], overlapIn: Overlap): DifferenceKind {
  const present = cells.filter((cell) => cell !== null);
  if (present.length < cells.length) return "missing";
  const [first] = present;
  if (!first) return "same";
  if (present.some((cell) => cell.label !== first.label)) return "label";
  if (present.some((cell) => valueOf(cell) !== valueOf(first))) return "value";
  if (present.some((cell) => overlapIn(first, cell) < SAME_PLACE)) return "place";
  return "same";
}

function valueOf(region: Region): unknown {
  return region.kind === "item" ? region.value : undefined;
}
