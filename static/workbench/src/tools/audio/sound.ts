/** What is known of a sound, and its waveform and spectrogram as they come in pieces from the server. */

import type { Asset, Item } from "../../core/types";
import { Pyramid } from "../../geometry/pyramid";

const PAGE_SECONDS = 20;
const MOST_PAGES = 60;
const MOST_TILES = 24;

export interface Sound {
  readonly seconds: number;
  readonly rate: number;
  readonly channels: number;
  /** What the audio element plays. */
  readonly url: string;
}

export function assetOf(item: Item, ...roles: readonly string[]): Asset | null {
  const assets = item.assets ?? [];
  return roles.map((role) => assets.find((one) => one.role === role)).find((one) => one) ?? null;
}

function numberOf(asset: Asset | null, name: string, otherwise: number): number {
  const value = asset?.facts?.[name];
  return typeof value === "number" ? value : otherwise;
}

export function soundOf(item: Item): Sound {
  const original = assetOf(item, "original");
  return {
    seconds: numberOf(original, "seconds", 0),
    rate: numberOf(original, "rate", 0),
    channels: numberOf(original, "channels", 1),
    url: assetOf(item, "playable", "original")?.url ?? "",
  };
}

async function bytesOf(url: string, from?: number, to?: number): Promise<ArrayBuffer> {
  const part = from !== undefined && to !== undefined;
  const response = await fetch(url, part ? { headers: { Range: `bytes=${from}-${to - 1}` } } : {});
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  // Whoever does not honour ranges sends the whole.
  return part && response.status !== 206 ? bytes.slice(from, to) : bytes;
}

/** Pieces by number, fetched when asked for; the oldest are let go. */
class Pieces<T> {
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

/** The waveform: coarse as a whole, fine in pages. */
export class Waveform {
  readonly coarse: Pyramid;
  readonly finePerSecond: number;
  readonly pageSeconds = PAGE_SECONDS;
  readonly pages: Pieces<Pyramid>;

  constructor(item: Item, coarse: ArrayBuffer) {
    const [about, fine] = [assetOf(item, "peaks-coarse"), assetOf(item, "peaks-fine")];
    const channels = numberOf(about, "channels", 1);
    this.coarse = new Pyramid(new Int8Array(coarse), channels, numberOf(about, "per_second", 50));
    this.finePerSecond = numberOf(fine, "per_second", 500);
    const size = PAGE_SECONDS * this.finePerSecond * channels * 2;
    this.pages = new Pieces(MOST_PAGES, async (page) => {
      const bytes = await bytesOf(fine?.url ?? "", page * size, (page + 1) * size);
      return new Pyramid(new Int8Array(bytes), channels, this.finePerSecond);
    });
  }
}

/** The spectrogram in tiles. */
export class Spectrogram {
  readonly tileSeconds: number;
  readonly topHertz: number;
  readonly tiles: Pieces<ImageBitmap>;
  readonly count: number;

  constructor(item: Item) {
    const asset = assetOf(item, "spectrogram");
    const ends = (asset?.facts?.tiles ?? []) as readonly number[];
    this.count = ends.length;
    this.tileSeconds = numberOf(asset, "tile_seconds", 30);
    this.topHertz = numberOf(asset, "top_hertz", 0);
    this.tiles = new Pieces<ImageBitmap>(MOST_TILES, async (tile) => {
      const bytes = await bytesOf(asset?.url ?? "", ends[tile - 1] ?? 0, ends[tile] ?? 0);
      return createImageBitmap(new Blob([bytes], { type: "image/webp" }));
    }, (tile) => tile.close());
  }
}

const ready = new Map<string, Promise<Waveform>>();

/** The coarse waveform, fetched once; enough for the first picture. */
export function loadWaveform(item: Item): Promise<Waveform> {
  const before = ready.get(item.id);
  if (before) return before;
  const loading = bytesOf(assetOf(item, "peaks-coarse")?.url ?? "").then((bytes) => new Waveform(item, bytes));
  ready.set(item.id, loading);
  loading.catch(() => ready.delete(item.id));
  return loading;
}

export function forgetWaveform(item: Item): void {
  void ready.get(item.id)?.then((waveform) => waveform.pages.clear());
  ready.delete(item.id);
}
