/**
 * Two canvases: below the sound and its regions, drawn anew when the view moves; on top the play head and
 * the one region that is being worked on, drawn in every frame of playing.
 */

import type { SignInks } from "../../canvas/signs";
import { t } from "../../core/i18n";
import type { Rect, Size } from "../../geometry/rect";
import {
  FONT, addLayer, beginCanvas, drawChosen, drawFlag, drawGhost, drawMarks, drawUpright, shortened, sizeCanvas, type Ghost,
} from "../../layers/time/markpainter";
import { clock, ticks, timeAt, whole, xOf, type TimeView } from "../../geometry/timeline";
import type { Layout } from "./layout";
import type { Marks, TimeMark } from "../../layers/time/marks";
import type { Sound, Spectrogram, Waveform } from "./sound";
import { drawWaveform } from "./wave";

export interface Inks extends SignInks {
  readonly wave: string;
  readonly muted: string;
  readonly line: string;
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
  readonly ghost: Ghost | null;
  readonly playHead: number;
  readonly hover: number | null;
}

const TICKS_APART = 88;

export class Painter {
  readonly #base: HTMLCanvasElement;
  readonly #top: HTMLCanvasElement;
  readonly #inks: Inks;
  #ratio = 1;
  #overview: { readonly key: string; readonly canvas: HTMLCanvasElement } | null = null;

  constructor(host: HTMLElement, inks: Inks) {
    this.#inks = inks;
    this.#base = addLayer(host);
    this.#top = addLayer(host);
  }

  resize(stage: Size): void {
    this.#ratio = Math.min(window.devicePixelRatio || 1, 2);
    for (const canvas of [this.#base, this.#top]) sizeCanvas(canvas, stage, this.#ratio);
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
    if (picture.hidden) return;
    const seen = picture.marks.found.within(picture.view.start, timeAt(picture.view, picture.layout.ruler.w));
    drawMarks(context, seen, picture.view, picture.layout, picture.lifted, this.#inks);
  }

  #begin(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    return beginCanvas(canvas, this.#ratio);
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
    sizeCanvas(canvas, { width: w, height: h }, this.#ratio);
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

  drawTop(view: TimeView, layout: Layout, top: Top): void {
    const context = this.#begin(this.#top);
    const { ruler, stage } = layout;
    context.save();
    context.beginPath();
    context.rect(ruler.x - 6, 0, ruler.w + 12, stage.height);
    context.clip();
    if (top.selected) drawChosen(context, view, layout, top.selected, top.handles, this.#inks);
    if (top.ghost) drawGhost(context, view, layout, top.ghost);
    if (top.hover !== null) drawUpright(context, ruler.x + top.hover, ruler.y + ruler.h, stage.height, this.#inks.muted, 1);
    this.#drawPlayHead(context, layout, ruler.x + xOf(view, top.playHead), top.playHead);
    context.restore();
  }

  #drawPlayHead(context: CanvasRenderingContext2D, layout: Layout, x: number, seconds: number): void {
    const { ruler, stage } = layout;
    if (x < ruler.x - 1 || x > ruler.x + ruler.w + 1) return;
    drawUpright(context, x, ruler.y + ruler.h - 4, stage.height, this.#inks.halo, 2);
    drawFlag(context, layout, x, clock(seconds, 2), this.#inks);
  }

  destroy(): void {
    for (const canvas of [this.#base, this.#top]) canvas.remove();
  }
}
