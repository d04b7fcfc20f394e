/** The spans and relations of a scene in the units of the page, and where to find them. */

import type { Scene } from "../../core/tool";
import type { Region, RelationRegion, SpanRegion } from "../../core/types";
import { lanesOf } from "../../geometry/lanes";
import type { OffsetTable } from "../../geometry/offsets";
import { mapped, partsOf, type Gapped } from "../../geometry/parts";
import type { TextDocument } from "./document";

export interface Span {
  readonly region: SpanRegion;
  /** In UTF-16 units. */
  readonly at: Gapped;
  /** Offered, not taken. */
  readonly dashed: boolean;
  readonly lane: number;
}

export interface Link {
  readonly region: RelationRegion;
  readonly dashed: boolean;
}

const NONE: readonly Span[] = [];

export class Spans {
  readonly all: readonly Span[];
  readonly links: readonly Link[];
  readonly #byId = new Map<string, Span>();
  /** By the number of the paragraph, in the order of the text. */
  readonly #within = new Map<number, Span[]>();

  constructor(scene: Scene, table: OffsetTable, text: TextDocument) {
    const given: { region: Region; dashed: boolean }[] = [
      ...scene.regions.map((region) => ({ region, dashed: false })),
      ...scene.suggested.map(({ region }) => ({ region, dashed: true })),
    ];
    const found = given.flatMap(({ region, dashed }) =>
      region.kind === "span" ? [{ region, dashed, at: mapped(region.at, table.toUnit) }] : []);
    const lanes = lanesOf(found.map(({ at }) => at));
    this.all = found.map((span, index) => ({ ...span, lane: lanes[index] ?? 0 }));
    this.links = given.flatMap(({ region, dashed }) => (region.kind === "relation" ? [{ region, dashed }] : []));
    for (const span of this.all) this.#byId.set(span.region.id, span);
    for (const span of [...this.all].sort((a, b) => a.at.start - b.at.start || a.lane - b.lane)) {
      const last = text.paragraphAt(span.at.end - 1);
      for (let number = text.paragraphAt(span.at.start); number <= last; number++) {
        const list = this.#within.get(number);
        if (list) list.push(span);
        else this.#within.set(number, [span]);
      }
    }
  }

  byId(id: string | null): Span | null {
    return id === null ? null : (this.#byId.get(id) ?? null);
  }

  within(paragraph: number): readonly Span[] {
    return this.#within.get(paragraph) ?? NONE;
  }

  /** The spans over a position of a paragraph, the shortest first; a gap belongs to no span. */
  over(position: number, paragraph: number): Span[] {
    return this.within(paragraph)
      .filter(({ at }) => partsOf(at).some((part) => part.start <= position && position < part.end))
      .sort((a, b) => lengthOf(a) - lengthOf(b));
  }

  /** Own spans in the order of the text. */
  inOrder(): Span[] {
    return this.all.filter((span) => !span.dashed).sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
  }
}

function lengthOf({ at }: Span): number {
  return partsOf(at).reduce((sum, part) => sum + part.end - part.start, 0);
}
