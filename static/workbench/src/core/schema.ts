/** The label schema as the workbench uses it, and the checks made before an answer is sent. */

import { STROKES } from "../geometry/strokes";
import { hiddenQuestions, readCondition, type Condition } from "./conditions";
import type { TrackedKind } from "../geometry/tracks";
import type { AttributeValue, DataType, Item, ItemRegion, Region, RegionKind, Regions } from "./types";

/** The kind of region that answers a question of each type; `shapes` takes those it names. */
const KIND_OF_TYPE = {
  choice: "item", choices: "item", number: "item", rating: "item", text: "item",
  pairwise: "item", ranking: "item",
  boxes: "box", rotated_boxes: "rotated_box", polygons: "polygon", polylines: "polyline",
  ellipses: "ellipse", points: "point", skeletons: "skeleton", masks: "mask", shapes: "box",
  spans: "span", relations: "relation", segments: "segment", instants: "instant", tracks: "track",
} as const satisfies Record<string, RegionKind>;

export type QuestionType = keyof typeof KIND_OF_TYPE;

export interface Joint {
  readonly key: string;
  readonly name: string;
}

export interface Label {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  /** Its pattern beside the colour, for whoever tells colours badly: its place in the list. */
  readonly stroke: number;
  readonly hotkey: string;
  readonly description: string;
  readonly retired: boolean;
  /** Key of the label it is a kind of; empty at the top. */
  readonly parent: string;
  readonly aliases: readonly string[];
  readonly examples: readonly string[];
  /** Phrases and patterns whose hits in a text are offered under this label. */
  readonly patterns: readonly string[];
}

export interface AttributeOption {
  readonly key: string;
  readonly name: string;
}

export interface Attribute {
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly required: boolean;
  readonly options: readonly AttributeOption[];
}

export interface Question {
  readonly name: string;
  readonly title: string;
  readonly type: QuestionType;
  readonly required: boolean;
  readonly help: string;
  readonly labels: readonly Label[];
  readonly attributes: readonly Attribute[];
  readonly min: number | null;
  readonly max: number | null;
  readonly step: number | null;
  readonly unit: string;
  readonly maxLength: number | null;
  readonly minCount: number | null;
  readonly maxCount: number | null;
  /** The kinds of regions that answer it, the usual one first. */
  readonly kinds: readonly RegionKind[];
  /** The kinds of shapes that tracks may be of; empty for other questions. */
  readonly tracked: readonly TrackedKind[];
  /** Each region may also say what is written or said in it. */
  readonly transcript: boolean;
  /** Whether regions in time lie on `one` channel or on `all`; empty: as the annotator says. */
  readonly channels: string;
  /** "turn" where it is asked of each turn of a conversation, "cell" where of any cell of a row. */
  readonly per: string;
  /** Whose turns are meant; all, where it is empty. */
  readonly roles: readonly string[];
  readonly fields: readonly string[];
  readonly ties: boolean;
  readonly bothBad: boolean;
  readonly joints: readonly Joint[];
  readonly edges: ReadonlyArray<readonly [string, string]>;
  /** What the field starts with: "text", a column, or nothing. */
  readonly prefill: string;
  /** Patterns tell capital letters from small ones. */
  readonly matchCase: boolean;
  readonly when: Condition | null;
  /** The field of the item that lists the labels; empty where the schema does. */
  readonly labelsFrom: string;
}

export interface Schema {
  readonly dataType: DataType;
  readonly questions: readonly Question[];
  /** What must hold between regions, as it stands in the definition; `answerRules.ts` reads it. */
  readonly rules: readonly Readonly<Record<string, unknown>>[];
}

/** Something that must be mended before the answer can be sent. `code` names the sentence shown. */
export interface Problem {
  readonly code: string;
  readonly question: string;
  readonly region: string | null;
  readonly values: Readonly<Record<string, string | number>>;
  /** The server's own sentence, when the server found it. */
  readonly detail?: string;
  /** It may be sent all the same. */
  readonly warning?: boolean;
}

/** For a label without a colour, or one the schema does not know. */
export const UNKNOWN_COLOR = "#77808c";

type Raw = Readonly<Record<string, unknown>>;

function rawList(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? (value as readonly Raw[]) : [];
}

