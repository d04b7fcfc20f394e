/** What must hold between the regions of one answer: the rules of a schema, as the server checks them. */

import { holds, isWithin, readCondition, type Condition } from "./conditions";
import { ruleText, type RuleWord } from "./answerRuleWords";
import { sizesOf } from "./answerSizes";
import { Overlaps, type OverlapRule } from "./overlaps";
import type { Problem, Schema } from "./schema";
import type { Region, Regions } from "./types";

interface Rule {
  readonly type: string;
  readonly warning: boolean;
  readonly message: string;
  readonly pairs: readonly { readonly question: string; readonly label: string }[];
  readonly question: string;
  readonly label: string;
  readonly when: Condition | null;
  readonly share: number;
  readonly sameLabel: boolean;
  readonly between: readonly string[];
  readonly attribute: string;
  readonly atLeast: number | null;
  readonly atMost: number | null;
  readonly characters: number;
  readonly least: Readonly<Record<string, number>>;
}

const SIZES = ["width", "height", "area", "length", "duration"];
const JUST_ABOVE = 1e-9;

type Raw = Readonly<Record<string, unknown>>;

function readRule(raw: Raw): Rule {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const sizes = SIZES.filter((name) => typeof raw[name] === "number").map((name) => [name, raw[name] as number]);
  return {
    type: text(raw.type),
    warning: raw.level === "warning",
    message: text(raw.message),
    pairs: Array.isArray(raw.labels) ? (raw.labels as Rule["pairs"]) : [],
    question: text(raw.question),
    label: text(raw.label),
    when: readCondition(raw.when),
    share: typeof raw.share === "number" ? raw.share : 1,
    sameLabel: raw.same_label !== false,
    between: Array.isArray(raw.between) ? (raw.between as string[]) : [],
    attribute: text(raw.attribute),
    atLeast: typeof raw.at_least === "number" ? raw.at_least : null,
    atMost: typeof raw.at_most === "number" ? raw.at_most : null,
    characters: typeof raw.characters === "number" ? raw.characters : 1,
    least: Object.fromEntries(sizes) as Record<string, number>,
  };
}

type Finding = Pick<Problem, "code" | "question" | "region" | "values" | "detail">;

/** Everything an answer breaks, rule by rule. */
export function brokenRules(schema: Schema, regions: Regions): Problem[] {
  const rules = liveRules(schema);
  rules.take(regions);
  rules.step(() => true);
  return rules.found();
}

const known = new WeakMap<Schema, LiveRules>();

/** The rules of a schema with what they know of the answer that was last held against them. */
export function liveRules(schema: Schema): LiveRules {
  const rules = known.get(schema) ?? new LiveRules(schema);
  known.set(schema, rules);
  return rules;
}

type Check = (rule: Rule, schema: Schema, regions: Regions) => Finding[];
type Look = (rule: Rule, schema: Schema, region: Region) => Finding | null;

/** What only all regions together can break. */
const CHECKS: Readonly<Record<string, Check>> = { forbidden, required_region: required, region_count: counted };

/** What a region breaks by itself. */
const LOOKS: Readonly<Record<string, Look>> = { min_size: tooSmall, value_range: outOfRange, needs_text: withoutText };

/** Of one rule: how to look at a region, what was found, and what covers what. */
interface Kept {
  readonly rule: Rule;
  readonly look: Look | undefined;
  readonly found: Map<string, Finding>;
  readonly overlaps: Overlaps | null;
}

