/**
 * Playing a video and showing one frame of it. A frame is sought by its middle in the table of frames, and is
 * shown when the browser says which moment it has drawn; nothing is reckoned from a rate.
 */

import type { Frames } from "../../geometry/frames";
import type { Timed } from "../../geometry/timeline";

export const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** So long a frame that was sought may take to be drawn before the next try, in milliseconds. */
const PATIENCE = 250;
/** So often a frame is sought at other places of its time, where its neighbour was drawn. */
const TRIES = 3;
/** Where even that does not help, the clip plays so slowly up to the frame, and at most so many milliseconds long. */
const CRAWL = 0.1;
const CRAWL_MS = 1500;

export interface PlayerEvents {
  /** Another frame is on the screen; called in the moment in which it is drawn. */
  shown(): void;
  /** Playing, speed or trouble changed. */
  changed(): void;
}

export class Player {
  readonly element = document.createElement("video");
  readonly #events: PlayerEvents;
  readonly #ends = new AbortController();
  #frames: Frames | null = null;
  #frame = 0;
  /** What the browser drew last, also while it was still seeking: `seeked` may come after the drawing it is about. */
  #drawn = 0;
  /** The frame that was asked for and is not drawn yet. */
  #wanted: number | null = null;
  #seeking: number | null = null;
  #try = 0;
  /** Where in the frame it is sought, from its beginning to its end. */
  #share = 0.5;
  /** The speed to go back to, while the clip plays up to a frame that no seek has shown. */
  #crawls: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #callback = 0;
  #stretch: Timed | null = null;
  #opened: () => void = () => undefined;
  repeats = false;
  /** Why nothing is played: the file is gone, or cannot be decoded. */
  failed: "gone" | "undecodable" | null = null;

