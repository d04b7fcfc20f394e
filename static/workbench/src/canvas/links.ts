/** Relations between shapes as arrows over a picture, each with its name on a plate in the middle. */

import { ChipPainter, type ChipStyle } from "./chips";
import type { Pen } from "./outlines";
import type { Over } from "./painter";
import { toScreen, type Viewport } from "./viewport";
import { arrowBetween, type Arrow } from "../geometry/arrows";
import type { Placed } from "../geometry/places";
import { contains, type Point, type Rect } from "../geometry/rect";
import { dashOf } from "../geometry/strokes";

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

/** More arrows than this say nothing any more, fewer names are enough; the list has them all. */
const MOST_LINES = 1000;
const MOST_PLATES = 300;
const OFFERED = [5, 4];
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


/** Whether a relation is the given region, or begins or ends at it. */
export function isOf({ id, from, to }: Link, region: string | null): boolean {
  return region !== null && (id === region || from === region || to === region);
}

/** Relations to be drawn over shapes; those of a chosen one wide, the chosen one itself wider. */
export function overOf(links: readonly Link[], chosen: string | null, style: ChipStyle): Over {
  return {
    lines: (context, view) => {
      if (links.length > MOST_LINES) return;
      for (const { id, arrow, color, dashed, stroke } of links) {
        const width = chosen === null ? 2 : id === chosen ? 4 : 3;
        const dash = dashed ? OFFERED : dashOf(stroke);
        drawLink(context, view, arrow, { color, halo: style.halo, width, dash, tint: 0, stroke });
      }
    },
    plates: (context, place) => {
      const chips = new ChipPainter(context, style);
      if (links.length > MOST_PLATES) return;
      for (const { arrow, name, color } of links) chips.middle(place(spot(arrow.middle)), name, color);
    },
  };
}

function spot({ x, y }: Point): Rect {
  return { x, y, w: 0, h: 0 };
}

let measure: CanvasRenderingContext2D | null = null;

/** The relation whose name is under a point of the screen. */
export function plateAt(links: readonly Link[], at: Point, place: (rect: Rect) => Rect): Link | null {
  measure ??= document.createElement("canvas").getContext("2d");
  if (!measure || links.length > MOST_PLATES) return null;
  const chips = new ChipPainter(measure, { halo: "", shade: "" });
  return links.find(({ arrow, name }) => contains(chips.plateOf(place(spot(arrow.middle)), name), at)) ?? null;
}
