/** The text tool: reading, marking spans by pointer or keys, and drawing them. */

import type { Command } from "../../core/commands";
import { formatNumber, t } from "../../core/i18n";
import { UNKNOWN_COLOR, labelOf, questionNamed } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { Region, SpanRegion } from "../../core/types";
import { lanesOf, stretchesAt } from "../../geometry/lanes";
import { offsetTable, type OffsetTable } from "../../geometry/offsets";
import { Segments, type Snap, type Stretch } from "../../geometry/segments";
import { TextDocument } from "./document";
import { textCommands, type KeyTarget } from "./keys";
import { Overlay, type Mark } from "./overlay";
import { readTextSize, writeTextSize } from "./size";
import { Washes, hasHighlights } from "./washes";

interface Span {
  readonly region: SpanRegion;
  /** In UTF-16 units. */
  readonly at: Stretch;
  readonly dashed: boolean;
}

class TextStage implements MountedTool {
  readonly commands: readonly Command[];
  readonly #host: HTMLElement;
  readonly #context: ToolContext;
  readonly #article = document.createElement("article");
  readonly #ends = new AbortController();
  readonly #resized: ResizeObserver;
  #seen: IntersectionObserver | null = null;
  #visible = new Set<Element>();
  #scene: Scene | null = null;
  #text: TextDocument | null = null;
  #table: OffsetTable = offsetTable("");
  #segments = new Segments("");
  #overlay: Overlay | null = null;
  #washes: Washes | null = null;
  #spans: Span[] = [];
  #lanes: number[] = [];
  /** The end of the selection that moves; also where the caret stands. */
  #caret: number | null = null;
  #anchor: number | null = null;
  #frame = 0;
  #size = readTextSize();

  constructor(host: HTMLElement, context: ToolContext) {
    this.#host = host;
    this.#context = context;
    this.#article.className = "doc";
    host.classList.add("paper");
    host.append(this.#article);
    this.commands = context.readOnly ? [] : textCommands(this.#keyTarget());
    const { signal } = this.#ends;
    this.#article.addEventListener("pointerup", (event) => this.#released(event), { signal });
    this.#resized = new ResizeObserver(() => this.#schedule());
    this.#resized.observe(this.#article);
    document.fonts?.ready.then(() => this.#schedule()).catch(() => undefined);
  }

  async update(scene: Scene): Promise<void> {
    const before = this.#scene;
    this.#scene = scene;
    const fresh = before?.key !== scene.key;
    if (fresh) this.#begin(scene);
    if (before?.schema !== scene.schema) this.#useSchema(scene);
    if (fresh || before?.regions !== scene.regions || before.suggested !== scene.suggested) this.#index(scene);
    if (scene.selected && scene.selected !== before?.selected) this.#reveal(scene.selected);
    if (fresh || before?.hidden !== scene.hidden || before?.regions !== scene.regions) this.#wash();
    this.#draw();
    this.#tellFacts();
  }

  #begin(scene: Scene): void {
    const text = scene.item.text ?? "";
    this.#overlay?.destroy();
    this.#seen?.disconnect();
    this.#visible = new Set();
    this.#caret = null;
    this.#anchor = null;
    this.#article.replaceChildren(meta(text));
    this.#text = new TextDocument(this.#article, text);
    this.#table = offsetTable(text);
    this.#segments = new Segments(text);
    this.#overlay = new Overlay(this.#article);
    this.#applySize();
    this.#host.scrollTop = 0;
    this.#watchParagraphs(this.#text);
  }

  /** Marks are measured only where somebody can see them. */
  #watchParagraphs(text: TextDocument): void {
    this.#seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#visible.add(target);
        else this.#visible.delete(target);
      }
      this.#schedule();
    }, { root: this.#host, rootMargin: "200px" });
    for (const paragraph of text.paragraphs) this.#seen.observe(paragraph);
    // The first screen is drawn at once, before the observer reports.
    for (const paragraph of text.paragraphs.slice(0, 40)) this.#visible.add(paragraph);
  }

