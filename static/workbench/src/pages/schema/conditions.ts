/** When a question is asked, and the rules between answers. */

import { make } from "../dom";
import { isObject, listOf, move, numberOrText, put, splitCommas, splitLines, textOf, type Json } from "./definition";
import { addButton, areaField, checkField, moveButtons, selectField, textField } from "./fields";
import type { Desk } from "./kinds";
import { say, sayOr, type Word } from "./words";

type Pairs = readonly (readonly [string, string])[];

const titleOf = (question: Json): string => textOf(question.title) || textOf(question.name);

/** Which earlier answer a question or rule waits for. */
export function whenPart(desk: Desk, holder: Json, at: string, known: readonly Json[]): HTMLElement | null {
  const when = isObject(holder.when) ? holder.when : null;
  if (!when && known.length === 0) return null;
  const options: Pairs = [["", say("when.always")], ...known.map((one) => [textOf(one.name), titleOf(one)] as const)];
  const choose = selectField({
    at: `${at}/when/question`, label: say("when"), value: textOf(when?.question), options,
    onInput: (value) => desk.changed(() => put(holder, "when", value ? { question: value } : null), `${at}/when/question`),
  });
  if (!when) return choose;
  const asked = known.find((one) => one.name === when.question);
  const kind = desk.kinds.questionTypes.find((one) => one.value === asked?.type);
  const number = (key: "at_least" | "at_most"): HTMLElement => textField({
    at: `${at}/when/${key}`, label: say(`when.${key}`), value: textOf(when[key]), kind: "few",
    onInput: (value) => desk.typed(`${at}/when/${key}`, () => put(when, key, numberOrText(value))),
  });
  const labels = Array.isArray(when.label) ? when.label.map(textOf).join(", ") : textOf(when.label);
  return make("div", { class: "stack tight" }, choose,
    kind?.keys.includes("labels") ? textField({
      at: `${at}/when/label`, label: say("when.label"), help: say("when.label.help"), value: labels, kind: "mono",
      onInput: (value) => desk.typed(`${at}/when/label`, () => put(when, "label", splitCommas(value))),
    }) : null,
    asked?.type === "number" || asked?.type === "rating" ? make("div", { class: "row wrap" }, number("at_least"), number("at_most")) : null);
}

const RULES: Readonly<Record<string, readonly string[]>> = {
  forbidden: ["labels"],
  required_region: ["question", "label", "when"],
  region_count: ["question", "label", "at_least", "at_most", "when"],
  max_overlap: ["question", "share", "same_label", "between"],
  min_size: ["question", "label", "width", "height", "area", "length", "duration", "when"],
  value_range: ["question", "label", "attribute", "at_least", "at_most", "when"],
  needs_text: ["question", "label", "characters", "when"],
};
const SIDES = ["width", "height", "area"];

/** Whether a rule can be about a question: numbers have ranges, all others are about regions. */
function goesWith(rule: string, question: Json, isDrawn: (question: Json) => boolean): boolean {
  const isNumber = question.type === "number" || question.type === "rating";
  return rule === "value_range" ? isNumber || isDrawn(question) : isDrawn(question);
}

/** Which sizes the regions of a question have. */
function sizesFor(type: string): readonly string[] {
  if (type === "segments" || type === "tracks") return ["duration"];
  return type === "spans" || type === "polylines" ? ["length"] : SIDES;
}

export function rulesPart(desk: Desk): HTMLElement {
  const rules = listOf(desk.definition, "rules");
  const isDrawn = (one: Json): boolean =>
    desk.kinds.questionTypes.find(({ value }) => value === one.type)?.keys.includes("min_count") ?? false;
  const first = desk.definition.questions.find(isDrawn);
  const fresh = (): Json => (first ? { type: "max_overlap", question: textOf(first.name), share: 0.9 } : { type: "forbidden", labels: [] });
  return make("fieldset", { class: "card ask-card rules" }, make("legend", {}, say("rules")),
    make("div", { class: "stack tight" }, ...rules.map((rule, place) =>
      rulePart(desk, rule, place, desk.definition.questions.filter((one) => goesWith(textOf(rule.type), one, isDrawn))))),
    addButton("rule.add", () => desk.changed(() => {
      if (!Array.isArray(desk.definition.rules)) desk.definition.rules = [];
      (desk.definition.rules as Json[]).push(fresh());
    }, `rules/${rules.length}/type`)));
}

