/**
 * Two canvases: below the sound and its regions, drawn anew when the view moves; on top the play head and
 * the one region that is being worked on, drawn in every frame of playing.
 */

import { t } from "../../core/i18n";
import type { Rect, Size } from "../../geometry/rect";
import { clock, ticks, timeAt, whole, xOf, type TimeView } from "../../geometry/timeline";
import type { Layout } from "./layout";
import { stripsOf } from "./layout";
import type { Marks, TimeMark } from "../../layers/time/marks";
import type { Sound, Spectrogram, Waveform } from "./sound";
import { drawWaveform } from "./wave";

export interface Inks {
  readonly wave: string;
  readonly muted: string;
  readonly line: string;
  readonly halo: string;
  readonly shade: string;
}

/** What the lower canvas shows. */
export interface Picture {
  readonly view: TimeView;
  readonly layout: Layout;
  readonly sound: Sound;
  readonly waveform: Waveform;
  readonly spectrogram: Spectrogram;
  readonly marks: Marks;
  readonly hidden: boolean;
  /** Drawn on the upper canvas, and not among the others. */
  readonly lifted: string | null;
}

/** What lies on the upper canvas. */
export interface Top {
  readonly selected: TimeMark | null;
  readonly handles: boolean;
  /** A region that is being drawn, or that waits for its end. */
  readonly ghost: (Pick<TimeMark, "start" | "end" | "channel" | "color">) | null;
  readonly playHead: number;
  readonly hover: number | null;
}

const FONT = "12px Inter, system-ui, sans-serif";
const TICKS_APART = 88;
const ROOM_FOR_NAME = 44;
const LEAST_WIDTH = 1.5;

export class Painter {
  readonly #base: HTMLCanvasElement;
  readonly #top: HTMLCanvasElement;
  readonly #inks: Inks;
  #ratio = 1;
  #overview: { readonly key: string; readonly canvas: HTMLCanvasElement } | null = null;

  constructor(host: HTMLElement, inks: Inks) {
    this.#inks = inks;
    this.#base = layer(host);
    this.#top = layer(host);
  }

  resize(stage: Size): void {
    this.#ratio = Math.min(window.devicePixelRatio || 1, 2);
    for (const canvas of [this.#base, this.#top]) sized(canvas, stage, this.#ratio);
    this.#overview = null;
  }

  clear(): void {
    this.#begin(this.#base);
    this.#begin(this.#top);
    this.#overview = null;
  }

  draw(picture: Picture): void {
    const context = this.#begin(this.#base);
    context.font = FONT;
    context.textBaseline = "middle";
    this.#drawOverview(context, picture);
    this.#drawRuler(context, picture);
    this.#drawGround(context, picture.layout);
    if (picture.layout.spectrogram) this.#drawSpectrogram(context, picture, picture.layout.spectrogram);
    const { strips } = picture.layout;
    context.fillStyle = this.#inks.wave;
    strips.forEach((strip, channel) => drawWaveform(context, picture, strip, channel));
    this.#drawNames(context, picture);
    if (!picture.hidden) this.#drawMarks(context, picture);
  }

  #begin(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    return context;
  }

  /** The whole clip in one line; drawn once, with the part that is seen in a frame. */
  #drawOverview(context: CanvasRenderingContext2D, picture: Picture): void {
    const { overview } = picture.layout;
    const key = `${overview.w}x${overview.h}`;
    if (this.#overview?.key !== key) this.#overview = { key, canvas: this.#paintOverview(picture) };
    context.drawImage(this.#overview.canvas, overview.x, overview.y, overview.w, overview.h);
    const all = whole({ from: 0, to: picture.sound.seconds, width: overview.w });
    const from = xOf(all, picture.view.start);
    const to = xOf(all, timeAt(picture.view, overview.w));
    context.strokeStyle = this.#inks.halo;
    context.lineWidth = 2;
    context.strokeRect(overview.x + from, overview.y, Math.max(3, to - from), overview.h);
  }

  #paintOverview({ layout, sound, waveform }: Picture): HTMLCanvasElement {
    const { w, h } = layout.overview;
    const canvas = document.createElement("canvas");
    sized(canvas, { width: w, height: h }, this.#ratio);
    const context = this.#begin(canvas);
    context.fillStyle = this.#inks.line;
    context.fillRect(0, 0, w, h);
    context.fillStyle = this.#inks.wave;
    const view = whole({ from: 0, to: sound.seconds, width: w });
    const strip = h / sound.channels;
    for (let channel = 0; channel < sound.channels; channel++) {
      drawWaveform(context, { view, waveform, sound }, { x: 0, y: channel * strip, w, h: strip }, channel, true);
    }
    return canvas;
  }

  #drawRuler(context: CanvasRenderingContext2D, { view, layout }: Picture): void {
    const { ruler, stage } = layout;
    const { at, decimals } = ticks(view, ruler.w, TICKS_APART);
    context.fillStyle = this.#inks.muted;
    context.strokeStyle = this.#inks.line;
    context.lineWidth = 1;
    context.textAlign = "center";
    context.beginPath();
    for (const seconds of at) {
      const x = Math.round(ruler.x + xOf(view, seconds)) + 0.5;
      context.moveTo(x, ruler.y + ruler.h - 4);
      context.lineTo(x, stage.height);
      const inside = Math.min(Math.max(x, 18), stage.width - 20);
      context.fillText(clock(seconds, decimals), inside, ruler.y + 8);
    }
    context.stroke();
  }

  #drawGround(context: CanvasRenderingContext2D, { strips, lanes }: Layout): void {
    context.strokeStyle = this.#inks.line;
    context.lineWidth = 1;
    for (const rect of [...strips, ...lanes]) context.strokeRect(rect.x + 0.5, rect.y + 0.5, rect.w - 1, rect.h - 1);
  }

