/** The audio tool: playing, seeing and marking a sound. */

import type { Command } from "../../core/commands";
import { formatNumber, t } from "../../core/i18n";
import { UNKNOWN_COLOR, labelOf, questionNamed } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { Item } from "../../core/types";
import { tenThousandth, timeAt, type Timed } from "../../geometry/timeline";
import { markCommands, playCommands, type KeyTarget } from "./keys";
import { layoutOf, type Layout } from "./layout";
import { Marking } from "../../layers/time/marking";
import { marksOf, type Marks, type TimeMark } from "../../layers/time/marks";
import { Pointing } from "../../layers/time/pointing";
import { channelAt } from "../../layers/time/rows";
import { Painter } from "./painter";
import { Player } from "./player";
import type { AudioPort } from "./port";
import { Spectrogram, forgetWaveform, loadWaveform, soundOf, type Sound, type Waveform } from "./sound";
import { Transport } from "./transport";
import { View } from "../../layers/time/view";

/** Following, the play head is brought back to this share of the screen. */
const FOLLOW_AT = 0.15;

class AudioStage implements MountedTool, AudioPort {
  readonly commands: readonly Command[];
  readonly #host: HTMLElement;
  readonly context: ToolContext;
  readonly #transport: Transport;
  readonly #screen = document.createElement("div");
  readonly #painter: Painter;
  readonly player: Player;
  readonly view: View;
  readonly #observer: ResizeObserver;
  readonly #marking: Marking;
  readonly #pointing: Pointing;
  scene: Scene | null = null;
  clip: Sound | null = null;
  #waveform: Waveform | null = null;
  #spectrogram: Spectrogram | null = null;
  marks: Marks | null = null;
  layout: Layout = layoutOf({ width: 1, height: 1 }, 1, 0, false);
  #follows = true;
  #keepsView = false;

