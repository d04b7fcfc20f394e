/** What a pointer does on the time line: seek, select, draw, move, resize, scroll. A mark is written once, at the end. */

import { Gestures, type Press } from "../../canvas/gestures";
import type { Frames } from "../../geometry/frames";
import type { Point } from "../../geometry/rect";
import { timeAt, xOf, type Timed } from "../../geometry/timeline";
import { keyBefore } from "../../geometry/tracks";
import type { TimeMark } from "../../layers/time/marks";
import type { TimePort } from "../../layers/time/port";
import { mostScroll, rowAt, type Layout, type TrackLane } from "./lanes";
import type { VideoMarking } from "./marking";

export interface PointPort extends TimePort {
  readonly layout: Layout;
  readonly frames: Frames | null;
  readonly tracks: readonly TrackLane[];
  readonly scroll: number;
  scrollTo(top: number): void;
  goTo(frame: number): void;
  focus(): void;
}

type Drag =
  | { readonly kind: "none" | "scrub" | "draw" | "scroll" }
  | { readonly kind: "pan"; last: Point }
  | { readonly kind: "move" | "start" | "end"; readonly mark: TimeMark };

const REACH = 7;
const LEAST_DRAG = 3;

export class Pointing {
  readonly #screen: HTMLElement;
  readonly #port: PointPort;
  readonly #marking: VideoMarking;
  readonly #gestures: Gestures;
  #drag: Drag = { kind: "none" };
  /** The stretch as it is during the drag. */
  live: Timed | null = null;
  /** Where the pointer is, in pixels of the time line. */
  hover: number | null = null;

