/** Which channels are seen, how, and which of them the keys work on. */

export class Channels {
  #count = 1;
  /** Pixels of a wheel that have not made a row yet. */
  #rest = 0;
  active = 0;
  /** The first in sight, among those that are not hidden. */
  first = 0;
  hidden: ReadonlySet<number> = new Set();
  isOverlaid = false;
  isFixed = false;

  /** Another series begins; how they are laid out stays. */
  open(count: number): void {
    this.#count = count;
    this.active = 0;
    this.first = 0;
    this.hidden = new Set();
  }

  get shown(): readonly number[] {
    return Array.from({ length: this.#count }, (_, index) => index).filter((one) => !this.hidden.has(one));
  }

  /** Works on a channel; true if another part of them comes into sight. `fitting` is how many do at once. */
  activate(channel: number, fitting: number): boolean {
    this.active = channel;
    const place = this.shown.indexOf(channel);
    if (this.isOverlaid || place < 0) return false;
    const before = this.first;
    this.first = Math.max(place - fitting + 1, Math.min(this.first, place));
    return this.first !== before;
  }

  next(by: 1 | -1): number {
    const { shown } = this;
    const place = shown.indexOf(this.active);
    return shown[Math.max(0, Math.min(place + by, shown.length - 1))] ?? this.active;
  }

  /** Shows or hides one; the last that is shown stays. */
  show(channel: number, isShown: boolean): boolean {
    const hidden = new Set(this.hidden);
    if (isShown) hidden.delete(channel);
    else hidden.add(channel);
    if (hidden.size >= this.#count) return false;
    this.hidden = hidden;
    if (hidden.has(this.active)) this.active = this.shown.find((one) => one > channel) ?? this.shown.at(-1) ?? 0;
    return true;
  }

  showAll(): void {
    this.hidden = new Set();
  }

  /** Scrolls by pixels; false where all are in sight. */
  scroll(dy: number, fitting: number): boolean {
    const most = this.shown.length - fitting;
    if (this.isOverlaid || most <= 0) return false;
    this.#rest += dy;
    const rows = Math.trunc(this.#rest / 40);
    this.#rest -= rows * 40;
    this.first = Math.max(0, Math.min(this.first - rows, most));
    return true;
  }
}
