/** Marking text without a pointer: a caret that moves by characters, words and lines. */

import { toolCommand, type Command } from "../../core/commands";

export interface KeyTarget {
  readonly hasSpan: () => boolean;
  readonly hasSelection: () => boolean;
  readonly canMark: () => boolean;
  readonly isParting: () => boolean;
  readonly isRelating: () => boolean;
  readonly canRelate: () => boolean;
  move(by: "grapheme" | "word" | "line" | "edge", forward: boolean, extend: boolean): void;
  moveEdge(edge: "start" | "end", by: "grapheme" | "word", forward: boolean): void;
  markSelection(): void;
  dropSelection(): void;
  /** Begins or ends changing the parts of the selected span; with words selected, adds or removes them. */
  part(): void;
  relate(): void;
  aim(by: 1 | -1): void;
  join(): void;
  stopRelating(): void;
  resize(by: 1 | -1): void;
}

function forward(chord: string): boolean {
  return /ArrowRight|ArrowDown|End$/.test(chord);
}

export function textCommands(tool: KeyTarget): Command[] {
  return [...relationCommands(tool), ...caretCommands(tool), ...spanCommands(tool), ...sizeCommands(tool)];
}

/** While a relation looks for its end, the arrows go from span to span; so these are asked first. */
function relationCommands(tool: KeyTarget): Command[] {
  const { isRelating, canRelate } = tool;
  const binding = { group: "region" as const, fits: canRelate };
  return [
    toolCommand("text.relate", { title: "key.text.relate", keys: ["R"], ...binding }, () => tool.relate(), canRelate),
    toolCommand("text.relate.next", {
      title: "key.text.relate.next", keys: ["ArrowRight", "ArrowDown", "Tab"], repeats: true, ...binding,
    }, () => tool.aim(1), isRelating),
    toolCommand("text.relate.previous", {
      title: "key.text.relate.previous", keys: ["ArrowLeft", "ArrowUp", "Shift+Tab"], repeats: true, ...binding,
    }, () => tool.aim(-1), isRelating),
    toolCommand("text.relate.join", { title: "key.text.relate.join", keys: ["Enter"], ...binding }, () => tool.join(), isRelating),
    toolCommand("text.relate.stop", { title: "key.text.relate.stop", keys: ["Escape"], ...binding }, () => tool.stopRelating(), isRelating),
  ];
}

function caretCommands(tool: KeyTarget): Command[] {
  const { canMark } = tool;
  const free = (): boolean => canMark() && !tool.hasSpan();
  const move = (by: Parameters<KeyTarget["move"]>[0], extend: boolean) => (chord: string): void =>
    tool.move(by, forward(chord), extend);
  return [
    toolCommand("text.move", { title: "key.text.move", keys: ["ArrowLeft", "ArrowRight"], repeats: true },
      move("grapheme", false), canMark),
    toolCommand("text.moveWord", { title: "key.text.moveWord", keys: ["Mod+ArrowLeft", "Mod+ArrowRight"], repeats: true },
      move("word", false), canMark),
    toolCommand("text.moveLine", { title: "key.text.moveLine", keys: ["ArrowUp", "ArrowDown"], repeats: true },
      move("line", false), canMark),
    toolCommand("text.moveEdge", { title: "key.text.moveEdge", keys: ["Home", "End"] }, move("edge", false), canMark),
    toolCommand("text.extend", { title: "key.text.extend", keys: ["Shift+ArrowLeft", "Shift+ArrowRight"], repeats: true },
      move("grapheme", true), free),
    toolCommand("text.extendWord", { title: "key.text.extendWord", keys: ["Mod+Shift+ArrowLeft", "Mod+Shift+ArrowRight"], repeats: true },
      move("word", true), free),
    toolCommand("text.extendLine", { title: "key.text.extendLine", keys: ["Shift+ArrowUp", "Shift+ArrowDown"], repeats: true },
      move("line", true), free),
  ];
}

function spanCommands(tool: KeyTarget): Command[] {
  const { hasSpan, hasSelection } = tool;
  return [
    toolCommand("text.mark", { title: "key.text.mark", keys: ["Enter"] }, () => tool.markSelection(), hasSelection),
    toolCommand("text.drop", { title: "key.text.drop", keys: ["Escape"] }, () => tool.dropSelection(),
      () => hasSelection() || tool.isParting()),
    toolCommand("text.part", { title: "key.text.part", group: "region", keys: ["E"], fits: tool.canMark },
      () => tool.part(), () => tool.canMark() && (hasSpan() || tool.isParting() || hasSelection())),
    toolCommand("text.end", {
      title: "key.text.end", group: "region", keys: ["Shift+ArrowLeft", "Shift+ArrowRight"], repeats: true,
    }, (chord) => tool.moveEdge("end", "grapheme", forward(chord)), hasSpan),
    toolCommand("text.endWord", {
      title: "key.text.endWord", group: "region", keys: ["Mod+Shift+ArrowLeft", "Mod+Shift+ArrowRight"], repeats: true,
    }, (chord) => tool.moveEdge("end", "word", forward(chord)), hasSpan),
    toolCommand("text.start", {
      title: "key.text.start", group: "region", keys: ["Alt+Shift+ArrowLeft", "Alt+Shift+ArrowRight"], repeats: true,
    }, (chord) => tool.moveEdge("start", "grapheme", forward(chord)), hasSpan),
  ];
}

function sizeCommands(tool: KeyTarget): Command[] {
  return [
    toolCommand("text.larger", { title: "key.text.larger", group: "view", keys: ["+", "="] }, () => tool.resize(1)),
    toolCommand("text.smaller", { title: "key.text.smaller", group: "view", keys: ["-"] }, () => tool.resize(-1)),
  ];
}
