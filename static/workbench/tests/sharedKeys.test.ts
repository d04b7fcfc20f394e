/** Commands may share a key only where never both are meant, or where each has another key too. */

import { expect, test } from "vitest";

import type { Command } from "../src/core/commands";
import { markCommands, playCommands } from "../src/tools/audio/keys";
import { imageCommands } from "../src/tools/image/keys";
import { textCommands } from "../src/tools/text/keys";
import { markCommands as markSeries, readCommands } from "../src/tools/series/keys";
import { videoCommands } from "../src/tools/video/keys";
import { define as defineComments } from "../src/panels/Comments";
import { make } from "./bench";

/** Whatever a tool is asked, it says yes. */
const willing = new Proxy({}, { get: () => () => true }) as never;

const videoTarget = new Proxy({ picture: willing }, { get: (target, name) => (name === "picture" ? target.picture : () => true) }) as never;

const TOOLS: Readonly<Record<string, () => Command[]>> = {
  audio: () => [...markCommands(willing), ...playCommands(willing)],
  image: () => imageCommands(willing),
  series: () => [...markSeries(willing), ...readCommands(willing)],
  text: () => textCommands(willing),
  video: () => videoCommands(videoTarget, willing),
};
/** They hold only while something is unfinished, and give their keys back with its end. */
const MODAL: Readonly<Record<string, readonly string[]>> = {
  "a pen is at work": ["place", "drop", "back", "size", "moveNew", "less", "more", "skip"]
    .flatMap((name) => [`image.${name}`, `video.${name}`]),
  "a relation looks for its end": ["next", "previous", "join", "stop"].flatMap((name) => [`text.relate.${name}`, `image.relate.${name}`]),
  "words are selected": ["text.mark", "text.drop"],
  "a stretch was begun": ["audio.end", "audio.drop", "series.finish", "series.drop", "video.end", "video.dropStart"],
  "a track looks for another one": ["video.dropMerge"],
};
const MODALS = new Set(Object.values(MODAL).flat());

/** Of two with one key only one can be meant: the first is asked first, and this is why it leaves room. */
const APART: Readonly<Record<string, string>> = {
  "image.nudge image.pan": "a shape is selected, or none",
  "video.nudge video.arrows": "a shape is selected, or none",
  "video.moveEnd video.arrows": "a stretch is selected, or nothing",
  "video.moveEnd video.nudge": "a stretch is selected, or a shape",
  "video.moveEnd video.grow": "a stretch is selected, or a shape",
  "video.grow video.pan": "a shape is selected, or none",
  "image.removePoint region.remove": "a point is chosen: it goes first",
  "video.removePoint region.remove": "a point is chosen: it goes first",
  "image.brush suggestion.patterns": "one is for pictures, one for texts",
  "video.mark suggestion.patterns": "one is for videos, one for texts",
  "video.point tool.draw": "there are pens of their own",
  "text.extend text.end": "a span is selected, or none",
  "text.extendWord text.endWord": "a span is selected, or none",
  "task.next task.stopFixing": "an older answer is being fixed, or none",
};

/** Commands that a key of theirs does not reach, since another one takes all of their keys. */
function unreachable(commands: readonly Command[]): string[] {
  const bound = commands.filter(({ binding }) => binding !== null && binding.keys.length > 0);
  return bound.flatMap((command, index) => {
    const takers = (key: string): string[] => bound.slice(0, index)
      .filter(({ binding }) => binding?.keys.includes(key))
      .map(({ id }) => id)
      .filter((id) => !MODALS.has(id) && !(`${id} ${command.id}` in APART));
    const keys = command.binding?.keys ?? [];
    return keys.every((key) => takers(key).length > 0)
      ? [`${command.id} is hidden by ${keys.flatMap(takers).join(", ")} (${keys.join(" ")})`] : [];
  });
}

test.each(Object.keys(TOOLS))("every command can be reached by a key while %s is labelled", (tool) => {
  const wb = make("annotate");
  defineComments(wb);
  const work = wb.commands.all().filter(({ binding }) => binding?.group !== "review");
  expect(unreachable([...(TOOLS[tool]?.() ?? []), ...work])).toEqual([]);
});

test("a command whose every key another one takes is found", () => {
  const two = TOOLS.audio?.().slice(0, 1).flatMap((one) => [one, { ...one, id: "other" }]) ?? [];
  expect(unreachable(two)).toHaveLength(1);
});
