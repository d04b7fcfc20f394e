/** The image tool: what stage, canvas and gestures do together. */

import { CURSORS, handleAt } from "../../canvas/handles";
import { Gestures, type Press } from "../../canvas/gestures";
import { Grid } from "../../canvas/grid";
import { Painter, type Shape } from "../../canvas/painter";
import type { Command } from "../../core/commands";
import { formatNumber, t } from "../../core/i18n";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { Item, Region } from "../../core/types";
import {
  fitInside, fromCorners, grown, moved, resized,
  type Handle, type Point, type Rect,
} from "../../geometry/rect";
import { Camera } from "./camera";
import { imageCommands, viewCommands } from "./keys";
import { forgetPicture, loadPicture, pictureAtHand, pictureOf } from "./pictures";
import { shapeOf, shapesDiffer } from "./shapes";

type Drag =
  | { readonly kind: "pan"; last: Point }
  | { readonly kind: "draw" }
  | { readonly kind: "move"; readonly id: string; readonly rect: Rect }
  | { readonly kind: "resize"; readonly id: string; readonly rect: Rect; readonly handle: Handle };

const LEAST_DRAG = 4;

class ImageStage implements MountedTool {
  readonly commands: readonly Command[];
  readonly #host: HTMLElement;
  readonly #context: ToolContext;
  readonly #painter: Painter;
  readonly #camera: Camera;
  readonly #gestures: Gestures;
  readonly #observer: ResizeObserver;
  #scene: Scene | null = null;
  #shapes: Shape[] = [];
  #press: Press | null = null;
  #drag: Drag | null = null;
  /** The box as it is during a drag or while it is made by keys; written once, at the end. */
  #live: Rect | null = null;
  #ghost: Rect | null = null;
  #hover: Shape | null = null;
  #pointer: Point | null = null;
  #byPointer = false;

