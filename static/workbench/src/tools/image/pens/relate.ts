/** Makes relations: from one shape to another, by pointer or by keys. */

import type { Shape } from "../../../canvas/painter";
import { drawLink } from "../../../canvas/links";
import { t } from "../../../core/i18n";
import { Relating, relationQuestion } from "../../../core/relating";
import { arrowBetween } from "../../../geometry/arrows";
import { distanceTo, isArea } from "../../../geometry/editing";
import type { Placed } from "../../../geometry/places";
import type { Point } from "../../../geometry/rect";
import type { Easel, Pen } from "../../../layers/picture/pens/pen";

/** How near the pointer must be, in screen pixels. */
const NEAR = 7;

export class RelatePen implements Pen {
  readonly #easel: Easel;
  readonly #relating = new Relating<Shape>((shape) => shape.id);
  /** Where the arrow points while it hangs in the air. */
  #air: Point | null = null;
  #again = false;

  constructor(easel: Easel) {
    this.#easel = easel;
  }

  get isBusy(): boolean {
    return this.#relating.source !== null;
  }

  preview(): Placed | null {
    return null;
  }

  decorate(context: CanvasRenderingContext2D): void {
    this.#relating.refresh((id) => this.#easel.shapes().find((shape) => shape.id === id) ?? null);
    const { source, target } = this.#relating;
    if (!source) return;
    const { view, color, halo } = this.#easel;
    const end = target?.placed ?? (this.#air ? ({ kind: "point", at: this.#air } as const) : null);
    for (const shape of [source, target]) if (shape) this.#frame(context, shape);
    if (!end) return;
    drawLink(context, view, arrowBetween(source.placed, end, 0), { color, halo, width: 3, dash: [], tint: 0, stroke: 0 });
  }

  #frame(context: CanvasRenderingContext2D, { rect }: Shape): void {
    const { x, y } = this.#easel.toScreen(rect);
    const { scale, color, halo } = this.#easel;
    context.setLineDash([]);
    for (const [ink, width] of [[halo, 5], [color, 2]] as const) {
      context.strokeStyle = ink;
      context.lineWidth = width;
      context.strokeRect(x - 5, y - 5, rect.w * scale + 10, rect.h * scale + 10);
    }
  }

  /** The smallest shape under a point of the screen that may be joined. */
  #under(at: Point): Shape | null {
    const point = this.#easel.toImage(at);
    const reach = NEAR / this.#easel.scale;
    const near = this.#easel.near(point, reach).filter((shape) => !shape.dashed);
    return near.find(({ placed }) => distanceTo(placed, point) <= (isArea(placed.kind) ? 0 : reach)) ?? null;
  }

  press(at: Point): void {
    this.#again = this.isBusy;
    const shape = this.#under(at);
    if (shape && !this.isBusy) this.#relating.begin(shape);
  }

  drag(at: Point): void {
    this.hover(at);
  }

  /** Let go over a shape: joined; in the air: given up. */
  drop(): void {
    if (this.#relating.target) this.#join();
    else this.cancel();
  }

  tap(at: Point): boolean {
    const shape = this.#under(at);
    if (!this.#again) return this.isBusy;
    if (!shape || shape.id === this.#relating.source?.id) this.cancel();
    else {
      this.#relating.target = shape;
      this.#join();
    }
    return true;
  }

  hover(at: Point | null): void {
    if (!this.isBusy || !at) return;
    const shape = this.#under(at);
    this.#relating.target = shape && shape.id !== this.#relating.source?.id ? shape : null;
    this.#air = this.#easel.toImage(at);
  }

  /** By keys: from the selected shape, towards the next one. */
  begin(): void {
    const selected = this.#easel.selected();
    if (!selected || selected.dashed) return this.#easel.announce(t("announce.relateShapes.ready"));
    this.#relating.begin(selected);
    this.#aim(1);
  }

  #aim(by: 1 | -1): void {
    const shapes = this.#easel.shapes();
    const target = this.#relating.step(shapes, by);
    if (!target) {
      this.cancel();
      return this.#easel.announce(t("announce.relateShapes.alone"));
    }
    const place = shapes.indexOf(target) + 1;
    this.#easel.announce(t("announce.relateShapes.target", { label: target.name, n: place }));
  }

  arrow(dx: number, dy: number): void {
    if (this.isBusy) this.#aim(dx + dy > 0 ? 1 : -1);
  }

  enter(): void {
    this.#join();
  }

  /** A label picked while both ends are known joins them with it. */
  takeLabel(question: string, label: string): boolean {
    const { scene } = this.#easel;
    if (!this.#relating.target || !scene || relationQuestion(scene)?.name !== question) return false;
    return this.#join(label);
  }

  #join(label?: string): boolean {
    const { scene, run } = this.#easel;
    this.#air = null;
    return scene !== null && this.#relating.join(scene, run, label);
  }

  back(): void {
    this.cancel();
  }

  cancel(): void {
    this.#relating.end();
    this.#air = null;
  }
}
