/** The small pieces that marks and arcs are drawn with. */

import type { Box } from "./document";

const SVG = "http://www.w3.org/2000/svg";

export type Attributes = Readonly<Record<string, string | number>>;

/** A new shape at the end of its parent. */
export function shape<K extends keyof SVGElementTagNameMap>(
  parent: SVGElement | null,
  tag: K,
  attributes: Attributes,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  parent?.append(element);
  return element;
}

/** A drawing over or under the whole text. */
export function plane(name: string): SVGSVGElement {
  return shape(null, "svg", { class: name, "aria-hidden": "true" });
}

/** A rectangle around a line, grown by some pixels. */
export function place(line: Box, out: number): Attributes {
  return {
    x: line.left - out, y: line.top - out / 2,
    width: line.right - line.left + 2 * out, height: line.bottom - line.top + out,
  };
}

const widths = new Map<string, number>();
let pen: CanvasRenderingContext2D | null = null;

/** How wide a name is, without asking the page: that would make it lay out again for every name. */
export function textWidth(text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (!pen) {
    pen = document.createElement("canvas").getContext("2d");
    const family = getComputedStyle(document.documentElement).getPropertyValue("--sans") || "sans-serif";
    if (pen) pen.font = `600 11px ${family}`;
  }
  const width = pen?.measureText(text).width ?? text.length * 6.5;
  if (widths.size > 5000) widths.clear();
  widths.set(text, width);
  return width;
}
