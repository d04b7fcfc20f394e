import "fake-indexeddb/auto";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createApi } from "../src/core/api";
import { Outbox, type OutboxStatus, type Sent } from "../src/core/outbox";
import { MemoryShelf } from "../src/core/memory";
import { openShelf, type Shelf } from "../src/core/shelf";
import { Server, problem, until } from "./server";

let server: Server;
let shelf: Shelf;
let names = 0;
const outboxes: Outbox[] = [];

interface Made {
  readonly outbox: Outbox;
  readonly sent: Sent[];
  status(): OutboxStatus;
}

/** One lock for all outboxes of a test, as Web Locks give to all tabs. */
let lock: Promise<void> = Promise.resolve();

function make(user = "user_ada", on: Shelf = shelf): Made {
  const sent: Sent[] = [];
  const outbox = new Outbox({
    shelf: on, api: createApi("/api/v1/", "token", server.fetch), user,
    exclusively: (_, work) => (lock = lock.then(work)),
    random: () => 0,
    onChange: () => undefined,
    onSent: (one) => sent.push(one),
  });
  outboxes.push(outbox);
  return { outbox, sent, status: () => outbox.status };
}

async function put(outbox: Outbox, n: number, kind: "submit" | "skip" = "submit"): Promise<number> {
  const id = `assignment_${n}`;
  const entry = await outbox.add({
    kind, queue: "queue_1", key: `key-${n}`, path: `assignments/${id}/${kind}`,
    body: { fence: 1, regions: { format: 1, regions: [] } },
    hold: `${id}:1`, title: `Task ${n}`, assignment: null,
  });
  return entry.seq;
}

beforeEach(async () => {
  server = new Server();
  lock = Promise.resolve();
  shelf = await openShelf(`outbox-${names++}`);
});

afterEach(() => outboxes.splice(0).forEach((outbox) => outbox.stop()));

