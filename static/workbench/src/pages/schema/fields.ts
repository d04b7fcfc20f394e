/** Fields of the editor. Each carries the place in the definition that it shows, so that problems find it. */

import { icon, make } from "../dom";
import { say, type Word } from "./words";

export interface FieldPlan {
  /** Where its value stands: `questions/0/labels/2/name`. */
  readonly at: string;
  readonly label: string;
  readonly value: string;
  readonly help?: string;
  readonly kind?: string;
  /** The label is for screen readers alone. */
  readonly bare?: boolean;
  onInput(value: string): void;
}

export const idOf = (at: string): string => `at-${at.replaceAll("/", "-")}`;

function around(plan: FieldPlan, control: HTMLElement): HTMLElement {
  control.id = idOf(plan.at);
  control.dataset.at = plan.at;
  const label = make("label", { for: control.id, ...(plan.bare ? { class: "vh" } : {}) }, plan.label);
  const help = plan.help ? make("p", { class: "help", id: `${control.id}-help` }, plan.help) : null;
  if (help) control.setAttribute("aria-describedby", help.id);
  return make("div", { class: "field" }, label, control, help);
}

export function textField(plan: FieldPlan): HTMLElement {
  const input = make("input", { class: `input ${plan.kind ?? ""}`.trim(), type: "text", autocomplete: "off", spellcheck: "false" });
  input.value = plan.value;
  input.addEventListener("input", () => plan.onInput(input.value));
  return around(plan, input);
}

export function areaField(plan: FieldPlan & { readonly rows?: number }): HTMLElement {
  const area = make("textarea", { class: `input ${plan.kind ?? ""}`.trim(), rows: String(plan.rows ?? 2), spellcheck: "false" });
  area.value = plan.value;
  area.addEventListener("input", () => plan.onInput(area.value));
  return around(plan, area);
}

export function selectField(plan: FieldPlan & { readonly options: readonly (readonly [string, string])[] }): HTMLElement {
  const select = make("select", { class: "input" });
  const known = plan.options.some(([value]) => value === plan.value);
  const options = known ? plan.options : [...plan.options, [plan.value, plan.value] as const];
  select.append(...options.map(([value, text]) => make("option", { value }, text)));
  select.value = plan.value;
  select.addEventListener("change", () => plan.onInput(select.value));
  return around(plan, select);
}

export function colorField(plan: FieldPlan): HTMLElement {
  const input = make("input", { class: "color", type: "color" });
  if (/^#[0-9a-f]{6}$/i.test(plan.value)) input.value = plan.value;
  input.addEventListener("input", () => plan.onInput(input.value));
  return around(plan, input);
}

export function checkField(at: string, label: string, checked: boolean, onChange: (checked: boolean) => void): HTMLElement {
  const input = make("input", { type: "checkbox" });
  input.id = idOf(at);
  input.dataset.at = at;
  input.checked = checked;
  input.addEventListener("change", () => onChange(input.checked));
  return make("label", { class: "check", for: input.id }, input, label);
}

/** A button with a picture; `more` says for screen readers what it is about. */
export function iconButton(name: string, word: Word, more: string, run: () => void): HTMLButtonElement {
  const text = more ? `${say(word)}: ${more}` : say(word);
  const element = make("button", { class: "iconbtn", type: "button", title: say(word), "aria-label": text });
  element.append(icon(name));
  element.addEventListener("click", run);
  return element;
}

export function addButton(word: Word, run: () => void): HTMLButtonElement {
  const element = make("button", { class: "btn s", type: "button" });
  element.append(icon("plus"), say(word));
  element.addEventListener("click", run);
  return element;
}

export interface MovePlan {
  readonly name: string;
  readonly first: boolean;
  readonly last: boolean;
  move(by: -1 | 1): void;
  remove(): void;
}

/** Up, down and remove. Those that do nothing stay reachable, so that the focus does not jump. */
export function moveButtons({ name, first, last, move, remove }: MovePlan): HTMLElement {
  const up = iconButton("arrow-up", "up", name, () => { if (!first) move(-1); });
  const down = iconButton("arrow-down", "down", name, () => { if (!last) move(1); });
  up.setAttribute("aria-disabled", String(first));
  down.setAttribute("aria-disabled", String(last));
  up.dataset.role = "up";
  down.dataset.role = "down";
  return make("div", { class: "moves" }, up, down, iconButton("x", "remove", name, remove));
}
