/** Two canvases: below the lines and all regions, drawn anew when the view moves; on top the cursor and what is worked on. */

import type { SignInks } from "../../canvas/signs";
import { t } from "../../core/i18n";
import { plainNumber } from "../../core/moments";
import type { Rect, Size } from "../../geometry/rect";
import { timeAt, whole, xOf, type TimeView } from "../../geometry/timeline";
import {
  FONT, addLayer, beginCanvas, drawChosen, drawFlag, drawGhost, drawMarks, drawUpright, isolated, shortened, sizeCanvas, type Ghost,
} from "../../layers/time/markpainter";
import type { Marks, TimeMark } from "../../layers/time/marks";
import { timeTicks, valueTicks } from "./axes";
import { stripOf, type Layout } from "./layout";
import { dot, drawTrace, yOf, type Scale } from "./lines";
import type { Sample, Source } from "./source";
import { emptyTrace, fillTrace, grainOf, type Trace } from "./traces";

export interface Inks extends SignInks {
  readonly wave: string;
  readonly muted: string;
  readonly line: string;
  /** For channels that lie over each other. */
  readonly several: readonly string[];
}

export interface Picture {
  readonly view: TimeView;
  readonly layout: Layout;
  readonly source: Source;
  readonly marks: Marks;
  readonly hidden: boolean;
  /** Drawn on the upper canvas, and not among the others. */
  readonly lifted: string | null;
  readonly active: number;
  /** Every channel from its lowest to its highest, and not what is seen. */
  readonly isFixed: boolean;
}

export interface Top {
  readonly selected: TimeMark | null;
  readonly handles: boolean;
  readonly ghost: Ghost | null;
  readonly cursor: number;
  readonly told: string;
  /** Where values are read: under the pointer, else at the cursor. */
  readonly sample: Sample | null;
  readonly hover: number | null;
}

const TICKS_APART = 92;
const NARROW_GUTTER = 40;

export class Painter {
  readonly #base: HTMLCanvasElement;
  readonly #top: HTMLCanvasElement;
  readonly #inks: Inks;
  #ratio = 1;
  #overview: { readonly key: string; readonly canvas: HTMLCanvasElement } | null = null;
  #traces: Trace[] = [];
  #scales = new Map<number, Scale>();

  constructor(host: HTMLElement, inks: Inks) {
    this.#inks = inks;
    this.#base = addLayer(host);
    this.#top = addLayer(host);
  }

