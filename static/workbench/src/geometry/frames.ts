/**
 * The frames of a video by the moments at which they are shown.
 *
 * Frames are counted from 0 and never reckoned from a rate: the table says when each of them begins, whether
 * the rate is even or not.
 */

import type { Timed } from "./timeline";

/** The table counts in these. */
const UNITS = 10_000;

export class Frames {
  readonly #starts: Uint32Array;

  /** @param starts - when each frame begins, in 1/10,000 s, rising. */
  constructor(starts: Uint32Array) {
    if (starts.length === 0) throw new RangeError("A video has at least one frame");
    for (let frame = 1; frame < starts.length; frame++) {
      if ((starts[frame] as number) <= (starts[frame - 1] as number)) throw new RangeError(`Frame ${frame} does not come after the one before it`);
    }
    this.#starts = starts;
  }

  /** The table as the server sends it: four bytes a frame, the lowest first. */
  static read(bytes: ArrayBuffer): Frames {
    if (bytes.byteLength % 4 !== 0) throw new RangeError("The table of frames is cut off");
    const view = new DataView(bytes);
    return new Frames(Uint32Array.from({ length: bytes.byteLength / 4 }, (_, frame) => view.getUint32(frame * 4, true)));
  }

  get count(): number {
    return this.#starts.length;
  }

  get last(): number {
    return this.#starts.length - 1;
  }

  /** When a frame begins, in seconds as regions write them. */
  timeOf(frame: number): number {
    return (this.#starts[this.kept(frame)] as number) / UNITS;
  }

  /** When a frame is over; the last one lasts as long as the one before it. */
  endOf(frame: number): number {
    const kept = this.kept(frame);
    return kept < this.last ? this.timeOf(kept + 1) : this.timeOf(kept) + this.#lastLength();
  }

  #lastLength(): number {
    return this.last > 0 ? this.timeOf(this.last) - this.timeOf(this.last - 1) : 0.04;
  }

  /** Where to seek to see a frame: its middle, so that no rounding leads to its neighbour. */
  middleOf(frame: number): number {
    return (this.timeOf(frame) + this.endOf(frame)) / 2;
  }

  /** The frame that is shown at a moment; a moment just before a frame, by less than the table's grain, is its own. */
  at(seconds: number): number {
    const units = seconds * UNITS + 0.49;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= units) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** The frame that begins nearest to a moment: what a player says it has shown. */
  nearest(seconds: number): number {
    const frame = this.at(seconds);
    if (frame === this.last) return frame;
    return this.timeOf(frame + 1) - seconds < seconds - this.timeOf(frame) ? frame + 1 : frame;
  }

  /** A number of a frame that exists. */
  kept(frame: number): number {
    return Math.min(Math.max(Math.round(frame), 0), this.last);
  }

  /** The first and the last frame of a stretch of time; its end is no longer part of it. */
  within({ start, end }: Timed): readonly [number, number] {
    const first = this.at(start);
    const after = this.at(end);
    return [first, Math.max(first, this.timeOf(after) < end - 0.5 / UNITS ? after : after - 1)];
  }
}

/** What somebody typed to go somewhere: the number of a frame, or a time such as 1:02.5 or 1:00:03; null for neither. */
export function readPlace(text: string): { readonly frame: number } | { readonly seconds: number } | null {
  const typed = text.trim();
  if (/^\d{1,9}$/.test(typed)) return { frame: Number(typed) };
  const parts = /^(?:(\d{1,3}):)?(\d{1,4}):(\d{1,4}(?:[.,]\d{1,4})?)$/.exec(typed);
  if (!parts) return null;
  const [, hours = "0", minutes = "0", seconds = "0"] = parts;
  return { seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(",", ".")) };
}
