/** The image tool: what stage, canvas and gestures do together. */

import { Gestures } from "../../canvas/gestures";
import { Grid } from "../../canvas/grid";
import { Painter, type Shape } from "../../canvas/painter";
import type { Command } from "../../core/commands";
import { formatNumber, t } from "../../core/i18n";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { Item, Region } from "../../core/types";
import { gripsOf, translated, type Grip } from "../../geometry/editing";
import { isDrawable } from "../../geometry/joining";
import { boundsOf, type Placed } from "../../geometry/places";
import type { Point, Rect } from "../../geometry/rect";
import { Camera } from "./camera";
import { Drawing } from "./drawing";
import { keyTarget } from "./editing";
import { Hand } from "./hand";
import { imageCommands, viewCommands } from "./keys";
import { Looks } from "./looks";
import { Minimap } from "./minimap";
import { forgetPicture, loadPicture, pictureAtHand, pictureOf } from "./pictures";
import { Several, follow } from "./several";
import { shapeOf, shapesDiffer } from "./shapes";

/** How far the turning grip stands off, in screen pixels. */
const TURN_REACH = 26;

export class ImageStage implements MountedTool {
  readonly commands: readonly Command[];
  readonly context: ToolContext;
  readonly camera: Camera;
  readonly drawing: Drawing;
  readonly several: Several;
  readonly looks: Looks;
  readonly host: HTMLElement;
  readonly #hand: Hand;
  readonly #painter: Painter;
  readonly #minimap: Minimap;
  readonly #inks: { readonly halo: string; readonly shade: string; readonly look: string };
  readonly #gestures: Gestures;
  readonly #observer: ResizeObserver;
  scene: Scene | null = null;
  /** The point or joint of the selected shape that the keys move. */
  grip: string | null = null;
  #shapes: Shape[] = [];
  #byPointer = false;

  constructor(host: HTMLElement, context: ToolContext) {
    this.host = host;
    this.context = context;
    host.classList.add("picture");
    host.dataset.failed = t("picture.failed");
    const style = getComputedStyle(host);
    const ink = (name: string): string => style.getPropertyValue(name).trim();
    this.#inks = { halo: ink("--halo"), shade: ink("--shade"), look: ink("--differ") };
    this.#painter = new Painter(host, this.#inks);
    this.camera = new Camera((view) => {
      this.#painter.move(view);
      this.#drawMap();
      this.drawTop();
      this.tellFacts();
    });
    this.several = new Several(context, () => this.scene, () => this.camera.image);
    this.drawing = new Drawing({
      context,
      camera: this.camera,
      halo: this.#inks.halo,
      scene: () => this.scene,
      selected: () => this.selected(),
      near: (at, reach) => this.near(at, reach),
      picture: () => this.#painter.image,
      color: () => this.#brushColor(),
      changed: () => (this.#byPointer = true),
      redraw: () => this.drawTop(),
    });
    this.looks = new Looks(host, this.#painter, () => this.#painter.draw(this.camera.view));
    if (!context.readOnly) sayRoom(host);
    this.#minimap = new Minimap(host, (at) => this.camera.centre(at));
    this.#hand = new Hand(this);
    this.#gestures = new Gestures(host, this.#hand);
    this.commands = context.readOnly ? viewCommands(keyTarget(this)) : imageCommands(keyTarget(this));
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(host);
    this.#measure();
  }

  async update(scene: Scene): Promise<void> {
    const before = this.scene;
    this.scene = scene;
    this.#painter.hidden = scene.hidden;
    const fresh = before?.key !== scene.key;
    if (fresh) this.#begin(scene);
    if (!this.context.readOnly) follow(scene);
    if (fresh || shapesDiffer(before, scene)) this.#index(scene);
    const reselected = before?.selected !== scene.selected;
    this.#painter.lifted = scene.selected;
    if (reselected) this.grip = null;
    if (reselected && !fresh) this.#reveal();
    if (!fresh && before && before.look !== scene.look) this.#lookAt(scene.look);
    this.#byPointer = false;
    this.host.dataset.mode = this.context.readOnly ? "pan" : this.drawing.isSpecial ? "draw" : scene.mode;
    if (fresh) await this.#loadPicture(scene);
    else this.#redraw();
  }

  #begin(scene: Scene): void {
    this.drawing.cancel();
    this.several.also.clear();
    this.#hand.cancel();
    const asset = pictureOf(scene.item);
    if (asset?.width && asset.height) this.camera.image = { width: asset.width, height: asset.height };
    this.camera.reset();
  }

  async #loadPicture(scene: Scene): Promise<void> {
    const atHand = pictureAtHand(scene.item);
    if (atHand) return this.#showPicture(atHand);
    this.#painter.image = null;
    this.#redraw();
    this.host.dataset.state = "loading";
    try {
      const picture = await loadPicture(scene.item);
      if (this.scene?.key === scene.key) this.#showPicture(picture);
    } catch {
      if (this.scene?.key === scene.key) this.host.dataset.state = "failed";
    }
  }

