/** Single points, and the joints of a skeleton one after the other. */

import { t } from "../../../core/i18n";
import type { Joint } from "../../../core/schema";
import { settled, type JointPlace, type Placed } from "../../../geometry/places";
import type { Point } from "../../../geometry/rect";
import { drawCross, stepped, type Easel, type Pen, type Stroke } from "./pen";

export class PointPen implements Pen {
  readonly #easel: Easel;
  #cursor: Point | null = null;

  constructor(easel: Easel) {
    this.#easel = easel;
  }

  get isBusy(): boolean {
    return this.#cursor !== null;
  }

  preview(): Placed | null {
    return this.#cursor ? { kind: "point", at: this.#cursor } : null;
  }

  decorate(context: CanvasRenderingContext2D): void {
    if (this.#cursor) drawCross(context, this.#easel.toScreen(this.#cursor), this.#easel.color, this.#easel.halo);
  }

  press(): void {
    this.#cursor = null;
  }

  drag(at: Point): void {
    this.#cursor = this.#kept(this.#easel.snapped(at));
  }

  drop(): void {
    this.enter();
  }

  tap(at: Point): boolean {
    this.#cursor = this.#kept(this.#easel.snapped(at));
    this.enter();
    return true;
  }

  #kept(point: Point): Point {
    return stepped(point, 0, 0, this.#easel.image);
  }

  hover(): void {
    // Nothing follows the pointer.
  }

  begin(): void {
    const { x, y } = this.#easel.toImage(this.#easel.middle);
    this.#cursor = this.#kept({ x: Math.round(x), y: Math.round(y) });
    this.#easel.announce(t("announce.pointGhost"));
  }

  arrow(dx: number, dy: number): void {
    if (this.#cursor) this.#cursor = stepped(this.#cursor, dx, dy, this.#easel.image);
  }

  enter(): void {
    const at = this.#cursor;
    this.#cursor = null;
    if (at) this.#easel.add({ kind: "point", at: settled({ kind: "point", at }) });
  }

  back(): void {
    this.#cursor = null;
  }

  cancel(): void {
    this.#cursor = null;
  }
}

export class SkeletonPen implements Pen {
  readonly #easel: Easel;
  readonly #joints: readonly Joint[];
  #placed: Record<string, JointPlace> = {};
  #order: string[] = [];
  #next = 0;
  #cursor: Point | null = null;
  #hover: Point | null = null;

  constructor(easel: Easel, joints: readonly Joint[]) {
    this.#easel = easel;
    this.#joints = joints;
  }

  get isBusy(): boolean {
    return this.#next > 0 || this.#cursor !== null;
  }

  preview(): Placed | null {
    return this.#order.length ? { kind: "skeleton", at: { joints: this.#placed } } : null;
  }

  /** The name of the next joint stands where it would be put. */
  decorate(context: CanvasRenderingContext2D): void {
    const joint = this.#joints[this.#next];
    const at = this.#cursor ? this.#easel.toScreen(this.#cursor) : this.#hover;
    if (this.#cursor && at) drawCross(context, at, this.#easel.color, this.#easel.halo);
    if (!joint || !at) return;
    context.font = "600 12px Inter, system-ui, sans-serif";
    context.textBaseline = "middle";
    const width = context.measureText(joint.name).width + 10;
    context.save();
    context.translate(at.x, at.y);
    context.rotate((-this.#easel.turn * Math.PI) / 2);
    context.fillStyle = this.#easel.halo;
    context.fillRect(12, 8, width, 18);
    context.fillStyle = this.#easel.color;
    context.fillText(joint.name, 17, 17.5);
    context.restore();
  }

  press(): void {
    this.#cursor = null;
  }

  drag(at: Point): void {
    this.#hover = at;
  }

  drop(): void {
    if (this.#hover) this.#put(this.#easel.snapped(this.#hover), false);
  }

  /** Shift puts a joint that is covered. */
  tap(at: Point, stroke: Stroke): boolean {
    this.#put(this.#easel.snapped(at), stroke.shift);
    return true;
  }

  hover(at: Point | null): void {
    this.#hover = at;
  }

  begin(): void {
    const { x, y } = this.#easel.toImage(this.#easel.middle);
    this.#cursor = { x: Math.round(x), y: Math.round(y) };
    this.#say();
  }

  arrow(dx: number, dy: number): void {
    if (this.#cursor) this.#cursor = stepped(this.#cursor, dx, dy, this.#easel.image);
  }

  /** By keys: the next joint is where the cursor is. By pointer: the rest is absent. */
  enter(): void {
    if (this.#cursor) this.#put(this.#cursor, false);
    else this.#finish();
  }

  /** `[` and `]` put the joint as a covered one. */
  adjust(): void {
    if (this.#cursor) this.#put(this.#cursor, true);
  }

  skip(): void {
    this.#go(this.#next + 1);
  }

  back(): void {
    if (this.#next === 0) return this.cancel();
    const name = this.#joints[this.#next - 1]?.key ?? "";
    const { [name]: _, ...rest } = this.#placed;
    this.#placed = rest;
    this.#order = this.#order.filter((one) => one !== name);
    this.#next -= 1;
    this.#say();
  }

  cancel(): void {
    this.#placed = {};
    this.#order = [];
    this.#next = 0;
    this.#cursor = null;
  }

  #put(at: Point, hidden: boolean): void {
    const joint = this.#joints[this.#next];
    if (!joint) return;
    const kept = stepped(at, 0, 0, this.#easel.image);
    this.#placed = { ...this.#placed, [joint.key]: hidden ? { ...kept, hidden } : kept };
    this.#order.push(joint.key);
    this.#go(this.#next + 1);
  }

  #go(next: number): void {
    this.#next = next;
    if (next >= this.#joints.length) this.#finish();
    else this.#say();
  }

  #finish(): void {
    const joints = this.#placed;
    const any = this.#order.length > 0;
    this.cancel();
    if (any) this.#easel.add({ kind: "skeleton", at: settled({ kind: "skeleton", at: { joints } }) });
  }

  #say(): void {
    const joint = this.#joints[this.#next];
    if (joint) this.#easel.announce(t("announce.joint", { name: joint.name, n: this.#next + 1, all: this.#joints.length }));
  }
}
