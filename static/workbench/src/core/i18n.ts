/** Every visible sentence by its key. Another language is another catalogue with the same keys. */

import type { en } from "./en";
import { fill, type Message, type Values } from "./message";

export type MessageKey = keyof typeof en;
export type Catalogue = Readonly<Record<MessageKey, Message>>;

let locale = "en";
let catalogue = {} as Catalogue;
let numbers = new Intl.NumberFormat(locale);
let plurals = new Intl.PluralRules(locale);

/** The catalogues there are, by language; each is a file of its own. */
const CATALOGUES: Readonly<Record<string, () => Promise<Catalogue>>> = {
  en: async () => (await import("./en")).en,
  de: async () => (await import("./catalogues/de")).de,
  ar: async () => (await import("./catalogues/ar")).ar,
  zh: async () => (await import("./catalogues/zh")).zh,
};

/** Speaks the language of the page: its own sentences where there are any, its numbers and times anyway. */
export async function speak(name: string): Promise<void> {
  const language = name.split("-")[0] ?? "en";
  const found = language in CATALOGUES ? language : "en";
  const load = CATALOGUES[found];
  if (load) useCatalogue(await load(), found);
  // The pages write English times the British way.
  const region = name === "en" ? "en-GB" : name;
  try {
    numbers = new Intl.NumberFormat(region);
    locale = region;
  } catch {
    // An unknown tag keeps the numbers of the catalogue's language.
  }
}

/** Takes a catalogue and the plural rules of its language. */
export function useCatalogue(messages: Catalogue, language: string): void {
  catalogue = messages;
  plurals = new Intl.PluralRules(language);
}

/** The sentence of a key. */
export function t(key: MessageKey, values: Values = {}): string {
  return fill(catalogue[key], values, { numbers, plurals });
}

export function isMessageKey(key: string): key is MessageKey {
  return key in catalogue;
}

/** The arrow key as if one read from left to right: where one reads from the right, the other one. */
export function readingKey(key: string): string {
  if (globalThis.document?.documentElement?.dir !== "rtl") return key;
  return { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[key] ?? key;
}

export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** Hours and minutes in the reader's zone; with seconds where asked. */
export function formatTime(at: number, withSeconds = false): string {
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
    hour12: false,
  }).format(at);
}

/** Something of `Intl` that speaks the reader's language. */
export function inLocale<T>(make: (locale: string) => T): T {
  return make(locale);
}

export function formatDateTime(at: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** "38 s" or "4:10 min". */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return t("span.seconds", { n: Math.round(seconds) });
  const minutes = Math.floor(seconds / 60);
  const rest = String(Math.round(seconds % 60)).padStart(2, "0");
  return t("span.minutes", { time: `${formatNumber(minutes)}:${rest}` });
}