  #useSchema(scene: Scene): void {
    this.#washes?.destroy();
    this.#washes = hasHighlights() ? new Washes(scene.schema) : null;
    this.#article.classList.toggle("spans", scene.schema.questions.some((one) => one.type === "spans"));
  }

  #index(scene: Scene): void {
    const own = scene.regions.flatMap((region) => this.#spanOf(region, false));
    const offered = scene.suggested.flatMap(({ region }) => this.#spanOf(region, true));
    this.#spans = [...own, ...offered];
    this.#lanes = lanesOf(this.#spans.map((span) => span.at));
  }

  #spanOf(region: Region, dashed: boolean): Span[] {
    if (region.kind !== "span") return [];
    const at = { start: this.#table.toUnit(region.at.start), end: this.#table.toUnit(region.at.end) };
    return [{ region, at, dashed }];
  }

  #wash(): void {
    if (!this.#text || !this.#washes || !this.#scene) return;
    if (this.#scene.hidden) this.#washes.clear();
    else this.#washes.draw(this.#text, this.#spans.filter((span) => !span.dashed));
  }

  #schedule(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const { hidden } = this.#scene ?? { hidden: true };
    if (!this.#text || !this.#overlay) return;
    const marks = hidden ? [] : this.#marksInView();
    // A selected span has its frame; the caret would only be in the way.
    const caret = this.#context.readOnly || this.#scene?.selected ? null : this.#caret;
    this.#overlay.draw(this.#text, marks, caret);
  }

  #marksInView(): Mark[] {
    const views = [...this.#visible].flatMap((element) => this.#text?.stretchOf(element) ?? []);
    const first = Math.min(...views.map((view) => view.start));
    const last = Math.max(...views.map((view) => view.end));
    return this.#spans.flatMap((span, index) => {
      const seen = span.at.end >= first && span.at.start <= last;
      return seen && this.#scene ? [this.#markOf(this.#scene, span, this.#lanes[index] ?? 0)] : [];
    });
  }

  #markOf(scene: Scene, span: Span, lane: number): Mark {
    const { region, at, dashed } = span;
    const label = labelOf(scene.schema, region.question, region.label);
    return {
      id: region.id, at, lane, dashed,
      color: label?.color ?? UNKNOWN_COLOR,
      key: label?.hotkey ?? "",
      name: label?.name ?? region.label,
      selected: region.id === scene.selected,
      number: scene.marks.find((mark) => mark.region === region.id)?.number ?? null,
    };
  }

  #reveal(id: string): void {
    const span = this.#spans.find((one) => one.region.id === id);
    if (!span || !this.#text) return;
    this.#caret = span.at.end;
    this.#anchor = null;
    getSelection()?.removeAllRanges();
    this.#scrollTo(span.at.start);
  }

  #scrollTo(offset: number): void {
    const at = this.#text?.caret(offset);
    if (!at) return;
    const top = at.top + this.#article.offsetTop;
    const margin = 80;
    if (top < this.#host.scrollTop + margin) this.#host.scrollTop = top - margin;
    else if (top > this.#host.scrollTop + this.#host.clientHeight - margin) {
      this.#host.scrollTop = top - this.#host.clientHeight + margin;
    }
  }

  // --- pointer

  #released(event: PointerEvent): void {
    if (event.button !== 0 || !this.#scene) return;
    const selection = this.#nativeSelection();
    if (selection && selection.start !== selection.end) {
      this.#anchor = selection.anchor;
      this.#caret = selection.focus;
      const marks = this.#scene.mode === "draw" && !this.#context.readOnly && event.pointerType !== "touch";
      if (marks) this.#markSelection();
      return;
    }
    const offset = this.#text?.offsetAt(event.clientX, event.clientY) ?? null;
    this.#caret = offset;
    this.#anchor = null;
    const hits = offset === null ? [] : stretchesAt(this.#spans.map((span) => span.at), offset);
    const current = hits.findIndex((hit) => this.#spans[hit]?.region.id === this.#scene?.selected);
    const next = hits[(current + 1) % Math.max(1, hits.length)];
    const id = next === undefined ? null : (this.#spans[next]?.region.id ?? null);
    if (id !== this.#scene.selected) this.#context.run("region.select", { id });
    this.#draw();
  }

  #nativeSelection(): (Stretch & { readonly anchor: number; readonly focus: number }) | null {
    const selection = getSelection();
    if (!selection || !this.#text) return null;
    const anchor = this.#text.offset(selection.anchorNode, selection.anchorOffset);
    const focus = this.#text.offset(selection.focusNode, selection.focusOffset);
    if (anchor === null || focus === null) return null;
    return { anchor, focus, start: Math.min(anchor, focus), end: Math.max(anchor, focus) };
  }

  // --- marking

  /** The selected stretch, by pointer or keys, or null. */
  #selected(): Stretch | null {
    const native = this.#nativeSelection();
    return native && native.end > native.start ? native : null;
  }

  /** The question a selection would answer: the active one, if it is about spans. */
  #spanQuestion(): string | null {
    const brush = this.#scene?.brush;
    const question = brush && this.#scene ? questionNamed(this.#scene.schema, brush.question) : null;
    return question?.type === "spans" ? question.name : null;
  }

  #markSelection(label = this.#scene?.brush?.label): boolean {
    const stretch = this.#selected();
    const question = this.#spanQuestion();
    if (!stretch || !question || !label || !this.#scene || this.#context.readOnly) return false;
    const snapped = this.#segments.snap(stretch, this.#scene.snap);
    this.#dropSelection();
    if (!snapped) return true;
    const at = { start: this.#table.toPoint(snapped.start), end: this.#table.toPoint(snapped.end) };
    const twin = this.#spans.find(
      ({ region, dashed }) =>
        !dashed && region.question === question && region.label === label &&
        region.at.start === at.start && region.at.end === at.end,
    );
    // The same words with the same label twice would say nothing more.
    if (twin) this.#context.run("region.select", { id: twin.region.id });
    else this.#context.run("region.add", { region: { id: "", question, kind: "span", label, at } });
    return true;
  }

  #dropSelection(): void {
    getSelection()?.removeAllRanges();
    this.#anchor = null;
    this.#draw();
  }

  takeLabel(question: string, label: string): boolean {
    return question === this.#spanQuestion() && this.#selected() !== null && this.#markSelection(label);
  }

  // --- keys

  #keyTarget(): KeyTarget {
    const span = (): Span | null =>
      this.#spans.find((one) => one.region.id === this.#scene?.selected) ?? null;
    return {
      hasSpan: () => span() !== null && this.#selected() === null,
      hasSelection: () => this.#selected() !== null,
      canMark: () => this.#spanQuestion() !== null,
      move: (by, forward, extend) => this.#move(by, forward, extend),
      moveEdge: (edge, by, forward) => {
        const selected = span();
        if (selected) this.#moveEdge(selected, edge, by, forward);
      },
      markSelection: () => void this.#markSelection(),
      dropSelection: () => this.#dropSelection(),
      resize: (by) => this.#resize(by),
    };
  }

  #move(by: "grapheme" | "word" | "line" | "edge", forward: boolean, extend: boolean): void {
    if (!this.#text) return;
    if (!extend && this.#scene?.selected) this.#context.run("region.select", { id: null });
    const from = this.#caret ?? 0;
    const anchor = this.#anchor ?? from;
    const to = this.#target(from, by, forward);
    this.#caret = to;
    this.#anchor = extend ? anchor : null;
    const base = extend ? anchor : to;
    getSelection()?.setBaseAndExtent(...this.#text.position(base), ...this.#text.position(to));
    this.#scrollTo(to);
    this.#draw();
    this.#tellFacts();
  }

  #target(from: number, by: "grapheme" | "word" | "line" | "edge", forward: boolean): number {
    if (by === "grapheme" || by === "word") {
      return forward ? this.#segments.after(from, by) : this.#segments.before(from, by);
    }
    const selection = getSelection();
    if (!selection || !this.#text) return from;
    selection.collapse(...this.#text.position(from));
    selection.modify("move", forward ? "forward" : "backward", by === "line" ? "line" : "lineboundary");
    return this.#text.offset(selection.focusNode, selection.focusOffset) ?? from;
  }

  #moveEdge(span: Span, edge: "start" | "end", by: Snap, forward: boolean): void {
    const from = span.at[edge];
    const to = forward ? this.#segments.after(from, by) : this.#segments.before(from, by);
    const at = { ...span.at, [edge]: to };
    if (at.end <= at.start) return;
    const points = { start: this.#table.toPoint(at.start), end: this.#table.toPoint(at.end) };
    const { id } = span.region;
    this.#context.run("region.place", { id, at: points, merge: `keys:${id}` });
  }

  // --- size and facts

  #resize(by: 1 | -1): void {
    this.#size = writeTextSize(this.#size + by);
    this.#applySize();
    this.#draw();
    this.#tellFacts();
  }

  #applySize(): void {
    if (this.#context.readOnly) return; // beside each other, texts have the size of the page
    this.#article.style.setProperty("--text-size", `${this.#size}px`);
  }

  #tellFacts(): void {
    const scene = this.#scene;
    if (this.#context.readOnly || !scene) return;
    const facts = [t("facts.textSize", { n: this.#size })];
    if (this.#spanQuestion()) {
      const span = this.#spans.find((one) => one.region.id === scene.selected);
      const stretch = this.#selected() ?? span?.at;
      if (stretch) {
        const [start, end] = [this.#table.toPoint(stretch.start), this.#table.toPoint(stretch.end)];
        facts.push(t("facts.characters", { range: `${formatNumber(start)}–${formatNumber(end)}` }));
      }
      facts.push(t(scene.snap === "word" ? "snap.word" : "snap.grapheme"));
    }
    this.#context.run("view.facts", { facts });
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#ends.abort();
    this.#resized.disconnect();
    this.#seen?.disconnect();
    this.#washes?.destroy();
    this.#article.remove();
    this.#host.classList.remove("paper");
  }
}

function meta(text: string): HTMLElement {
  const line = document.createElement("div");
  line.className = "doc-meta";
  line.textContent = t("text.characters", { n: offsetTable(text).points });
  return line;
}

export const textTool: Tool = {
  mount: (host, context) => new TextStage(host, context),
  prepare: () => Promise.resolve(),
  forget: () => undefined,
};
