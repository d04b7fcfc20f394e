/** The sentences of the pages' script. */

import { fill, type Values } from "../core/message";

const words = {
  "server.trouble": "The server could not answer just now. Reload the page; if that does not help, tell whoever runs Winnow.",
  "server.unreachable": "The server cannot be reached. Check the line; the page tries again by itself.",
  close: "Close",
  copied: "Copied",
  "bulk.count": { one: "{n} chosen", other: "{n} chosen" },
  "upload.nothing": "There is no file in what you dropped.",
  "upload.all.empty": { one: "The file is empty: nothing was sent.", other: "All {n} files are empty: nothing was sent." },
  "upload.empty": { one: "{n} empty file was left out.", other: "{n} empty files were left out." },
  "upload.reading": { one: "{n} file found", other: "{n} files found" },
  "upload.sending": "{done} of {total} files sent",
  "upload.taking": "{done} of {total} {unit} taken in",
  "upload.taking.some": "{done} {unit} taken in",
  "upload.waiting": "Waiting for a worker",
  "upload.keepOpen": "Keep this page open until all files are sent. If the line breaks, the upload goes on where it stopped.",
  "upload.mayLeave": "You may leave this page: the job goes on.",
  "upload.rate": "{rate} a second",
  "upload.left": "about {time} left",
  "upload.stopped": "The upload stopped.",
  "upload.goOn": "Go on",
  "upload.cancel": "Cancel",
  "upload.cancelled": "The upload was cancelled. What had been sent is thrown away.",
  "upload.done": "Everything is in.",
  "upload.failed": "The files could not be taken in.",
  "upload.created": { one: "{n} new item", other: "{n} new items" },
  "upload.unchanged": { one: "{n} was there already", other: "{n} were there already" },
  "upload.refused": { one: "{n} refused", other: "{n} refused" },
  "upload.refusals": "Not taken",
  "upload.refusals.foot": "Mend these in your files and drop them again; what is there already stays as it is.",
  "upload.more": "Show all",
  "upload.place": "Place",
  "upload.key": "Key",
  "upload.reason": "Reason",
  "upload.bar": "Progress of the upload",
  "upload.job": "Details",
  "time.seconds": "{n} s",
  "time.minutes": "{n} min",
  "time.hours": "{n} h",
} as const;

export type Word = keyof typeof words;

const locale = document.documentElement.lang || "en";
const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const plurals = new Intl.PluralRules("en");

/** The sentence of a key. */
export function say(word: Word, values: Values = {}): string {
  return fill(words[word], values, { numbers, plurals });
}

/** A number as the reader writes it; small ones with one decimal. */
export function sayNumber(value: number): string {
  return numbers.format(value >= 10 ? Math.round(value) : value);
}

/** "40 s", "3 min" or "2 h". */
export function sayTime(seconds: number): string {
  if (seconds < 60) return say("time.seconds", { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return say("time.minutes", { n: Math.round(seconds / 60) });
  return say("time.hours", { n: Math.round(seconds / 3600) });
}

/** "1.3 MB", in powers of ten as file managers show them. */
export function sayBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${numbers.format(bytes / 1000 ** power)} ${units[power]}`;
}
