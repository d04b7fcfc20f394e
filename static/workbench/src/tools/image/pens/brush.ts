/** Brush and eraser on masks, and the magic wand: pixels of the picture, not of the screen. */

import { t } from "../../../core/i18n";
import type { PenName } from "../../../core/pens";
import { paintStroke, wandArea } from "../../../geometry/bitmaps";
import type { MaskPlace, Placed } from "../../../geometry/places";
import type { Point, Rect } from "../../../geometry/rect";
import { around, emptyBitmap, joinedMasks, maskOf, paintMask } from "../../../geometry/runs";
import { drawCross, stepped, type Easel, type Pen, type Stroke } from "../../../layers/picture/pens/pen";
import { RelatePen } from "./relate";

const LEAST_RADIUS = 1;
const MOST_RADIUS = 400;
const GROWTH = 1.25;
const TOLERANCE_STEP = 4;
/** A wand looks at so many pixels at most; larger pictures are looked at in coarser steps. */
const MOST_PIXELS = 4_000_000;
/** A mask covers so many pixels at most. */
const MOST_MASK_PIXELS = 100_000_000;

/** How wide the brush is, and how choosy the wand: kept from task to task. */
const settings = { radius: 20, tolerance: 24 };

function selectedMask(easel: Easel): { readonly id: string; readonly at: MaskPlace } | null {
  const shape = easel.selected();
  return shape && shape.placed.kind === "mask" && !shape.dashed ? { id: shape.id, at: shape.placed.at } : null;
}

export class BrushPen implements Pen {
  readonly #easel: Easel;
  readonly #erases: boolean;
  #path: Point[] = [];
  #pointer: Point | null = null;
  /** Where the keys are, and whether they have the brush down. */
  #cursor: Point | null = null;
  #isDown = false;

  constructor(easel: Easel, erases: boolean) {
    this.#easel = easel;
    this.#erases = erases;
  }

  get isBusy(): boolean {
    return this.#cursor !== null;
  }

  preview(): Placed | null {
    return null;
  }

