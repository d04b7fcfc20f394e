/** A video is played, stepped through, marked and tracked without a pointer. */

import { toolCommand, type Command } from "../../core/commands";
import type { MessageKey } from "../../core/i18n";
import type { PenName } from "../../core/pens";
import { arrows, panOf, stepOf, type PictureReach } from "../../layers/picture/reach";
import type { Order } from "./order";

export interface KeyTarget {
  readonly picture: PictureReach;
  /** Some question asks for parts or moments of the clip. */
  readonly hasMarks: () => boolean;
  /** The active one does. */
  readonly canMark: () => boolean;
  readonly isPending: () => boolean;
  readonly hasRegion: () => boolean;
  readonly hasMark: () => boolean;
  readonly hasSegment: () => boolean;
  readonly hasTrack: () => boolean;
  /** The selected track may be cut in two, merged and shortened. */
  readonly ownsTrack: () => boolean;
  readonly isSeen: () => boolean;
  readonly isMerging: () => boolean;
  readonly canTrack: () => boolean;
  togglePlay(): void;
  playRegion(): void;
  toggleLoop(): void;
  changeSpeed(by: 1 | -1): void;
  step(frames: number): void;
  seekTo(end: "start" | "end"): void;
  regionEnd(end: "start" | "end"): void;
  keyFrame(by: 1 | -1): void;
  askFrame(): void;
  markStart(): void;
  markEnd(): void;
  dropStart(): void;
  setEdge(edge: "start" | "end"): void;
  moveEdge(edge: "start" | "end", frames: number): void;
  toggleKey(): void;
  toggle(flag: "outside" | "occluded"): void;
  copyOn(): void;
  split(): void;
  merge(): void;
  dropMerge(): void;
  hideTrack(): void;
  zoomTime(factor: number): void;
  fitTime(): void;
  draw(): void;
  submit(): void;
}

const PENS: Readonly<Partial<Record<PenName, readonly [key: string, title: MessageKey]>>> = {
  box: ["B", "key.tool.box"],
  rotated_box: ["Shift+B", "key.tool.rotated_box"],
  polygon: ["Y", "key.tool.polygon"],
  polyline: ["Shift+Y", "key.tool.polyline"],
  ellipse: ["E", "key.tool.ellipse"],
  point: ["T", "key.tool.point"],
  skeleton: ["Shift+T", "key.tool.skeleton"],
};