function rulePart(desk: Desk, rule: Json, place: number, drawn: readonly Json[]): HTMLElement {
  const at = `rules/${place}`, rules = desk.definition.rules as Json[];
  const keys = RULES[textOf(rule.type)] ?? [];
  const text = (key: string, word: Word, number = false): HTMLElement => textField({
    at: `${at}/${key}`, label: say(word), value: textOf(rule[key]), kind: number ? "few" : "",
    onInput: (value) => desk.typed(`${at}/${key}`, () => put(rule, key, number ? numberOrText(value) : value)),
  });
  const choose = (key: string, label: string, options: Pairs, value: string): HTMLElement => selectField({
    at: `${at}/${key}`, label, options, value,
    onInput: (chosen) => desk.changed(() => {
      if (key === "type") for (const gone of Object.keys(rule)) if (!["level", "message"].includes(gone)) delete rule[gone];
      rule[key] = chosen;
    }, `${at}/${key}`),
  });
  const type = textOf(drawn.find((one) => one.name === rule.question)?.type);
  const own = (["width", "height", "area", "length", "duration"] as const).filter((key) => keys.includes(key) && sizesFor(type).includes(key));
  const isNumber = type === "number" || type === "rating";
  return make("div", { class: "rule stack tight" },
    make("div", { class: "row wrap" },
      choose("type", say("rule.type"), Object.keys(RULES).map((one) => [one, sayOr(`rule.${one}`)] as const), textOf(rule.type)),
      choose("level", say("rule.level"), [["error", say("rule.error")], ["warning", say("rule.warning")]], textOf(rule.level) || "error"),
      keys.includes("question") ? choose("question", say("rule.question"),
        drawn.map((one) => [textOf(one.name), titleOf(one)] as const), textOf(rule.question)) : null,
      moveButtons({
        name: sayOr(`rule.${textOf(rule.type)}`), first: place === 0, last: place === rules.length - 1,
        move: (by) => desk.changed(() => move(rules, place, by), `rules/${place + by}/type`, say("moved", { n: place + by + 1 })),
        remove: () => desk.changed(() => {
          rules.splice(place, 1);
          put(desk.definition, "rules", rules);
        }, rules.length > 1 ? "rules/0/type" : "", say("removed")),
      })),
    keys.includes("labels") ? pairsField(desk, rule, at) : null,
    make("div", { class: "row wrap" },
      keys.includes("label") && !isNumber ? text("label", "rule.label") : null,
      keys.includes("attribute") && !isNumber ? text("attribute", "rule.attribute") : null,
      ...(["at_least", "at_most", "characters"] as const).filter((key) => keys.includes(key)).map((key) => text(key, `rule.${key}`, true)),
      keys.includes("share") ? text("share", "rule.share", true) : null,
      ...own.map((key) => text(key, `rule.${key}`, true))),
    keys.includes("between") ? betweenField(desk, rule, at) : null,
    keys.includes("same_label") && !Array.isArray(rule.between) ? checkField(`${at}/same_label`, say("rule.same_label"), rule.same_label !== false,
      (checked) => desk.typed(`${at}/same_label`, () => { rule.same_label = checked; })) : null,
    keys.includes("when") ? whenPart(desk, rule, at, desk.definition.questions) : null,
    text("message", "rule.message"));
}

function betweenField(desk: Desk, rule: Json, at: string): HTMLElement {
  const value = Array.isArray(rule.between) ? rule.between.map(textOf).join(", ") : "";
  return textField({
    at: `${at}/between`, label: say("rule.between"), value, kind: "mono",
    onInput: (typed) => desk.typed(`${at}/between`, () => {
      const labels = splitCommas(typed);
      delete rule.same_label;
      put(rule, "between", labels.length > 0 ? labels : null);
    }),
  });
}

function pairsField(desk: Desk, rule: Json, at: string): HTMLElement {
  const value = listOf(rule, "labels").map((pair) => `${textOf(pair.question)}, ${textOf(pair.label)}`).join("\n");
  return areaField({
    at: `${at}/labels`, label: say("rule.pairs"), value, kind: "mono",
    onInput: (text) => desk.typed(`${at}/labels`, () => {
      rule.labels = splitLines(text).map((line) => {
        const [question = "", label = ""] = line.split(",").map((part) => part.trim());
        return { question, label };
      });
    }),
  });
}
