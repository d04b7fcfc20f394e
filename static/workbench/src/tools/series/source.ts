/** What is known of a series, and its values as they come in tiles from the server. */

import { assetOf } from "../../core/assets";
import { originOf, type Origin } from "../../core/moments";
import type { Asset, Item } from "../../core/types";
import { Pieces, bytesOf, numberOf } from "../../layers/time/pieces";

const MOST_TILES = 240;
/** Tiles of all levels and kinds are told apart by one number. */
const LEVEL = 1 << 22;

export interface Channel {
  readonly name: string;
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Level {
  /** How long a stretch lasts. */
  readonly seconds: number;
  readonly count: number;
  readonly at: number;
}

export type Numbers = Float32Array | Float64Array;

export interface Sample {
  readonly row: number;
  readonly t: number;
  /** One value a channel; NaN is a gap. Null while they are on their way. */
  readonly values: readonly number[] | null;
}

export class Source {
  readonly origin: Origin;
  readonly seconds: number;
  readonly rows: number;
  readonly channels: readonly Channel[];
  readonly step: number;
  readonly gapFrom: number;
  /** Finest first. */
  readonly levels: readonly Level[];
  readonly levelTile: number;
  readonly rowTile: number;
  readonly bases: readonly number[];
  readonly #starts: readonly number[] | null;
  readonly #pairs: Pieces<Float32Array>;
  readonly #values: Pieces<Numbers>;
  readonly #stamps: Pieces<Float64Array>;
  readonly #listeners = new Set<() => void>();

  constructor(item: Item) {
    const [original, values, stamps, levels] = ["original", "values", "stamps", "levels"].map((role) => assetOf(item, role));
    const facts = original?.facts ?? {};
    this.origin = originOf(item);
    this.seconds = numberOf(original ?? null, "seconds", 0);
    this.rows = numberOf(original ?? null, "rows", 0);
    this.channels = (facts.channels ?? []) as readonly Channel[];
    this.step = numberOf(original ?? null, "step", 0);
    this.gapFrom = numberOf(original ?? null, "gap_from", 0) || Infinity;
    this.levels = (levels?.facts?.levels ?? []) as readonly Level[];
    this.levelTile = numberOf(levels ?? null, "tile", 1);
    this.rowTile = numberOf(values ?? null, "tile", 1);
    this.bases = (levels?.facts?.bases ?? []) as readonly number[];
    this.#starts = stamps ? ((stamps.facts?.starts ?? []) as readonly number[]) : null;
    this.#pairs = new Pieces(MOST_TILES, (number) => this.#fetchPairs(levels ?? null, number));
    this.#values = new Pieces(MOST_TILES, (tile) => this.#fetchValues(values ?? null, tile));
    this.#stamps = new Pieces(MOST_TILES, (tile) => this.#fetchStamps(stamps ?? null, tile));
    for (const pieces of [this.#pairs, this.#values, this.#stamps]) {
      pieces.came = () => this.#listeners.forEach((call) => call());
    }
  }

  /** Calls whenever a tile has come, until what is returned is called. Several stages may show one series. */
  listen(call: () => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  /** Rows that are evenly apart need no stamps. */
  get isEven(): boolean {
    return this.#starts === null;
  }

  get evenStep(): number {
    return this.rows > 1 ? this.seconds / (this.rows - 1) : 1;
  }

  async #fetchPairs(asset: Asset | null, number: number): Promise<Float32Array> {
    const level = this.levels[Math.floor(number / LEVEL)] as Level;
    const first = (number % LEVEL) * this.levelTile;
    const count = Math.min(this.levelTile, level.count - first);
    const wide = this.channels.length * 2 * 4;
    return new Float32Array(await bytesOf(asset?.url ?? "", level.at + first * wide, level.at + (first + count) * wide));
  }

  async #fetchValues(asset: Asset | null, tile: number): Promise<Numbers> {
    const isWide = asset?.facts?.type === "float64";
    const wide = this.channels.length * (isWide ? 8 : 4);
    const first = tile * this.rowTile;
    const end = Math.min(first + this.rowTile, this.rows);
    const bytes = await bytesOf(asset?.url ?? "", first * wide, end * wide);
    return isWide ? new Float64Array(bytes) : new Float32Array(bytes);
  }

  async #fetchStamps(asset: Asset | null, tile: number): Promise<Float64Array> {
    const first = tile * this.rowTile;
    const end = Math.min(first + this.rowTile, this.rows);
    return new Float64Array(await bytesOf(asset?.url ?? "", first * 8, end * 8));
  }

