/**
 * Three canvases: the picture, the shapes, and on top the one shape that is being worked on.
 *
 * While the view moves and a full drawing is too slow for a frame, the drawn canvases are only moved
 * and scaled; they are drawn anew when the gesture has settled. Canvases reach a quarter of the stage
 * beyond its edges, so that panning shows no blank border at once.
 */

import type { Grip } from "../geometry/editing";
import type { Placed } from "../geometry/places";
import { overlaps, type Rect, type Size } from "../geometry/rect";
import { dashOf } from "../geometry/strokes";
import { drawBackdrop, type Sharper } from "./backdrop";
import { ChipPainter } from "./chips";
import { drawSign, type SignInks } from "./signs";
import { drawGrips } from "./handles";
import type { Grid } from "./grid";
import { Crowd, OutlinePainter, type Pen } from "./outlines";
import { rectToScreen, visibleRect, type Viewport } from "./viewport";
import { cornerOf, turnMatrix, turnedRect, turnedSize, turnedStep, type Turn } from "../geometry/turns";

export interface Shape {
  readonly id: string;
  readonly placed: Placed;
  /** The lines of a skeleton, as pairs of joints. */
  readonly edges: ReadonlyArray<readonly [string, string]>;
  /** The smallest upright rectangle around it. */
  readonly rect: Rect;
  /** Higher ones are drawn over lower ones. */
  readonly z: number;
  readonly color: string;
  /** The key number, shown on every box. */
  readonly key: string;
  /** The label's name, shown on the selected box. */
  readonly name: string;
  /** Offered, not taken. */
  readonly dashed: boolean;
  /** Behind something: its place is a guess. */
  readonly faint?: boolean;
  /** Which pattern its label has beside the colour; 0 is none. */
  readonly stroke?: number;
}

/** Something that a tool draws over shapes: lines as the sheet lies, and what stands upright on the screen. */
export interface Over {
  lines(context: CanvasRenderingContext2D, view: Viewport): void;
  plates(context: CanvasRenderingContext2D, place: (rect: Rect) => Rect): void;
}

/** What lies on the top canvas. */
export interface Top {
  readonly shape: Shape | null;
  /** What lies over it and moves along, such as relations. */
  readonly over: Over | null;
  /** Where it can be taken hold of, and which of them the keys move. */
  readonly grips: readonly Grip[];
  readonly grip: string | null;
  /** What is chosen beside it, to be joined or grouped. */
  readonly also: readonly Shape[];
  readonly hover: Shape | null;
  /** What is being drawn. */
  readonly ghost: { readonly placed: Placed; readonly edges: Shape["edges"]; readonly color: string } | null;
  /** What a pen adds: its points, its cursor. Called last, in screen pixels. */
  readonly pen: ((context: CanvasRenderingContext2D) => void) | null;
  readonly marks: ReadonlyArray<{ readonly rect: Rect; readonly number: number; readonly chosen: boolean }>;
}

export interface Inks extends SignInks {
  readonly look: string;
}

const OFFERED = [5, 4];
const FAINT = [1.5, 3.5];
const OVERSCAN = 0.25;
const SLOW_MS = 12;
const SETTLE_MS = 120;
const MOST_CHIPS = 300;
/** With more shapes than these, boxes are drawn in the short way. */
const CROWD = 5000;
/** A sign stands off the corner, so that it covers no grip, no small box, and no chip. */
const BESIDE = 9;
const MOST_SIGNS = 100;
/** On a narrower box the name of a suggestion would cover the data. */
const ROOM_FOR_NAME = 80;

