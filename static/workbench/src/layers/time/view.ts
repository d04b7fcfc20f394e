/** Which part of a clip is seen, and every way to change it. */

import {
  closeTo, kept, timeAt, whole, xOf, zoomedAt, type TimeRange, type TimeView, type Timed,
} from "../../geometry/timeline";

/** A longer clip does not begin as a whole, but so close that words can be told apart. */
const FIRST_SCALE = 50;
const WHOLE_FROM = 15;

export class View {
  readonly #moved: () => void;
  #range: TimeRange = { from: 0, to: 1, width: 1 };
  #view: TimeView = { start: 0, scale: 1 };
  #isWhole = true;
  #frame = 0;

  /** `moved` is called in the frame in which the view is drawn anew. */
  constructor(moved: () => void) {
    this.#moved = moved;
  }

  get view(): TimeView {
    return this.#view;
  }

  /** Shows something as long as this; `closest` is how many pixels a second may have at most. */
  open(seconds: number, closest?: number): void {
    this.#range = { from: 0, to: Math.max(seconds, 0.0001), width: this.#range.width, ...(closest ? { closest } : {}) };
    const all = whole(this.#range);
    this.#isWhole = closest !== undefined || all.scale >= WHOLE_FROM;
    this.#view = this.#isWhole ? all : kept({ start: 0, scale: FIRST_SCALE }, this.#range);
  }

  resize(width: number): void {
    this.#range = { ...this.#range, width };
    this.#view = this.#isWhole ? whole(this.#range) : kept(this.#view, this.#range);
  }

  /** Draws again in the next frame, whatever moved. */
  again(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#moved());
  }

  #move(view: TimeView): void {
    this.#view = view;
    this.#isWhole = view.scale <= whole(this.#range).scale * 1.0001;
    this.again();
  }

  zoom(x: number, factor: number): void {
    this.#move(zoomedAt(this.#view, x, factor, this.#range));
  }

  /** Nearer or farther around a moment, if it is in view; else around the middle. */
  zoomAround(seconds: number, factor: number): void {
    const x = xOf(this.#view, seconds);
    this.zoom(x >= 0 && x <= this.#range.width ? x : this.#range.width / 2, factor);
  }

  pan(dx: number): void {
    const { start, scale } = this.#view;
    this.#move(kept({ start: start - dx / scale, scale }, this.#range));
  }

  center(seconds: number): void {
    const { scale } = this.#view;
    this.#move(kept({ start: seconds - this.#range.width / scale / 2, scale }, this.#range));
  }

  fitAll(): void {
    this.#move(whole(this.#range));
  }

  lookAt(stretch: Timed, share: number): void {
    this.#move(closeTo(stretch, share, this.#range));
  }

  /** Brings a stretch into view if no part of it is, or its start is not. */
  reveal(stretch: Timed): void {
    const from = xOf(this.#view, stretch.start);
    if (from >= 0 && from <= this.#range.width) return;
    const long = (stretch.end - stretch.start) * this.#view.scale > this.#range.width * 0.8;
    if (long) {
      const { scale } = this.#view;
      return this.#move(kept({ start: stretch.start - (this.#range.width * 0.1) / scale, scale }, this.#range));
    }
    this.center((stretch.start + stretch.end) / 2);
  }

  /** Turns the page when the play head leaves it. */
  follow(seconds: number, share: number): void {
    const { scale } = this.#view;
    const last = timeAt(this.#view, this.#range.width * 0.95);
    if (seconds >= this.#view.start && seconds <= last) return;
    const view = kept({ start: seconds - (this.#range.width * share) / scale, scale }, this.#range);
    if (view.start !== this.#view.start) this.#move(view);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }
}
