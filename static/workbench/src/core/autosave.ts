/** Drafts: half a second after the last change on this device, then on the server. */

import { NoConnection, Refusal, type Api } from "./api";
import { isSignedOut } from "./outbox";
import { sameRegions } from "./regions";
import type { Shelf } from "./shelf";
import { documentOf, type Regions } from "./types";

export type DraftState =
  /** Nothing was changed yet. */
  | "untouched"
  /** Changed a moment ago. */
  | "unsaved"
  /** On this device only. */
  | "kept"
  /** On this device only, since the server will not have it as it is. */
  | "refused"
  /** On the server. */
  | "saved"
  /** Another tab or device saved something else in the meantime. */
  | "conflict";

export interface DraftStatus {
  readonly state: DraftState;
  readonly at: number | null;
}

/** The mark of the draft of a task that has none yet. */
export const NONE_SEEN = '"0"';

export const NO_DRAFT: DraftStatus = { state: "untouched", at: null };

/** Where a draft goes. `path` is null where the server keeps none (fixing an older answer). */
export interface DraftTarget {
  readonly id: string;
  readonly path: string | null;
  fence: number;
  etag: string | null;
}

export interface AutosavePorts {
  readonly shelf: Shelf;
  readonly api: Api;
  readonly delayMs?: number;
  onStatus(status: DraftStatus): void;
  /** Saving renewed the lease until then. */
  onLease(endsAt: string): void;
  /** The server no longer knows this hold, and says why. */
  onHoldLost(refusal: Refusal): void;
  /** The server found the document wrong, and says where. */
  onRefused(refusal: Refusal, regions: Regions): void;
  /** What the server has now, or null when it has nothing or cannot be asked. */
  theirs(id: string): Promise<ServerDraft | null>;
}

interface Saved {
  readonly etag: string;
  readonly lease_ends_at?: string;
}

export interface ServerDraft {
  readonly regions: Regions;
  readonly etag: string;
}

const DELAY_MS = 500;
/** The browser refuses a request that outlives its page above 64 kB. */
const MOST_KEEPALIVE = 60_000;

export class Autosave {
  readonly #ports: AutosavePorts;
  #target: DraftTarget | null = null;
  #regions: Regions | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | null = null;
  #stopped = false;
  /** Another tab saves this task: here it is only kept, beside the draft. */
  #held = false;
  /** Sent, but the answer never came: the server may or may not have it. */
  #uncertain: Regions | null = null;

  constructor(ports: AutosavePorts) {
    this.#ports = ports;
  }

  /** Begins with a task. What the task was opened with counts as saved. */
  open(target: DraftTarget): void {
    this.close();
    this.#target = target;
  }