  /** The stroke as it is drawn, and a circle as wide as the brush. */
  decorate(context: CanvasRenderingContext2D): void {
    const { color, halo, scale } = this.#easel;
    const radius = settings.radius * scale;
    const stroke = this.#path.map((point) => this.#easel.toScreen(point));
    if (stroke.length) {
      context.globalAlpha = 0.45;
      context.strokeStyle = this.#erases ? halo : color;
      context.lineWidth = 2 * radius;
      context.lineCap = context.lineJoin = "round";
      context.setLineDash([]);
      context.beginPath();
      stroke.forEach(({ x, y }, n) => (n ? context.lineTo(x, y) : context.moveTo(x, y)));
      if (stroke.length === 1) context.lineTo((stroke[0] as Point).x + 0.01, (stroke[0] as Point).y);
      context.stroke();
      context.globalAlpha = 1;
      context.lineCap = "butt";
    }
    const at = this.#cursor ? this.#easel.toScreen(this.#cursor) : this.#pointer;
    if (!at) return;
    for (const [ink, width] of [[halo, 3], [color, 1.5]] as const) {
      context.strokeStyle = ink;
      context.lineWidth = width;
      context.setLineDash(this.#erases ? [4, 3] : []);
      context.beginPath();
      context.arc(at.x, at.y, Math.max(1, radius), 0, 2 * Math.PI);
      context.stroke();
    }
    if (this.#cursor) drawCross(context, at, color, halo);
  }

  press(at: Point): void {
    this.#cursor = null;
    this.#path = [this.#easel.toImage(at)];
    this.#pointer = at;
  }

  drag(at: Point): void {
    this.#path.push(this.#easel.toImage(at));
    this.#pointer = at;
  }

  drop(): void {
    this.#paint();
  }

  tap(): boolean {
    this.#paint();
    return true;
  }

  hover(at: Point | null): void {
    this.#pointer = at;
  }

  begin(): void {
    this.#cursor = this.#easel.toImage(this.#easel.middle);
    this.#isDown = false;
    this.#easel.announce(t("announce.width", { n: 2 * settings.radius }));
  }

  arrow(dx: number, dy: number): void {
    if (!this.#cursor) return;
    this.#cursor = stepped(this.#cursor, dx, dy, this.#easel.image);
    if (this.#isDown) this.#path.push(this.#cursor);
  }

  /** Puts the brush down, or lifts it and paints. */
  enter(): void {
    if (!this.#cursor) return;
    this.#isDown = !this.#isDown;
    if (this.#isDown) this.#path = [this.#cursor];
    else this.#paint();
    this.#easel.announce(t(this.#isDown ? "announce.brushDown" : "announce.brushUp"));
  }

  back(): void {
    this.cancel();
  }

  adjust(by: 1 | -1): void {
    const radius = by > 0 ? settings.radius * GROWTH : settings.radius / GROWTH;
    settings.radius = Math.min(MOST_RADIUS, Math.max(LEAST_RADIUS, by > 0 ? Math.ceil(radius) : Math.floor(radius)));
    this.#easel.announce(t("announce.width", { n: 2 * settings.radius }));
  }

  cancel(): void {
    this.#path = [];
    this.#cursor = null;
    this.#isDown = false;
  }

  #paint(): void {
    const path = this.#path;
    this.#path = [];
    const mask = selectedMask(this.#easel);
    const box = path.length ? this.#reach(path, mask?.at ?? null) : null;
    if (!box || (this.#erases && !mask)) return;
    const bitmap = emptyBitmap(box);
    if (mask) paintMask(bitmap, mask.at, 1);
    path.forEach((point, n) => paintStroke(bitmap, path[n - 1] ?? point, point, settings.radius, this.#erases ? 0 : 1));
    const at = maskOf(bitmap);
    if (mask && at) this.#easel.place(mask.id, { kind: "mask", at });
    else if (mask) this.#easel.remove(mask.id);
    else if (at) this.#easel.add({ kind: "mask", at });
  }

  /** The part of the picture that a stroke and the mask under it can cover. */
  #reach(path: readonly Point[], mask: MaskPlace | null): Rect | null {
    const { image } = this.#easel;
    const { radius } = settings;
    const left = Math.max(0, Math.floor(Math.min(...path.map(({ x }) => x)) - radius));
    const top = Math.max(0, Math.floor(Math.min(...path.map(({ y }) => y)) - radius));
    const right = Math.min(image.width, Math.ceil(Math.max(...path.map(({ x }) => x)) + radius));
    const bottom = Math.min(image.height, Math.ceil(Math.max(...path.map(({ y }) => y)) + radius));
    if (right <= left || bottom <= top) return null;
    const stroke = { x: left, y: top, w: right - left, h: bottom - top };
    if (!mask) return stroke;
    return this.#erases ? mask : around(mask, stroke);
  }
}

export class WandPen implements Pen {
  readonly #easel: Easel;
  #cursor: Point | null = null;
  /** What was taken last, and which region it became: another tolerance changes this one only. */
  #last: { readonly at: Point; readonly before: MaskPlace | null; readonly id: string | null } | null = null;

  constructor(easel: Easel) {
    this.#easel = easel;
  }

  get isBusy(): boolean {
    return this.#cursor !== null;
  }

  preview(): Placed | null {
    return null;
  }

  decorate(context: CanvasRenderingContext2D): void {
    if (this.#cursor) drawCross(context, this.#easel.toScreen(this.#cursor), this.#easel.color, this.#easel.halo);
  }

  press(): void {
    this.#cursor = null;
  }

  drag(): void {
    // A wand is tapped.
  }

  drop(): void {
    // A wand is tapped.
  }

  /** Takes the area of like colour; with Shift, adds it to the selected mask. */
  tap(at: Point, stroke: Stroke): boolean {
    this.#take(this.#easel.toImage(at), stroke.shift ? (selectedMask(this.#easel)?.at ?? null) : null, null);
    return true;
  }

  hover(): void {
    // Nothing follows the pointer.
  }

  begin(): void {
    this.#cursor = this.#easel.toImage(this.#easel.middle);
    this.#easel.announce(t("announce.wand", { n: settings.tolerance }));
  }

  arrow(dx: number, dy: number): void {
    if (this.#cursor) this.#cursor = stepped(this.#cursor, dx, dy, this.#easel.image);
  }

  enter(): void {
    const at = this.#cursor;
    this.#cursor = null;
    if (at) this.#take(at, null, null);
  }

  back(): void {
    this.#cursor = null;
  }

  /** Another tolerance, at once on what was taken last. */
  adjust(by: 1 | -1): void {
    settings.tolerance = Math.min(255, Math.max(0, settings.tolerance + by * TOLERANCE_STEP));
    this.#easel.announce(t("announce.wand", { n: settings.tolerance }));
    const mask = selectedMask(this.#easel);
    if (this.#last && mask && mask.id === this.#last.id) this.#take(this.#last.at, this.#last.before, mask.id);
  }

  cancel(): void {
    this.#cursor = null;
    this.#last = null;
  }

  #take(at: Point, before: MaskPlace | null, id: string | null): void {
    const found = this.#find(at);
    const mask = found && before ? joinedMasks(found, before, "union") : found;
    if (!mask) return;
    const target = id ?? (before ? selectedMask(this.#easel)?.id : undefined);
    if (target) this.#easel.place(target, { kind: "mask", at: mask }, "wand");
    else this.#easel.add({ kind: "mask", at: mask });
    this.#last = { at, before, id: selectedMask(this.#easel)?.id ?? null };
  }

  #find(at: Point): MaskPlace | null {
    const picture = this.#easel.picture();
    const { image } = this.#easel; // of a very large one, `picture` is a smaller copy
    if (!picture || at.x < 0 || at.y < 0 || at.x >= image.width || at.y >= image.height) return null;
    const step = Math.max(1, Math.ceil(Math.sqrt((image.width * image.height) / MOST_PIXELS)));
    const width = Math.ceil(image.width / step);
    const height = Math.ceil(image.height / step);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const area = wandArea(data, { width, height }, { x: at.x / step, y: at.y / step }, settings.tolerance);
    const coarse = maskOf({ x: 0, y: 0, w: width, h: height, data: area });
    if (!coarse) return null;
    const [left, top] = [coarse.x * step, coarse.y * step];
    const [w, h] = [Math.min(coarse.w * step, image.width - left), Math.min(coarse.h * step, image.height - top)];
    if (w * h > MOST_MASK_PIXELS) {
      this.#easel.announce(t("announce.wandTooLarge"));
      return null;
    }
    const bitmap = emptyBitmap({ x: left, y: top, w, h });
    for (let y = 0; y < h; y++) {
      const row = (coarse.y + Math.floor(y / step)) * width + coarse.x;
      for (let x = 0; x < w; x++) if (area[row + Math.floor(x / step)]) bitmap.data[y * w + x] = 1;
    }
    return maskOf(bitmap);
  }
}

/** The pens of masks, and of relations. */
export function maskPen(name: PenName, easel: Easel): Pen | null {
  if (name === "relate") return new RelatePen(easel);
  if (name === "wand") return new WandPen(easel);
  return name === "brush" || name === "eraser" ? new BrushPen(easel, name === "eraser") : null;
}
