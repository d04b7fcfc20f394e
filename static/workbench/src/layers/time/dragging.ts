/** What a drag on a time line does: draw, move, resize, scroll. The region is written once, at the end. */

import type { Point } from "../../geometry/rect";
import { timeAt, whole, xOf, type TimeView, type Timed } from "../../geometry/timeline";
import type { Mode } from "../../core/state";
import type { TimeMark } from "./marks";
import type { TimeLayout } from "./rows";

type Kind = "none" | "pan" | "overview" | "draw" | "move" | "start" | "end";

export interface Beginning {
  readonly mode: Mode;
  /** Whether drawing makes anything now. */
  readonly draws: boolean;
  readonly selected: TimeMark | null;
  readonly hit: TimeMark | null;
  /** Where a new region would lie; null is all channels. */
  readonly channel: number | null;
  /** Where a moment under the pointer is set down: on a whole millisecond, or on a sample. */
  settled(seconds: number): number;
}

export type Scrolled = { readonly kind: "pan"; readonly by: number } | { readonly kind: "jump"; readonly to: number };

const REACH = 7;
const LEAST_SECONDS = 0.001;

export class Dragging {
  #kind: Kind = "none";
  #last = 0;
  /** The stretch as it is during the drag. */
  live: Timed | null = null;
  /** The region that is moved or resized. */
  grabbed: TimeMark | null = null;
  channel: number | null = null;
  #settled: (seconds: number) => number = (seconds) => seconds;

  get isNew(): boolean {
    return this.#kind === "draw";
  }

  begin(at: Point, view: TimeView, layout: TimeLayout, how: Beginning): void {
    this.end();
    this.#last = at.x;
    this.#settled = how.settled;
    const x = at.x - layout.ruler.x;
    if (at.y < layout.ruler.y) this.#kind = "overview";
    else if (how.mode === "pan") this.#kind = "pan";
    else if (how.selected && !how.selected.isInstant && this.#grabEdge(x, view, how.selected)) return;
    else if (how.mode === "draw" && how.draws) this.#startDrawing(how.channel);
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

  #startDrawing(channel: number | null): void {
    this.#kind = "draw";
    this.channel = channel;
  }

  /** Follows the pointer; returns how the view is to move, if it is. */
  move(at: Point, from: Point, view: TimeView, layout: TimeLayout, limit: number): Scrolled | null {
    const x = layout.ruler.x;
    const inside = (seconds: number): number => Math.max(0, Math.min(seconds, limit));
    const now = inside(this.#settled(timeAt(view, at.x - x)));
    const mark = this.grabbed;
    if (this.#kind === "overview") return { kind: "jump", to: this.overviewTime(at.x, layout, limit) };
    if (this.#kind === "pan") {
      const by = at.x - this.#last;
      this.#last = at.x;
      return { kind: "pan", by };
    }
    if (this.#kind === "draw") {
      const first = inside(this.#settled(timeAt(view, from.x - x)));
      this.live = { start: Math.min(first, now), end: Math.max(first, now) };
    } else if (mark && this.#kind === "move") {
      const by = this.#settled(mark.start + (at.x - from.x) / view.scale) - mark.start;
      const kept = Math.max(-mark.start, Math.min(by, limit - mark.end));
      this.live = { start: mark.start + kept, end: mark.end + kept };
    } else if (mark && this.#kind === "start") {
      this.live = { start: Math.min(now, mark.end - LEAST_SECONDS), end: mark.end };
    } else if (mark && this.#kind === "end") {
      this.live = { start: mark.start, end: Math.max(now, mark.start + LEAST_SECONDS) };
    }
    return null;
  }

  overviewTime(x: number, layout: TimeLayout, seconds: number): number {
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