  constructor(host: HTMLElement, context: ToolContext) {
    this.#host = host;
    this.context = context;
    host.classList.add("sound");
    host.dataset.failed = t("audio.failed");
    this.#transport = new Transport(host, {
      play: () => this.#togglePlay(),
      faster: () => this.#changeSpeed(1, true),
      loop: () => this.#toggleLoop(),
      follow: () => this.#toggleFollow(),
      channel: () => this.#marking.nextChannel(),
      mark: () => (this.#marking.pending === null ? this.#marking.markStart() : this.#marking.markEnd()),
    });
    this.#screen.className = "below";
    host.append(this.#screen);
    const style = getComputedStyle(host);
    const ink = (name: string): string => style.getPropertyValue(name).trim();
    this.#painter = new Painter(this.#screen, {
      wave: ink("--wave"), muted: ink("--on-canvas-muted"), line: ink("--canvas-line"),
      halo: ink("--halo"), shade: ink("--shade"), refused: ink("--refused"), warned: ink("--warned"),
    });
    this.player = new Player(host, () => this.#played());
    this.view = new View(() => this.#redraw());
    this.#marking = new Marking(this);
    this.#pointing = new Pointing(host, this.#screen, this, this.#marking);
    const keys = this.#keyTarget();
    this.commands = context.readOnly ? playCommands(keys) : [...markCommands(keys), ...playCommands(keys)];
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(host);
  }

  async update(scene: Scene): Promise<void> {
    const before = this.scene;
    this.scene = scene;
    const fresh = before?.key !== scene.key;
    if (fresh) this.#begin(scene);
    const marked = fresh || before?.regions !== scene.regions || before.suggested !== scene.suggested || before.brush !== scene.brush || before.broken !== scene.broken;
    if (marked) this.#index(scene);
    if (!fresh && before?.selected !== scene.selected) this.#reveal();
    this.#keepsView = false;
    this.#host.dataset.mode = this.context.readOnly ? "select" : scene.mode;
    if (fresh) await this.#load(scene);
    else this.#redraw();
  }

  #begin(scene: Scene): void {
    this.#pointing.cancel();
    this.#marking.reset();
    this.#waveform = null;
    this.#spectrogram?.tiles.clear();
    this.#painter.clear();
    this.clip = soundOf(scene.item);
    this.#spectrogram = new Spectrogram(scene.item);
    this.#spectrogram.tiles.came = () => this.view.again();
    this.player.open(this.clip.url, this.clip.seconds);
  }

  async #load(scene: Scene): Promise<void> {
    this.#host.dataset.state = "loading";
    try {
      const waveform = await loadWaveform(scene.item);
      if (this.scene?.key !== scene.key) return;
      delete this.#host.dataset.state;
      waveform.pages.came = () => this.view.again();
      this.#waveform = waveform;
      this.#lay();
      this.view.open(this.clip?.seconds ?? 0);
      this.#redraw();
    } catch {
      if (this.scene?.key === scene.key) this.#host.dataset.state = "failed";
    }
  }

  #index(scene: Scene): void {
    const lanes = this.marks?.lanes.length ?? 0;
    this.marks = marksOf(scene);
    this.#pointing.dragging.live = null;
    if (lanes !== this.marks.lanes.length) this.#lay();
  }

  #lay(): void {
    const size = { width: this.#host.clientWidth, height: this.#host.clientHeight - this.#transport.height };
    if (size.width <= 0 || size.height <= 0 || !this.clip) return;
    const same = size.width === this.layout.stage.width && size.height === this.layout.stage.height;
    const lanes = this.marks?.lanes.length ?? 0;
    this.layout = layoutOf(size, this.clip.channels, lanes, (this.#spectrogram?.count ?? 0) > 0);
    if (!same) this.#painter.resize(size);
    this.view.resize(this.layout.ruler.w);
  }

  #resized(): void {
    this.#lay();
    this.#redraw();
  }

  // --- drawing

  #redraw(): void {
    const { view } = this.view;
    const [sound, waveform, spectrogram, marks] = [this.clip, this.#waveform, this.#spectrogram, this.marks];
    if (!this.scene || !sound || !waveform || !spectrogram || !marks || this.layout.stage.width <= 1) return;
    const { hidden, selected } = this.scene;
    this.#painter.draw({ view, layout: this.layout, sound, waveform, spectrogram, marks, hidden, lifted: selected });
    this.drawTop();
    this.tellFacts();
  }

  drawTop(): void {
    const scene = this.scene;
    if (!scene || !this.#waveform) return;
    const selected = scene.hidden ? null : this.selected();
    const { live, isNew } = this.#pointing.dragging;
    const shown = selected && live && !isNew ? { ...selected, ...live } : selected;
    this.#painter.drawTop(this.view.view, this.layout, {
      selected: shown,
      handles: !this.context.readOnly,
      ghost: this.#ghost(),
      playHead: this.player.at,
      hover: this.#pointing.hover,
    });
    this.#showTransport();
  }

  #ghost(): (Timed & { readonly channel: number | null; readonly color: string }) | null {
    const color = this.#brushColor();
    const { live, isNew, channel } = this.#pointing.dragging;
    if (live && isNew) return { ...live, channel, color };
    if (this.#marking.pending === null) return null;
    const [start, end] = [this.#marking.pending, this.player.at].sort((a, b) => a - b) as [number, number];
    return { start, end, channel: this.#marking.channel, color };
  }

  #brushColor(): string {
    const brush = this.scene?.brush;
    const label = brush && this.scene ? labelOf(this.scene.schema, brush.question, brush.label) : null;
    return label?.color ?? UNKNOWN_COLOR;
  }

  seek(seconds: number): void {
    this.player.seek(seconds);
  }

  /** Pointers write whole milliseconds, and finer where a millisecond is wider than some pixels. */
  settled(seconds: number): number {
    const grain = this.view.view.scale > 2000 ? 10_000 : 1000;
    return Math.round(seconds * grain) / grain;
  }

  /** Drawn on the strip of one of several channels, a region lies on that channel; elsewhere on all. */
  channelFor(y: number, isTap: boolean): number | null {
    if (isTap) return this.#marking.channel;
    return this.layout.strips.length > 1 ? channelAt(this.layout, y) : null;
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
    if (!this.player.isPlaying) this.player.seek(mark.start);
    this.view.reveal(mark);
  }

  #showTransport(): void {
    const sound = this.clip;
    if (!sound) return;
    const stereo = sound.channels === 2 ? t("audio.stereo") : t("audio.channels", { n: sound.channels });
    const channels = sound.channels === 1 ? t("audio.mono") : stereo;
    const canMark = this.#marking.kind() !== null && !this.context.readOnly;
    const next = this.#marking.kind() === "instants" ? "instant" : this.#marking.pending === null ? "start" : "end";
    this.#transport.show({
      isPlaying: this.player.isPlaying, at: this.player.at, seconds: sound.seconds,
      speed: this.player.speed, repeats: this.player.repeats, follows: this.#follows,
      channel: sound.channels > 1 && canMark ? this.#marking.channelName() : null,
      mark: canMark ? next : null,
      about: t("audio.about", { rate: formatNumber(sound.rate / 1000), channels }),
      failed: this.player.failed,
    });
  }

  tellFacts(): void {
    if (this.context.readOnly) return;
    const mark = this.selected();
    const stretch = this.#pointing.dragging.live ?? (mark?.isInstant ? null : mark);
    const facts = [t("facts.perSecond", { n: formatNumber(Math.round(this.view.view.scale * 10) / 10) }), t("facts.step", { n: this.#marking.step })];
    if (stretch) facts.push(t("facts.stretch", { start: formatNumber(stretch.start), end: formatNumber(stretch.end) }));
    else if (this.#pointing.hover !== null) facts.push(t("facts.moment", { n: formatNumber(tenThousandth(timeAt(this.view.view, this.#pointing.hover))) }));
    this.context.run("view.facts", { facts });
  }

  // --- playing

  #played(): void {
    if (this.#follows && this.player.isPlaying) this.view.follow(this.player.at, FOLLOW_AT);
    this.drawTop();
  }

  #togglePlay(): void {
    if (this.player.isPlaying) return this.player.pause();
    const mark = this.selected();
    this.player.play(this.player.repeats && mark && !mark.isInstant ? mark : null);
  }

  #playRegion(): void {
    const mark = this.selected();
    if (mark) this.player.play(mark.isInstant ? { start: mark.start, end: mark.start + 0.5 } : mark);
  }

  #toggleLoop(): void {
    this.player.repeats = !this.player.repeats;
    this.context.announce(t(this.player.repeats ? "announce.loop.on" : "announce.loop.off"));
    const mark = this.selected();
    if (this.player.repeats && this.player.isPlaying && mark && !mark.isInstant) this.player.play(mark);
    this.drawTop();
  }

  #toggleFollow(): void {
    this.#follows = !this.#follows;
    this.context.announce(t(this.#follows ? "announce.follow.on" : "announce.follow.off"));
    this.drawTop();
  }

  #changeSpeed(by: 1 | -1, goesRound = false): void {
    this.player.changeSpeed(by, goesRound);
    this.context.announce(t("announce.speed", { n: formatNumber(this.player.speed) }));
    this.drawTop();
  }

  #seek(seconds: number): void {
    this.player.seek(seconds);
    this.view.reveal({ start: this.player.at, end: this.player.at });
    this.drawTop();
  }

  takeLabel(_question: string, label: string): boolean {
    return this.#marking.takeLabel(label);
  }

  #keyTarget(): KeyTarget {
    const question = (): ReturnType<typeof questionNamed> => {
      const region = this.scene?.regions.find((one) => one.id === this.scene?.selected);
      return region && this.scene ? questionNamed(this.scene.schema, region.question) : null;
    };
    return {
      canMark: () => this.#marking.kind() !== null,
      hasRegion: () => this.selected() !== null,
      hasSegment: () => this.selected()?.isInstant === false,
      isPending: () => this.#marking.pending !== null,
      hasTranscript: () => question()?.transcript ?? false,
      hasChannels: () => (this.clip?.channels ?? 1) > 1 && this.#marking.kind() !== null,
      togglePlay: () => this.#togglePlay(),
      playRegion: () => this.#playRegion(),
      toggleLoop: () => this.#toggleLoop(),
      changeSpeed: (by) => this.#changeSpeed(by),
      markStart: () => this.#marking.markStart(),
      markEnd: () => this.#marking.markEnd(),
      dropStart: () => this.#marking.dropStart(),
      setEdge: (edge) => this.#marking.setEdge(edge),
      moveEdge: (edge, steps) => this.#marking.moveEdge(edge, steps),
      nextStep: () => this.#marking.nextStep(),
      seekBy: (seconds) => this.#seek(this.player.at + seconds),
      seekBySteps: (steps) => this.#seek(this.player.at + (steps * this.#marking.step) / 1000),
      seekTo: (end) => this.#seek(end === "start" ? 0 : this.clip?.seconds ?? 0),
      zoomBy: (factor) => this.view.zoomAround(this.player.at, factor),
      fitAll: () => this.view.fitAll(),
      showSelected: () => {
        const mark = this.selected();
        if (mark) this.view.lookAt(mark, 0.6);
      },
      scrollPages: (pages) => this.view.pan(-pages * this.layout.ruler.w),
      toggleFollow: () => this.#toggleFollow(),
      nextChannel: () => this.#marking.nextChannel(),
      editTranscript: () => document.querySelector<HTMLElement>("[data-transcript]")?.focus(),
      draw: () => this.context.run("view.mode", { mode: "draw" }),
    };
  }

  destroy(): void {
    this.view.stop();
    this.#pointing.destroy();
    this.#observer.disconnect();
    this.player.destroy();
    this.#spectrogram?.tiles.clear();
    this.#painter.destroy();
    this.#transport.destroy();
    this.#screen.remove();
    this.#host.classList.remove("sound");
    delete this.#host.dataset.state;
  }
}

export const audioTool: Tool = {
  mount: (host, context) => new AudioStage(host, context),
  // A waveform that is gone is told on the stage, where one can skip.
  prepare: (item: Item) => loadWaveform(item).then(() => undefined, () => undefined),
  forget: forgetWaveform,
};
