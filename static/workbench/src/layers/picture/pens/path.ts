/** Polygons, lines, holes and cuts: point after point by clicks or keys, or in one free stroke. */

import { t } from "../../../core/i18n";
import { gripsOf } from "../../../geometry/editing";
import { alongRing, cut, withHole } from "../../../geometry/joining";
import { settled, type Pair, type Placed, type Ring } from "../../../geometry/places";
import type { Point } from "../../../geometry/rect";
import { drawCross, stepped, type Easel, type Pen, type Stroke } from "./pen";

/** What becomes of the path. */
export type PathUse = "polygon" | "polyline" | "hole" | "cut";

const CLOSE = 10;
const LEAN = 8;
const FREE_STEP = 6;
const DOUBLE_MS = 350;

/** A point of another shape that a new one leans on. */
interface Leaning {
  readonly shape: string;
  readonly ring: Ring;
  readonly index: number;
}

export class PathPen implements Pen {
  readonly #easel: Easel;
  readonly #use: PathUse;
  readonly #replace: (remove: readonly string[], add: readonly Placed[]) => void;
  #points: Pair[] = [];
  #leaning: Leaning | null = null;
  #hover: Point | null = null;
  /** Where the keys are; null while the pointer draws. */
  #cursor: Point | null = null;
  #free = false;
  #lastTap = { time: 0, at: { x: 0, y: 0 } };

  constructor(easel: Easel, use: PathUse, replace: (remove: readonly string[], add: readonly Placed[]) => void) {
    this.#easel = easel;
    this.#use = use;
    this.#replace = replace;
  }

  get isBusy(): boolean {
    return this.#points.length > 0 || this.#cursor !== null;
  }

