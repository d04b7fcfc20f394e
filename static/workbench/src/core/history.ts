/** Undo and redo. A step holds what was there before and after; both share what did not change. */

export interface Step<T> {
  readonly before: T;
  readonly after: T;
  /** Steps with the same mark, one after the other, become one: a drag, or a row of nudges. */
  readonly merge: string | null;
}

/** Nudges closer together than this are one step. */
const MERGE_MS = 1000;
export const MOST_STEPS = 500;

/** What happened, for whoever keeps a journal. `joins`: it became one step with the one before. */
export type HistoryWord<T> = (Step<T> & { readonly is: "do"; readonly joins: boolean }) | { readonly is: "undo" | "redo" };

export class History<T> {
  #past: Step<T>[] = [];
  #future: Step<T>[] = [];
  #sealed = true;
  #lastAt = 0;
  onStep: (word: HistoryWord<T>) => void = () => undefined;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  get past(): readonly Step<T>[] {
    return this.#past;
  }

  get future(): readonly Step<T>[] {
    return this.#future;
  }

  /** Takes over a history as it was. */
  load(past: readonly Step<T>[], future: readonly Step<T>[]): void {
    this.#past = [...past];
    this.#future = [...future];
    this.#sealed = true;
  }

  /** Remembers a step and forgets what had been undone. */
  record(step: Step<T>): void {
    const last = this.#past.at(-1);
    const at = this.#now();
    const joins =
      last !== undefined &&
      !this.#sealed &&
      step.merge !== null &&
      step.merge === last.merge &&
      at - this.#lastAt < MERGE_MS;
    if (joins) this.#past[this.#past.length - 1] = { ...step, before: last.before };
    else this.#past.push(step);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#future = [];
    this.#sealed = false;
    this.#lastAt = at;
    this.onStep({ ...step, is: "do", joins });
  }

  /** Ends a gesture: the next step stands for itself. */
  seal(): void {
    this.#sealed = true;
  }

  /** What was there before the last step, or null when there is none. */
  undo(): T | null {
    const step = this.#past.pop();
    if (!step) return null;
    this.#future.push(step);
    this.#sealed = true;
    this.onStep({ is: "undo" });
    return step.before;
  }

  /** What the last undone step had made, or null when there is none. */
  redo(): T | null {
    const step = this.#future.pop();
    if (!step) return null;
    this.#past.push(step);
    this.#sealed = true;
    this.onStep({ is: "redo" });
    return step.after;
  }

  clear(): void {
    this.#past = [];
    this.#future = [];
    this.#sealed = true;
  }
}
