/** A sound is played, marked and mended without a pointer. */

import { toolCommand, type Command } from "../../core/commands";

export interface KeyTarget {
  readonly canMark: () => boolean;
  readonly hasRegion: () => boolean;
  readonly hasSegment: () => boolean;
  readonly isPending: () => boolean;
  readonly hasTranscript: () => boolean;
  readonly hasChannels: () => boolean;
  togglePlay(): void;
  playRegion(): void;
  toggleLoop(): void;
  changeSpeed(by: 1 | -1): void;
  markStart(): void;
  markEnd(): void;
  dropStart(): void;
  setEdge(edge: "start" | "end"): void;
  moveEdge(edge: "start" | "end", steps: number): void;
  nextStep(): void;
  seekBy(seconds: number): void;
  seekBySteps(steps: number): void;
  seekTo(end: "start" | "end"): void;
  zoomBy(factor: number): void;
  fitAll(): void;
  showSelected(): void;
  scrollPages(pages: number): void;
  toggleFollow(): void;
  nextChannel(): void;
  editTranscript(): void;
  draw(): void;
}

const sign = (chord: string): 1 | -1 => (/Left|Up|,$/.test(chord) ? -1 : 1);
const both = (prefix = ""): string[] => [`${prefix}ArrowLeft`, `${prefix}ArrowRight`];

/** Playing works from anywhere but text fields, the list of regions included. */
export function playCommands(tool: KeyTarget): Command[] {
  const scope = "global" as const;
  return [
    toolCommand("audio.play", { title: "key.audio.play", keys: ["K"], scope }, () => tool.togglePlay()),
    toolCommand("audio.playInField", { title: "key.audio.playInField", keys: ["Mod+."], scope, inFields: true }, () => tool.togglePlay()),
    toolCommand("audio.playRegion", { title: "key.audio.playRegion", keys: ["Shift+K"], scope }, () => tool.playRegion(), tool.hasRegion),
    toolCommand("audio.loop", { title: "key.audio.loop", keys: ["L"], scope }, () => tool.toggleLoop()),
    toolCommand("audio.slower", { title: "key.audio.slower", keys: ["["], scope }, () => tool.changeSpeed(-1)),
    toolCommand("audio.faster", { title: "key.audio.faster", keys: ["]"], scope }, () => tool.changeSpeed(1)),
    toolCommand("audio.seek", { title: "key.audio.seek", keys: [...both(), ...both("Mod+")], repeats: true },
      (chord) => tool.seekBy(sign(chord) * (chord.startsWith("Mod+") ? 0.1 : 1))),
    toolCommand("audio.seekFine", { title: "key.audio.seekFine", keys: [",", "."], scope, repeats: true },
      (chord) => tool.seekBySteps(sign(chord))),
    toolCommand("audio.seekEnd", { title: "key.audio.seekEnd", keys: ["Home", "End"] },
      (chord) => tool.seekTo(chord === "Home" ? "start" : "end")),
    ...viewCommands(tool),
  ];
}

function viewCommands(tool: KeyTarget): Command[] {
  const group = "view" as const;
  const scope = "global" as const;
  return [
    toolCommand("audio.zoomIn", { title: "key.zoomIn", group, keys: ["+", "="], scope, repeats: true }, () => tool.zoomBy(1.5)),
    toolCommand("audio.zoomOut", { title: "key.zoomOut", group, keys: ["-"], scope, repeats: true }, () => tool.zoomBy(1 / 1.5)),
    toolCommand("audio.fit", { title: "key.audio.fit", group, keys: ["0"], scope }, () => tool.fitAll()),
    toolCommand("audio.showSelected", { title: "key.audio.showSelected", group, keys: ["F"], scope }, () => tool.showSelected(), tool.hasRegion),
    toolCommand("audio.scroll", { title: "key.audio.scroll", group, keys: ["PageUp", "PageDown"], repeats: true },
      (chord) => tool.scrollPages(chord === "PageUp" ? -0.8 : 0.8)),
    toolCommand("audio.follow", { title: "key.audio.follow", group, keys: ["Shift+F"], scope }, () => tool.toggleFollow()),
  ];
}

export function markCommands(tool: KeyTarget): Command[] {
  const scope = "global" as const;
  const group = "region" as const;
  const step = (edge: "start" | "end") => (chord: string): void =>
    tool.moveEdge(edge, sign(chord) * (chord.startsWith("Mod+") ? 10 : 1));
  return [
    toolCommand("audio.draw", { title: "key.audio.draw", keys: ["B"], scope }, () => tool.draw(), tool.canMark),
    toolCommand("audio.start", { title: "key.audio.start", keys: ["I"], scope }, () => tool.markStart(), tool.canMark),
    toolCommand("audio.end", { title: "key.audio.end", keys: ["O", "Enter"], scope }, () => tool.markEnd(), tool.isPending),
    toolCommand("audio.drop", { title: "key.audio.drop", keys: ["Escape"], scope }, () => tool.dropStart(), tool.isPending),
    toolCommand("audio.channel", { title: "key.audio.channel", keys: ["C"], scope }, () => tool.nextChannel(), tool.hasChannels),
    toolCommand("audio.setStart", { title: "key.audio.setStart", group, keys: ["Shift+I"], scope }, () => tool.setEdge("start"), tool.hasSegment),
    toolCommand("audio.setEnd", { title: "key.audio.setEnd", group, keys: ["Shift+O"], scope }, () => tool.setEdge("end"), tool.hasSegment),
    toolCommand("audio.moveEnd", { title: "key.audio.moveEnd", group, keys: [...both("Shift+"), ...both("Mod+Shift+")], repeats: true },
      step("end"), tool.hasRegion),
    toolCommand("audio.moveStart", { title: "key.audio.moveStart", group, keys: [...both("Alt+Shift+"), ...both("Mod+Alt+Shift+")], repeats: true },
      step("start"), tool.hasRegion),
    toolCommand("audio.step", { title: "key.audio.step", group, keys: ["S"], scope }, () => tool.nextStep()),
    toolCommand("audio.transcript", { title: "key.audio.transcript", group, keys: ["E"], scope }, () => tool.editTranscript(), tool.hasTranscript),
  ];
}
