/** The upload protocol: open, send parts, commit. What broke off is sent again from where it stopped. */

import { NoConnection, Refusal, type Api } from "../../core/api";
import { uuid } from "../../core/uuid";
import type { Found } from "./files";

interface Part {
  readonly number: number;
  readonly url: string;
  readonly received: boolean;
}

interface OpenUpload {
  readonly id: string;
  readonly files: ReadonlyArray<{ readonly index: number; readonly part_size: number; readonly parts: readonly Part[] }>;
  readonly commit_url: string;
}

interface Piece {
  readonly file: number;
  readonly url: string;
  readonly from: number;
  readonly to: number;
}

export interface UploadProgress {
  readonly filesDone: number;
  readonly files: number;
  readonly bytesDone: number;
  readonly bytes: number;
}

export type Options = Readonly<Record<string, string | boolean>>;

const AT_ONCE = 3;
const TRIES = 8;
const PART_TIMEOUT_MS = 10 * 60_000;

export class Upload {
  readonly #api: Api;
  readonly #url: string;
  readonly #found: readonly Found[];
  readonly #options: Options;
  readonly #openKey = uuid();
  readonly #commitKey = uuid();
  readonly #tell: (progress: UploadProgress) => void;
  readonly #left: number[];
  #opened: OpenUpload | null = null;
  #pieces: Piece[] = [];
  #bytesDone = 0;
  #cancelled = false;

  constructor(api: Api, url: string, found: readonly Found[], options: Options, tell: (progress: UploadProgress) => void) {
    this.#api = api;
    this.#url = url;
    this.#found = found;
    this.#options = options;
    this.#tell = tell;
    this.#left = found.map(() => 0);
  }

  get progress(): UploadProgress {
    const bytes = this.#found.reduce((sum, { file }) => sum + file.size, 0);
    const filesDone = this.#opened ? this.#left.filter((left) => left === 0).length : 0;
    return { filesDone, files: this.#found.length, bytesDone: this.#bytesDone, bytes };
  }

  cancel(): void {
    this.#cancelled = true;
  }

  /** Sends what is not there yet and commits; resolves with the address of the job. May be called again after a failure. */
  async run(): Promise<string> {
    await this.#open();
    this.#tell(this.progress);
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#sendSome()));
    if (this.#cancelled) return this.#giveUp();
    const commit = this.#opened?.commit_url ?? "";
    const headers = { "Idempotency-Key": this.#commitKey };
    const reply = await patiently(() => this.#api.call("POST", commit, { body: {}, headers }));
    return reply.headers.get("Location") ?? "";
  }

  /** What had been sent is thrown away; where that fails, the server's own sweep does it later. */
  async #giveUp(): Promise<never> {
    const id = this.#opened?.id ?? "";
    await this.#api.call("DELETE", `uploads/${id}`).catch(() => undefined);
    throw new Cancelled();
  }

  async #open(): Promise<void> {
    if (this.#opened) return;
    const files = this.#found.map(({ name, file }) => ({ name, size: file.size }));
    const body = { files, options: this.#options };
    const headers = { "Idempotency-Key": this.#openKey };
    const reply = await patiently(() => this.#api.call<OpenUpload>("POST", this.#url, { body, headers }));
    this.#opened = reply.data;
    for (const { index, part_size: size, parts } of reply.data.files) {
      for (const part of parts) this.#plan(index, size, part);
    }
  }

  #plan(index: number, size: number, part: Part): void {
    const whole = this.#found[index]?.file.size ?? 0;
    const from = (part.number - 1) * size;
    const to = Math.min(from + size, whole);
    if (part.received) {
      this.#bytesDone += to - from;
      return;
    }
    this.#pieces.push({ file: index, url: part.url, from, to });
    this.#left[index] = (this.#left[index] ?? 0) + 1;
  }

  async #sendSome(): Promise<void> {
    for (;;) {
      const piece = this.#cancelled ? undefined : this.#pieces.shift();
      if (!piece) return;
      try {
        await patiently(() => this.#send(piece));
      } catch (error) {
        this.#pieces.unshift(piece);
        throw error;
      }
      this.#bytesDone += piece.to - piece.from;
      this.#left[piece.file] = (this.#left[piece.file] ?? 1) - 1;
      this.#tell(this.progress);
    }
  }

  async #send({ file, url, from, to }: Piece): Promise<void> {
    const raw = this.#found[file]?.file.slice(from, to);
    if (raw) await this.#api.call("PUT", url, { raw, timeoutMs: PART_TIMEOUT_MS });
  }
}

export class Cancelled extends Error {}

/** Tries again while the trouble may pass, longer each time; gives up on a plain no. */
export async function patiently<T>(work: () => Promise<T>, wait = pause, tries = TRIES): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const passes = error instanceof NoConnection || (error instanceof Refusal && (error.status >= 500 || error.status === 429));
      if (!passes || attempt >= tries) throw error;
      const asked = error instanceof Refusal ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      await wait(Math.max(asked, Math.min(500 * 2 ** attempt, 20_000) * (0.5 + Math.random() / 2)));
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
