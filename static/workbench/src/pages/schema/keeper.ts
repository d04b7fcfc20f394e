/** Keeps what was typed on this device until it is published, and says so when the page is opened again. */

import { button, make } from "../dom";
import { say } from "./words";

interface Kept {
  readonly base: string;
  readonly source: string;
  readonly name: string;
}

export class Keeper {
  readonly #form: HTMLFormElement;
  readonly #source: HTMLTextAreaElement;
  readonly #base: string;
  readonly #restored: () => void;
  #isSent = false;

  constructor(form: HTMLFormElement, source: HTMLTextAreaElement, restored: () => void) {
    this.#form = form;
    this.#source = source;
    this.#base = source.value;
    this.#restored = restored;
    const kept = this.#read();
    // What was typed over another state of the schema is not brought back: it would undo what others did.
    if (kept && kept.base === this.#base && kept.source !== this.#base) this.#bringBack(kept);
    form.addEventListener("submit", () => {
      this.#isSent = true;
      // Refused, the page comes back with what was sent.
      localStorage.removeItem(this.#key);
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.#isSent && this.#source.value !== this.#base && !this.#read()) event.preventDefault();
    });
  }

  get #key(): string {
    return `winnow-schema:${location.pathname}${location.search}`;
  }

  get #name(): HTMLInputElement | null {
    return this.#form.querySelector("input[name=name]");
  }

  keep(): void {
    const kept: Kept = { base: this.#base, source: this.#source.value, name: this.#name?.value ?? "" };
    try {
      if (kept.source === this.#base) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      localStorage.removeItem(this.#key); // too large: leaving the page asks first
    }
  }

  #read(): Kept | null {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }

  #bringBack(kept: Kept): void {
    this.#source.value = kept.source;
    if (this.#name && kept.name) this.#name.value = kept.name;
    const note = make("div", { class: "note", role: "status" }, make("div", { class: "body" }, say("draft.kept")),
      button(say("draft.drop"), "s", () => {
        this.#source.value = this.#base;
        localStorage.removeItem(this.#key);
        note.remove();
        this.#restored();
      }));
    this.#form.prepend(note);
  }
}
