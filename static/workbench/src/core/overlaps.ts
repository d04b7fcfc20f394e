/**
 * Which regions cover an earlier one too much, kept up to date as regions come, change and go.
 *
 * Each lies in cells as wide as it is, one grid for each power of two, so that a change looks only at what lies near
 * it and, for boxes, spans and segments, is about as large. Of other outlines only those are compared that may share
 * too much by their sizes and the boxes around them. Lines, points, skeletons, tracks, and masks with other outlines
 * are compared by the server alone.
 */

import { boundsOf as rectOf } from "../geometry/places";
import { mostShared, outlineOf, shareOf, workOf, type Outline } from "./areas";
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
  /** Worked out when it matters. */
  outline?: Outline | null;
}

/** A region that is being compared with those near it. */
interface Half {
  readonly entry: Entry;
  readonly near: readonly Entry[];
  next: number;
  share: number;
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
/** Crossings of lines and outlines that take as long as a pair of boxes. */
const CROSSINGS = 4;
/** More crossings than this would hold up a frame: such a pair is compared by the server alone. */
const MOST_WORK = 100_000;
/** Sizes measured along other lines differ a little. */
const SLACK = 0.02;
const LEAST_LEVEL = -8;
const COLUMNS = 2 ** 26;

export class Overlaps {
  readonly #rule: OverlapRule;
  readonly #levels = new Map<number, Level>();
  readonly #entries = new Map<string, Entry>();
  readonly #late = new Set<Entry>();
  readonly #over = new Set<Entry>();
  #stamp = 0;
  #uneven = 0;
  #half: Half | null = null;
  #compared = 0;
  /** Nothing was looked at yet: all of it will be. */
  #isFresh = true;
  /** Something was looked at: who lies near what comes or goes is looked at again. */
  #isBegun = false;
  /** It takes too long; the server says what is to be said. */
  isOver = false;
  #tooMany = 0;

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
    if (isUneven(region)) this.#uneven++;
    this.#lay(entry);
    this.#late.add(entry);
    if (this.#isBegun) for (const other of this.#near(entry)) if (other.place > place) this.#late.add(other);
  }

  drop(id: string): void {
    const entry = this.#entries.get(id);
    this.#half = null;
    if (!entry) return;
    this.#entries.delete(id);
    this.#late.delete(entry);
    this.#over.delete(entry);
    if (isUneven(entry.region)) this.#uneven--;
    // Those behind it may have moved up to its place or before it by now: all that lie near.
    if (this.#isBegun) for (const other of this.#near(entry)) this.#late.add(other);
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
    this.#half = null;
    if (entry) entry.place = place;
  }

  /** It was too much, and is a tenth less by now. */
  get isWorthAgain(): boolean {
    return this.isOver && this.#entries.size <= 0.9 * this.#tooMany;
  }

  /** Looks at everything anew: the order is another one, or it was too much before. */
  again(): void {
    this.#isFresh = true;
    this.isOver = this.#isBegun = false;
    this.#half = null;
    this.#compared = 0;
    for (const entry of this.#entries.values()) this.#late.add(entry);
  }

  /** Looks at what changed as long as there is time; true where nothing is left to do. */
  step(hasTime: () => boolean): boolean {
    for (const entry of this.#late) {
      if (this.isOver) break;
      this.#isBegun = true;
      if (!hasTime() || !this.#look(entry, hasTime)) return false;
      this.#late.delete(entry);
      if (this.#compared <= MOST_COMPARED) continue;
      if (!this.#isFresh) this.again();
      else {
        this.isOver = true;
        this.#tooMany = this.#entries.size;
      }
    }
    this.#isFresh = false;
    return true;
  }

  /** The regions that cover an earlier one, in the order of the document. */
  found(): readonly { readonly id: string; readonly share: number; readonly place: number }[] {
    if (this.isOver) return [];
    return [...this.#over].sort((a, b) => a.place - b.place).map(({ region, share, place }) => ({ id: region.id, share, place }));
  }

  /** Compares it with those near it; false where there was no time for all of them, to go on from there. */
  #look(entry: Entry, hasTime: () => boolean): boolean {
    const half = this.#half?.entry === entry ? this.#half : { entry, near: this.#near(entry), next: 0, share: 0 };
    this.#half = half;
    while (half.next < half.near.length) {
      const other = half.near[half.next++] as Entry;
      if (other.place >= entry.place) continue;
      this.#compared++;
      if (other.side === entry.side && entry.side >= 0) continue;
      const before = this.#compared;
      half.share = Math.max(half.share, this.#shareOf(entry, other));
      if (this.#compared > before && !hasTime()) return false;
    }
    this.#half = null;
    entry.share = half.share;
    if (entry.share > this.#rule.most) this.#over.add(entry);
    else this.#over.delete(entry);
    return true;
  }

  #shareOf(entry: Entry, other: Entry): number {
    if (isPlain(entry.region) && isPlain(other.region)) return overlapOf(entry.region, other.region);
    const one = this.#outlineOf(entry), two = this.#outlineOf(other);
    if (!one || !two) return 0;
    const [left, right, top, bottom] = entry.bounds, [otherLeft, otherRight, otherTop, otherBottom] = other.bounds;
    const both = [Math.max(left, otherLeft), Math.min(right, otherRight), Math.max(top, otherTop), Math.min(bottom, otherBottom)] as const;
    const share = mostShared(one, two, both);
    const work = workOf(one, two);
    if (share <= 0 || share * (1 + SLACK) + SLACK <= this.#rule.most || work > MOST_WORK) return 0;
    this.#compared += Math.ceil(work / CROSSINGS);
    return shareOf(one, two);
  }

  #outlineOf(entry: Entry): Outline | null {
    if (entry.outline === undefined) {
      entry.outline = outlineOf(entry.region);
      this.#compared += Math.ceil((entry.outline?.work ?? 0) / CROSSINGS);
    }
    return entry.outline;
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
    const reach = this.#uneven > 0 ? Infinity : Math.ceil(-Math.log2(Math.max(this.#rule.most, 1e-9))) + 1;
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
  switch (region.kind) {
    case "box": case "rotated_box": case "polygon": case "ellipse": case "mask": {
      const { x, y, w, h } = rectOf(region);
      return [x, x + w, y, y + h];
    }
    case "span": case "segment": return [region.at.start, region.at.end, 0, 0];
    default: return null;
  }
}

/** Two of these share just what their ends say. */
function isPlain({ kind }: Region): boolean {
  return kind === "box" || kind === "span" || kind === "segment";
}

/** It may have its size in a small part of its bounds, and so much in common with something far smaller. */
function isUneven(region: Region): boolean {
  return !isPlain(region) || (region.kind === "span" && (region.at.gaps?.length ?? 0) > 0);
}
