/** Relations between shapes as arrows over a picture, each with its name on a plate in the middle. */

import type { Pen } from "./outlines";
import { toScreen, type Viewport } from "./viewport";
import { arrowBetween, type Arrow } from "../geometry/arrows";
import type { Placed } from "../geometry/places";

export interface Link {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly arrow: Arrow;
  readonly rank: number;
  readonly color: string;
  readonly name: string;
  /** Offered, not taken. */
  readonly dashed: boolean;
  readonly stroke: number;
}

const HEAD = 11;
const HALF = 5.5;

export function drawLink(context: CanvasRenderingContext2D, view: Viewport, arrow: Arrow, pen: Pen): void {
  const [from, bend, to] = [arrow.from, arrow.bend, arrow.to].map((point) => toScreen(view, point)) as [Xy, Xy, Xy];
  const long = Math.hypot(to.x - bend.x, to.y - bend.y) || 1;
  const [ux, uy] = [(to.x - bend.x) / long, (to.y - bend.y) / long];
  const neck = { x: to.x - ux * HEAD * 0.8, y: to.y - uy * HEAD * 0.8 };
  for (const [ink, width, dash] of [[pen.halo, pen.width + 2, []], [pen.color, pen.width, pen.dash]] as const) {
    context.globalAlpha = ink === pen.halo ? 0.85 : 1;
    context.strokeStyle = context.fillStyle = ink;
    context.lineWidth = width;
    context.setLineDash(dash as number[]);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.quadraticCurveTo(bend.x, bend.y, neck.x, neck.y);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(to.x, to.y);
    context.lineTo(to.x - ux * HEAD - uy * HALF, to.y - uy * HEAD + ux * HALF);
    context.lineTo(to.x - ux * HEAD + uy * HALF, to.y - uy * HEAD - ux * HALF);
    context.closePath();
    if (ink === pen.halo) context.stroke();
    else context.fill();
  }
  context.globalAlpha = 1;
}

type Xy = { readonly x: number; readonly y: number };

/** The arrow of a link while one of its ends is dragged. */
export function movedLink(link: Link, source: Placed, target: Placed): Link {
  return { ...link, arrow: arrowBetween(source, target, link.rank) };
}

