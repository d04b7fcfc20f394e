/** A small server in memory that speaks the queue protocol, with a line that can be cut. */

import type { Fetch } from "../src/core/api";
import type { Assignment, Regions } from "../src/core/types";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}

type Handler = (call: Call) => Response | null;

export const DEFINITION = {
  format: 1,
  data_type: "text",
  questions: [
    { name: "intent", type: "choice", required: true, labels: [{ key: "a", hotkey: "1" }, { key: "b", hotkey: "2" }] },
  ],
};

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = status === 204 ? null : JSON.stringify(body);
  return new Response(text, { status, headers: { "Content-Type": "application/json", ...headers } });
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return json(status, { type: `/problems/${code}`, title: code, status, detail: `It says ${code}.`, code }, headers);
}

export function assignmentNamed(id: string, rest: Partial<Assignment> = {}): Assignment {
  return {
    id, fence: 1, lease_ends_at: new Date(Date.now() + 900_000).toISOString(), lease_seconds: 900,
    stage: "annotate",
    item: { id: `item_${id}`, data_type: "text", text: `Text of ${id}` },
    schema_revision: { id: "schemarev_1", number: 1, url: "/api/v1/schemas/schema_1/revisions/1" },
    suggestions: [], draft: null, ...rest,
  };
}

export class Server {
  /** Down: no answer. Lossy: the server acts, but the answer never arrives. */
  line: "up" | "down" | "lossy" = "up";
  readonly calls: Call[] = [];
  readonly answers = new Map<string, { readonly assignment: string; readonly regions: Regions }>();
  readonly held = new Map<string, Assignment>();
  readonly keys = new Map<string, unknown>();
  intercept: Handler = () => null;
  /** A claim's answer is on its way until this settles. */
  slowClaim: Promise<void> = Promise.resolve();
  #next = 0;
  readonly #total: number;

  constructor(total = 100) {
    this.#total = total;
  }

  readonly fetch: Fetch = async (url, init) => {
    const call: Call = {
      method: init.method ?? "GET",
      path: url.replace("/api/v1/", ""),
      headers: init.headers as Record<string, string>,
      body: init.body ? (JSON.parse(String(init.body)) as Record<string, unknown>) : {},
    };
    if (this.line === "down") throw new TypeError("Failed to fetch");
    this.calls.push(call);
    const response = this.intercept(call) ?? this.#answer(call);
    if (call.path.includes("claim")) await this.slowClaim;
    if (this.line === "lossy") throw new TypeError("The line broke");
    return response;
  };

  /** How often a path was asked. */
  count(part: string): number {
    return this.calls.filter((call) => call.path.includes(part)).length;
  }

  #answer(call: Call): Response {
    const [kind, id = "", verb] = call.path.split("/");
    if (kind === "queues" && verb === "claim") return this.#claim(Number(call.body.hold));
    if (kind === "assignments" && verb === "submit") return this.#submit(id, call);
    if (kind === "assignments" && verb === "draft") return this.#draft(id, call);
    if (kind === "assignments" && verb === "renew") return this.#renew(id);
    if (kind === "assignments" && (verb === "skip" || verb === "release")) {
      return this.held.delete(id) ? json(200, {}) : problem(409, "lease-ended");
    }
    return problem(404, "not-found");
  }

  /** Claims to be answered with "ask once more" before the next one finds something. */
  searching = 0;

  #claim(hold: number): Response {
    if (this.searching-- > 0) return json(200, { assignments: [], progress: { done: 0, total: 1, mine: 0 }, again: true });
    const given = [...this.held.values()].slice(0, hold);
    while (given.length < hold && this.#next < this.#total) {
      const assignment = assignmentNamed(`assignment_${this.#next++}`);
      this.held.set(assignment.id, assignment);
      given.push(assignment);
    }
    if (given.length === 0) return json(204, null);
    const mine = this.answers.size;
    return json(200, { assignments: given, progress: { done: mine, total: this.#total, mine } });
  }

  #submit(id: string, call: Call): Response {
    const key = call.headers["Idempotency-Key"] ?? "";
    const before = this.keys.get(key);
    if (before) return json(200, before);
    const second = [...this.answers.values()].some((one) => one.assignment === id);
    const answer = { annotation: `annotation_${key}`, extra: !this.held.has(id), task_done: true, answered_before: second };
    this.keys.set(key, answer);
    this.answers.set(key, { assignment: id, regions: (call.body.regions as { regions: Regions }).regions });
    this.held.delete(id);
    return json(201, answer);
  }

  #draft(id: string, call: Call): Response {
    const assignment = this.held.get(id);
    if (!assignment) return this.#over(id);
    const match = call.headers["If-Match"];
    if (match !== "*" && match !== (assignment.draft?.etag ?? '"0"')) return problem(412, "draft-changed");
    const etag = `"${this.calls.length}"`;
    const regions = call.body.regions as NonNullable<Assignment["draft"]>["regions"];
    this.held.set(id, { ...assignment, draft: { regions, etag } });
    return json(200, { etag, saved_at: new Date().toISOString() });
  }

  #over(id: string): Response {
    const wasAnswered = [...this.answers.values()].some((one) => one.assignment === id);
    return problem(409, wasAnswered ? "already-answered" : "lease-ended");
  }

  #renew(id: string): Response {
    const assignment = this.held.get(id);
    if (!assignment) return this.#over(id);
    const renewed = { ...assignment, lease_ends_at: new Date(Date.now() + 900_000).toISOString() };
    this.held.set(id, renewed);
    return json(200, { lease_ends_at: renewed.lease_ends_at });
  }
}

/** Waits until something is so; fails after two seconds. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`It never came to that: ${isSo}`);
}
