/** The video tool: a clip with tracks on its frames, and marks and tracks on its time. */

import type { Command } from "../../core/commands";
import { formatNumber, t } from "../../core/i18n";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { Item } from "../../core/types";
import type { Frames } from "../../geometry/frames";
import type { Timed } from "../../geometry/timeline";
import { reachOf } from "../../layers/picture/reach";
import { marksOf, type Marks, type TimeMark } from "../../layers/time/marks";
import { View } from "../../layers/time/view";
import { Controls } from "./controls";
import { Film, type FilmPort } from "./film";
import { keyTarget } from "./editing";
import { playCommands, videoCommands } from "./keys";
import { heightFor, layoutOf, mostScroll, trackLanes, ROW, type Layout, type TrackLane } from "./lanes";
import { VideoMarking } from "./marking";
import { Order } from "./order";
import { Player } from "./player";
import { Pointing, type PointPort } from "./pointing";
import { clipOf, forgetFrames, loadFrames, type Clip } from "./source";
import { Timeline } from "./timeline";
import { Tracking, type TrackPort } from "./tracking";

/** How much of the stage the time line takes: always the same, so that the picture never moves. */
const SHARE = 0.24;
/** Following, the play head is brought back to this share of the time line. */
const FOLLOW_AT = 0.15;

export class VideoStage implements MountedTool, FilmPort, PointPort, TrackPort {
  readonly commands: readonly Command[];
  readonly context: ToolContext;
  readonly player: Player;
  readonly film: Film;
  readonly view: View;
  readonly marking: VideoMarking;
  readonly tracking: Tracking;
  readonly controls: Controls;
  readonly order: Order;
  readonly #host: HTMLElement;
  readonly #screen = document.createElement("div");
  readonly #lane = document.createElement("div");
  readonly #timeline: Timeline;
  readonly #pointing: Pointing;
  readonly #observer: ResizeObserver;
  scene: Scene | null = null;
  clip: Clip | null = null;
  frames: Frames | null = null;
  marks: Marks | null = null;
  tracks: readonly TrackLane[] = [];
  layout: Layout = layoutOf({ width: 1, height: 1 }, 0, 0);
  scroll = 0;
  #trouble = "";
  #keepsView = false;