  constructor(host: HTMLElement, context: ToolContext) {
    this.#host = host;
    this.#context = context;
    host.classList.add("picture");
    host.dataset.failed = t("picture.failed");
    const style = getComputedStyle(host);
    const ink = (name: string): string => style.getPropertyValue(name).trim();
    this.#painter = new Painter(host, { halo: ink("--halo"), shade: ink("--shade"), look: ink("--differ") });
    this.#camera = new Camera((view) => {
      this.#painter.move(view);
      this.#drawTop();
      this.#tellFacts();
    });
    this.#gestures = new Gestures(host, {
      press: (press) => this.#down(press),
      drag: (at, from) => this.#dragTo(at, from),
      drop: () => this.#drop(),
      tap: (at) => this.#tap(at),
      cancel: () => this.#cancel(),
      hover: (at) => this.#hoverAt(at),
      zoom: (at, factor) => this.#camera.zoom(at, factor),
      pan: (dx, dy) => this.#camera.pan(dx, dy),
    });
    this.commands = context.readOnly ? viewCommands(this.#keyTarget()) : imageCommands(this.#keyTarget());
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(host);
    this.#measure();
  }

  async update(scene: Scene): Promise<void> {
    const before = this.#scene;
    this.#scene = scene;
    this.#painter.hidden = scene.hidden;
    const fresh = before?.key !== scene.key;
    if (fresh) this.#begin(scene);
    if (fresh || shapesDiffer(before, scene)) this.#index(scene);
    const reselected = before?.selected !== scene.selected;
    this.#painter.lifted = scene.selected;
    if (reselected && !fresh) this.#reveal();
    if (!fresh && before && before.look !== scene.look) this.#lookAt(scene.look);
    if (reselected && scene.selected) this.#ghost = null;
    this.#byPointer = false;
    this.#host.dataset.mode = this.#context.readOnly ? "pan" : scene.mode;
    if (fresh) await this.#loadPicture(scene);
    else this.#redraw();
  }

  #begin(scene: Scene): void {
    this.#ghost = null;
    this.#cancel();
    const asset = pictureOf(scene.item);
    if (asset?.width && asset.height) this.#camera.image = { width: asset.width, height: asset.height };
    this.#camera.reset();
  }

  async #loadPicture(scene: Scene): Promise<void> {
    const atHand = pictureAtHand(scene.item);
    if (atHand) return this.#showPicture(atHand);
    this.#painter.image = null;
    this.#redraw();
    this.#host.dataset.state = "loading";
    try {
      const picture = await loadPicture(scene.item);
      if (this.#scene?.key === scene.key) this.#showPicture(picture);
    } catch {
      if (this.#scene?.key === scene.key) this.#host.dataset.state = "failed";
    }
  }

  #showPicture(picture: ImageBitmap): void {
    delete this.#host.dataset.state;
    this.#painter.image = picture;
    this.#camera.image = { width: picture.width, height: picture.height };
    this.#camera.resized();
    if (this.#scene) this.#index(this.#scene);
    this.#redraw();
    this.#tellFacts();
  }

  /** Shapes and their index; only when the regions changed. */
  #index(scene: Scene): void {
    const own = scene.regions.flatMap((region) => shapeOf(scene, region, false));
    const offered = scene.suggested.flatMap(({ region }) => shapeOf(scene, region, true));
    this.#shapes = [...own, ...offered];
    this.#painter.grid = new Grid(this.#shapes, this.#camera.image.width, this.#camera.image.height);
    this.#live = null;
  }

  #selected(): Shape | null {
    const id = this.#scene?.selected;
    return id ? (this.#shapes.find((shape) => shape.id === id) ?? null) : null;
  }

  #measure(): void {
    this.#camera.stage = { width: this.#host.clientWidth, height: this.#host.clientHeight };
    if (this.#camera.stage.width > 0) this.#painter.resize(this.#camera.stage);
  }

  #resized(): void {
    this.#measure();
    this.#camera.resized();
    this.#redraw();
  }

  #redraw(): void {
    if (this.#camera.stage.width === 0) return;
    this.#painter.redrawShapes(this.#camera.view);
    this.#drawTop();
  }

  #drawTop(): void {
    const scene = this.#scene;
    if (!scene) return;
    const selected = scene.hidden ? null : this.#selected();
    const shape = selected && this.#live ? { ...selected, rect: this.#live } : selected;
    const rect = this.#drag?.kind === "draw" ? this.#live : this.#ghost;
    const marks = scene.marks.flatMap(({ region, number, chosen }) => {
      const marked = this.#shapes.find((one) => one.id === region);
      return marked ? [{ rect: marked.rect, number, chosen }] : [];
    });
    this.#painter.drawTop(this.#camera.view, {
      shape,
      handles: !this.#context.readOnly && shape !== null,
      hover: scene.hidden ? null : this.#hover,
      ghost: rect ? { rect, color: this.#brushColor() } : null,
      marks,
    });
  }

  #brushColor(): string {
    const brush = this.#scene?.brush;
    const label = brush && this.#scene ? labelOf(this.#scene.schema, brush.question, brush.label) : null;
    return label?.color ?? UNKNOWN_COLOR;
  }

  #reveal(): void {
    const shape = this.#selected();
    if (shape && !this.#byPointer && !this.#context.readOnly) this.#camera.reveal(shape.rect);
  }

  #lookAt(place: Rect | null): void {
    if (place) this.#camera.lookAt(place, 0.4);
    else this.#camera.fitAll();
  }

  #down(press: Press): void {
    this.#press = press;
    this.#host.focus({ preventScroll: true });
    const scene = this.#scene;
    if (!scene) return;
    this.#ghost = null;
    this.#drag = this.#dragFor(press, scene);
  }

  #dragFor(press: Press, scene: Scene): Drag {
    const pan: Drag = { kind: "pan", last: press.at };
    if (press.pans || this.#context.readOnly || scene.mode === "pan" || scene.hidden) return pan;
    const selected = this.#selected();
    if (selected) {
      const box = this.#camera.toScreen(selected.rect);
      const handle = handleAt(box, press.at, press.touch);
      if (handle) return { kind: "resize", id: selected.id, rect: selected.rect, handle };
    }
    if (scene.mode === "draw") return scene.brush ? { kind: "draw" } : pan;
    const hit = this.#hit(press.at)[0];
    if (!hit) return pan;
    const moving = selected && this.#hit(press.at).some((one) => one.id === selected.id) ? selected : hit;
    if (moving.id !== scene.selected) this.#select(moving.id);
    return { kind: "move", id: moving.id, rect: moving.rect };
  }

  #hit(at: Point): Shape[] {
    if (this.#scene?.hidden) return [];
    return this.#painter.grid?.under(this.#camera.toImage(at), 3 / this.#camera.view.scale) ?? [];
  }

  #select(id: string | null): void {
    this.#byPointer = true;
    this.#context.run("region.select", { id });
  }

  #dragTo(at: Point, from: Point): void {
    const drag = this.#drag;
    if (!drag) return;
    this.#pointer = at;
    if (drag.kind === "pan") {
      this.#camera.pan(at.x - drag.last.x, at.y - drag.last.y);
      drag.last = at;
      return;
    }
    const to = this.#camera.snapped(at);
    const start = this.#camera.snapped(from);
    if (drag.kind === "draw") this.#live = fitInside(fromCorners(start, to), this.#camera.image);
    else if (drag.kind === "resize") this.#live = resized(drag.rect, drag.handle, to, this.#camera.image);
    else this.#live = moved(drag.rect, to.x - start.x, to.y - start.y, this.#camera.image);
    this.#drawTop();
    this.#tellFacts();
  }

  #drop(): void {
    const drag = this.#drag;
    const rect = this.#live;
    this.#drag = null;
    this.#live = null;
    const brush = this.#scene?.brush;
    if (!drag || !rect || drag.kind === "pan") return;
    this.#byPointer = true;
    if (drag.kind === "draw") {
      const { scale } = this.#camera.view;
      if (brush && Math.max(rect.w, rect.h) * scale >= LEAST_DRAG) this.#add(rect, brush);
    } else {
      this.#context.run("region.place", { id: drag.id, at: rect });
    }
    this.#drawTop();
  }

  #add(rect: Rect, brush: { readonly question: string; readonly label: string }): void {
    const region: Region = { id: "", kind: "box", at: rect, ...brush };
    this.#context.run("region.add", { region });
  }

  /** A click selects the smallest box under it; clicking again goes on to the next larger one. */
  #tap(at: Point): void {
    const press = this.#press;
    this.#drag = null;
    this.#live = null;
    if (press?.pans) return;
    const hits = this.#hit(at);
    const index = hits.findIndex((shape) => shape.id === this.#scene?.selected);
    this.#select(hits[(index + 1) % Math.max(1, hits.length)]?.id ?? null);
    this.#drawTop();
  }

  #cancel(): void {
    this.#drag = null;
    this.#live = null;
    if (this.#scene) this.#drawTop();
  }

  #hoverAt(at: Point | null): void {
    this.#pointer = at;
    const before = this.#hover;
    this.#hover = at && this.#scene?.mode !== "pan" ? (this.#hit(at)[0] ?? null) : null;
    if (this.#scene?.mode === "draw") this.#hover = null;
    this.#setCursor(at);
    if (before !== this.#hover) this.#drawTop();
    this.#tellFacts();
  }

  #setCursor(at: Point | null): void {
    const selected = this.#selected();
    const handle = at && selected && !this.#context.readOnly
      ? handleAt(this.#camera.toScreen(selected.rect), at, false)
      : null;
    if (handle) this.#host.style.setProperty("cursor", CURSORS[handle]);
    else this.#host.style.removeProperty("cursor");
  }

  #tellFacts(): void {
    const { width, height } = this.#camera.image;
    const zoom = t("facts.zoom", { n: Math.round(this.#camera.view.scale * 100) });
    const size = t("facts.size", { width, height });
    const point = this.#pointer ? this.#camera.toImage(this.#pointer) : null;
    const inside = point && point.x >= 0 && point.y >= 0 && point.x <= width && point.y <= height;
    const place = inside ? [t("facts.place", { x: Math.floor(point.x), y: Math.floor(point.y) })] : [];
    const live = this.#live ?? this.#ghost;
    const sides = live ? [`${formatNumber(Math.round(live.w))} × ${formatNumber(Math.round(live.h))}`] : [];
    this.#context.run("view.facts", { facts: [zoom, size, ...place, ...sides] });
  }

  #keyTarget(): Parameters<typeof imageCommands>[0] {
    const camera = this.#camera;
    return {
      hasBox: () => this.#selected() !== null && !this.#ghost,
      hasGhost: () => this.#ghost !== null,
      canDraw: () => this.#scene?.schema.questions.some((question) => question.type === "boxes") ?? false,
      nudge: (dx, dy) => this.#change((rect) => moved(rect, dx, dy, this.#camera.image)),
      grow: (dw, dh) => this.#change((rect) => grown(rect, dw, dh, this.#camera.image)),
      startGhost: () => this.#startGhost(camera.middle),
      sizeGhost: (dw, dh) => this.#setGhost((rect) => grown(rect, dw, dh, this.#camera.image)),
      moveGhost: (dx, dy) => this.#setGhost((rect) => moved(rect, dx, dy, this.#camera.image)),
      placeGhost: () => this.#placeGhost(),
      dropGhost: () => this.#setGhost(() => null),
      zoomBy: (factor) => camera.zoom(camera.middle, factor),
      fitAll: () => camera.fitAll(),
      showSelected: () => this.#showSelected(),
      panBy: (dx, dy) => camera.pan(dx, dy),
    };
  }

  #change(change: (rect: Rect) => Rect): void {
    const shape = this.#selected();
    if (!shape) return;
    this.#context.run("region.place", { id: shape.id, at: change(shape.rect), merge: `keys:${shape.id}` });
  }

  /** A new box by keys: as large as the selected one, beside it; else in the middle of the view. */
  #startGhost(middle: Point): void {
    const like = this.#selected()?.rect ?? null;
    this.#context.run("view.mode", { mode: "draw" });
    const side = Math.max(8, Math.round(48 / this.#camera.view.scale));
    const at = this.#camera.toImage(middle);
    const fresh = { x: Math.round(at.x - side / 2), y: Math.round(at.y - side / 2), w: side, h: side };
    const start = like ? moved(like, 10, 10, this.#camera.image) : fitInside(fresh, this.#camera.image);
    this.#context.run("region.select", { id: null });
    this.#setGhost(() => start);
    this.#context.announce(t("announce.ghost"));
  }

  #setGhost(change: (rect: Rect) => Rect | null): void {
    this.#ghost = change(this.#ghost ?? { x: 0, y: 0, w: 1, h: 1 });
    this.#host.toggleAttribute("data-ghost", this.#ghost !== null);
    this.#drawTop();
    this.#tellFacts();
  }

  #placeGhost(): void {
    const rect = this.#ghost;
    const brush = this.#scene?.brush;
    this.#setGhost(() => null);
    if (rect && brush) this.#add(rect, brush);
  }

  #showSelected(): void {
    const shape = this.#selected();
    if (shape) this.#camera.lookAt(shape.rect, 0.5);
  }

  takeLabel(): boolean {
    return false;
  }

  destroy(): void {
    this.#camera.stop();
    this.#gestures.destroy();
    this.#observer.disconnect();
    this.#painter.destroy();
    this.#host.classList.remove("picture");
  }
}

export const imageTool: Tool = {
  mount: (host, context) => new ImageStage(host, context),
  prepare: (item: Item) => loadPicture(item).then(() => undefined),
  forget: forgetPicture,
};