  resize(stage: Size): void {
    this.#ratio = Math.min(window.devicePixelRatio || 1, 2);
    for (const canvas of [this.#base, this.#top]) sizeCanvas(canvas, stage, this.#ratio);
    this.#overview = null;
    this.#traces = [];
  }

  clear(): void {
    for (const canvas of [this.#base, this.#top]) beginCanvas(canvas, this.#ratio);
    this.#overview = null;
  }

  draw(picture: Picture): void {
    const context = beginCanvas(this.#base, this.#ratio);
    context.font = FONT;
    context.textBaseline = "middle";
    const { view, layout, source, marks } = picture;
    this.#drawOverview(context, picture);
    this.#drawRuler(context, picture);
    this.#drawGround(context, layout);
    this.#drawLines(context, picture);
    this.#drawNames(context, picture);
    if (picture.hidden || source.channels.length === 0) return;
    drawMarks(context, marks.found.within(view.start, timeAt(view, layout.ruler.w)), view, layout, picture.lifted, this.#inks);
  }

  /** The active channel as a whole; drawn once, with the part that is seen in a frame. */
  #drawOverview(context: CanvasRenderingContext2D, picture: Picture): void {
    const { overview } = picture.layout;
    const key = `${overview.w}x${overview.h}:${picture.active}`;
    if (this.#overview?.key !== key) this.#overview = { key, canvas: this.#paintOverview(picture) };
    context.drawImage(this.#overview.canvas, overview.x, overview.y, overview.w, overview.h);
    const all = whole({ from: 0, to: picture.source.seconds, width: overview.w });
    const from = Math.max(0, xOf(all, picture.view.start));
    const to = Math.min(overview.w, xOf(all, timeAt(picture.view, overview.w)));
    context.strokeStyle = this.#inks.halo;
    context.lineWidth = 2;
    context.strokeRect(overview.x + from, overview.y, Math.max(3, to - from), overview.h);
  }

  #paintOverview({ layout, source, active }: Picture): HTMLCanvasElement {
    const { w, h } = layout.overview;
    const canvas = document.createElement("canvas");
    sizeCanvas(canvas, { width: w, height: h }, this.#ratio);
    const context = beginCanvas(canvas, this.#ratio);
    context.fillStyle = this.#inks.line;
    context.globalAlpha = 0.5;
    context.fillRect(0, 0, w, h);
    context.globalAlpha = 1;
    context.fillStyle = context.strokeStyle = this.#inks.wave;
    const view = whole({ from: 0, to: source.seconds, width: Math.floor(w) });
    const trace = emptyTrace(Math.floor(w));
    fillTrace(trace, source, active, view, { kind: "level", number: source.levels.length - 1 });
    const strip = { x: 0, y: 0, w, h };
    if (trace.lowest <= trace.highest) drawTrace(context, trace, strip, { low: trace.lowest, high: trace.highest });
    return canvas;
  }

  #drawRuler(context: CanvasRenderingContext2D, { view, layout, source }: Picture): void {
    const { ruler, strips } = layout;
    const last = strips.at(-1) as Rect;
    context.fillStyle = this.#inks.muted;
    context.strokeStyle = this.#inks.line;
    context.lineWidth = 1;
    context.textAlign = "center";
    context.beginPath();
    for (const { at, text } of timeTicks(view, ruler.w, TICKS_APART, source.origin)) {
      const x = Math.round(ruler.x + xOf(view, at)) + 0.5;
      context.moveTo(x, ruler.y + ruler.h - 4);
      context.lineTo(x, last.y + last.h);
      const half = context.measureText(text).width / 2;
      context.fillText(isolated(text), Math.min(Math.max(x, ruler.x + half), ruler.x + ruler.w - half), ruler.y + 8);
    }
    context.stroke();
  }

  #drawGround(context: CanvasRenderingContext2D, { strips, lanes }: Layout): void {
    context.strokeStyle = this.#inks.line;
    context.lineWidth = 1;
    for (const rect of [...strips, ...lanes]) context.strokeRect(rect.x + 0.5, rect.y + 0.5, rect.w - 1, rect.h - 1);
  }

  #drawLines(context: CanvasRenderingContext2D, picture: Picture): void {
    const { view, layout, source } = picture;
    const width = Math.max(1, Math.floor(layout.ruler.w));
    const grain = grainOf(source, view, width);
    if (this.#traces[0]?.width !== width) this.#traces = [];
    layout.shown.forEach((channel, index) => {
      const trace = (this.#traces[index] ??= emptyTrace(width));
      fillTrace(trace, source, channel, view, grain);
    });
    this.#setScales(picture);
    layout.shown.forEach((channel, index) => {
      const [strip, scale] = [stripOf(layout, channel), this.#scales.get(channel)];
      if (!strip || !scale) return;
      context.fillStyle = context.strokeStyle = this.#inkOf(picture, channel);
      drawTrace(context, this.#traces[index] as Trace, strip, scale);
    });
  }

  #inkOf({ layout, active }: Pick<Picture, "layout" | "active">, channel: number): string {
    if (layout.isOverlaid) return this.#inks.several[channel % this.#inks.several.length] ?? this.#inks.wave;
    return channel === active && layout.shown.length > 1 ? this.#inks.halo : this.#inks.wave;
  }

  /** One scale a channel, or one for all that lie over each other. */
  #setScales({ layout, source, isFixed }: Picture): void {
    this.#scales.clear();
    layout.shown.forEach((channel, index) => {
      const trace = this.#traces[index];
      const { low, high } = source.channels[channel] ?? { low: null, high: null };
      const isSeen = trace && trace.lowest <= trace.highest;
      const seen = isSeen ? { low: trace.lowest, high: trace.highest } : null;
      const all = low !== null && high !== null ? { low, high } : null;
      const scale = isFixed ? all : (seen ?? all);
      if (scale) this.#scales.set(channel, widened(scale));
    });
    if (!layout.isOverlaid || this.#scales.size === 0) return;
    const both = [...this.#scales.values()];
    const shared = { low: Math.min(...both.map((one) => one.low)), high: Math.max(...both.map((one) => one.high)) };
    for (const channel of layout.shown) this.#scales.set(channel, shared);
  }

  /** Names and values left of each strip, or inside where there is no room beside it. */
  #drawNames(context: CanvasRenderingContext2D, picture: Picture): void {
    const { layout, source, marks } = picture;
    const { gutter, overview, lanes } = layout;
    const isInside = gutter < NARROW_GUTTER;
    context.textAlign = "right";
    const x = isInside ? gutter + layout.ruler.w - 5 : gutter - 8;
    const room = isInside ? layout.ruler.w - 10 : gutter - 12;
    const write = (text: string, y: number): void => {
      const short = shortened(context, text, room);
      if (isInside) this.#underlay(context, short, x, y);
      context.fillText(isolated(short), x, y);
    };
    context.fillStyle = this.#inks.muted;
    if (!isInside) {
      write(t("audio.whole"), overview.y + overview.h / 2);
      lanes.forEach((lane, index) => write(marks.lanes[index]?.name ?? "", lane.y + lane.h / 2));
    }
    layout.shown.forEach((channel, index) => {
      const { name = "", unit = "" } = source.channels[channel] ?? {};
      const strip = layout.strips[layout.isOverlaid ? 0 : index];
      if (!strip) return;
      const y = strip.y + 9 + (layout.isOverlaid ? index * 16 : 0);
      if (y > strip.y + strip.h - 4) return;
      context.fillStyle = layout.isOverlaid ? this.#inkOf(picture, channel) : channel === picture.active ? this.#inks.halo : this.#inks.muted;
      context.font = channel === picture.active && layout.shown.length > 1 ? `600 ${FONT}` : FONT;
      write(unit ? `${name} [${unit}]` : name, y);
      context.font = FONT;
      if (source.channels[channel]?.low === null && !layout.isOverlaid) this.#writeEmpty(context, strip);
    });
    if (!isInside) this.#drawValueTicks(context, picture, x);
  }

  #underlay(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
    const ink = context.fillStyle;
    context.fillStyle = this.#inks.shade;
    context.globalAlpha = 0.6;
    const wide = context.measureText(text).width + 6;
    context.fillRect(x + 3 - wide, y - 8, wide, 16);
    context.globalAlpha = 1;
    context.fillStyle = ink;
  }

  #writeEmpty(context: CanvasRenderingContext2D, strip: Rect): void {
    const align = context.textAlign;
    context.textAlign = "center";
    context.fillStyle = this.#inks.muted;
    context.fillText(t("series.empty"), strip.x + strip.w / 2, strip.y + strip.h / 2);
    context.textAlign = align;
  }

  #drawValueTicks(context: CanvasRenderingContext2D, { layout }: Picture, x: number): void {
    context.fillStyle = this.#inks.muted;
    const taken = layout.isOverlaid ? layout.shown.length * 16 : 16;
    layout.strips.forEach((strip, index) => {
      const scale = this.#scales.get(layout.shown[index] ?? -1);
      if (!scale) return;
      for (const { at, text } of valueTicks(scale.low, scale.high, strip.h - taken)) {
        const y = yOf(strip, scale, at);
        if (y < strip.y + taken + 6 || y > strip.y + strip.h - 4) continue;
        context.fillText(shortened(context, text, layout.gutter - 14), x, y);
        context.fillRect(strip.x - 4, Math.round(y), 4, 1);
      }
    });
  }

  drawTop(view: TimeView, layout: Layout, source: Source, active: number, top: Top): void {
    const context = beginCanvas(this.#top, this.#ratio);
    const { ruler } = layout;
    const last = layout.strips.at(-1) as Rect;
    const bottom = last.y + last.h;
    context.save();
    context.beginPath();
    context.rect(ruler.x - 6, 0, ruler.w + 12, layout.stage.height);
    context.clip();
    if (top.selected) drawChosen(context, view, layout, top.selected, top.handles, this.#inks);
    if (top.ghost) drawGhost(context, view, layout, top.ghost);
    const x = ruler.x + xOf(view, top.cursor);
    const isSeen = x >= ruler.x - 1 && x <= ruler.x + ruler.w + 1;
    if (top.hover !== null) drawUpright(context, ruler.x + top.hover, ruler.y + ruler.h, bottom, this.#inks.muted, 1);
    if (isSeen) drawUpright(context, x, ruler.y + ruler.h - 4, bottom, this.#inks.halo, 2);
    if (top.sample) this.#drawSample(context, view, layout, source, active, top.sample);
    if (isSeen) drawFlag(context, layout, x, top.told, this.#inks);
    context.restore();
  }

  /** Each shown channel's exact value, beside its point. */
  #drawSample(context: CanvasRenderingContext2D, view: TimeView, layout: Layout, source: Source, active: number, sample: Sample): void {
    const x = layout.ruler.x + xOf(view, sample.t);
    if (!sample.values || x < layout.ruler.x - 2 || x > layout.ruler.x + layout.ruler.w + 2) return;
    context.font = FONT;
    context.textBaseline = "middle";
    const isLate = x > layout.ruler.x + layout.ruler.w * 0.75;
    context.textAlign = isLate ? "right" : "left";
    let written = 0;
    for (const channel of layout.shown) {
      const [strip, scale, value] = [stripOf(layout, channel), this.#scales.get(channel), sample.values[channel]];
      if (!strip || !scale || value === undefined) continue;
      const isGap = Number.isNaN(value);
      const y = isGap ? strip.y + strip.h / 2 : Math.max(strip.y, Math.min(yOf(strip, scale, value), strip.y + strip.h));
      context.fillStyle = this.#inkOf({ layout, active }, channel);
      if (!isGap) dot(context, x, y, 3.5);
      const text = isGap ? t("series.gap") : valueText(source, channel, value);
      const at = layout.isOverlaid ? strip.y + 12 + 18 * written++ : Math.max(strip.y + 10, Math.min(y, strip.y + strip.h - 10));
      this.#writeValue(context, text, isLate ? x - 10 : x + 10, at, isLate);
    }
  }

  #writeValue(context: CanvasRenderingContext2D, text: string, x: number, y: number, isLate: boolean): void {
    const wide = context.measureText(text).width;
    const ink = context.fillStyle;
    context.fillStyle = this.#inks.shade;
    context.globalAlpha = 0.8;
    context.fillRect((isLate ? x - wide : x) - 4, y - 9, wide + 8, 18);
    context.globalAlpha = 1;
    context.fillStyle = ink;
    context.fillText(text, x, y + 0.5);
  }

  destroy(): void {
    for (const canvas of [this.#base, this.#top]) canvas.remove();
  }
}

export function valueText(source: Source, channel: number, value: number): string {
  const { unit = "" } = source.channels[channel] ?? {};
  const number = plainNumber(value, 12);
  return unit ? `${number} ${unit}` : number;
}

/** A flat line lies in the middle, and no line on an edge. */
function widened({ low, high }: Scale): Scale {
  if (low === high) return { low: low - Math.max(Math.abs(low) * 0.01, 1e-9), high: high + Math.max(Math.abs(high) * 0.01, 1e-9) };
  return { low, high };
}
