/** Every gesture on an image has a key. */

import { toolCommand, type Command } from "../../core/commands";
import type { MessageKey } from "../../core/i18n";
import type { PenName } from "../../core/pens";
import type { Joining } from "../../geometry/runs";
import { arrows, panOf, stepOf, type PictureReach } from "../../layers/picture/reach";

/** What the keys need of the tool. */
export interface KeyTarget extends PictureReach {
  readonly canCut: () => boolean;
  readonly canJoin: () => boolean;
  readonly canGroup: () => boolean;
  readonly canConvert: () => boolean;
  readonly canFill: () => boolean;
  readonly canPaste: () => boolean;
  readonly canRepeat: () => boolean;
  choose(): void;
  join(how: Joining): void;
  convert(): void;
  fill(): void;
  group(): void;
  lift(by: 1 | -1): void;
  copy(): void;
  paste(): void;
  repeat(): void;
  looks(): void;
}

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

const PEN_KEYS: Readonly<Record<PenName, readonly [key: string, title: MessageKey]>> = {
  box: ["B", "key.tool.box"],
  rotated_box: ["Shift+B", "key.tool.rotated_box"],
  polygon: ["L", "key.tool.polygon"],
  polyline: ["Shift+L", "key.tool.polyline"],
  ellipse: ["E", "key.tool.ellipse"],
  point: ["K", "key.tool.point"],
  skeleton: ["Shift+K", "key.tool.skeleton"],
  brush: ["M", "key.tool.brush"],
  eraser: ["X", "key.tool.eraser"],
  wand: ["I", "key.tool.wand"],
  relate: ["R", "key.image.relate"],
};

export function imageCommands(tool: KeyTarget): Command[] {
  return [...penCommands(tool), ...shapeCommands(tool), ...pointCommands(tool), ...severalCommands(tool), ...viewCommands(tool)];
}

function penCommands(tool: KeyTarget): Command[] {
  const { isBusy } = tool;
  const pens = Object.entries(PEN_KEYS) as [PenName, readonly [string, MessageKey]][];
  return [
    ...pens.map(([pen, [key, title]]) => {
      const fits = (): boolean => tool.canDraw(pen);
      return toolCommand(`image.${pen}`, { title, keys: [key], fits }, () => tool.begin(pen), fits);
    }),
    toolCommand("image.place", { title: "key.image.place", keys: ["Enter"] }, () => tool.enter(), isBusy),
    toolCommand("image.drop", { title: "key.image.drop", keys: ["Escape"] }, () => tool.drop(), isBusy),
    toolCommand("image.back", { title: "key.image.back", keys: ["Backspace"] }, () => tool.back(), isBusy),
    toolCommand("image.size", { title: "key.image.size", keys: arrows(), repeats: true },
      (chord) => tool.arrow(...stepOf(chord), false), isBusy),
    toolCommand("image.moveNew", { title: "key.image.moveNew", keys: arrows("Mod+"), repeats: true },
      (chord) => tool.arrow(...stepOf(chord), true), isBusy),
    toolCommand("image.more", { title: "key.image.more", keys: ["]"], repeats: true }, () => tool.adjust(1), tool.canAdjust),
    toolCommand("image.less", { title: "key.image.less", keys: ["["], repeats: true }, () => tool.adjust(-1), tool.canAdjust),
    toolCommand("image.skip", { title: "key.image.skip", keys: ["."] }, () => tool.skip(), tool.canSkip),
  ];
}

function shapeCommands(tool: KeyTarget): Command[] {
  const { hasShape, canTurn } = tool;
  return [
    toolCommand("image.nudge", { title: "key.image.nudge", group: "region", keys: arrows(), repeats: true },
      (chord) => tool.nudge(...stepOf(chord)), hasShape),
    toolCommand("image.grow", { title: "key.image.grow", group: "region", keys: arrows("Mod+"), repeats: true },
      (chord) => tool.grow(...stepOf(chord)), hasShape),
    toolCommand("image.turn", { title: "key.image.turn", group: "region", keys: ["[", "]", "{", "}"], repeats: true },
      (chord) => tool.turn((chord === "]" || chord === "}" ? 1 : -1) * (chord === "{" || chord === "}" ? 15 : 1)), canTurn),
    toolCommand("image.hole", { title: "key.image.hole", group: "region", keys: ["Shift+C"], fits: tool.canHole },
      () => tool.special("hole"), tool.canHole),
    toolCommand("image.cut", { title: "key.image.cut", group: "region", keys: ["C"], fits: tool.canCut },
      () => tool.special("cut"), tool.canCut),
    toolCommand("image.convert", { title: "key.image.convert", group: "region", keys: ["Shift+X"], fits: tool.canConvert },
      () => tool.convert(), tool.canConvert),
    toolCommand("image.fill", { title: "key.image.fill", group: "region", keys: ["Shift+F"], fits: tool.canFill },
      () => tool.fill(), tool.canFill),
    toolCommand("image.showSelected", { title: "key.image.showSelected", group: "view", keys: ["F"] },
      () => tool.showSelected(), hasShape),
  ];
}

