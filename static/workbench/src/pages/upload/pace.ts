/** How fast something goes, from its last half minute. */

const WINDOW_MS = 30_000;

export class Pace {
  readonly #now: () => number;
  #points: { readonly at: number; readonly done: number }[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  note(done: number): void {
    const at = this.#now();
    this.#points = [...this.#points.filter((point) => at - point.at < WINDOW_MS), { at, done }];
  }

  /** Units a second; null while it cannot be told yet. */
  get rate(): number | null {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (!first || !last || last.at - first.at < 1000 || last.done <= first.done) return null;
    return (1000 * (last.done - first.done)) / (last.at - first.at);
  }

  /** Seconds left until `total`; null while it cannot be told. */
  left(total: number): number | null {
    const last = this.#points.at(-1);
    const { rate } = this;
    return rate === null || !last ? null : Math.max(0, total - last.done) / rate;
  }
}