/** Holds an answer against the rules again and again: what did not change since is not looked at again. */
export class LiveRules {
  readonly #schema: Schema;
  readonly #kept: readonly Kept[];
  #regions: Regions = [];
  #known = new Map<string, { readonly region: Region; readonly place: number }>();
  readonly #changed = new Set<string>();
  #isMixed = false;
  #isStale = false;

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#kept = schema.rules.map(readRule).map((rule) => ({
      rule, look: LOOKS[rule.type], found: new Map(),
      overlaps: rule.type === "max_overlap" ? new Overlaps(overlapping(rule, schema)) : null,
    }));
  }

  /** The answer as it is now; `step` looks at what changed. */
  take(regions: Regions): void {
    if (regions === this.#regions) return;
    this.#regions = regions;
    const before = this.#known;
    this.#known = new Map();
    let last = -1;
    for (const [place, region] of regions.entries()) {
      const old = before.get(region.id);
      this.#known.set(region.id, { region, place });
      before.delete(region.id);
      if (old && old.place < last) this.#isMixed = true;
      last = old?.place ?? last;
      if (old?.region !== region) this.#changed.add(region.id);
      else if (old.place !== place) for (const { overlaps } of this.#kept) overlaps?.move(region.id, place);
    }
    for (const id of before.keys()) this.#changed.add(id);
  }

  /** Goes on as long as there is time; true where all was looked at. */
  step(hasTime: () => boolean): boolean {
    for (const id of this.#changed) {
      if (!hasTime()) return false;
      this.#changed.delete(id);
      const now = this.#known.get(id);
      if (now) this.#put(now.region, now.place);
      else this.#drop(id);
      this.#isStale = true;
    }
    for (const { overlaps } of this.#kept) {
      if (overlaps && ((this.#isMixed && !overlaps.isOver) || (this.#isStale && overlaps.isWorthAgain))) overlaps.again();
    }
    this.#isMixed = this.#isStale = false;
    return this.#kept.every(({ overlaps }) => overlaps?.step(hasTime) ?? true);
  }

  #put(region: Region, place: number): void {
    for (const { rule, look, found, overlaps } of this.#kept) {
      overlaps?.put(region, place);
      const one = look && isAbout(rule, this.#schema, region) ? look(rule, this.#schema, region) : null;
      if (one) found.set(region.id, one);
      else found.delete(region.id);
    }
  }

  #drop(id: string): void {
    for (const { found, overlaps } of this.#kept) {
      overlaps?.drop(id);
      found.delete(id);
    }
  }

  /** Everything that is broken, rule by rule. */
  found(): Problem[] {
    return this.#kept.flatMap((kept) => this.#foundOf(kept).map((one) => ({
      ...one,
      ...(kept.rule.message ? { detail: kept.rule.message } : {}),
      ...(kept.rule.warning ? { warning: true } : {}),
    })));
  }

  #foundOf({ rule, look, found, overlaps }: Kept): Finding[] {
    if (overlaps) {
      return overlaps.found().map(({ id, share }) => (
        { code: "overlap", question: rule.question, region: id, values: { share: Math.round(share * 100) } }));
    }
    if (!look) return CHECKS[rule.type]?.(rule, this.#schema, this.#regions) ?? [];
    if (found.size === 0 || !isCalledFor(rule, this.#schema, this.#regions)) return [];
    const placeOf = ([id]: readonly [string, Finding]): number => this.#known.get(id)?.place ?? 0;
    return [...found].sort((a, b) => placeOf(a) - placeOf(b)).map(([, one]) => one);
  }
}

function found(code: RuleWord, rule: Rule, region: string | null, values: Finding["values"]): Finding {
  return { code, question: rule.question, region, values, detail: ruleText(code, values) };
}

function isCalledFor(rule: Rule, schema: Schema, regions: Regions): boolean {
  const asked = rule.when && questionOf(schema, rule.when.question);
  return !rule.when || (!!asked && holds(rule.when, asked, regions));
}

function isAbout(rule: Rule, schema: Schema, region: Region): boolean {
  if (region.question !== rule.question) return false;
  const question = rule.label ? questionOf(schema, rule.question) : undefined;
  return !rule.label || (question !== undefined && isWithin(question, region.label, [rule.label]));
}

function counted(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  if (!isCalledFor(rule, schema, regions)) return [];
  const own = regions.filter((one) => isAbout(rule, schema, one));
  const values = { name: nameOf(schema, rule.question, rule.label), count: own.length };
  const few = rule.atLeast !== null && own.length < rule.atLeast;
  const many = rule.atMost !== null && own.length > rule.atMost;
  return [
    ...(few ? [found("too-few-of-label", rule, null, { ...values, least: rule.atLeast ?? 0 })] : []),
    ...(many ? [found("too-many-of-label", rule, own[rule.atMost ?? 0]?.id ?? null, { ...values, most: rule.atMost ?? 0 })] : []),
  ];
}

function outOfRange(rule: Rule, schema: Schema, one: Region): Finding | null {
  const question = questionOf(schema, rule.question);
  const asked = rule.attribute ? question?.attributes.find(({ name }) => name === rule.attribute) : question;
  const unit = question?.unit && !rule.attribute ? ` ${question.unit}` : "";
  const value = rule.attribute ? one.attributes?.[rule.attribute] : "value" in one ? one.value : undefined;
  if (typeof value !== "number") return null;
  const values = { name: asked?.title ?? "", value, unit, least: rule.atLeast ?? "", most: rule.atMost ?? "" };
  if (rule.atLeast !== null && value < rule.atLeast) return found("below-range", rule, one.id, values);
  return rule.atMost !== null && value > rule.atMost ? found("above-range", rule, one.id, values) : null;
}

function withoutText(rule: Rule, _schema: Schema, one: Region): Finding | null {
  const count = [...("value" in one && typeof one.value === "string" ? one.value.trim() : "")].length;
  if (count === 0) return found("empty-text", rule, one.id, {});
  return count < rule.characters ? found("short-text", rule, one.id, { count, least: rule.characters }) : null;
}

const questionOf = (schema: Schema, name: string) => schema.questions.find((one) => one.name === name);

function nameOf(schema: Schema, question: string, label: string): string {
  const asked = questionOf(schema, question);
  return (label ? asked?.labels.find((one) => one.key === label)?.name : asked?.title) ?? label;
}

function forbidden(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  const said: Region[] = [];
  for (const { question, label } of rule.pairs) {
    const asked = questionOf(schema, question);
    const first = asked && regions.find((one) => one.question === question && isWithin(asked, one.label, [label]));
    if (!first) return [];
    said.push(first);
  }
  const last = said.reduce((a, b) => (regions.indexOf(b) > regions.indexOf(a) ? b : a));
  const names = rule.pairs.map(({ question, label }) => `“${nameOf(schema, question, label)}”`).join(", ");
  return [{ code: "forbidden", question: last.question, region: last.id, values: { names } }];
}

function required(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  if (!isCalledFor(rule, schema, regions) || regions.some((one) => isAbout(rule, schema, one))) return [];
  const name = nameOf(schema, rule.question, rule.label);
  return [{ code: "region-missing", question: rule.question, region: null, values: { name } }];
}

/** What is compared; of which kinds, `overlaps.ts` says. */
function overlapping(rule: Rule, schema: Schema): OverlapRule {
  const question = questionOf(schema, rule.question);
  return {
    most: Math.min(rule.share, 1 - 2 * JUST_ABOVE) + JUST_ABOVE,
    place: (region) => {
      if (region.question !== rule.question || !question) return null;
      const side = rule.between.findIndex((label) => isWithin(question, region.label, [label]));
      if (rule.between.length > 0 && side < 0) return null;
      const on = JSON.stringify(Object.entries(region.on ?? {}).sort());
      return { group: rule.between.length === 0 && rule.sameLabel ? `${on} ${region.label ?? ""}` : on, side };
    },
  };
}

function tooSmall(rule: Rule, schema: Schema, region: Region): Finding | null {
  const sizes = sizesOf(region);
  const short = SIZES.find((name) => name in sizes && (sizes[name] ?? 0) < (rule.least[name] ?? 0));
  if (!short) return null;
  const title = questionOf(schema, rule.question)?.title ?? "";
  const n = rule.least[short] ?? 0;
  if (short === "duration") return found("small-duration", rule, region.id, { name: title, size: sizes[short] ?? 0, least: n });
  return { code: `small-${short}`, question: rule.question, region: region.id, values: { question: title, n } };
}
