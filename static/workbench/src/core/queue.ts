/**
 * The stream of tasks: claimed ahead, decoded ahead, their leases renewed, and given back on leaving.
 *
 * What was claimed stays usable while the line is down, even past its lease: finished work is never
 * refused for being late.
 */

import { NoConnection, Refusal, type Api } from "./api";
import { isLost } from "./autosave";
import type { SettingsPlace } from "./keymap";
import type { EntryKind } from "./shelf";
import type { Assignment, ClaimReply, Progress, Stage } from "./types";

export type ClaimState = "idle" | "asking" | "nothing" | "offline" | "signed-out" | "fault";

export interface QueuePorts {
  readonly api: Api;
  readonly queue: string;
  readonly stage: Stage;
  readonly hold: number;
  /** Assignments whose work is on its way to the server, and holds whose work was refused. */
  finished(): Promise<Finished>;
  /** Fetches and decodes what a task needs, so that showing it takes one frame. */
  prepare(assignment: Assignment): Promise<void>;
  onChange(): void;
  onProgress(progress: Progress): void;
  /** Somebody has begun with this one: it stays, whatever becomes of its lease. */
  isBegun?(assignment: Assignment): boolean;
  /** The lease of the task on the stage ended and could not be renewed; the server says why. */
  onLost(refusal: Refusal): void;
  onRenewed(assignment: Assignment): void;
  /** Where it is noted which task is on the stage; null where nothing is kept. */
  readonly place?: SettingsPlace | null;
}

export interface Finished {
  readonly assignments: ReadonlySet<string>;
  readonly holds: ReadonlySet<string>;
}

/** One more is done. The next claim tells the true numbers; the last one of a queue tells none. */
export function withOneMore(progress: Progress | null, kind: EntryKind): Progress | null {
  if (!progress || !["submit", "review"].includes(kind)) return progress;
  return { ...progress, done: Math.min(progress.done + 1, progress.total), mine: progress.mine + 1 };
}

/** Name of one hold. A task that comes back to the same person has a new fence. */
export function holdOf(assignment: Assignment): string {
  return `${assignment.id}:${assignment.fence}`;
}

export class TaskQueue {
  readonly #ports: QueuePorts;
  #ready: Assignment[] = [];
  #current: Assignment | null = null;
  /** The highest fence of each assignment that was finished here, and when that was. */
  readonly #done = new Map<string, { readonly fence: number; readonly at: number }>();
  #asking: Promise<void> | null = null;
  #askAgain = false;
  #state: ClaimState = "idle";
  #fault: unknown = null;
  #renewing = false;
  /** Begun, and no longer held: not asked for again, still to be finished. */
  readonly #late = new Set<string>();

  constructor(ports: QueuePorts) {
    this.#ports = ports;
  }

  get ready(): readonly Assignment[] {
    return this.#ready;
  }

  get state(): ClaimState {
    return this.#state;
  }

  /** Why the last claim brought nothing: the server's refusal, or a fault of this device. */
  get fault(): unknown {
    return this.#fault;
  }

  /** The next task, or null when none is here. Asks for more behind it. */
  take(): Assignment | null {
    this.#current = this.#ready.shift() ?? null;
    if (this.#current) this.#note(this.#current.id);
    this.#ports.onChange();
    return this.#current;
  }

  get #noted(): string { return `winnow-at-${this.#ports.queue}`; }

  #note(id: string): void {
    try {
      this.#ports.place?.setItem(this.#noted, id);
    } catch {
      // A device that takes no more only loses which of one's tasks was the last.
    }
  }

  /** A tab that crashed comes back to the task it showed, whichever of one's tasks was claimed first. */
  #asBefore(fresh: readonly Assignment[]): Assignment[] {
    if (this.#current || this.#ready.length) return [...fresh];
    const at = this.#ports.place?.getItem(this.#noted);
    return [...fresh.filter(({ id }) => id === at), ...fresh.filter(({ id }) => id !== at)];
  }

  /** Marks the hold as finished: it will not be offered again. */
  finish(assignment: Assignment): void {
    this.#markDone(assignment.id, assignment.fence);
    if (this.#current?.id === assignment.id) this.#current = null;
  }

  /** Never offer this hold ("assignment:fence"): its work is on its way, perhaps from before a reload. */
  exclude(hold: string): void {
    const [id = "", fence] = hold.split(":");
    this.#markDone(id, Number(fence));
    this.#ready = this.#ready.filter((one) => holdOf(one) !== hold);
  }

  #markDone(id: string, fence: number): void {
    const before = this.#done.get(id)?.fence ?? 0;
    this.#done.set(id, { fence: Math.max(before, fence || 0), at: performance.now() });
  }

  /** Puts a task aside, to be the next one again. */
  putBack(assignment: Assignment): void {
    this.#done.delete(assignment.id);
    this.#ready = [assignment, ...this.#ready.filter((one) => one.id !== assignment.id)];
    if (this.#current?.id === assignment.id) this.#current = null;
    this.#ports.onChange();
  }

  /** Puts a task aside, to come back after the others. */
  putLast(assignment: Assignment): void {
    this.#ready = [...this.#ready.filter((one) => one.id !== assignment.id), assignment];
    if (this.#current?.id === assignment.id) this.#current = null;
    this.#ports.onChange();
  }

  /** Claims up to the limit. A call while one is under way asks once more afterwards. */
  refill(): Promise<void> {
    if (this.#asking) {
      this.#askAgain = true;
      return this.#asking;
    }
    this.#asking = this.#claim().finally(() => {
      this.#asking = null;
      if (this.#askAgain) {
        this.#askAgain = false;
        void this.refill();
      }
    });
    return this.#asking;
  }

