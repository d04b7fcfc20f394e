/** How the picture is shown while one draws: brightness, contrast, one colour channel. The data stays as it is. */

import { t, type MessageKey } from "../../core/i18n";
import type { Painter } from "../../canvas/painter";

const CHANNELS = { all: null, red: "#ff0000", green: "#00ff00", blue: "#0000ff" } as const;
type Channel = keyof typeof CHANNELS;

const LEAST = 20;
const MOST = 300;
const STEP = 10;

/** Whether labels have patterns beside their colours, and the other way. */
interface Strokes {
  on(): boolean;
  toggle(): void;
}

export class Looks {
  readonly #painter: Painter;
  readonly #changed: () => void;
  readonly #panel: HTMLElement;
  readonly #strokes: Strokes;
  #brightness = 100;
  #contrast = 100;
  #channel: Channel = "all";

  constructor(host: HTMLElement, painter: Painter, changed: () => void, strokes: Strokes) {
    this.#strokes = strokes;
    this.#painter = painter;
    this.#changed = changed;
    this.#panel = document.createElement("section");
    this.#panel.className = "looks";
    this.#panel.hidden = true;
    this.#panel.setAttribute("aria-label", t("looks.title"));
    for (const name of ["pointerdown", "wheel"]) this.#panel.addEventListener(name, (event) => event.stopPropagation());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.toggle();
      host.focus();
    });
    host.append(this.#panel);
  }

  get isPlain(): boolean {
    return this.#brightness === 100 && this.#contrast === 100 && this.#channel === "all";
  }

  /** Shows the sliders, or puts them away. What they say stays for the next pictures. */
  toggle(): void {
    this.#panel.hidden = !this.#panel.hidden;
    if (this.#panel.hidden) return;
    this.#fill();
    this.#panel.querySelector("input")?.focus();
  }

  #fill(): void {
    this.#panel.replaceChildren(
      this.#slider("looks.brightness", this.#brightness, (value) => (this.#brightness = value)),
      this.#slider("looks.contrast", this.#contrast, (value) => (this.#contrast = value)),
      this.#select(),
      this.#patterns(),
      this.#button(),
    );
  }

  #slider(label: MessageKey, value: number, set: (value: number) => void): HTMLElement {
    const row = document.createElement("label");
    const input = document.createElement("input");
    const shown = document.createElement("output");
    input.type = "range";
    [input.min, input.max, input.step, input.value] = [String(LEAST), String(MOST), String(STEP), String(value)];
    shown.textContent = t("facts.zoom", { n: value });
    input.addEventListener("input", () => {
      set(input.valueAsNumber);
      shown.textContent = t("facts.zoom", { n: input.valueAsNumber });
      this.#apply();
    });
    row.append(t(label), input, shown);
    return row;
  }

  #select(): HTMLElement {
    const row = document.createElement("label");
    const select = document.createElement("select");
    select.className = "input";
    for (const name of Object.keys(CHANNELS) as Channel[]) {
      const option = new Option(t(`looks.channel.${name}`), name, false, name === this.#channel);
      select.append(option);
    }
    select.addEventListener("change", () => {
      this.#channel = select.value as Channel;
      this.#apply();
    });
    row.append(t("looks.channel"), select);
    return row;
  }

  /** Not of the picture but of the labels on it; kept for good, unlike the sliders. */
  #patterns(): HTMLElement {
    const row = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.checked = this.#strokes.on();
    input.addEventListener("change", () => this.#strokes.toggle());
    row.append(t("key.strokes"), input);
    return row;
  }

  #button(): HTMLElement {
    const button = document.createElement("button");
    button.className = "btn s";
    button.textContent = t("looks.reset");
    button.addEventListener("click", () => {
      [this.#brightness, this.#contrast, this.#channel] = [100, 100, "all"];
      this.#fill();
      this.#apply();
    });
    return button;
  }

  #apply(): void {
    const plain = this.#brightness === 100 && this.#contrast === 100;
    this.#painter.filter = plain ? "none" : `brightness(${this.#brightness}%) contrast(${this.#contrast}%)`;
    this.#painter.channel = CHANNELS[this.#channel];
    this.#changed();
  }

  destroy(): void {
    this.#panel.remove();
  }
}
