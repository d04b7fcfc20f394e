/** The row of buttons above a sound. What they do has keys as well; the time is text, so that it can be read. */

import { formatNumber, t, type MessageKey } from "../../core/i18n";
import { clock } from "../../geometry/timeline";

export interface TransportState {
  readonly isPlaying: boolean;
  readonly at: number;
  readonly seconds: number;
  readonly speed: number;
  readonly repeats: boolean;
  readonly follows: boolean;
  /** Null where there is but one. */
  readonly channel: string | null;
  /** What the next press marks; null where nothing can be marked. */
  readonly mark: "start" | "end" | "instant" | null;
  readonly about: string;
  readonly failed: boolean;
}

export interface TransportActions {
  play(): void;
  faster(): void;
  loop(): void;
  follow(): void;
  channel(): void;
  mark(): void;
}

const PLAY = "M7.5 5v14l11-7Z";
const PAUSE = "M8 5v14M16 5v14";
const LOOP = "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4";
const MARK = {
  start: ["audio.markStart", "audio.markStart.title", "I"],
  end: ["audio.markEnd", "audio.markEnd.title", "O"],
  instant: ["audio.markInstant", "audio.markInstant.title", "I"],
} as const satisfies Record<string, readonly [MessageKey, MessageKey, string]>;

export class Transport {
  readonly #row = document.createElement("div");
  readonly #play: Button;
  readonly #speed: Button;
  readonly #loop: Button;
  readonly #follow: Button;
  readonly #channel: Button;
  readonly #mark: Button;
  readonly #time = document.createElement("span");
  readonly #about = document.createElement("span");

  constructor(host: HTMLElement, actions: TransportActions) {
    this.#row.className = "transport";
    this.#row.setAttribute("role", "group");
    this.#row.setAttribute("aria-label", t("audio.transport"));
    this.#play = new Button(actions.play, "K", PLAY);
    this.#mark = new Button(actions.mark, "I");
    this.#loop = new Button(actions.loop, "L", LOOP);
    this.#speed = new Button(actions.faster);
    this.#follow = new Button(actions.follow);
    this.#channel = new Button(actions.channel, "C");
    this.#time.className = "time";
    this.#about.className = "dim wide-only";
    const buttons = [this.#mark, this.#loop, this.#speed, this.#channel, this.#follow].map((one) => one.element);
    this.#row.append(this.#play.element, this.#time, ...buttons, this.#about);
    host.append(this.#row);
  }

  get height(): number {
    return this.#row.offsetHeight;
  }

  show(state: TransportState): void {
    this.#play.name("", t(state.isPlaying ? "audio.pause" : "audio.play"), "K");
    this.#play.draw(state.isPlaying ? PAUSE : PLAY);
    setText(this.#time, t("audio.time", { at: clock(state.at, 2), length: clock(state.seconds, 2) }));
    const speed = formatNumber(state.speed);
    this.#speed.name(t("audio.speed", { n: speed }), t("audio.speed.title"), "]");
    this.#loop.name(t("audio.loop"), t("audio.loop.title"), "L");
    this.#loop.press(state.repeats);
    this.#follow.name(t("audio.follow"), t("audio.follow.title"), `${t("keyname.shift")} F`);
    this.#follow.press(state.follows);
    this.#channel.element.hidden = state.channel === null;
    if (state.channel !== null) this.#channel.name(state.channel, t("audio.channel.title"), "C");
    this.#mark.element.hidden = state.mark === null;
    if (state.mark !== null) {
      const [text, title, key] = MARK[state.mark];
      this.#mark.name(t(text), t(title), key);
      this.#mark.press(state.mark === "end");
    }
    setText(this.#about, state.failed ? t("audio.notPlayed") : state.about);
    this.#about.classList.toggle("wide-only", !state.failed);
  }

  destroy(): void {
    this.#row.remove();
  }
}

/** Texts are set in every frame of playing; the page is only touched when they differ. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

class Button {
  readonly element = document.createElement("button");
  readonly #path: SVGPathElement | null = null;
  readonly #text = document.createElement("span");
  readonly #key: HTMLElement | null = null;

  constructor(run: () => void, key = "", icon = "") {
    this.element.type = "button";
    this.element.addEventListener("click", run);
    if (icon) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", "0 0 24 24");
      svg.setAttribute("class", "icon");
      svg.setAttribute("aria-hidden", "true");
      this.#path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      svg.append(this.#path);
      this.element.append(svg);
      this.draw(icon);
    }
    this.element.append(this.#text);
    if (key) {
      this.#key = document.createElement("kbd");
      this.element.append(this.#key);
      this.#key.setAttribute("aria-hidden", "true");
      setText(this.#key, key);
    }
  }

  name(text: string, title: string, key: string): void {
    setText(this.#text, text);
    if (this.#key) setText(this.#key, key);
    const full = `${title} (${key})`;
    if (this.element.title === full) return;
    this.element.title = full;
    // A button with words is called by them, and described by its title.
    if (!text) this.element.setAttribute("aria-label", title);
  }

  draw(path: string): void {
    if (this.#path?.getAttribute("d") !== path) this.#path?.setAttribute("d", path);
  }

  press(isPressed: boolean): void {
    this.element.setAttribute("aria-pressed", String(isPressed));
  }
}