  constructor(events: PlayerEvents) {
    this.#events = events;
    this.element.preload = "auto";
    this.element.playsInline = true;
    this.element.disablePictureInPicture = true;
    this.element.tabIndex = -1;
    this.element.setAttribute("aria-hidden", "true");
    const { signal } = this.#ends;
    for (const name of ["play", "pause", "ratechange"]) this.element.addEventListener(name, () => events.changed(), { signal });
    this.element.addEventListener("ended", () => this.#ended(), { signal });
    this.element.addEventListener("seeked", () => this.#arrived(), { signal });
    this.element.addEventListener("loadeddata", () => this.#opened(), { signal });
    this.element.addEventListener("error", () => void this.#fail(), { signal });
  }

  /** Opens a clip; resolves when its first frame can be drawn, or never will be. */
  open(url: string, frames: Frames): Promise<void> {
    this.close();
    this.#frames = frames;
    this.failed = null;
    const ready = new Promise<void>((resolve) => (this.#opened = resolve));
    this.element.src = url;
    this.#listen();
    return ready;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#seeking = null;
    this.#stopCrawling();
    this.element.pause();
    this.#frames = null;
    [this.#frame, this.#drawn, this.#wanted, this.#seeking, this.#stretch] = [0, 0, null, null, null];
    this.#opened();
  }

  async #fail(): Promise<void> {
    const { element } = this;
    const url = element.getAttribute("src");
    if (!url) return;
    const gone = element.error?.code === MediaError.MEDIA_ERR_NETWORK || !(await isThere(url));
    if (element.getAttribute("src") !== url) return; // another clip by now
    this.failed = gone ? "gone" : "undecodable";
    this.#opened();
    this.#events.changed();
    this.#events.shown();
  }

  /** The frame on the screen. */
  get frame(): number {
    return this.#frame;
  }

  /** Where the next step starts: the frame on its way, else the one on the screen. */
  get target(): number {
    return this.#wanted ?? this.#frame;
  }

  /** A frame was asked for that is not drawn yet. */
  get isOnItsWay(): boolean {
    return this.#seeking !== null && this.failed === null;
  }

  /** When the frame on the screen begins, in seconds. */
  get at(): number {
    return this.#frames?.timeOf(this.#frame) ?? 0;
  }

  get isPlaying(): boolean {
    return !this.element.paused && !this.element.ended && this.#crawls === null;
  }

  get speed(): number {
    return this.element.playbackRate;
  }

  // --- one frame

  /** Shows a frame. While one is on its way, only the last one asked for comes after it. */
  goTo(frame: number): void {
    const frames = this.#frames;
    if (!frames || this.failed) return;
    const isThere = !this.isPlaying && this.#seeking === null && frames.kept(frame) === this.#frame;
    this.element.pause();
    this.#stretch = null;
    if (isThere) return;
    this.#wanted = frames.kept(frame);
    if (this.#seeking === null) this.#seek(this.#wanted);
  }

  #seek(frame: number): void {
    const frames = this.#frames;
    if (!frames) return;
    if (frame !== this.#seeking) [this.#try, this.#share] = [0, 0.5];
    this.#seeking = frame;
    const start = frames.timeOf(frame);
    const { duration } = this.element;
    // What comes after the last frame belongs to it.
    const end = frame === frames.last && duration > start ? Math.max(duration, frames.endOf(frame)) : frames.endOf(frame);
    this.element.currentTime = start + (end - start) * this.#share;
  }

  /** The seek is over; the frame should be drawn within moments. */
  #arrived(): void {
    clearTimeout(this.#timer);
    if (this.#seeking === null) return;
    const waits = canTell(this.element) ? PATIENCE : 0;
    this.#timer = setTimeout(() => this.#missed(), waits);
  }

  /** Nothing more was drawn: what came last stays on the screen, or the browser does not tell. */
  #missed(): void {
    const { element } = this;
    if (this.#seeking === null || element.seeking || this.#crawls !== null) return;
    this.#draw(canTell(element) ? this.#drawn : (this.#frames?.at(element.currentTime) ?? 0));
  }

  /** Seeks again, nearer to the frame that did not come; false where there is no more to try. */
  #trySooner(isTooEarly: boolean): boolean {
    if (++this.#try >= TRIES || this.#seeking === null) return false;
    this.#share = isTooEarly ? (this.#share + 1) / 2 : this.#share / 2;
    this.#seek(this.#seeking);
    return true;
  }

  /** Plays up to a frame that is behind another one for every seek: its file says that the other one lasts longer. */
  #crawl(frame: number): void {
    this.#crawls = this.element.playbackRate;
    this.element.currentTime = this.#frames?.middleOf(frame - 1) ?? 0;
    this.element.muted = true;
    this.element.playbackRate = CRAWL;
    void this.element.play().catch(() => this.#stopCrawling());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stopCrawling(), CRAWL_MS);
  }

  #stopCrawling(): void {
    if (this.#crawls === null) return;
    this.element.pause();
    this.element.playbackRate = this.#crawls;
    this.element.muted = false;
    this.#crawls = null;
    this.#show(this.#frame);
  }

  #listen(): void {
    if (!canTell(this.element)) return this.#listenByClock();
    this.element.cancelVideoFrameCallback(this.#callback);
    const hear = (_now: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      this.#callback = this.element.requestVideoFrameCallback(hear);
      if (!this.#frames) return;
      this.#drawn = this.#frames.nearest(mediaTime);
      this.#draw(this.#drawn);
    };
    this.#callback = this.element.requestVideoFrameCallback(hear);
  }

  /** For browsers that do not say what they draw. */
  #listenByClock(): void {
    cancelAnimationFrame(this.#callback);
    const look = (): void => {
      this.#callback = requestAnimationFrame(look);
      if (!this.#frames || this.element.seeking || !this.isPlaying) return;
      const frame = this.#frames.at(this.element.currentTime);
      if (frame !== this.#frame) this.#draw(frame);
    };
    this.#callback = requestAnimationFrame(look);
  }

  /** A frame is on the screen; whether it is the one that was sought is seen here. */
  #draw(frame: number): void {
    const sought = this.#seeking;
    if (this.#crawls !== null && sought !== null) {
      if (this.element.seeking) return;
      this.#frame = frame;
      return frame < sought ? undefined : this.#stopCrawling();
    }
    if (sought !== null && frame !== sought) {
      if (this.element.seeking) return; // the one before, drawn late
      if (this.#trySooner(frame < sought)) return;
      if (frame < sought && canTell(this.element)) return this.#crawl(sought);
    }
    this.#show(frame);
  }

  #show(frame: number): void {
    this.#frame = frame;
    if (this.#seeking !== null) this.#settle();
    if (this.isPlaying && !this.element.seeking) this.#keepInside();
    this.#events.shown();
  }

  #settle(): void {
    clearTimeout(this.#timer);
    const wanted = this.#wanted;
    const isLast = wanted === this.#seeking;
    this.#seeking = null;
    if (isLast || wanted === null) this.#wanted = null;
    else this.#seek(wanted);
  }

  // --- playing

  /** Plays on from the frame on the screen, or a whole stretch from its start. */
  play(stretch: Timed | null): void {
    const frames = this.#frames;
    if (!frames || this.failed) return;
    this.#stretch = stretch;
    const from = stretch ? frames.within(stretch)[0] : this.target >= frames.last ? 0 : null;
    this.#stopCrawling();
    [this.#wanted, this.#seeking] = [null, null];
    if (from !== null && from !== this.#frame) this.element.currentTime = frames.middleOf(from);
    void this.element.play().catch(() => this.#events.changed());
  }

  pause(): void {
    this.element.pause();
    this.#stretch = null;
  }

  changeSpeed(by: 1 | -1, goesRound = false): void {
    const index = SPEEDS.findIndex((one) => one === this.speed) + by;
    const kept = goesRound ? index % SPEEDS.length : Math.max(0, Math.min(index, SPEEDS.length - 1));
    const speed = SPEEDS[kept] as number;
    // The next clip begins with it, too.
    [this.element.defaultPlaybackRate, this.element.playbackRate] = [speed, speed];
  }

  #keepInside(): void {
    const [stretch, frames] = [this.#stretch, this.#frames];
    if (!stretch || !frames) return;
    const [first, last] = frames.within(stretch);
    if (this.#frame < last) return;
    if (this.repeats) this.element.currentTime = frames.middleOf(first);
    else this.goTo(last);
  }

  #ended(): void {
    this.#stopCrawling();
    const [stretch, frames] = [this.#stretch, this.#frames];
    if (this.repeats && frames) {
      this.element.currentTime = frames.middleOf(stretch ? frames.within(stretch)[0] : 0);
      void this.element.play().catch(() => this.#events.changed());
    }
    this.#events.changed();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#ends.abort();
    if (canTell(this.element)) this.element.cancelVideoFrameCallback(this.#callback);
    else cancelAnimationFrame(this.#callback);
    this.close();
    this.element.removeAttribute("src");
    this.element.load();
    this.element.remove();
  }
}

function canTell(element: HTMLVideoElement): boolean {
  return "requestVideoFrameCallback" in element;
}

/** Whether the server has the file. A browser says the same of one that is gone and one that it cannot read. */
async function isThere(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { headers: { Range: "bytes=0-0" } })).ok;
  } catch {
    return navigator.onLine; // elsewhere, where only players may ask
  }
}