function text(value: unknown, otherwise = ""): string {
  return typeof value === "string" ? value : otherwise;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** Reads a definition as the server published it, with colours and keys written out. */
export function readSchema(definition: unknown): Schema {
  const raw = (definition ?? {}) as Raw;
  return {
    dataType: text(raw.data_type, "text") as DataType,
    questions: rawList(raw.questions).map(readQuestion),
    rules: rawList(raw.rules),
  };
}

function readQuestion(raw: Raw): Question {
  const type = text(raw.type) as QuestionType;
  return {
    name: text(raw.name),
    title: text(raw.title) || text(raw.name),
    type,
    required: typeof raw.required === "boolean" ? raw.required : type === "choice",
    help: text(raw.help),
    labels: rawList(raw.labels).map(readLabel),
    attributes: rawList(raw.attributes).map(readAttribute),
    min: numberOrNull(raw.min),
    max: numberOrNull(raw.max),
    step: numberOrNull(raw.step),
    unit: text(raw.unit),
    maxLength: numberOrNull(raw.max_length),
    minCount: numberOrNull(raw.min_count),
    maxCount: numberOrNull(raw.max_count),
    kinds: Array.isArray(raw.kinds) && type !== "tracks" ? (raw.kinds as RegionKind[]) : [KIND_OF_TYPE[type] ?? "item"],
    tracked: Array.isArray(raw.kinds) && type === "tracks" ? (raw.kinds as TrackedKind[]) : [],
    transcript: raw.transcript === true,
    channels: text(raw.channels),
    per: text(raw.per),
    roles: Array.isArray(raw.roles) ? (raw.roles as string[]) : [],
    fields: Array.isArray(raw.fields) ? (raw.fields as string[]) : [],
    ties: raw.ties !== false,
    bothBad: raw.both_bad !== false,
    joints: rawList(raw.joints).map((joint) => ({ key: text(joint.key), name: text(joint.name) || text(joint.key) })),
    edges: Array.isArray(raw.edges) ? (raw.edges as [string, string][]) : [],
    prefill: text(raw.prefill),
    matchCase: raw.match_case === true,
    when: readCondition(raw.when),
    labelsFrom: text(raw.labels_from),
  };
}

export function readLabel(raw: Raw, place: number): Label {
  return {
    key: text(raw.key),
    name: text(raw.name) || text(raw.key),
    color: text(raw.color) || UNKNOWN_COLOR,
    stroke: place % STROKES,
    hotkey: text(raw.hotkey),
    description: text(raw.description),
    retired: raw.retired === true,
    parent: text(raw.parent),
    aliases: texts(raw.aliases),
    examples: texts(raw.examples),
    patterns: texts(raw.patterns),
  };
}

function readAttribute(raw: Raw): Attribute {
  return {
    name: text(raw.name),
    title: text(raw.title) || text(raw.name),
    type: text(raw.type, "text"),
    required: raw.required === true,
    options: rawList(raw.options).map((option) => ({
      key: text(option.key),
      name: text(option.name) || text(option.key),
    })),
  };
}

export function questionNamed(schema: Schema, name: string): Question | null {
  return schema.questions.find((question) => question.name === name) ?? null;
}

export function labelOf(schema: Schema, question: string, key: string | undefined): Label | null {
  if (key === undefined) return null;
  return questionNamed(schema, question)?.labels.find((label) => label.key === key) ?? null;
}

/** The labels that may still be given. A retired one stays readable on older answers. */
export function offeredLabels(question: Question): readonly Label[] {
  return question.labels.filter((label) => !label.retired);
}

/** Whether the question is answered by drawing. */
export function isDrawn(question: Question): boolean {
  return question.kinds[0] !== "item";
}

/** Whether the question is answered by a number, a step of a scale or a text. */
export function takesValue(question: Question): boolean {
  return question.type === "number" || question.type === "rating" || question.type === "text";
}

/** Whether the question is answered by comparing candidates. */
export function compares(question: Question): boolean {
  return question.type === "pairwise" || question.type === "ranking";
}

/** Whether a region is the answer of that question about the whole item, or about a turn or cell of it. */
export function isAnswer(region: Region, question: Question, part: string | null = null): region is ItemRegion {
  if (region.kind !== "item" || region.question !== question.name) return false;
  return question.per === "" || partOf(question, region) === part;
}

/** The turn or cell that a region answers about; null where it is none. */
export function partOf(question: Question, { on }: { readonly on?: Readonly<Record<string, string>> }): string | null {
  return on?.[question.per === "cell" ? "field" : "turn"] ?? null;
}

let brokenRules: ((schema: Schema, regions: Regions) => Problem[]) | null = null;

/** Sees that the rules of a schema can be checked: few have any, so the code for it comes when needed. */
export async function withRules(schema: Schema): Promise<Schema> {
  if (schema.rules.length > 0) ({ brokenRules } = await import("./answerRules"));
  return schema;
}

/** Everything that keeps this answer from being sent, in the order of the questions. */
export function check(schema: Schema, regions: Regions, item: Item | null = null): Problem[] {
  const hidden = hiddenQuestions(schema, regions);
  const found = schema.questions.flatMap((question) => {
    const own = regions.filter((region) => region.question === question.name);
    if (hidden.has(question.name)) return own.map((one) => problem("hidden-question", question, one));
    const talk = item?.data_type === "conversation" ? checkTalk(question, own, item) : [];
    return [...checkCount(question, own), ...talk, ...own.flatMap((one) => checkRegion(question, one))];
  });
  return schema.rules.length > 0 && brokenRules ? [...found, ...brokenRules(schema, regions)] : found;
}

/** What a conversation asks beyond one answer a question: each turn, and each candidate. */
function checkTalk(question: Question, own: Regions, item: Item): Problem[] {
  const { turns = [], candidates = [] } = (item.row ?? {}) as { turns?: readonly { role: string }[]; candidates?: readonly unknown[] };
  if (question.type === "ranking") {
    const named = (region: Region): number => String("value" in region ? region.value : "").split(/ > | = /).length;
    return own.filter((one) => named(one) !== candidates.length).map((one) => problem("ranking-open", question, one));
  }
  if (question.per !== "turn" || !question.required || own.length === 0) return [];
  const isOpen = turns.some(({ role }, index) =>
    (question.roles.length === 0 || question.roles.includes(role)) && !own.some((one) => one.on?.turn === String(index)));
  return isOpen ? [problem("turns-open", question)] : [];
}

function problem(
  code: string,
  question: Question,
  region: Region | null = null,
  values: Record<string, string | number> = {},
): Problem {
  const named = { question: question.title, ...values };
  return { code, question: question.name, region: region?.id ?? null, values: named };
}

function checkCount(question: Question, own: Regions): Problem[] {
  if (question.labelsFrom !== "" && question.labels.length === 0) return []; // this item offers none
  const least = question.minCount ?? 0;
  if (question.required && own.length === 0) return [problem("required", question)];
  if (own.length < least) return [problem("too-few", question, null, { n: least })];
  if (question.maxCount !== null && own.length > question.maxCount) {
    return [problem("too-many", question, null, { n: question.maxCount })];
  }
  return [];
}

function checkRegion(question: Question, region: Region): Problem[] {
  const found: Problem[] = [];
  if (compares(question)) return found;
  if (!isDrawn(question) && region.kind === "item" && region.value !== undefined) {
    found.push(...checkValue(question, region, region.value));
  } else if (!question.labels.some((label) => label.key === region.label)) {
    found.push(problem("unknown-label", question, region));
  }
  for (const attribute of question.attributes) {
    if (attribute.required && isBlank(region.attributes?.[attribute.name])) {
      found.push(problem("attribute-required", question, region, { attribute: attribute.title }));
    }
  }
  return found;
}

function isBlank(value: AttributeValue | undefined): boolean {
  return value === undefined || value === "";
}

function checkValue(question: Question, region: Region, value: number | string): Problem[] {
  if (typeof value === "string") {
    const most = question.maxLength;
    if (question.type !== "text") return [problem("not-a-number", question, region)];
    if (most !== null && [...value].length > most) {
      return [problem("too-long", question, region, { n: most })];
    }
    return [];
  }
  const least = question.type === "rating" ? 1 : question.min;
  if (least !== null && value < least) return [problem("too-small", question, region, { n: least })];
  if (question.max !== null && value > question.max) {
    return [problem("too-large", question, region, { n: question.max })];
  }
  return [];
}
