/** Small pure changes to a list of regions. */

import type { Region, Regions, ShapeRegion } from "./types";

const SHAPES: ReadonlySet<string> = new Set([
  "box", "rotated_box", "polygon", "polyline", "ellipse", "point", "skeleton", "mask",
] satisfies ShapeRegion["kind"][]);

/** Whether a region is drawn on a picture. */
export function isShape(region: Region): region is ShapeRegion {
  return SHAPES.has(region.kind);
}

/** An id that no region of the document has. */
export function freshId(regions: Regions): string {
  let highest = 0;
  for (const region of regions) {
    const number = Number(/^r(\d+)$/.exec(region.id)?.[1] ?? 0);
    if (number > highest) highest = number;
  }
  return `r${highest + 1}`;
}

export function regionById(regions: Regions, id: string | null): Region | null {
  return id === null ? null : (regions.find((region) => region.id === id) ?? null);
}

/** The list with one region replaced; the same list when the id is unknown. */
export function replaced(regions: Regions, id: string, change: (region: Region) => Region): Regions {
  if (!regions.some((region) => region.id === id)) return regions;
  return regions.map((region) => (region.id === id ? change(region) : region));
}

export function without(regions: Regions, id: string): Regions {
  return regions.filter((region) => region.id !== id);
}

/** Regions with a place, in the order a reader steps through them: as they stand in the text or in time. */
export function placed(regions: Regions): Regions {
  const start = (region: Region): number => {
    if (region.kind === "span" || region.kind === "segment") return region.at.start;
    return region.kind === "instant" ? region.at.t : 0;
  };
  return regions.filter((region) => region.kind !== "item").sort((a, b) => start(a) - start(b));
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
