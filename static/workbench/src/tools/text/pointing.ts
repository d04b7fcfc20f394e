/** What the pointer does on a text: selecting words, choosing spans and arrows, and drawing arrows. */

import { isRelating, type Relating } from "../../core/relating";
import type { Scene } from "../../core/tool";
import type { End } from "../../geometry/arcs";
import type { Origin } from "./document";
import type { Span } from "./spans";

export interface PointingHost {
  scene(): Scene | null;
  readonly readOnly: boolean;
  /** The spans under a point of the window, the shortest first. */
  under(x: number, y: number): readonly Span[];
  origin(): Origin;
  /** Whether a span is selected that may get further parts. */
  ownSpan(): boolean;
  dropSelection(): void;
  /** The pointer has selected words, or clicked. */
  released(event: PointerEvent): void;
  finish(): void;
  select(id: string): void;
  changed(): void;
}

/** A pointer that moved less than this has clicked. */
const CLICK = 5;

export class Pointing {
  readonly #relating: Relating<Span>;
  readonly #host: PointingHost;
  /** Where a new arrow points while it hangs in the air. */
  at: End | null = null;
  #down: { x: number; y: number; again: boolean; span: Span | null } | null = null;

  constructor(article: HTMLElement, relating: Relating<Span>, host: PointingHost, signal: AbortSignal) {
    this.#relating = relating;
    this.#host = host;
    article.addEventListener("pointerdown", (event) => this.#pressed(event), { signal });
    article.addEventListener("pointermove", (event) => this.#moved(event), { signal });
    article.addEventListener("pointerup", (event) => this.#released(event), { signal });
  }

  /** Whether the pointer draws arrows now. */
  relates(): boolean {
    const scene = this.#host.scene();
    return scene !== null && !this.#host.readOnly && isRelating(scene);
  }

  #pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (!this.relates()) {
      // With Shift the browser would stretch the old selection; here it begins a further part.
      if (event.shiftKey && this.#host.ownSpan()) this.#host.dropSelection();
      return;
    }
    const [span] = this.#own(event);
    const { source } = this.#relating;
    this.#down = { x: event.clientX, y: event.clientY, again: source !== null, span: span ?? null };
    if (span && !source) this.#relating.begin(span);
  }

  #own(event: PointerEvent): Span[] {
    return this.#host.under(event.clientX, event.clientY).filter((span) => !span.dashed);
  }

  #moved(event: PointerEvent): void {
    // Whoever drags means the span where the drag began, whatever was chosen before.
    const begun = this.#down?.span;
    if (begun && begun !== this.#relating.source && !this.#isClick(event)) this.#relating.begin(begun);
    const { source } = this.#relating;
    if (!this.relates() || !source || event.pointerType === "touch") return;
    this.#relating.target = this.#own(event).find((span) => span.region.id !== source.region.id) ?? null;
    const origin = this.#host.origin();
    const [x, y] = [event.clientX - origin.left, event.clientY - origin.top];
    this.at = { left: x, right: x, top: y };
    this.#host.changed();
  }

  #isClick({ clientX, clientY }: PointerEvent): boolean {
    return this.#down === null || Math.hypot(clientX - this.#down.x, clientY - this.#down.y) < CLICK;
  }

  #released(event: PointerEvent): void {
    if (event.button !== 0) return;
    const arrow = (event.target as Element).closest("[data-region]")?.getAttribute("data-region");
    if (arrow) return this.#host.select(arrow);
    if (!this.relates()) return this.#host.released(event);
    const { source } = this.#relating;
    const down = this.#down;
    const clicked = this.#isClick(event);
    this.#down = null;
    this.at = null;
    if (!source || !down) return this.#host.released(event);
    const other = this.#own(event).find((span) => span.region.id !== source.region.id);
    if (other && (!clicked || down.again)) {
      this.#relating.target = other;
      this.#host.finish();
    } else if (!clicked || down.again) {
      this.#relating.end();
    }
    this.#host.changed();
  }
}
