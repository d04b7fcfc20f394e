/**
 * The journal of the task on the stage: each step as a small patch, on its way before the page shows it. A
 * tab that died comes back with the same regions and the same undo and redo; of a row
 * of nudges, or of a word being typed, at most the last moment is missing.
 *
 * A journal is a base and what was done since. It is written anew in its shortest form now and then, so
 * that it stays as long as the history is, and removed with the finished task.
 */

import type { DBSchema, IDBPObjectStore } from "idb";

import { Device } from "./device";
import { MOST_STEPS, type HistoryWord, type Step } from "./history";
import type { Snapshot } from "./state";
import type { Region, Regions } from "./types";

/** From one document to the next: what went, what came or changed, and the order where that does not say it. */
interface Patch {
  readonly gone: readonly string[];
  readonly put: Regions;
  readonly order?: readonly string[];
  /** Suggestions that are left, where that changed. */
  readonly offered?: readonly string[];
  /** Suggestions that came in, such as those that patterns found. */
  readonly found?: Snapshot["suggested"];
  /** What was selected before and after. */
  readonly selected: readonly [string | null, string | null];
}

export type Op =
  | { readonly op: "base"; readonly at: number; readonly base: Snapshot }
  | { readonly op: "do"; readonly patch: Patch; readonly merge: string | null; readonly joins: boolean }
  | { readonly op: "undo" }
  | { readonly op: "redo" };

export interface Replayed {
  readonly state: Snapshot;
  readonly past: readonly Step<Snapshot>[];
  readonly future: readonly Step<Snapshot>[];
  /** The latest documents on the way, the last one first. */
  readonly way: readonly Regions[];
}

/** Steps that become one, as those of a drag, are written together. */
const WRITE_EVERY_MS = 150;
const IDLE_WITHIN_MS = 400;
/** What a journal begins with is copied whole: with more regions than these, when the browser has time. */
const MOST_AT_ONCE = 1000;
/** So many more records than the history needs, before the journal is written anew. */
const SLACK = 400;
/** How far back a draft is looked for among the states of a journal. */
const MOST_WAY = 60;

export function patchOf(before: Snapshot, after: Snapshot): Patch {
  const had = new Map(before.regions.map((region) => [region.id, region]));
  const has = new Set(after.regions.map((region) => region.id));
  const patch: Patch = {
    gone: before.regions.filter(({ id }) => !has.has(id)).map(({ id }) => id),
    put: after.regions.filter((region) => had.get(region.id) !== region),
    selected: [before.selected, after.selected],
    ...(before.suggested === after.suggested ? {} : offersOf(before.suggested, after.suggested)),
  };
  const order = after.regions.map(({ id }) => id);
  const made = applied(before.regions, patch);
  return made.every(({ id }, index) => id === order[index]) ? patch : { ...patch, order };
}

function offersOf(before: Snapshot["suggested"], after: Snapshot["suggested"]): Pick<Patch, "offered" | "found"> {
  const had = new Set(before.map(({ region }) => region.id));
  const found = after.filter(({ region }) => !had.has(region.id));
  return { offered: after.map(({ region }) => region.id), ...(found.length ? { found } : {}) };
}

function applied(regions: Regions, { gone, put, order }: Patch): Regions {
  if (gone.length === 0 && put.length === 0 && !order) return regions;
  const out = new Set(gone);
  const changed = new Map(put.map((region) => [region.id, region]));
  const kept = regions.filter(({ id }) => !out.has(id)).map((region) => changed.get(region.id) ?? region);
  const known = new Set(kept.map(({ id }) => id));
  const made = [...kept, ...put.filter(({ id }) => !known.has(id))];
  if (!order) return made;
  const byId = new Map(made.map((region) => [region.id, region]));
  return order.map((id) => byId.get(id)).filter((region): region is Region => region !== undefined);
}

/** The suggestions that a patch names: those at hand, those from the beginning, those it brings. */
function offered({ offered: ids = [], found = [] }: Patch, state: Snapshot, base: Snapshot): Snapshot["suggested"] {
  const known = new Map([...base.suggested, ...state.suggested, ...found].map((one) => [one.region.id, one]));
  return ids.flatMap((id) => known.get(id) ?? []);
}

function stepTo(state: Snapshot, patch: Patch, base: Snapshot): Snapshot {
  return {
    regions: applied(state.regions, patch),
    suggested: patch.offered ? offered(patch, state, base) : state.suggested,
    selected: patch.selected[1],
  };
}

