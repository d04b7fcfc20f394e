/** The row of controls above a series. What they do has keys as well; time and value are text, so that they can be read. */

import { t, type MessageKey } from "../../core/i18n";
import { Button, setText } from "../../layers/time/button";
import type { Channel } from "./source";

export interface BarState {
  /** What the next press marks; null where nothing can be marked. */
  readonly mark: "start" | "end" | "instant" | null;
  readonly at: string;
  /** The active channel with its value at the cursor. */
  readonly value: string;
  /** Null where there is but one. */
  readonly channel: string | null;
  readonly isSingle: boolean;
  /** The question leaves open whether regions lie on one channel or on all. */
  readonly isFree: boolean;
  readonly isOverlaid: boolean;
  readonly isFixed: boolean;
  readonly snaps: boolean;
  readonly hidden: ReadonlySet<number>;
}

export interface BarActions {
  mark(): void;
  channel(): void;
  overlay(): void;
  scale(): void;
  snap(): void;
  toggle(channel: number): void;
}

const MARK = {
  start: ["audio.markStart", "series.markStart.title", "I"],
  end: ["audio.markEnd", "series.markEnd.title", "O"],
  instant: ["audio.markInstant", "series.markInstant.title", "I"],
} as const satisfies Record<string, readonly [MessageKey, MessageKey, string]>;

export class Bar {
  readonly #row = document.createElement("div");
  readonly #mark: Button;
  readonly #channel: Button;
  readonly #overlay: Button;
  readonly #scale: Button;
  readonly #snap: Button;
  readonly #time = text("time");
  readonly #value = text("value");
  readonly #choice = document.createElement("details");
  readonly #summary = document.createElement("summary");
  readonly #list = document.createElement("ul");
  readonly #actions: BarActions;
  #boxes: HTMLInputElement[] = [];

  constructor(host: HTMLElement, actions: BarActions) {
    this.#actions = actions;
    this.#row.className = "transport";
    this.#row.setAttribute("role", "group");
    this.#row.setAttribute("aria-label", t("series.bar"));
    this.#mark = new Button(actions.mark, "I");
    this.#channel = new Button(actions.channel, "C");
    this.#overlay = new Button(actions.overlay, "L");
    this.#scale = new Button(actions.scale, "Y");
    this.#snap = new Button(actions.snap, "S");
    this.#choice.className = "channels";
    this.#choice.append(this.#summary, this.#list);
    this.#choice.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#choice.open) return;
      event.stopPropagation();
      this.#choice.open = false;
      this.#summary.focus();
    });
    const buttons = [this.#channel, this.#scale, this.#overlay, this.#snap].map((one) => one.element);
    this.#row.append(this.#mark.element, this.#time, this.#value, ...buttons, this.#choice);
    host.append(this.#row);
  }

  get height(): number {
    return this.#row.offsetHeight;
  }

  /** Another series: its channels to choose from. */
  open(channels: readonly Channel[]): void {
    this.#choice.hidden = channels.length < 2;
    this.#choice.open = false;
    this.#boxes = [];
    this.#list.replaceChildren(...channels.map((channel, index) => {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.addEventListener("change", () => this.#actions.toggle(index));
      this.#boxes.push(box);
      const name = document.createElement("label");
      const words = document.createElement("span");
      words.textContent = channel.unit ? `${channel.name} [${channel.unit}]` : channel.name;
      words.dir = "auto";
      name.append(box, words);
      const item = document.createElement("li");
      item.append(name);
      return item;
    }));
  }

  show(state: BarState): void {
    this.#mark.element.hidden = state.mark === null;
    if (state.mark !== null) {
      const [words, title, key] = MARK[state.mark];
      this.#mark.name(t(words), t(title), key);
      this.#mark.press(state.mark === "end");
    }
    setText(this.#time, state.at);
    setText(this.#value, state.value);
    this.#channel.element.hidden = state.channel === null || state.mark === null || !state.isFree;
    if (state.channel !== null) this.#channel.name(state.channel, t("audio.channel.title"), "C");
    this.#channel.press(state.isSingle);
    this.#overlay.element.hidden = state.channel === null;
    this.#overlay.name(t("series.overlay"), t("series.overlay.title"), "L");
    this.#overlay.press(state.isOverlaid);
    this.#scale.name(t("series.fixed"), t("series.fixed.title"), "Y");
    this.#scale.press(state.isFixed);
    this.#snap.element.hidden = state.mark === null;
    this.#snap.name(t("series.snap"), t("series.snap.title"), "S");
    this.#snap.press(state.snaps);
    const count = this.#boxes.length;
    setText(this.#summary, t("series.channels", { shown: count - state.hidden.size, n: count }));
    this.#boxes.forEach((box, index) => {
      box.checked = !state.hidden.has(index);
    });
  }

  destroy(): void {
    this.#row.remove();
  }
}

function text(name: string): HTMLSpanElement {
  const element = document.createElement("span");
  element.className = name;
  element.dir = "auto";
  return element;
}