  get #isClosed(): boolean {
    return this.#use === "polygon" || this.#use === "hole";
  }

  preview(): Placed | null {
    const last = this.#cursor ?? this.#hover;
    const points: Ring = last && this.#points.length ? [...this.#points, [last.x, last.y]] : this.#points;
    if (this.#isClosed && points.length >= 3) return { kind: "polygon", at: { rings: [points] } };
    return points.length >= 2 ? { kind: "polyline", at: { points } } : null;
  }

  decorate(context: CanvasRenderingContext2D): void {
    const { color, halo } = this.#easel;
    this.#points.forEach(([x, y], n) => {
      const at = this.#easel.toScreen({ x, y });
      context.beginPath();
      context.arc(at.x, at.y, n === 0 ? 6 : 4, 0, 2 * Math.PI);
      context.fillStyle = halo;
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = color;
      context.stroke();
    });
    if (this.#cursor) drawCross(context, this.#easel.toScreen(this.#cursor), color, halo);
  }

  press(): void {
    this.#cursor = null;
    this.#free = false;
  }

  /** A drag draws freely: a point every few pixels. */
  drag(at: Point, from: Point): void {
    if (!this.#free) {
      this.#free = true;
      this.#push(this.#easel.snapped(from));
    }
    const point = this.#easel.snapped(at);
    const last = this.#points.at(-1);
    const far = !last || Math.hypot(point.x - last[0], point.y - last[1]) * this.#easel.scale >= FREE_STEP;
    if (far) this.#push(point);
    this.#hover = point;
  }

  drop(): void {
    const free = this.#free;
    this.#free = false;
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (!free || !first || !last) return;
    const back = Math.hypot(first[0] - last[0], first[1] - last[1]) * this.#easel.scale < 2 * CLOSE;
    if (this.#isClosed ? back && this.#points.length > 8 : true) this.#finish();
  }

  tap(at: Point, stroke: Stroke): boolean {
    const now = performance.now();
    const quick = now - this.#lastTap.time < DOUBLE_MS && Math.hypot(at.x - this.#lastTap.at.x, at.y - this.#lastTap.at.y) < LEAN;
    this.#lastTap = { time: now, at };
    if (quick && this.#points.length >= 2) {
      this.#finish();
      return true;
    }
    const first = this.#points[0];
    if (first && this.#isClosed && this.#points.length >= 3) {
      const start = this.#easel.toScreen({ x: first[0], y: first[1] });
      if (Math.hypot(start.x - at.x, start.y - at.y) <= CLOSE) {
        this.#finish();
        return true;
      }
    }
    this.#lean(at, stroke.ctrl);
    return true;
  }

  /** Puts a point on one of a neighbour where one is near; with Ctrl, goes along the neighbour's outline to it. */
  #lean(at: Point, along: boolean): void {
    const near = this.#neighbour(at);
    if (!near) {
      this.#leaning = null;
      return this.#push(this.#easel.snapped(at));
    }
    const before = this.#leaning;
    if (along && before && before.shape === near.shape && before.ring === near.ring && before.index !== near.index) {
      for (const [x, y] of alongRing(near.ring, before.index, near.index)) this.#push({ x, y });
    }
    const [x, y] = near.ring[near.index] as Pair;
    this.#push({ x, y });
    this.#leaning = near;
  }

  #neighbour(at: Point): Leaning | null {
    const reach = LEAN / this.#easel.scale;
    const point = this.#easel.toImage(at);
    for (const shape of this.#easel.near(point, reach)) {
      if (shape.placed.kind !== "polygon") continue;
      for (const ring of shape.placed.at.rings) {
        const index = ring.findIndex(([x, y]) => Math.hypot(x - point.x, y - point.y) <= reach);
        if (index >= 0) return { shape: shape.id, ring, index };
      }
    }
    return null;
  }

  #push({ x, y }: Point): void {
    const last = this.#points.at(-1);
    const { image } = this.#easel;
    const inside: Pair = [Math.min(Math.max(x, 0), image.width), Math.min(Math.max(y, 0), image.height)];
    if (!last || last[0] !== inside[0] || last[1] !== inside[1]) this.#points.push(inside);
  }

  hover(at: Point | null): void {
    if (this.#cursor) return;
    this.#hover = at ? this.#easel.snapped(at) : null;
  }

  begin(): void {
    const { x, y } = this.#easel.toImage(this.#easel.middle);
    this.#cursor = { x: Math.round(x), y: Math.round(y) };
    this.#easel.announce(t("announce.path"));
  }

  arrow(dx: number, dy: number): void {
    const at = this.#cursor ?? this.#hover ?? this.#easel.toImage(this.#easel.middle);
    this.#cursor = stepped(at, dx, dy, this.#easel.image);
  }

  /** By keys: a point where the cursor is, and the end where it has not moved. By pointer: the end. */
  enter(): void {
    const last = this.#points.at(-1);
    const here = this.#cursor;
    if (!here || (last && last[0] === here.x && last[1] === here.y)) return this.#finish();
    this.#push(here);
    this.#easel.announce(t("announce.point", { n: this.#points.length }));
  }

  back(): void {
    this.#points.pop();
    this.#leaning = null;
    if (this.#points.length === 0) this.cancel();
  }

  cancel(): void {
    this.#points = [];
    this.#leaning = null;
    this.#cursor = null;
    this.#free = false;
  }

  #finish(): void {
    const points = this.#points;
    const least = this.#isClosed ? 3 : 2;
    if (points.length < least) return this.#easel.announce(t("announce.tooFewPoints", { n: least }));
    this.cancel();
    if (this.#use === "polygon") this.#easel.add({ kind: "polygon", at: settled({ kind: "polygon", at: { rings: [points] } }) });
    else if (this.#use === "polyline") this.#easel.add({ kind: "polyline", at: settled({ kind: "polyline", at: { points } }) });
    else this.#change(points);
  }

  /** A hole in the selected polygon, or a cut through the selected shape. */
  #change(points: Ring): void {
    const shape = this.#easel.selected();
    if (!shape) return;
    if (this.#use === "hole") {
      const at = shape.placed.kind === "polygon" ? withHole(shape.placed.at, points) : null;
      if (at) this.#easel.place(shape.id, { kind: "polygon", at });
      else this.#easel.announce(t("announce.noHole"));
      return;
    }
    const parts = cut(shape.placed, points);
    if (parts) this.#replace([shape.id], parts);
    else this.#easel.announce(t("announce.noCut"));
  }
}

/** How many grips a shape has that can be stepped through by keys. */
export function pointGrips(shape: Placed): string[] {
  return gripsOf(shape, 0).filter((grip) => grip.role === "point" || grip.role === "joint").map((grip) => grip.id);
}
