/** A table row as a list of names and values. */

import { t } from "../../core/i18n";
import type { MountedTool, Scene, Tool } from "../../core/tool";
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
  readonly commands = [];
  readonly #host: HTMLElement;
  readonly #article = document.createElement("article");
  #key: string | null = null;

  constructor(host: HTMLElement) {
    this.#host = host;
    this.#article.className = "doc";
    host.classList.add("paper");
    host.append(this.#article);
  }

  async update(scene: Scene): Promise<void> {
    if (scene.key === this.#key) return;
    this.#key = scene.key;
    const list = document.createElement("dl");
    list.className = "row-list";
    for (const [name, value] of Object.entries(scene.item.row ?? {})) {
      const term = document.createElement("dt");
      term.textContent = name;
      const pair = document.createElement("div");
      pair.append(term, cellOf(value));
      list.append(pair);
    }
    this.#article.replaceChildren(list);
    this.#host.scrollTop = 0;
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
  mount: (host) => new TableStage(host),
  prepare: () => Promise.resolve(),
  forget: () => undefined,
};
