/**
 * The time line of a video on two canvases: below the ruler, the marks and the tracks, drawn anew when the view
 * moves; on top the play head and what is being worked on, drawn for every frame. Only what is seen is drawn.
 */

import { drawSign, type SignInks } from "../../canvas/signs";
import type { Size } from "../../geometry/rect";
import { clock, ticks, timeAt, xOf, type TimeView, type Timed } from "../../geometry/timeline";
import { keyBefore, type TrackKey } from "../../geometry/tracks";
import type { Marks, TimeMark } from "../../layers/time/marks";
import { mostScroll, rectOf, rowsSeen, type Layout, type TrackLane } from "./lanes";

export interface Inks extends SignInks {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
}

export interface Picture {
  readonly view: TimeView;
  readonly layout: Layout;
  readonly marks: Marks;
  readonly tracks: readonly TrackLane[];
  readonly scroll: number;
  readonly selected: string | null;
  /** Chosen to be merged with. */
  readonly merging: string | null;
  readonly isHidden: (id: string) => boolean;
  readonly seconds: number;
}

export interface Top {
  readonly playHead: number;
  readonly hover: number | null;
  /** The selected mark, as it is during a drag. */
  readonly mark: TimeMark | null;
  readonly handles: boolean;
  /** What is being drawn, or waits for its end, with the lane it will lie in. */
  readonly ghost: (Timed & { readonly lane: number; readonly color: string }) | null;
}

const FONT = "12px Inter, system-ui, sans-serif";
const TICKS_APART = 88;
const ROOM_FOR_NAME = 44;
const LEAST_WIDTH = 2;
const DIAMOND = 5;
/** Keys nearer than this to each other are drawn as one. */
const APART = 4;

export class Timeline {
  readonly #base: HTMLCanvasElement;
  readonly #top: HTMLCanvasElement;
  readonly #inks: Inks;
  #ratio = 1;

