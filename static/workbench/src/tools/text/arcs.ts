/** Relations as arrows over the text, each with its name on a plate that can be clicked. */

import { t } from "../../core/i18n";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import type { Scene } from "../../core/tool";
import { routesOf, type Arc, type End, type Page, type Route } from "../../geometry/arcs";
import { partsOf } from "../../geometry/parts";
import type { Origin, Paragraph, TextDocument } from "./document";
import type { Link, Span, Spans } from "./spans";
import { plane, shape, textWidth } from "./svg";

/** An arrow that is being drawn. */
export interface Aim {
  readonly from: Span;
  readonly to: Span | End | null;
  readonly name: string;
}

export interface ArcView {
  readonly page: Page;
  /** What is on the screen, in the article. */
  readonly screen: { readonly top: number; readonly bottom: number };
  /** Whether it is worth measuring where a span lies. */
  near(span: Span): boolean;
  readonly aim: Aim | null;
}

interface Drawn extends Arc {
  readonly name: string;
  readonly stubName: string;
  readonly color: string;
  readonly look: string;
}

/** About how tall a line of text is; an arrow ends at its upper edge. */
const LINE = 24;
const MOST_QUOTE = 24;
const MOST_NAME = 20;
/** More arrows than this at once say nothing any more; the list has them all. */
const MOST_ARCS = 300;

export class Arcs {
  readonly #plane = plane("doc-arcs");
  /** Where spans lie, as long as nothing moves. */
  #lines = new Map<Span, End | null>();
  #key = "";

  constructor(article: HTMLElement) {
    article.append(this.#plane);
  }

  /**
   * Draws the relations with an end in view; `aim` is the one that is being made. All is measured at once; what
   * is returned draws it, so that others can measure before the page changes.
   */
  plan(text: TextDocument, spans: Spans, scene: Scene, { page, screen, near, aim }: ArcView): () => void {
    let origin: Origin | null = null;
    const endOf = (span: Span | null): End | null => {
      if (!span || !near(span)) return null;
      const known = this.#lines.get(span);
      const line = known === undefined ? lineOf(text, span, (origin ??= text.origin())) : known;
      if (known === undefined) this.#lines.set(span, line);
      return line && line.top + LINE > screen.top && line.top < screen.bottom ? line : null;
    };
    const arcs = spans.links.flatMap((link) => arcOf(link, spans, scene, text, endOf)).slice(0, MOST_ARCS);
    if (aim) arcs.push(...aimed(aim, endOf));
    const key = JSON.stringify([page, arcs]);
    return key === this.#key ? () => undefined : () => {
      this.#key = key;
      this.#draw(arcs, page);
    };
  }

  #draw(arcs: readonly Drawn[], page: Page): void {
    const routes = routesOf(arcs, page);
    const byId = new Map(arcs.map((arc) => [arc.id, arc]));
    this.#plane.replaceChildren();
    for (const route of routes) drawWay(this.#plane, route, byId.get(route.id) as Drawn);
    // Names lie over all lines, so that each can be read.
    for (const route of routes) drawPlate(this.#plane, route, byId.get(route.id) as Drawn);
  }

  /** Places have moved, or there are other spans. */
  forget(): void {
    this.#lines.clear();
  }

  clear(): void {
    this.#key = "";
    this.#plane.replaceChildren();
  }

  destroy(): void {
    this.#plane.remove();
  }
}

function lineOf(text: TextDocument, span: Span, origin: Origin): End | null {
  const [part] = partsOf(span.at);
  const paragraph = text.paragraphs[text.paragraphAt(span.at.start)] as Paragraph;
  const [line] = part ? text.lines({ start: part.start, end: Math.min(part.end, paragraph.end) }, origin) : [];
  return line ?? null;
}

function arcOf(link: Link, spans: Spans, scene: Scene, text: TextDocument, endOf: (span: Span | null) => End | null): Drawn[] {
  const { region, dashed } = link;
  const [from, to] = [spans.byId(region.at.from), spans.byId(region.at.to)];
  if (!from || !to) return [];
  const ends = { from: endOf(from), to: endOf(to) };
  if (!ends.from && !ends.to) return [];
  const label = labelOf(scene.schema, region.question, region.label);
  const name = shortened(label?.name ?? region.label, MOST_NAME) + (dashed ? "?" : "");
  const far = ends.from ? to : from;
  const below = far.at.start > (ends.from ? from : to).at.start;
  const quote = t("relation.quote", { text: shortened(quoteOf(text, far), MOST_QUOTE) });
  const stubName = `${name} ${ends.from ? "→" : "←"} ${quote} ${below ? "↓" : "↑"}`;
  const chosen = region.id === scene.selected;
  const near = scene.selected === from.region.id || scene.selected === to.region.id;
  const look = ["arc", dashed ? "sug" : "", chosen ? "chosen" : near ? "near" : ""].filter(Boolean).join(" ");
  return [{
    ...ends, id: region.id, name, stubName, color: label?.color ?? UNKNOWN_COLOR, look,
    plate: textWidth(name) + 16, stubPlate: textWidth(stubName) + 16,
  }];
}

function aimed(aim: Aim, endOf: (span: Span | null) => End | null): Drawn[] {
  const to = aim.to && "region" in aim.to ? endOf(aim.to) : aim.to;
  const from = endOf(aim.from);
  if (!from || !to) return [];
  const plate = textWidth(aim.name) + 16;
  return [{ id: "", from, to, name: aim.name, stubName: aim.name, plate, stubPlate: plate, color: "var(--accent)", look: "arc aim" }];
}

function groupOf(host: SVGSVGElement, arc: Drawn): SVGGElement {
  const group = shape(host, "g", { class: arc.look, "data-region": arc.id });
  group.style.setProperty("color", arc.color);
  return group;
}

function drawWay(host: SVGSVGElement, route: Route, arc: Drawn): void {
  const group = groupOf(host, arc);
  shape(group, "path", { d: route.path, class: "way" });
  if (!route.head) return;
  const { x, y } = route.head;
  shape(group, "path", { d: `M${x} ${y}l-4.5 -7h9Z`, class: "head" });
}

function drawPlate(host: SVGSVGElement, route: Route, arc: Drawn): void {
  const group = groupOf(host, arc);
  const { x, y, width } = route.plate;
  shape(group, "rect", { x: x - width / 2, y: y - 8, width, height: 16, rx: 8, class: "plate" });
  shape(group, "text", { x, y: y + 4, class: "m" }).textContent = route.stub ? arc.stubName : arc.name;
}

/** The words of a span, its parts joined by "…". */
export function quoteOf(text: TextDocument, span: Span): string {
  const words = ({ start, end }: { start: number; end: number }): string => {
    const [node, position] = text.position(start);
    return node.data.slice(position, position + Math.min(end - start, 80));
  };
  return partsOf(span.at).map(words).join(" … ").replace(/\s+/g, " ");
}

function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("").trimEnd()}…` : text;
}
