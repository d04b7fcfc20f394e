/** Time a person spent on a task: the clock stands still while the page is hidden or nobody is there. */

/** A pause without any input longer than this counts as absence. */
const IDLE_MS = 60_000;

export class Stopwatch {
  #spent = 0;
  #last: number | null = null;
  #touchedAt = 0;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `isAway`: the page is hidden, and the clock waits for whoever comes back. */
  start(isAway = false): void {
    this.#spent = 0;
    this.#touchedAt = this.#now();
    this.#last = isAway ? null : this.#touchedAt;
  }

  /** Call at every input: the time since the last one counts, up to the idle limit. */
  touch(): void {
    const now = this.#now();
    if (this.#last !== null) this.#spent += Math.min(now - this.#last, IDLE_MS);
    this.#last = now;
    this.#touchedAt = now;
  }

  /** Call when the page is hidden; `touch` starts the clock again. */
  pause(): void {
    this.touch();
    this.#last = null;
  }

  /** Milliseconds since the last input, whether the page is seen or not. */
  idleMs(): number {
    return this.#now() - this.#touchedAt;
  }

  /** Seconds spent so far, to one decimal. */
  seconds(): number {
    const open = this.#last === null ? 0 : Math.min(this.#now() - this.#last, IDLE_MS);
    return Math.round((this.#spent + open) / 100) / 10;
  }
}
