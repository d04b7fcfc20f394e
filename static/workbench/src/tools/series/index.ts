/** The tool for time series: seeing and marking channels of numbers over one time. */

import type { Command } from "../../core/commands";
import { formatNumber, t } from "../../core/i18n";
import { momentsOf } from "../../core/moments";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { Item } from "../../core/types";
import { tenThousandth, timeAt, xOf } from "../../geometry/timeline";
import type { Ghost } from "../../layers/time/markpainter";
import { marksOf, type Marks, type TimeMark } from "../../layers/time/marks";
import { Pointing } from "../../layers/time/pointing";
import { channelAt } from "../../layers/time/rows";
import { View } from "../../layers/time/view";
import { Bar } from "./bar";
import { Channels } from "./channels";
import { Cursor } from "./cursor";
import { markCommands, readCommands, type KeyTarget } from "./keys";
import { layoutOf, type Layout } from "./layout";
import { SeriesMarking } from "./marking";
import { Painter, valueText } from "./painter";
import type { SeriesPort } from "./port";
import { forgetSeries, loadSeries, type Source } from "./source";

/** Closer than so many pixels a row nothing more is to be seen. */
const CLOSEST_PIXELS = 60;
class SeriesStage implements MountedTool, SeriesPort {
  readonly commands: readonly Command[];
  readonly context: ToolContext;
  readonly #host: HTMLElement;
  readonly #bar: Bar;
  readonly #screen = document.createElement("div");
  readonly #painter: Painter;
  readonly view: View;
  readonly #observer: ResizeObserver;
  readonly #marking: SeriesMarking;
  readonly #pointing: Pointing;
  readonly #channels = new Channels();
  readonly player = new Cursor(this);
  scene: Scene | null = null;
  source: Source | null = null;
  marks: Marks | null = null;
  layout: Layout = layoutOf({ width: 1, height: 1 }, { channels: [0], first: 0, lanes: 0, isOverlaid: false });
  #told: (seconds: number) => string = String;
  #keepsView = false;
  #unlisten: () => void = () => undefined;

