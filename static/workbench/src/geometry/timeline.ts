/** Time on a screen: which stretch is seen, where a moment lies, and stretches that are sorted for finding. */

export interface TimeView {
  /** The moment at the left edge, in seconds. */
  readonly start: number;
  /** Pixels a second. */
  readonly scale: number;
}

/** All that can be looked at: from, to, and how wide the screen is in pixels. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** How many pixels a second may have at most; as many as sounds need, if not said. */
  readonly closest?: number;
}

export interface Timed {
  readonly start: number;
  readonly end: number;
}

const CLOSEST = 4000;
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** Seconds as they are stored: rounded to 1/10,000. */
export function tenThousandth(seconds: number): number {
  return Math.floor(seconds * 10_000 + 0.5) / 10_000 + 0;
}

/** Everything at once. */
export function whole({ from, to, width, closest = CLOSEST }: TimeRange): TimeView {
  return { start: from, scale: width / Math.max(to - from, 1 / Math.max(closest, CLOSEST)) };
}

/** The view kept inside what there is: neither farther than the whole nor closer than makes sense. */
export function kept(view: TimeView, range: TimeRange): TimeView {
  const least = whole(range).scale;
  const scale = Math.min(Math.max(view.scale, least), Math.max(range.closest ?? CLOSEST, least));
  const last = range.to - range.width / scale;
  return { scale, start: Math.max(range.from, Math.min(view.start, last)) };
}

/** Nearer or farther, the moment at `x` staying where it is. */
export function zoomedAt(view: TimeView, x: number, factor: number, range: TimeRange): TimeView {
  const at = timeAt(view, x);
  const { scale } = kept({ start: view.start, scale: view.scale * factor }, range);
  return kept({ scale, start: at - x / scale }, range);
}

export function xOf(view: TimeView, seconds: number): number {
  return (seconds - view.start) * view.scale;
}

export function timeAt(view: TimeView, x: number): number {
  return view.start + x / view.scale;
}

/** A stretch so large that it fills the given share of the screen. */
export function closeTo(stretch: Timed, share: number, range: TimeRange): TimeView {
  const length = Math.max(stretch.end - stretch.start, 40 / (range.closest ?? CLOSEST));
  const { scale } = kept({ start: 0, scale: (range.width * share) / length }, range);
  return kept({ scale, start: (stretch.start + stretch.end) / 2 - range.width / scale / 2 }, range);
}

/** Moments for the ruler, at least `apart` pixels from each other, and how many decimals they need. */
export function ticks(view: TimeView, width: number, apart: number): { readonly at: readonly number[]; readonly decimals: number } {
  const step = STEPS.find((one) => one * view.scale >= apart) ?? (STEPS.at(-1) as number);
  const first = Math.ceil(view.start / step - 1e-9);
  const last = Math.floor(timeAt(view, width) / step + 1e-9);
  const at: number[] = [];
  for (let index = first; index <= last; index++) at.push(index * step);
  return { at, decimals: step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3 };
}

/** Stretches in the order of their starts, with the latest end so far: what a view shows is found, not searched. */
export class Stretches<T extends Timed> {
  readonly all: readonly T[];
  readonly #reach: Float64Array;

  constructor(stretches: readonly T[]) {
    this.all = [...stretches].sort((a, b) => a.start - b.start || b.end - a.end);
    this.#reach = new Float64Array(this.all.length);
    let latest = -Infinity;
    this.all.forEach((one, index) => {
      latest = Math.max(latest, one.end);
      this.#reach[index] = latest;
    });
  }

  /** Those that share time with from–to, or touch it. */
  within(from: number, to: number): T[] {
    const first = lowest(this.all.length, (index) => (this.#reach[index] as number) >= from);
    const end = lowest(this.all.length, (index) => (this.all[index] as T).start > to);
    return this.all.slice(first, end).filter((one) => one.end >= from);
  }

  /** Those over a moment, the shortest first. */
  at(seconds: number, slack: number): T[] {
    return this.within(seconds - slack, seconds + slack).sort((a, b) => a.end - a.start - (b.end - b.start));
  }
}

/** The lowest index for which the test holds; it holds for all after it. */
function lowest(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Minutes, seconds and as many decimals as asked for: 75.5 is 1:15.5. */
export function clock(seconds: number, decimals: number): string {
  const unit = 10 ** decimals;
  const units = Math.round(Math.abs(seconds) * unit);
  const all = Math.floor(units / unit);
  const rest = decimals ? `.${String(units % unit).padStart(decimals, "0")}` : "";
  const pad = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  const front = hours ? `${hours}:${pad(minutes)}` : String(minutes);
  return `${seconds < 0 && units > 0 ? "−" : ""}${front}:${pad(all % 60)}${rest}`;
}
