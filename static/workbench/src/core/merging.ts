/** One document out of several answers: the chosen one, with what was taken from the others. */

import type { Row } from "./compare";
import { freshId, renamed } from "./regions";
import type { Region, Regions } from "./types";

/** By place among the rows that differ: the answer whose region is taken there. */
export type Taken = Readonly<Record<number, number>>;

interface Part {
  readonly row: Row;
  readonly source: number;
  readonly region: Region;
}

/**
 * The regions of the chosen answer, but where something was taken those of the other answer. Where that
 * one has nothing, nothing is left. Relations find their ends under their new ids; one whose end was left
 * out goes with it.
 */
export function mergedRegions(rows: readonly Row[], chosen: number, taken: Taken): Regions {
  let place = -1;
  const parts = rows.flatMap((row): Part[] => {
    if (row.kind !== "same") place += 1;
    const source = row.kind === "same" ? chosen : (taken[place] ?? chosen);
    const region = row.cells[source];
    return region ? [{ row, source, region }] : [];
  });
  const ids = idsOf(parts, chosen);
  const idIn = (source: number, id: string): string | null => {
    const row = rows.find((one) => one.cells[source]?.id === id);
    return (row && ids.get(row)) ?? null;
  };
  return parts.flatMap(({ row, source, region }) => {
    const own = ids.get(row) ?? region.id;
    if (region.kind !== "relation") return [renamed(region, () => own)];
    const [from, to] = [idIn(source, region.at.from), idIn(source, region.at.to)];
    return from === null || to === null ? [] : [{ ...region, id: own, at: { from, to } }];
  });
}

/** What the chosen answer has keeps its id; the rest keeps its own where that is free. */
function idsOf(parts: readonly Part[], chosen: number): Map<Row, string> {
  const ids = new Map<Row, string>();
  const used: Region[] = [];
  const inTurn = [...parts.filter((one) => one.source === chosen), ...parts.filter((one) => one.source !== chosen)];
  for (const { row, region } of inTurn) {
    const isFree = used.every((one) => one.id !== region.id);
    const id = isFree ? region.id : freshId(used);
    used.push({ ...region, id });
    ids.set(row, id);
  }
  return ids;
}