  /** Ends with the task; what was not written yet is forgotten. */
  close(): void {
    clearTimeout(this.#timer);
    this.#target = null;
    this.#regions = null;
    this.#stopped = false;
    this.#held = false;
    this.#uncertain = null;
    this.#ports.onStatus(NO_DRAFT);
  }

  /** Whether something here has not reached the server. */
  get hasChanges(): boolean {
    return this.#regions !== null;
  }

  /** From now on another tab saves; what changes here stays on this device. */
  hold(): void {
    this.#held = true;
    this.#stopped = false;
    this.#ports.onStatus(this.hasChanges ? { state: "kept", at: Date.now() } : NO_DRAFT);
  }

  /** Saves to the server again, on top of what was seen of it last. */
  async goOn(): Promise<void> {
    this.#held = false;
    await this.flush();
  }

  /** A new hold on the same task. */
  renewed(fence: number): void {
    if (!this.#target) return;
    this.#target.fence = fence;
    this.#stopped = false;
  }

  changed(regions: Regions): void {
    if (!this.#target) return;
    this.#regions = regions;
    if (!this.#stopped) this.#ports.onStatus({ state: "unsaved", at: null });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), this.#ports.delayMs ?? DELAY_MS);
  }

  /** Writes now what is not written yet: first here, then on the server. */
  async flush(leaving = false): Promise<void> {
    clearTimeout(this.#timer);
    const target = this.#target;
    const regions = this.#regions;
    if (!target || !regions) return;
    await this.#keep(target, regions, false);
    if (this.#target !== target) return;
    if (!target.path || this.#stopped || this.#held) {
      if (!this.#stopped) this.#ports.onStatus({ state: "kept", at: Date.now() });
      return;
    }
    // One request at a time, so that each carries the mark of the one before.
    if (this.#sending) await this.#sending;
    if (this.#target !== target || this.#regions !== regions) return;
    this.#sending = this.#send(target, regions, leaving).finally(() => {
      this.#sending = null;
    });
    await this.#sending;
  }

  /** Settles a conflict: what is on this screen replaces what the other tab saved. */
  async insist(): Promise<void> {
    if (!this.#target) return;
    this.#target.etag = null;
    this.#stopped = false;
    this.#held = false;
    await this.flush();
  }

  async #send(target: DraftTarget, regions: Regions, leaving: boolean): Promise<void> {
    const body = { fence: target.fence, regions: documentOf(regions) };
    const keepalive = leaving && JSON.stringify(body).length < MOST_KEEPALIVE;
    const headers = { "If-Match": target.etag ?? "*" };
    try {
      const path = target.path ?? "";
      const reply = await this.#ports.api.call<Saved>("PUT", path, { body, headers, keepalive });
      target.etag = reply.data.etag;
      if (this.#target !== target) return;
      if (reply.data.lease_ends_at) this.#ports.onLease(reply.data.lease_ends_at);
      await this.#keep(target, regions, true);
      if (this.#regions !== regions) return;
      this.#regions = null;
      this.#ports.onStatus({ state: "saved", at: Date.now() });
    } catch (error) {
      if (this.#target === target) await this.#failed(target, regions, error);
    }
  }

  async #failed(target: DraftTarget, regions: Regions, error: unknown): Promise<void> {
    if (!(error instanceof Refusal)) {
      if (!(error instanceof NoConnection)) throw error;
      this.#uncertain = regions;
      this.#ports.onStatus({ state: "kept", at: Date.now() });
    } else if (error.status === 412) {
      await this.#conflict(target, Date.parse(String(error.body.saved_at)));
    } else if (error.status === 422) {
      this.#ports.onStatus({ state: "refused", at: Date.now() });
      this.#ports.onRefused(error, regions);
    } else {
      this.#ports.onStatus({ state: "kept", at: Date.now() });
      if (isLost(error) && !isSignedOut(error)) {
        this.#stopped = true;
        this.#ports.onHoldLost(error);
      }
    }
  }

  /** Somebody was faster: another tab, or our own request whose answer was lost on the way. */
  async #conflict(target: DraftTarget, savedAt: number): Promise<void> {
    const uncertain = this.#uncertain;
    const theirs = uncertain ? await this.#ports.theirs(target.id) : null;
    if (this.#target !== target) return;
    this.#uncertain = null;
    if (uncertain && theirs && sameRegions(theirs.regions, uncertain)) {
      target.etag = theirs.etag;
      this.#timer = setTimeout(() => void this.flush(), 0);
      return;
    }
    this.#stopped = true;
    this.#ports.onStatus({ state: "conflict", at: savedAt || Date.now() });
  }

  #keep(target: DraftTarget, regions: Regions, sent: boolean): Promise<void> {
    const id = this.#held ? besideId(target.id) : target.id;
    const { etag } = target;
    return this.#ports.shelf.putDraft({ id, regions, savedAt: Date.now(), etag, sent });
  }
}

/** The name under which another version of a draft is kept. */
export function besideId(id: string): string {
  return `${id}#beside`;
}

/** The lease ended, or the assignment is no longer ours. */
export function isLost(refusal: Refusal): boolean {
  return [403, 404, 409, 410].includes(refusal.status);
}