  constructor(screen: HTMLElement, port: PointPort, marking: VideoMarking) {
    this.#screen = screen;
    this.#port = port;
    this.#marking = marking;
    this.#gestures = new Gestures(screen, {
      press: (press) => this.#down(press),
      drag: (at, from) => this.#dragTo(at, from),
      drop: () => this.#drop(),
      tap: (at) => this.#tap(at),
      cancel: () => this.cancel(),
      hover: (at) => this.#hoverAt(at),
      zoom: (at, factor) => port.view.zoom(at.x - port.layout.body.x, factor),
      pan: (dx, dy) => this.#pan(dx, dy),
    });
  }

  get isNew(): boolean {
    return this.#drag.kind === "draw";
  }

  /** Two fingers move in time sideways, and through the lanes up and down where these do not all fit. */
  #pan(dx: number, dy: number): void {
    const port = this.#port;
    if (dx !== 0 || mostScroll(port.layout) === 0) port.view.pan(dx || dy);
    else port.scrollTo(port.scroll - dy);
  }

  #down({ at, pans }: Press): void {
    const port = this.#port;
    port.focus();
    const { scene, layout } = port;
    this.#drag = { kind: "none" };
    if (!scene) return;
    if (at.y < layout.body.y) this.#drag = { kind: "scrub" };
    else if (at.x > layout.stage.width - 10 && mostScroll(layout) > 0) this.#drag = { kind: "scroll" };
    else if (pans || port.context.readOnly || scene.hidden || scene.mode === "pan") this.#drag = { kind: "pan", last: at };
    else this.#drag = this.#grab(at) ?? { kind: "pan", last: at };
    if (this.#drag.kind === "scrub") this.#seek(at);
  }

  #grab(at: Point): Drag | null {
    const { layout, scene, view, scroll } = this.#port;
    const row = rowAt(layout, at.y, scroll);
    const x = at.x - layout.body.x;
    const selected = this.#port.selected();
    if (selected && !selected.isInstant && selected.lane === row) {
      const [start, end] = [selected.start, selected.end].map((edge) => Math.abs(xOf(view.view, edge) - x)) as [number, number];
      if (Math.min(start, end) <= REACH) return { kind: start < end ? "start" : "end", mark: selected };
    }
    const isMarkLane = row !== null && row < layout.marks;
    if (!isMarkLane) return null;
    if (scene?.mode === "draw" && this.#marking.kind() === "segments") return { kind: "draw" };
    const hit = this.#marksAt(at)[0];
    if (!hit) return null;
    if (hit.id !== scene?.selected) this.#select(hit.id);
    return { kind: "move", mark: hit };
  }

  #marksAt(at: Point): TimeMark[] {
    const { layout, view, scroll, marks, scene } = this.#port;
    if (scene?.hidden) return [];
    const row = rowAt(layout, at.y, scroll);
    const found = marks?.found.at(timeAt(view.view, at.x - layout.body.x), 3 / view.view.scale) ?? [];
    return found.filter((mark) => mark.lane === row);
  }

  #select(id: string | null): void {
    this.#port.keepView();
    this.#port.context.run("region.select", { id });
  }

  /** The edge of a frame at a place: segments begin and end with frames. */
  #edgeAt(at: Point): number {
    const { view, layout } = this.#port;
    return this.#marking.edgeAt(timeAt(view.view, at.x - layout.body.x));
  }

  /** The beginning of the frame at a place. */
  #momentAt(at: Point): number {
    const { frames, view, layout } = this.#port;
    const seconds = timeAt(view.view, at.x - layout.body.x);
    return frames ? frames.timeOf(frames.nearest(seconds)) : seconds;
  }

  #seek(at: Point): void {
    const { frames, view, layout } = this.#port;
    if (frames) this.#port.goTo(frames.at(timeAt(view.view, at.x - layout.body.x)));
  }

  #dragTo(at: Point, from: Point): void {
    const drag = this.#drag;
    const { layout, view } = this.#port;
    if (drag.kind === "pan") {
      view.pan(at.x - drag.last.x);
      this.#port.scrollTo(this.#port.scroll - (at.y - drag.last.y));
      drag.last = at;
    } else if (drag.kind === "scrub") this.#seek(at);
    else if (drag.kind === "scroll") this.#port.scrollTo(((at.y - layout.body.y) / layout.body.h) * mostScroll(layout));
    else if (drag.kind === "draw") {
      const [one, other] = [this.#edgeAt(from), this.#edgeAt(at)];
      this.live = { start: Math.min(one, other), end: Math.max(one, other) };
    } else if ("mark" in drag) this.live = this.#moved(drag, at, from);
    this.#port.drawTop();
    this.#port.tellFacts();
  }

  #moved({ kind, mark }: { readonly kind: string; readonly mark: TimeMark }, at: Point, from: Point): Timed {
    const now = mark.isInstant ? this.#momentAt(at) : this.#edgeAt(at);
    if (kind === "start") return { start: Math.min(now, mark.end - 0.001), end: mark.end };
    if (kind === "end") return { start: mark.start, end: Math.max(now, mark.start + 0.001) };
    const limit = this.#port.clip?.seconds ?? 0;
    const by = now - (mark.isInstant ? this.#momentAt(from) : this.#edgeAt(from));
    const kept = Math.max(-mark.start, Math.min(by, limit - mark.end));
    return { start: mark.start + kept, end: mark.end + kept };
  }

  #drop(): void {
    const [drag, live] = [this.#drag, this.live];
    this.#end();
    if (live && drag.kind === "draw") {
      if ((live.end - live.start) * this.#port.view.view.scale >= LEAST_DRAG) this.#marking.addSegment(live, null);
    } else if (live && "mark" in drag) this.#marking.place(drag.mark, live);
    this.#port.drawTop();
  }

  /** A click shows the frame there and selects what lies there: a mark, or a track, at its key where one is near. */
  #tap(at: Point): void {
    const isScrub = this.#drag.kind === "scrub";
    this.#end();
    if (isScrub) return;
    const { layout, scroll, tracks, frames, scene } = this.#port;
    const row = rowAt(layout, at.y, scroll);
    const track = row !== null && row >= layout.marks && !scene?.hidden ? tracks[row - layout.marks] : undefined;
    if (track) {
      this.#select(track.id);
      if (at.x < layout.body.x) return frames ? this.#port.goTo(frames.at(track.start)) : undefined;
      const key = this.#keyNear(track, at);
      if (key !== null && frames) this.#port.goTo(frames.at(key));
      else this.#seek(at);
      return this.#port.drawTop();
    }
    if (at.x >= layout.body.x) this.#seek(at);
    const hits = this.#marksAt(at);
    const drawsInstant = this.#marking.kind() === "instants" && scene?.mode === "draw" && !this.#port.context.readOnly;
    if (drawsInstant && hits.length === 0 && row !== null) return this.#marking.addInstant(this.#momentAt(at), null);
    const index = hits.findIndex((mark) => mark.id === scene?.selected);
    this.#select(hits[(index + 1) % Math.max(1, hits.length)]?.id ?? null);
    this.#port.drawTop();
  }

  #keyNear({ place }: TrackLane, at: Point): number | null {
    const { view, layout } = this.#port;
    const x = at.x - layout.body.x;
    const index = keyBefore(place.keys, timeAt(view.view, x));
    const near = [place.keys[index], place.keys[index + 1]].flatMap((key) => (key ? [key.t] : []));
    return near.find((t) => Math.abs(xOf(view.view, t) - x) <= REACH) ?? null;
  }

  #end(): void {
    this.#drag = { kind: "none" };
    this.live = null;
  }

  cancel(): void {
    this.#end();
    this.#port.drawTop();
  }

  #hoverAt(at: Point | null): void {
    const { body } = this.#port.layout;
    const x = at ? at.x - body.x : -1;
    this.hover = at && x >= 0 && x <= body.w ? x : null;
    const mark = this.#port.context.readOnly ? null : this.#port.selected();
    const near = at && mark && !mark.isInstant && [mark.start, mark.end].some((edge) => Math.abs(xOf(this.#port.view.view, edge) - x) <= REACH);
    const onIt = at && mark?.lane === rowAt(this.#port.layout, at.y, this.#port.scroll);
    this.#screen.style.setProperty("cursor", near && onIt ? "ew-resize" : "");
    this.#port.drawTop();
  }

  destroy(): void {
    this.#gestures.destroy();
  }
}
