import "fake-indexeddb/auto";

import type { DBSchema } from "idb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Device } from "../src/core/device";
import { askAgainMs } from "../src/core/lifecycle";
import { openJournals } from "../src/core/journal";
import { openShelf } from "../src/core/shelf";
import { Stalled } from "../src/core/api";
import { bench, current, fresh, make } from "./bench";
import { json, until } from "./server";

beforeEach(() => fresh());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Kept extends DBSchema { things: { key: string; value: string } }

const open = (name: string): Promise<Device<Kept>> => Device.open<Kept>(name, (database) => void database.createObjectStore("things"));

test("a device that never answers costs some seconds, and the page goes on without it", async () => {
  vi.useFakeTimers();
  vi.spyOn(indexedDB, "open").mockReturnValue(new EventTarget() as IDBOpenDBRequest);
  const opening = Promise.all([openShelf("silent"), openJournals("silent-journal")]);
  await vi.advanceTimersByTimeAsync(6000);
  const [shelf, journals] = await opening;
  expect(shelf.lasting).toBe(false);
  expect(journals).toBeNull();
});

test("what is read comes in time, or is missed aloud", async () => {
  const device = await open("slow");
  vi.useFakeTimers();
  const read = device.read(() => new Promise<never>(() => undefined));
  const missed = expect(read).rejects.toBeInstanceOf(Stalled);
  await vi.advanceTimersByTimeAsync(6000);
  await missed;
});

test("a database that the browser closed is opened again", async () => {
  const device = await open("closed");
  await device.write((database) => database.put("things", "a", "1"));
  await device.write(async (database) => database.close());
  expect(await device.read((database) => database.get("things", "1"))).toBe("a");
});

test("a database gives way to whoever removes it, and is there again afterwards", async () => {
  const device = await open("given");
  await device.write((database) => database.put("things", "a", "1"));
  await new Promise((resolve, reject) => {
    const asked = indexedDB.deleteDatabase("given");
    asked.onsuccess = resolve;
    asked.onerror = asked.onblocked = reject;
  });
  expect(await device.read((database) => database.get("things", "1"))).toBeUndefined();
});

test("a task that could not be shown is shown when it is tried again", async () => {
  const wb = make();
  const draft = vi.spyOn(bench.shelf, "draft").mockRejectedValue(new Stalled("silent"));
  bench.server.intercept = ({ path }) => (path.includes("claim") && bench.server.held.size > 0
    ? json(200, { assignments: [...bench.server.held.values()] }) : null);
  await wb.start();
  await until(() => wb.state.phase === "fault" && wb.state.faultText.startsWith("This device"));
  draft.mockRestore();
  wb.commands.run("queue.askAgain");
  await until(() => wb.state.task !== null);
  expect(current(wb)).toMatch(/^assignment_/);
});

test("what this device has cannot be read: the page says so, and asks again when it can", async () => {
  const wb = make();
  const entries = vi.spyOn(bench.shelf, "entriesOf").mockRejectedValue(new Stalled("silent"));
  await wb.start();
  await until(() => wb.state.phase === "fault");
  expect(wb.state.faultText).toMatch(/^This device/);
  entries.mockRestore();
  wb.commands.run("queue.askAgain");
  await until(() => wb.state.task !== null);
});

test("what is being sent holds up no new task for long", async () => {
  const wb = make();
  await wb.start();
  await until(() => wb.state.task !== null);
  vi.spyOn(wb.outbox, "drain").mockReturnValue(new Promise(() => undefined));
  const refill = vi.spyOn(wb.queue, "refill");
  vi.useFakeTimers();
  const waking = wb.wake();
  await vi.advanceTimersByTimeAsync(4000);
  await waking;
  expect(refill).toHaveBeenCalled();
});

test("a page without a task asks again soon where something failed, and ever more seldom", () => {
  const waits = [0, 1, 2, 3, 4, 5, 60].map((tries) => askAgainMs({ claim: "offline", phase: "starting" }, tries));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
  expect(askAgainMs({ claim: "idle", phase: "fault" }, 0)).toBe(1000);
  expect(askAgainMs({ claim: "nothing", phase: "empty" }, 0)).toBe(20_000);
});
