/** The questions of the form, each with what its type asks for. */

import { make } from "../dom";
import { rulesPart, whenPart } from "./conditions";
import { linesOf, listOf, move, nameFrom, numberOrText, put, splitLines, textOf, type Json } from "./definition";
import { addButton, areaField, checkField, idOf, moveButtons, selectField, textField } from "./fields";
import type { Desk } from "./kinds";
import { labelsPart } from "./labels";
import { say, sayOr } from "./words";

const TEXTS = ["unit", "prefill"];
const NUMBERS = ["min", "max", "step", "max_length", "min_count", "max_count"];
/** What has a part of its own, or none in the form. */
const APART = ["labels", "labels_from", "attributes"];

export function questionsPart(desk: Desk): HTMLElement {
  const { definition, kinds } = desk;
  return make("div", { class: "stack" },
    selectField({
      at: "data_type", label: say("data.type"), value: textOf(definition.data_type), options: kinds.dataTypes,
      onInput: (value) => desk.changed(() => { definition.data_type = value; }, "data_type"),
    }),
    ...definition.questions.map((question, place) => questionPart(desk, question, place)),
    addButton("question.add", () => addQuestion(desk)),
    rulesPart(desk));
}

function addQuestion(desk: Desk): void {
  const { questions, data_type: data } = desk.definition;
  const names = new Set(questions.map((one) => textOf(one.name)));
  const type = desk.kinds.questionTypes.find((one) => one.data.includes(textOf(data)))?.value ?? "choice";
  const title = say("question.new");
  const question: Json = { name: nameFrom(title, names, "question"), title, type };
  if (type === "choice") question.labels = [{ key: "first", name: "First" }, { key: "second", name: "Second" }];
  desk.lookOf(question).open = true;
  desk.changed(() => questions.push(question), `questions/${questions.length}/title`);
}

function questionPart(desk: Desk, question: Json, place: number): HTMLElement {
  const at = `questions/${place}`, { questions } = desk.definition, look = desk.lookOf(question);
  const title = textOf(question.title) || textOf(question.name);
  const kind = desk.kinds.questionTypes.find((one) => one.value === question.type);
  const heading = make("span", { class: "medium" }, title);
  const details = make("details", { class: "ask" },
    make("summary", {}, make("span", { class: "num muted" }, `${place + 1}`), heading, make("span", { class: "small muted" }, kind?.title ?? textOf(question.type))));
  details.open = look.open;
  details.addEventListener("toggle", () => {
    if (look.open === details.open) return;
    look.open = details.open;
    if (details.open && details.childElementCount === 1) details.append(inside());
  });
  const inside = (): HTMLElement => body(desk, question, at, heading);
  if (look.open) details.append(inside());
  return make("section", { class: "card ask-card", "aria-label": title, "data-at": at, tabindex: "-1" }, details,
    moveButtons({
      name: title, first: place === 0, last: place === questions.length - 1,
      move: (by) => desk.changed(() => move(questions, place, by), `questions/${place + by}`, say("moved", { n: place + by + 1 })),
      remove: () => desk.changed(() => questions.splice(place, 1), questions.length > 1 ? "questions/0" : "data_type", say("removed")),
    }));
}

function body(desk: Desk, question: Json, at: string, heading: HTMLElement): HTMLElement {
  const { kinds, definition } = desk;
  const kind = kinds.questionTypes.find((one) => one.value === question.type);
  const fitting = kinds.questionTypes.filter((one) => one.data.includes(textOf(definition.data_type)));
  const options = fitting.map((one) => [one.value, one.title] as const);
  const earlier = definition.questions.slice(0, definition.questions.indexOf(question));
  const keys = kind?.keys ?? [];
  return make("div", { class: "stack tight ask-body" },
    make("div", { class: "pair" },
      textField({
        at: `${at}/title`, label: say("question.title"), value: textOf(question.title),
        onInput: (value) => desk.typed(`${at}/title`, () => {
          const names = new Set(definition.questions.filter((one) => one !== question).map((one) => textOf(one.name)));
          const name = textOf(question.name);
          if (value && name === nameFrom(textOf(question.title), names, "question") && desk.mayRename(name)) {
            question.name = nameFrom(value, names, "question");
            const field = document.getElementById(idOf(`${at}/name`));
            if (field instanceof HTMLInputElement) field.value = textOf(question.name);
          }
          put(question, "title", value);
          heading.textContent = value || textOf(question.name);
        }),
      }),
      textField({
        at: `${at}/name`, label: say("question.name"), value: textOf(question.name), kind: "mono",
        onInput: (value) => desk.typed(`${at}/name`, () => { question.name = value; }),
      })),
    make("div", { class: "pair" },
      selectField({
        at: `${at}/type`, label: say("question.type"), value: textOf(question.type), options,
        onInput: (value) => desk.changed(() => retype(desk, question, value), `${at}/type`),
      }),
      checkField(`${at}/required`, say("question.required"),
        typeof question.required === "boolean" ? question.required : question.type === "choice",
        (checked) => desk.typed(`${at}/required`, () => { question.required = checked; }))),
    areaField({
      at: `${at}/help`, label: say("question.help"), value: textOf(question.help),
      onInput: (value) => desk.typed(`${at}/help`, () => put(question, "help", value)),
    }),
    limits(desk, question, at, keys.filter((key) => !APART.includes(key))),
    whenPart(desk, question, at, earlier),
    keys.includes("labels") && !question.labels_from ? labelsPart(desk, question, at) : null,
    keys.includes("labels_from") ? labelsFrom(desk, question, at) : null,
    keys.includes("attributes") ? attributesPart(desk, question, at) : null);
}

