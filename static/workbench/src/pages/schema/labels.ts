/** The labels of a question: a row each, fifty at a time, and many at once from lines or a file. */

import { make } from "../dom";
import { onlyNew, readClassList } from "./classList";
import { keyFrom, linesOf, listOf, move, put, splitLines, textOf, type Json } from "./definition";
import { addButton, areaField, checkField, colorField, iconButton, idOf, moveButtons, textField } from "./fields";
import type { Desk } from "./kinds";
import { say, type Word } from "./words";

const PAGE = 50;

export function labelsPart(desk: Desk, question: Json, at: string): HTMLElement {
  if (!Array.isArray(question.labels)) question.labels = [];
  const labels = listOf(question, "labels"), look = desk.lookOf(question);
  const found = labels.filter((label) => matches(label, look.search));
  look.page = Math.min(look.page, Math.max(0, Math.ceil(found.length / PAGE) - 1));
  const shown = found.slice(look.page * PAGE, (look.page + 1) * PAGE);
  return make(
    "fieldset", { class: "part" },
    make("legend", {}, say("labels")),
    labels.length > PAGE ? finder(desk, question, at, found.length) : null,
    labels.length > 0 ? make("div", { class: "label-row label-heads", "aria-hidden": "true" },
      make("span", {}), ...(["label.name", "label.key", "label.hotkey"] as const).map((word) => make("span", {}, say(word)))) : null,
    make("ul", { class: "label-rows" }, ...shown.map((label) => row(desk, question, label, `${at}/labels/${labels.indexOf(label)}`))),
    make("div", { class: "row wrap" }, addButton("labels.add", () => add(desk, question, at, labels.length)), many(desk, question, at)),
  );
}

