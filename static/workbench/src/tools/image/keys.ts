/** Every gesture on an image has a key. */

import { toolCommand, type Command } from "../../core/commands";

/** What the keys need of the tool. */
export interface KeyTarget {
  readonly hasBox: () => boolean;
  readonly hasGhost: () => boolean;
  readonly canDraw: () => boolean;
  nudge(dx: number, dy: number): void;
  grow(dw: number, dh: number): void;
  startGhost(): void;
  sizeGhost(dw: number, dh: number): void;
  moveGhost(dx: number, dy: number): void;
  placeGhost(): void;
  dropGhost(): void;
  zoomBy(factor: number): void;
  fitAll(): void;
  showSelected(): void;
  panBy(dx: number, dy: number): void;
}

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const PAN_STEP = 60;

function arrows(prefix = ""): string[] {
  return [...ARROWS.map((key) => prefix + key), ...ARROWS.map((key) => `${prefix}Shift+${key}`)];
}

/** The step of an arrow chord: 1, with Shift 10. */
export function stepOf(chord: string): readonly [number, number] {
  const size = chord.includes("Shift+") ? 10 : 1;
  if (chord.endsWith("ArrowLeft")) return [-size, 0];
  if (chord.endsWith("ArrowRight")) return [size, 0];
  if (chord.endsWith("ArrowUp")) return [0, -size];
  return [0, size];
}

export function imageCommands(tool: KeyTarget): Command[] {
  return [...ghostCommands(tool), ...boxCommands(tool), ...viewCommands(tool)];
}

function ghostCommands(tool: KeyTarget): Command[] {
  const { hasGhost } = tool;
  return [
    toolCommand("image.box", { title: "key.tool.box", keys: ["B"] }, () => tool.startGhost(), tool.canDraw),
    toolCommand("image.place", { title: "key.image.place", keys: ["Enter"] }, () => tool.placeGhost(), hasGhost),
    toolCommand("image.drop", { title: "key.image.drop", keys: ["Escape"] }, () => tool.dropGhost(), hasGhost),
    toolCommand("image.size", { title: "key.image.size", keys: arrows(), repeats: true },
      (chord) => tool.sizeGhost(...stepOf(chord)), hasGhost),
    toolCommand("image.moveNew", { title: "key.image.moveNew", keys: arrows("Mod+"), repeats: true },
      (chord) => tool.moveGhost(...stepOf(chord)), hasGhost),
  ];
}

function boxCommands(tool: KeyTarget): Command[] {
  const { hasBox } = tool;
  return [
    toolCommand("image.nudge", { title: "key.image.nudge", group: "region", keys: arrows(), repeats: true },
      (chord) => tool.nudge(...stepOf(chord)), hasBox),
    toolCommand("image.grow", { title: "key.image.grow", group: "region", keys: arrows("Mod+"), repeats: true },
      (chord) => tool.grow(...stepOf(chord)), hasBox),
    toolCommand("image.showSelected", { title: "key.image.showSelected", group: "view", keys: ["F"] },
      () => tool.showSelected(), hasBox),
  ];
}

/** Keys that only move the view; they work where nothing can be changed, too. */
export function viewCommands(tool: KeyTarget): Command[] {
  const pan = (chord: string): void => {
    const [x, y] = stepOf(chord);
    tool.panBy(-Math.sign(x) * PAN_STEP, -Math.sign(y) * PAN_STEP);
  };
  return [
    toolCommand("image.zoomIn", { title: "key.zoomIn", group: "view", keys: ["+", "="], repeats: true },
      () => tool.zoomBy(1.25)),
    toolCommand("image.zoomOut", { title: "key.zoomOut", group: "view", keys: ["-"], repeats: true },
      () => tool.zoomBy(0.8)),
    toolCommand("image.fit", { title: "key.zoomFit", group: "view", keys: ["0", "Home"] }, () => tool.fitAll()),
    toolCommand("image.pan", { title: "key.image.pan", group: "view", keys: ARROWS, repeats: true },
      pan, () => !tool.hasBox() && !tool.hasGhost()),
  ];
}
