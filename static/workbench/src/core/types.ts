/** What the server and the workbench say to each other. The regions document is the same everywhere. */

import type { PlaceOf } from "../geometry/places";
import type { Rect } from "../geometry/rect";
import type { TrackPlace } from "../geometry/tracks";
import type { KeySettings } from "./keymap";

export type DataType = "text" | "image" | "audio" | "video" | "series" | "conversation" | "table";

export interface SpanPlace {
  /** Unicode code points of the stored text; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** What the span leaves out: pairs in rising order that touch neither each other nor the ends. */
  readonly gaps?: ReadonlyArray<readonly [number, number]>;
}

/** Ids of the regions that a relation joins. */
export interface RelationPlace {
  readonly from: string;
  readonly to: string;
}

/** Seconds, rounded to 1/10,000. */
export interface SegmentPlace {
  readonly start: number;
  readonly end: number;
}

export interface InstantPlace {
  readonly t: number;
}

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

interface RegionBase {
  readonly id: string;
  readonly question: string;
  readonly on?: Readonly<Record<string, string>>;
  readonly attributes?: Attributes;
  /** Regions of one question with the same number belong together. */
  readonly group?: number;
  /** Higher ones lie over lower ones. */
  readonly z?: number;
}

export interface ItemRegion extends RegionBase {
  readonly kind: "item";
  readonly label?: string;
  readonly value?: number | string;
}

interface PlacedRegion<Kind extends string, Place> extends RegionBase {
  readonly kind: Kind;
  readonly label: string;
  readonly at: Place;
  /** What is written or said in the place. */
  readonly value?: string;
}

export type BoxRegion = PlacedRegion<"box", Rect>;
export type RotatedBoxRegion = PlacedRegion<"rotated_box", PlaceOf["rotated_box"]>;
export type PolygonRegion = PlacedRegion<"polygon", PlaceOf["polygon"]>;
export type PolylineRegion = PlacedRegion<"polyline", PlaceOf["polyline"]>;
export type EllipseRegion = PlacedRegion<"ellipse", PlaceOf["ellipse"]>;
export type PointRegion = PlacedRegion<"point", PlaceOf["point"]>;
export type SkeletonRegion = PlacedRegion<"skeleton", PlaceOf["skeleton"]>;
export type MaskRegion = PlacedRegion<"mask", PlaceOf["mask"]>;
/** Whatever can be drawn on a picture. */
export type ShapeRegion =
  | BoxRegion | RotatedBoxRegion | PolygonRegion | PolylineRegion
  | EllipseRegion | PointRegion | SkeletonRegion | MaskRegion;
export type SpanRegion = PlacedRegion<"span", SpanPlace>;
export type RelationRegion = PlacedRegion<"relation", RelationPlace>;
export type SegmentRegion = PlacedRegion<"segment", SegmentPlace>;
export type InstantRegion = PlacedRegion<"instant", InstantPlace>;
/** One object followed through a video. */
export type TrackRegion = PlacedRegion<"track", TrackPlace>;

export type Region = ItemRegion | ShapeRegion | SpanRegion | RelationRegion | SegmentRegion | InstantRegion | TrackRegion;
export type RegionKind = Region["kind"];
/** Every place that a region can have. */
export type Place = Exclude<Region, ItemRegion>["at"];
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
  /** What was read from the bytes: seconds, channels, how a waveform is laid out. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export type Cell = string | number | boolean | null;

export interface Item {
  readonly id: string;
  readonly data_type: DataType;
  readonly text?: string | null;
  readonly row?: Readonly<Record<string, Cell>> | null;
  readonly assets?: readonly Asset[];
  /** What the item itself offers to questions that take their labels from it. */
  readonly labels?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
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

export type Stage = "annotate" | "review" | "adjudicate";

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
  /** What a reviewer said, where a correction is looked at. */
  readonly review?: { readonly verdict: string; readonly reason: string } | null;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly mine: number;
  /** What I was told of my work and have not read. */
  readonly unread?: number;
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
  /** What took its place, and what that changed. */
  readonly correction?: { readonly regions: RegionsDocument } | null;
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
  /** What I was told of my work and have not read, when the page came. */
  readonly unread?: number;
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
  /** Where to go when nothing is left: a course tells there what came out. */
  readonly over_url?: string | null;
  readonly assignments?: readonly Assignment[];
}

/** The document around regions. */
export function documentOf(regions: Regions): RegionsDocument {
  return { format: 1, regions };
}
