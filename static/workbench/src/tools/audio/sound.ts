/** What is known of a sound, and its waveform and spectrogram as they come in pieces from the server. */

import { assetOf } from "../../core/assets";
import type { Item } from "../../core/types";
import { Pyramid } from "../../geometry/pyramid";
import { Pieces, bytesOf, numberOf } from "../../layers/time/pieces";

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

export function soundOf(item: Item): Sound {
  const original = assetOf(item, "original");
  return {
    seconds: numberOf(original, "seconds", 0),
    rate: numberOf(original, "rate", 0),
    channels: numberOf(original, "channels", 1),
    url: assetOf(item, "playable", "original")?.url ?? "",
  };
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
