/** The ways of arrows between words: above the lines, round the text in its margin, or a stub. */

import { lanesOf } from "./lanes";

export interface End {
  readonly left: number;
  readonly right: number;
  /** The upper edge of the line of text. */
  readonly top: number;
}

export interface Arc {
  readonly id: string;
  /** Null where the end is too far away to be seen. */
  readonly from: End | null;
  readonly to: End | null;
  /** How wide the plate with the name is, and the one of a stub, which also quotes the far end. */
  readonly plate: number;
  readonly stubPlate: number;
}

export interface Route {
  readonly id: string;
  /** SVG path data. */
  readonly path: string;
  /** Where the head points down at a word; null for a stub that leaves. */
  readonly head: { readonly x: number; readonly y: number } | null;
  /** The middle of the plate. */
  readonly plate: { readonly x: number; readonly y: number; readonly width: number };
  readonly stub: boolean;
}

export interface Page {
  /** Where the text begins; the margin lies before it. */
  readonly left: number;
  readonly right: number;
  /** Room before the text. */
  readonly margin: number;
}

/** How far above its line the first arc runs, and each further one above that. */
export const RISE = 9;
export const STEP = 9;
const LEVELS = 3;
const GUTTER = 12;
const CORNER = 5;
const PLATE = 16;

interface Run {
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

/** A way for each arc that has at least one end in view. */
export function routesOf(arcs: readonly Arc[], page: Page): Route[] {
  const seen = arcs.filter((arc) => arc.from || arc.to);
  const feet = feetOf(seen);
  const lanes = gutterLanes(seen, page);
  const runs: Run[] = [];
  const taken: { x: number; y: number; width: number }[] = [];
  return seen.map((arc, index) => {
    const foot = feet[index] as Foot;
    const route = arc.from && arc.to
      ? Math.abs(arc.from.top - arc.to.top) < 3
        ? bridge(arc, foot, runs)
        : around(arc, foot, runs, lanes[index] ?? page.left - GUTTER, page)
      : stub(arc, foot, runs, page);
    const plate = freePlate(route, taken, page, arc);
    taken.push(plate);
    return { ...route, plate };
  });
}

interface Foot {
  readonly from: number;
  readonly to: number;
}

/** Where each arc stands on its words: side by side where several share them. */
function feetOf(arcs: readonly Arc[]): Foot[] {
  const at = (end: End): string => `${end.left}:${end.top}`;
  const all = new Map<string, string[]>();
  const note = (end: End | null, name: string): void => {
    if (end) all.set(at(end), [...(all.get(at(end)) ?? []), name]);
  };
  arcs.forEach((arc, index) => {
    note(arc.from, `${index}<`);
    note(arc.to, `${index}>`);
  });
  const x = (end: End | null, name: string): number => {
    if (!end) return 0;
    const names = all.get(at(end)) ?? [name];
    return end.left + ((names.indexOf(name) + 1) / (names.length + 1)) * (end.right - end.left);
  };
  return arcs.map((arc, index) => ({ from: x(arc.from, `${index}<`), to: x(arc.to, `${index}>`) }));
}

/** The x of the upright line in the margin, for arcs that go from line to line. */
function gutterLanes(arcs: readonly Arc[], page: Page): (number | undefined)[] {
  const tall = arcs.flatMap((arc, index) =>
    arc.from && arc.to && Math.abs(arc.from.top - arc.to.top) >= 3
      ? [{ index, start: Math.min(arc.from.top, arc.to.top), end: Math.max(arc.from.top, arc.to.top) + 1 }] : []);
  const most = Math.max(1, Math.floor((page.margin - 8) / GUTTER));
  const found: (number | undefined)[] = arcs.map(() => undefined);
  lanesOf(tall).forEach((lane, at) => {
    const arc = tall[at];
    if (arc) found[arc.index] = page.left - GUTTER * (1 + (lane % most));
  });
  return found;
}

/** How far above its row something from `start` to `end` may run without touching what runs there. */
function rise(runs: Run[], row: number, start: number, end: number): number {
  const own = runs.filter((run) => Math.abs(run.row - row) < 3 && run.start < end && start < run.end);
  const level = Math.min(own.length, LEVELS - 1);
  runs.push({ row, start, end });
  return row - RISE - STEP * level;
}

type Unplaced = Omit<Route, "plate"> & { readonly plate: { readonly x: number; readonly y: number } };

function bridge(arc: Arc, foot: Foot, runs: Run[]): Unplaced {
  const { top } = arc.from as End;
  const [low, high] = [Math.min(foot.from, foot.to), Math.max(foot.from, foot.to)];
  const y = rise(runs, top, low, high);
  const path = `M${n(foot.from)} ${n(top)}V${n(y)}H${n(foot.to)}V${n(top - 1)}`;
  return { id: arc.id, path, head: { x: foot.to, y: top - 1 }, plate: { x: (low + high) / 2, y }, stub: false };
}

function around(arc: Arc, foot: Foot, runs: Run[], x: number, page: Page): Unplaced {
  const [from, to] = [arc.from as End, arc.to as End];
  const leave = rise(runs, from.top, x, foot.from);
  const arrive = rise(runs, to.top, x, foot.to);
  const down = arrive > leave ? 1 : -1;
  const bend = Math.min(CORNER, Math.abs(arrive - leave) / 2);
  const path = `M${n(foot.from)} ${n(from.top)}V${n(leave)}H${n(x + bend)}q${-bend} 0 ${-bend} ${n(down * bend)}`
    + `V${n(arrive - down * bend)}q0 ${n(down * bend)} ${bend} ${n(down * bend)}H${n(foot.to)}V${n(to.top - 1)}`;
  const inMargin = page.margin >= arc.plate + 8;
  const plate = inMargin
    ? { x: Math.min(x, page.left - arc.plate / 2 - 4), y: (leave + arrive) / 2 }
    : { x: Math.max((x + foot.from) / 2, page.left + arc.plate / 2), y: leave };
  return { id: arc.id, path, head: { x: foot.to, y: to.top - 1 }, plate, stub: false };
}

function stub(arc: Arc, foot: Foot, runs: Run[], page: Page): Unplaced {
  const end = (arc.from ?? arc.to) as End;
  const x = arc.from ? foot.from : foot.to;
  const fits = x + 10 + arc.stubPlate <= page.right;
  const side = fits ? 1 : -1;
  const y = rise(runs, end.top, fits ? x : x - arc.stubPlate - 10, fits ? x + arc.stubPlate + 10 : x);
  const path = `M${n(x)} ${n(end.top - (arc.to ? 1 : 0))}V${n(y)}H${n(x + side * 10)}`;
  const middle = Math.max(x + side * (10 + arc.stubPlate / 2), page.left - page.margin + arc.stubPlate / 2);
  return { id: arc.id, path, head: arc.to ? { x, y: end.top - 1 } : null, plate: { x: middle, y }, stub: true };
}

/** The plate at its place, or beside it where another plate is in the way. */
function freePlate(route: Unplaced, taken: readonly { x: number; y: number; width: number }[], page: Page, arc: Arc): Route["plate"] {
  const width = route.stub ? arc.stubPlate : arc.plate;
  const { x, y } = route.plate;
  const clear = (one: { x: number; y: number }): boolean => taken.every((other) =>
    Math.abs(other.y - one.y) >= PLATE + 1 || Math.abs(other.x - one.x) >= (other.width + width) / 2 + 2);
  const tries = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5].flatMap((step) =>
    x < page.left ? [{ x, y: y + step * (PLATE + 2) }] : [{ x: x + step * (width / 2 + 4), y }]);
  return { ...(tries.find(clear) ?? { x, y }), width };
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
