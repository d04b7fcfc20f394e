/** A series is read, marked and mended without a pointer. */

import { toolCommand, type Command } from "../../core/commands";

export interface KeyTarget {
  readonly canMark: () => boolean;
  readonly hasRegion: () => boolean;
  readonly hasSegment: () => boolean;
  readonly isPending: () => boolean;
  readonly hasChannels: () => boolean;
  markStart(): void;
  markEnd(): void;
  dropStart(): void;
  setEdge(edge: "start" | "end"): void;
  moveEdge(edge: "start" | "end", steps: number): void;
  toggleSnap(): void;
  /** By samples; `isFar` by a tenth of the screen. */
  moveCursor(by: 1 | -1, isFar: boolean): void;
  moveCursorBySamples(by: number): void;
  moveCursorTo(end: "start" | "end"): void;
  nextActive(by: 1 | -1): void;
  read(): void;
  nextChannel(): void;
  toggleOverlay(): void;
  toggleScale(): void;
  hideActive(): void;
  showAll(): void;
  zoomBy(factor: number): void;
  fitAll(): void;
  showSelected(): void;
  scrollPages(pages: number): void;
  draw(): void;
}

const sign = (chord: string): 1 | -1 => (/Left|Up|,$/.test(chord) ? -1 : 1);
const both = (prefix = ""): string[] => [`${prefix}ArrowLeft`, `${prefix}ArrowRight`];
const scope = "global" as const;

export function readCommands(tool: KeyTarget): Command[] {
  const group = "view" as const;
  return [
    toolCommand("series.cursor", { title: "key.series.cursor", keys: [...both(), ...both("Mod+")], repeats: true },
      (chord) => tool.moveCursor(sign(chord), chord.startsWith("Mod+"))),
    toolCommand("series.sample", { title: "key.series.sample", keys: [",", "."], scope, repeats: true }, (chord) => tool.moveCursorBySamples(sign(chord))),
    toolCommand("series.end", { title: "key.series.end", keys: ["Home", "End"] }, (chord) => tool.moveCursorTo(chord === "Home" ? "start" : "end")),
    toolCommand("series.active", { title: "key.series.active", keys: ["ArrowUp", "ArrowDown"], repeats: true }, (chord) => tool.nextActive(sign(chord)), tool.hasChannels),
    toolCommand("series.read", { title: "key.series.read", keys: ["D"], scope }, () => tool.read()),
    toolCommand("series.overlay", { title: "key.series.overlay", group, keys: ["L"], scope }, () => tool.toggleOverlay(), tool.hasChannels),
    toolCommand("series.scale", { title: "key.series.scale", group, keys: ["Y"], scope }, () => tool.toggleScale()),
    toolCommand("series.hide", { title: "key.series.hide", group, keys: ["X"], scope }, () => tool.hideActive(), tool.hasChannels),
    toolCommand("series.showAll", { title: "key.series.showAll", group, keys: ["Shift+X"], scope }, () => tool.showAll(), tool.hasChannels),
    toolCommand("series.zoomIn", { title: "key.zoomIn", group, keys: ["+", "="], scope, repeats: true }, () => tool.zoomBy(1.5)),
    toolCommand("series.zoomOut", { title: "key.zoomOut", group, keys: ["-"], scope, repeats: true }, () => tool.zoomBy(1 / 1.5)),
    toolCommand("series.fit", { title: "key.series.fit", group, keys: ["0"], scope }, () => tool.fitAll()),
    toolCommand("series.showSelected", { title: "key.audio.showSelected", group, keys: ["F"], scope }, () => tool.showSelected(), tool.hasRegion),
    toolCommand("series.scroll", { title: "key.audio.scroll", group, keys: ["PageUp", "PageDown"], repeats: true },
      (chord) => tool.scrollPages(chord === "PageUp" ? -0.8 : 0.8)),
  ];
}

export function markCommands(tool: KeyTarget): Command[] {
  const group = "region" as const;
  const step = (edge: "start" | "end") => (chord: string): void =>
    tool.moveEdge(edge, sign(chord) * (chord.startsWith("Mod+") ? 10 : 1));
  return [
    toolCommand("series.draw", { title: "key.audio.draw", keys: ["B"], scope }, () => tool.draw(), tool.canMark),
    toolCommand("series.start", { title: "key.series.start", keys: ["I"], scope }, () => tool.markStart(), tool.canMark),
    toolCommand("series.finish", { title: "key.series.finish", keys: ["O", "Enter"], scope }, () => tool.markEnd(), tool.isPending),
    toolCommand("series.drop", { title: "key.audio.drop", keys: ["Escape"], scope }, () => tool.dropStart(), tool.isPending),
    toolCommand("series.channel", { title: "key.series.channel", keys: ["C"], scope }, () => tool.nextChannel(), tool.hasChannels),
    toolCommand("series.setStart", { title: "key.series.setStart", group, keys: ["Shift+I"], scope }, () => tool.setEdge("start"), tool.hasSegment),
    toolCommand("series.setEnd", { title: "key.series.setEnd", group, keys: ["Shift+O"], scope }, () => tool.setEdge("end"), tool.hasSegment),
    toolCommand("series.moveEnd", { title: "key.series.moveEnd", group, keys: [...both("Shift+"), ...both("Mod+Shift+")], repeats: true },
      step("end"), tool.hasRegion),
    toolCommand("series.moveStart", { title: "key.series.moveStart", group, keys: [...both("Alt+Shift+"), ...both("Mod+Alt+Shift+")], repeats: true },
      step("start"), tool.hasRegion),
    toolCommand("series.snap", { title: "key.series.snap", group, keys: ["S"], scope }, () => tool.toggleSnap()),
  ];
}
