import { beforeEach, describe, expect, test } from "vitest";

import { createApi } from "../src/core/api";
import { Autosave, type DraftStatus, type ServerDraft } from "../src/core/autosave";
import { MemoryShelf } from "../src/core/memory";
import { refusedProblems } from "../src/core/problems";
import type { Problem } from "../src/core/schema";
import type { Region } from "../src/core/types";
import { Server, assignmentNamed, json, problem, until } from "./server";

const one: Region = { id: "r1", question: "intent", kind: "item", label: "a" };
const two: Region = { id: "r1", question: "intent", kind: "item", label: "b" };

let server: Server;
let shelf: MemoryShelf;
let seen: DraftStatus[];
let lost: number;
let theirs: ServerDraft | null;
let problems: Problem[];

function make(): Autosave {
  return new Autosave({
    shelf, api: createApi("/api/v1/", "token", server.fetch), delayMs: 10,
    onStatus: (status) => seen.push(status),
    onHoldLost: () => lost++,
    onLease: () => undefined,
    onRefused: (refusal, regions) => problems.push(...refusedProblems(refusal, regions)),
    theirs: () => Promise.resolve(theirs),
  });
}

function open(autosave: Autosave, etag: string | null = null): void {
  autosave.open({ id: "ada:assignment_1", path: "assignments/assignment_1/draft", fence: 1, etag });
}

const last = (): string | undefined => seen.at(-1)?.state;
const drafts = (): number => server.count("draft");

beforeEach(() => {
  server = new Server();
  server.held.set("assignment_1", assignmentNamed("assignment_1"));
  shelf = new MemoryShelf();
  seen = [];
  lost = 0;
  theirs = null;
  problems = [];
});

describe("drafts", () => {
  test("are written half a moment after the last change, once", async () => {
    const autosave = make();
    open(autosave);
    autosave.changed([one]);
    autosave.changed([two]);
    expect(drafts()).toBe(0);
    await until(() => last() === "saved");
    expect(drafts()).toBe(1);
    expect(server.held.get("assignment_1")?.draft?.regions.regions).toEqual([two]);
    expect(await shelf.draft("ada:assignment_1")).toMatchObject({ regions: [two], sent: true });
  });

  test("that the server finds wrong are kept here, with the place named", async () => {
    const errors = [
      { at: "regions/1/at/x", code: "wrong-type", detail: "A number is wanted." },
      { at: "regions/r1/at/to", code: "unknown-region", detail: "There is no such region." },
      { at: "", code: "too-large", detail: "The document is too large." },
    ];
    server.intercept = ({ path }) => path.includes("draft") ? json(422, { code: "regions-invalid", errors }) : null;
    const autosave = make();
    open(autosave);
    autosave.changed([one, { ...two, id: "r2", question: "other" }]);
    await until(() => last() === "refused");
    expect(problems.map(({ question, region, detail }) => [question, region, detail])).toEqual([
      ["other", "r2", "A number is wanted."],
      ["intent", "r1", "There is no such region."],
      ["", null, "The document is too large."],
    ]);
    expect(await shelf.draft("ada:assignment_1")).toMatchObject({ sent: false });
    server.intercept = () => null;
    autosave.changed([one]);
    await until(() => last() === "saved");
  });

  test("carry the mark of the one before", async () => {
    const autosave = make();
    open(autosave);
    autosave.changed([one]);
    await until(() => last() === "saved");
    autosave.changed([two]);
    await until(() => drafts() === 2 && last() === "saved");
    expect(server.calls.map((call) => call.headers["If-Match"])).toEqual(["*", '"1"']);
  });

  test("stay on this device while the line is down", async () => {
    const autosave = make();
    open(autosave);
    server.line = "down";
    autosave.changed([one]);
    await until(() => last() === "kept");
    expect(await shelf.draft("ada:assignment_1")).toMatchObject({ regions: [one], sent: false });
    server.line = "up";
    await autosave.flush();
    expect(last()).toBe("saved");
  });

  test("another tab that was faster is not overwritten until the person says so", async () => {
    const autosave = make();
    open(autosave, '"old"');
    autosave.changed([one]);
    await until(() => last() === "conflict");
    autosave.changed([two]);
    await autosave.flush();
    expect(drafts()).toBe(1);
    await autosave.insist();
    expect(last()).toBe("saved");
    expect(server.held.get("assignment_1")?.draft?.regions.regions).toEqual([two]);
  });

  test("our own request whose answer was lost is no conflict", async () => {
    const autosave = make();
    open(autosave);
    autosave.changed([one]);
    await until(() => last() === "saved");
    server.line = "lossy";
    autosave.changed([two]);
    await until(() => last() === "kept");
    server.line = "up";
    const draft = server.held.get("assignment_1")?.draft;
    theirs = draft ? { regions: draft.regions.regions, etag: draft.etag } : null;
    autosave.changed([one, { ...two, id: "r2" }]);
    await until(() => last() === "saved");
    expect(seen.some((status) => status.state === "conflict")).toBe(false);
  });

  test("a hold that ended is told, and the draft stays here", async () => {
    server.held.clear();
    const autosave = make();
    open(autosave);
    autosave.changed([one]);
    await until(() => lost === 1);
    expect(last()).toBe("kept");
    expect(await shelf.draft("ada:assignment_1")).not.toBeNull();
  });

  test("a session that ended is no lost hold", async () => {
    server.intercept = () => problem(401, "not-signed-in");
    const autosave = make();
    open(autosave);
    autosave.changed([one]);
    await until(() => last() === "kept");
    expect(lost).toBe(0);
  });

  test("nothing of a finished task is written after it", async () => {
    const autosave = make();
    open(autosave);
    autosave.changed([one]);
    autosave.close();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(drafts()).toBe(0);
  });
});
