/** What the server and the workbench say to each other. The regions document is the same everywhere. */

import type { Rect } from "../geometry/rect";
import type { KeySettings } from "./keymap";

export type DataType = "text" | "image" | "table";

export interface SpanPlace {
  /** Unicode code points of the stored text; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

interface RegionBase {
  readonly id: string;
  readonly question: string;
  readonly on?: Readonly<Record<string, string>>;
  readonly attributes?: Attributes;
}

export interface ItemRegion extends RegionBase {
  readonly kind: "item";
  readonly label?: string;
  readonly value?: number | string;
}

export interface BoxRegion extends RegionBase {
  readonly kind: "box";
  readonly label: string;
  readonly at: Rect;
}

export interface SpanRegion extends RegionBase {
  readonly kind: "span";
  readonly label: string;
  readonly at: SpanPlace;
}

export type Region = ItemRegion | BoxRegion | SpanRegion;
export type Regions = readonly Region[];

export interface RegionsDocument {
  readonly format: 1;
  readonly regions: Regions;
}

export interface Asset {
  readonly role: string;
  readonly url: string;
  readonly media_type: string;
  readonly width?: number | null;
  readonly height?: number | null;
}

export type Cell = string | number | boolean | null;

export interface Item {
  readonly id: string;
  readonly data_type: DataType;
  readonly text?: string | null;
  readonly row?: Readonly<Record<string, Cell>> | null;
  readonly assets?: readonly Asset[];
}

export interface SchemaLink {
  readonly id: string;
  readonly number: number;
  readonly url: string;
}

export interface Suggestion {
  readonly id: string;
  readonly source: string;
  readonly regions: RegionsDocument;
}

export interface Answer {
  readonly annotation: string;
  readonly annotator: string;
  readonly regions: RegionsDocument;
  /** How sure the annotator was; in percent where that was asked. */
  readonly is_unsure?: boolean;
  readonly confidence?: number | null;
}

export type Stage = "annotate" | "review";

export interface Assignment {
  readonly id: string;
  readonly fence: number;
  readonly lease_ends_at: string;
  readonly lease_seconds: number;
  readonly stage: Stage;
  readonly item: Item;
  readonly schema_revision: SchemaLink;
  readonly suggestions?: readonly Suggestion[];
  readonly draft?: { readonly regions: RegionsDocument; readonly etag: string } | null;
  readonly answers?: readonly Answer[];
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly mine: number;
}

export interface ClaimReply {
  readonly assignments: readonly Assignment[];
  readonly progress?: Progress;
  /** The search for tasks is not over: ask once more. */
  readonly again?: boolean;
}

/** One of my last answers, from `/queues/<id>/mine`. */
export interface PastAnswer {
  readonly annotation: string;
  readonly item: Item;
  readonly schema_revision: SchemaLink;
  readonly regions: RegionsDocument;
  readonly submitted_at: string;
  readonly can_fix: boolean;
  readonly is_unsure?: boolean;
  readonly confidence?: number | null;
  /** What a reviewer said about it. */
  readonly review?: { readonly verdict: string; readonly reason: string } | null;
}

export interface Config {
  readonly queue: {
    readonly id: string;
    readonly name: string;
    readonly stage: Stage;
    readonly hold: number;
    /** What people choose from when they skip. */
    readonly skip_reasons?: readonly string[];
    readonly asks_confidence?: boolean;
  };
  readonly project: { readonly name: string; readonly url: string };
  readonly schema_revision: SchemaLink & { readonly definition: unknown };
  readonly user: { readonly id: string; readonly name: string; readonly keys?: KeySettings | null };
  readonly api: string;
  readonly csrf: string;
  readonly locale: string;
  readonly home_url: string;
  readonly guideline_html: string | null;
  readonly mode: "work" | "look" | "grid";
  /** Where many items are labelled at once; null where the schema asks for more than one choice. */
  readonly grid_url?: string | null;
  readonly assignments?: readonly Assignment[];
}

/** The document around regions. */
export function documentOf(regions: Regions): RegionsDocument {
  return { format: 1, regions };
}