const sign = (chord: string): 1 | -1 => (/Left|Up|[,<{:]$/.test(chord) ? -1 : 1);
const both = (prefix = ""): string[] => [`${prefix}ArrowLeft`, `${prefix}ArrowRight`];

export function videoCommands(tool: KeyTarget, order: Order): Command[] {
  const changes = [...penCommands(tool), ...markCommands(tool), ...trackCommands(tool), ...shapeCommands(tool)];
  // When its turn comes, what Enter was pressed for may be done already, as a number key ends a part: then it submits.
  const run = (one: Command, chord: unknown): void => (one.when() || chord !== "Enter" ? one.run(chord) : tool.submit());
  const inOrder = changes.map((one): Command => ({ ...one, run: (chord) => order.change(() => run(one, chord)) }));
  return [...inOrder, ...playCommands(tool)];
}

/** Playing works from anywhere but text fields, the list of regions included. */
export function playCommands(tool: KeyTarget): Command[] {
  const scope = "global" as const;
  const { hasShape, isBusy } = tool.picture;
  const isFree = (): boolean => !hasShape() && !isBusy();
  return [
    toolCommand("video.play", { title: "key.audio.play", keys: ["K"], scope }, () => tool.togglePlay()),
    toolCommand("video.playInField", { title: "key.audio.playInField", keys: ["Mod+."], scope, inFields: true }, () => tool.togglePlay()),
    toolCommand("video.playRegion", { title: "key.video.playRegion", keys: ["Shift+K"], scope }, () => tool.playRegion(), tool.hasRegion),
    toolCommand("video.loop", { title: "key.video.loop", keys: ["L"], scope }, () => tool.toggleLoop()),
    toolCommand("video.slower", { title: "key.audio.slower", keys: ["{"], scope }, () => tool.changeSpeed(-1)),
    toolCommand("video.faster", { title: "key.audio.faster", keys: ["}"], scope }, () => tool.changeSpeed(1)),
    toolCommand("video.frame", { title: "key.video.frame", keys: [",", "."], scope, repeats: true }, (chord) => tool.step(sign(chord))),
    toolCommand("video.frames", { title: "key.video.frames", keys: ["<", ">"], scope, repeats: true }, (chord) => tool.step(10 * sign(chord))),
    toolCommand("video.arrows", { title: "key.video.arrows", keys: [...both(), ...both("Shift+")], repeats: true },
      (chord) => tool.step(sign(chord) * (chord.includes("Shift+") ? 10 : 1)), isFree),
    toolCommand("video.ends", { title: "key.video.ends", keys: ["Home", "End"] }, (chord) => tool.seekTo(chord === "Home" ? "start" : "end")),
    toolCommand("video.regionEnds", { title: "key.video.regionEnds", keys: ["Shift+Home", "Shift+End"], scope },
      (chord) => tool.regionEnd(chord === "Shift+Home" ? "start" : "end"), tool.hasRegion),
    toolCommand("video.nextKey", { title: "key.video.nextKey", keys: ["N"], scope, fits: tool.canTrack }, () => tool.keyFrame(1), tool.hasTrack),
    toolCommand("video.previousKey", { title: "key.video.previousKey", keys: ["Shift+N"], scope, fits: tool.canTrack }, () => tool.keyFrame(-1), tool.hasTrack),
    toolCommand("video.goTo", { title: "key.video.goTo", keys: ["Shift+G"], scope }, () => tool.askFrame()),
    toolCommand("video.hideTrack", { title: "key.video.hideTrack", group: "view", keys: ["Shift+H"], scope, fits: tool.canTrack },
      () => tool.hideTrack(), tool.hasTrack),
    ...viewCommands(tool),
  ];
}

function viewCommands(tool: KeyTarget): Command[] {
  const group = "view" as const;
  const { picture } = tool;
  return [
    toolCommand("video.zoomIn", { title: "key.zoomIn", group, keys: ["+", "="], repeats: true }, () => picture.zoomBy(1.25)),
    toolCommand("video.zoomOut", { title: "key.zoomOut", group, keys: ["-"], repeats: true }, () => picture.zoomBy(0.8)),
    toolCommand("video.fit", { title: "key.zoomFit", group, keys: ["0"] }, () => picture.fitAll()),
    toolCommand("video.showSelected", { title: "key.image.showSelected", group, keys: ["F"] }, () => picture.showSelected(), picture.hasShape),
    toolCommand("video.pan", { title: "key.image.pan", group, keys: arrows("Mod+").filter((key) => !key.includes("Shift")), repeats: true },
      (chord) => picture.panBy(...panOf(chord)), () => !picture.hasShape() && !picture.isBusy()),
    toolCommand("video.timeIn", { title: "key.video.timeIn", group, keys: ["PageUp"], repeats: true }, () => tool.zoomTime(1.5)),
    toolCommand("video.timeOut", { title: "key.video.timeOut", group, keys: ["PageDown"], repeats: true }, () => tool.zoomTime(1 / 1.5)),
    toolCommand("video.fitTime", { title: "key.video.fitTime", group, keys: ["Shift+F"] }, () => tool.fitTime()),
  ];
}

function penCommands({ picture: tool }: KeyTarget): Command[] {
  const { isBusy } = tool;
  const pens = Object.entries(PENS) as [PenName, readonly [string, MessageKey]][];
  return [
    ...pens.map(([pen, [key, title]]) => {
      const fits = (): boolean => tool.canDraw(pen);
      return toolCommand(`video.${pen}`, { title, keys: [key], fits }, () => tool.begin(pen), fits);
    }),
    toolCommand("video.place", { title: "key.image.place", keys: ["Enter"] }, () => tool.enter(), isBusy),
    toolCommand("video.drop", { title: "key.image.drop", keys: ["Escape"] }, () => tool.drop(), isBusy),
    toolCommand("video.back", { title: "key.image.back", keys: ["Backspace"] }, () => tool.back(), isBusy),
    toolCommand("video.size", { title: "key.image.size", keys: arrows(), repeats: true }, (chord) => tool.arrow(...stepOf(chord), false), isBusy),
    toolCommand("video.moveNew", { title: "key.image.moveNew", keys: arrows("Mod+"), repeats: true },
      (chord) => tool.arrow(...stepOf(chord), true), isBusy),
    toolCommand("video.less", { title: "key.video.turnLeft", keys: ["["], repeats: true }, () => tool.adjust(-1), tool.canAdjust),
    toolCommand("video.more", { title: "key.video.turnRight", keys: ["]"], repeats: true }, () => tool.adjust(1), tool.canAdjust),
    toolCommand("video.skip", { title: "key.image.skip", keys: [";"] }, () => tool.skip(), tool.canSkip),
  ];
}

function shapeCommands({ picture: tool }: KeyTarget): Command[] {
  const { hasShape, canTurn, hasPoints, hasPoint, hasJoint } = tool;
  const group = "region" as const;
  return [
    toolCommand("video.nudge", { title: "key.image.nudge", group, keys: arrows(), repeats: true }, (chord) => tool.nudge(...stepOf(chord)), hasShape),
    toolCommand("video.grow", { title: "key.image.grow", group, keys: arrows("Mod+"), repeats: true }, (chord) => tool.grow(...stepOf(chord)), hasShape),
    toolCommand("video.turn", { title: "key.video.turn", group, keys: ["[", "]"], repeats: true },
      (chord) => tool.turn(chord === "]" ? 1 : -1), canTurn),
    toolCommand("video.points", { title: "key.video.points", group, keys: [";", ":"], repeats: true, fits: hasPoints },
      (chord) => tool.stepPoint(sign(chord)), hasPoints),
    toolCommand("video.addPoint", { title: "key.image.addPoint", group, keys: ["Insert"], fits: hasPoint }, () => tool.addPoint(), hasPoint),
    toolCommand("video.removePoint", { title: "key.image.removePoint", group, keys: ["Backspace", "Delete"], fits: hasPoint },
      () => tool.removePoint(), () => hasPoint() || hasJoint()),
    toolCommand("video.hideJoint", { title: "key.image.hideJoint", group, keys: ["Shift+C"], fits: hasJoint }, () => tool.hideJoint(), hasJoint),
  ];
}

function trackCommands(tool: KeyTarget): Command[] {
  const scope = "global" as const;
  const group = "region" as const;
  const fits = tool.canTrack;
  return [
    toolCommand("video.dropMerge", { title: "key.video.dropMerge", group, keys: ["Escape"], scope, fits }, () => tool.dropMerge(), tool.isMerging),
    toolCommand("video.key", { title: "key.video.key", group, keys: ["D"], scope, fits }, () => tool.toggleKey(), tool.hasTrack),
    toolCommand("video.copyOn", { title: "key.video.copyOn", group, keys: ["Shift+D"], scope, fits, repeats: true }, () => tool.copyOn(), tool.isSeen),
    toolCommand("video.outside", { title: "key.video.outside", group, keys: ["X"], scope, fits }, () => tool.toggle("outside"), tool.hasTrack),
    toolCommand("video.occluded", { title: "key.video.occluded", group, keys: ["C"], scope, fits }, () => tool.toggle("occluded"), tool.hasTrack),
    toolCommand("video.split", { title: "key.video.split", group, keys: ["S"], scope, fits }, () => tool.split(), tool.ownsTrack),
    toolCommand("video.merge", { title: "key.video.merge", group, keys: ["Shift+S"], scope, fits }, () => tool.merge(), tool.ownsTrack),
  ];
}

function markCommands(tool: KeyTarget): Command[] {
  const scope = "global" as const;
  const group = "region" as const;
  const move = (edge: "start" | "end") => (chord: string): void =>
    tool.moveEdge(edge, sign(chord) * (chord.startsWith("Mod+") ? 10 : 1));
  return [
    toolCommand("video.mark", { title: "key.audio.draw", keys: ["M"], scope, fits: tool.hasMarks }, () => tool.draw(), tool.hasMarks),
    toolCommand("video.start", { title: "key.audio.start", keys: ["I"], scope, fits: tool.hasMarks }, () => tool.markStart(), tool.canMark),
    toolCommand("video.end", { title: "key.audio.end", keys: ["O", "Enter"], scope, fits: tool.hasMarks }, () => tool.markEnd(), tool.isPending),
    toolCommand("video.dropStart", { title: "key.audio.drop", keys: ["Escape"], scope, fits: tool.hasMarks }, () => tool.dropStart(), tool.isPending),
    toolCommand("video.setStart", { title: "key.audio.setStart", group, keys: ["Shift+I"], scope, fits: tool.hasMarks }, () => tool.setEdge("start"), tool.hasSegment),
    toolCommand("video.setEnd", { title: "key.audio.setEnd", group, keys: ["Shift+O"], scope, fits: tool.hasMarks }, () => tool.setEdge("end"), tool.hasSegment),
    toolCommand("video.moveEnd", { title: "key.video.moveEnd", group, keys: [...both("Shift+"), ...both("Mod+Shift+")], repeats: true, fits: tool.hasMarks },
      move("end"), tool.hasMark),
    toolCommand("video.moveStart", { title: "key.video.moveStart", group, keys: [...both("Alt+Shift+"), ...both("Mod+Alt+Shift+")], repeats: true, fits: tool.hasMarks },
      move("start"), tool.hasMark),
  ];
}
