/** Drawing the outline of every kind of shape, in screen pixels, over a halo that shows on any picture. */

import { ellipsePath, linePath, ringsPath } from "./paths";
import { MaskPainter } from "./masks";
import { rectToScreen, type Viewport } from "./viewport";
import { cornersOf, type Placed } from "../geometry/places";
import type { Rect } from "../geometry/rect";

export interface Pen {
  readonly color: string;
  readonly halo: string;
  readonly width: number;
  readonly dash: readonly number[];
  /** Which pattern the inside of a mask has; 0 is none. */
  readonly stroke: number;
  /** How much of the inside is tinted, 0 to 1. */
  readonly tint: number;
}

export interface Edges {
  readonly edges: ReadonlyArray<readonly [string, string]>;
}

const POINT = 5;
const JOINT = 4;

export class OutlinePainter {
  readonly #masks = new MaskPainter();

  draw(context: CanvasRenderingContext2D, view: Viewport, shape: Placed & Partial<Edges>, pen: Pen): void {
    switch (shape.kind) {
      case "box":
        return this.#box(context, rectToScreen(view, shape.at), pen);
      case "rotated_box":
        return strokePath(context, ringsPath(view, [cornersOf(shape.at)]), pen);
      case "ellipse":
        return strokePath(context, ellipsePath(view, shape.at), pen);
      case "polygon":
        return strokePath(context, ringsPath(view, shape.at.rings), pen);
      case "polyline":
        return strokePath(context, linePath(view, shape.at.points), { ...pen, tint: 0 });
      case "point":
        return dot(context, shape.at.x * view.scale + view.dx, shape.at.y * view.scale + view.dy, POINT, pen, false);
      case "skeleton":
        return skeleton(context, view, shape, pen);
      case "mask":
        return this.#masks.draw(context, view, shape.at, pen);
    }
  }

  /** Forgets what was kept for masks that are gone. */
  keepOnly(counts: ReadonlySet<string>): void {
    this.#masks.keepOnly(counts);
  }

  #box(context: CanvasRenderingContext2D, box: Rect, pen: Pen): void {
    const x = Math.round(box.x);
    const y = Math.round(box.y);
    const w = Math.round(box.w);
    const h = Math.round(box.h);
    if (pen.tint > 0) {
      context.globalAlpha = pen.tint;
      context.fillStyle = pen.color;
      context.fillRect(x, y, w, h);
    }
    context.globalAlpha = 0.85;
    context.strokeStyle = pen.halo;
    context.lineWidth = pen.width + 2;
    context.strokeRect(x, y, w, h);
    context.globalAlpha = 1;
    context.strokeStyle = pen.color;
    context.lineWidth = pen.width;
    if (pen.dash.length) context.setLineDash(pen.dash as number[]);
    context.strokeRect(x, y, w, h);
    if (pen.dash.length) context.setLineDash([]);
  }
}

/**
 * Thousands of boxes at once, pen by pen and over all other shapes. They have no halos: where boxes lie
 * beside and over each other those would cover the neighbours, and cost half of the time.
 */
export class Crowd {
  readonly #boxes = new Map<Pen, Rect[]>();

  add(box: Rect, pen: Pen): void {
    const same = this.#boxes.get(pen);
    if (same) same.push(box);
    else this.#boxes.set(pen, [box]);
  }

  draw(context: CanvasRenderingContext2D, { scale, dx, dy }: Viewport): void {
    context.globalAlpha = 1;
    for (const [pen, boxes] of this.#boxes) {
      context.strokeStyle = pen.color;
      context.lineWidth = pen.width;
      context.setLineDash(pen.dash as number[]);
      for (const { x, y, w, h } of boxes) {
        context.strokeRect(
          Math.round(x * scale + dx), Math.round(y * scale + dy), Math.round(w * scale), Math.round(h * scale),
        );
      }
    }
    context.setLineDash([]);
  }
}

function strokePath(context: CanvasRenderingContext2D, path: Path2D, pen: Pen): void {
  if (pen.tint > 0) {
    context.globalAlpha = pen.tint;
    context.fillStyle = pen.color;
    context.fill(path, "evenodd");
  }
  context.lineJoin = "round";
  context.setLineDash([]);
  context.globalAlpha = 0.85;
  context.strokeStyle = pen.halo;
  context.lineWidth = pen.width + 2;
  context.stroke(path);
  context.globalAlpha = 1;
  context.setLineDash(pen.dash as number[]);
  context.strokeStyle = pen.color;
  context.lineWidth = pen.width;
  context.stroke(path);
  context.setLineDash([]);
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number, pen: Pen, hollow: boolean): void {
  context.setLineDash([]);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.globalAlpha = 0.9;
  context.fillStyle = hollow ? pen.halo : pen.color;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeStyle = hollow ? pen.color : pen.halo;
  context.stroke();
}

function skeleton(
  context: CanvasRenderingContext2D,
  view: Viewport,
  { at, edges = [] }: Extract<Placed, { kind: "skeleton" }> & Partial<Edges>,
  pen: Pen,
): void {
  const path = new Path2D();
  for (const [from, to] of edges) {
    const [a, b] = [at.joints[from], at.joints[to]];
    if (!a || !b) continue;
    path.moveTo(a.x * view.scale + view.dx, a.y * view.scale + view.dy);
    path.lineTo(b.x * view.scale + view.dx, b.y * view.scale + view.dy);
  }
  strokePath(context, path, { ...pen, tint: 0 });
  for (const joint of Object.values(at.joints)) {
    dot(context, joint.x * view.scale + view.dx, joint.y * view.scale + view.dy, JOINT, pen, joint.hidden === true);
  }
}
