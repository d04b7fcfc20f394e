/** Offers a span for every hit of the patterns of the labels, a little at a time. */

import { offsetTable } from "../geometry/offsets";
import { overlapOf } from "./overlap";
import { longest, parsePattern, placesOf, type Place } from "./patterns";
import type { Schema } from "./schema";
import type { Region, Regions, SpanRegion } from "./types";

/** More offers than this are no help. */
export const MOST_OFFERS = 5000;
/** How long the page may be kept from doing anything else. */
const SLICE_MS = 8;

export function hasPatterns(schema: Schema): boolean {
  return schema.questions.some(({ labels }) => labels.some((one) => one.patterns.length > 0 && !one.retired));
}

export interface Offers {
  readonly regions: readonly SpanRegion[];
  /** There were more than are offered. */
  readonly cut: boolean;
}

/**
 * Everything the patterns find that the answer does not have yet. Between slices the page lives on;
 * null when `isWanted` says no any more.
 */
export async function findOffers(schema: Schema, text: string, own: Regions, isWanted: () => boolean): Promise<Offers | null> {
  const table = offsetTable(text);
  const regions: SpanRegion[] = [];
  let since = performance.now();
  for (const question of schema.questions) {
    for (const label of question.labels) {
      if (label.retired) continue;
      const places: Place[] = [];
      for (const one of label.patterns) {
        const pattern = parsePattern(one, question.matchCase);
        if (pattern) places.push(...placesOf(text, pattern));
        if (performance.now() - since < SLICE_MS) continue;
        await new Promise((go) => setTimeout(go));
        if (!isWanted()) return null;
        since = performance.now();
      }
      for (const { start, end } of longest(places)) {
        const at = { start: table.toPoint(start), end: table.toPoint(end) };
        regions.push({ id: "", question: question.name, kind: "span", label: label.key, at });
      }
    }
  }
  const fresh = regions.filter((region) => !isKnown(region, nearBy(own, region)));
  return { regions: fresh.slice(0, MOST_OFFERS), cut: fresh.length > MOST_OFFERS };
}

const tables = new WeakMap<Regions, Map<string, SpanRegion[]>>();
const CELL = 64;

/** Spans that may lie at the same place; asked for every hit, so they are kept by place. */
function nearBy(own: Regions, { at }: SpanRegion): readonly Region[] {
  let table = tables.get(own);
  if (!table) {
    tables.set(own, table = new Map());
    for (const region of own) {
      if (region.kind !== "span") continue;
      for (let cell = Math.floor(region.at.start / CELL); cell <= Math.floor(region.at.end / CELL); cell++) {
        table.set(String(cell), [...(table.get(String(cell)) ?? []), region]);
      }
    }
  }
  return table.get(String(Math.floor(at.start / CELL))) ?? [];
}

function isKnown(region: SpanRegion, own: readonly Region[]): boolean {
  return own.some((one) => one.label === region.label && overlapOf(one, region) >= 0.5);
}

