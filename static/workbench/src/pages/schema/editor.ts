/**
 * The schema editor: a form over the source, in step with it both ways.
 *
 * The source is what is published. What is typed into the form changes the source at once; what is typed
 * into the source changes the form, as soon as it can be read. The server checks it and shows the preview.
 */

import { make } from "../dom";
import { listOf, readSource, textOf, toSource, type Definition, type Json } from "./definition";
import type { Desk, Kinds, Look } from "./kinds";
import { Keeper } from "./keeper";
import { questionsPart } from "./questions";
import { say } from "./words";

const MOST_STEPS = 100;
const MANY_LABELS = 2000;
const PAUSE_MS = 1200;

export function openEditor(form: HTMLFormElement): void {
  new Editor(form);
}

class Editor implements Desk {
  definition: Definition = { questions: [] };
  readonly kinds: Kinds;
  readonly #form: HTMLFormElement;
  readonly #source: HTMLTextAreaElement;
  readonly #place: HTMLElement;
  readonly #said: HTMLElement;
  readonly #undo: HTMLButtonElement;
  readonly #keeper: Keeper;
  #looks = new WeakMap<Json, Look>();
  #steps: string[] = [];
  #lastAt = "";
  #timer = 0;
  #isBehind = false;
  #outcome = "";
  #preview: HTMLElement | null = null;
  #isReadable = true;
  /** Keys and names that answers may use already. */
  readonly #published: ReadonlySet<string>;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    this.#source = form.querySelector("textarea[name=source]") as HTMLTextAreaElement;
    this.#place = form.querySelector("[data-schema-form]") as HTMLElement;
    this.#said = form.querySelector("[data-schema-said]") as HTMLElement;
    this.#undo = form.querySelector("[data-schema-undo]") as HTMLButtonElement;
    this.kinds = JSON.parse(document.getElementById("schema-kinds")?.textContent ?? "{}") as Kinds;
    this.#published = namesIn(readSource(this.#source.value));
    this.#keeper = new Keeper(form, this.#source, () => this.#readSource());
    this.#listen();
    this.#keepPreview();
    this.#readSource(true);
    this.#show("form");
  }

  #listen(): void {
    this.#form.addEventListener("submit", () => this.#writeNow());
    this.#source.addEventListener("input", () => this.#readSource());
    this.#undo.addEventListener("click", () => this.#stepBack());
    for (const choice of this.#form.querySelectorAll<HTMLButtonElement>("[data-schema-show]")) {
      choice.addEventListener("click", () => this.#show(choice.dataset.schemaShow ?? "form"));
    }
    document.addEventListener("htmx:after:swap", () => {
      this.#markProblems();
      this.#keepPreview();
      // Only the outcome is told, not the whole preview again.
      const outcome = document.querySelector("#problems-title, #schema-seen .seen-ok")?.textContent?.trim() ?? "";
      if (outcome !== this.#outcome) this.#said.textContent = this.#outcome = outcome;
    });
    document.addEventListener("click", (event) => {
      const problem = (event.target as Element).closest<HTMLElement>("[data-problem]");
      if (problem) this.#goTo(problem);
    });
  }

  #show(what: string): void {
    this.#writeNow();
    for (const choice of this.#form.querySelectorAll<HTMLElement>("[data-schema-show]")) {
      choice.setAttribute("aria-pressed", String(choice.dataset.schemaShow === what));
    }
    for (const pane of this.#form.querySelectorAll<HTMLElement>("[data-schema-pane]")) {
      pane.hidden = pane.dataset.schemaPane !== what;
      pane.classList.toggle("shown", !pane.hidden);
    }
    if (what === "form") this.#draw();
  }

  get #shown(): string {
    return this.#form.querySelector<HTMLElement>("[data-schema-show][aria-pressed=true]")?.dataset.schemaShow ?? "form";
  }

  // What the form asks for

  /** Nobody has used it under this name: it is new here, and no condition or rule names it. */
  mayRename(key: string): boolean {
    const isNew = this.#form.querySelector("input[name=schema]") === null || !this.#published.has(key);
    if (!isNew) return false;
    const { questions, rules } = this.definition;
    const named = JSON.stringify([questions.map((one) => one.when), rules, questions.map((one) => listOf(one, "labels").map((label) => label.parent))]);
    return !named.includes(JSON.stringify(key));
  }

  lookOf(question: Json): Look {
    let look = this.#looks.get(question);
    if (!look) {
      const open = this.definition.questions.indexOf(question) === 0 || this.definition.questions.length <= 2;
      look = { open, page: 0, search: "", full: new WeakSet() };
      this.#looks.set(question, look);
    }
    return look;
  }

  typed(at: string, run: () => void): void {
    if (at !== this.#lastAt) this.#remember();
    this.#lastAt = at;
    run();
    this.#write();
  }

  changed(run: () => void, focus: string, sentence = ""): void {
    this.#remember();
    this.#lastAt = "";
    run();
    this.#write();
    this.redraw(focus);
    this.#said.textContent = sentence;
  }

  redraw(focus: string): void {
    this.#draw();
    this.#focus(focus);
  }

  #remember(): void {
    this.#writeNow();
    this.#steps = [...this.#steps.slice(-MOST_STEPS), this.#source.value];
    this.#undo.disabled = false;
  }

  #stepBack(): void {
    this.#writeNow();
    const before = this.#steps.pop();
    if (before === undefined) return;
    this.#undo.disabled = this.#steps.length === 0;
    this.#source.value = before;
    this.#lastAt = "";
    this.#readSource();
    this.#said.textContent = say("undo.done");
  }

  /** The form has changed: the source follows; that of thousands of labels once nobody types. */
  #write(): void {
    clearTimeout(this.#timer);
    const count = this.definition.questions.reduce((sum, one) => sum + listOf(one, "labels").length, 0);
    this.#isBehind = true;
    if (count < MANY_LABELS) return this.#writeNow();
    this.#timer = window.setTimeout(() => this.#writeNow(), PAUSE_MS);
  }

  #writeNow(): void {
    clearTimeout(this.#timer);
    if (!this.#isBehind) return;
    this.#isBehind = false;
    this.#source.value = toSource(this.definition);
    this.#changed();
  }

  /** The source has changed: the form follows, if it can be read. */
  #readSource(first = false): void {
    const read = readSource(this.#source.value);
    this.#isReadable = read !== null;
    if (read) {
      const looks = this.definition.questions.map((one) => this.#looks.get(one));
      this.definition = read;
      read.questions.forEach((question, place) => {
        const look = looks[place];
        if (look) this.#looks.set(question, { ...look, full: new WeakSet() });
      });
    }
    if (this.#shown === "form") this.#draw();
    if (!first) this.#changed();
  }

  #changed(): void {
    this.#keeper.keep();
    this.#form.dispatchEvent(new CustomEvent("schema-changed", { bubbles: true }));
  }

  #draw(): void {
    if (this.#isReadable) this.#place.replaceChildren(questionsPart(this));
    else this.#place.replaceChildren(make("div", { class: "note warn", role: "alert" }, make("div", { class: "body" }, say("form.broken"))));
    this.#markProblems();
  }

  // Problems and their places

  #field(at: string): HTMLElement | null {
    return this.#place.querySelector<HTMLElement>(`[data-at="${CSS.escape(at)}"]`);
  }

  /** While something is wrong, the preview stays as it was, and looks it. */
  #keepPreview(): void {
    const seen = document.getElementById("schema-seen");
    const preview = seen?.querySelector<HTMLElement>("[data-schema-preview]") ?? null;
    if (preview) this.#preview = preview;
    else if (this.#preview) {
      this.#preview.classList.add("stale");
      seen?.append(this.#preview);
    }
  }

  #focus(at: string): void {
    const field = at ? this.#field(at) : null;
    if (!field) return;
    field.focus();
    if (field instanceof HTMLInputElement && field.type === "text") field.setSelectionRange(field.value.length, field.value.length);
  }

  /** The field of a place, or of the nearest thing around it. */
  #nearest(at: string): HTMLElement | null {
    for (let here = at; here; here = here.includes("/") ? here.slice(0, here.lastIndexOf("/")) : "") {
      const field = this.#field(here);
      if (field) return field;
    }
    return null;
  }

  #markProblems(): void {
    for (const field of this.#place.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const problem of document.querySelectorAll<HTMLElement>("[data-problem]")) {
      const field = this.#nearest(problem.dataset.problem ?? "");
      if (field?.matches("input, textarea, select")) field.setAttribute("aria-invalid", "true");
    }
  }

  #goTo(problem: HTMLElement): void {
    const at = problem.dataset.problem ?? "", line = Number(problem.dataset.line ?? 0);
    if (this.#shown === "source" || !this.#isReadable) {
      this.#show("source");
      return this.#goToLine(line, Number(problem.dataset.column ?? 1));
    }
    this.#unfold(at);
    (this.#nearest(at) ?? this.#place).focus();
  }

  #unfold(at: string): void {
    const [, place, , label] = at.split("/");
    const question = at.startsWith("questions/") ? this.definition.questions[Number(place)] : undefined;
    if (!question) return;
    const look = this.lookOf(question);
    look.open = true;
    look.search = "";
    if (at.includes("/labels/")) {
      look.page = Math.floor(Number(label) / 50);
      const one = (question.labels as Json[] | undefined)?.[Number(label)];
      if (one) look.full.add(one);
    }
    this.#draw();
  }

  #goToLine(line: number, column: number): void {
    const lines = this.#source.value.split("\n");
    const start = lines.slice(0, Math.max(0, line - 1)).reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column - 1);
    this.#source.focus();
    this.#source.setSelectionRange(start, start + Math.max(0, (lines[line - 1]?.length ?? 0) - column + 1));
  }
}

/** Every key of a label and name of a question. */
function namesIn(definition: Definition | null): ReadonlySet<string> {
  const questions = definition?.questions ?? [];
  return new Set(questions.flatMap((one) => [textOf(one.name), ...listOf(one, "labels").map((label) => textOf(label.key))]));
}
