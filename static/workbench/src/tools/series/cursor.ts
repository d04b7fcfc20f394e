/** The cursor of a series: where values are read and keys mark, on a sample unless somebody wants otherwise. */

import { tenThousandth } from "../../geometry/timeline";
import type { View } from "../../layers/time/view";
import type { Source } from "./source";

/** One press of an arrow moves it about so far. */
const PIXELS = 8;

interface Stage {
  readonly source: Source | null;
  readonly view: View;
  readonly layout: { readonly ruler: { readonly w: number } };
  readonly snaps: boolean;
  drawTop(): void;
}

export class Cursor {
  readonly #stage: Stage;
  at = 0;
  readonly isPlaying = false;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** A moment as edges are set down: on the nearest sample, or where it is. */
  settled(seconds: number): number {
    const sample = this.#stage.snaps ? this.#stage.source?.sampleAt(seconds) : null;
    return tenThousandth(sample?.t ?? seconds);
  }

  put(seconds: number): void {
    this.at = this.settled(this.#inside(seconds));
  }

  moveTo(seconds: number): void {
    this.at = tenThousandth(this.#inside(seconds));
    this.#stage.view.reveal({ start: this.at, end: this.at });
    this.#stage.drawTop();
  }

  #inside(seconds: number): number {
    return Math.max(0, Math.min(seconds, this.#stage.source?.seconds ?? 0));
  }

  /** The moment so many samples away, or pixels where edges are set down anywhere. */
  stepped(seconds: number, steps: number): number {
    if (!this.#stage.snaps || !this.#stage.source) return seconds + steps / this.#stage.view.view.scale;
    return this.neighbour(seconds, steps);
  }

  /** The sample so many rows away; by the usual step where its time is still on its way. */
  neighbour(seconds: number, steps: number): number {
    const { source } = this.#stage;
    const row = source?.rowAt(seconds) ?? null;
    if (!source || row === null) return seconds + steps * (source?.step ?? 0);
    const wanted = Math.max(0, Math.min(row + steps, source.rows - 1));
    return source.timeOf(wanted) ?? seconds + steps * source.step;
  }

  /** A little, but at least one sample; `isFar`: a tenth of the screen. */
  move(by: 1 | -1, isFar: boolean): void {
    const pixels = isFar ? this.#stage.layout.ruler.w / 10 : PIXELS;
    const wanted = this.at + (by * pixels) / this.#stage.view.view.scale;
    const nearest = this.#stage.snaps ? (this.#stage.source?.sampleAt(wanted)?.t ?? wanted) : wanted;
    const hasMoved = by > 0 ? nearest > this.at + 1e-4 : nearest < this.at - 1e-4;
    this.moveTo(hasMoved ? nearest : this.neighbour(this.at, by));
  }
}