/** The type decides what may stand in a question: the rest goes, labels stay where they may. */
function retype(desk: Desk, question: Json, type: string): void {
  const kindOf = (value: unknown) => desk.kinds.questionTypes.find((one) => one.value === value);
  const before = kindOf(question.type)?.keys ?? [], after = kindOf(type)?.keys ?? [];
  for (const key of before) if (!after.includes(key)) delete question[key];
  question.type = type;
}

function limits(desk: Desk, question: Json, at: string, keys: readonly string[]): HTMLElement | null {
  const fields = keys.filter((key) => NUMBERS.includes(key) || TEXTS.includes(key)).map((key) => textField({
    at: `${at}/${key}`, label: sayOr(`question.${key}`), value: textOf(question[key]), kind: "few",
    onInput: (value) => desk.typed(`${at}/${key}`, () => put(question, key, TEXTS.includes(key) ? value : numberOrText(value))),
  }));
  if (keys.includes("match_case")) {
    fields.push(checkField(`${at}/match_case`, say("question.match_case"), question.match_case === true,
      (checked) => desk.typed(`${at}/match_case`, () => put(question, "match_case", checked || null))));
  }
  return fields.length > 0 ? make("div", { class: "row wrap" }, ...fields) : null;
}

function labelsFrom(desk: Desk, question: Json, at: string): HTMLElement {
  const field = textField({
    at: `${at}/labels_from`, label: say("question.labelsFrom"), help: say("question.labelsFrom.help"),
    value: textOf(question.labels_from), kind: "mono", onInput: () => undefined,
  });
  const input = field.querySelector("input");
  // Labels come and go with it, so it counts when it is left, not at each letter.
  input?.addEventListener("change", () => {
    const value = input.value.trim();
    desk.changed(() => {
      put(question, "labels_from", value);
      if (value) delete question.labels;
    }, `${at}/labels_from`);
  });
  return field;
}

function attributesPart(desk: Desk, question: Json, at: string): HTMLElement {
  const attributes = listOf(question, "attributes");
  const names = new Set(attributes.map((one) => textOf(one.name)));
  return make("fieldset", { class: "part" }, make("legend", {}, say("attributes")),
    ...attributes.map((attribute, place) => attributePart(desk, question, attribute, place, `${at}/attributes/${place}`)),
    addButton("attribute.add", () => desk.changed(() => {
      if (!Array.isArray(question.attributes)) question.attributes = [];
      (question.attributes as Json[]).push({ name: nameFrom("attribute", names, "attribute"), type: "boolean" });
    }, `${at}/attributes/${attributes.length}/name`)));
}

function attributePart(desk: Desk, question: Json, attribute: Json, place: number, at: string): HTMLElement {
  const all = question.attributes as Json[];
  const text = (key: "title" | "name"): HTMLElement => textField({
    at: `${at}/${key}`, label: say(`attribute.${key}`), value: textOf(attribute[key]), kind: key === "name" ? "mono" : "",
    onInput: (value) => desk.typed(`${at}/${key}`, () => put(attribute, key, value)),
  });
  const options = listOf(attribute, "options").map((one) => (one.name && one.name !== one.key ? `${textOf(one.key)} = ${textOf(one.name)}` : textOf(one.key)));
  const base = at.slice(0, at.lastIndexOf("/"));
  return make("div", { class: "rule stack tight" },
    make("div", { class: "row wrap" }, text("title"), text("name"),
      selectField({
        at: `${at}/type`, label: say("attribute.type"), value: textOf(attribute.type), options: desk.kinds.attributeTypes,
        onInput: (value) => desk.changed(() => {
          for (const key of ["options", "min", "max", "max_length"]) delete attribute[key];
          attribute.type = value;
          if (value === "choice") attribute.options = [{ key: "first" }, { key: "second" }];
        }, `${at}/type`),
      }),
      moveButtons({
        name: textOf(attribute.title) || textOf(attribute.name), first: place === 0, last: place === all.length - 1,
        move: (by) => desk.changed(() => move(all, place, by), `${base}/${place + by}/name`, say("moved", { n: place + by + 1 })),
        remove: () => desk.changed(() => {
          all.splice(place, 1);
          put(question, "attributes", all);
        }, all.length > 1 ? `${base}/0/name` : at.split("/attributes")[0] ?? "", say("removed")),
      })),
    attribute.type === "choice" ? areaField({
      at: `${at}/options`, label: say("attribute.options"), value: linesOf(options), rows: 3,
      onInput: (value) => desk.typed(`${at}/options`, () => {
        attribute.options = splitLines(value).map((line) => {
          const [key = "", name] = line.split("=").map((part) => part.trim());
          return name ? { key, name } : { key };
        });
      }),
    }) : null,
    checkField(`${at}/required`, say("question.required"), attribute.required === true,
      (checked) => desk.typed(`${at}/required`, () => { attribute.required = checked; })));
}
