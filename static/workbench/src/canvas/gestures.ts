/** Pointers and wheel on the stage as a few plain gestures, in screen pixels of the stage. */

import type { Point } from "../geometry/rect";

export interface Press {
  readonly at: Point;
  readonly touch: boolean;
  /** Middle or right button: always moves the view. */
  readonly pans: boolean;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

export interface GestureHandlers {
  press(press: Press): void;
  drag(at: Point, from: Point): void;
  /** The pointer went up after a drag. */
  drop(at: Point): void;
  /** The pointer went up where it went down. */
  tap(at: Point): void;
  /** The gesture was taken over or broken off. */
  cancel(): void;
  hover(at: Point | null): void;
  zoom(at: Point, factor: number): void;
  pan(dx: number, dy: number): void;
}

/** From the screen to where gestures are meant: a place, and a way. */
export interface Sheet {
  point(at: Point): Point;
  step(by: Point): Point;
}

const FLAT: Sheet = { point: (at) => at, step: (by) => by };
const SLOP_MOUSE = 3;
const SLOP_TOUCH = 8;

export class Gestures {
  readonly #host: HTMLElement;
  readonly #handlers: GestureHandlers;
  readonly #sheet: Sheet;
  readonly #pointers = new Map<number, Point>();
  readonly #ends = new AbortController();
  #from: Point | null = null;
  #dragging = false;
  #touch = false;
  #pinch: { readonly distance: number; readonly middle: Point } | null = null;

  constructor(host: HTMLElement, handlers: GestureHandlers, sheet: Sheet = FLAT) {
    this.#host = host;
    this.#handlers = handlers;
    this.#sheet = sheet;
    const { signal } = this.#ends;
    host.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    host.addEventListener("pointermove", (event) => this.#move(event), { signal });
    host.addEventListener("pointerup", (event) => this.#up(event), { signal });
    host.addEventListener("pointercancel", (event) => this.#gone(event), { signal });
    host.addEventListener("pointerleave", () => handlers.hover(null), { signal });
    host.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    host.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
  }

  destroy(): void {
    this.#ends.abort();
  }

  #at(event: MouseEvent): Point {
    const bounds = this.#host.getBoundingClientRect();
    return this.#sheet.point({ x: event.clientX - bounds.left, y: event.clientY - bounds.top });
  }

  #down(event: PointerEvent): void {
    const at = this.#at(event);
    this.#host.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, at);
    if (this.#pointers.size === 2) return this.#startPinch();
    if (this.#pointers.size > 2) return;
    this.#from = at;
    this.#dragging = false;
    this.#touch = event.pointerType === "touch";
    const ctrl = event.ctrlKey || event.metaKey;
    this.#handlers.press({ at, touch: this.#touch, pans: event.button !== 0, shift: event.shiftKey, ctrl });
  }

  #startPinch(): void {
    this.#handlers.cancel();
    this.#from = null;
    this.#pinch = this.#twoFingers();
  }

  #twoFingers(): { readonly distance: number; readonly middle: Point } | null {
    const [a, b] = [...this.#pointers.values()];
    if (!a || !b) return null;
    return {
      distance: Math.hypot(a.x - b.x, a.y - b.y) || 1,
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
    };
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event);
    if (!this.#pointers.has(event.pointerId)) return this.#handlers.hover(at);
    this.#pointers.set(event.pointerId, at);
    if (this.#pinch) return this.#movePinch(this.#pinch);
    if (!this.#from) return;
    const slop = this.#touch ? SLOP_TOUCH : SLOP_MOUSE;
    if (!this.#dragging && Math.hypot(at.x - this.#from.x, at.y - this.#from.y) < slop) return;
    this.#dragging = true;
    this.#handlers.drag(at, this.#from);
  }

  #movePinch(before: { readonly distance: number; readonly middle: Point }): void {
    const now = this.#twoFingers();
    if (!now) return;
    this.#handlers.pan(now.middle.x - before.middle.x, now.middle.y - before.middle.y);
    this.#handlers.zoom(now.middle, now.distance / before.distance);
    this.#pinch = now;
  }

  #up(event: PointerEvent): void {
    const at = this.#at(event);
    const from = this.#from;
    const dragged = this.#dragging;
    this.#forget(event);
    if (!from) return;
    if (dragged) this.#handlers.drop(at);
    else this.#handlers.tap(at);
  }

  #gone(event: PointerEvent): void {
    this.#forget(event);
    this.#handlers.cancel();
  }

  #forget(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    this.#pinch = null;
    this.#from = null;
    this.#dragging = false;
  }

  #pan(by: Point): void {
    const { x, y } = this.#sheet.step(by);
    this.#handlers.pan(x, y);
  }

  /** A wheel zooms; two fingers on a trackpad move the view, and pinch it. */
  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const at = this.#at(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const dx = event.deltaX * lines;
    const dy = event.deltaY * lines;
    const isTrackpad = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL && (dx !== 0 || Math.abs(dy) < 40);
    if (event.ctrlKey || event.metaKey) this.#handlers.zoom(at, Math.exp(-dy / 100));
    else if (event.shiftKey || isTrackpad) this.#pan({ x: -(dx || (event.shiftKey ? dy : 0)), y: event.shiftKey ? 0 : -dy });
    else this.#handlers.zoom(at, Math.exp(-dy / 400));
  }
}