function pointCommands(tool: KeyTarget): Command[] {
  const { hasPoints, hasPoint, hasJoint } = tool;
  return [
    toolCommand("image.nextPoint", { title: "key.image.nextPoint", group: "region", keys: ["."], repeats: true, fits: hasPoints },
      () => tool.stepPoint(1), hasPoints),
    toolCommand("image.previousPoint", { title: "key.image.previousPoint", group: "region", keys: [","], repeats: true, fits: hasPoints },
      () => tool.stepPoint(-1), hasPoints),
    toolCommand("image.addPoint", { title: "key.image.addPoint", group: "region", keys: ["N", "Insert"], fits: hasPoint },
      () => tool.addPoint(), hasPoint),
    toolCommand("image.removePoint", { title: "key.image.removePoint", group: "region", keys: ["Backspace", "Delete"], fits: hasPoint },
      () => tool.removePoint(), () => hasPoint() || hasJoint()),
    toolCommand("image.hideJoint", { title: "key.image.hideJoint", group: "region", keys: ["O"], fits: hasJoint },
      () => tool.hideJoint(), hasJoint),
  ];
}

function severalCommands(tool: KeyTarget): Command[] {
  const { hasShape, canJoin } = tool;
  return [
    toolCommand("image.choose", { title: "key.image.choose", group: "region", keys: [";"] }, () => tool.choose(), hasShape),
    toolCommand("image.join", { title: "key.image.join", group: "region", keys: ["J"], fits: canJoin },
      () => tool.join("union"), canJoin),
    toolCommand("image.subtract", { title: "key.image.subtract", group: "region", keys: ["Shift+J"], fits: canJoin },
      () => tool.join("subtract"), canJoin),
    toolCommand("image.intersect", { title: "key.image.intersect", group: "region", keys: ["Shift+I"], fits: canJoin },
      () => tool.join("intersect"), canJoin),
    toolCommand("image.group", { title: "key.image.group", group: "region", keys: ["Shift+U"], fits: tool.canGroup },
      () => tool.group(), tool.canGroup),
    toolCommand("image.raise", { title: "key.image.raise", group: "region", keys: ["PageUp"] }, () => tool.lift(1), hasShape),
    toolCommand("image.lower", { title: "key.image.lower", group: "region", keys: ["PageDown"] }, () => tool.lift(-1), hasShape),
    toolCommand("image.copy", { title: "key.image.copy", group: "region", keys: ["Mod+C"] }, () => tool.copy(), hasShape),
    toolCommand("image.paste", { title: "key.image.paste", group: "region", keys: ["Mod+V"], fits: tool.canPaste },
      () => tool.paste(), tool.canPaste),
    toolCommand("image.repeat", { title: "key.image.repeat", group: "region", keys: ["Shift+V"], fits: tool.canRepeat },
      () => tool.repeat(), tool.canRepeat),
  ];
}

/** Keys that only move the view; they work where nothing can be changed, too. */
export function viewCommands(tool: KeyTarget): Command[] {
  return [
    toolCommand("image.zoomIn", { title: "key.zoomIn", group: "view", keys: ["+", "="], repeats: true },
      () => tool.zoomBy(1.25)),
    toolCommand("image.zoomOut", { title: "key.zoomOut", group: "view", keys: ["-"], repeats: true },
      () => tool.zoomBy(0.8)),
    toolCommand("image.fit", { title: "key.zoomFit", group: "view", keys: ["0", "Home"] }, () => tool.fitAll()),
    toolCommand("image.turnRight", { title: "key.image.turnRight", group: "view", keys: [">"] }, () => tool.turnView(1)),
    toolCommand("image.turnLeft", { title: "key.image.turnLeft", group: "view", keys: ["<"] }, () => tool.turnView(-1)),
    toolCommand("image.looks", { title: "key.image.looks", group: "view", keys: ["Y"] }, () => tool.looks()),
    toolCommand("image.pan", { title: "key.image.pan", group: "view", keys: ARROWS, repeats: true },
      (chord) => tool.panBy(...panOf(chord)), () => !tool.hasShape() && !tool.isBusy()),
  ];
}
