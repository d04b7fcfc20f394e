/** What the pointer does on the stage: select, move, take hold of a grip, or work with the pen in hand. */

import type { GestureHandlers, Press } from "../../canvas/gestures";
import { cursorOver, gripAt } from "../../canvas/handles";
import type { Shape } from "../../canvas/painter";
import type { Scene } from "../../core/tool";
import { distanceTo, dragged, isArea, translated } from "../../geometry/editing";
import type { Placed } from "../../geometry/places";
import type { Point } from "../../geometry/rect";
import type { PictureStage } from "./stage";

type Drag =
  | { readonly kind: "pan"; last: Point }
  | { readonly kind: "pen" }
  | { readonly kind: "move"; readonly shape: Shape }
  | { readonly kind: "grip"; readonly shape: Shape; readonly grip: string };

/** How near a click must be, in screen pixels: areas and lines. */
const NEAR_AREA = 3;
const NEAR_LINE = 7;

export class Hand implements GestureHandlers {
  readonly #stage: PictureStage;
  #press: Press | null = null;
  #drag: Drag | null = null;
  /** The shape as it is during a drag; written once, at the end. */
  live: Placed | null = null;
  hovered: Shape | null = null;
  pointer: Point | null = null;

  constructor(stage: PictureStage) {
    this.#stage = stage;
  }

  press(press: Press): void {
    this.#press = press;
    this.#stage.focus();
    this.#stage.pressed();
    const scene = this.#stage.scene;
    if (!scene) return;
    this.#drag = this.#dragFor(press, scene);
    if (this.#drag.kind === "pen") this.#stage.drawing.pen?.press(press.at, press);
    this.#stage.drawTop();
  }

  #dragFor(press: Press, scene: Scene): Drag {
    const pan: Drag = { kind: "pan", last: press.at };
    if (press.pans || this.#stage.context.readOnly || scene.mode === "pan" || scene.hidden) return pan;
    const pen = this.#stage.drawing.pen;
    if (pen?.isBusy) return { kind: "pen" };
    const selected = this.#stage.selected();
    const grip = selected ? gripAt(this.#stage.camera.view, this.#stage.gripsOf(selected), press.at, press.touch) : null;
    if (selected && grip) return { kind: "grip", shape: selected, grip: grip.id };
    if (pen) return { kind: "pen" };
    if (scene.mode === "draw") return pan;
    const hits = this.#hit(press.at);
    const [first] = hits;
    if (!first || press.shift || this.#stage.linkAt(press.at)?.over) return pan;
    const moving = hits.find((one) => one.id === selected?.id) ?? first;
    if (moving.id !== scene.selected) this.#stage.select(moving.id);
    return { kind: "move", shape: moving };
  }

  /** What lies under a point of the screen, the smallest first. */
  #hit(at: Point): Shape[] {
    if (this.#stage.scene?.hidden) return [];
    const { scale } = this.#stage.camera.view;
    const point = this.#stage.camera.toImage(at);
    const near = this.#stage.near(point, NEAR_LINE / scale);
    return near.filter(({ placed }) => distanceTo(placed, point) <= (isArea(placed.kind) ? NEAR_AREA : NEAR_LINE) / scale);
  }

  drag(at: Point, from: Point): void {
    const drag = this.#drag;
    if (!drag) return;
    this.pointer = at;
    if (drag.kind === "pan") {
      this.#stage.camera.pan(at.x - drag.last.x, at.y - drag.last.y);
      drag.last = at;
      return;
    }
    const to = this.#stage.camera.snapped(at);
    const start = this.#stage.camera.snapped(from);
    const { image } = this.#stage.camera;
    if (drag.kind === "pen") this.#stage.drawing.pen?.drag(at, from);
    else if (drag.kind === "grip") this.live = dragged(drag.shape.placed, drag.grip, to, image);
    else this.live = translated(drag.shape.placed, to.x - start.x, to.y - start.y, image);
    this.#stage.drawTop();
    this.#stage.tellFacts();
  }

  drop(): void {
    const drag = this.#drag;
    const live = this.live;
    this.#drag = null;
    this.live = null;
    if (drag?.kind === "pen") this.#stage.drawing.pen?.drop();
    else if (live && drag && drag.kind !== "pan") this.#stage.place(drag.shape, live, drag.kind === "move");
    this.#stage.shown();
  }

  /** A click selects the smallest shape under it; clicking again goes on to the next larger one. */
  tap(at: Point): void {
    const press = this.#press;
    const drag = this.#drag;
    this.#drag = null;
    this.live = null;
    if (!press || press.pans) return;
    const pen = this.#stage.context.readOnly || this.#stage.scene?.hidden ? null : this.#stage.drawing.pen;
    if (pen && drag?.kind !== "pan" && pen.tap(at, press)) return this.#stage.drawTop();
    if (drag?.kind === "grip" && !pen) this.#stage.grip = drag.grip.endsWith(":m") ? null : drag.grip;
    else this.#choose(at, press.shift);
    this.#stage.drawTop();
  }

  #choose(at: Point, more: boolean): void {
    const hits = this.#hit(at);
    const [first] = hits;
    const link = more || this.#stage.scene?.hidden ? null : this.#stage.linkAt(at);
    if (link && (link.over || !first)) return this.#stage.select(link.id);
    if (more && first) return this.#stage.toggle(first.id);
    this.#stage.also.clear();
    const index = hits.findIndex((shape) => shape.id === this.#stage.scene?.selected);
    this.#stage.select(hits[(index + 1) % Math.max(1, hits.length)]?.id ?? null);
  }

  cancel(): void {
    if (this.#drag?.kind === "pen" && !this.#stage.drawing.isSpecial) this.#stage.drawing.cancel();
    this.#drag = null;
    this.live = null;
    if (this.#stage.scene) this.#stage.drawTop();
  }

  hover(at: Point | null): void {
    this.pointer = at;
    const before = this.hovered;
    const pen = this.#stage.context.readOnly ? null : this.#stage.drawing.pen;
    pen?.hover(at);
    this.hovered = at && !pen && this.#stage.scene?.mode === "select" ? (this.#hit(at)[0] ?? null) : null;
    this.#setCursor(at);
    if (before !== this.hovered || pen?.isBusy || pen?.decorate) this.#stage.drawTop();
    this.#stage.tellFacts();
  }

  #setCursor(at: Point | null): void {
    const selected = this.#stage.selected();
    const isFree = at && selected && !this.#stage.context.readOnly && !this.#stage.drawing.isBusy;
    const grip = isFree ? gripAt(this.#stage.camera.view, this.#stage.gripsOf(selected), at, false) : null;
    if (grip) this.#stage.host.style.setProperty("cursor", cursorOver(grip, this.#stage.camera.turn));
    else this.#stage.host.style.removeProperty("cursor");
  }

  zoom(at: Point, factor: number): void {
    this.#stage.camera.zoom(at, factor);
  }

  pan(dx: number, dy: number): void {
    this.#stage.camera.pan(dx, dy);
  }
}