  constructor(host: HTMLElement, context: ToolContext) {
    this.#host = host;
    this.context = context;
    host.classList.add("series");
    host.dataset.failed = t("series.failed");
    this.#bar = new Bar(host, {
      mark: () => (this.#marking.pending === null ? this.#marking.markStart() : this.#marking.markEnd()),
      channel: () => this.#marking.nextChannel(),
      overlay: () => this.#toggleOverlay(),
      scale: () => this.#toggleScale(),
      snap: () => this.#marking.toggleSnap(),
      toggle: (channel) => this.#show(channel, this.#channels.hidden.has(channel)),
    });
    this.#screen.className = "below";
    host.append(this.#screen);
    const style = getComputedStyle(host);
    const ink = (name: string): string => style.getPropertyValue(name).trim();
    this.#painter = new Painter(this.#screen, {
      wave: ink("--wave"), muted: ink("--on-canvas-muted"), line: ink("--canvas-line"), halo: ink("--halo"), shade: ink("--shade"), refused: ink("--refused"), warned: ink("--warned"),
      several: Array.from({ length: 8 }, (_, index) => ink(`--line-${index + 1}`)),
    });
    this.view = new View(() => this.#redraw());
    this.#marking = new SeriesMarking(this);
    this.#pointing = new Pointing(host, this.#screen, this, this.#marking);
    const keys = this.#keyTarget();
    this.commands = context.readOnly ? readCommands(keys) : [...markCommands(keys), ...readCommands(keys)];
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(host);
  }

  get snaps(): boolean {
    return this.#marking.snaps;
  }

  get active(): number {
    return this.#channels.active;
  }

  get clip(): { readonly seconds: number; readonly channels: number } | null {
    return this.source && { seconds: this.source.seconds, channels: this.source.channels.length };
  }

  async update(scene: Scene): Promise<void> {
    const before = this.scene;
    this.scene = scene;
    const fresh = before?.key !== scene.key;
    if (fresh) this.#begin();
    const marked = fresh || before?.regions !== scene.regions || before.suggested !== scene.suggested || before.brush !== scene.brush || before.broken !== scene.broken;
    if (marked && !fresh) this.#index(scene);
    if (!fresh && before?.selected !== scene.selected) this.#reveal();
    this.#keepsView = false;
    this.#host.dataset.mode = this.context.readOnly ? "select" : scene.mode;
    if (fresh) await this.#load(scene);
    else this.#redraw();
  }

  #begin(): void {
    this.#pointing.cancel();
    this.#unlisten();
    this.source = null;
    this.player.at = 0;
    this.#painter.clear();
  }

  async #load(scene: Scene): Promise<void> {
    this.#host.dataset.state = "loading";
    try {
      const source = await loadSeries(scene.item);
      if (this.scene?.key !== scene.key) return;
      delete this.#host.dataset.state;
      this.#unlisten = source.listen(() => this.view.again());
      this.source = source;
      this.#told = momentsOf(scene.item);
      this.#channels.open(source.channels.length);
      this.#bar.open(source.channels);
      this.#marking.reset();
      this.#index(this.scene);
      this.#lay();
      this.view.open(source.seconds, CLOSEST_PIXELS / (source.step || 1));
      this.#redraw();
    } catch {
      if (this.scene?.key === scene.key) this.#host.dataset.state = "failed";
    }
  }

  #index(scene: Scene): void {
    const lanes = this.marks?.lanes.length ?? 0;
    this.#marking.follow();
    this.marks = marksOf(scene, this.source?.channels.map((one) => one.name));
    this.#pointing.dragging.live = null;
    if (lanes !== this.marks.lanes.length) this.#lay();
  }

  #lay(): void {
    const size = { width: this.#host.clientWidth, height: this.#host.clientHeight - this.#bar.height };
    if (size.width <= 0 || size.height <= 0 || !this.source) return;
    const same = size.width === this.layout.stage.width && size.height === this.layout.stage.height;
    this.layout = layoutOf(size, {
      channels: this.#channels.shown, first: this.#channels.first, lanes: this.marks?.lanes.length ?? 0, isOverlaid: this.#channels.isOverlaid,
    });
    if (!same) this.#painter.resize(size);
    this.view.resize(this.layout.ruler.w);
  }

  #resized(): void {
    this.#showBar();
    this.#lay();
    this.#redraw();
  }

  /** Other channels, or the same in another way. */
  #rearrange(): void {
    this.#lay();
    this.#redraw();
  }

  // --- drawing

  #redraw(): void {
    const { source, marks, scene } = this;
    if (!scene || !source || !marks || this.layout.stage.width <= 1) return;
    const { active, isFixed } = this.#channels;
    this.#painter.draw({ view: this.view.view, layout: this.layout, source, marks, hidden: scene.hidden, lifted: scene.selected, active, isFixed });
    this.drawTop();
    this.tellFacts();
  }

  drawTop(): void {
    const { scene, source } = this;
    if (!scene || !source) return;
    const selected = scene.hidden ? null : this.selected();
    const { live, isNew } = this.#pointing.dragging;
    this.#painter.drawTop(this.view.view, this.layout, source, this.active, {
      selected: selected && live && !isNew ? { ...selected, ...live } : selected,
      handles: !this.context.readOnly,
      ghost: this.#ghost(),
      cursor: this.player.at,
      told: this.#told(this.player.at),
      sample: source.sampleAt(this.#lookedAt()),
      hover: this.#pointing.hover,
    });
    this.#showBar();
  }

  #lookedAt(): number {
    const { hover } = this.#pointing;
    return hover === null ? this.player.at : timeAt(this.view.view, hover);
  }

  #ghost(): Ghost | null {
    const { brush, schema } = this.scene ?? {};
    const color = (brush && schema ? labelOf(schema, brush.question, brush.label)?.color : null) ?? UNKNOWN_COLOR;
    const { live, isNew, channel } = this.#pointing.dragging;
    if (live && isNew) return { ...live, channel, color };
    if (this.#marking.pending === null) return null;
    const [start, end] = [this.#marking.pending, this.player.at].sort((a, b) => a - b) as [number, number];
    return { start, end, channel: this.#marking.channel, color };
  }

  keepView(): void {
    this.#keepsView = true;
  }

  selected(): TimeMark | null {
    const id = this.scene?.selected;
    return id ? (this.marks?.found.all.find((mark) => mark.id === id) ?? null) : null;
  }

  #reveal(): void {
    const mark = this.selected();
    if (!mark || this.#keepsView) return;
    this.player.at = mark.start;
    if (mark.channel !== null && this.#channels.activate(mark.channel, this.layout.strips.length)) this.#lay();
    this.#marking.follow();
    this.view.reveal(mark);
  }

  #showBar(): void {
    const { source } = this;
    if (!source) return;
    const kind = this.#marking.kind();
    const value = source.sampleAt(this.player.at)?.values?.[this.active];
    const name = source.channels[this.active]?.name ?? "";
    this.#bar.show({
      mark: kind === null || this.context.readOnly ? null : kind === "instants" ? "instant" : this.#marking.pending === null ? "start" : "end",
      at: this.#told(this.player.at),
      value: value === undefined ? name : `${name}: ${Number.isNaN(value) ? t("series.gap") : valueText(source, this.active, value)}`,
      channel: source.channels.length > 1 ? this.#marking.channelName() : null,
      isFree: this.#marking.rule() === "",
      isSingle: this.#marking.isSingle,
      isOverlaid: this.#channels.isOverlaid,
      isFixed: this.#channels.isFixed,
      snaps: this.#marking.snaps,
      hidden: this.#channels.hidden,
    });
  }

  tellFacts(): void {
    if (this.context.readOnly || !this.source) return;
    const mark = this.selected();
    const stretch = this.#pointing.dragging.live ?? (mark?.isInstant ? null : mark);
    const told = (seconds: number): string => this.#told(tenThousandth(seconds));
    const seen = { start: told(this.view.view.start), end: told(Math.min(this.source.seconds, timeAt(this.view.view, this.layout.ruler.w))) };
    const facts = [t("series.seen", seen), t("series.about", { n: this.source.rows })];
    if (stretch) facts.push(t("series.stretch", { start: told(stretch.start), end: told(stretch.end), n: formatNumber(tenThousandth(stretch.end - stretch.start)) }));
    this.context.run("view.facts", { facts });
  }

  told = (seconds: number): string => this.#told(seconds);

  // --- the cursor

  seek(seconds: number, y?: number): void {
    const channel = y === undefined ? null : channelAt(this.layout, y);
    if (channel !== null && channel !== this.active) this.#activate(channel);
    this.player.put(seconds);
  }

  settled(seconds: number): number {
    return this.player.settled(seconds);
  }

  stepped(seconds: number, steps: number): number {
    return this.player.stepped(seconds, steps);
  }

  channelFor(y: number, _isTap: boolean): number | null {
    if (!this.#marking.isSingle) return null;
    return channelAt(this.layout, y) ?? this.active;
  }

  scrollRows(dy: number): boolean {
    const before = this.layout.shown[0];
    if (!this.#channels.scroll(dy, this.layout.strips.length)) return false;
    this.#lay();
    if (before !== this.layout.shown[0]) this.#redraw();
    return true;
  }

  #read(): void {
    const { source } = this;
    const sample = source?.sampleAt(this.player.at);
    if (!source || !sample?.values) return;
    const values = this.layout.shown.map((channel) => {
      const value = sample.values?.[channel] as number;
      return `${source.channels[channel]?.name}: ${Number.isNaN(value) ? t("series.gap") : valueText(source, channel, value)}`;
    });
    this.context.announce([this.#told(sample.t), ...values].join(". "));
  }

  // --- channels

  #activate(channel: number): void {
    const moved = this.#channels.activate(channel, this.layout.strips.length);
    this.#marking.follow();
    if (moved) this.#lay();
    this.#redraw();
  }

  #nextActive(by: 1 | -1): void {
    this.#activate(this.#channels.next(by));
    const { name = "" } = this.source?.channels[this.active] ?? {};
    const value = this.source?.sampleAt(this.player.at)?.values?.[this.active];
    this.context.announce(value === undefined || !this.source ? name : `${name}: ${valueText(this.source, this.active, value)}`);
  }

  #show(channel: number, isShown: boolean): void {
    if (!this.#channels.show(channel, isShown)) return this.drawTop();
    this.context.announce(t(isShown ? "announce.series.shown" : "announce.series.hidden", { name: this.source?.channels[channel]?.name ?? "" }));
    this.#marking.follow();
    this.#rearrange();
  }

  #toggleOverlay(): void {
    this.#channels.isOverlaid = !this.#channels.isOverlaid;
    this.context.announce(t(this.#channels.isOverlaid ? "announce.series.overlay.on" : "announce.series.overlay.off"));
    this.#rearrange();
  }

  #toggleScale(): void {
    this.#channels.isFixed = !this.#channels.isFixed;
    this.context.announce(t(this.#channels.isFixed ? "announce.series.fixed.on" : "announce.series.fixed.off"));
    this.#redraw();
  }

  takeLabel(_question: string, label: string): boolean {
    return this.#marking.takeLabel(label);
  }

  #keyTarget(): KeyTarget {
    const around = (): number => {
      const x = xOf(this.view.view, this.player.at);
      return x >= 0 && x <= this.layout.ruler.w ? this.player.at : timeAt(this.view.view, this.layout.ruler.w / 2);
    };
    return {
      canMark: () => this.#marking.kind() !== null,
      hasRegion: () => this.selected() !== null,
      hasSegment: () => this.selected()?.isInstant === false,
      isPending: () => this.#marking.pending !== null,
      hasChannels: () => (this.source?.channels.length ?? 1) > 1,
      markStart: () => this.#marking.markStart(),
      markEnd: () => this.#marking.markEnd(),
      dropStart: () => this.#marking.dropStart(),
      setEdge: (edge) => this.#marking.setEdge(edge),
      moveEdge: (edge, steps) => this.#marking.moveEdge(edge, steps),
      toggleSnap: () => this.#marking.toggleSnap(),
      moveCursor: (by, isFar) => this.player.move(by, isFar),
      moveCursorBySamples: (by) => this.player.moveTo(this.player.neighbour(this.player.at, by)),
      moveCursorTo: (end) => this.player.moveTo(end === "start" ? 0 : (this.source?.seconds ?? 0)),
      nextActive: (by) => this.#nextActive(by),
      read: () => this.#read(),
      nextChannel: () => this.#marking.nextChannel(),
      toggleOverlay: () => this.#toggleOverlay(),
      toggleScale: () => this.#toggleScale(),
      hideActive: () => this.#show(this.active, false),
      showAll: () => {
        this.#channels.showAll();
        this.context.announce(t("announce.series.all"));
        this.#rearrange();
      },
      zoomBy: (factor) => this.view.zoomAround(around(), factor),
      fitAll: () => this.view.fitAll(),
      showSelected: () => {
        const mark = this.selected();
        if (mark) this.view.lookAt(mark, 0.6);
      },
      scrollPages: (pages) => this.view.pan(-pages * this.layout.ruler.w),
      draw: () => this.context.run("view.mode", { mode: "draw" }),
    };
  }

  destroy(): void {
    this.view.stop();
    this.#pointing.destroy();
    this.#observer.disconnect();
    this.#unlisten();
    this.#painter.destroy();
    this.#bar.destroy();
    this.#screen.remove();
    this.#host.classList.remove("series");
    delete this.#host.dataset.state;
  }
}

export const seriesTool: Tool = {
  mount: (host, context) => new SeriesStage(host, context),
  // Values that are gone are told on the stage, where one can skip.
  prepare: (item: Item) => loadSeries(item).then(() => undefined, () => undefined),
  forget: forgetSeries,
};
