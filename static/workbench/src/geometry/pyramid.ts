/** Lowest and highest of equal stretches of a signal, at several resolutions: any zoom is drawn in the time of a screen. */

const NARROWER = 4;
/** A level as short as this is drawn from directly. */
const SHORTEST = 1024;

interface Level {
  readonly perSecond: number;
  /** For each bin, for each channel: low, high. */
  readonly bins: Int8Array;
}

export class Pyramid {
  readonly channels: number;
  /** Finest first. */
  readonly #levels: readonly Level[];

  constructor(bins: Int8Array, channels: number, perSecond: number) {
    this.channels = channels;
    const levels: Level[] = [{ perSecond, bins }];
    for (let last = levels[0] as Level; last.bins.length > SHORTEST * channels * 2;) {
      last = { perSecond: last.perSecond / NARROWER, bins: narrowed(last.bins, channels) };
      levels.push(last);
    }
    this.#levels = levels;
  }

  /** The coarsest level that has at least one bin in so many seconds; the finest where none has. */
  level(seconds: number): Level {
    let low = 0;
    let high = this.#levels.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#levels[middle] as Level).perSecond * seconds >= 1) low = middle;
      else high = middle - 1;
    }
    return this.#levels[low] as Level;
  }

  /**
   * Low and high of `count` neighbouring columns, each so many seconds wide, from `start` on. Columns
   * beyond either end are 0, 0. The two numbers stand in the order low, high: a column is a bar.
   */
  columns(channel: number, start: number, seconds: number, count: number): Int8Array {
    const { perSecond, bins } = this.level(seconds);
    const stride = this.channels * 2;
    const last = bins.length / stride;
    const out = new Int8Array(count * 2);
    for (let column = 0; column < count; column++) {
      // A hair is added, or rounding would put a column that begins at a bin into the one before.
      const from = Math.floor((start + column * seconds) * perSecond + 1e-6);
      const to = Math.max(from + 1, Math.floor((start + (column + 1) * seconds) * perSecond + 1e-6));
      let low = 127;
      let high = -127;
      for (let bin = Math.max(0, from); bin < Math.min(to, last); bin++) {
        const at = bin * stride + channel * 2;
        low = Math.min(low, bins[at] as number);
        high = Math.max(high, bins[at + 1] as number);
      }
      if (low <= high) {
        out[column * 2] = low;
        out[column * 2 + 1] = high;
      }
    }
    return out;
  }
}

function narrowed(bins: Int8Array, channels: number): Int8Array {
  const stride = channels * 2;
  const count = Math.ceil(bins.length / stride / NARROWER);
  const out = new Int8Array(count * stride);
  for (let bin = 0; bin < count; bin++) {
    const end = Math.min((bin + 1) * NARROWER * stride, bins.length);
    for (let side = 0; side < stride; side++) {
      let extreme = bins[bin * NARROWER * stride + side] as number;
      for (let at = bin * NARROWER * stride + side; at < end; at += stride) {
        const value = bins[at] as number;
        extreme = side % 2 ? Math.max(extreme, value) : Math.min(extreme, value);
      }
      out[bin * stride + side] = extreme;
    }
  }
  return out;
}