export class Painter {
  readonly #base: HTMLCanvasElement;
  readonly #shapes: HTMLCanvasElement;
  readonly #top: HTMLCanvasElement;
  readonly #inks: Inks;
  readonly #outlines = new OutlinePainter();
  #stage: Size = { width: 1, height: 1 };
  /** How far the lower canvases reach beyond the stage: whole pixels, or every line would blur. */
  #margin = { x: 0, y: 0 };
  #ratio = 1;
  #drawn: Viewport | null = null;
  #lastCost = 0;
  #settle: ReturnType<typeof setTimeout> | undefined;
  image: ImageBitmap | null = null;
  /** Of a large picture; `image` is then a smaller copy of it. */
  tiles: Sharper | null = null;
  grid: Grid<Shape> | null = null;
  /** What lies over the shapes, without what belongs to the lifted one. */
  over: ((lifted: string | null) => Over) | null = null;
  /** The sign of a shape that is not right yet; null for others. */
  signOf: ((id: string) => "error" | "warning" | null) | null = null;
  /** The shapes that have one: few among many. */
  signed: readonly Shape[] = [];
  /** The shape that lies on the top canvas and not among the others. */
  lifted: string | null = null;
  hidden = false;
  /** How the sheet lies on the screen; texts stay upright. */
  turn: Turn = 0;
  /** How the picture is shown: brightness, contrast, one channel. */
  filter = "none";
  channel: string | null = null;

  constructor(host: HTMLElement, inks: Inks) {
    this.#inks = inks;
    this.#base = layer(host);
    this.#shapes = layer(host);
    this.#top = layer(host);
  }

