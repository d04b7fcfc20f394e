/** Boxes, rotated boxes and ellipses: dragged from corner to corner, or sized by the arrows. */

import { t } from "../../../core/i18n";
import { filling, turned, uprightOf } from "../../../geometry/editing";
import type { Placed } from "../../../geometry/places";
import { fitInside, fromCorners, grown, moved, type Point, type Rect } from "../../../geometry/rect";
import type { Easel, Pen } from "./pen";

type RectKind = "box" | "rotated_box" | "ellipse";

interface Ghost {
  readonly rect: Rect;
  readonly angle: number;
}

const LEAST_DRAG = 4;
const TURN = 5;

export class RectPen implements Pen {
  readonly sizes = true;
  readonly #easel: Easel;
  readonly #kind: RectKind;
  #dragged: Rect | null = null;
  /** The shape that the keys make. */
  #ghost: Ghost | null = null;

  constructor(easel: Easel, kind: RectKind) {
    this.#easel = easel;
    this.#kind = kind;
  }

  get isBusy(): boolean {
    return this.#ghost !== null;
  }

  preview(): Placed | null {
    if (this.#dragged) return filling(this.#kind, this.#dragged, 0, this.#easel.image);
    return this.#ghost ? this.#made() : null;
  }

  #made(): Placed {
    const { rect, angle } = this.#ghost as Ghost;
    return filling(this.#kind, rect, angle, this.#easel.image);
  }

  press(): void {
    this.#ghost = null;
  }

  drag(at: Point, from: Point): void {
    const { image } = this.#easel;
    this.#dragged = fitInside(fromCorners(this.#easel.snapped(from), this.#easel.snapped(at)), image);
  }

  drop(): void {
    const rect = this.#dragged;
    this.#dragged = null;
    if (!rect || Math.max(rect.w, rect.h) * this.#easel.scale < LEAST_DRAG) return;
    this.#easel.add(filling(this.#kind, rect, 0, this.#easel.image));
  }

  tap(): boolean {
    return false;
  }

  hover(): void {
    // Nothing follows the pointer.
  }

  /** As large as the selected one, beside it; else in the middle of the view. */
  begin(): void {
    const { image, scale, middle } = this.#easel;
    const like = this.#easel.selected()?.placed ?? null;
    const askew = like && (like.kind === "rotated_box" || like.kind === "ellipse") ? uprightOf(like) : null;
    const model = askew ?? (like?.kind === "box" ? { ...like.at, angle: 0 } : null);
    if (model) {
      this.#ghost = { rect: moved(model, 10, 10, image), angle: model.angle };
    } else {
      const side = Math.max(8, Math.round(48 / scale));
      const at = this.#easel.toImage(middle);
      const rect = { x: Math.round(at.x - side / 2), y: Math.round(at.y - side / 2), w: side, h: side };
      this.#ghost = { rect: fitInside(rect, image), angle: 0 };
    }
    this.#easel.announce(t("announce.ghost"));
  }

  arrow(dx: number, dy: number, other: boolean): void {
    if (!this.#ghost) return;
    const { rect, angle } = this.#ghost;
    const change = other ? moved : grown;
    this.#ghost = { rect: change(rect, dx, dy, this.#easel.image), angle };
  }

  adjust(by: 1 | -1): void {
    if (!this.#ghost || this.#kind === "box") return;
    const shape = turned(this.#made(), by * TURN, this.#easel.image) as Extract<Placed, { kind: "rotated_box" }>;
    this.#ghost = { ...this.#ghost, angle: shape.at.angle };
  }

  enter(): void {
    const made = this.#ghost ? this.#made() : null;
    this.#ghost = null;
    if (made) this.#easel.add(made);
  }

  back(): void {
    this.#ghost = null;
  }

  cancel(): void {
    this.#ghost = null;
    this.#dragged = null;
  }
}
