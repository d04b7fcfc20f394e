/** Commands may share a key only where never both are meant, or where each has another key too. */

import { expect, test } from "vitest";

import type { Command } from "../src/core/commands";
import { markCommands, playCommands } from "../src/tools/audio/keys";
import { imageCommands } from "../src/tools/image/keys";
import { textCommands } from "../src/tools/text/keys";
import { make } from "./bench";

/** Whatever a tool is asked, it says yes. */
const willing = new Proxy({}, { get: () => () => true }) as never;

const TOOLS: Readonly<Record<string, () => Command[]>> = {
  audio: () => [...markCommands(willing), ...playCommands(willing)],
  image: () => imageCommands(willing),
  text: () => textCommands(willing),
};
/** Of these only one can be meant: the first is asked first, and why it leaves room for the second. */
const APART: Readonly<Record<string, string>> = {
  "image.skip image.nextPoint": "a pen is at work",
  "image.back image.removePoint": "a pen is at work",
  "image.back region.remove": "a pen is at work",
  "image.size image.nudge": "a pen is at work",
  "image.size image.pan": "a pen is at work",
  "image.nudge image.pan": "a shape is selected",
  "image.moveNew image.grow": "a pen is at work",
  "image.less image.turn": "a pen is at work",
  "image.more image.turn": "a pen is at work",
  "image.place task.submit": "a pen is at work",
  "image.drop region.deselect": "a pen is at work",
  "image.removePoint region.remove": "a point is chosen: it goes first",
  "image.brush suggestion.patterns": "one is for pictures, one for texts",
  "text.relate.next text.move": "a relation looks for its end",
  "text.relate.next text.moveLine": "a relation looks for its end",
  "text.relate.next region.next": "a relation looks for its end",
  "text.relate.previous text.move": "a relation looks for its end",
  "text.relate.previous text.moveLine": "a relation looks for its end",
  "text.relate.previous region.previous": "a relation looks for its end",
  "text.relate.join text.mark": "a relation looks for its end",
  "text.relate.join task.submit": "a relation looks for its end",
  "text.relate.stop text.drop": "a relation looks for its end",
  "text.relate.stop region.deselect": "a relation looks for its end",
  "text.mark task.submit": "words are selected: they are marked first",
  "text.drop region.deselect": "words are selected: they are let go first",
  "text.extend text.end": "a span is selected, or none",
  "text.extendWord text.endWord": "a span is selected, or none",
  "audio.end task.submit": "a stretch was begun: it is ended first",
  "audio.drop region.deselect": "a stretch was begun: it is dropped first",
  "task.next task.stopFixing": "an older answer is being fixed, or none",
};

/** Commands that a key of theirs does not reach, since another one takes all of their keys. */
function unreachable(commands: readonly Command[]): string[] {
  const bound = commands.filter(({ binding }) => binding !== null && binding.keys.length > 0);
  return bound.flatMap((command, index) => {
    const takers = (key: string): string[] => bound.slice(0, index)
      .filter(({ binding }) => binding?.keys.includes(key))
      .map(({ id }) => id)
      .filter((id) => !(`${id} ${command.id}` in APART));
    const keys = command.binding?.keys ?? [];
    return keys.every((key) => takers(key).length > 0)
      ? [`${command.id} is hidden by ${keys.flatMap(takers).join(", ")} (${keys.join(" ")})`] : [];
  });
}

test.each(Object.keys(TOOLS))("every command can be reached by a key while %s is labelled", (tool) => {
  const work = make("annotate").commands.all().filter(({ binding }) => binding?.group !== "review");
  expect(unreachable([...(TOOLS[tool]?.() ?? []), ...work])).toEqual([]);
});

test("a command whose every key another one takes is found", () => {
  const two = TOOLS.audio?.().slice(0, 1).flatMap((one) => [one, { ...one, id: "other" }]) ?? [];
  expect(unreachable(two)).toHaveLength(1);
});
