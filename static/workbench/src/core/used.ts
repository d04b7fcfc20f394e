/** Which labels somebody gives most, kept on this device. */

export interface UsedPlace {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

interface Use {
  readonly count: number;
  readonly last: number;
}

const MOST_KEPT = 200;
const RECENT = 3;

export class Used {
  readonly #place: UsedPlace | null;
  readonly #name: string;

  constructor(place: UsedPlace | null, user: string, question: string) {
    this.#place = place;
    this.#name = `winnow.used.${user}.${question}`;
  }

  #read(): Map<string, Use> {
    try {
      const kept = JSON.parse(this.#place?.getItem(this.#name) ?? "[]") as unknown;
      return new Map(Array.isArray(kept) ? (kept as [string, Use][]) : []);
    } catch {
      return new Map();
    }
  }

  note(label: string, now = Date.now()): void {
    const all = this.#read();
    all.set(label, { count: (all.get(label)?.count ?? 0) + 1, last: now });
    const kept = [...all].sort(([, a], [, b]) => b.last - a.last).slice(0, MOST_KEPT);
    try {
      this.#place?.setItem(this.#name, JSON.stringify(kept));
    } catch {
      // A full storage forgets what is used; the labels are all there.
    }
  }

  counts(): Map<string, number> {
    return new Map([...this.#read()].map(([label, { count }]) => [label, count]));
  }

  /** The last few, then those given most. */
  first(many: number): string[] {
    const all = [...this.#read()];
    const recent = [...all].sort(([, a], [, b]) => b.last - a.last).slice(0, RECENT);
    const most = [...all].sort(([, a], [, b]) => b.count - a.count);
    return [...new Set([...recent, ...most].map(([label]) => label))].slice(0, many);
  }
}
