/** The text tool: reading, marking spans and relations by pointer or keys, and drawing them. */

import type { Command } from "../../core/commands";
import { t } from "../../core/i18n";
import { Relating, relationQuestion } from "../../core/relating";
import { labelOf, questionNamed } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { SpanRegion } from "../../core/types";
import { offsetTable, type OffsetTable } from "../../geometry/offsets";
import { mapped, withEdge, type Gapped } from "../../geometry/parts";
import { Segments, type Stretch } from "../../geometry/segments";
import { quoteOf, type Aim } from "./arcs";
import { Caret, type Step } from "./caret";
import { TextDocument } from "./document";
import { factsOf, meta } from "./facts";
import { textCommands, type KeyTarget } from "./keys";
import { forgetLayout, layoutAtHand, layoutOf, storedLayout } from "./layout";
import { toggled } from "./parting";
import { Pointing } from "./pointing";
import { TextSize } from "./size";
import { Spans, type Span } from "./spans";
import { TextView, type Shown } from "./view";

class TextStage implements MountedTool {
  readonly commands: readonly Command[];
  readonly #host: HTMLElement;
  readonly #context: ToolContext;
  readonly #article = document.createElement("article");
  readonly #ends = new AbortController();
  readonly #resized: ResizeObserver;
  readonly #relating = new Relating<Span>((span) => span.region.id);
  readonly #pointing: Pointing;
  #scene: Scene | null = null;
  #wanted: Scene | null = null;
  #view: TextView | null = null;
  #caret: Caret | null = null;
  #table: OffsetTable = offsetTable("");
  #segments = new Segments("");
  #spans: Spans | null = null;
  /** Selected words are added to the selected span, or taken out of it. */
  #parting = false;
  /** The question whose spans were marked last. */
  #spanQuestion: string | null = null;
  #frame = 0;
  readonly #size: TextSize;

  constructor(host: HTMLElement, context: ToolContext) {
    this.#host = host;
    this.#context = context;
    this.#size = new TextSize(this.#article, context.readOnly);
    this.#article.className = "doc";
    host.classList.add("paper");
    host.append(this.#article);
    this.commands = context.readOnly ? [] : textCommands(this.#keyTarget());
    const { signal } = this.#ends;
    this.#pointing = new Pointing(this.#article, this.#relating, {
      scene: () => this.#scene,
      readOnly: context.readOnly,
      under: (x, y) => this.#under(x, y),
      origin: () => this.#view?.text.origin() ?? { left: 0, top: 0 },
      ownSpan: () => this.#ownSpan() !== null,
      dropSelection: () => this.#caret?.drop(),
      released: (event) => this.#released(event),
      finish: () => this.#finish(),
      select: (id) => context.run("region.select", { id }),
      changed: () => this.#draw(),
    }, signal);
    host.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    this.#resized = new ResizeObserver(this.#moved);
    this.#resized.observe(this.#article);
    document.fonts?.ready.then(this.#moved).catch(() => undefined);
  }

  async update(scene: Scene): Promise<void> {
    this.#wanted = scene;
    if (this.#scene?.key !== scene.key && layoutAtHand(scene.item) === undefined) {
      this.#empty();
      await storedLayout(scene.item);
      if (this.#wanted !== scene || this.#ends.signal.aborted) return;
    }
    const before = this.#scene;
    this.#scene = scene;
    const fresh = before?.key !== scene.key;
    if (fresh || before?.schema !== scene.schema) this.#layOut(scene);
    if (fresh) this.#begin(scene);
    if (fresh || before?.schema !== scene.schema) this.#view?.useSchema(scene);
    if (fresh || before?.regions !== scene.regions || before.suggested !== scene.suggested) this.#index(scene);
    if (scene.selected !== before?.selected) this.#selected(scene.selected);
    this.#draw();
    this.#tellFacts();
  }

  /** Nothing is shown and nothing can be marked until the text on its way is here. */
  #empty(): void {
    this.#view?.destroy();
    this.#scene = this.#view = this.#caret = this.#spans = null;
    this.#article.replaceChildren();
    this.#host.dataset.state = "loading";
  }

  #begin(scene: Scene): void {
    delete this.#host.dataset.state;
    const text = scene.item.text ?? "";
    this.#view?.destroy();
    this.#relating.end();
    this.#parting = false;
    this.#table = offsetTable(text);
    this.#segments = new Segments(text);
    this.#article.replaceChildren(meta(this.#table.points));
    this.#host.scrollTop = 0;
    this.#size.apply();
    const stored = layoutAtHand(scene.item);
    const layout = stored ? layoutOf(stored, this.#table) : null;
    this.#view = new TextView(this.#host, this.#article, new TextDocument(this.#article, text, layout), () => this.#schedule());
    this.#caret = new Caret(this.#view.text, this.#segments);
  }

  /** How much room lines need, known before there are any, so that they are laid out once. */
  #layOut(scene: Scene): void {
    const has = (type: string): boolean => scene.schema.questions.some((one) => one.type === type);
    this.#article.classList.toggle("spans", has("spans"));
    this.#article.classList.toggle("related", has("relations"));
    this.#spanQuestion = scene.schema.questions.find((one) => one.type === "spans")?.name ?? null;
  }

