/** The languages of the workbench say the same as English: every key, every placeholder, every form. */

import { describe, expect, test, vi } from "vitest";

import { ar } from "../src/core/catalogues/ar";
import { de } from "../src/core/catalogues/de";
import { zh } from "../src/core/catalogues/zh";
import { en } from "../src/core/en";
import { readingKey, speak, t, useCatalogue, type Catalogue, type MessageKey } from "../src/core/i18n";
import type { Message } from "../src/core/message";

const CATALOGUES: Readonly<Record<string, Catalogue>> = { ar, de, zh };
/** Sentences that are written alike in both languages. */
const ALIKE: Readonly<Record<string, readonly string[]>> = {
  de: ["audio.pause", "audio.mono", "audio.stereo", "labels", "details", "span.minutes", "announce.brush"],
};
/** Names of keys, units and the product. */
const SAME_EVERYWHERE = /^(IoU|Tab|Alt|Esc|Ctrl|Shift|Enter|Delete|Backspace|Home|End|Winnow|kHz)$/;

const formsOf = (message: Message): Readonly<Record<string, string>> =>
  typeof message === "string" ? { other: message } : { ...message };
const placeholders = (sentence: string): readonly string[] => [...new Set(sentence.match(/\{\w+\}/g) ?? [])].sort();
const keys = Object.keys(en) as MessageKey[];
/** The words of a sentence that somebody would have to translate. */
const wordsOf = (sentence: string): readonly string[] =>
  (sentence.replace(/\{\w+\}/g, " ").match(/[A-Za-z]{3,}/g) ?? []).filter((word) => !SAME_EVERYWHERE.test(word));

describe.each(Object.entries(CATALOGUES))("%s", (language, catalogue) => {
  const categories: readonly string[] = new Intl.PluralRules(language).resolvedOptions().pluralCategories;

  test("has exactly the keys of English", () => {
    expect(Object.keys(catalogue).sort()).toEqual([...keys].sort());
  });

  test("has every placeholder of English and none more; only a form that is a number may leave it out", () => {
    for (const key of keys) {
      const wanted = placeholders(formsOf(en[key]).other ?? "");
      for (const [form, sentence] of Object.entries(formsOf(catalogue[key]))) {
        const has = placeholders(sentence);
        const full = !["zero", "one", "two"].includes(form);
        expect(has.filter((one) => !wanted.includes(one)), `${key} ${form}`).toEqual([]);
        expect(wanted.filter((one) => !has.includes(one) && (full || one !== "{n}")), `${key} ${form}`).toEqual([]);
      }
    }
  });

  test("has the forms of its own plural rules where a number decides", () => {
    for (const key of keys.filter((one) => typeof en[one] !== "string")) {
      expect(Object.keys(formsOf(catalogue[key])).sort(), key).toEqual([...categories].sort());
    }
    for (const [key, message] of Object.entries(catalogue)) {
      for (const form of Object.keys(formsOf(message))) expect(categories, key).toContain(form);
    }
  });

  test("leaves no sentence in English, none empty, and none shouted", () => {
    const left: string[] = [];
    // In another script any English word is left over.
    const isForeign = !/^[A-Za-z]/.test(catalogue.close as string);
    for (const key of keys) {
      const english = formsOf(en[key]).other ?? "";
      for (const sentence of Object.values(formsOf(catalogue[key]))) {
        expect(sentence.trim(), key).not.toBe("");
        expect(sentence, key).not.toMatch(/[!！]/);
        const words = wordsOf(sentence);
        if (sentence === english ? words.length : isForeign && words.length) left.push(key);
      }
    }
    expect(left).toEqual(ALIKE[language] ?? []);
  });
});

test("a number takes the form of its language, and other where there is none", () => {
  useCatalogue({ ...en, "empty.waiting": { two: "two", few: "few {n}", other: "other {n}" } }, "ar");
  expect(t("empty.waiting", { n: 2 })).toBe("two");
  expect(t("empty.waiting", { n: 5 })).toBe("few 5");
  expect(t("empty.waiting", { n: 1 })).toBe("other 1");
  expect(t("empty.waiting", { n: 100 })).toBe("other 100");
});

test("the arrow that goes on points the way one reads", () => {
  expect(readingKey("ArrowRight")).toBe("ArrowRight");
  vi.stubGlobal("document", { documentElement: { dir: "rtl" } });
  expect(["ArrowRight", "ArrowLeft", "ArrowUp", "Home"].map(readingKey)).toEqual(["ArrowLeft", "ArrowRight", "ArrowUp", "Home"]);
  vi.unstubAllGlobals();
});

test("sentences about videos name no key that somebody may have set otherwise", async () => {
  for (const language of ["en", "de", "ar", "zh"]) {
    await speak(language);
    for (const key of ["video.region.empty", "announce.track.merge.first"] as const) {
      expect(t(key)).not.toMatch(/(?<!\p{L})[A-Z](?!\p{L})|Shift|Umschalt/u);
    }
  }
});
