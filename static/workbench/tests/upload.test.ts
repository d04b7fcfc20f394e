import { beforeEach, describe, expect, test } from "vitest";

import { createApi, type Fetch } from "../src/core/api";
import { Cancelled, Upload, patiently, type UploadProgress } from "../src/pages/upload/client";
import { isLitter, type Found } from "../src/pages/upload/files";
import { followJob, type Job } from "../src/pages/upload/job";
import { Pace } from "../src/pages/upload/pace";
import { json, problem } from "./server";

const PART = 1000;

function file(name: string, size: number): Found {
  return { name, file: new File([new Uint8Array(size).fill(7)], name) };
}

/** Takes uploads in memory; `failing` says which part fails how often. */
class UploadServer {
  readonly opened: { files: { name: string; size: number }[]; options: unknown }[] = [];
  readonly parts = new Map<string, number>();
  readonly keys: string[] = [];
  readonly failing = new Map<string, number>();
  committed = 0;
  discarded = 0;
  received: readonly string[] = [];

  readonly fetch: Fetch = async (url, init) => {
    const headers = init.headers as Record<string, string>;
    if (init.method === "POST" && url.endsWith("/uploads")) return this.#open(JSON.parse(String(init.body)), headers);
    if (init.method === "PUT") return this.#part(url, init.body as Blob);
    if (init.method === "DELETE") return this.discarded++, new Response(null, { status: 204 });
    this.committed++;
    return json(202, {}, { Location: "/api/v1/jobs/job_1" });
  };

  #open(body: UploadServer["opened"][number], headers: Record<string, string>): Response {
    this.opened.push(body);
    this.keys.push(headers["Idempotency-Key"] ?? "");
    const files = body.files.map(({ size }, index) => ({
      index, part_size: PART,
      parts: Array.from({ length: Math.ceil(size / PART) }, (_, n) => {
        const url = `/api/v1/uploads/upload_1/files/${index}/parts/${n + 1}`;
        return { number: n + 1, url, received: this.received.includes(url) };
      }),
    }));
    return json(201, { id: "upload_1", files, commit_url: "/api/v1/uploads/upload_1/commit" });
  }

  async #part(url: string, body: Blob): Promise<Response> {
    const left = this.failing.get(url) ?? 0;
    if (left > 0) {
      this.failing.set(url, left - 1);
      return problem(422, "bad-part");
    }
    this.parts.set(url, (await body.arrayBuffer()).byteLength);
    return new Response(null, { status: 204 });
  }
}

let server: UploadServer;
let seen: UploadProgress[];

function start(found: readonly Found[], options = {}): Upload {
  const api = createApi("/api/v1/", "token", server.fetch);
  return new Upload(api, "/api/v1/datasets/dataset_1/uploads", found, options, (progress) => seen.push(progress));
}

beforeEach(() => {
  server = new UploadServer();
  seen = [];
});

describe("an upload", () => {
  test("sends every part of every file and commits once", async () => {
    const job = await start([file("a.csv", 2500), file("folder/b.jpg", 10)], { label: "class" }).run();
    expect(job).toBe("/api/v1/jobs/job_1");
    expect(server.opened[0]).toEqual({
      files: [{ name: "a.csv", size: 2500 }, { name: "folder/b.jpg", size: 10 }], options: { label: "class" },
    });
    expect([...server.parts.values()].sort((a, b) => a - b)).toEqual([10, 500, 1000, 1000]);
    expect(server.committed).toBe(1);
    expect(seen.at(-1)).toEqual({ filesDone: 2, files: 2, bytesDone: 2510, bytes: 2510 });
  });

  test("goes on where it stopped, under the same key", async () => {
    const upload = start([file("a.csv", 3000)]);
    server.failing.set("/api/v1/uploads/upload_1/files/0/parts/2", 1);
    await expect(upload.run()).rejects.toThrow("bad-part");
    expect(server.committed).toBe(0);
    await upload.run();
    expect(server.opened).toHaveLength(1);
    expect(server.parts.size).toBe(3);
    expect(server.committed).toBe(1);
  });

  test("does not send again what the server has", async () => {
    server.received = ["/api/v1/uploads/upload_1/files/0/parts/1"];
    await start([file("a.csv", 2000)]).run();
    expect([...server.parts.keys()]).toEqual(["/api/v1/uploads/upload_1/files/0/parts/2"]);
  });

  test("stops when it is cancelled and commits nothing", async () => {
    const upload = start([file("a.csv", 9000)]);
    upload.cancel();
    await expect(upload.run()).rejects.toThrow(Cancelled);
    expect([server.committed, server.discarded]).toEqual([0, 1]);
  });
});

describe("patience", () => {
  const api = (fetch: Fetch): ReturnType<typeof createApi> => createApi("/api/v1/", "token", fetch);

  test("tries again while the trouble may pass", async () => {
    let calls = 0;
    const waits: number[] = [];
    const client = api(async () => (++calls < 3 ? problem(503, "busy", { "Retry-After": "9" }) : json(200, { ok: true })));
    const reply = await patiently(() => client.call("GET", "x"), async (ms) => void waits.push(ms));
    expect(reply.data).toEqual({ ok: true });
    expect(waits).toEqual([9000, 9000]);
  });

  test("takes a plain no for an answer", async () => {
    let calls = 0;
    const client = api(async () => (calls++, problem(413, "too-large")));
    await expect(patiently(() => client.call("GET", "x"), async () => undefined)).rejects.toThrow("too-large");
    expect(calls).toBe(1);
  });
});

test("what file managers leave behind is no item", () => {
  expect([".DS_Store", "a/.DS_Store", "Thumbs.db", "__MACOSX/a.jpg", "x/._y.png"].every(isLitter)).toBe(true);
  expect(["a.jpg", "my.DS_Store.txt", "folder/b.csv", "thumbs.dbx"].some(isLitter)).toBe(false);
});

test("the pace comes from the last half minute and gives the time left", () => {
  let now = 0;
  const pace = new Pace(() => now);
  pace.note(0);
  expect(pace.rate).toBeNull();
  now = 10_000;
  pace.note(100);
  expect(pace.rate).toBe(10);
  expect(pace.left(200)).toBe(10);
});

test("a job is followed until it has ended", async () => {
  const states = ["queued", "running", "succeeded"];
  const client = createApi("/api/v1/", "token", async () => json(200, { state: states.shift(), done: 1, total: 1, unit: "items", note: "", report: {}, error: null }));
  const seenStates: string[] = [];
  const job: Job = await followJob(client, "/api/v1/jobs/job_1", (one) => seenStates.push(one.state));
  expect(job.state).toBe("succeeded");
  expect(seenStates).toEqual(["queued", "running", "succeeded"]);
}, 10_000);
