/**
 * The outbox: finished work waits here until the server has acknowledged it.
 *
 * First in, first out, one in flight, one tab at a time. A 2xx removes an entry and nothing else does.
 * What the server refuses for good moves to a visible list; what did not arrive is tried again.
 */

import { NoConnection, Refusal, type Api } from "./api";
import type { Finished } from "./queue";
import type { Entry, NewEntry, Shelf } from "./shelf";

export interface OutboxStatus {
  readonly waiting: number;
  readonly attention: readonly Entry[];
  readonly sending: boolean;
  /** Set while the line is down: since when, and when the next try is made (ms since 1970). */
  readonly offlineSince: number | null;
  readonly nextTryAt: number | null;
  /** The session ended; sending goes on after signing in. */
  readonly signedOut: boolean;
}

export const EMPTY_OUTBOX: OutboxStatus = {
  waiting: 0,
  attention: [],
  sending: false,
  offlineSince: null,
  nextTryAt: null,
  signedOut: false,
};

export interface Sent {
  readonly entry: Entry;
  readonly status: number;
  readonly data: unknown;
}

/** Runs the work while no other tab of this user does. */
export type Exclusively = (name: string, work: () => Promise<void>) => Promise<void>;

export interface OutboxPorts {
  readonly shelf: Shelf;
  readonly api: Api;
  readonly user: string;
  readonly exclusively: Exclusively;
  readonly now?: () => number;
  readonly random?: () => number;
  onChange(status: OutboxStatus): void;
  onSent(sent: Sent): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** After so many crashes of the server over one entry, that entry steps aside for the others. */
const MOST_CRASHES = 5;

type Outcome = "sent" | "refused" | "later" | "stopped";

export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #now: () => number;
  #status = EMPTY_OUTBOX;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #inFlight: number | null = null;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
  }

  get status(): OutboxStatus {
    return this.#status;
  }

  /** Whose work is here: assignments on their way, and every hold ("assignment:fence"). */
  async finished(): Promise<Finished> {
    const all = await this.#mine();
    const waiting = all.filter((entry) => entry.state === "waiting");
    const idOf = (entry: Entry): string => entry.hold.split(":")[0] ?? "";
    return { assignments: new Set(waiting.map(idOf)), holds: new Set(all.map((entry) => entry.hold)) };
  }

  waiting(): Promise<Entry[]> {
    return this.#mine().then((all) => all.filter((entry) => entry.state === "waiting"));
  }

  /** Keeps the entry on this device; resolves when it is written, before anything is sent. */
  async add(entry: Omit<NewEntry, "user" | "attempts" | "state" | "refusal" | "madeAt">): Promise<Entry> {
    const kept = await this.#ports.shelf.addEntry({
      ...entry,
      user: this.#ports.user,
      madeAt: this.#now(),
      attempts: 0,
      state: "waiting",
      refusal: null,
    });
    this.#set({ waiting: this.#status.waiting + 1 });
    return kept;
  }

  /** Takes an entry back unless it is being sent at this moment. */
  async withdraw(seq: number): Promise<Entry | null> {
    const entry = (await this.#mine()).find((one) => one.seq === seq);
    if (!entry || this.#inFlight === seq) return null;
    await this.#ports.shelf.removeEntry(seq);
    await this.refresh();
    return entry;
  }

  /** Keeps an entry that was withdrawn after all, where it was in line. */
  async putBack(entry: Entry): Promise<void> {
    await this.#ports.shelf.putEntry(entry);
    await this.refresh();
  }

  /** Removes an entry because its author said so. */
  async discard(seq: number): Promise<void> {
    await this.#ports.shelf.removeEntry(seq);
    await this.refresh();
  }

  /** Puts a refused entry back in line, as it is. */
  async retry(seq: number): Promise<void> {
    const entry = (await this.#mine()).find((one) => one.seq === seq);
    if (!entry) return;
    await this.#ports.shelf.putEntry({ ...entry, state: "waiting", refusal: null, attempts: 0 });
    await this.refresh();
    await this.drain();
  }

  /** Reads the counts again, for instance after another tab sent something. */
  async refresh(): Promise<void> {
    const all = await this.#mine();
    const attention = all.filter((entry) => entry.state === "attention");
    this.#set({ waiting: all.length - attention.length, attention });
  }

  /** Sends what waits. A call during a run makes that run look once more. */
  drain(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    clearTimeout(this.#timer);
    this.#running = this.#ports
      .exclusively(`winnow-outbox-${this.#ports.user}`, () => this.#drainAll())
      .finally(() => {
        this.#running = null;
        if (this.#again && this.#status.nextTryAt === null && !this.#status.signedOut) {
          this.#again = false;
          void this.drain();
        }
      });
    return this.#running;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #drainAll(): Promise<void> {
    this.#set({ nextTryAt: null });
    for (;;) {
      this.#again = false;
      const [next] = await this.waiting();
      if (!next) break;
      const outcome = await this.#send(next);
      if (outcome === "later" || outcome === "stopped") break;
    }
    this.#inFlight = null;
    this.#set({ sending: false });
    await this.refresh();
  }

  async #send(entry: Entry): Promise<Outcome> {
    this.#inFlight = entry.seq;
    this.#set({ sending: true });
    const headers = { "Idempotency-Key": entry.key };
    try {
      const reply = await this.#ports.api.call("POST", entry.path, { body: entry.body, headers });
      await this.#ports.shelf.removeEntry(entry.seq);
      this.#failures = 0;
      this.#set({ offlineSince: null, signedOut: false, waiting: Math.max(0, this.#status.waiting - 1) });
      this.#ports.onSent({ entry, status: reply.status, data: reply.data });
      return "sent";
    } catch (error) {
      return this.#failed(entry, error);
    } finally {
      this.#inFlight = null;
    }
  }

  async #failed(entry: Entry, error: unknown): Promise<Outcome> {
    const { shelf } = this.#ports;
    if (error instanceof Refusal) {
      this.#set({ offlineSince: null });
      if (isSignedOut(error)) {
        this.#set({ signedOut: true });
        return "stopped";
      }
      const crashes = error.status === 500 && entry.attempts + 1 >= MOST_CRASHES;
      if (crashes || !isPassing(error)) {
        await this.#refuse(entry, error);
        return "refused";
      }
    } else if (!(error instanceof NoConnection)) {
      throw error;
    } else if (this.#status.offlineSince === null) {
      this.#set({ offlineSince: this.#now() });
    }
    await shelf.putEntry({ ...entry, attempts: entry.attempts + 1 });
    this.#tryLater(error instanceof Refusal ? error.retryAfterSeconds : null);
    return "later";
  }

  /** A skip that no longer fits says nothing that could be lost; everything else waits to be seen. */
  async #refuse(entry: Entry, refusal: Refusal): Promise<void> {
    if (entry.kind === "skip") return this.#ports.shelf.removeEntry(entry.seq);
    const places = refusal.places.map((place) => `${place.at}: ${place.detail}`);
    const text = [refusal.message, ...places].join("\n");
    const note = { status: refusal.status, text };
    await this.#ports.shelf.putEntry({ ...entry, state: "attention", refusal: note });
    await this.refresh();
  }

  #tryLater(seconds: number | null): void {
    const steps = Math.min(this.#failures++, 10);
    const random = this.#ports.random ?? Math.random;
    const backoff = Math.min(FIRST_WAIT_MS * 2 ** steps, LONGEST_WAIT_MS) * (0.5 + random() / 2);
    const wait = Math.max(backoff, (seconds ?? 0) * 1000);
    this.#set({ nextTryAt: this.#now() + wait });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.drain(), wait);
  }

  #mine(): Promise<Entry[]> {
    return this.#ports.shelf.entriesOf(this.#ports.user);
  }

  #set(patch: Partial<OutboxStatus>): void {
    this.#status = { ...this.#status, ...patch };
    this.#ports.onChange(this.#status);
  }
}

/** 401, or a 403 that only says that the session or its token is gone. */
export function isSignedOut(refusal: Refusal): boolean {
  if (refusal.status === 401) return true;
  return refusal.status === 403 && /csrf|not-signed-in|not.authenticated/i.test(refusal.code);
}

/** The server may say otherwise in a moment. */
function isPassing(refusal: Refusal): boolean {
  return refusal.status >= 500 || refusal.status === 429 || refusal.status === 408 || refusal.status === 425;
}

/** Web Locks keep two tabs from sending at once. Without them the idempotency key still does no harm. */
export const withWebLock: Exclusively = async (name, work) => {
  if (typeof navigator === "undefined" || !navigator.locks) return work();
  await navigator.locks.request(name, work);
};