describe("outbox", () => {
  test("keeps entries on this device before anything is sent", async () => {
    const { outbox } = make();
    await put(outbox, 1);
    expect(server.calls).toEqual([]);
    expect(await shelf.entriesOf("user_ada")).toHaveLength(1);
    expect(shelf.lasting).toBe(true);
  });

  test("sends in the order of work, one at a time, and is empty afterwards", async () => {
    const { outbox, sent, status } = make();
    for (const n of [1, 2, 3]) await put(outbox, n);
    await Promise.all([outbox.drain(), outbox.drain()]);
    expect(sent.map((one) => one.entry.title)).toEqual(["Task 1", "Task 2", "Task 3"]);
    expect(await shelf.entriesOf("user_ada")).toEqual([]);
    expect(status()).toMatchObject({ waiting: 0, sending: false });
  });

  test("keeps what did not arrive, and says since when the line is down", async () => {
    const { outbox, status } = make();
    server.line = "down";
    for (const n of [1, 2]) await put(outbox, n);
    await outbox.drain();
    expect(status()).toMatchObject({ waiting: 2 });
    expect(status().offlineSince).not.toBeNull();
    expect(status().nextTryAt).toBeGreaterThan(Date.now());
    server.line = "up";
    await outbox.drain();
    expect(status()).toMatchObject({ waiting: 0, offlineSince: null });
    expect(server.answers.size).toBe(2);
  });

  test("an answer lost on the way is sent again with the same key and counted once", async () => {
    const { outbox } = make();
    await put(outbox, 1);
    server.line = "lossy";
    await outbox.drain();
    server.line = "up";
    await outbox.drain();
    expect(server.count("submit")).toBe(2);
    expect(server.answers.size).toBe(1);
  });

  test("survives a reload", async () => {
    server.line = "down";
    const before = make();
    await put(before.outbox, 1);
    await before.outbox.drain();
    before.outbox.stop();
    server.line = "up";
    const after = make();
    await after.outbox.drain();
    expect([...server.answers.keys()]).toEqual(["key-1"]);
  });

  test("two tabs send each answer once", async () => {
    const [one, two] = [make(), make()];
    for (const n of [1, 2, 3, 4]) await put(one.outbox, n);
    await Promise.all([one.outbox.drain(), two.outbox.drain()]);
    expect(server.count("submit")).toBe(4);
    expect(one.sent.length + two.sent.length).toBe(4);
  });

  test.each([403, 409, 422, 404, 413])("a %i goes to the list that needs attention and holds nobody up", async (code) => {
    const { outbox, status, sent } = make();
    await put(outbox, 1);
    await put(outbox, 2);
    server.intercept = ({ path }) => (path.includes("assignment_1/") ? problem(code, "no") : null);
    await outbox.drain();
    expect(status().attention.map((entry) => entry.title)).toEqual(["Task 1"]);
    expect(status().attention[0]?.refusal).toMatchObject({ status: code, text: "It says no." });
    expect(sent.map((one) => one.entry.title)).toEqual(["Task 2"]);
    expect(await shelf.entriesOf("user_ada")).toHaveLength(1);
  });

  test("only the person can send a refused entry again, or throw it away", async () => {
    const { outbox, status } = make();
    const seq = await put(outbox, 1);
    server.intercept = () => problem(422, "no");
    await outbox.drain();
    await outbox.drain();
    expect(server.count("submit")).toBe(1);
    server.intercept = () => null;
    await outbox.retry(seq);
    expect(status()).toMatchObject({ waiting: 0, attention: [] });
    expect(server.answers.size).toBe(1);
  });

  test("a 401 pauses and keeps everything until somebody signs in", async () => {
    const { outbox, status } = make();
    for (const n of [1, 2]) await put(outbox, n);
    server.intercept = () => problem(401, "not-signed-in");
    await outbox.drain();
    expect(server.calls).toHaveLength(1);
    expect(status()).toMatchObject({ signedOut: true, waiting: 2, attention: [] });
    server.intercept = () => null;
    await outbox.drain();
    expect(status()).toMatchObject({ signedOut: false, waiting: 0 });
  });

  test.each([500, 502, 503, 429])("a %i is tried again later", async (code) => {
    const { outbox, status } = make();
    await put(outbox, 1);
    server.intercept = () => problem(code, "busy");
    await outbox.drain();
    expect(status()).toMatchObject({ waiting: 1, attention: [], offlineSince: null });
    expect(status().nextTryAt).not.toBeNull();
  });

  test("an entry over which the server keeps crashing steps aside, and the others go on", async () => {
    const { outbox, status } = make();
    await put(outbox, 1);
    await put(outbox, 2);
    server.intercept = ({ path }) => (path.includes("assignment_1/") ? problem(500, "crash") : null);
    for (let i = 0; i < 5; i++) await outbox.drain();
    expect(status().attention.map((entry) => entry.title)).toEqual(["Task 1"]);
    expect(server.answers.size).toBe(1);
  });

  test("waits as long as the server asks", async () => {
    const { outbox, status } = make();
    await put(outbox, 1);
    server.intercept = () => problem(429, "busy", { "Retry-After": "20" });
    await outbox.drain();
    expect((status().nextTryAt ?? 0) - Date.now()).toBeGreaterThan(19_000);
  });

  test("tries again by itself, more and more slowly", async () => {
    const { outbox, status } = make();
    await put(outbox, 1);
    server.line = "down";
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      await outbox.drain();
      waits.push((status().nextTryAt ?? 0) - Date.now());
    }
    expect(waits[3]).toBeGreaterThan((waits[0] ?? 0) * 4);
    server.line = "up";
  });

  test("belongs to the person: another one at the same device sends nothing of it", async () => {
    const ada = make("user_ada");
    await put(ada.outbox, 1);
    const bo = make("user_bo");
    await bo.outbox.drain();
    expect(server.calls).toEqual([]);
    expect(await shelf.entriesOf("user_ada")).toHaveLength(1);
  });

  test("what is still here can be taken back", async () => {
    const { outbox, status } = make();
    const seq = await put(outbox, 1);
    expect((await outbox.withdraw(seq))?.title).toBe("Task 1");
    expect(status().waiting).toBe(0);
    await outbox.drain();
    expect(server.calls).toEqual([]);
  });

  test("a skip that no longer fits is forgotten", async () => {
    const { outbox, status } = make();
    await put(outbox, 1, "skip");
    server.intercept = () => problem(409, "lease-ended");
    await outbox.drain();
    expect(status()).toMatchObject({ waiting: 0, attention: [] });
  });

  test("works from memory where the browser keeps nothing", async () => {
    const memory = new MemoryShelf();
    const { outbox } = make("user_ada", memory);
    await put(outbox, 1);
    await outbox.drain();
    expect(memory.lasting).toBe(false);
    expect(server.answers.size).toBe(1);
  });

  test("names what is on its way and what was refused, so that a claim does not offer it again", async () => {
    const { outbox } = make();
    await put(outbox, 7);
    await put(outbox, 8);
    server.intercept = ({ path }) => problem(path.includes("assignment_7/") ? 409 : 503, "no");
    await outbox.drain();
    const { assignments, holds } = await outbox.finished();
    expect([...assignments]).toEqual(["assignment_8"]);
    expect([...holds]).toEqual(["assignment_7:1", "assignment_8:1"]);
  });

  test("what is added while it sends is sent as well", async () => {
    const { outbox } = make();
    await put(outbox, 1);
    const run = outbox.drain();
    await put(outbox, 2);
    void outbox.drain();
    await run;
    await until(() => server.answers.size === 2);
  });
});
