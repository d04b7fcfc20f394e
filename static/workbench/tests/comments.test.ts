import { describe, expect, test } from "vitest";

import { fetchComments, mayHaveComments, openAt, placesOf, resolve, say, shownComments, type Comment } from "../src/core/comments";
import { freshId } from "../src/core/regions";
import { INITIAL, type State, type Task } from "../src/core/state";
import { Store } from "../src/core/store";
import type { Region } from "../src/core/types";
import type { Workbench } from "../src/core/workbench";

const comment = (id: string, more: Partial<Comment> = {}): Comment => ({
  id, author: "Rui", is_mine: false, about: "Ada", region: "", text: "?", at: "2030-01-01T10:00:00Z", resolved: false, ...more,
});
const task = (more: Partial<Task> = {}): Task => ({
  kind: "annotate", annotation: null, answers: [], assignment: { id: "assignment_1" }, ...more,
} as Task);
const answers = [{ annotation: "annotation_a", annotator: "Ada" }, { annotation: "annotation_b", annotator: "Bo" }] as unknown as Task["answers"];

describe("where comments are", () => {
  test("one's own task, one's own fix, the answer that is reviewed", () => {
    expect(placesOf(task(), 0)?.write).toBe("assignments/assignment_1/comments");
    expect(placesOf(task({ kind: "fix", annotation: "annotation_1" }), 0)?.read).toBe("annotations/annotation_1/comments");
    expect(placesOf(task({ kind: "review", answers }), 1)).toEqual({
      read: "assignments/assignment_1/comments", write: "annotations/annotation_b/comments",
    });
    expect(placesOf(task({ kind: "review" }), 0)?.write).toBeNull();
    expect(placesOf(task({ kind: "look" }), 0)).toBeNull();
  });

  test("a task that nobody had before is not asked about", () => {
    expect(mayHaveComments(task(), [])).toBe(false);
    expect(mayHaveComments(task(), [{ id: "r1" }] as unknown as readonly Region[])).toBe(true);
    expect(mayHaveComments(task({ kind: "review" }), [])).toBe(true);
    expect(mayHaveComments(task({ assignment: { id: "a", draft: { regions: { format: 1, regions: [] }, etag: "1" } } as never }), [])).toBe(true);
  });

  test("a reviewer sees those on the answer that is looked at", () => {
    const state: State = { ...INITIAL, task: task({ kind: "review", answers }), comments: [comment("1"), comment("2", { about: "Bo" })] };
    expect(shownComments(state).map(({ id }) => id)).toEqual(["1"]);
    expect(shownComments({ ...state, review: { ...state.review, chosen: 1 } }).map(({ id }) => id)).toEqual(["2"]);
  });
});

describe("a region that is spoken of", () => {
  test("counts what is open", () => {
    const all = [comment("1", { region: "r1" }), comment("2", { region: "r1", resolved: true }), comment("3", { region: "r2" })];
    expect(openAt(all, "r1")).toBe(1);
  });

  test("leaves its id when it is gone: no other region is taken for it", () => {
    const regions = [{ id: "r1" }] as unknown as readonly Region[];
    expect(freshId(regions)).toBe("r2");
    expect(freshId(regions, [comment("1", { region: "r2" }), comment("2")])).toBe("r3");
  });
});

describe("talking to the server", () => {
  function benchWith(reply: (method: string, path: string, body: unknown) => unknown): { wb: Workbench; store: Store<State>; called: string[] } {
    const store = new Store<State>({ ...INITIAL, task: task() });
    const called: string[] = [];
    const api = {
      call: async (method: string, path: string, options: { readonly body?: unknown } = {}) => {
        called.push(`${method} ${path}`);
        return { data: reply(method, path, options.body) };
      },
    };
    const wb = { api, store, get state() { return store.state; } } as unknown as Workbench;
    return { wb, store, called };
  }

  test("what is said joins the list, and is settled in its place", async () => {
    const { wb, store, called } = benchWith((method, _path, body) =>
      method === "PATCH" ? comment("2", { resolved: true }) : comment("2", body as Partial<Comment>));
    store.set({ comments: [comment("1")] });
    await say(wb, "Which?", "r1", "key");
    expect(store.state.comments.map(({ id, text, region }) => [id, text, region])).toEqual([["1", "?", ""], ["2", "Which?", "r1"]]);
    await resolve(wb, comment("2"), true);
    expect(store.state.comments.map(({ resolved }) => resolved)).toEqual([false, true]);
    expect(called).toEqual(["POST assignments/assignment_1/comments", "PATCH comments/2"]);
  });

  test("an answer that comes when another task is shown is not shown there", async () => {
    const { wb, store } = benchWith(() => {
      store.set({ task: task({ assignment: { id: "assignment_2" } as never }) });
      return { results: [comment("1")] };
    });
    await fetchComments(wb);
    expect(store.state.comments).toEqual([]);
  });
});
