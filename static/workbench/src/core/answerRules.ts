/** What must hold between the regions of one answer: the rules of a schema, as the server checks them. */

import { holds, isWithin, readCondition, type Condition } from "./conditions";
import { ruleText, type RuleWord } from "./answerRuleWords";
import { sizesOf } from "./answerSizes";
import { overlapOf } from "./overlap";
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
/** More pairs that touch than this are compared by the server alone. */
const MOST_COMPARED = 2_000_000;

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
  return schema.rules.map(readRule).flatMap((rule) => {
    const found = CHECKS[rule.type]?.(rule, schema, regions) ?? [];
    return found.map((one) => ({
      ...one,
      ...(rule.message ? { detail: rule.message } : {}),
      ...(rule.warning ? { warning: true } : {}),
    }));
  });
}

type Check = (rule: Rule, schema: Schema, regions: Regions) => Finding[];

const CHECKS: Readonly<Record<string, Check>> = {
  forbidden: forbidden,
  required_region: required,
  max_overlap: overlapping,
  min_size: tooSmall,
  region_count: counted,
  value_range: outOfRange,
  needs_text: withoutText,
};

function found(code: RuleWord, rule: Rule, region: string | null, values: Finding["values"]): Finding {
  return { code, question: rule.question, region, values, detail: ruleText(code, values) };
}

function isCalledFor(rule: Rule, schema: Schema, regions: Regions): boolean {
  const asked = rule.when && questionOf(schema, rule.when.question);
  return !rule.when || (!!asked && holds(rule.when, asked, regions));
}

/** The regions that a rule is about; none where it waits for another answer. */
function regionsOf(rule: Rule, schema: Schema, regions: Regions): Regions {
  const question = questionOf(schema, rule.question);
  if (!question || !isCalledFor(rule, schema, regions)) return [];
  return regions.filter((one) => one.question === rule.question && (!rule.label || isWithin(question, one.label, [rule.label])));
}

function counted(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  if (!isCalledFor(rule, schema, regions)) return [];
  const own = regionsOf(rule, schema, regions);
  const values = { name: nameOf(schema, rule.question, rule.label), count: own.length };
  const few = rule.atLeast !== null && own.length < rule.atLeast;
  const many = rule.atMost !== null && own.length > rule.atMost;
  return [
    ...(few ? [found("too-few-of-label", rule, null, { ...values, least: rule.atLeast ?? 0 })] : []),
    ...(many ? [found("too-many-of-label", rule, own[rule.atMost ?? 0]?.id ?? null, { ...values, most: rule.atMost ?? 0 })] : []),
  ];
}

function outOfRange(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  const question = questionOf(schema, rule.question);
  const asked = rule.attribute ? question?.attributes.find((one) => one.name === rule.attribute) : question;
  const unit = question?.unit && !rule.attribute ? ` ${question.unit}` : "";
  return regionsOf(rule, schema, regions).flatMap((one) => {
    const value = rule.attribute ? one.attributes?.[rule.attribute] : "value" in one ? one.value : undefined;
    if (typeof value !== "number") return [];
    const values = { name: asked?.title ?? "", value, unit, least: rule.atLeast ?? "", most: rule.atMost ?? "" };
    if (rule.atLeast !== null && value < rule.atLeast) return [found("below-range", rule, one.id, values)];
    return rule.atMost !== null && value > rule.atMost ? [found("above-range", rule, one.id, values)] : [];
  });
}

function withoutText(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  return regionsOf(rule, schema, regions).flatMap((one) => {
    const count = [...("value" in one && typeof one.value === "string" ? one.value.trim() : "")].length;
    if (count === 0) return [found("empty-text", rule, one.id, {})];
    return count < rule.characters ? [found("short-text", rule, one.id, { count, least: rule.characters })] : [];
  });
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
  const asked = rule.when && questionOf(schema, rule.when.question);
  if (rule.when && !(asked && holds(rule.when, asked, regions))) return [];
  const question = questionOf(schema, rule.question);
  const fits = (one: Region): boolean =>
    one.question === rule.question && (!rule.label || (question !== undefined && isWithin(question, one.label, [rule.label])));
  if (regions.some(fits)) return [];
  const name = nameOf(schema, rule.question, rule.label);
  return [{ code: "region-missing", question: rule.question, region: null, values: { name } }];
}

function overlapping(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  // Other shapes are compared exactly by the server; here only the rectangles around them are known.
  const question = questionOf(schema, rule.question);
  const sideOf = (one: Region): number => question ? rule.between.findIndex((label) => isWithin(question, one.label, [label])) : -1;
  const own = regions.map((region, place) => ({ region, place, side: sideOf(region), ...stretchOf(region) }))
    .filter(({ region, low, side }) => region.question === rule.question && !Number.isNaN(low) && (!rule.between.length || side >= 0));
  own.sort((a, b) => a.low - b.low);
  const most = Math.min(rule.share, 1 - 2 * JUST_ABOVE) + JUST_ABOVE;
  const shares = new Map<number, number>();
  const fits = (a: (typeof own)[number], b: (typeof own)[number]): boolean =>
    rule.between.length ? a.side !== b.side : !rule.sameLabel || a.region.label === b.region.label;
  let pairs = 0;
  for (const [at, one] of own.entries()) {
    for (let next = at + 1; next < own.length; next++) {
      const other = own[next];
      if (!other || other.low > one.high) break;
      if (++pairs > MOST_COMPARED) return [];
      if (!fits(one, other) || one.region.on?.channel !== other.region.on?.channel) continue;
      const share = overlapOf(one.region, other.region), later = Math.max(one.place, other.place);
      if (share > most && share > (shares.get(later) ?? 0)) shares.set(later, share);
    }
  }
  return [...shares].sort(([a], [b]) => a - b).map(([place, share]) => (
    { code: "overlap", question: rule.question, region: regions[place]?.id ?? null, values: { share: Math.round(share * 100) } }));
}

/** Where a region begins and ends along the side that is swept. */
function stretchOf(region: Region): { low: number; high: number } {
  if (region.kind === "box") return { low: region.at.x, high: region.at.x + region.at.w };
  if (region.kind === "span" || region.kind === "segment") return { low: region.at.start, high: region.at.end };
  return { low: Number.NaN, high: Number.NaN };
}

function tooSmall(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  const title = questionOf(schema, rule.question)?.title ?? "";
  return regionsOf(rule, schema, regions).flatMap((region) => {
    const sizes = sizesOf(region);
    const short = SIZES.find((name) => name in sizes && (sizes[name] ?? 0) < (rule.least[name] ?? 0));
    if (!short) return [];
    const n = rule.least[short] ?? 0;
    if (short === "duration") return [found("small-duration", rule, region.id, { name: title, size: sizes[short] ?? 0, least: n })];
    return [{ code: `small-${short}`, question: rule.question, region: region.id, values: { question: title, n } }];
  });
}
