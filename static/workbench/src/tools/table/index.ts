/** A table row as a list of names and values; where cells are asked about, each can be chosen. */

import { toolCommand, type Command } from "../../core/commands";
import { t } from "../../core/i18n";
import { isAnswer, labelOf, type Question } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { Cell } from "../../core/types";

function cellOf(value: Cell): HTMLElement {
  const cell = document.createElement("dd");
  if (value === null || value === "") {
    cell.className = "muted";
    cell.textContent = "–";
    const words = document.createElement("span");
    words.className = "vh";
    words.textContent = t("table.noValue");
    cell.append(words);
    return cell;
  }
  cell.dir = "auto";
  if (typeof value === "number") cell.className = "num";
  cell.textContent = String(value);
  return cell;
}

class TableStage implements MountedTool {
  readonly commands: readonly Command[];
  readonly #host: HTMLElement;
  readonly #context: ToolContext;
  readonly #article = document.createElement("article");
  #scene: Scene | null = null;
  #pairs: readonly HTMLElement[] = [];
  #field: string | null = null;

  constructor(host: HTMLElement, context: ToolContext) {
    this.#host = host;
    this.#context = context;
    this.#article.className = "doc";
    host.classList.add("paper");
    host.append(this.#article);
    const asksCells = (): boolean => this.#asked().length > 0;
    this.commands = context.readOnly ? [] : [
      toolCommand("table.next", { title: "key.table.next", group: "view", keys: ["ArrowDown"], repeats: true, fits: asksCells },
        () => this.#step(1), asksCells),
      toolCommand("table.previous", { title: "key.table.previous", group: "view", keys: ["ArrowUp"], repeats: true, fits: asksCells },
        () => this.#step(-1), asksCells),
    ];
  }

  async update(scene: Scene): Promise<void> {
    const fresh = this.#scene?.key !== scene.key;
    this.#scene = scene;
    if (fresh) this.#begin(scene);
    this.#mark();
  }

  #begin(scene: Scene): void {
    const list = document.createElement("dl");
    list.className = "row-list";
    this.#pairs = Object.entries(scene.item.row ?? {}).map(([name, value]) => this.#pair(name, value));
    list.append(...this.#pairs);
    this.#article.replaceChildren(list);
    this.#host.scrollTop = 0;
    this.#field = null;
    if (!this.#context.readOnly) this.#choose(this.#asked()[0] ?? null, false);
  }

  #pair(name: string, value: Cell): HTMLElement {
    const term = document.createElement("dt");
    term.textContent = name;
    const said = document.createElement("dd");
    said.className = "said";
    const pair = document.createElement("div");
    pair.dataset.field = name;
    pair.append(term, cellOf(value), said);
    if (!this.#context.readOnly) pair.addEventListener("click", () => this.#choose(name, true));
    return pair;
  }

  /** The fields of the row that some question is asked of, in the order of the row. */
  #asked(): string[] {
    const questions = this.#scene?.schema.questions.filter((one) => one.per === "cell") ?? [];
    const names = Object.keys(this.#scene?.item.row ?? {});
    return names.filter((name) => questions.some(({ fields }) => fields.length === 0 || fields.includes(name)));
  }

  #step(by: 1 | -1): void {
    const asked = this.#asked();
    const at = this.#field === null ? -1 : asked.indexOf(this.#field);
    this.#choose(asked[Math.max(0, Math.min(at + by, asked.length - 1))] ?? null, true);
  }

  #choose(field: string | null, aloud: boolean): void {
    const asked = this.#asked();
    if (field !== null && !asked.includes(field)) return;
    this.#field = field;
    this.#context.run("turn.choose", { turn: field });
    const pair = this.#pairs.find((one) => one.dataset.field === field);
    pair?.scrollIntoView({ block: "nearest" });
    if (aloud && field !== null) {
      this.#context.announce(t("announce.cell", { name: field, n: asked.indexOf(field) + 1, count: asked.length }));
    }
    this.#mark();
  }

  /** What the answers say, shown beside the cell they are about; a corrected value beside the original. */
  #mark(): void {
    const questions = this.#scene?.schema.questions.filter((one) => one.per === "cell") ?? [];
    for (const pair of this.#pairs) {
      const field = pair.dataset.field ?? "";
      const words = questions.flatMap((question) => this.#saidOf(question, field));
      pair.classList.toggle("chosen", field === this.#field);
      const said = pair.querySelector(".said");
      if (said) said.textContent = words.join(", ");
    }
  }

  #saidOf(question: Question, field: string): string[] {
    const scene = this.#scene;
    if (!scene) return [];
    return scene.regions.filter((one) => isAnswer(one, question, field)).map((region) => {
      const label = labelOf(scene.schema, question.name, region.label)?.name;
      const value = "value" in region ? String(region.value) : "";
      return label ?? t("table.corrected", { question: question.title, value });
    });
  }

  takeLabel(): boolean {
    return false;
  }

  destroy(): void {
    this.#article.remove();
    this.#host.classList.remove("paper");
  }
}

export const tableTool: Tool = {
  mount: (host, context) => new TableStage(host, context),
  prepare: () => Promise.resolve(),
  forget: () => undefined,
};