  async #claim(): Promise<void> {
    this.#set("asking");
    const path = `queues/${this.#ports.queue}/claim`;
    const askedAt = performance.now();
    try {
      const reply = await this.#ports.api.call<ClaimReply | null>("POST", path, {
        body: { hold: this.#ports.hold, stage: this.#ports.stage },
      });
      await this.#took(reply.data, askedAt);
    } catch (error) {
      this.#claimFailed(error);
    }
  }

  async #took(reply: ClaimReply | null, askedAt: number): Promise<void> {
    const finished = await this.#ports.finished();
    if (reply?.progress) this.#ports.onProgress(reply.progress);
    const fresh: Assignment[] = [];
    for (const assignment of reply?.assignments ?? []) {
      if (this.#isFinished(assignment, finished, askedAt)) continue;
      if (this.#isHere(assignment)) this.#replace(assignment);
      else fresh.push(assignment);
    }
    // Hands full of work that is on its way: what is left shows when the first of it has arrived.
    const isFull = (reply?.assignments ?? []).some((one) => finished.assignments.has(one.id));
    this.#ready.push(...this.#asBefore(fresh));
    this.#fault = null;
    if (reply?.again) this.#askAgain = true;
    else this.#set(this.#ready.length || this.#current || isFull ? "idle" : "nothing");
    for (const assignment of fresh) await this.#ports.prepare(assignment).catch(() => undefined);
  }

  /**
   * Whether this was done already. A late answer may cross the claim that gives its task out anew: what
   * is on its way, or arrived after this claim was asked, is done under whatever fence.
   */
  #isFinished({ id, fence }: Assignment, { assignments, holds }: Finished, askedAt: number): boolean {
    const done = this.#done.get(id);
    const crossed = assignments.has(id) || (done !== undefined && done.at >= askedAt);
    if (crossed) this.#markDone(id, fence);
    return crossed || holds.has(`${id}:${fence}`) || (done !== undefined && fence <= done.fence);
  }

  #claimFailed(error: unknown): void {
    if (error instanceof NoConnection) return this.#set("offline");
    const status = error instanceof Refusal ? error.status : 0;
    if (status === 401) return this.#set("signed-out");
    if (status === 429 || status >= 500) return this.#set("offline");
    this.#fault = error;
    this.#set("fault");
  }

  #isHere(assignment: Assignment): boolean {
    return [this.#current, ...this.#ready].some((one) => one?.id === assignment.id);
  }

  /** Another lease of a task that is here: the task stays as it is, the hold is the new one. */
  #replace(fresh: Assignment): void {
    const merged = (old: Assignment): Assignment => ({
      ...old,
      fence: fresh.fence,
      lease_ends_at: fresh.lease_ends_at,
      lease_seconds: fresh.lease_seconds,
    });
    this.#ready = this.#ready.map((one) => (one.id === fresh.id ? merged(one) : one));
    if (this.#current?.id === fresh.id) {
      this.#current = merged(this.#current);
      this.#ports.onRenewed(this.#current);
    }
  }

  /** Renews every lease that is half over. Call now and then, while somebody is working. */
  async renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      await this.#renewDue();
    } finally {
      this.#renewing = false;
    }
  }

  async #renewDue(): Promise<void> {
    const held = [this.#current, ...this.#ready].filter((one) => one !== null);
    const due = held.filter((one) => this.#isHalfOver(one) && !this.#late.has(holdOf(one)));
    for (const assignment of due) {
      if (!(await this.#renewOne(assignment))) return;
    }
  }

  #isHalfOver(assignment: Assignment): boolean {
    const left = Date.parse(assignment.lease_ends_at) - this.#ports.api.now();
    return left < (assignment.lease_seconds * 1000) / 2;
  }

  /** False when the line is down, so that the rest need not be tried. */
  async #renewOne(assignment: Assignment): Promise<boolean> {
    try {
      const path = `assignments/${assignment.id}/renew`;
      const body = { fence: assignment.fence };
      const reply = await this.#ports.api.call<{ lease_ends_at: string }>("POST", path, { body });
      this.#replace({ ...assignment, lease_ends_at: reply.data.lease_ends_at });
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) return false;
      if (!isLost(error)) return false;
      this.#lost(assignment, error);
      return true;
    }
  }

  #lost(assignment: Assignment, refusal: Refusal): void {
    if (this.#current?.id === assignment.id) {
      this.#ports.onLost(refusal);
      return;
    }
    // A late answer is kept; one that was given in another tab already need not be given again.
    if (refusal.code !== "already-answered" && this.#ports.isBegun?.(assignment)) {
      this.#late.add(holdOf(assignment));
      return;
    }
    this.#ready = this.#ready.filter((one) => one.id !== assignment.id);
    this.#ports.onChange();
    void this.refill();
  }

  /** The server said until when the task on the stage is held. */
  extend(leaseEndsAt: string): void {
    if (this.#current) this.#replace({ ...this.#current, lease_ends_at: leaseEndsAt });
  }

  /** Gives back what was only prefetched. The request outlives the page. */
  releaseAhead(): void {
    for (const assignment of this.#ready) this.release(assignment);
    this.#ready = [];
  }

  release(assignment: Assignment): void {
    const path = `assignments/${assignment.id}/release`;
    const body = { fence: assignment.fence };
    this.#ports.api.call("POST", path, { body, keepalive: true }).catch(() => undefined);
  }

  #set(state: ClaimState): void {
    this.#state = state;
    this.#ports.onChange();
  }
}
