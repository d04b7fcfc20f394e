/** Questions that are asked only where an earlier answer calls for them, and labels of the item itself. */

import { readLabel, type Question, type Schema } from "./schema";
import type { Item, Region, Regions } from "./types";

/** What an earlier question must have been answered with; without limits, with anything. */
export interface Condition {
  readonly question: string;
  readonly labels: readonly string[];
  readonly atLeast: number | null;
  readonly atMost: number | null;
}

type Raw = Readonly<Record<string, unknown>>;

export function readCondition(value: unknown): Condition | null {
  if (typeof value !== "object" || value === null) return null;
  const raw = value as Raw;
  const labels = typeof raw.label === "string" ? [raw.label] : Array.isArray(raw.label) ? (raw.label as string[]) : [];
  const number = (one: unknown): number | null => (typeof one === "number" ? one : null);
  return { question: String(raw.question), labels, atLeast: number(raw.at_least), atMost: number(raw.at_most) };
}

/** Whether a label is one of those wanted, or stands below one of them. */
export function isWithin(question: Question, key: string | undefined, wanted: readonly string[]): boolean {
  for (let here = key; here !== undefined;) {
    if (wanted.includes(here)) return true;
    const above = question.labels.find((label) => label.key === here)?.parent;
    here = above || undefined;
  }
  return false;
}

/** Whether one of the answers to its question is what a condition asks for. */
export function holds(condition: Condition, question: Question, regions: Regions): boolean {
  const { labels, atLeast, atMost } = condition;
  return regions.some((region) => {
    if (region.question !== condition.question) return false;
    if (labels.length > 0 && !isWithin(question, region.label, labels)) return false;
    if (atLeast === null && atMost === null) return true;
    const value = region.kind === "item" ? region.value : undefined;
    if (typeof value !== "number") return false;
    return (atLeast === null || value >= atLeast) && (atMost === null || value <= atMost);
  });
}

const NONE: ReadonlySet<string> = new Set();

/** The questions that these answers do not call for; one that waits for a hidden one is hidden as well. */
export function hiddenQuestions(schema: Schema, regions: Regions): ReadonlySet<string> {
  if (schema.questions.every((question) => question.when === null)) return NONE;
  const hidden = new Set<string>();
  for (const question of schema.questions) {
    const { when } = question;
    if (!when) continue;
    const asked = schema.questions.find((one) => one.name === when.question);
    if (!asked || hidden.has(asked.name) || !holds(when, asked, regions)) hidden.add(question.name);
  }
  return hidden;
}

export function askedQuestions(schema: Schema, regions: Regions): readonly Question[] {
  const hidden = hiddenQuestions(schema, regions);
  return hidden.size === 0 ? schema.questions : schema.questions.filter((one) => !hidden.has(one.name));
}

/** The answers without those to questions that are not asked. */
export function askedAnswers(schema: Schema, regions: Regions): Regions {
  const hidden = hiddenQuestions(schema, regions);
  if (!regions.some((region) => hidden.has(region.question))) return regions;
  return regions.filter((region: Region) => !hidden.has(region.question));
}

/** The schema with the labels that this item brings for questions that take theirs from it. */
export function withItemLabels(schema: Schema, item: Item): Schema {
  if (schema.questions.every((question) => question.labelsFrom === "")) return schema;
  const questions = schema.questions.map((question) => {
    if (question.labelsFrom === "") return question;
    return { ...question, labels: (item.labels?.[question.name] ?? []).map(readLabel) };
  });
  return { ...schema, questions };
}
