import "fake-indexeddb/auto";
import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { History } from "../src/core/history";
import { Journal, JournalStore, openJournals, patchOf, replay, shortest } from "../src/core/journal";
import type { Snapshot, Suggested } from "../src/core/state";
import type { BoxRegion, Region } from "../src/core/types";
import type { Workbench } from "../src/core/workbench";
import { answer, bench, current, fresh, started } from "./bench";
import { until } from "./server";

let number = 0;
let store: JournalStore;

beforeEach(async () => {
  fresh();
  const opened = await openJournals(`journal-${number++}`);
  if (!opened) throw new Error("no store");
  store = opened;
});

const box = (id: string, x: number): BoxRegion => ({ id, question: "q", kind: "box", label: "l", at: { x, y: 0, w: 1, h: 1 } });

/** A person at work, as the workbench records it. */
class Work {
  state: Snapshot;
  readonly history: History<Snapshot>;
  readonly journal: Journal;
  #next = 1;
  #clock = 0;

  constructor(offered: number) {
    const suggested = Array.from({ length: offered }, (_, n): Suggested => ({ source: "m", region: box(`s${n}`, n) }));
    this.state = { regions: [], suggested, selected: null };
    this.history = new History<Snapshot>(() => this.#clock);
    this.journal = new Journal(store, () => ({ past: this.history.past, future: this.history.future, state: this.state }));
    this.history.onStep = (word) => this.journal.note(word);
    this.journal.open("task", this.state, false);
  }

  edit(change: Partial<Snapshot>, merge: string | null = null): void {
    const before = this.state;
    const after = { ...before, ...change };
    this.history.record({ before, after, merge });
    this.state = after;
  }

  do(act: number, at: number): void {
    const { regions, suggested } = this.state;
    const chosen = regions.length ? (at % regions.length) : -1;
    this.#clock += at % 7 === 0 ? 5000 : 10;
    if (act === 0) this.edit({ regions: [...regions, box(`r${this.#next++}`, at)], selected: `r${this.#next - 1}` });
    if (act === 1 && chosen >= 0) this.edit({ regions: regions.map((one, n) => (n === chosen ? ({ ...one, at: { x: at, y: 1, w: 1, h: 1 } } as Region) : one)) }, `move:${chosen}`);
    if (act === 2 && chosen >= 0) this.edit({ regions: regions.filter((_, n) => n !== chosen), selected: null });
    if (act === 3 && suggested.length) this.edit({ regions: [...regions, { ...box(`r${this.#next++}`, at) }], suggested: suggested.slice(1) });
    if (act === 4 && chosen >= 0) this.edit({ regions: [...regions].reverse() });
    if (act === 5) this.state = { ...this.state, selected: regions[chosen]?.id ?? null };
    if (act === 6) this.state = this.history.undo() ?? this.state;
    if (act === 7) this.state = this.history.redo() ?? this.state;
    if (act === 8) void this.journal.flush();
    if (act === 9) this.history.seal();
    if (act > 9 && chosen >= 0) this.edit({ regions: [box(regions[0]?.id ?? "", this.#clock), ...regions.slice(1)] }, "nudge");
  }
}

describe("a journal", () => {
  test("leads to the same regions and the same undo and redo, whatever was done", async () => {
    const acts = fc.array(fc.tuple(fc.integer({ min: 0, max: 13 }), fc.nat(40)), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(acts, fc.nat(4), async (done, offered) => {
        await store.drop("task");
        const work = new Work(offered);
        for (const [act, at] of done) work.do(act, at);
        await work.journal.flush();
        const found = await work.journal.read("task");
        const { past, future } = work.history;
        if (!found) {
          expect([past.length, future.length]).toEqual([0, 0]);
          return;
        }
        expect(found.state.regions).toEqual(work.state.regions);
        expect(found.state.suggested).toEqual(work.state.suggested);
        expect(found.past).toEqual(past);
        expect(found.future).toEqual(future);
        // Written anew in its shortest form it leads there, too.
        const anew = replay(shortest(work.state, past, future, 0));
        expect([anew?.state.regions, anew?.past, anew?.future]).toEqual([work.state.regions, past, future]);
      }),
      { numRuns: 60 },
    );
  });

  test("a step is kept as what changed, not as the whole document", () => {
    const regions = Array.from({ length: 500 }, (_, n) => box(`r${n}`, n));
    const before: Snapshot = { regions, suggested: [], selected: null };
    const after = { ...before, regions: regions.map((one, n) => (n === 250 ? { ...one, label: "m" } : one)) };
    expect(patchOf(before, after)).toEqual({ gone: [], put: [after.regions[250]], selected: [null, null] });
  });

  test("stays as long as the history is, however much was done", async () => {
    const work = new Work(0);
    for (let n = 0; n < 6000; n++) {
      work.do(n % 3 === 0 && n < 900 ? 0 : 1, n);
      if (n % 50 === 0) await work.journal.flush();
    }
    await work.journal.flush();
    const ops = await store.read("task");
    expect(ops.length).toBeLessThan(500 * 2 + 400 + 60);
    expect(replay(ops)?.past).toEqual(work.history.past);
  });

  test("a step is on its way to the device before the page can be painted", async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, "put");
    const commit = vi.spyOn(IDBTransaction.prototype, "commit");
    const work = new Work(0);
    work.do(0, 1);
    expect(put).not.toHaveBeenCalled(); // the key is handled first
    for (let n = 0; n < 20; n++) await null; // as long as these go on, no task begins, so no frame either
    expect([put.mock.calls.length, commit.mock.calls.length]).toEqual([2, 1]);
    work.do(0, 2);
    for (let n = 0; n < 20; n++) await null; // the first may not be done yet: the second does not wait
    expect([put.mock.calls.length, commit.mock.calls.length]).toEqual([3, 2]);
    vi.restoreAllMocks();
    await until(async () => (await store.read("task")).length === 3);
  });

  test("a long document is copied while the page has time, not with the first step", async () => {
    const work = new Work(0);
    work.state = { ...work.state, regions: Array.from({ length: 1500 }, (_, n) => box(`r${n}`, n)) };
    work.journal.open("long", work.state, false);
    await until(async () => (await store.read("long")).length === 1);
    work.do(2, 3);
    await work.journal.flush();
    expect(replay(await store.read("long"))?.state.regions).toHaveLength(1499);
  });

  test("what follows on a record that could not be kept does not count", async () => {
    const work = new Work(0);
    work.do(0, 1);
    work.do(0, 2);
    await work.journal.flush();
    await store.append("task", 4, [{ op: "undo" }]);
    expect(await store.read("task")).toHaveLength(3);
  });

  test("one without a beginning, or that undoes what is not there, is none", () => {
    expect(replay([{ op: "undo" }])).toBeNull();
    expect(replay([{ op: "base", at: 0, base: { regions: [], suggested: [], selected: null } }, { op: "redo" }])).toBeNull();
  });

  test("old ones are forgotten", async () => {
    const base: Snapshot = { regions: [], suggested: [], selected: null };
    await store.replace("old", [{ op: "base", at: 5, base }, { op: "undo" }]);
    await store.replace("new", [{ op: "base", at: 50, base }]);
    await store.forgetBefore(10);
    expect([(await store.read("old")).length, (await store.read("new")).length]).toEqual([0, 1]);
  });
});

describe("a tab that died", () => {
  const pick = (wb: Workbench, label: string): void => wb.commands.run("label.pick", { question: "intent", label });
  const labels = (wb: Workbench): (string | undefined)[] => wb.state.regions.map((one) => one.label);

  /** It says nothing more, neither to the server nor to other tabs. */
  const die = (wb: Workbench): void => {
    wb.autosave.close();
    bench.air = new (bench.air.constructor as new () => typeof bench.air)();
  };

  test("comes back with what was done after the last draft, and can undo and redo it", async () => {
    bench.journals = store;
    const wb = await started();
    pick(wb, "a");
    pick(wb, "b");
    pick(wb, "a");
    wb.commands.run("history.undo");
    await wb.journal?.flush();
    die(wb);
    const again = await started();
    expect(labels(again)).toEqual(["b"]);
    expect([again.state.canUndo, again.state.canRedo]).toEqual([true, true]);
    again.commands.run("history.redo");
    expect(labels(again)).toEqual(["a"]);
    again.commands.run("history.undo");
    again.commands.run("history.undo");
    expect(labels(again)).toEqual(["a"]);
    again.commands.run("history.undo");
    expect([labels(again), again.state.canUndo]).toEqual([[], false]);
    await until(() => again.state.draft.state === "saved");
  });

  test("can do so twice in a row", async () => {
    bench.journals = store;
    let wb = await started();
    pick(wb, "a");
    pick(wb, "b");
    for (const label of ["a", "b"]) {
      await wb.journal?.flush();
      die(wb);
      wb = await started();
      pick(wb, label);
    }
    await wb.journal?.flush();
    die(wb);
    wb = await started();
    const seen = [labels(wb)[0]];
    while (wb.state.canUndo) {
      wb.commands.run("history.undo");
      seen.push(labels(wb)[0]);
    }
    expect(seen).toEqual(["b", "a", "b", "a", undefined]);
  });

  test("comes back to the task it showed, also where another was claimed before", async () => {
    const kept = new Map<string, string>();
    bench.place = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
    const wb = await started();
    await answer(wb);
    const at = current(wb);
    const { held } = bench.server;
    const others = [...held.values()].filter(({ id }) => id !== at);
    const mine = [...held.values()].filter(({ id }) => id === at);
    held.clear();
    for (const one of [...others, ...mine]) held.set(one.id, one);
    die(wb);
    expect(others.length).toBeGreaterThan(0);
    expect(current(await started())).toBe(at);
  });

  test("nothing of a finished task comes back", async () => {
    bench.journals = store;
    const wb = await started();
    pick(wb, "a");
    await wb.journal?.flush();
    expect(await store.read("user_ada:assignment_0")).toHaveLength(2);
    wb.commands.run("task.submit");
    await until(async () => (await store.read("user_ada:assignment_0")).length === 0);
  });

  test("a draft that another device changed since is not what the journal leads to", async () => {
    bench.journals = store;
    const wb = await started();
    pick(wb, "a");
    await until(() => wb.state.draft.state === "saved");
    await wb.journal?.flush();
    const held = bench.server.held.get("assignment_0");
    const regions = [{ id: "r7", question: "intent", kind: "item" as const, label: "b" }];
    if (held) bench.server.held.set(held.id, { ...held, draft: { regions: { format: 1, regions }, etag: '"99"' } });
    die(wb);
    const again = await started();
    expect([labels(again), again.state.canUndo]).toEqual([["b"], false]);
  });
});

test("suggestions that were found on the way come back, too", () => {
  const offer = (id: string) => ({ source: "patterns", region: { id, question: "s", kind: "span", label: "a", at: { start: 0, end: 2 } } as const });
  const base = { regions: [], suggested: [offer("s0")], selected: null };
  const found = { ...base, suggested: [offer("s0"), offer("p1")] };
  const taken = { ...found, suggested: [offer("p1")] };
  const state = replay([
    { op: "base", at: 0, base },
    { op: "do", patch: patchOf(base, found), merge: null, joins: false },
    { op: "do", patch: patchOf(found, taken), merge: null, joins: false },
    { op: "undo" },
  ])?.state;
  expect(state?.suggested.map(({ region }) => region.id)).toEqual(["s0", "p1"]);
});
