/** Marks on a time line: a bar over the strips, a plate in the lane of its label, handles on the chosen one. */

import { drawSign, type SignInks } from "../../canvas/signs";
import type { Rect, Size } from "../../geometry/rect";
import { xOf, type TimeView } from "../../geometry/timeline";
import type { TimeMark } from "./marks";
import { stripsOf, type TimeLayout } from "./rows";

export type MarkInks = SignInks;

/** A region that is being drawn, or that waits for its end. */
export type Ghost = Pick<TimeMark, "start" | "end" | "channel" | "color">;

export const FONT = "12px Inter, system-ui, sans-serif";
const ROOM_FOR_NAME = 44;
const LEAST_WIDTH = 1.5;

/** A mark as a rectangle in one row; instants are a line. */
export function placeOf(mark: Pick<TimeMark, "start" | "end" | "isInstant">, view: TimeView, row: Rect): Rect {
  const x = row.x + xOf(view, mark.start);
  const w = mark.isInstant ? LEAST_WIDTH : Math.max(LEAST_WIDTH, (mark.end - mark.start) * view.scale);
  return { x, y: row.y, w, h: row.h };
}

/** All marks but the lifted one, as far as they are seen. */
export function drawMarks(
  context: CanvasRenderingContext2D, seen: readonly TimeMark[], view: TimeView, layout: TimeLayout,
  lifted: string | null, inks: MarkInks,
): void {
  const { ruler, stage } = layout;
  context.save();
  context.beginPath();
  context.rect(ruler.x, 0, ruler.w, stage.height);
  context.clip();
  for (const mark of seen) {
    if (mark.id === lifted) continue;
    drawBar(context, placeOf(mark, view, stripsOf(layout, mark.channel)), mark);
    const lane = layout.lanes[mark.lane];
    if (lane) drawPlate(context, placeOf(mark, view, lane), mark, ruler.x + ruler.w, false, inks);
  }
  context.restore();
}

function drawBar(context: CanvasRenderingContext2D, place: Rect, mark: Pick<TimeMark, "color"> & { readonly dashed?: boolean }): void {
  if (place.h <= 0) return;
  context.globalAlpha = 0.32;
  context.fillStyle = mark.color;
  context.fillRect(place.x, place.y, place.w, place.h);
  context.globalAlpha = 1;
  context.strokeStyle = mark.color;
  context.lineWidth = 1.5;
  context.setLineDash(mark.dashed ? [5, 4] : []);
  context.strokeRect(place.x, place.y + 0.5, place.w, place.h - 1);
  context.setLineDash([]);
}

/** The region in the lane of its label, with its name where it fits. */
function drawPlate(
  context: CanvasRenderingContext2D, place: Rect, mark: TimeMark, right: number, chosen: boolean, inks: MarkInks,
): void {
  context.globalAlpha = mark.dashed ? 0.45 : 1;
  context.fillStyle = mark.color;
  context.fillRect(place.x, place.y + 1, place.w, place.h - 2);
  context.fillStyle = inks.shade;
  context.globalAlpha = 0.4; // white letters need a darker ground than a thin line does
  context.fillRect(place.x, place.y + 1, place.w, place.h - 2);
  context.globalAlpha = 1;
  const signed = mark.sign ? 18 : 0;
  if (mark.sign) drawSign(context, { x: Math.max(place.x, 0) + 8, y: place.y + place.h / 2 }, mark.sign, inks);
  const from = Math.max(place.x, 0) + 6 + signed;
  const room = Math.min(place.x + place.w, right) - from - 4;
  if (place.h < 13 || (room < ROOM_FOR_NAME && !chosen)) return;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = `600 ${FONT}`;
  context.fillStyle = inks.halo;
  const text = `${mark.key} ${mark.name}${mark.dashed ? "?" : ""}`.trim();
  const inside = room >= ROOM_FOR_NAME;
  const shown = shortened(context, text, inside ? room : 160);
  const at = inside ? from : Math.max(place.x + place.w + 6, from);
  if (!inside) { // it stands over whatever comes next: on a ground of its own it is not taken for its name
    context.fillStyle = inks.shade;
    context.fillRect(at - 4, place.y + 1, context.measureText(shown).width + 8, place.h - 2);
    context.fillStyle = inks.halo;
  }
  context.fillText(shown, at, place.y + place.h / 2 + 0.5);
  context.font = FONT;
}

/** The chosen mark, over all others, with its handles. */
export function drawChosen(
  context: CanvasRenderingContext2D, view: TimeView, layout: TimeLayout, mark: TimeMark, handles: boolean, inks: MarkInks,
): void {
  const place = placeOf(mark, view, stripsOf(layout, mark.channel));
  drawBar(context, place, mark);
  context.strokeStyle = inks.halo;
  context.lineWidth = 2;
  if (place.h > 0) context.strokeRect(place.x, place.y + 1, place.w, place.h - 2);
  const lane = layout.lanes[mark.lane];
  if (lane) {
    const plate = placeOf(mark, view, lane);
    drawPlate(context, plate, mark, layout.ruler.x + layout.ruler.w, true, inks);
    context.strokeRect(plate.x - 1.5, plate.y - 0.5, plate.w + 3, plate.h + 1);
  }
  if (!handles || mark.isInstant || place.h <= 0) return;
  context.fillStyle = inks.halo;
  const middle = place.y + place.h / 2 - 10;
  for (const x of [place.x, place.x + place.w]) context.fillRect(x - 3.5, middle, 7, 20);
}

export function drawGhost(context: CanvasRenderingContext2D, view: TimeView, layout: TimeLayout, ghost: Ghost): void {
  const place = placeOf({ ...ghost, isInstant: false }, view, stripsOf(layout, ghost.channel));
  drawBar(context, place, { color: ghost.color, dashed: true });
}

export function drawUpright(context: CanvasRenderingContext2D, x: number, from: number, to: number, ink: string, width: number): void {
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x, from);
  context.lineTo(x, to);
  context.stroke();
}

/** A moment in words on the ruler, over the line that marks it. */
export function drawFlag(context: CanvasRenderingContext2D, { ruler }: TimeLayout, x: number, text: string, inks: MarkInks): void {
  context.font = `600 ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const wide = context.measureText(text).width + 12;
  const middle = Math.min(Math.max(x, ruler.x + wide / 2 - 4), ruler.x + ruler.w - wide / 2 + 4);
  context.fillStyle = inks.halo;
  context.fillRect(middle - wide / 2, ruler.y, wide, 18);
  context.fillStyle = inks.shade;
  context.fillText(isolated(text), middle, ruler.y + 9.5);
}

/** Words of any script in a canvas that runs from left to right. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

export function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let short = text;
  while (short.length > 1 && context.measureText(`${short}…`).width > width) short = short.slice(0, -1);
  return `${short}…`;
}

/** Another canvas over those that are there. */
export function addLayer(host: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.className = "layer";
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  return canvas;
}

export function sizeCanvas(canvas: HTMLCanvasElement, { width, height }: Size, ratio: number): void {
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.setProperty("width", `${width}px`);
  canvas.style.setProperty("height", `${height}px`);
}

/** An empty canvas, ready to be drawn on in pixels of the screen. */
export function beginCanvas(canvas: HTMLCanvasElement, ratio: number): CanvasRenderingContext2D {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
