/** The drop zone: `<form data-drop data-upload-url="…">` with file inputs and a place for what happens. */

import { createApi, Refusal, type Api } from "../../core/api";
import { button, icon, make, progressBar } from "../dom";
import { csrfToken } from "../htmx";
import { say, sayBytes, sayNumber, sayTime } from "../words";
import { Cancelled, Upload, type Options, type UploadProgress } from "./client";
import { fromDrop, fromInput, type Found } from "./files";
import { followJob, refusalsOf, type Job, type RefusedRecord } from "./job";
import { Pace } from "./pace";

export function wakeZones(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-drop]")) new Zone(form);
}

class Zone {
  readonly #form: HTMLFormElement;
  readonly #target: HTMLElement;
  readonly #status: HTMLElement;
  readonly #api: Api;
  #busy = false;
  #over = 0;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    this.#target = form.querySelector<HTMLElement>(".drop") ?? form;
    this.#status = form.querySelector<HTMLElement>("[data-drop-status]") ?? form.appendChild(make("div"));
    this.#api = createApi("/api/v1/", csrfToken());
    this.#listen();
  }

  #listen(): void {
    const target = this.#target;
    target.addEventListener("dragenter", (event) => this.#hang(event, 1));
    target.addEventListener("dragover", (event) => event.preventDefault());
    target.addEventListener("dragleave", (event) => this.#hang(event, -1));
    target.addEventListener("drop", (event) => void this.#dropped(event));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    for (const input of this.#form.querySelectorAll<HTMLInputElement>("input[type=file]")) {
      input.addEventListener("change", () => {
        const found = input.files ? fromInput(input.files) : [];
        input.value = "";
        void this.#take(found);
      });
    }
    window.addEventListener("beforeunload", (event) => {
      if (this.#busy) event.preventDefault();
    });
  }

  /** Children of the zone fire, too: only the last leaving counts. */
  #hang(event: DragEvent, by: 1 | -1): void {
    event.preventDefault();
    this.#over = Math.max(0, this.#over + by);
    this.#target.classList.toggle("over", this.#over > 0);
  }

  async #dropped(event: DragEvent): Promise<void> {
    event.preventDefault();
    this.#over = 0;
    this.#target.classList.remove("over");
    if (event.dataTransfer) await this.#take(await fromDrop(event.dataTransfer));
  }

  async #take(all: readonly Found[]): Promise<void> {
    if (this.#busy) return;
    const found = all.filter(({ file }) => file.size > 0);
    const empty = all.length - found.length;
    if (found.length === 0) return this.#show(note("warn", empty > 0 ? say("upload.all.empty", { n: empty }) : say("upload.nothing")));
    const left = empty > 0 ? note("info", say("upload.empty", { n: empty })) : null;
    const sending = new SendingView(left);
    const url = this.#form.dataset.uploadUrl ?? "";
    const upload = new Upload(this.#api, url, found, this.#options(), (progress) => sending.set(progress));
    sending.onCancel(() => upload.cancel());
    this.#show(sending.element);
    await this.#send(upload, sending, left);
  }

  async #send(upload: Upload, sending: SendingView, left: Node | null): Promise<void> {
    this.#busy = true;
    try {
      sending.set(upload.progress);
      const job = await upload.run();
      this.#busy = false;
      await this.#follow(job, left);
    } catch (error) {
      this.#busy = false;
      this.#stopped(error, () => {
        this.#show(sending.element);
        void this.#send(upload, sending, left);
      });
    }
  }

  #stopped(error: unknown, again: () => void): void {
    if (error instanceof Cancelled) return this.#show(note("info", say("upload.cancelled")));
    const places = error instanceof Refusal ? error.places : [];
    const detail = error instanceof Refusal ? error.message : say("server.unreachable");
    const list = places.length > 0
      ? make("ul", {}, ...places.slice(0, 20).map(({ at, detail: why }) => make("li", {}, make("code", {}, at), ` ${why}`)))
      : null;
    const body = make("div", { class: "stack tight" }, make("b", {}, say("upload.stopped")), make("span", {}, detail), list);
    // What the server refused would be refused again; a broken line may be tried.
    const isFinal = error instanceof Refusal && error.status < 500 && error.status !== 429;
    this.#show(note("error", body, isFinal ? null : button(say("upload.goOn"), "s", again)));
  }

  async #follow(url: string, left: Node | null): Promise<void> {
    const view = new JobView(jobPage(url));
    this.#show(view.element);
    try {
      const job = await followJob(this.#api, url, (now) => view.set(now));
      const refused = Number(job.report.refused ?? 0);
      const refusals = refused > 0 ? await refusalsOf(this.#api, job) : { rows: [], more: false };
      this.#show(...outcome(job, refusals, jobPage(url)), ...(left ? [left] : []));
      // Counts and lists of the page ask again.
      document.body.dispatchEvent(new Event("arrived"));
    } catch (error) {
      this.#show(note("error", error instanceof Error ? error.message : String(error)));
    }
  }

  /** The other fields of the form say how the files are to be read; what is empty says nothing. */
  #options(): Options {
    const options: Record<string, string | boolean> = {};
    for (const field of this.#form.elements) {
      if (field instanceof HTMLInputElement && field.type === "checkbox" && field.name) {
        if (field.checked) options[field.name] = true;
        continue;
      }
      const isText = (field instanceof HTMLInputElement && !["file", "hidden", "submit"].includes(field.type)) || field instanceof HTMLSelectElement;
      if (isText && field.name && field.value.trim()) options[field.name] = field.value.trim();
    }
    return options;
  }

  #show(...parts: readonly Node[]): void {
    this.#status.replaceChildren(...parts);
  }
}