  #showPicture(picture: ImageBitmap): void {
    delete this.host.dataset.state;
    this.#painter.image = picture;
    this.camera.image = { width: picture.width, height: picture.height };
    this.camera.resized();
    if (this.scene) this.#index(this.scene);
    this.#redraw();
    this.#drawMap();
    this.tellFacts();
  }

  /** Shapes and their index; only when the regions changed. */
  #index(scene: Scene): void {
    const own = scene.regions.flatMap((region) => shapeOf(scene, region, false));
    const offered = scene.suggested.flatMap(({ region }) => shapeOf(scene, region, true));
    this.#shapes = [...own, ...offered];
    this.#painter.grid = new Grid(this.#shapes, this.camera.image.width, this.camera.image.height);
    const masks = this.#shapes.flatMap(({ placed }) => (placed.kind === "mask" ? [placed.at.counts] : []));
    this.#painter.keepMasks(new Set(masks));
    this.#hand.live = null;
  }

  selected(): Shape | null {
    const id = this.scene?.selected;
    return id ? (this.#shapes.find((shape) => shape.id === id) ?? null) : null;
  }

  #measure(): void {
    this.camera.stage = { width: this.host.clientWidth, height: this.host.clientHeight };
    if (this.camera.stage.width > 0) this.#painter.resize(this.camera.stage);
  }

  #resized(): void {
    this.#measure();
    this.camera.resized();
    this.#redraw();
    this.#drawMap();
  }

  #redraw(): void {
    if (this.camera.stage.width === 0) return;
    this.#painter.redrawShapes(this.camera.view);
    this.drawTop();
  }

  #drawMap(): void {
    this.#minimap.draw(this.#painter.image, this.camera.view, this.camera.stage, this.#inks);
  }

  drawTop(): void {
    const scene = this.scene;
    if (!scene) return;
    const shape = scene.hidden ? null : this.#shownSelected();
    const pen = this.drawing.pen;
    const ghost = pen?.preview() ?? null;
    const marks = scene.marks.flatMap(({ region, number, chosen }) => {
      const marked = this.#shapes.find((one) => one.id === region);
      return marked ? [{ rect: marked.rect, number, chosen }] : [];
    });
    this.host.toggleAttribute("data-ghost", this.drawing.isBusy);
    this.#painter.drawTop(this.camera.view, {
      shape,
      grips: this.context.readOnly || !shape ? [] : this.gripsOf(shape),
      grip: this.grip,
      also: this.#shapes.filter((one) => this.several.also.has(one.id) && one.id !== scene.selected),
      hover: scene.hidden ? null : this.#hand.hovered,
      ghost: ghost ? { placed: ghost, edges: this.drawing.edges, color: this.#brushColor() } : null,
      pen: pen?.decorate ? (context) => pen.decorate?.(context) : null,
      marks,
    });
  }

  #shownSelected(): Shape | null {
    const selected = this.selected();
    const { live } = this.#hand;
    return selected && live ? { ...selected, placed: live, rect: boundsOf(live) } : selected;
  }

  gripsOf(shape: Shape): Grip[] {
    return gripsOf(shape.placed, TURN_REACH / this.camera.view.scale);
  }

  #brushColor(): string {
    const brush = this.scene?.brush;
    const label = brush && this.scene ? labelOf(this.scene.schema, brush.question, brush.label) : null;
    return label?.color ?? UNKNOWN_COLOR;
  }

  #reveal(): void {
    const shape = this.selected();
    if (shape && !this.#byPointer && !this.context.readOnly) this.camera.reveal(shape.rect);
  }

  #lookAt(place: Rect | null): void {
    if (place) this.camera.lookAt(place, 0.4);
    else this.camera.fitAll();
  }

  /** Selects by pointer: the view stays where it is. */
  select(id: string | null): void {
    this.#byPointer = true;
    this.context.run("region.select", { id });
  }

  /** The shapes whose surroundings hold a place of the picture, the smallest first. */
  near(at: Point, reach: number): Shape[] {
    return this.#painter.grid?.under(at, reach) ?? [];
  }

  /** Writes a change of place. A shape takes its group along when it is moved. */
  place(shape: Shape, to: Placed, isMoved: boolean, merge?: string): void {
    if (!isDrawable(to)) return this.context.announce(t("announce.noArea"));
    this.#byPointer = true;
    const region = this.scene?.regions.find((one) => one.id === shape.id);
    const others = isMoved && region?.group ? this.#groupOf(region) : [];
    const mark = merge ?? (others.length ? `group:${performance.now()}` : undefined);
    const put = (id: string, placed: Placed): void =>
      this.context.run("region.place", mark === undefined ? { id, at: placed.at } : { id, at: placed.at, merge: mark });
    put(shape.id, to);
    const after = boundsOf(to);
    const [dx, dy] = [after.x - shape.rect.x, after.y - shape.rect.y];
    for (const other of others) put(other.id, translated(other.placed, dx, dy, this.camera.image));
  }

  #groupOf({ id, group, question }: Region): Shape[] {
    const own = this.scene?.regions.filter((one) => one.group === group && one.question === question && one.id !== id);
    const ids = new Set(own?.map((one) => one.id));
    return this.#shapes.filter((shape) => ids.has(shape.id));
  }

  tellFacts(): void {
    const { width, height } = this.camera.image;
    const zoom = t("facts.zoom", { n: Math.round(this.camera.view.scale * 100) });
    const size = t("facts.size", { width, height });
    const { pointer } = this.#hand;
    const point = pointer ? this.camera.toImage(pointer) : null;
    const inside = point && point.x >= 0 && point.y >= 0 && point.x <= width && point.y <= height;
    const place = inside ? [t("facts.place", { x: Math.floor(point.x), y: Math.floor(point.y) })] : [];
    const live = this.#hand.live ?? this.drawing.pen?.preview() ?? null;
    const { w, h } = live ? boundsOf(live) : { w: 0, h: 0 };
    const sides = live ? [`${formatNumber(Math.round(w))} × ${formatNumber(Math.round(h))}`] : [];
    this.context.run("view.facts", { facts: [zoom, size, ...place, ...sides] });
  }

  /** After a key: the top canvas, and what the status bar says. */
  shown(): void {
    this.drawTop();
    this.tellFacts();
  }

  takeLabel(): boolean {
    return false;
  }

  destroy(): void {
    this.camera.stop();
    this.#gestures.destroy();
    this.#observer.disconnect();
    this.#painter.destroy();
    this.looks.destroy();
    this.host.querySelector(".needs-room")?.remove();
    this.#minimap.destroy();
    this.host.classList.remove("picture");
  }
}

let isNarrowFine = false;

/** On a phone's window there is little room to draw in; whoever wants to may. */
function sayRoom(host: HTMLElement): void {
  if (isNarrowFine || host.querySelector(".needs-room")) return;
  const note = document.createElement("p");
  const button = document.createElement("button");
  note.className = "needs-room";
  button.className = "btn s";
  button.textContent = t("picture.drawAnyway");
  for (const name of ["pointerdown", "pointerup"]) note.addEventListener(name, (event) => event.stopPropagation());
  button.addEventListener("click", () => {
    isNarrowFine = true;
    note.remove();
  });
  note.append(t("picture.needsRoom"), button);
  host.append(note);
}

export const imageTool: Tool = {
  mount: (host, context) => new ImageStage(host, context),
  prepare: (item: Item) => loadPicture(item).then(() => undefined),
  forget: forgetPicture,
};
