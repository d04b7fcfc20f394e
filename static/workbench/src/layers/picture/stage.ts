/** A stage with shapes on a picture: what canvas, camera, pens and gestures do together. The tool brings the picture. */

import { Gestures } from "../../canvas/gestures";
import { Grid } from "../../canvas/grid";
import { Painter, type Inks, type Over, type Shape } from "../../canvas/painter";
import { formatNumber, t } from "../../core/i18n";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import { signOf, type Scene, type ToolContext } from "../../core/tool";
import type { Region } from "../../core/types";
import { gripsOf, translated, type Grip } from "../../geometry/editing";
import { isDrawable } from "../../geometry/joining";
import { boundsOf, type Placed } from "../../geometry/places";
import type { Point, Rect } from "../../geometry/rect";
import { turnedSize, unturnedPoint, unturnedStep } from "../../geometry/turns";
import { Camera } from "./camera";
import { Drawing } from "./drawing";
import { Hand } from "./hand";
import type { PenMaker } from "./pens/pen";
import { shapeOf, shapesDiffer } from "./shapes";

/** How far the turning grip stands off, in screen pixels. */
const TURN_REACH = 26;
/** The status bar follows a movement so often. */
const TELL_EVERY_MS = 100;

export class PictureStage {
  readonly context: ToolContext;
  readonly camera: Camera;
  readonly drawing: Drawing;
  readonly host: HTMLElement;
  /** Chosen beside the selected one, by their ids. */
  readonly also = new Set<string>();
  protected readonly painter: Painter;
  protected readonly inks: Inks;
  protected readonly hand: Hand;
  readonly #gestures: Gestures;
  readonly #observer: ResizeObserver;
  scene: Scene | null = null;
  /** The point or joint of the selected shape that the keys move. */
  grip: string | null = null;
  protected shapes: Shape[] = [];
  protected byPointer = false;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #toldAt = -TELL_EVERY_MS;

