/** Keeps the right tool mounted on the stage and gives it a scene whenever something changed. */

import type { State } from "../core/state";
import { canEdit } from "../core/state";
import type { MountedTool, Scene, Tool } from "../core/tool";
import type { DataType } from "../core/types";
import type { Workbench } from "../core/workbench";
import { keyTextOf } from "./keys";
import { loadTool, toolAtHand } from "./tools";

export class StageController {
  readonly #wb: Workbench;
  readonly #host: HTMLElement;
  readonly #stop: () => void;
  #mounted: MountedTool | null = null;
  #type: DataType | null = null;
  #readOnly = false;
  #unlist: () => void = () => undefined;
  #last: readonly unknown[] = [];
  /** Settles when what was last asked for is on the screen. */
  settled: Promise<void> = Promise.resolve();

  constructor(wb: Workbench, host: HTMLElement) {
    this.#wb = wb;
    this.#host = host;
    this.#stop = wb.store.subscribe(() => this.#changed());
    this.#changed();
  }

  #changed(): void {
    const { state } = this.#wb;
    const inputs = inputsOf(state);
    if (inputs.length === this.#last.length && inputs.every((one, i) => Object.is(one, this.#last[i]))) return;
    this.#last = inputs;
    const scene = sceneOf(state);
    if (!scene) return;
    const type = scene.item.data_type;
    const readOnly = !canEdit(state);
    if (this.#mounted && this.#type === type && this.#readOnly === readOnly) {
      this.settled = this.#mounted.update(scene);
      return;
    }
    const tool = toolAtHand(type);
    if (tool) this.#mount(tool, type, readOnly, scene);
    else this.settled = this.#mountLater(type);
  }

  async #mountLater(type: DataType): Promise<void> {
    const tool = await loadTool(type);
    const scene = sceneOf(this.#wb.state);
    if (!scene || scene.item.data_type !== type) return;
    this.#mount(tool, type, !canEdit(this.#wb.state), scene);
    await this.settled;
  }

  #mount(tool: Tool, type: DataType, readOnly: boolean, scene: Scene): void {
    this.#unmount();
    const { commands, announce } = this.#wb;
    this.#type = type;
    this.#readOnly = readOnly;
    this.#mounted = tool.mount(this.#host, { run: commands.run, announce, readOnly, keyOf: (id, place) => keyTextOf(this.#wb, id, place) });
    this.#unlist = commands.addAll(this.#mounted.commands);
    this.#wb.tool = this.#mounted;
    this.settled = this.#mounted.update(scene);
  }

  #unmount(): void {
    this.#unlist();
    this.#mounted?.destroy();
    this.#mounted = null;
    this.#wb.tool = null;
  }

  destroy(): void {
    this.#stop();
    this.#unmount();
  }
}

function inputsOf(state: State): readonly unknown[] {
  const { task, regions, suggested, selected, hidden, question, brush, mode, pen, snap, strokes, review, broken } = state;
  return [task?.item, task?.schema, task?.kind, regions, suggested, selected, hidden, question, brush, mode, pen, snap, strokes, review.editing, broken];
}

function sceneOf(state: State): Scene | null {
  const { task, regions, suggested, selected, hidden, question, brush, mode, pen, snap, strokes, broken } = state;
  if (!task) return null;
  return {
    key: `${task.kind}:${task.assignment.id}:${task.item.id}`,
    item: task.item,
    schema: task.schema,
    regions, suggested, selected, hidden, mode, pen, snap, strokes,
    brush: question !== null && brush !== null ? { question, label: brush } : null,
    marks: [],
    broken: broken.of,
    look: null,
  };
}