/** What a journal leads to; null for one without a beginning. */
export function replay(ops: readonly Op[]): Replayed | null {
  const [first, ...rest] = ops;
  if (first?.op !== "base") return null;
  let state = first.base;
  const past: Step<Snapshot>[] = [];
  const future: Step<Snapshot>[] = [];
  const way: Regions[] = [state.regions];
  for (const op of rest) {
    if (op.op === "do") {
      const before = { ...state, selected: op.patch.selected[0] };
      const after = stepTo(state, op.patch, first.base);
      const last = op.joins ? past.pop() : undefined;
      past.push({ before: last?.before ?? before, after, merge: op.merge });
      if (past.length > MOST_STEPS) past.shift();
      future.length = 0;
      state = after;
    } else if (op.op !== "base") {
      const [from, to] = op.op === "undo" ? [past, future] : [future, past];
      const step = from.pop();
      if (!step) return null;
      to.push(step);
      state = op.op === "undo" ? step.before : step.after;
    }
    way.push(state.regions);
  }
  return { state, past, future, way: way.slice(-MOST_WAY).reverse() };
}

/** The shortest journal that leads to this state and history. */
export function shortest(state: Snapshot, past: readonly Step<Snapshot>[], future: readonly Step<Snapshot>[], at: number): Op[] {
  const steps = [...past, ...[...future].reverse()];
  const base = { ...(steps[0]?.before ?? state), suggested: widest(state, steps) };
  const ops: Op[] = [{ op: "base", at, base }];
  let now: Snapshot = base;
  for (const { before, after, merge } of steps) {
    ops.push({ op: "do", patch: patchOf({ ...now, selected: before.selected }, after), merge, joins: false });
    now = after;
  }
  return [...ops, ...future.map((): Op => ({ op: "undo" }))];
}

/** Most suggestions are there from the beginning and only become fewer: the state with most of them has nearly all. */
function widest(state: Snapshot, steps: readonly Step<Snapshot>[]): Snapshot["suggested"] {
  return steps.reduce((most, { before }) => (before.suggested.length > most.length ? before.suggested : most), state.suggested);
}

export interface Live {
  /** The history as it is now, for writing the journal anew. */
  readonly past: readonly Step<Snapshot>[];
  readonly future: readonly Step<Snapshot>[];
  readonly state: Snapshot;
}

/** Writes the journal of one task at a time. */
export class Journal {
  readonly #store: JournalStore;
  readonly #now: () => number;
  #id: string | null = null;
  #base: Snapshot | null = null;
  #count = 0;
  /** What is written was read before: it is written anew with the first step. */
  #isRead = false;
  #buffer: HistoryWord<Snapshot>[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writtenAt = 0;
  #writing: Promise<void> = Promise.resolve();
  #live: () => Live;

  constructor(store: JournalStore, live: () => Live, now: () => number = Date.now) {
    this.#store = store;
    this.#live = live;
    this.#now = now;
  }