/** "/api/v1/jobs/job_x" is shown to people at "/jobs/job_x". */
function jobPage(url: string): string {
  return url.replace(/^\/api\/v1/, "");
}

function note(kind: "info" | "warn" | "error" | "ok", body: Node | string, action: Node | null = null): HTMLElement {
  const names = { info: "info", warn: "triangle-alert", error: "circle-alert", ok: "circle-check" };
  const text = make("div", { class: "body" }, body);
  const element = make("div", { class: kind === "info" ? "note" : `note ${kind}` }, icon(names[kind]), text, action);
  if (kind === "error") element.setAttribute("role", "alert");
  return element;
}

/** Counts, share, rate and estimate of something under way. */
class ProgressView {
  readonly element: HTMLElement;
  readonly #count = make("span", { class: "answer-a" });
  readonly #speed = make("span", { class: "muted num" });
  readonly #bar = progressBar(say("upload.bar"));

  constructor(...after: ReadonlyArray<Node | null>) {
    const head = make("div", { class: "between" }, this.#count, this.#speed);
    this.element = make("div", { class: "progress" }, head, this.#bar.element, ...after);
  }

  set(count: string, share: number | null, speed: string): void {
    const percent = share === null ? "" : ` ${Math.floor(100 * share)} %`;
    this.#count.replaceChildren(count, make("small", {}, percent));
    this.#speed.textContent = speed;
    this.#bar.set(share);
  }
}

function speedOf(rate: string | null, left: number | null): string {
  const parts = [
    rate === null ? null : say("upload.rate", { rate }),
    left === null ? null : say("upload.left", { time: sayTime(left) }),
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

class SendingView {
  readonly element: HTMLElement;
  readonly #view: ProgressView;
  readonly #pace = new Pace();
  #cancel: () => void = () => undefined;

  constructor(left: Node | null) {
    const stop = button(say("upload.cancel"), "s", () => this.#cancel());
    const foot = make("div", { class: "between" }, make("span", { class: "small muted" }, say("upload.keepOpen")), stop);
    this.#view = new ProgressView(foot);
    this.element = make("div", { class: "stack" }, left, this.#view.element);
  }

  onCancel(cancel: () => void): void {
    this.#cancel = cancel;
  }

  set({ filesDone, files, bytesDone, bytes }: UploadProgress): void {
    this.#pace.note(bytesDone);
    const { rate } = this.#pace;
    const speed = speedOf(rate === null ? null : sayBytes(rate), this.#pace.left(bytes));
    const count = `${say("upload.sending", { done: filesDone, total: files })}, ${sayBytes(bytesDone)}`;
    this.#view.set(count, bytes > 0 ? bytesDone / bytes : 1, speed);
  }
}

class JobView {
  readonly element: HTMLElement;
  readonly #view: ProgressView;
  readonly #pace = new Pace();
  readonly #note = make("span", { class: "small muted" });

  constructor(page: string) {
    const link = make("a", { href: page, class: "small" }, say("upload.job"));
    const foot = make("div", { class: "between" }, make("span", { class: "small muted" }, say("upload.mayLeave")), link);
    this.#view = new ProgressView(this.#note, foot);
    this.element = this.#view.element;
  }

  set({ state, done, total, unit, note: text }: Job): void {
    this.#pace.note(done);
    const { rate } = this.#pace;
    const values = { done, total: total ?? 0, unit };
    const count = state === "queued" ? say("upload.waiting") : say(total === null ? "upload.taking.some" : "upload.taking", values);
    const speed = speedOf(rate === null ? null : `${sayNumber(rate)} ${unit}`, total === null ? null : this.#pace.left(total));
    this.#view.set(count, total ? done / total : null, speed);
    this.#note.textContent = text;
  }
}

/** More would push everything else off the page; the job's page has them all. */
const MOST_ROWS = 10;

interface Refusals {
  readonly rows: readonly RefusedRecord[];
  readonly more: boolean;
}

function outcome(job: Job, refusals: Refusals, page: string): Node[] {
  const count = (name: string): number => Number(job.report[name] ?? 0);
  const [created, unchanged, refused] = [count("created"), count("unchanged"), count("refused")];
  const facts = [
    say("upload.created", { n: created }),
    unchanged > 0 ? say("upload.unchanged", { n: unchanged }) : null,
    refused > 0 ? say("upload.refused", { n: refused }) : null,
  ].filter((fact) => fact !== null);
  const link = make("a", { href: page }, say("upload.job"));
  if (job.state !== "succeeded") {
    const why = job.error?.detail ?? job.error?.title ?? "";
    return [note("error", make("div", {}, make("b", {}, say("upload.failed")), ` ${why} `, link))];
  }
  const kind = refused > 0 ? "warn" : "ok";
  const head = note(kind, make("div", {}, make("b", {}, refused > 0 ? "" : say("upload.done")), ` ${facts.join(", ")}. `, link));
  return refusals.rows.length > 0 ? [head, refusalTable(refusals, page)] : [head];
}

function refusalTable({ rows, more }: Refusals, page: string): HTMLElement {
  const shown = rows.slice(0, MOST_ROWS);
  const heads = [say("upload.place"), say("upload.key"), say("upload.reason")];
  const table = make("table", { class: "table compact refusals" },
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...shown.map(({ place, key, detail }) => make("tr", {},
      make("td", { class: "mono" }, place), make("td", { class: "mono" }, key || "–"), make("td", {}, detail)))));
  const scroll = make("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": say("upload.refusals") }, table);
  const foot = make("p", { class: "small muted" }, `${say("upload.refusals.foot")} `);
  if (more || shown.length < rows.length) foot.append(make("a", { href: page }, say("upload.more")));
  return make("div", { class: "stack tight" }, make("h3", {}, say("upload.refusals")), scroll, foot);
}
