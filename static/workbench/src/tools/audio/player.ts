/** Playing a sound: from a place, a stretch of it, again and again, slower or faster. */

import type { Timed } from "../../geometry/timeline";

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

export class Player {
  readonly #element = document.createElement("audio");
  readonly #ends = new AbortController();
  readonly #changed: () => void;
  #seconds = 0;
  #at = 0;
  #frame = 0;
  /** Play this only; again and again where `repeats`. */
  #stretch: Timed | null = null;
  repeats = false;
  failed = false;

  /** `changed` is called in every frame while it plays, and whenever anything else changes. */
  constructor(host: HTMLElement, changed: () => void) {
    this.#changed = changed;
    this.#element.preload = "metadata";
    host.append(this.#element);
    const { signal } = this.#ends;
    for (const name of ["play", "pause", "ended", "ratechange", "seeked"]) {
      this.#element.addEventListener(name, () => this.#tick(), { signal });
    }
    this.#element.addEventListener("error", () => {
      this.failed = this.#element.getAttribute("src") !== null;
      this.#changed();
    }, { signal });
  }

  open(url: string, seconds: number): void {
    this.pause();
    this.failed = false;
    this.#seconds = seconds;
    this.#at = 0;
    this.#stretch = null;
    this.#element.src = url;
  }

  get isPlaying(): boolean {
    return !this.#element.paused && !this.#element.ended;
  }

  /** Where the play head is. */
  get at(): number {
    return this.isPlaying ? Math.min(this.#element.currentTime, this.#seconds) : this.#at;
  }

  seek(seconds: number): void {
    this.#at = Math.max(0, Math.min(seconds, this.#seconds));
    this.#element.currentTime = this.#at;
    if (this.#stretch && !inside(this.#stretch, this.#at)) this.#stretch = null;
    this.#changed();
  }

  /** Plays on from the play head, or the whole stretch from its start. */
  play(stretch: Timed | null): void {
    this.#stretch = stretch;
    if (stretch) this.seek(stretch.start);
    else if (this.#at >= this.#seconds - 0.001) this.seek(0);
    void this.#element.play().catch(() => this.#changed());
  }

  pause(): void {
    if (this.isPlaying) this.#at = this.at;
    this.#element.pause();
  }

  get speed(): number {
    return this.#element.playbackRate;
  }

  changeSpeed(by: 1 | -1, goesRound = false): void {
    const index = SPEEDS.findIndex((one) => one === this.speed) + by;
    const kept = goesRound ? index % SPEEDS.length : Math.max(0, Math.min(index, SPEEDS.length - 1));
    this.#element.playbackRate = SPEEDS[kept] as number;
  }

  #tick(): void {
    cancelAnimationFrame(this.#frame);
    if (this.isPlaying) {
      this.#keepInside();
      this.#at = this.at;
      this.#frame = requestAnimationFrame(() => this.#tick());
    } else if (this.#element.ended) {
      this.#at = this.#seconds;
    }
    this.#changed();
  }

  #keepInside(): void {
    const stretch = this.#stretch;
    if (!stretch || this.at < stretch.end) return;
    if (this.repeats) {
      this.#element.currentTime = stretch.start;
      return;
    }
    this.#stretch = null;
    this.#element.pause();
    this.#at = stretch.end;
    this.#element.currentTime = stretch.end;
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#ends.abort();
    this.#element.pause();
    this.#element.removeAttribute("src");
    this.#element.load();
    this.#element.remove();
  }
}

function inside(stretch: Timed, seconds: number): boolean {
  return seconds >= stretch.start && seconds < stretch.end;
}
