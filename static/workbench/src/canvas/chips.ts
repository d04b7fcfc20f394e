/** Label chips: the key number on every box, the name too on the one that is looked at. */

import type { Point, Rect } from "../geometry/rect";

const HEIGHT = 18;
const PADDING = 5;
const FONT = "600 12px Inter, system-ui, sans-serif";

export interface ChipStyle {
  readonly halo: string;
  readonly shade: string;
}

/** Draws chips in screen pixels and skips those that would cover another one. */
export class ChipPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #style: ChipStyle;
  readonly #taken: Rect[] = [];

  constructor(context: CanvasRenderingContext2D, style: ChipStyle) {
    this.#context = context;
    this.#style = style;
    context.font = FONT;
    context.textBaseline = "middle";
    context.setLineDash([]);
  }

  /** A chip above the box, or just inside its top when there is no room. */
  draw(box: Rect, text: string, color: string, insist: boolean): void {
    if (!text) return;
    const width = Math.ceil(this.#context.measureText(text).width) + 2 * PADDING;
    const left = Math.max(2, Math.round(box.x));
    const top = Math.round(box.y - HEIGHT + 2 < 2 ? box.y + 2 : box.y - HEIGHT + 1);
    const chip = { x: left, y: top, w: width, h: HEIGHT };
    if (!insist && this.#taken.some((other) => collide(other, chip))) return;
    this.#taken.push(chip);
    this.#paint(chip, text, color);
  }

  /** A plate with its middle at a place. */
  plateOf({ x, y }: Point, text: string): Rect {
    const w = Math.ceil(this.#context.measureText(text).width) + 2 * PADDING;
    return { x: Math.round(x - w / 2), y: Math.round(y - HEIGHT / 2), w, h: HEIGHT };
  }

  middle(at: Point, text: string, color: string): void {
    this.#paint(this.plateOf(at, text), text, color);
  }

  #paint(chip: Rect, text: string, color: string): void {
    const context = this.#context;
    context.fillStyle = this.#style.halo;
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(chip.x, chip.y, chip.w, chip.h, 3);
    context.fill();
    context.stroke();
    context.fillStyle = this.#style.shade;
    context.fillText(text, chip.x + PADDING, chip.y + chip.h / 2 + 0.5);
  }
}

function collide(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
