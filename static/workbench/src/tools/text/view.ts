/** What of a text is on the screen, and everything drawn over it. */

import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import { signOf, type Scene } from "../../core/tool";
import type { Page } from "../../geometry/arcs";
import { Arcs, type Aim } from "./arcs";
import type { Paragraph, TextDocument } from "./document";
import { Overlay, type Mark } from "./overlay";
import type { Span, Spans } from "./spans";
import { Washes, hasHighlights } from "./washes";

/** Marks are measured this far beyond the screen, so that scrolling finds them there. */
const AHEAD = "250px";
/** What fits on the largest screens, in characters. */
const FIRST_SCREEN = 4000;

export interface Shown {
  readonly scene: Scene;
  readonly spans: Spans;
  readonly caret: number | null;
  readonly source: Span | null;
  readonly target: Span | null;
  readonly aim: Aim | null;
}

export class TextView {
  readonly text: TextDocument;
  readonly #host: HTMLElement;
  readonly #article: HTMLElement;
  readonly #overlay: Overlay;
  readonly #arcs: Arcs;
  readonly #seen: IntersectionObserver;
  readonly #visible = new Set<number>();
  #washes: Washes | null = null;
  #page: Page | null = null;
  #spans: Spans | null = null;
  #watched = 0;
  #later = 0;
  #arcsFrame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: HTMLElement, article: HTMLElement, text: TextDocument, changed: () => void) {
    this.text = text;
    this.#host = host;
    this.#article = article;
    this.#overlay = new Overlay(article);
    this.#arcs = new Arcs(article);
    this.#seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const number = text.numberOf(target);
        if (number === null) continue;
        if (isIntersecting) this.#visible.add(number);
        else this.#visible.delete(number);
      }
      changed();
    }, { root: host, rootMargin: AHEAD });
    this.#watch();
    // The first screen is drawn at once, before the observer reports.
    const last = Math.min(text.paragraphAt(FIRST_SCREEN), text.there - 1);
    for (let number = 0; number <= last; number++) this.#visible.add(number);
    if (!text.isWhole) this.#later = requestAnimationFrame(() => this.#more());
  }

  #watch(): void {
    const { paragraphs, there } = this.text;
    for (; this.#watched < there; this.#watched++) this.#seen.observe((paragraphs[this.#watched] as Paragraph).element);
  }

  /** Brings the rest of a long text onto the page, some of it after each frame. */
  #more(): void {
    this.#timer = setTimeout(() => {
      this.text.more();
      this.#watch();
      if (!this.text.isWhole) this.#later = requestAnimationFrame(() => this.#more());
    });
  }

  useSchema(scene: Scene): void {
    this.#washes?.destroy();
    this.#washes = hasHighlights() ? new Washes(scene.schema) : null;
  }

  /**
   * Only spans near the screen have their ground drawn: the browser goes through all grounds whenever
   * anything on the page changes.
   */
  #wash({ scene, spans }: Shown): void {
    if (scene.hidden) return this.#washes?.clear();
    const near = new Set<Span>();
    for (const number of this.#visible) for (const span of spans.within(number)) if (!span.dashed) near.add(span);
    this.#washes?.draw(this.text, near);
  }

  /** Places have moved: the window, the font or the size of the text has changed. */
  moved(): void {
    this.#page = null;
    this.#overlay.forget();
    this.#arcs.forget();
  }

  draw(shown: Shown): void {
    const { scene, spans, caret } = shown;
    const views = new Map<number, readonly Mark[]>();
    if (!scene.hidden) {
      const lit = litBy(shown);
      for (const number of this.#visible) views.set(number, spans.within(number).map((span) => markOf(scene, span, lit)));
    }
    this.#wash(shown);
    // A caret that nobody sees must not blink: that would paint the text again and again.
    const isSeen = caret !== null && this.#visible.has(this.text.paragraphAt(caret));
    const box = isSeen ? this.text.caret(caret) : null;
    // What is measured comes before what is drawn: in between the browser would lay out once more.
    const drawArcs = this.#planArcs(shown);
    this.#overlay.draw(this.text, views, box);
    drawArcs();
  }

  /** The screen has moved over the text: arrows end at its edge. They are drawn once a frame, with the rest if that is due. */
  scrolled(shown: () => Shown | null): void {
    cancelAnimationFrame(this.#arcsFrame);
    this.#arcsFrame = requestAnimationFrame(() => {
      const now = shown();
      if (now) this.#planArcs(now)();
    });
  }

  #planArcs({ scene, spans, aim }: Shown): () => void {
    cancelAnimationFrame(this.#arcsFrame);
    if (scene.hidden || (spans.links.length === 0 && !aim)) return () => this.#arcs.clear();
    const top = this.#host.scrollTop - this.#article.offsetTop;
    const screen = { top, bottom: top + this.#host.clientHeight };
    this.#page ??= pageOf(this.#article);
    const near = (span: Span): boolean => this.#visible.has(this.text.paragraphAt(span.at.start));
    if (spans !== this.#spans) this.#arcs.forget();
    this.#spans = spans;
    return this.#arcs.plan(this.text, spans, scene, { page: this.#page, screen, near, aim });
  }

  scrollTo(offset: number): void {
    const at = this.text.caret(offset);
    this.#watch();
    if (!at) return;
    const top = at.top + this.#article.offsetTop;
    const margin = Math.min(80, this.#host.clientHeight / 4);
    if (top < this.#host.scrollTop + margin) this.#host.scrollTop = top - margin;
    else if (top > this.#host.scrollTop + this.#host.clientHeight - margin) {
      this.#host.scrollTop = top - this.#host.clientHeight + margin;
    }
  }

  destroy(): void {
    cancelAnimationFrame(this.#later);
    cancelAnimationFrame(this.#arcsFrame);
    clearTimeout(this.#timer);
    this.#seen.disconnect();
    this.#washes?.destroy();
    this.#arcs.destroy();
    this.#overlay.destroy();
  }
}

interface Lit {
  readonly selected: ReadonlySet<string>;
  readonly aimed: ReadonlySet<string>;
}

/** Which spans have a frame: the selected one, and what a relation goes from and to. */
function litBy({ scene, spans, source, target }: Shown): Lit {
  const selected = new Set<string>();
  const aimed = new Set<string>();
  if (scene.selected) selected.add(scene.selected);
  if (source) selected.add(source.region.id);
  if (target) aimed.add(target.region.id);
  const link = spans.links.find(({ region }) => region.id === scene.selected);
  if (link) aimed.add(link.region.at.from).add(link.region.at.to);
  return { selected, aimed };
}

function markOf(scene: Scene, { region, at, dashed, lane }: Span, lit: Lit): Mark {
  const label = labelOf(scene.schema, region.question, region.label);
  return {
    id: region.id, at, lane, dashed,
    color: label?.color ?? UNKNOWN_COLOR,
    key: label?.hotkey ?? "",
    name: label?.name ?? region.label,
    selected: lit.selected.has(region.id),
    aimed: lit.aimed.has(region.id),
    number: scene.marks.find((mark) => mark.region === region.id)?.number ?? null,
    sign: signOf(scene.broken?.get(region.id)),
  };
}

function pageOf(article: HTMLElement): Page {
  const style = getComputedStyle(article);
  const margin = parseFloat(style.paddingLeft) || 0;
  return { left: margin, right: article.clientWidth - (parseFloat(style.paddingRight) || 0), margin };
}