  constructor(host: HTMLElement, inks: Inks) {
    this.#inks = inks;
    [this.#base, this.#top] = [layer(host), layer(host)];
  }

  resize({ width, height }: Size): void {
    this.#ratio = Math.min(window.devicePixelRatio || 1, 2);
    for (const canvas of [this.#base, this.#top]) {
      canvas.width = Math.max(1, Math.round(width * this.#ratio));
      canvas.height = Math.max(1, Math.round(height * this.#ratio));
      canvas.style.setProperty("width", `${width}px`);
      canvas.style.setProperty("height", `${height}px`);
    }
  }

  #begin(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.font = FONT;
    context.textBaseline = "middle";
    return context;
  }

  draw(picture: Picture): void {
    const context = this.#begin(this.#base);
    const { layout, scroll } = picture;
    this.#ruler(context, picture);
    const [first, last] = rowsSeen(layout, scroll);
    context.save();
    context.beginPath();
    context.rect(0, layout.body.y, layout.stage.width, layout.body.h);
    context.clip();
    for (let row = first; row <= last; row++) this.#lane(context, picture, row);
    this.#marks(context, picture);
    for (let row = Math.max(first, layout.marks); row <= last; row++) {
      const lane = picture.tracks[row - layout.marks];
      if (lane) this.#track(context, picture, lane, row);
    }
    context.restore();
    this.#scrollBar(context, picture);
  }

  #ruler(context: CanvasRenderingContext2D, { view, layout }: Picture): void {
    const { ruler, stage } = layout;
    const { at, decimals } = ticks(view, ruler.w, TICKS_APART);
    context.fillStyle = this.#inks.muted;
    context.strokeStyle = this.#inks.line;
    context.lineWidth = 1;
    context.textAlign = "center";
    context.beginPath();
    for (const seconds of at) {
      const x = Math.round(ruler.x + xOf(view, seconds)) + 0.5;
      context.moveTo(x, ruler.h - 4);
      context.lineTo(x, stage.height);
      context.fillText(clock(seconds, decimals), Math.min(Math.max(x, 18), stage.width - 20), 9);
    }
    context.stroke();
  }

  /** The ground of a lane and its name. */
  #lane(context: CanvasRenderingContext2D, picture: Picture, row: number): void {
    const { layout, marks, tracks, scroll, selected, merging, isHidden } = picture;
    const place = rectOf(layout, row, scroll);
    const track = tracks[row - layout.marks];
    const isChosen = track !== undefined && track.id === selected;
    context.strokeStyle = isChosen ? this.#inks.halo : this.#inks.line;
    context.lineWidth = isChosen ? 1.5 : 1;
    context.strokeRect(place.x + 0.5, place.y + 0.5, place.w - 1, place.h - 1);
    if (layout.gutter < 60) return;
    const name = track ? `${track.id === merging ? "⇐ " : ""}${track.name}` : (marks.lanes[row]?.name ?? "");
    context.textAlign = "left";
    context.fillStyle = isChosen ? this.#inks.ink : this.#inks.muted;
    context.font = isChosen ? `600 ${FONT}` : FONT;
    const middle = place.y + place.h / 2 + 0.5;
    const text = shortened(context, name, layout.gutter - 34);
    context.fillText(text, 24, middle);
    if (track && isHidden(track.id)) strike(context, 24, middle, context.measureText(text).width);
    context.font = FONT;
    context.fillStyle = (track ?? marks.lanes[row])?.color ?? this.#inks.muted;
    if (track) diamond(context, 14, middle, DIAMOND);
    else context.fillRect(9.5, middle - 4.5, 9, 9);
  }

  #marks(context: CanvasRenderingContext2D, { view, layout, marks, scroll, selected }: Picture): void {
    this.#clip(context, layout);
    for (const mark of marks.found.within(view.start, timeAt(view, layout.body.w))) {
      if (mark.id !== selected) this.#plate(context, view, layout, mark, scroll);
    }
    context.restore();
  }

  #clip(context: CanvasRenderingContext2D, { body }: Layout): void {
    context.save();
    context.beginPath();
    context.rect(body.x - 6, body.y, body.w + 12, body.h);
    context.clip();
  }

  /** A mark in its lane, with its name where it fits. */
  #plate(context: CanvasRenderingContext2D, view: TimeView, layout: Layout, mark: TimeMark, scroll: number): void {
    const row = rectOf(layout, mark.lane, scroll);
    const x = row.x + xOf(view, mark.start);
    const w = mark.isInstant ? LEAST_WIDTH : Math.max(LEAST_WIDTH, (mark.end - mark.start) * view.scale);
    context.globalAlpha = mark.dashed ? 0.45 : 1;
    context.fillStyle = mark.color;
    context.fillRect(x, row.y, w, row.h);
    context.fillStyle = this.#inks.shade;
    context.globalAlpha = mark.isInstant ? 0 : 0.4; // white letters need a darker ground than a thin line does
    context.fillRect(x, row.y, w, row.h);
    context.globalAlpha = 1;
    const from = Math.max(x, row.x) + 6 + (mark.sign ? 18 : 0);
    if (mark.sign) drawSign(context, { x: Math.max(x, row.x) + 8, y: row.y + row.h / 2 }, mark.sign, this.#inks);
    const room = Math.min(x + w, row.x + row.w) - from - 4;
    if (room < ROOM_FOR_NAME) return;
    context.textAlign = "left";
    context.font = `600 ${FONT}`;
    context.fillStyle = this.#inks.halo;
    context.fillText(shortened(context, `${mark.key} ${mark.name}${mark.dashed ? "?" : ""}`.trim(), room), from, row.y + row.h / 2 + 0.5);
    context.font = FONT;
  }

  /** When an object is seen as bars, its keys as diamonds; hollow where it goes out of the picture. */
  #track(context: CanvasRenderingContext2D, { view, layout, scroll, selected }: Picture, lane: TrackLane, row: number): void {
    const place = rectOf(layout, row, scroll);
    const end = timeAt(view, place.w);
    const middle = place.y + place.h / 2;
    this.#clip(context, layout);
    context.globalAlpha = lane.dashed ? 0.35 : 0.6;
    context.fillStyle = lane.color;
    for (const stretch of lane.seen) {
      if (stretch.end < view.start || stretch.start > end) continue;
      const from = Math.max(xOf(view, stretch.start), -8);
      const to = Math.min(xOf(view, stretch.end), place.w + 8);
      context.fillRect(place.x + from, middle - 4, Math.max(LEAST_WIDTH, to - from), 8);
    }
    context.globalAlpha = 1;
    this.#covered(context, view, lane, { x: place.x, w: place.w, middle, end });
    this.#keys(context, view, lane, { x: place.x, middle, end, isChosen: lane.id === selected });
    context.restore();
    if (lane.sign && layout.gutter > 40) drawSign(context, { x: layout.gutter - 11, y: middle }, lane.sign, this.#inks);
  }

  /** Where something stands before it, the bar is broken by dark strokes. */
  #covered(context: CanvasRenderingContext2D, view: TimeView, { place, seen }: TrackLane, at: { x: number; w: number; middle: number; end: number }): void {
    const keys: readonly TrackKey[] = place.keys;
    context.strokeStyle = this.#inks.shade;
    context.lineWidth = 8;
    context.setLineDash([2, 3]);
    context.beginPath();
    for (let index = Math.max(0, keyBefore(keys, view.start)); index < keys.length; index++) {
      const key = keys[index] as TrackKey;
      if (key.t > at.end) break;
      if (!key.occluded || key.outside) continue;
      const until = keys[index + 1]?.t ?? seen.at(-1)?.end ?? key.t;
      context.moveTo(at.x + Math.max(-8, xOf(view, key.t)), at.middle);
      context.lineTo(at.x + Math.min(at.w + 8, xOf(view, until)), at.middle);
    }
    context.globalAlpha = 0.75;
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  #keys(context: CanvasRenderingContext2D, view: TimeView, { place, color }: TrackLane, at: { x: number; middle: number; end: number; isChosen: boolean }): void {
    const keys: readonly TrackKey[] = place.keys;
    let last = -Infinity;
    for (let index = Math.max(0, keyBefore(keys, view.start)); index < keys.length; index++) {
      const key = keys[index] as TrackKey;
      if (key.t > at.end) break;
      const x = at.x + xOf(view, key.t);
      if (x - last < APART) continue;
      last = x;
      context.fillStyle = key.outside ? this.#inks.shade : at.isChosen ? this.#inks.halo : color;
      context.strokeStyle = key.outside ? color : this.#inks.shade;
      context.lineWidth = 1.5;
      diamond(context, x, at.middle, DIAMOND);
      context.stroke();
    }
  }

