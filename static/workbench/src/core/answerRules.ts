/** What must hold between the regions of one answer: the rules of a schema, as the server checks them. */

import { holds, isWithin, readCondition, type Condition } from "./conditions";
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
  readonly least: Readonly<Record<string, number>>;
}

const SIZES = ["width", "height", "area", "length"];
const JUST_ABOVE = 1e-9;
/** More regions than this are compared by the server alone. */
const MOST_COMPARED = 1500;

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
    least: Object.fromEntries(sizes) as Record<string, number>,
  };
}

type Finding = Pick<Problem, "code" | "question" | "region" | "values">;

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
};

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

function overlapping(rule: Rule, _schema: Schema, regions: Regions): Finding[] {
  // Other shapes are compared exactly by the server; here only the rectangles around them are known.
  const own = regions.filter((one) => one.question === rule.question && (one.kind === "box" || one.kind === "span"));
  if (own.length > MOST_COMPARED) return [];
  const most = Math.min(rule.share, 1 - 2 * JUST_ABOVE) + JUST_ABOVE;
  return own.flatMap((region, place) => {
    const earlier = own.slice(0, place).filter((one) => !rule.sameLabel || one.label === region.label);
    const share = Math.max(0, ...earlier.map((one) => overlapOf(one, region)));
    if (share <= most) return [];
    const values = { share: Math.round(share * 100) };
    return [{ code: "overlap", question: rule.question, region: region.id, values }];
  });
}

function tooSmall(rule: Rule, schema: Schema, regions: Regions): Finding[] {
  const question = questionOf(schema, rule.question);
  return regions.flatMap((region) => {
    if (!question || region.question !== question.name) return [];
    if (rule.label && !isWithin(question, region.label, [rule.label])) return [];
    const sizes = sizesOf(region);
    const short = SIZES.find((name) => name in sizes && (sizes[name] ?? 0) < (rule.least[name] ?? 0));
    if (!short) return [];
    const values = { question: question.title, n: rule.least[short] ?? 0 };
    return [{ code: `small-${short}`, question: question.name, region: region.id, values }];
  });
}

function sizesOf(region: Region): Readonly<Record<string, number>> {
  if (region.kind === "box") return { width: region.at.w, height: region.at.h, area: region.at.w * region.at.h };
  if (region.kind !== "span") return {};
  const left = (region.at.gaps ?? []).reduce((sum, [start, end]) => sum + end - start, 0);
  return { length: region.at.end - region.at.start - left };
}