  constructor(host: HTMLElement, context: ToolContext) {
    this.#host = host;
    this.context = context;
    host.classList.add("footage");
    this.#screen.className = "screen";
    this.#lane.className = "lanes";
    this.player = new Player({ shown: () => this.#shown(), changed: () => this.drawTop() });
    this.order = new Order(() => this.player.isOnItsWay);
    host.append(this.#screen);
    this.tracking = new Tracking(this);
    this.film = new Film(this.#screen, this);
    this.view = new View(() => this.#redrawTime());
    this.marking = new VideoMarking(this);
    const target = keyTarget(this, reachOf(this.film));
    this.controls = new Controls(host, {
      play: () => target.togglePlay(), step: (by) => target.step(by), keyFrame: (by) => target.keyFrame(by),
      goTo: (frame) => this.jump(frame), goToTime: (seconds) => this.jump(this.frames?.at(seconds) ?? 0),
      faster: () => this.changeSpeed(1, true), loop: () => target.toggleLoop(),
      mark: () => (this.marking.pending === null ? target.markStart() : target.markEnd()),
      key: () => this.tracking.toggleKey(), copyOn: () => this.tracking.copyOn(),
      toggle: (flag) => this.tracking.toggle(flag), split: () => this.tracking.splitHere(), merge: () => this.tracking.merge(),
      hide: () => this.tracking.hide(), focus: () => this.focus(),
      keyOf: (id, place) => context.keyOf?.(id, place) ?? "",
    });
    host.append(this.#lane);
    const style = getComputedStyle(host);
    const ink = (name: string): string => style.getPropertyValue(name).trim();
    this.#timeline = new Timeline(this.#lane, {
      ink: ink("--on-canvas"), muted: ink("--on-canvas-muted"), line: ink("--canvas-line"), halo: ink("--halo"), shade: ink("--shade"), refused: ink("--refused"), warned: ink("--warned"),
    });
    this.#pointing = new Pointing(this.#lane, this, this.marking);
    this.commands = context.readOnly ? playCommands(target) : videoCommands(target, this.order);
    this.#observer = new ResizeObserver(() => this.#resized());
    this.#observer.observe(host);
    this.#observer.observe(this.controls.element);
  }

  async update(scene: Scene): Promise<void> {
    const before = this.scene;
    this.scene = scene;
    const fresh = before?.key !== scene.key;
    if (fresh) this.#begin(scene);
    if (fresh) this.controls.nameAll();
    const marked = fresh || before.regions !== scene.regions || before.suggested !== scene.suggested || before.brush !== scene.brush || before.broken !== scene.broken;
    if (marked) this.#index(scene);
    if (!fresh && before.selected !== scene.selected) this.#reveal();
    this.#keepsView = false;
    this.#host.dataset.mode = this.context.readOnly ? "select" : scene.mode;
    this.film.show(this.#drawn(scene));
    if (fresh) await this.#load(scene);
    else this.#redrawTime();
  }

  /** A lane for new marks, where the active question asks for them. */
  #timed(scene: Scene): Scene {
    return this.marking.kind() === null ? { ...scene, brush: null } : scene;
  }

  /** The picture is drawn on where the active question asks for tracks; elsewhere it is only looked at. */
  #drawn(scene: Scene): Scene {
    const isTracked = scene.schema.questions.some((one) => one.name === scene.brush?.question && one.type === "tracks");
    return isTracked ? scene : { ...scene, brush: null };
  }

  #begin(scene: Scene): void {
    this.#pointing.cancel();
    this.marking.reset();
    this.tracking.reset();
    this.order.clear();
    this.player.close();
    this.frames = null;
    this.scroll = 0;
    this.#trouble = "";
    this.clip = clipOf(scene.item);
    this.film.setSize(this.clip.width, this.clip.height);
  }

  async #load(scene: Scene): Promise<void> {
    const isCurrent = (): boolean => this.scene?.key === scene.key;
    this.#say("loading");
    try {
      const frames = await loadFrames(scene.item);
      if (!isCurrent() || !this.clip) return;
      this.frames = frames;
      this.#lay();
      this.view.open(this.clip.seconds);
      await this.player.open(this.clip.url, frames);
      if (isCurrent() && !this.player.failed) this.#say(null);
    } catch {
      if (isCurrent()) this.#say("video.noFrames");
    }
    if (isCurrent()) this.#shown();
  }

  /** What stands in place of a picture that does not come. */
  #say(what: "loading" | "video.noFrames" | "video.gone" | "video.undecodable" | null): void {
    if (what === null) delete this.#screen.dataset.state;
    else this.#screen.dataset.state = what === "loading" ? "loading" : "failed";
    const trouble = what === null || what === "loading" ? "" : t(what);
    if (trouble && trouble !== this.#trouble) this.context.announce(trouble);
    this.#trouble = trouble;
    this.#screen.dataset.failed = trouble;
  }

  #index(scene: Scene): void {
    const lanes = (this.marks?.lanes.length ?? 0) + this.tracks.length;
    this.marks = marksOf(this.#timed(scene));
    this.tracks = trackLanes(scene, this.clip?.seconds ?? 0);
    this.#pointing.live = null;
    if (lanes !== this.marks.lanes.length + this.tracks.length) this.#lay();
    else this.layout = { ...this.layout, marks: this.marks.lanes.length, tracks: this.tracks.length };
  }

  #lay(): void {
    const [marks, tracks] = [this.marks?.lanes.length ?? 0, this.tracks.length];
    const height = heightFor(this.#host.clientHeight * SHARE);
    if (this.#host.clientWidth <= 0) return;
    this.#lane.style.setProperty("block-size", `${height}px`);
    const size = { width: this.#host.clientWidth, height };
    const same = size.width === this.layout.stage.width && height === this.layout.stage.height;
    this.layout = layoutOf(size, marks, tracks);
    if (!same) this.#timeline.resize(size);
    this.view.resize(this.layout.body.w);
    this.scroll = Math.min(this.scroll, mostScroll(this.layout));
  }

  #resized(): void {
    this.#lay();
    this.#redrawTime();
  }

  // --- drawing

  get moment(): number {
    return this.player.at;
  }

  get video(): HTMLVideoElement {
    return this.player.element;
  }

  get hidden(): ReadonlySet<string> {
    return this.tracking.hidden;
  }

  /** Another frame is on the screen: what is drawn on it belongs to it. */
  #shown(): void {
    const { failed } = this.player;
    if (failed) this.#say(failed === "gone" ? "video.gone" : "video.undecodable");
    if (this.scene) this.film.show(this.#drawn(this.scene));
    if (this.player.isPlaying) this.view.follow(this.player.at, FOLLOW_AT);
    this.drawTop();
    this.order.arrived();
    if (!this.player.isPlaying) this.tellFacts();
  }

  #redrawTime(): void {
    const { scene, marks } = this;
    if (!scene || !marks || this.layout.stage.width <= 1) return;
    this.#timeline.draw({
      view: this.view.view, layout: this.layout, tracks: scene.hidden ? [] : this.tracks, scroll: this.scroll,
      marks: scene.hidden ? { ...marks, found: NOTHING } : marks,
      selected: scene.selected, merging: this.tracking.merging, isHidden: (id) => this.tracking.hidden.has(id), seconds: this.clip?.seconds ?? 0,
    });
    this.drawTop();
    this.tellFacts();
  }

  redraw(): void {
    if (this.scene) this.film.show(this.#drawn(this.scene));
    this.#redrawTime();
  }

  drawTop(): void {
    if (!this.scene || this.layout.stage.width <= 1) return;
    const mark = this.scene.hidden ? null : this.selected();
    const { live, isNew } = this.#pointing;
    this.#timeline.drawTop(this.view.view, this.layout, this.scroll, {
      playHead: this.player.at,
      hover: this.#pointing.hover,
      mark: mark && live && !isNew ? { ...mark, ...live } : mark,
      handles: !this.context.readOnly,
      ghost: this.#ghost(),
    });
    this.#showControls();
  }

  #ghost(): (Timed & { readonly lane: number; readonly color: string }) | null {
    const { brush, schema } = this.scene as Scene;
    const label = brush ? labelOf(schema, brush.question, brush.label) : null;
    const lane = Math.max(0, this.marks?.lanes.findIndex((one) => one.name === label?.name) ?? 0);
    const color = label?.color ?? UNKNOWN_COLOR;
    const { live, isNew } = this.#pointing;
    if (live && isNew) return { ...live, lane, color };
    if (this.marking.pending === null) return null;
    const start = this.marking.pending;
    return { start, end: Math.max(start, this.marking.head("end")), lane, color };
  }

  #showControls(): void {
    const { player, tracking, marking } = this;
    const canMark = marking.kind() !== null && !this.context.readOnly;
    const tracks = this.scene?.schema.questions.some((one) => one.type === "tracks") ?? false;
    this.controls.show({
      isPlaying: player.isPlaying, at: player.at, seconds: this.clip?.seconds ?? 0,
      frame: player.frame, last: this.frames?.last ?? 0, speed: player.speed, repeats: player.repeats,
      mark: !canMark ? null : marking.kind() === "instants" ? "instant" : marking.pending === null ? "start" : "end",
      track: tracks && !this.context.readOnly ? {
        isSelected: tracking.selected() !== null, isOwn: tracking.own() !== null, isSeen: tracking.isSeen, hasKey: tracking.hasKeyHere,
        isOutside: tracking.isHere("outside"), isOccluded: tracking.isHere("occluded"), isMerging: tracking.merging !== null, isHidden: tracking.isHidden,
      } : null,
    });
  }

  tellFacts(): void {
    if (this.context.readOnly) return;
    const rate = this.clip ? t(this.clip.isVariable ? "video.facts.variable" : "video.facts.rate", { n: formatNumber(Math.round(this.clip.rate * 100) / 100) }) : "";
    this.context.run("view.facts", { facts: [...this.film.pictureFacts(), rate].filter(Boolean) });
  }

  // --- for its parts

  selected(): TimeMark | null {
    const id = this.scene?.selected;
    return id ? (this.marks?.found.all.find((mark) => mark.id === id) ?? null) : null;
  }

  /** When the selected region is there: a mark, or a track. */
  stretch(): Timed | null {
    const mark = this.selected();
    if (mark) return mark.isInstant ? { start: mark.start, end: mark.start + 0.5 } : mark;
    return this.tracking.lifetime();
  }

  keepView(): void {
    this.#keepsView = true;
  }

  pressed(): void {
    if (!this.context.readOnly) this.player.pause();
  }

  focus(): void {
    this.#host.focus({ preventScroll: true });
  }

  goTo(frame: number): void {
    this.player.goTo(frame);
    const at = this.frames?.timeOf(frame);
    if (at !== undefined) this.view.reveal({ start: at, end: at });
  }

  /** Farther than a step: where one has come to is said. */
  jump(frame: number): void {
    this.goTo(frame);
    this.context.announce(t("announce.frame", { n: this.player.target }));
  }

  changeSpeed(by: 1 | -1, goesRound = false): void {
    this.player.changeSpeed(by, goesRound);
    this.context.announce(t("announce.speed", { n: formatNumber(this.player.speed) }));
  }

  scrollTo(top: number): void {
    this.scroll = Math.min(Math.max(0, top), mostScroll(this.layout));
    this.view.again();
  }

  /** Goes to what was selected in the list or by key: its time, and the lane it lies in. */
  #reveal(): void {
    const stretch = this.stretch();
    const row = this.tracks.findIndex((one) => one.id === this.scene?.selected) + this.layout.marks;
    if (row >= this.layout.marks) {
      const [top, high] = [row * ROW, this.layout.body.h - ROW];
      this.scroll = Math.min(Math.max(this.scroll, top - high), top, mostScroll(this.layout));
    }
    if (!stretch || this.#keepsView || !this.frames || this.player.isPlaying) return;
    const isThere = this.moment >= stretch.start && this.moment < stretch.end;
    if (!isThere) this.goTo(this.frames.at(stretch.start));
  }

  takeLabel(question: string, label: string): boolean {
    if (!this.order.isWaiting && !(this.player.isOnItsWay && this.marking.pending !== null)) return this.marking.takeLabel(label);
    this.order.change(() => this.context.run("label.pick", { question, label }));
    return true;
  }

  /** An answer is sent with all that was typed before. */
  settle(act?: () => void): boolean {
    return this.order.after(act);
  }

  destroy(): void {
    this.view.stop();
    this.#pointing.destroy();
    this.#observer.disconnect();
    this.player.destroy();
    this.film.destroy();
    this.#timeline.destroy();
    this.controls.destroy();
    this.#screen.remove();
    this.#lane.remove();
    this.#host.classList.remove("footage");
  }
}

const NOTHING = { all: [], within: () => [], at: () => [] } as unknown as Marks["found"];

export const videoTool: Tool = {
  mount: (host, context) => new VideoStage(host, context),
  prepare: (item: Item) => loadFrames(item).then(() => undefined),
  forget: forgetFrames,
};