  resize(stage: Size): void {
    this.#stage = stage;
    this.#ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.#margin = { x: Math.ceil(stage.width * OVERSCAN), y: Math.ceil(stage.height * OVERSCAN) };
    const { x, y } = this.#margin;
    for (const canvas of [this.#base, this.#shapes]) {
      size(canvas, stage.width + 2 * x, stage.height + 2 * y, this.#ratio);
      place(canvas, -x, -y, 1);
    }
    size(this.#top, stage.width, stage.height, this.#ratio);
    this.#drawn = null;
  }

  /** Draws everything for this view. */
  draw(view: Viewport): void {
    clearTimeout(this.#settle);
    const started = performance.now();
    this.#drawImage(view);
    this.#drawShapes(view);
    for (const canvas of [this.#base, this.#shapes]) {
      place(canvas, -this.#margin.x, -this.#margin.y, 1);
    }
    this.#drawn = view;
    this.#lastCost = performance.now() - started;
  }

  /** Only the shapes changed; the picture under them stays. */
  redrawShapes(view: Viewport): void {
    if (this.#drawn !== view) return this.draw(view);
    this.#drawShapes(view);
  }

  /** More of the picture has come. While the view moves, the drawing at its end shows it. */
  redrawImage(view: Viewport): void {
    if (this.#drawn === view) this.#drawImage(view);
  }

  /** The view is moving: draw if that is fast enough, else move what is drawn and draw later. */
  move(view: Viewport): void {
    const from = this.#drawn;
    if (!from || this.#lastCost <= SLOW_MS) return this.draw(view);
    const scale = view.scale / from.scale;
    const corner = cornerOf(this.#sheet, this.turn);
    const by = turnedStep({ x: view.dx - from.dx * scale, y: view.dy - from.dy * scale }, this.turn);
    const x = by.x + (1 - scale) * corner.x - this.#margin.x * scale;
    const y = by.y + (1 - scale) * corner.y - this.#margin.y * scale;
    for (const canvas of [this.#base, this.#shapes]) place(canvas, x, y, scale);
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.draw(view), SETTLE_MS);
  }

  /** Draws the top canvas: cheap, whatever the number of shapes below. */
  drawTop(view: Viewport, top: Top): void {
    const context = this.#begin(this.#top, false);
    const { ghost, shape, hover } = top;
    for (const mark of top.marks) this.#upright(context, false, () => this.#mark(context, this.#place(view, mark.rect), mark));
    for (const one of top.also) this.#named(context, view, one, 3);
    if (hover && hover.id !== shape?.id) this.#named(context, view, hover, 2.5);
    top.over?.lines(context, view);
    this.#upright(context, false, () => top.over?.plates(context, (rect) => this.#place(view, rect)));
    if (shape) {
      this.#named(context, view, shape, 3);
      drawGrips(context, view, top.grips, top.grip, { color: shape.color, halo: this.#inks.halo });
    }
    if (ghost) {
      const pen = { ...this.#pen({ color: ghost.color, dashed: true }, 2.5), dash: [6, 4], tint: 0.08 };
      this.#outlines.draw(context, view, { ...ghost.placed, edges: ghost.edges }, pen);
    }
    context.globalAlpha = 1;
    top.pen?.(context);
  }

  #pen({ color, dashed, faint, stroke = 0 }: Pick<Shape, "color" | "dashed" | "faint" | "stroke">, width: number): Pen {
    return { color, halo: this.#inks.halo, width, dash: dashed ? OFFERED : faint ? FAINT : dashOf(stroke), tint: 0, stroke };
  }

  /** The pen of a shape among others; one for all that look alike. */
  #plainPen(shape: Shape, pens: Map<string, Pen>): Pen {
    const look = `${shape.color} ${shape.stroke ?? 0} ${shape.dashed} ${shape.faint ?? false}`;
    const known = pens.get(look);
    if (known) return known;
    const pen = this.#pen(shape, 2.5);
    pens.set(look, pen);
    return pen;
  }

  #named(context: CanvasRenderingContext2D, view: Viewport, shape: Shape, width: number): void {
    const pen = { ...this.#pen(shape, width), tint: 0.12 };
    this.#outlines.draw(context, view, { ...shape.placed, edges: shape.edges }, pen);
    const question = shape.dashed ? "?" : "";
    const text = `${shape.key} ${shape.name}${question}`.trim();
    this.#upright(context, false, () => {
      new ChipPainter(context, this.#inks).draw(this.#place(view, shape.rect), text, shape.color, true);
      this.#drawSigns(context, view, [shape]);
    });
  }

  get #sheet(): Size {
    return turnedSize(this.#stage, this.turn);
  }

  /** A place of the picture on the screen. */
  #place(view: Viewport, rect: Rect): Rect {
    return turnedRect(rectToScreen(view, rect), this.turn, this.#sheet);
  }

  /** Draws in pixels of the screen, whatever way the sheet lies: texts and what stands by them. */
  #upright(context: CanvasRenderingContext2D, reachesOut: boolean, draw: () => void): void {
    context.save();
    const { x, y } = reachesOut ? this.#margin : { x: 0, y: 0 };
    context.setTransform(this.#ratio, 0, 0, this.#ratio, x * this.#ratio, y * this.#ratio);
    draw();
    context.restore();
  }

  #begin(canvas: HTMLCanvasElement, reachesOut: boolean): CanvasRenderingContext2D {
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setLineDash([]);
    const { x, y } = reachesOut ? this.#margin : { x: 0, y: 0 };
    context.setTransform(this.#ratio, 0, 0, this.#ratio, x * this.#ratio, y * this.#ratio);
    if (this.turn !== 0) context.transform(...turnMatrix(this.turn, this.#sheet));
    return context;
  }

  #drawImage(view: Viewport): void {
    const context = this.#begin(this.#base, true);
    const { image } = this;
    if (!image) return;
    const backdrop = { bitmap: image, size: this.tiles?.size ?? image, tiles: this.tiles };
    const margin = Math.max(this.#margin.x, this.#margin.y);
    const seen = { drawn: visibleRect(view, this.#sheet, margin), stage: visibleRect(view, this.#sheet), ratio: this.#ratio };
    drawBackdrop(context, view, backdrop, seen, this);
  }

  #drawShapes(view: Viewport): void {
    const context = this.#begin(this.#shapes, true);
    if (!this.grid || this.hidden) return;
    const margin = Math.max(this.#margin.x, this.#margin.y);
    const visible = this.grid
      .within(visibleRect(view, this.#sheet, margin))
      .filter((shape) => shape.id !== this.lifted)
      .sort((a, b) => a.z - b.z);
    const pens = new Map<string, Pen>();
    const crowd = visible.length > CROWD ? new Crowd() : null;
    for (const shape of visible) {
      if (crowd && shape.placed.kind === "box") {
        crowd.add(shape.placed.at, this.#plainPen(shape, pens));
        continue;
      }
      const placed = shape.edges.length ? { ...shape.placed, edges: shape.edges } : shape.placed;
      this.#outlines.draw(context, view, placed, this.#plainPen(shape, pens));
    }
    crowd?.draw(context, view);
    const over = this.over?.(this.lifted) ?? null;
    over?.lines(context, view);
    this.#upright(context, true, () => {
      if (visible.length <= MOST_CHIPS) this.#drawChips(context, view, visible);
      const seen = visibleRect(view, this.#sheet, margin);
      this.#drawSigns(context, view, this.signed.filter((shape) => shape.id !== this.lifted && overlaps(shape.rect, seen)));
      over?.plates(context, (rect) => this.#place(view, rect));
    });
  }

  #drawChips(context: CanvasRenderingContext2D, view: Viewport, visible: readonly Shape[]): void {
    const chips = new ChipPainter(context, this.#inks);
    for (const shape of visible) {
      const box = this.#place(view, shape.rect);
      const named = shape.dashed && box.w >= ROOM_FOR_NAME;
      const text = named ? `${shape.key} ${shape.name}?`.trim() : shape.key + (shape.dashed ? "?" : "");
      chips.draw(box, text, shape.color, false);
    }
  }

  #drawSigns(context: CanvasRenderingContext2D, view: Viewport, shapes: readonly Shape[]): void {
    const { signOf } = this;
    if (!signOf) return;
    const signed = shapes.flatMap((shape) => {
      const sign = signOf(shape.id);
      if (!sign) return [];
      const { x, y, w, h } = this.#place(view, shape.rect);
      return [{ at: { x: x + w + BESIDE, y: y + h + BESIDE }, sign }];
    });
    if (signed.length <= MOST_SIGNS) return signed.forEach(({ at, sign }) => drawSign(context, at, sign, this.#inks));
    // So many are seen from afar only: small squares, all of a colour at once.
    for (const kind of ["error", "warning"] as const) {
      context.beginPath();
      for (const { at, sign } of signed) if (sign === kind) context.rect(at.x - 6, at.y - 6, 5, 5);
      context.fillStyle = kind === "error" ? this.#inks.refused : this.#inks.warned;
      context.fill();
    }
  }

  /** Forgets what was kept for masks that are gone. */
  keepMasks(counts: ReadonlySet<string>): void {
    this.#outlines.keepOnly(counts);
  }

  #mark(
    context: CanvasRenderingContext2D,
    box: Rect,
    mark: { readonly number: number; readonly chosen: boolean },
  ): void {
    const { look, shade } = this.#inks;
    const around = { x: box.x - 5, y: box.y - 5, w: box.w + 10, h: box.h + 10 };
    context.setLineDash([]);
    context.strokeStyle = look;
    context.lineWidth = mark.chosen ? 5 : 3;
    context.strokeRect(around.x, around.y, around.w, around.h);
    context.setLineDash([4, 3]);
    context.strokeStyle = shade;
    context.lineWidth = 2;
    context.strokeRect(around.x, around.y, around.w, around.h);
    context.setLineDash([]);
    const text = String(mark.number);
    context.font = "700 12px Inter, system-ui, sans-serif";
    const side = 8 + context.measureText(text).width;
    context.fillStyle = look;
    context.fillRect(around.x - 2, Math.max(0, around.y - 16), side, 16);
    context.fillStyle = shade;
    context.textBaseline = "middle";
    context.fillText(text, around.x + 2, Math.max(0, around.y - 16) + 8.5);
  }

  destroy(): void {
    clearTimeout(this.#settle);
    for (const canvas of [this.#base, this.#shapes, this.#top]) canvas.remove();
  }
}

function layer(host: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.className = "layer";
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  return canvas;
}

function size(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.setProperty("width", `${width}px`);
  canvas.style.setProperty("height", `${height}px`);
}

function place(canvas: HTMLCanvasElement, x: number, y: number, scale: number): void {
  canvas.style.setProperty("transform", `translate(${x}px, ${y}px) scale(${scale})`);
}
