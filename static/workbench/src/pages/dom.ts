/** Making elements without a template: text is always text. */

type Child = Node | string | null;

/** An element with attributes and children; `class`, `data-…`, `aria-…` as written in HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A button that runs something. */
export function button(text: string, kind: string, run: () => void): HTMLButtonElement {
  const element = make("button", { class: `btn ${kind}`.trim(), type: "button" }, text);
  element.addEventListener("click", run);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite whose address stands on the body. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.body.dataset.sprite ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

/** A bar that can be moved: `set` takes a share from 0 to 1, or null while the end is unknown. */
export function progressBar(name: string): { readonly element: HTMLElement; set(share: number | null): void } {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "bar");
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("height", "100%");
  rect.setAttribute("width", "0");
  svg.append(rect);
  const element = make("div", { role: "progressbar", "aria-label": name, "aria-valuemin": "0", "aria-valuemax": "100" }, svg);
  const set = (share: number | null): void => {
    const percent = Math.round(100 * Math.min(Math.max(share ?? 0, 0), 1));
    rect.setAttribute("width", `${percent}%`);
    if (share === null) element.removeAttribute("aria-valuenow");
    else element.setAttribute("aria-valuenow", String(percent));
  };
  return { element, set };
}
