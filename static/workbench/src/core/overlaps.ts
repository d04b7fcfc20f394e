/**
 * Which regions cover an earlier one too much, kept up to date as regions come, change and go.
 *
 * Boxes, spans and segments lie in cells as wide as they are, one grid for each power of two, so that a change
 * looks only at what lies near it and is about as large. Other outlines are compared by the server alone.
 */

import { overlapOf } from "./overlap";
import type { Region } from "./types";

interface Entry {
  readonly region: Region;
  /** Left, right, top, bottom; what has only a length lies at height 0. */
  readonly bounds: readonly [number, number, number, number];
  readonly level: number;
  /** Only regions of one label, on one part of the item, are compared; with `between`, only of two sides. */
  readonly group: string;
  readonly side: number;
  place: number;
  share: number;
  seen: number;
}

interface Level {
  readonly all: Set<Entry>;
  readonly cells: Map<number, Entry[]>;
}

export interface OverlapRule {
  /** More of their union than this may no two have in common. */
  readonly most: number;
  /** With what it may be compared, and on which side it stands; null where it is not compared at all. */
  place(region: Region): { readonly group: string; readonly side: number } | null;
}

/** More pairs than this, after all was looked at anew, are compared by the server alone. */
const MOST_COMPARED = 2_000_000;
const LEAST_LEVEL = -8;
const COLUMNS = 2 ** 26;

export class Overlaps {
  readonly #rule: OverlapRule;
  readonly #levels = new Map<number, Level>();
  readonly #entries = new Map<string, Entry>();
  readonly #late = new Set<Entry>();
  readonly #over = new Set<Entry>();
  #stamp = 0;
  #gapped = 0;
  #compared = 0;
  /** Nothing was looked at yet: all of it will be. */
  #isFresh = true;
  /** It takes too long; the server says what is to be said. */
  isOver = false;

  constructor(rule: OverlapRule) {
    this.#rule = rule;
  }

  /** A region came, or another one stands in its place. */
  put(region: Region, place: number): void {
    this.drop(region.id);
    const bounds = boundsOf(region);
    const told = bounds && this.#rule.place(region);
    if (!bounds || !told) return;
    const wide = Math.max(bounds[1] - bounds[0], bounds[3] - bounds[2]);
    const level = Math.max(LEAST_LEVEL, Math.ceil(Math.log2(wide || 1)));
    const entry: Entry = { region, bounds, level, ...told, place, share: 0, seen: 0 };
    this.#entries.set(region.id, entry);
    if (isGapped(region)) this.#gapped++;
    this.#lay(entry);
    this.#late.add(entry);
    if (!this.#isFresh) for (const other of this.#near(entry)) if (other.place > place) this.#late.add(other);
  }

  drop(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#late.delete(entry);
    this.#over.delete(entry);
    if (isGapped(entry.region)) this.#gapped--;
    if (!this.#isFresh) for (const other of this.#near(entry)) if (other.place > entry.place) this.#late.add(other);
    const level = this.#levels.get(entry.level);
    level?.all.delete(entry);
    for (const cell of cellsOf(entry.bounds, entry.level)) {
      const there = level?.cells.get(cell);
      there?.splice(there.indexOf(entry), 1);
    }
  }

  /** Where it stands in the document now. */
  move(id: string, place: number): void {
    const entry = this.#entries.get(id);
    if (entry) entry.place = place;
  }

  /** Looks at everything anew: the order is another one, or it was too much before. */
  again(): void {
    this.#isFresh = true;
    this.isOver = false;
    this.#compared = 0;
    for (const entry of this.#entries.values()) this.#late.add(entry);
  }

  /** Looks at what changed as long as there is time; true where nothing is left to do. */
  step(hasTime: () => boolean): boolean {
    for (const entry of this.#late) {
      if (this.isOver) break;
      if (!hasTime()) return false;
      this.#late.delete(entry);
      this.#look(entry);
      if (this.#compared <= MOST_COMPARED) continue;
      if (this.#isFresh) this.isOver = true;
      else this.again();
    }
    this.#isFresh = false;
    return true;
  }

  /** The regions that cover an earlier one, in the order of the document. */
  found(): readonly { readonly id: string; readonly share: number; readonly place: number }[] {
    if (this.isOver) return [];
    return [...this.#over].sort((a, b) => a.place - b.place).map(({ region, share, place }) => ({ id: region.id, share, place }));
  }

  #look(entry: Entry): void {
    entry.share = 0;
    for (const other of this.#near(entry)) {
      if (other.place >= entry.place) continue;
      this.#compared++;
      if (other.side === entry.side && entry.side >= 0) continue;
      entry.share = Math.max(entry.share, overlapOf(entry.region, other.region));
    }
    if (entry.share > this.#rule.most) this.#over.add(entry);
    else this.#over.delete(entry);
  }

  #lay(entry: Entry): void {
    const known = this.#levels.get(entry.level);
    const level = known ?? { all: new Set<Entry>(), cells: new Map<number, Entry[]>() };
    if (!known) this.#levels.set(entry.level, level);
    level.all.add(entry);
    for (const cell of cellsOf(entry.bounds, entry.level)) {
      const there = level.cells.get(cell);
      if (there) there.push(entry);
      else level.cells.set(cell, [entry]);
    }
  }

  /** What touches it, goes with it, and is not so much larger or smaller that it cannot matter. */
  #near(entry: Entry): Entry[] {
    const stamp = ++this.#stamp;
    const reach = this.#gapped > 0 ? Infinity : Math.ceil(-Math.log2(Math.max(this.#rule.most, 1e-9))) + 1;
    const found: Entry[] = [];
    const look = (list: Iterable<Entry>): void => {
      for (const other of list) {
        if (other.seen === stamp) continue;
        other.seen = stamp;
        if (other.group === entry.group && touch(entry.bounds, other.bounds)) found.push(other);
      }
    };
    entry.seen = stamp;
    for (const [number, level] of this.#levels) {
      if (Math.abs(number - entry.level) > reach || level.all.size === 0) continue;
      if (countOf(entry.bounds, number) > level.all.size) look(level.all); // far wider than the cells: all of them
      else for (const cell of cellsOf(entry.bounds, number)) look(level.cells.get(cell) ?? []);
    }
    return found;
  }
}

function touch(a: Entry["bounds"], b: Entry["bounds"]): boolean {
  return a[0] <= b[1] && b[0] <= a[1] && a[2] <= b[3] && b[2] <= a[3];
}

/** At most so many cells of a grid do bounds touch. */
function countOf([left, right, top, bottom]: Entry["bounds"], number: number): number {
  return ((right - left) / 2 ** number + 2) * ((bottom - top) / 2 ** number + 2);
}

function cellsOf([left, right, top, bottom]: Entry["bounds"], number: number): number[] {
  const side = 2 ** number;
  const cells: number[] = [];
  for (let y = Math.floor(top / side); y <= Math.floor(bottom / side); y++) {
    for (let x = Math.floor(left / side); x <= Math.floor(right / side); x++) cells.push(y * COLUMNS + x);
  }
  return cells;
}

function boundsOf(region: Region): Entry["bounds"] | null {
  if (region.kind === "box") return [region.at.x, region.at.x + region.at.w, region.at.y, region.at.y + region.at.h];
  if (region.kind === "span" || region.kind === "segment") return [region.at.start, region.at.end, 0, 0];
  return null;
}

function isGapped(region: Region): boolean {
  return region.kind === "span" && (region.at.gaps?.length ?? 0) > 0;
}
