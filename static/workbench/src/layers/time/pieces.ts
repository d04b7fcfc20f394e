/** Files of an item that are fetched in pieces: a page of a waveform, a tile of a series. */

import type { Asset } from "../../core/types";

export function numberOf(asset: Asset | null, name: string, otherwise: number): number {
  const value = asset?.facts?.[name];
  return typeof value === "number" ? value : otherwise;
}

/** The bytes of a file of an item, or some of them. */
export async function bytesOf(url: string, from?: number, to?: number): Promise<ArrayBuffer> {
  const part = from !== undefined && to !== undefined;
  const response = await fetch(url, part ? { headers: { Range: `bytes=${from}-${to - 1}` } } : {});
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  // Whoever does not honour ranges sends the whole.
  return part && response.status !== 206 ? bytes.slice(from, to) : bytes;
}

/** Pieces by number, fetched when asked for; the oldest are let go. */
export class Pieces<T> {
  readonly #fetch: (number: number) => Promise<T>;
  readonly #most: number;
  readonly #drop: (piece: T) => void;
  readonly #here = new Map<number, T>();
  readonly #coming = new Set<number>();
  /** Called when a piece has come. */
  came: () => void = () => undefined;

  constructor(most: number, fetch: (number: number) => Promise<T>, drop: (piece: T) => void = () => undefined) {
    this.#most = most;
    this.#fetch = fetch;
    this.#drop = drop;
  }

  /** The piece, or null while it is on its way. One that failed is asked for again the next time. */
  get(number: number): T | null {
    const piece = this.#here.get(number);
    if (piece !== undefined) {
      this.#here.delete(number); // the last used stands last
      this.#here.set(number, piece);
      return piece;
    }
    if (!this.#coming.has(number) && this.#coming.size < 8) void this.#take(number);
    return null;
  }

  /** The piece as soon as it is here. Rejects where it cannot be fetched. */
  async take(number: number): Promise<T> {
    const piece = await this.#fetch(number);
    this.#here.set(number, piece);
    return piece;
  }

  async #take(number: number): Promise<void> {
    this.#coming.add(number);
    try {
      this.#here.set(number, await this.#fetch(number));
      for (const [oldest, piece] of this.#here) {
        if (this.#here.size <= this.#most) break;
        this.#here.delete(oldest);
        this.#drop(piece);
      }
      this.came();
    } catch {
      // drawn without it
    } finally {
      this.#coming.delete(number);
    }
  }

  clear(): void {
    for (const piece of this.#here.values()) this.#drop(piece);
    this.#here.clear();
    this.came = () => undefined;
  }
}
