/** The tiles of a large picture: rows of them fetched by ranges of bytes when they are seen, the oldest let go. */

import type { Seen, Sharper } from "../../canvas/backdrop";
import type { Viewport } from "../../canvas/viewport";
import type { Item } from "../../core/types";
import type { Size } from "../../geometry/rect";
import { TileLayout, type TileBox } from "../../geometry/tiles";
import { drawTiles, type TileSource } from "./tiled";

/** About a megabyte each; more only where one screen shows more. */
const MOST_TILES = 160;
const MOST_IN_ONE = 8;
const MOST_AT_ONCE = 4;
/** While the view moves on, nothing is asked for. */
const REST_MS = 60;
const LENGTH_BYTES = 4;

interface Errand {
  readonly numbers: readonly number[];
  readonly ends: AbortController;
}

export class Tiles implements TileSource, Sharper {
  readonly layout: TileLayout;
  readonly #url: string;
  readonly #type: string;
  /** Where each tile begins in the file, and where the last one ends. */
  #starts: Float64Array | null = null;
  readonly #here = new Map<number, ImageBitmap>();
  readonly #errands = new Set<Errand>();
  #wanted: TileBox | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  /** Called when tiles have come. */
  came: () => void = () => undefined;

  private constructor(url: string, type: string, layout: TileLayout) {
    this.#url = url;
    this.#type = type;
    this.layout = layout;
    void this.#open();
  }

  /** The tiles of an item, where it has some. */
  static of(item: Item): Tiles | null {
    const asset = item.assets?.find((one) => one.role === "tiles");
    const side = Number(asset?.facts?.tile);
    if (!asset?.width || !asset.height || !(side > 0)) return null;
    return new Tiles(asset.url, String(asset.facts?.tile_type), new TileLayout({ width: asset.width, height: asset.height }, side));
  }

  get size(): Size {
    return this.layout.size;
  }

  draw(context: CanvasRenderingContext2D, view: Viewport, bitmap: ImageBitmap, seen: Seen): void {
    drawTiles(context, view, bitmap, this, seen);
  }

  get(number: number): ImageBitmap | null {
    const tile = this.#here.get(number);
    if (!tile) return null;
    this.#here.delete(number); // the last used stands last
    this.#here.set(number, tile);
    return tile;
  }

  want(box: TileBox): void {
    this.#wanted = box;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#send(), REST_MS);
  }

  /** How long each tile is. Without it the preview is all there is; it is asked for again when tiles are. */
  async #open(): Promise<void> {
    try {
      const lengths = new DataView(await this.#bytes(0, this.layout.count * LENGTH_BYTES));
      const starts = new Float64Array(this.layout.count + 1);
      starts[0] = this.layout.count * LENGTH_BYTES;
      for (let n = 0; n < this.layout.count; n++) {
        starts[n + 1] = (starts[n] as number) + lengths.getUint32(n * LENGTH_BYTES, true);
      }
      this.#starts = starts;
      this.#send();
    } catch {
      this.#starts = null;
    }
  }

  async #bytes(from: number, to: number, signal?: AbortSignal): Promise<ArrayBuffer> {
    const headers = { Range: `bytes=${from}-${to - 1}` };
    const response = await fetch(this.#url, signal ? { headers, signal } : { headers });
    if (response.status !== 206 && response.status !== 200) throw new Error(`${this.#url}: ${response.status}`);
    const bytes = await response.arrayBuffer();
    // Whoever does not honour ranges sends the whole.
    return response.status === 200 && bytes.byteLength > to - from ? bytes.slice(from, to) : bytes;
  }

  #send(): void {
    const box = this.#wanted;
    if (!box || this.#isClosed) return;
    if (!this.#starts) return void (this.#errands.size === 0 && this.#retry());
    const { layout } = this;
    const seen = new Set(layout.stretches(box, Infinity, () => false).flat());
    for (const errand of this.#errands) {
      if (!errand.numbers.some((number) => seen.has(number))) errand.ends.abort();
    }
    const coming = new Set([...this.#errands].flatMap(({ numbers }) => numbers));
    const missing = layout.stretches(box, MOST_IN_ONE, (number) => this.#here.has(number) || coming.has(number));
    for (const numbers of missing.slice(0, Math.max(0, MOST_AT_ONCE - this.#errands.size))) void this.#fetch(numbers, seen.size);
  }

  #retry(): void {
    const errand = { numbers: [], ends: new AbortController() };
    this.#errands.add(errand);
    void this.#open().finally(() => this.#errands.delete(errand));
  }

  async #fetch(numbers: readonly number[], seen: number): Promise<void> {
    const errand = { numbers, ends: new AbortController() };
    this.#errands.add(errand);
    let came = false;
    try {
      const starts = this.#starts as Float64Array;
      const [first, last] = [numbers[0] as number, numbers[numbers.length - 1] as number];
      const from = starts[first] as number;
      const bytes = await this.#bytes(from, starts[last + 1] as number, errand.ends.signal);
      const cut = (number: number): Blob =>
        new Blob([bytes.slice((starts[number] as number) - from, (starts[number + 1] as number) - from)], { type: this.#type });
      const tiles = await Promise.all(numbers.map((number) => createImageBitmap(cut(number))));
      tiles.forEach((tile, n) => this.#keep(numbers[n] as number, tile, seen));
      came = !this.#isClosed;
    } catch {
      // shown less sharp; asked for again when the view moves
    } finally {
      this.#errands.delete(errand);
    }
    if (came) this.came();
    if (came || errand.ends.signal.aborted) this.#send();
  }

  #keep(number: number, tile: ImageBitmap, seen: number): void {
    if (this.#isClosed) return tile.close();
    this.#here.set(number, tile);
    for (const [oldest, old] of this.#here) {
      if (this.#here.size <= Math.max(MOST_TILES, 2 * seen)) break;
      this.#here.delete(oldest);
      old.close();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#rest);
    for (const errand of this.#errands) errand.ends.abort();
    for (const tile of this.#here.values()) tile.close();
    this.#here.clear();
  }
}