  /** Pairs of one tile, channel after channel; null while it is on its way. */
  pairs(level: number, tile: number): Float32Array | null {
    return this.#pairs.get(level * LEVEL + tile);
  }

  values(tile: number): Numbers | null {
    return this.#values.get(tile);
  }

  stamps(tile: number): Float64Array | null {
    return this.isEven ? null : this.#stamps.get(tile);
  }

  /** The last tile of rows that begins at a moment or before it. */
  tileAt(seconds: number): number {
    if (!this.#starts) return Math.max(0, Math.min(Math.floor(seconds / this.evenStep / this.rowTile), this.tiles - 1));
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= seconds) low = middle;
      else high = middle;
    }
    return low;
  }

  get tiles(): number {
    return Math.ceil(this.rows / this.rowTile);
  }

  /** About how many rows lie between two moments; exact for even rows. */
  rowsWithin(from: number, to: number): number {
    if (this.isEven) return Math.min(this.rows, (to - from) / this.evenStep + 1);
    return Math.min(this.rows, this.#about(to) - this.#about(from) + 1);
  }

  /** About which row a moment is: within a tile, rows are taken to be even. */
  #about(seconds: number): number {
    const tile = this.tileAt(seconds);
    const starts = this.#starts ?? [];
    const start = starts[tile] ?? 0;
    const end = starts[tile + 1] ?? this.seconds;
    const share = end > start ? Math.max(0, Math.min((seconds - start) / (end - start), 1)) : 0;
    return (tile + share) * this.rowTile;
  }

  /** The row nearest to a moment, with its values; null while its time is on its way. */
  sampleAt(seconds: number): Sample | null {
    const row = this.rowAt(seconds);
    if (row === null) return null;
    const t = this.timeOf(row);
    return t === null ? null : { row, t, values: this.#valuesOf(row) };
  }

  rowAt(seconds: number): number | null {
    if (this.rows <= 1) return this.rows - 1;
    if (this.isEven) return Math.max(0, Math.min(Math.round(seconds / this.evenStep), this.rows - 1));
    const tile = this.tileAt(seconds);
    const stamps = this.stamps(tile);
    if (!stamps) return null;
    const index = lastUpTo(stamps, seconds);
    const row = tile * this.rowTile + index;
    const next = this.timeOf(Math.min(row + 1, this.rows - 1));
    const isNextNearer = next !== null && Math.abs(next - seconds) < Math.abs((stamps[index] as number) - seconds);
    return isNextNearer ? Math.min(row + 1, this.rows - 1) : row;
  }

  timeOf(row: number): number | null {
    if (row < 0 || row >= this.rows) return null;
    if (this.isEven) return row * this.evenStep;
    const tile = Math.floor(row / this.rowTile);
    return this.stamps(tile)?.[row - tile * this.rowTile] ?? null;
  }

  #valuesOf(row: number): readonly number[] | null {
    const tile = Math.floor(row / this.rowTile);
    const values = this.values(tile);
    if (!values) return null;
    const count = values.length / this.channels.length;
    return this.channels.map((_, channel) => values[channel * count + row - tile * this.rowTile] as number);
  }

  clear(): void {
    for (const pieces of [this.#pairs, this.#values, this.#stamps]) pieces.clear();
  }

  /** Fetches the coarsest level: enough for the overview and the first picture. */
  async begin(asset: Asset | null): Promise<Float32Array> {
    const last = this.levels.length - 1;
    if (!asset || last < 0) throw new Error("no levels");
    return this.#pairs.take(last * LEVEL);
  }
}

/** The last index whose stamp is not later; 0 where all are. */
export function lastUpTo(stamps: Float64Array, seconds: number): number {
  let [low, high] = [0, stamps.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((stamps[middle] as number) <= seconds) low = middle;
    else high = middle;
  }
  return low;
}

const ready = new Map<string, Promise<Source>>();

/** The series with its coarsest level, fetched once. */
export function loadSeries(item: Item): Promise<Source> {
  const before = ready.get(item.id);
  if (before) return before;
  const source = new Source(item);
  const loading = source.begin(assetOf(item, "levels")).then(() => source);
  ready.set(item.id, loading);
  loading.catch(() => ready.delete(item.id));
  return loading;
}

export function forgetSeries(item: Item): void {
  void ready.get(item.id)?.then((source) => source.clear(), () => undefined);
  ready.delete(item.id);
}
