/** Places of a text in words. */

import { offsetTable, slicePoints, type OffsetTable } from "../geometry/offsets";
import { partsOf, type Gapped } from "../geometry/parts";
import { isShape, placed, regionById } from "./regions";
import { labelOf, type Schema } from "./schema";
import type { Region, Regions } from "./types";

const MOST_QUOTE = 80;

export class Quotes {
  readonly text: string;
  readonly table: OffsetTable;

  constructor(text: string) {
    this.text = text;
    this.table = offsetTable(text);
  }

  /** The words of a span, with "…" for what it leaves out. */
  of(span: Gapped, most = MOST_QUOTE): string {
    const words = partsOf(span).map(({ start, end }) => slicePoints(this.text, this.table, start, Math.min(end, start + most + 1)));
    return cut(words.join(" … ").replace(/\s+/g, " "), most);
  }

  /** The words at one end of a relation; of a shape its label and its number in the list. */
  ofEnd(regions: Regions, id: string, most: number, schema: Schema | null): string {
    const region = regionById(regions, id);
    if (region?.kind === "span") return this.of(region.at, most);
    if (!region || !isShape(region)) return "…";
    const name = (schema && labelOf(schema, region.question, region.label)?.name) ?? region.label;
    const place = placed(regions).findIndex((one) => one.id === id) + 1;
    return `${name} ${String(place).padStart(2, "0")}`;
  }
}

let last: Quotes | null = null;

/** One table for each text, however many ask. */
export function quotesOf(text: string): Quotes {
  if (last?.text !== text) last = new Quotes(text);
  return last;
}

function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("").trimEnd()}…` : text;
}

/** The relations that begin or end at a region. */
export function relationsOf(regions: Regions, id: string): Region[] {
  return regions.filter((one) => one.kind === "relation" && (one.at.from === id || one.at.to === id));
}
