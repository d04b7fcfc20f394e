/** Small pure changes to a list of regions. */

import type { Region, Regions, ShapeRegion } from "./types";

const SHAPES: ReadonlySet<string> = new Set([
  "box", "rotated_box", "polygon", "polyline", "ellipse", "point", "skeleton", "mask",
] satisfies ShapeRegion["kind"][]);

/** Whether a region is drawn on a picture. */
export function isShape(region: Region): region is ShapeRegion {
  return SHAPES.has(region.kind);
}

/** An id that no region of the document has, and none that is gone but still spoken of. */
export function freshId(regions: Regions, spokenOf: readonly { readonly region: string }[] = []): string {
  let highest = 0;
  for (const id of [...regions.map((one) => one.id), ...spokenOf.map((one) => one.region)]) {
    const number = Number(/^r(\d+)$/.exec(id)?.[1] ?? 0);
    if (number > highest) highest = number;
  }
  return `r${highest + 1}`;
}

const tables = new WeakMap<Regions, Map<string, Region>>();

export function regionById(regions: Regions, id: string | null): Region | null {
  if (id === null) return null;
  let table = tables.get(regions);
  if (!table) tables.set(regions, table = new Map(regions.map((region) => [region.id, region])));
  return table.get(id) ?? null;
}

/** The list with one region replaced; the same list when the id is unknown. */
export function replaced(regions: Regions, id: string, change: (region: Region) => Region): Regions {
  if (!regions.some((region) => region.id === id)) return regions;
  return regions.map((region) => (region.id === id ? change(region) : region));
}

/** The list without one region, and without the relations that would begin or end nowhere. */
export function without(regions: Regions, id: string): Regions {
  return regions.filter((region) => region.id !== id && !joins(region, id));
}

/** The region under another id; a relation finds its ends under theirs. */
export function renamed(region: Region, name: (id: string) => string): Region {
  const id = name(region.id);
  if (region.kind !== "relation") return { ...region, id };
  return { ...region, id, at: { from: name(region.at.from), to: name(region.at.to) } };
}

function joins(region: Region, id: string): boolean {
  return region.kind === "relation" && (region.at.from === id || region.at.to === id);
}

/**
 * Regions with a place, in the order a reader steps through them: as they stand in the text or in time,
 * each relation after what it begins with.
 */
export function placed(regions: Regions): Regions {
  const known = orders.get(regions);
  if (known) return known;
  const order = inOrder(regions);
  orders.set(regions, order);
  return order;
}

const orders = new WeakMap<Regions, Regions>();

function inOrder(regions: Regions): Regions {
  const starts = new Map<string, number>();
  for (const region of regions) {
    if (region.kind === "span" || region.kind === "segment") starts.set(region.id, region.at.start);
    else if (region.kind === "instant") starts.set(region.id, region.at.t);
    else if (region.kind === "track") starts.set(region.id, region.at.keys[0]?.t ?? 0);
  }
  const start = (region: Region): number =>
    starts.get(region.kind === "relation" ? region.at.from : region.id) ?? 0;
  const late = (region: Region): number => (region.kind === "relation" ? 0.5 : 0);
  return regions.filter((region) => region.kind !== "item")
    .sort((a, b) => start(a) + late(a) - start(b) - late(b));
}

/** Whether two lists say the same, whatever the order of keys in their objects. */
export function sameRegions(a: Regions, b: Regions): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** The list without relations that begin or end nowhere. */
export function joinedOnly(regions: Regions): Regions {
  if (!regions.some((region) => region.kind === "relation")) return regions;
  const ends = new Set(regions.flatMap((region) => (region.kind === "relation" ? [] : [region.id])));
  return regions.filter((region) => region.kind !== "relation" || (ends.has(region.at.from) && ends.has(region.at.to)));
}
