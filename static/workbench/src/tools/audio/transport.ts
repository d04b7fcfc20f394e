/** The row of buttons above a sound. What they do has keys as well; the time is text, so that it can be read. */

import { formatNumber, t, type MessageKey } from "../../core/i18n";
import { clock } from "../../geometry/timeline";
import { Button, setText } from "../../layers/time/button";

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
