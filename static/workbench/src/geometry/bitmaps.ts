/** What a brush, a bucket and a wand do to bitmaps, and the way between bitmaps and outlines. */

import type { Pair, PolygonPlace, Ring } from "./places";
import type { Point, Rect, Size } from "./rect";
import type { Bitmap } from "./runs";

/** Sets the pixels within `radius` of the way from `a` to `b`; returns the part that may have changed. */
export function paintStroke(bitmap: Bitmap, a: Point, b: Point, radius: number, value: 0 | 1): Rect {
  const { data, w, h } = bitmap;
  const ax = a.x - bitmap.x - 0.5;
  const ay = a.y - bitmap.y - 0.5;
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const top = Math.max(0, Math.ceil(Math.min(ay, ay + dy) - radius));
  const bottom = Math.min(h - 1, Math.floor(Math.max(ay, ay + dy) + radius));
  const left = Math.max(0, Math.ceil(Math.min(ax, ax + dx) - radius));
  const right = Math.min(w - 1, Math.floor(Math.max(ax, ax + dx) + radius));
  const reach = radius * radius;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = length ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
      const offX = x - ax - along * dx;
      const offY = y - ay - along * dy;
      if (offX * offX + offY * offY <= reach) data[y * w + x] = value;
    }
  }
  return { x: left, y: top, w: Math.max(0, right - left + 1), h: Math.max(0, bottom - top + 1) };
}

/** Sets every pixel inside the rings whose middle they go round an odd number of times. */
export function paintRings(bitmap: Bitmap, rings: readonly Ring[], value: 0 | 1): void {
  const { data, w, h } = bitmap;
  for (let y = 0; y < h; y++) {
    const cuts = cutsAt(rings, bitmap.y + y + 0.5);
    for (let index = 0; index + 1 < cuts.length; index += 2) {
      const from = Math.max(0, Math.ceil((cuts[index] as number) - bitmap.x - 0.5));
      const to = Math.min(w, Math.ceil((cuts[index + 1] as number) - bitmap.x - 0.5));
      if (to > from) data.fill(value, y * w + from, y * w + to);
    }
  }
}

/** Where a horizontal line crosses the rings, from left to right. */
function cutsAt(rings: readonly Ring[], y: number): number[] {
  const cuts: number[] = [];
  for (const ring of rings) {
    let [fromX, fromY] = ring[ring.length - 1] as Pair;
    for (const [toX, toY] of ring) {
      if (fromY <= y !== toY <= y) cuts.push(fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX));
      fromX = toX;
      fromY = toY;
    }
  }
  return cuts.sort((a, b) => a - b);
}

/** Sets what is closed in: every pixel that cannot be reached from the border. */
export function fillHoles(bitmap: Bitmap): void {
  const { data, w, h } = bitmap;
  const outside = new Uint8Array(w * h);
  const waiting: number[] = [];
  const visit = (place: number): void => {
    if (data[place] || outside[place]) return;
    outside[place] = 1;
    waiting.push(place);
  };
  for (let x = 0; x < w; x++) {
    visit(x);
    visit((h - 1) * w + x);
  }
  for (let y = 0; y < h; y++) {
    visit(y * w);
    visit(y * w + w - 1);
  }
  while (waiting.length) eachNeighbour(waiting.pop() as number, w, h, visit);
  for (let place = 0; place < data.length; place++) if (!outside[place]) data[place] = 1;
}

function eachNeighbour(place: number, w: number, h: number, visit: (place: number) => void): void {
  const x = place % w;
  if (x > 0) visit(place - 1);
  if (x < w - 1) visit(place + 1);
  if (place >= w) visit(place - w);
  if (place < (h - 1) * w) visit(place + w);
}