  async read(id: string): Promise<Replayed | null> {
    await this.#writing;
    return replay(await this.#store.read(id).catch(() => []));
  }

  /** Begins with a task; `isKnown`: what was read of its journal goes on. */
  open(id: string, base: Snapshot, isKnown: boolean): void {
    void this.flush();
    this.#id = id;
    this.#base = base;
    this.#count = 0;
    this.#isRead = isKnown;
    if (this.#isLong) whenIdle(() => void (this.#id === id && this.#isLong && this.#rewrite()));
  }

  /** Another tab works on this task now: its journal is the one that counts. */
  pause(): void {
    void this.flush();
    this.#id = null;
  }

  /** This tab works on the task again, with the history it has. */
  resume(id: string): void {
    this.#id = id;
    this.#rewrite();
  }

  /** Call at every step. It is written when the input was handled, before anything is painted. */
  note(word: HistoryWord<Snapshot>): void {
    if (this.#id === null) return;
    this.#buffer.push(word);
    const write = (): void => void this.flush();
    const wait = word.is === "do" && word.joins ? this.#writtenAt + WRITE_EVERY_MS - this.#now() : 0;
    if (this.#isLong) this.#timer ??= setTimeout(() => whenIdle(write), 0);
    else if (wait > 0) this.#timer ??= setTimeout(write, wait);
    else queueMicrotask(write);
  }

  /** The next writing copies a whole document, and a large one. */
  get #isLong(): boolean {
    return (this.#isRead || this.#count === 0) && (this.#base?.regions.length ?? 0) > MOST_AT_ONCE;
  }

  /** Writes what is not written yet. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const words = this.#buffer;
    const id = this.#id;
    this.#buffer = [];
    if (id === null || words.length === 0) return this.#writing;
    this.#writtenAt = this.#now();
    if (this.#isRead) {
      this.#rewrite();
      return this.#writing;
    }
    const ops = words.map((word): Op => (word.is === "do"
      ? { op: "do", patch: patchOf(word.before, word.after), merge: word.merge, joins: word.joins }
      : { op: word.is }));
    if (this.#count === 0 && this.#base) ops.unshift({ op: "base", at: this.#now(), base: this.#base });
    const from = this.#count;
    this.#count += ops.length;
    this.#write(() => (from === 0 ? this.#store.replace(id, ops) : this.#store.append(id, from, ops)));
    const { past, future } = this.#live();
    if (this.#count > 2 * past.length + 3 * future.length + SLACK) this.#rewrite();
    return this.#writing;
  }

  /** The task is finished: nothing of it needs to come back. */
  drop(id: string): void {
    if (this.#id === id) {
      this.#id = null;
      this.#buffer = [];
    }
    this.#write(() => this.#store.drop(id));
  }

  #rewrite(): void {
    const id = this.#id;
    const { past, future, state } = this.#live();
    if (id === null) return;
    this.#buffer = [];
    this.#isRead = false;
    const ops = shortest(state, past, future, this.#now());
    this.#count = ops.length;
    this.#write(() => this.#store.replace(id, ops));
  }

  /** At once, since the device keeps the order; one that takes no more only loses the way back. */
  #write(work: () => Promise<void>): void {
    const before = this.#writing;
    this.#writing = work().catch(() => undefined).then(() => before);
  }
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === "undefined") work();
  else requestIdleCallback(work, { timeout: IDLE_WITHIN_MS });
}

interface Shape extends DBSchema {
  ops: { key: [string, number]; value: Op };
}

type Store = IDBPObjectStore<Shape, ["ops"], "ops", "readwrite">;

/** Where journals are kept: one record a step, under the task and a number. */
export class JournalStore {
  readonly #device: Device<Shape>;

  constructor(device: Device<Shape>) {
    this.#device = device;
  }

  /** What follows on one another from the beginning: nothing after a record that could not be kept. */
  read(id: string): Promise<Op[]> {
    return this.#device.read(async (database) => {
      const { store } = database.transaction("ops");
      const [keys, ops] = await Promise.all([store.getAllKeys(rangeOf(id)), store.getAll(rangeOf(id))]);
      const gap = keys.findIndex(([, number], index) => number !== index);
      return gap < 0 ? ops : ops.slice(0, gap);
    });
  }

  append(id: string, from: number, ops: readonly Op[]): Promise<void> {
    return this.#change((store) => ops.forEach((op, index) => void store.put(op, [id, from + index])));
  }

  replace(id: string, ops: readonly Op[]): Promise<void> {
    return this.#change((store) => {
      void store.delete(rangeOf(id));
      ops.forEach((op, index) => void store.put(op, [id, index]));
    });
  }

  drop(id: string): Promise<void> {
    return this.#change((store) => void store.delete(rangeOf(id)));
  }

  /** All or nothing. The browser ends it by itself: waiting for an answer, the page may die on the way. */
  #change(work: (store: Store) => void): Promise<void> {
    return this.#device.write(async (database) => {
      const transaction = database.transaction("ops", "readwrite");
      work(transaction.store);
      transaction.commit();
      await transaction.done;
    });
  }

  async forgetBefore(time: number): Promise<void> {
    const old = await this.#device.write(async (database) => {
      const found: string[] = [];
      for (let at = await database.transaction("ops").store.openCursor(); at; at = await at.continue()) {
        if (at.value.op === "base" && at.value.at < time) found.push(at.key[0]);
      }
      return found;
    });
    await Promise.all(old.map((id) => this.drop(id)));
  }
}

function rangeOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER]);
}

/** The store of this browser; null where nothing is kept. */
export async function openJournals(name = "winnow-journal"): Promise<JournalStore | null> {
  try {
    return new JournalStore(await Device.open<Shape>(name, (database) => void database.createObjectStore("ops")));
  } catch {
    return null;
  }
}