  constructor(host: HTMLElement, context: ToolContext, morePens: PenMaker = () => null) {
    this.host = host;
    this.context = context;
    host.classList.add("picture");
    host.dataset.failed = t("picture.failed");
    const style = getComputedStyle(host);
    const ink = (name: string): string => style.getPropertyValue(name).trim();
    this.inks = { halo: ink("--halo"), shade: ink("--shade"), look: ink("--differ"), refused: ink("--refused"), warned: ink("--warned") };
    this.painter = new Painter(host, this.inks);
    this.camera = new Camera((view) => {
      this.painter.move(view);
      this.moved();
      this.drawTop();
      this.tellFacts();
    });
    this.drawing = new Drawing({
      context,
      camera: this.camera,
      halo: this.inks.halo,
      morePens,
      scene: () => this.scene,
      selected: () => this.selected(),
      near: (at, reach) => this.near(at, reach),
      shapes: () => this.shapes.filter((shape) => !shape.dashed),
      picture: () => this.painter.image,
      color: () => this.#brushColor(),
      changed: () => (this.byPointer = true),
      redraw: () => this.drawTop(),
    });
    this.hand = new Hand(this);
    this.#gestures = new Gestures(host, this.hand, {
      point: (at) => unturnedPoint(at, this.camera.turn, this.camera.stage),
      step: (by) => unturnedStep(by, this.camera.turn),
    });
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(host);
    this.#measure();
  }

  /** Takes a scene over; true where it is about another item, whose picture is still to come. */
  protected take(scene: Scene): boolean {
    const before = this.scene;
    this.scene = scene;
    this.painter.hidden = scene.hidden;
    const { broken } = scene;
    this.painter.signOf = broken?.size ? (id) => signOf(broken.get(id)) : null;
    const fresh = before?.key !== scene.key;
    if (fresh) this.begin(scene);
    if (fresh || shapesDiffer(before, scene)) this.index(scene);
    else if (before?.broken !== scene.broken) this.#sign(scene);
    const reselected = before?.selected !== scene.selected;
    this.painter.lifted = scene.selected;
    if (reselected) this.grip = null;
    if (reselected && !fresh) this.#reveal();
    if (!fresh && before && before.look !== scene.look) this.#lookAt(scene.look);
    this.byPointer = false;
    this.host.dataset.mode = this.context.readOnly ? "pan" : this.drawing.isSpecial ? "draw" : scene.mode;
    return fresh;
  }

  /** Another item begins. */
  protected begin(_scene: Scene): void {
    this.drawing.cancel();
    this.also.clear();
    this.hand.cancel();
    this.camera.reset();
  }

  /** The view or the stage is another one: what lies beside the canvases follows. */
  protected moved(): void {
    // Nothing lies beside them here.
  }

  /** Shapes and their index; only when the regions changed. */
  protected index(scene: Scene): void {
    this.shapes = this.shapesOf(scene);
    this.painter.grid = new Grid(this.shapes, this.camera.image.width, this.camera.image.height);
    const masks = this.shapes.flatMap(({ placed }) => (placed.kind === "mask" ? [placed.at.counts] : []));
    this.painter.keepMasks(new Set(masks));
    this.hand.live = null;
    this.#sign(scene);
  }

  #sign({ broken }: Scene): void {
    this.painter.signed = broken?.size ? this.shapes.filter(({ id }) => broken.has(id)) : [];
  }

  protected shapesOf(scene: Scene): Shape[] {
    const own = scene.regions.flatMap((region) => shapeOf(scene, region, false));
    const offered = scene.suggested.flatMap(({ region }) => shapeOf(scene, region, true));
    return [...own, ...offered];
  }

  selected(): Shape | null {
    const id = this.scene?.selected;
    return id ? (this.shapes.find((shape) => shape.id === id) ?? null) : null;
  }

  #measure(): void {
    const screen = { width: this.host.clientWidth, height: this.host.clientHeight };
    this.camera.stage = turnedSize(screen, this.camera.turn);
    if (screen.width > 0) this.painter.resize(screen);
  }

  #resized(): void {
    this.#measure();
    this.camera.resized();
    this.redraw();
    this.moved();
  }

  /** Turns how the picture is seen, by quarters clockwise; the document stays as it is. */
  turnView(quarters: number): void {
    this.camera.turnBy(quarters);
    this.painter.turn = this.camera.turn;
    this.painter.draw(this.camera.view);
    this.moved();
    this.shown();
    const n = 90 * this.camera.turn;
    this.context.announce(n ? t("facts.turned", { n }) : t("announce.unturned"));
  }

  redraw(): void {
    if (this.camera.stage.width === 0) return;
    this.painter.redrawShapes(this.camera.view);
    this.drawTop();
  }

  drawTop(): void {
    const scene = this.scene;
    if (!scene) return;
    const shape = scene.hidden ? null : this.#shownSelected();
    const pen = this.drawing.pen;
    const ghost = pen?.preview() ?? null;
    const marks = scene.marks.flatMap(({ region, number, chosen }) => {
      const marked = this.shapes.find((one) => one.id === region);
      return marked ? [{ rect: marked.rect, number, chosen }] : [];
    });
    this.host.toggleAttribute("data-ghost", this.drawing.isBusy);
    this.painter.drawTop(this.camera.view, {
      shape,
      over: this.over(shape),
      grips: this.context.readOnly || !shape ? [] : this.gripsOf(shape),
      grip: this.grip,
      also: this.shapes.filter((one) => this.also.has(one.id) && one.id !== scene.selected),
      hover: scene.hidden ? null : this.hand.hovered,
      ghost: ghost ? { placed: ghost, edges: this.drawing.edges, color: this.#brushColor() } : null,
      pen: pen?.decorate ? (context) => pen.decorate?.(context) : null,
      marks,
    });
  }

  #shownSelected(): Shape | null {
    const selected = this.selected();
    const { live } = this.hand;
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
    if (shape && !this.byPointer && !this.context.readOnly) this.camera.reveal(shape.rect);
  }

  #lookAt(place: Rect | null): void {
    if (place) this.camera.lookAt(place, 0.4);
    else this.camera.fitAll();
  }

  /** A pointer went down: the keys are for this picture now. */
  focus(): void {
    this.host.focus({ preventScroll: true });
  }

  /** A pointer went down. */
  pressed(): void {
    // A still picture waits for nothing.
  }

  /** Selects by pointer: the view stays where it is. */
  select(id: string | null): void {
    this.byPointer = true;
    this.context.run("region.select", { id });
  }

  /** Chooses one more beside the selected one, or one less. */
  toggle(id: string): void {
    this.select(id);
  }

  /** The shapes whose surroundings hold a place of the picture, the smallest first. */
  near(at: Point, reach: number): Shape[] {
    return this.painter.grid?.under(at, reach) ?? [];
  }

  /** Writes a change of place. A shape takes its group along when it is moved. */
  place(shape: Shape, to: Placed, isMoved: boolean, merge?: string): void {
    if (!isDrawable(to)) return this.context.announce(t("announce.noArea"));
    this.byPointer = true;
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
    return this.shapes.filter((shape) => ids.has(shape.id));
  }

  /** What is drawn with the selected shape, or instead of it: relations. */
  protected over(_shape: Shape | null): Over | null {
    return null;
  }

  /** What else can be chosen at a point of the screen; its name lies over the shapes, its line under them. */
  linkAt(_at: Point): { readonly id: string; readonly over: boolean } | null {
    return null;
  }

  /** Zoom and size of the picture, the place under the pointer, the sides of what is drawn. */
  protected facts(): string[] {
    const { width, height } = this.camera.image;
    const zoom = t("facts.zoom", { n: Math.round(this.camera.view.scale * 100) });
    const size = t("facts.size", { width, height });
    const { pointer } = this.hand;
    const point = pointer ? this.camera.toImage(pointer) : null;
    const inside = point && point.x >= 0 && point.y >= 0 && point.x <= width && point.y <= height;
    const place = inside ? [t("facts.place", { x: Math.floor(point.x), y: Math.floor(point.y) })] : [];
    const live = this.hand.live ?? this.drawing.pen?.preview() ?? null;
    const { w, h } = live ? boundsOf(live) : { w: 0, h: 0 };
    const sides = live ? [`${formatNumber(Math.round(w))} × ${formatNumber(Math.round(h))}`] : [];
    const turned = this.camera.turn ? [t("facts.turned", { n: 90 * this.camera.turn })] : [];
    return [zoom, ...turned, size, ...place, ...sides];
  }

  /** Says the facts at once, and while something moves now and then: the status bar is not worth a frame. */
  tellFacts(): void {
    if (this.#telling !== undefined) return;
    const wait = this.#toldAt + TELL_EVERY_MS - performance.now();
    if (wait <= 0) this.#tell();
    else this.#telling = setTimeout(() => this.#tell(), wait);
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#toldAt = performance.now();
    this.context.run("view.facts", { facts: this.facts() });
  }

  /** After a key: the top canvas, and what the status bar says. */
  shown(): void {
    this.drawTop();
    this.tellFacts();
  }

  destroy(): void {
    clearTimeout(this.#telling);
    this.camera.stop();
    this.#gestures.destroy();
    this.#observer.disconnect();
    this.painter.destroy();
    this.host.querySelector(".needs-room")?.remove();
    this.host.classList.remove("picture");
  }
}

let isNarrowFine = false;

/** On a phone's window there is little room to draw in; whoever wants to may. */
export function sayRoom(host: HTMLElement): void {
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
