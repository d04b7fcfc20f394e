/** Which part of the picture is seen, and every way to change it. */

import {
  fit, panned, rectToScreen, showing, toImage, toScreen, zoomed, type Viewport,
} from "../../canvas/viewport";
import type { Point, Rect, Size } from "../../geometry/rect";
import { turnBy, turnedSize, type Turn } from "../../geometry/turns";

const NARROW = 640;

export class Camera {
  /** The sheet that the picture lies on: the stage, seen from how it is turned. */
  stage: Size = { width: 0, height: 0 };
  turn: Turn = 0;
  image: Size = { width: 1, height: 1 };
  readonly #moved: (view: Viewport) => void;
  #view: Viewport | null = null;
  #fitted = true;
  #frame = 0;

  /** `moved` is called in the frame in which the view is drawn anew. */
  constructor(moved: (view: Viewport) => void) {
    this.#moved = moved;
  }

  get view(): Viewport {
    this.#view ??= fit(this.stage, this.image);
    return this.#view;
  }

  get middle(): Point {
    return { x: this.stage.width / 2, y: this.stage.height / 2 };
  }

  /** Shows the next picture whole. */
  reset(): void {
    this.#fitted = true;
    this.#view = null;
  }

  /** Stage or picture have another size: a whole view stays whole. */
  resized(): void {
    if (this.#fitted) this.#view = null;
  }

  move(view: Viewport): void {
    this.#view = view;
    this.#fitted = false;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#moved(view));
  }

  zoom(at: Point, factor: number): void {
    this.move(zoomed(this.view, at, factor, this.stage, this.image));
  }

  pan(dx: number, dy: number): void {
    this.move(panned(this.view, dx, dy, this.stage, this.image));
  }

  fitAll(): void {
    this.move(fit(this.stage, this.image));
    this.#fitted = true;
  }

  /** Turns the view around what is in its middle. */
  turnBy(quarters: number): void {
    const middle = this.toImage(this.middle);
    this.turn = turnBy(this.turn, quarters);
    if (quarters % 2 !== 0) this.stage = turnedSize(this.stage, 1);
    if (this.#fitted) this.fitAll();
    else this.centre(middle);
  }

  /** A close look at one place. */
  lookAt(rect: Rect, share: number): void {
    this.move(showing(rect, share, this.stage, this.image));
  }

  /** Brings the place into view; on a narrow stage close enough to be worked on. */
  reveal(rect: Rect): void {
    const box = rectToScreen(this.view, rect);
    const { width, height } = this.stage;
    const inside = box.x >= 0 && box.y >= 0 && box.x + box.w <= width && box.y + box.h <= height;
    const tiny = turnedSize(this.stage, this.turn).width < NARROW && Math.max(box.w, box.h) < width / 6;
    if (inside && !tiny) return;
    if (tiny) return this.lookAt(rect, 0.4);
    const { scale } = this.view;
    const dx = width / 2 - (rect.x + rect.w / 2) * scale;
    const dy = height / 2 - (rect.y + rect.h / 2) * scale;
    this.move(panned({ scale, dx, dy }, 0, 0, this.stage, this.image));
  }

  /** Brings a place of the picture to the middle. */
  centre(point: Point): void {
    const { scale } = this.view;
    const { width, height } = this.stage;
    const view = { scale, dx: width / 2 - point.x * scale, dy: height / 2 - point.y * scale };
    this.move(panned(view, 0, 0, this.stage, this.image));
  }

  pointToScreen(point: Point): Point {
    return toScreen(this.view, point);
  }

  toImage(point: Point): Point {
    return toImage(this.view, point);
  }

  /** Pointer places are written in whole pixels, and finer where a pixel is large on the screen. */
  snapped(point: Point): Point {
    const grain = this.view.scale >= 4 ? 10 : 1;
    const { x, y } = this.toImage(point);
    return { x: Math.round(x * grain) / grain, y: Math.round(y * grain) / grain };
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }
}
