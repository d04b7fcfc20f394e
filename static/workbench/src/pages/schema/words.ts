/** The sentences of the schema editor. */

import { fill, type Values } from "../../core/message";

const words = {
  questions: "Questions",
  "question.add": "Add a question",
  "question.new": "New question",
  "question.title": "Title",
  "question.name": "Name in files",
  "question.type": "Answered with",
  "question.required": "Must be answered",
  "question.help": "Help for annotators",
  "question.labelsFrom": "Take the labels from this field of the item",
  "question.labelsFrom.help": "Leave it empty to list the labels here.",
  "question.min": "Smallest",
  "question.max": "Largest",
  "question.step": "Step of a key press",
  "question.unit": "Unit",
  "question.max_length": "Longest text, in characters",
  "question.min_count": "At least so many regions",
  "question.max_count": "At most so many regions",
  "data.type": "Items are",
  up: "Move up",
  down: "Move down",
  remove: "Remove",
  undo: "Undo",
  "undo.done": "Undone.",
  moved: "Moved to place {n}.",
  removed: "Removed. “Undo” brings it back.",
  labels: "Labels",
  "labels.add": "Add a label",
  "labels.many": "Add many",
  "labels.many.help": "One label a line: a name, or key, name. A line that is there already is left out.",
  "labels.many.file": "Or a file with classes: COCO or CVAT JSON, CSV, YAML or one name a line",
  "labels.many.add": "Add these",
  "labels.many.added": { one: "{n} label added.", other: "{n} labels added." },
  "labels.many.none": "There is no new label in it.",
  "labels.search": "Find a label",
  "labels.shown": "{from}–{to} of {n}",
  "labels.earlier": "Earlier labels",
  "labels.later": "Later labels",
  "label.new": "New label",
  "label.name": "Name",
  "label.key": "Key in files",
  "label.hotkey": "Key on the keyboard",
  "label.color": "Colour",
  "label.more": "More about {name}",
  "label.description": "Description",
  "label.parent": "Key of the label above it",
  "label.aliases": "Other names, one a line",
  "label.examples": "Examples, one a line",
  "label.retired": "Retired: not offered for new answers",
  "label.of": "{what} of label {n}",
  attributes: "Attributes of a region",
  "attribute.add": "Add an attribute",
  "attribute.name": "Name in files",
  "attribute.title": "Title",
  "attribute.type": "Answered with",
  "attribute.options": "Options, one a line: a key, or key = name",
  when: "Asked only when",
  "when.always": "Always asked",
  "when.label": "is answered with one of these labels (keys, separated by commas)",
  "when.label.help": "Empty: any answer.",
  "when.at_least": "At least",
  "when.at_most": "At most",
  rules: "Rules between answers",
  "rule.add": "Add a rule",
  "rule.type": "Rule",
  "rule.forbidden": "Labels that do not go together",
  "rule.required_region": "A region is needed",
  "rule.max_overlap": "Regions cover each other at most so much",
  "rule.min_size": "Smallest size of a region",
  "rule.level": "When it is broken",
  "rule.error": "refuse the answer",
  "rule.warning": "warn only",
  "rule.message": "Own sentence",
  "rule.question": "Question",
  "rule.label": "Only for this label (key)",
  "rule.pairs": "The labels, one a line: question, label key",
  "rule.share": "Largest share, 0 to 1",
  "rule.same_label": "Only among regions of the same label",
  "rule.width": "Width in pixels",
  "rule.height": "Height in pixels",
  "rule.area": "Area in pixels",
  "rule.length": "Length in characters",
  "form.broken": "The source cannot be read as JSON, so the form waits. Mend the source; nothing is lost.",
  "draft.kept": "This is what you had typed before and not published.",
  "draft.drop": "Start from what is published",
} as const;

export type Word = keyof typeof words;

const locale = document.documentElement.lang || "en";
const how = { numbers: new Intl.NumberFormat(locale), plurals: new Intl.PluralRules("en") };

export function say(word: Word, values: Values = {}): string {
  return fill(words[word], values, how);
}

/** The sentence of a key that is put together, or the key itself where there is none. */
export function sayOr(key: string): string {
  return key in words ? say(key as Word) : key;
}