/** For each pixel that is set, the number of its joined area from 1 on, and how large each area is. */
export function areasOf({ data, w, h }: Bitmap): { readonly numbers: Uint32Array; readonly sizes: number[] } {
  const numbers = new Uint32Array(data.length);
  const sizes = [0];
  const waiting: number[] = [];
  for (let start = 0; start < data.length; start++) {
    if (!data[start] || numbers[start]) continue;
    const number = sizes.length;
    let size = 0;
    const visit = (place: number): void => {
      if (!data[place] || numbers[place]) return;
      numbers[place] = number;
      size++;
      waiting.push(place);
    };
    visit(start);
    while (waiting.length) eachNeighbour(waiting.pop() as number, w, h, visit);
    sizes.push(size);
  }
  return { numbers, sizes };
}

/**
 * The joined area around a point whose colours differ from it by at most `tolerance` (0 to 255) in
 * every channel. `pixels` are RGBA, row after row.
 */
export function wandArea(pixels: Uint8ClampedArray, size: Size, start: Point, tolerance: number): Uint8Array {
  const { width: w, height: h } = size;
  const area = new Uint8Array(w * h);
  const seed = (Math.min(h - 1, Math.max(0, Math.floor(start.y))) * w + Math.min(w - 1, Math.max(0, Math.floor(start.x)))) * 4;
  const [r, g, b] = [pixels[seed] as number, pixels[seed + 1] as number, pixels[seed + 2] as number];
  const waiting: number[] = [];
  const visit = (place: number): void => {
    if (area[place]) return;
    const at = place * 4;
    if (
      Math.abs((pixels[at] as number) - r) > tolerance ||
      Math.abs((pixels[at + 1] as number) - g) > tolerance ||
      Math.abs((pixels[at + 2] as number) - b) > tolerance
    ) return;
    area[place] = 1;
    waiting.push(place);
  };
  visit(seed / 4);
  while (waiting.length) eachNeighbour(waiting.pop() as number, w, h, visit);
  return area;
}

/**
 * The outlines of what is set, along the edges of pixels: each outer ring clockwise on the screen,
 * each hole the other way round. Pixels that touch at a corner only are apart.
 */
export function ringsOf(bitmap: Bitmap): Pair[][] {
  const { data, w, h } = bitmap;
  const wide = w + 1;
  const isSet = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < w && y < h && data[y * w + x] === 1;
  // Each edge starts at a corner and goes right, down, left or up, what is set on its right hand.
  const goes = new Map<number, number[]>();
  const add = (x: number, y: number, way: number): void => {
    const there = goes.get(y * wide + x);
    if (there) there.push(way);
    else goes.set(y * wide + x, [way]);
  };
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      if (!isSet(x, y)) continue;
      if (!isSet(x, y - 1)) add(x, y, 0);
      if (!isSet(x + 1, y)) add(x + 1, y, 1);
      if (!isSet(x, y + 1)) add(x + 1, y + 1, 2);
      if (!isSet(x - 1, y)) add(x, y + 1, 3);
    }
  }
  const rings: Pair[][] = [];
  for (const [start, ways] of goes) {
    while (ways.length) rings.push(walk(start, ways, goes, wide, bitmap));
  }
  return rings;
}

const STEPS = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;

/** Follows the edges from a corner until the ring is closed. */
function walk(start: number, first: number[], goes: Map<number, number[]>, wide: number, from: Rect): Pair[] {
  const ring: Pair[] = [];
  const opening = first.pop() as number;
  let corner = start;
  let way = opening;
  let before = -1;
  for (;;) {
    const x = corner % wide;
    const y = Math.floor(corner / wide);
    if (way !== before) ring.push([from.x + x, from.y + y]);
    const [dx, dy] = STEPS[way] as readonly [number, number];
    corner = (y + dy) * wide + x + dx;
    before = way;
    const ways = goes.get(corner) ?? [];
    // Where two pixels touch at a corner, the right turn stays with the same pixel.
    const turns = [1, 0, 3].map((turn) => (before + turn) % 4);
    const next = turns.find((one) => ways.includes(one) || (corner === start && one === opening));
    if (next === undefined || (corner === start && next === opening)) return openedAtATurn(ring);
    ways.splice(ways.indexOf(next), 1);
    way = next;
  }
}

