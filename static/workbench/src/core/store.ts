/** State that is replaced, never changed in place, and tells its listeners once per transaction. */

export type Listener = () => void;

export class Store<S extends object> {
  #state: S;
  #depth = 0;
  #changed = false;
  readonly #listeners = new Set<Listener>();

  constructor(initial: S) {
    this.#state = initial;
  }

  get state(): S {
    return this.#state;
  }

  /** Replaces the given parts. Setting what is already there tells nobody. */
  set(patch: Partial<S>): void {
    const keys = Object.keys(patch) as (keyof S)[];
    if (keys.every((key) => Object.is(this.#state[key], patch[key]))) return;
    this.#state = { ...this.#state, ...patch };
    this.#changed = true;
    if (this.#depth === 0) this.#tell();
  }

  /** Runs the function and tells the listeners at most once afterwards. */
  transact<R>(work: () => R): R {
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
      if (this.#depth === 0 && this.#changed) this.#tell();
    }
  }

  /** Calls the listener after every change; returns how to stop. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back when the selected part has changed; not at once. */
  watch<T>(select: (state: S) => T, listener: (part: T) => void): () => void {
    let last = select(this.#state);
    return this.subscribe(() => {
      const next = select(this.#state);
      if (Object.is(next, last)) return;
      last = next;
      listener(next);
    });
  }

  #tell(): void {
    this.#changed = false;
    for (const listener of [...this.#listeners]) listener();
  }
}