  #scrollBar(context: CanvasRenderingContext2D, { layout, scroll }: Picture): void {
    const most = mostScroll(layout);
    if (most === 0) return;
    const { body, stage } = layout;
    const high = Math.max(16, (body.h * body.h) / (body.h + most));
    context.fillStyle = this.#inks.muted;
    context.fillRect(stage.width - 6, body.y + (scroll / most) * (body.h - high), 4, high);
  }

  drawTop(view: TimeView, layout: Layout, scroll: number, top: Top): void {
    const context = this.#begin(this.#top);
    const { body, ruler, stage } = layout;
    this.#clip(context, layout);
    if (top.mark) this.#chosen(context, view, layout, top.mark, scroll, top.handles);
    if (top.ghost) {
      const row = rectOf(layout, top.ghost.lane, scroll);
      const from = row.x + xOf(view, top.ghost.start);
      const w = Math.max(LEAST_WIDTH, (top.ghost.end - top.ghost.start) * view.scale);
      context.globalAlpha = 0.5;
      context.fillStyle = top.ghost.color;
      context.fillRect(from, row.y, w, row.h);
      context.globalAlpha = 1;
      context.setLineDash([5, 4]);
      context.strokeStyle = this.#inks.halo;
      context.lineWidth = 1.5;
      context.strokeRect(from, row.y, w, row.h);
      context.setLineDash([]);
    }
    context.restore();
    if (top.hover !== null) upright(context, body.x + top.hover, ruler.h, stage.height, this.#inks.muted, 1);
    this.#playHead(context, layout, ruler.x + xOf(view, top.playHead), top.playHead);
  }

  #chosen(context: CanvasRenderingContext2D, view: TimeView, layout: Layout, mark: TimeMark, scroll: number, handles: boolean): void {
    this.#plate(context, view, layout, mark, scroll);
    const row = rectOf(layout, mark.lane, scroll);
    const x = row.x + xOf(view, mark.start);
    const w = mark.isInstant ? LEAST_WIDTH : (mark.end - mark.start) * view.scale;
    context.strokeStyle = this.#inks.halo;
    context.lineWidth = 2;
    context.strokeRect(x - 1.5, row.y - 1, w + 3, row.h + 2);
    if (!handles || mark.isInstant) return;
    context.fillStyle = this.#inks.halo;
    for (const edge of [x, x + w]) context.fillRect(edge - 3.5, row.y + 1, 7, row.h - 2);
  }

  #playHead(context: CanvasRenderingContext2D, { ruler, stage }: Layout, x: number, seconds: number): void {
    if (x < ruler.x - 1 || x > ruler.x + ruler.w + 1) return;
    upright(context, x, 18, stage.height, this.#inks.halo, 2);
    context.font = `600 ${FONT}`;
    context.textAlign = "center";
    const text = clock(seconds, 2);
    const wide = context.measureText(text).width + 12;
    const middle = Math.min(Math.max(x, ruler.x + wide / 2 - 4), ruler.x + ruler.w - wide / 2 + 4);
    context.fillStyle = this.#inks.halo;
    context.fillRect(middle - wide / 2, 0, wide, 18);
    context.fillStyle = this.#inks.shade;
    context.fillText(text, middle, 9.5);
  }

  destroy(): void {
    for (const canvas of [this.#base, this.#top]) canvas.remove();
  }
}

function diamond(context: CanvasRenderingContext2D, x: number, y: number, half: number): void {
  context.beginPath();
  context.moveTo(x - half, y);
  context.lineTo(x, y - half);
  context.lineTo(x + half, y);
  context.lineTo(x, y + half);
  context.closePath();
  context.fill();
}

function strike(context: CanvasRenderingContext2D, x: number, y: number, width: number): void {
  context.fillRect(x, Math.round(y), width, 1);
}

function upright(context: CanvasRenderingContext2D, x: number, from: number, to: number, ink: string, width: number): void {
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x, from);
  context.lineTo(x, to);
  context.stroke();
}

function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let short = text;
  while (short.length > 1 && context.measureText(`${short}…`).width > width) short = short.slice(0, -1);
  return `${short}…`;
}

function layer(host: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.className = "layer";
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  return canvas;
}