  #index(scene: Scene): void {
    if (!this.#view) return;
    this.#spans = new Spans(scene, this.#table, this.#view.text);
    this.#relating.refresh((id) => this.#spans?.byId(id) ?? null);
  }

  readonly #moved = (): void => {
    this.#view?.moved();
    this.#schedule();
  };

  #schedule(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Arrows end at the edge of the screen, so they are drawn anew while it moves: once a frame. */
  #scrolled(): void {
    if (this.#spans?.links.length) this.#view?.scrolled(() => this.#shown());
  }

  #shown(): Shown | null {
    const [scene, spans] = [this.#scene, this.#spans];
    if (!scene || !spans) return null;
    // A selected span has its frame; the caret would only be in the way.
    const caret = this.#context.readOnly || (scene.selected && !this.#parting) ? null : (this.#caret?.at ?? null);
    const { source, target } = this.#relating;
    return { scene, spans, caret, source, target, aim: this.#aim(scene) };
  }

  #draw(): void {
    const shown = this.#shown();
    if (!shown) return;
    this.#article.classList.toggle("relating", this.#pointing.relates());
    this.#view?.draw(shown);
  }

  #aim(scene: Scene): Aim | null {
    const { source, target } = this.#relating;
    const to = target ?? this.#pointing.at;
    if (!source || !to) return null;
    const question = relationQuestion(scene);
    const label = question && scene.brush ? labelOf(scene.schema, question.name, scene.brush.label) : null;
    return { from: source, to, name: `${label?.name ?? question?.labels[0]?.name ?? ""}?` };
  }

  #selected(id: string | null): void {
    this.#parting = false;
    if (this.#relating.source && id !== this.#relating.source.region.id) this.#relating.end();
    const link = this.#spans?.links.find(({ region }) => region.id === id);
    const span = this.#spans?.byId(link ? link.region.at.from : id);
    if (!span) return;
    this.#caret?.put(span.at.end);
    this.#caret?.drop();
    this.#view?.scrollTo(span.at.start);
  }

  // --- pointer

  /** The spans under a point of the window, the shortest first. */
  #under(x: number, y: number): Span[] {
    const offset = this.#view?.text.offsetAt(x, y) ?? null;
    if (offset === null || !this.#view) return [];
    return this.#spans?.over(offset, this.#view.text.paragraphAt(offset)) ?? [];
  }

  #released(event: PointerEvent): void {
    if (!this.#scene || !this.#view) return;
    if (this.#caret?.follow()) {
      const marks = this.#scene.mode === "draw" && !this.#context.readOnly && event.pointerType !== "touch";
      if (event.shiftKey && this.#ownSpan() && !this.#context.readOnly) this.#togglePart();
      else if (marks) this.#mark();
      return;
    }
    this.#caret?.put(this.#view.text.offsetAt(event.clientX, event.clientY));
    const hits = this.#under(event.clientX, event.clientY);
    const current = hits.findIndex((span) => span.region.id === this.#scene?.selected);
    const id = hits[(current + 1) % Math.max(1, hits.length)]?.region.id ?? null;
    if (id !== this.#scene.selected) this.#context.run("region.select", { id });
    this.#draw();
  }

  // --- marking

  /** The question a selection would answer: the active one, if it is about spans. */
  #activeSpans(): string | null {
    const brush = this.#scene?.brush;
    const question = brush && this.#scene ? questionNamed(this.#scene.schema, brush.question) : null;
    if (question?.type === "spans") this.#spanQuestion = question.name;
    return question?.type === "spans" ? question.name : null;
  }

  /** The selected words grown to whole pieces, in code points; null where there are none. */
  #snapped(scene: Scene): Stretch | null {
    const stretch = this.#caret?.selected() ?? null;
    const snapped = stretch && this.#segments.snap(stretch, scene.snap);
    return snapped && { start: this.#table.toPoint(snapped.start), end: this.#table.toPoint(snapped.end) };
  }

  #mark(label = this.#scene?.brush?.label): boolean {
    if (this.#parting) return this.#togglePart();
    const question = this.#activeSpans();
    if (!this.#caret?.selected() || !question || !label || !this.#scene || this.#context.readOnly) return false;
    const at = this.#snapped(this.#scene);
    this.#dropSelection();
    if (!at) return true;
    const twin = this.#spans?.all.find(
      ({ region, dashed }) =>
        !dashed && region.question === question && region.label === label && !region.at.gaps &&
        region.at.start === at.start && region.at.end === at.end,
    );
    // The same words with the same label twice would say nothing more.
    if (twin) this.#context.run("region.select", { id: twin.region.id });
    else this.#context.run("region.add", { region: { id: "", question, kind: "span", label, at } });
    return true;
  }

  /** The selected span of the answer; one that is only offered is taken before it is changed. */
  #ownSpan(): Span | null {
    return this.#spans?.byId(this.#scene?.selected ?? null) ?? null;
  }

  /** Adds the selected words to the selected span, or takes them out where they belong to it already. */
  #togglePart(): boolean {
    const span = this.#ownSpan();
    const stretch = this.#scene ? this.#snapped(this.#scene) : null;
    if (!span || !stretch) return true;
    const parting = this.#parting;
    const { at, key, parts } = toggled(span.region.at, stretch);
    if (at) this.#place(span.region, at);
    this.#context.announce(t(key, { n: parts }));
    this.#parting = parting;
    this.#dropSelection();
    return true;
  }

  #place({ id }: SpanRegion, at: Gapped, merge?: string): void {
    this.#context.run("region.place", merge === undefined ? { id, at } : { id, at, merge });
  }

  #dropSelection(): void {
    this.#caret?.drop();
    this.#draw();
    this.#tellFacts();
  }

  takeLabel(question: string, label: string): boolean {
    const { source, target } = this.#relating;
    if (source && target && this.#scene && question === relationQuestion(this.#scene)?.name) return this.#finish(label);
    return question === this.#activeSpans() && this.#caret?.selected() !== null && !this.#parting && this.#mark(label);
  }

  // --- relations

  /** Starts a relation at the selected span, or gets ready for the pointer. */
  #relate(): void {
    const scene = this.#scene;
    const question = scene && relationQuestion(scene);
    if (!scene || !question || !this.#spans) return;
    const span = this.#ownSpan();
    this.#context.run("question.activate", { question: question.name });
    this.#context.run("view.mode", { mode: "draw" });
    if (!span || span.dashed) return this.#context.announce(t("announce.relate.ready"));
    this.#relating.begin(span);
    this.#aimAt(1);
  }

  #aimAt(by: 1 | -1): void {
    const [scene, view] = [this.#scene, this.#view];
    const target = this.#spans && this.#relating.step(this.#spans.inOrder(), by);
    if (!scene || !view || !target) {
      this.#relating.end();
      return this.#context.announce(t("announce.relate.alone"));
    }
    view.scrollTo(target.at.start);
    this.#draw();
    this.#tellFacts();
    const label = labelOf(scene.schema, target.region.question, target.region.label)?.name ?? target.region.label;
    this.#context.announce(t("announce.relate.target", { text: quoteOf(view.text, target), label }));
  }

  readonly #finish = (given?: string): boolean => this.#scene !== null && this.#relating.join(this.#scene, this.#context.run, given);

  // --- keys

  #keyTarget(): KeyTarget {
    const isSelected = (): boolean => (this.#caret?.selected() ?? null) !== null;
    return {
      hasSpan: () => this.#ownSpan() !== null && !this.#parting && !isSelected(),
      hasSelection: isSelected,
      canMark: () => this.#spanQuestion !== null,
      isParting: () => this.#parting,
      isRelating: () => this.#relating.source !== null,
      canRelate: () => this.#scene !== null && relationQuestion(this.#scene) !== null,
      move: (by, forward, extend) => this.#move(by, forward, extend),
      moveEdge: (edge, by, forward) => this.#moveEdge(edge, by, forward),
      markSelection: () => void this.#mark(),
      dropSelection: () => {
        this.#parting = false;
        this.#dropSelection();
      },
      part: () => {
        if (this.#ownSpan() && isSelected()) return void this.#togglePart();
        this.#parting = !this.#parting && this.#ownSpan() !== null;
        this.#draw();
        this.#tellFacts();
        this.#context.announce(t(this.#parting ? "announce.part.begin" : "announce.part.end"));
      },
      relate: () => this.#relate(),
      aim: (by) => this.#aimAt(by),
      join: () => void this.#finish(),
      stopRelating: () => {
        this.#relating.end();
        this.#draw();
        this.#tellFacts();
      },
      resize: (by) => this.#resize(by),
    };
  }

  #move(by: Step, forward: boolean, extend: boolean): void {
    const scene = this.#scene;
    if (!scene || !this.#caret) return;
    // Whoever moves the caret means to mark text.
    if (this.#spanQuestion && !this.#activeSpans()) this.#context.run("question.activate", { question: this.#spanQuestion });
    if (!extend && !this.#parting && scene.selected) this.#context.run("region.select", { id: null });
    this.#view?.scrollTo(this.#caret.move(by, forward, extend));
    this.#draw();
    this.#tellFacts();
  }

  #moveEdge(edge: "start" | "end", by: "grapheme" | "word", forward: boolean): void {
    const span = this.#ownSpan();
    if (!span) return;
    const from = span.at[edge];
    const to = forward ? this.#segments.after(from, by) : this.#segments.before(from, by);
    const at = withEdge(span.at, edge, to);
    if (at) this.#place(span.region, mapped(at, this.#table.toPoint), `keys:${span.region.id}`);
  }

  #resize(by: 1 | -1): void {
    this.#size.change(by);
    this.#view?.moved();
    this.#draw();
    this.#tellFacts();
  }

  #tellFacts(): void {
    const scene = this.#scene;
    if (this.#context.readOnly || !scene) return;
    const stretch = this.#caret?.selected() ?? this.#ownSpan()?.at ?? null;
    const doing = this.#relating.source ? "facts.relating" : this.#parting ? "facts.parting" : null;
    const characters = stretch && mapped(stretch, this.#table.toPoint);
    const snap = this.#spanQuestion ? scene.snap : null;
    this.#context.run("view.facts", { facts: factsOf({ size: this.#size.value, doing, snap, characters }) });
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#ends.abort();
    this.#resized.disconnect();
    this.#view?.destroy();
    this.#article.remove();
    this.#host.classList.remove("paper");
  }
}

export const textTool: Tool = {
  mount: (host, context) => new TextStage(host, context),
  prepare: storedLayout,
  forget: forgetLayout,
};
