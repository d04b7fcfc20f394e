/** What a drag on a sound does: draw, move, resize, scroll. The region is written once, at the end. */

import type { Point } from "../../geometry/rect";
import { timeAt, whole, xOf, type TimeView, type Timed } from "../../geometry/timeline";
import type { Mode } from "../../core/state";
import { stripAt, type Layout } from "./layout";
import type { TimeMark } from "../../layers/time/marks";

type Kind = "none" | "pan" | "overview" | "draw" | "move" | "start" | "end";

export interface Beginning {
  readonly mode: Mode;
  /** Whether drawing makes anything now. */
  readonly draws: boolean;
  readonly selected: TimeMark | null;
  readonly hit: TimeMark | null;
}

export type Scrolled = { readonly kind: "pan"; readonly by: number } | { readonly kind: "jump"; readonly to: number };

const REACH = 7;

export class Dragging {
  #kind: Kind = "none";
  #last = 0;
  /** The stretch as it is during the drag. */
  live: Timed | null = null;
  /** The region that is moved or resized. */
  grabbed: TimeMark | null = null;
  channel: number | null = null;

  get isNew(): boolean {
    return this.#kind === "draw";
  }

  begin(at: Point, view: TimeView, layout: Layout, how: Beginning): void {
    this.end();
    this.#last = at.x;
    const x = at.x - layout.ruler.x;
    if (at.y < layout.ruler.y) this.#kind = "overview";
    else if (how.mode === "pan") this.#kind = "pan";
    else if (how.selected && !how.selected.isInstant && this.#grabEdge(x, view, how.selected)) return;
    else if (how.mode === "draw" && how.draws) this.#startDrawing(at, layout);
    else if (how.hit) {
      this.#kind = "move";
      this.grabbed = how.hit;
    } else this.#kind = "pan";
  }

  #grabEdge(x: number, view: TimeView, mark: TimeMark): boolean {
    const [start, end] = [Math.abs(xOf(view, mark.start) - x), Math.abs(xOf(view, mark.end) - x)];
    if (Math.min(start, end) > REACH) return false;
    this.#kind = start < end ? "start" : "end";
    this.grabbed = mark;
    return true;
  }

  /** On the strip of one of several channels, a new region lies on that channel; elsewhere on all. */
  #startDrawing(at: Point, layout: Layout): void {
    this.#kind = "draw";
    this.channel = layout.strips.length > 1 ? stripAt(layout, at.y) : null;
  }

  /** Follows the pointer; returns how the view is to move, if it is. */
  move(at: Point, from: Point, view: TimeView, layout: Layout, limit: number): Scrolled | null {
    const x = layout.ruler.x;
    const inside = (seconds: number): number => Math.max(0, Math.min(seconds, limit));
    const now = inside(milli(timeAt(view, at.x - x), view));
    const mark = this.grabbed;
    if (this.#kind === "overview") return { kind: "jump", to: this.overviewTime(at.x, layout, limit) };
    if (this.#kind === "pan") {
      const by = at.x - this.#last;
      this.#last = at.x;
      return { kind: "pan", by };
    }
    if (this.#kind === "draw") {
      const first = inside(milli(timeAt(view, from.x - x), view));
      this.live = { start: Math.min(first, now), end: Math.max(first, now) };
    } else if (mark && this.#kind === "move") {
      const by = milli((at.x - from.x) / view.scale, view);
      const kept = Math.max(-mark.start, Math.min(by, limit - mark.end));
      this.live = { start: mark.start + kept, end: mark.end + kept };
    } else if (mark && this.#kind === "start") {
      this.live = { start: Math.min(now, mark.end - 0.001), end: mark.end };
    } else if (mark && this.#kind === "end") {
      this.live = { start: mark.start, end: Math.max(now, mark.start + 0.001) };
    }
    return null;
  }

  overviewTime(x: number, layout: Layout, seconds: number): number {
    const { overview } = layout;
    return timeAt(whole({ from: 0, to: seconds, width: overview.w }), x - overview.x);
  }

  end(): void {
    this.#kind = "none";
    this.live = null;
    this.grabbed = null;
    this.channel = null;
  }
}

/** Pointers write whole milliseconds, and finer where a millisecond is wider than some pixels. */
function milli(seconds: number, view: TimeView): number {
  const grain = view.scale > 2000 ? 10_000 : 1000;
  return Math.round(seconds * grain) / grain;
}