function matches(label: Json, search: string): boolean {
  const text = `${textOf(label.key)} ${textOf(label.name)} ${linesOf(label.aliases)}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function finder(desk: Desk, question: Json, at: string, count: number): HTMLElement {
  const look = desk.lookOf(question);
  const search = textField({
    at: `${at}/find`, label: say("labels.search"), value: look.search, bare: true,
    onInput: (value) => {
      look.search = value;
      look.page = 0;
      desk.redraw(`${at}/find`);
    },
  });
  const turn = (by: number): void => {
    look.page = Math.max(0, look.page + by);
    desk.redraw(`${at}/${by < 0 ? "earlier" : "later"}`);
  };
  const earlier = iconButton("chevron-left", "labels.earlier", "", () => turn(-1));
  const later = iconButton("chevron-right", "labels.later", "", () => turn(1));
  earlier.dataset.at = `${at}/earlier`;
  later.dataset.at = `${at}/later`;
  const from = Math.min(look.page * PAGE + 1, count), to = Math.min((look.page + 1) * PAGE, count);
  const place = make("span", { class: "small muted num" }, say("labels.shown", { from, to, n: count }));
  return make("div", { class: "row wrap" }, search, earlier, place, later);
}

function row(desk: Desk, question: Json, label: Json, at: string): HTMLElement {
  const labels = question.labels as Json[], place = labels.indexOf(label), look = desk.lookOf(question);
  const name = textOf(label.name) || textOf(label.key);
  const text = (key: string, word: Word, kind = ""): HTMLElement => textField({
    at: `${at}/${key}`, label: say("label.of", { what: say(word), n: place + 1 }), value: textOf(label[key]), kind, bare: true,
    onInput: (value) => desk.typed(`${at}/${key}`, () => {
      if (key === "name") follow(desk, labels, label, value);
      put(label, key, value);
      if (key === "name") showKey(at, label);
    }),
  });
  const shift = (by: -1 | 1): void => desk.changed(
    () => move(labels, place, by), `${parentOf(at)}/${place + by}/name`, say("moved", { n: place + by + 1 }),
  );
  const nameField = text("name", "label.name");
  nameField.querySelector("input")?.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      insert(desk, question, parentOf(parentOf(at)), place + 1);
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const by = event.key === "ArrowUp" ? -1 : 1;
      if (place + by >= 0 && place + by < labels.length) shift(by);
    }
  });
  nameField.querySelector("input")?.addEventListener("paste", (event) => pasted(desk, question, at, label, event));
  const more = iconButton("ellipsis", "label.more", "", () => {
    if (!look.full.delete(label)) look.full.add(label);
    desk.redraw(`${at}/more`);
  });
  more.setAttribute("aria-label", say("label.more", { name }));
  more.setAttribute("aria-expanded", String(look.full.has(label)));
  more.dataset.at = `${at}/more`;
  return make(
    "li", {},
    make("div", { class: "label-row" },
      colorField({
        at: `${at}/color`, label: say("label.of", { what: say("label.color"), n: place + 1 }), bare: true,
        value: textOf(label.color) || (desk.kinds.palette[place % desk.kinds.palette.length] ?? ""),
        onInput: (value) => desk.typed(`${at}/color`, () => put(label, "color", value)),
      }),
      nameField, text("key", "label.key", "mono"), text("hotkey", "label.hotkey", "mono hotkey"), more,
      moveButtons({
        name, first: place === 0, last: place === labels.length - 1, move: shift,
        remove: () => desk.changed(() => labels.splice(place, 1),
          labels.length > 1 ? `${parentOf(at)}/${Math.min(place, labels.length - 2)}/name` : parentOf(parentOf(at)), say("removed")),
      })),
    look.full.has(label) ? full(desk, label, at, question.type === "spans") : null,
  );
}

/** While nobody can have used the key, it is made from the name. */
function follow(desk: Desk, labels: readonly Json[], label: Json, name: string): void {
  const key = textOf(label.key), others = keysOf(labels.filter((one) => one !== label));
  const isOwn = key !== keyFrom(textOf(label.name), others) && textOf(label.name) !== "";
  if (!isOwn && name && desk.mayRename(key)) label.key = keyFrom(name, others);
}

function showKey(at: string, label: Json): void {
  const field = document.getElementById(idOf(`${at}/key`));
  if (field instanceof HTMLInputElement) field.value = textOf(label.key);
}

function full(desk: Desk, label: Json, at: string, withPatterns: boolean): HTMLElement {
  const lines = (key: string, word: Word): HTMLElement => areaField({
    at: `${at}/${key}`, label: say(word), value: linesOf(label[key]),
    onInput: (value) => desk.typed(`${at}/${key}`, () => put(label, key, splitLines(value))),
  });
  const text = (key: string, word: Word): HTMLElement => textField({
    at: `${at}/${key}`, label: say(word), value: textOf(label[key]),
    onInput: (value) => desk.typed(`${at}/${key}`, () => put(label, key, value)),
  });
  return make("div", { class: "label-full" },
    text("description", "label.description"), text("parent", "label.parent"),
    lines("aliases", "label.aliases"), lines("examples", "label.examples"),
    withPatterns ? lines("patterns", "label.patterns") : null,
    checkField(`${at}/retired`, say("label.retired"), label.retired === true,
      (checked) => desk.typed(`${at}/retired`, () => put(label, "retired", checked || null))));
}

const parentOf = (at: string): string => at.slice(0, at.lastIndexOf("/"));

const keysOf = (labels: readonly Json[]): Set<string> => new Set(labels.map((one) => textOf(one.key)));

function add(desk: Desk, question: Json, at: string, place: number): void {
  const look = desk.lookOf(question);
  look.search = "";
  look.page = Math.floor(place / PAGE);
  insert(desk, question, at, place);
}

function insert(desk: Desk, question: Json, at: string, place: number): void {
  const labels = question.labels as Json[];
  const label = { key: keyFrom(say("label.new"), keysOf(labels)), name: "" };
  desk.changed(() => labels.splice(place, 0, label), `${at}/labels/${place}/name`);
}

/** Several lines pasted into a name are several labels; the first takes the place of the name. */
function pasted(desk: Desk, question: Json, at: string, label: Json, event: ClipboardEvent): void {
  const text = event.clipboardData?.getData("text") ?? "";
  if (splitLines(text).length < 2) return;
  event.preventDefault();
  const labels = question.labels as Json[], place = labels.indexOf(label);
  const others = labels.filter((one) => one !== label);
  const added = fresh(readClassList(text), textOf(label.name) ? labels : others);
  const gone = textOf(label.name) ? 0 : 1;
  desk.changed(() => labels.splice(place + 1 - gone, gone, ...added), at + "/name", say("labels.many.added", { n: added.length }));
}

/** Labels that are not there yet, with keys that nobody has. */
function fresh(labels: readonly Json[], present: readonly Json[]): Json[] {
  const taken = keysOf(present);
  return onlyNew(labels, present).map((one) => {
    const key = keyFrom(textOf(one.key), taken);
    const kept = taken.has(textOf(one.key)) ? key : textOf(one.key);
    taken.add(kept);
    return { ...one, key: kept };
  });
}

function many(desk: Desk, question: Json, at: string): HTMLElement {
  const lines = areaField({ at: `${at}/many`, label: say("labels.many.help"), value: "", rows: 5, onInput: () => undefined });
  const area = lines.querySelector("textarea");
  const file = make("input", { type: "file", class: "input", accept: ".json,.csv,.tsv,.txt,.yaml,.yml,.names" });
  file.id = idOf(`${at}/file`);
  const told = make("p", { class: "small muted", role: "status" });
  file.addEventListener("change", () => {
    void file.files?.[0]?.text().then((text) => {
      if (area) area.value = readClassList(text).map(asLine).join("\n");
      parsed = readClassList(text);
    });
  });
  let parsed: Json[] | null = null;
  area?.addEventListener("input", () => { parsed = null; });
  const take = make("button", { class: "btn s", type: "button" }, say("labels.many.add"));
  take.addEventListener("click", () => {
    const labels = question.labels as Json[];
    const added = fresh(parsed ?? readClassList(area?.value ?? ""), labels);
    if (added.length === 0) {
      told.textContent = say("labels.many.none");
      return;
    }
    desk.changed(() => labels.push(...added), `${at}/labels/${labels.length}/name`, say("labels.many.added", { n: added.length }));
  });
  return make("details", { class: "many" }, make("summary", { class: "btn s" }, say("labels.many")),
    make("div", { class: "stack tight" }, lines,
      make("div", { class: "field" }, make("label", { for: file.id }, say("labels.many.file")), file),
      make("div", { class: "row" }, take), told));
}

const asLine = (label: Json): string => `${textOf(label.key)}, ${textOf(label.name)}`;
