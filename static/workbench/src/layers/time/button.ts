/** A button of a row of controls: an icon or words, with its key. */

/** Texts are set in every frame of playing; the page is only touched when they differ. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export class Button {
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
    if (this.#key) {
      setText(this.#key, key);
      this.#key.hidden = !key;
    }
    const full = key ? `${title} (${key})` : title;
    if (this.element.title === full) return;
    this.element.title = full;
    // A button with words is called by them, and described by its title.
    if (!text) this.element.setAttribute("aria-label", title);
  }

  draw(path: string): void {
    if (this.#path?.getAttribute("d") !== path) this.#path?.setAttribute("d", path);
  }

  press(isPressed: boolean): void {
    const value = String(isPressed);
    if (this.element.getAttribute("aria-pressed") !== value) this.element.setAttribute("aria-pressed", value);
  }

  enable(isPossible: boolean): void {
    // Not `disabled`: the focus would be lost where the last press made it impossible.
    const value = String(!isPossible);
    if (this.element.getAttribute("aria-disabled") !== value) this.element.setAttribute("aria-disabled", value);
  }
}