/** The walk may have begun in the middle of a straight side. */
function openedAtATurn(ring: Pair[]): Pair[] {
  const [last, first, second] = [ring.at(-1), ring[0], ring[1]];
  if (!last || !first || !second) return ring;
  const straight = (last[0] === first[0] && first[0] === second[0]) || (last[1] === first[1] && first[1] === second[1]);
  return straight ? ring.slice(1) : ring;
}

/** The ring without the points that lie nearer than `tolerance` to the line of their neighbours (Douglas and Peucker, 1973). */
export function simplified(ring: Ring, tolerance: number): Ring {
  if (ring.length <= 4 || tolerance <= 0) return ring;
  // A ring has no ends: the two points furthest apart along it serve as such.
  const middle = furthest(ring, 0);
  const first = kept([...ring.slice(0, middle + 1)], tolerance);
  const second = kept([...ring.slice(middle), ring[0] as Pair], tolerance);
  const all = [...first.slice(0, -1), ...second.slice(0, -1)];
  return all.length >= 3 ? all : ring;
}

function furthest(ring: Ring, from: number): number {
  const [x, y] = ring[from] as Pair;
  let best = 0;
  let distance = -1;
  ring.forEach(([otherX, otherY], index) => {
    const away = (otherX - x) ** 2 + (otherY - y) ** 2;
    if (away > distance) [best, distance] = [index, away];
  });
  return best;
}

function kept(line: Ring, tolerance: number): Pair[] {
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const waiting: Array<readonly [number, number]> = [[0, line.length - 1]];
  while (waiting.length) {
    const [from, to] = waiting.pop() as readonly [number, number];
    let best = -1;
    let most = tolerance;
    for (let index = from + 1; index < to; index++) {
      const away = distanceToLine(line[index] as Pair, line[from] as Pair, line[to] as Pair);
      if (away > most) [best, most] = [index, away];
    }
    if (best < 0) continue;
    keep[best] = 1;
    waiting.push([from, best], [best, to]);
  }
  return line.filter((_point, index) => keep[index]) as Pair[];
}

/** How far a point is from the stretch between two others. */
export function distanceToLine([x, y]: Pair, [ax, ay]: Pair, [bx, by]: Pair): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Twice the area inside a ring, above 0 where it goes clockwise on the screen. */
export function signedArea(ring: Ring): number {
  let total = 0;
  let [beforeX, beforeY] = ring[ring.length - 1] as Pair;
  for (const [x, y] of ring) {
    total += beforeX * y - x * beforeY;
    beforeX = x;
    beforeY = y;
  }
  return total;
}

/** The outlines of a bitmap as polygons, each with its holes, the largest first. */
export function polygonsOf(bitmap: Bitmap, tolerance: number): PolygonPlace[] {
  const rings = ringsOf(bitmap).map((ring) => simplified(ring, tolerance));
  const outer = rings.filter((ring) => signedArea(ring) > 0).sort((a, b) => signedArea(b) - signedArea(a));
  const holes = rings.filter((ring) => signedArea(ring) < 0);
  const polygons = outer.map((ring) => [ring]);
  for (const hole of holes) {
    const owner = polygons.findLast(([ring]) => ringHolds(ring as Ring, hole[0] as Pair));
    (owner ?? polygons[0])?.push(hole);
  }
  return polygons.map((all) => ({ rings: all }));
}

/** Whether a point lies inside a ring, by the even-odd rule; points on the edge may go either way. */
export function ringHolds(ring: Ring, [x, y]: Pair): boolean {
  let inside = false;
  let [beforeX, beforeY] = ring[ring.length - 1] as Pair;
  for (const [nextX, nextY] of ring) {
    if (beforeY <= y !== nextY <= y && x < beforeX + ((y - beforeY) / (nextY - beforeY)) * (nextX - beforeX)) inside = !inside;
    beforeX = nextX;
    beforeY = nextY;
  }
  return inside;
}