  #drawSpectrogram(context: CanvasRenderingContext2D, picture: Picture, place: Rect): void {
    const { view, spectrogram } = picture;
    const { tileSeconds, tiles, count } = spectrogram;
    const first = Math.max(0, Math.floor(view.start / tileSeconds));
    const last = Math.min(count - 1, Math.floor(timeAt(view, place.w) / tileSeconds));
    context.fillStyle = this.#inks.line;
    context.fillRect(place.x, place.y, place.w, place.h);
    if (last - first >= 20) {
      context.fillStyle = this.#inks.muted;
      context.textAlign = "center";
      context.fillText(t("audio.zoomForSpectrogram"), place.x + place.w / 2, place.y + place.h / 2);
      return;
    }
    context.save();
    context.beginPath();
    context.rect(place.x, place.y, place.w, place.h);
    context.clip();
    for (let tile = first; tile <= last; tile++) {
      const bitmap = tiles.get(tile);
      if (!bitmap) continue;
      const from = tile * tileSeconds;
      const long = Math.min(tileSeconds, picture.sound.seconds - from);
      context.drawImage(bitmap, place.x + xOf(view, from), place.y, long * view.scale, place.h);
    }
    context.restore();
  }

  /** What stands left of each row, where there is room. */
  #drawNames(context: CanvasRenderingContext2D, { layout, marks, spectrogram, sound }: Picture): void {
    const { gutter, overview, strips, lanes } = layout;
    if (gutter < 30) return;
    context.fillStyle = this.#inks.muted;
    context.textAlign = "right";
    const name = (text: string, y: number): void => context.fillText(shortened(context, text, gutter - 12), gutter - 8, y);
    name(t("audio.whole"), overview.y + overview.h / 2);
    if (sound.channels > 1) strips.forEach((strip, index) => name(t("audio.channel", { n: index + 1 }), strip.y + strip.h / 2));
    lanes.forEach((lane, index) => name(marks.lanes[index]?.name ?? "", lane.y + lane.h / 2));
    const place = layout.spectrogram;
    if (!place) return;
    const step = spectrogram.topHertz > 12_000 ? 8000 : spectrogram.topHertz > 5000 ? 2000 : 1000;
    for (let hertz = 0; hertz < spectrogram.topHertz; hertz += step) {
      const y = place.y + place.h * (1 - hertz / spectrogram.topHertz);
      name(t("audio.kilohertz", { n: hertz / 1000 }), Math.min(y, place.y + place.h - 6));
    }
  }

  #drawMarks(context: CanvasRenderingContext2D, picture: Picture): void {
    const { view, layout, marks } = picture;
    const right = layout.ruler.x + layout.ruler.w;
    const seen = marks.found.within(view.start, timeAt(view, layout.ruler.w));
    context.save();
    context.beginPath();
    context.rect(layout.ruler.x, 0, layout.ruler.w, layout.stage.height);
    context.clip();
    for (const mark of seen) {
      if (mark.id === picture.lifted) continue;
      this.#bar(context, placeOf(mark, view, stripsOf(layout, mark.channel)), mark);
      const lane = layout.lanes[mark.lane];
      if (lane) this.#plate(context, placeOf(mark, view, lane), mark, right, false);
    }
    context.restore();
  }

  #bar(context: CanvasRenderingContext2D, place: Rect, mark: Pick<TimeMark, "color"> & { readonly dashed?: boolean }): void {
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
  #plate(context: CanvasRenderingContext2D, place: Rect, mark: TimeMark, right: number, chosen: boolean): void {
    context.globalAlpha = mark.dashed ? 0.45 : 1;
    context.fillStyle = mark.color;
    context.fillRect(place.x, place.y + 1, place.w, place.h - 2);
    context.fillStyle = this.#inks.shade;
    context.globalAlpha = 0.4; // white letters need a darker ground than a thin line does
    context.fillRect(place.x, place.y + 1, place.w, place.h - 2);
    context.globalAlpha = 1;
    const from = Math.max(place.x, 0) + 6;
    const room = Math.min(place.x + place.w, right) - from - 4;
    if (place.h < 13 || (room < ROOM_FOR_NAME && !chosen)) return;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.font = `600 ${FONT}`;
    context.fillStyle = this.#inks.halo;
    const text = `${mark.key} ${mark.name}${mark.dashed ? "?" : ""}`.trim();
    const inside = room >= ROOM_FOR_NAME;
    const limit = inside ? room : 160;
    context.fillText(shortened(context, text, limit), inside ? from : place.x + place.w + 6, place.y + place.h / 2 + 0.5);
    context.font = FONT;
  }

  drawTop(view: TimeView, layout: Layout, top: Top): void {
    const context = this.#begin(this.#top);
    const { ruler, stage } = layout;
    context.save();
    context.beginPath();
    context.rect(ruler.x - 6, 0, ruler.w + 12, stage.height);
    context.clip();
    if (top.selected) this.#chosen(context, view, layout, top.selected, top.handles);
    if (top.ghost) {
      const place = placeOf({ ...top.ghost, isInstant: false }, view, stripsOf(layout, top.ghost.channel));
      this.#bar(context, place, { color: top.ghost.color, dashed: true });
    }
    if (top.hover !== null) this.#upright(context, ruler.x + top.hover, ruler.y + ruler.h, stage.height, this.#inks.muted, 1);
    this.#drawPlayHead(context, layout, ruler.x + xOf(view, top.playHead), top.playHead);
    context.restore();
  }

  #chosen(context: CanvasRenderingContext2D, view: TimeView, layout: Layout, mark: TimeMark, handles: boolean): void {
    const place = placeOf(mark, view, stripsOf(layout, mark.channel));
    this.#bar(context, place, mark);
    context.strokeStyle = this.#inks.halo;
    context.lineWidth = 2;
    context.strokeRect(place.x, place.y + 1, place.w, place.h - 2);
    const lane = layout.lanes[mark.lane];
    if (lane) {
      const plate = placeOf(mark, view, lane);
      this.#plate(context, plate, mark, layout.ruler.x + layout.ruler.w, true);
      context.strokeRect(plate.x - 1.5, plate.y - 0.5, plate.w + 3, plate.h + 1);
    }
    if (!handles || mark.isInstant) return;
    context.fillStyle = this.#inks.halo;
    const middle = place.y + place.h / 2 - 10;
    for (const x of [place.x, place.x + place.w]) context.fillRect(x - 3.5, middle, 7, 20);
  }

  #drawPlayHead(context: CanvasRenderingContext2D, { ruler, stage }: Layout, x: number, seconds: number): void {
    if (x < ruler.x - 1 || x > ruler.x + ruler.w + 1) return;
    this.#upright(context, x, ruler.y + ruler.h - 4, stage.height, this.#inks.halo, 2);
    context.font = `600 ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const text = clock(seconds, 2);
    const wide = context.measureText(text).width + 12;
    const middle = Math.min(Math.max(x, ruler.x + wide / 2 - 4), ruler.x + ruler.w - wide / 2 + 4);
    context.fillStyle = this.#inks.halo;
    context.fillRect(middle - wide / 2, ruler.y, wide, 18);
    context.fillStyle = this.#inks.shade;
    context.fillText(text, middle, ruler.y + 9.5);
  }

  #upright(context: CanvasRenderingContext2D, x: number, from: number, to: number, ink: string, width: number): void {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x, from);
    context.lineTo(x, to);
    context.stroke();
  }

  destroy(): void {
    for (const canvas of [this.#base, this.#top]) canvas.remove();
  }
}

/** A mark as a rectangle in one row; instants are a line. */
export function placeOf(mark: Pick<TimeMark, "start" | "end" | "isInstant">, view: TimeView, row: Rect): Rect {
  const x = row.x + xOf(view, mark.start);
  const w = mark.isInstant ? LEAST_WIDTH : Math.max(LEAST_WIDTH, (mark.end - mark.start) * view.scale);
  return { x, y: row.y, w, h: row.h };
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

function sized(canvas: HTMLCanvasElement, { width, height }: Size, ratio: number): void {
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.setProperty("width", `${width}px`);
  canvas.style.setProperty("height", `${height}px`);
}
