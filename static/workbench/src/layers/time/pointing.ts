/** What a pointer does on a time line. */

import { Gestures, type Press } from "../../canvas/gestures";
import type { Point } from "../../geometry/rect";
import { timeAt, xOf } from "../../geometry/timeline";
import { Dragging } from "./dragging";
import type { Marking } from "./marking";
import type { TimeMark } from "./marks";
import type { RowsPort } from "./port";
import { channelAt } from "./rows";

const LEAST_DRAG = 3;
const NEAR_EDGE = 6;

export class Pointing {
  readonly #host: HTMLElement;
  readonly #screen: HTMLElement;
  readonly #port: RowsPort;
  readonly #marking: Marking;
  readonly #gestures: Gestures;
  readonly dragging = new Dragging();
  /** Where the pointer is, in pixels of the time line. */
  hover: number | null = null;

  constructor(host: HTMLElement, screen: HTMLElement, port: RowsPort, marking: Marking) {
    this.#host = host;
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
      zoom: (at, factor) => port.view.zoom(at.x - port.layout.ruler.x, factor),
      pan: (dx, dy) => {
        if (dx || !port.scrollRows?.(dy)) port.view.pan(dx || dy);
      },
    });
  }

  #down({ at, pans }: Press): void {
    this.#host.focus({ preventScroll: true });
    const scene = this.#port.scene;
    if (!scene) return;
    const mayEdit = !this.#port.context.readOnly && !scene.hidden && !pans;
    this.dragging.begin(at, this.#port.view.view, this.#port.layout, {
      mode: mayEdit ? scene.mode : "pan",
      draws: this.#marking.kind() === "segments",
      selected: this.#port.selected(),
      hit: mayEdit ? this.#hit(at)[0] ?? null : null,
      channel: this.#port.channelFor(at.y, false),
      settled: (seconds) => this.#port.settled(seconds),
    });
    const { grabbed } = this.dragging;
    if (grabbed && grabbed.id !== scene.selected) this.#select(grabbed.id);
  }

  #hit(at: Point): TimeMark[] {
    const { ruler, lanes } = this.#port.layout;
    const x = at.x - ruler.x;
    const found = this.#port.scene?.hidden ? [] : this.#port.marks?.found.at(timeAt(this.#port.view.view, x), 3 / this.#port.view.view.scale) ?? [];
    const lane = lanes.findIndex((one) => at.y >= one.y && at.y <= one.y + one.h);
    const strip = channelAt(this.#port.layout, at.y);
    if (lane >= 0) return found.filter((mark) => mark.lane === lane);
    return found.filter((mark) => strip === null || mark.channel === null || mark.channel === strip);
  }

  #select(id: string | null): void {
    this.#port.keepView();
    this.#port.context.run("region.select", { id });
  }

  #dragTo(at: Point, from: Point): void {
    const limit = this.#port.clip?.seconds ?? 0;
    const panned = this.dragging.move(at, from, this.#port.view.view, this.#port.layout, limit);
    if (panned?.kind === "pan") this.#port.view.pan(panned.by);
    else if (panned?.kind === "jump") this.#port.view.center(panned.to);
    this.#port.drawTop();
    this.#port.tellFacts();
  }

  #drop(): void {
    const { live, isNew, channel, grabbed } = this.dragging;
    this.dragging.end();
    if (!live) return;
    if (isNew) {
      if ((live.end - live.start) * this.#port.view.view.scale >= LEAST_DRAG) this.#marking.addSegment(live, channel);
    } else if (grabbed) {
      this.#marking.place(grabbed, live);
    }
    this.#port.drawTop();
  }

  /** A click moves the play head, or the cursor, and selects what lies there, the shortest first. */
  #tap(at: Point): void {
    const onOverview = at.y < this.#port.layout.ruler.y;
    this.dragging.end();
    if (onOverview) return this.#port.view.center(this.dragging.overviewTime(at.x, this.#port.layout, this.#port.clip?.seconds ?? 0));
    const seconds = timeAt(this.#port.view.view, at.x - this.#port.layout.ruler.x);
    this.#port.seek(seconds, at.y);
    const drawsInstant = this.#marking.kind() === "instants" && this.#port.scene?.mode === "draw" && !this.#port.context.readOnly;
    const hits = this.#hit(at);
    if (drawsInstant && hits.length === 0) return this.#marking.addInstant(this.#port.player.at, this.#port.channelFor(at.y, true));
    const index = hits.findIndex((mark) => mark.id === this.#port.scene?.selected);
    this.#select(hits[(index + 1) % Math.max(1, hits.length)]?.id ?? null);
    this.#port.drawTop();
  }

  cancel(): void {
    this.dragging.end();
    this.#port.drawTop();
  }

  #hoverAt(at: Point | null): void {
    const { ruler } = this.#port.layout;
    const x = at ? at.x - ruler.x : -1;
    this.hover = at && x >= 0 && x <= ruler.w && at.y > ruler.y ? x : null;
    const mark = this.#port.context.readOnly ? null : this.#port.selected();
    const near = at && mark && !mark.isInstant && [mark.start, mark.end].some((edge) => Math.abs(xOf(this.#port.view.view, edge) - x) <= NEAR_EDGE);
    this.#screen.style.setProperty("cursor", near ? "ew-resize" : "");
    this.#port.drawTop();
    this.#port.tellFacts();
  }

  destroy(): void {
    this.#gestures.destroy();
  }
}
