/** The sentences of rules that few schemas have: fetched with the rules, not at the start. */

import { brokenWords, type BrokenWord } from "./brokenWords";

const english = {
  "too-few-of-label": "Regions of “{name}”: {count}; at least {least} are needed.",
  "too-many-of-label": "Regions of “{name}”: {count}; at most {most} are allowed.",
  "small-duration": "A region of “{name}” lasts {size} s; at least {least} s are needed.",
  "below-range": "“{name}” is {value}{unit}; at least {least}{unit} is expected.",
  "above-range": "“{name}” is {value}{unit}; at most {most}{unit} is expected.",
  "empty-text": "Write what this region says.",
  "short-text": "Text of this region: {count} characters; at least {least} are needed.",
} as const;

export type RuleWord = keyof typeof english;

/** Every language says every sentence: one that is missing is an error of types. */
const words: Readonly<Record<"en" | "de" | "ar" | "zh", Readonly<Record<RuleWord, string>>>> = {
  en: english,
  de: {
    "too-few-of-label": "Regionen von „{name}“: {count}; mindestens {least} nötig.",
    "too-many-of-label": "Regionen von „{name}“: {count}; höchstens {most} erlaubt.",
    "small-duration": "Eine Region von „{name}“ dauert {size} s; mindestens {least} s nötig.",
    "below-range": "„{name}“ ist {value}{unit}; erwartet wird mindestens {least}{unit}.",
    "above-range": "„{name}“ ist {value}{unit}; erwartet wird höchstens {most}{unit}.",
    "empty-text": "Schreiben Sie auf, was diese Region sagt.",
    "short-text": "Text dieser Region: {count} Zeichen; mindestens {least} nötig.",
  },
  ar: {
    "too-few-of-label": "مناطق «{name}»: {count}؛ الحد الأدنى {least}.",
    "too-many-of-label": "مناطق «{name}»: {count}؛ الحد الأقصى {most}.",
    "small-duration": "مدة منطقة من «{name}»: {size} ث؛ الحد الأدنى {least} ث.",
    "below-range": "«{name}»: {value}{unit}؛ المتوقع {least}{unit} على الأقل.",
    "above-range": "«{name}»: {value}{unit}؛ المتوقع {most}{unit} على الأكثر.",
    "empty-text": "اكتب ما تقوله هذه المنطقة.",
    "short-text": "نص هذه المنطقة، عدد الأحرف: {count}؛ الحد الأدنى {least}.",
  },
  zh: {
    "too-few-of-label": "“{name}”的区域：{count} 个；至少需要 {least} 个。",
    "too-many-of-label": "“{name}”的区域：{count} 个；最多允许 {most} 个。",
    "small-duration": "“{name}”的一个区域时长 {size} 秒；至少需要 {least} 秒。",
    "below-range": "“{name}”为 {value}{unit}；应至少为 {least}{unit}。",
    "above-range": "“{name}”为 {value}{unit}；应不超过 {most}{unit}。",
    "empty-text": "请写出此区域的内容。",
    "short-text": "此区域的文本：{count} 个字符；至少需要 {least} 个。",
  },
};

type Values = Readonly<Record<string, string | number>>;

export function ruleText(word: RuleWord, values: Values): string {
  return filled((language) => words[language][word], values);
}

export function brokenText(word: BrokenWord, values: Values = {}): string {
  return filled((language) => brokenWords[language][word], values);
}

function filled(sentence: (language: keyof typeof words) => string, values: Values): string {
  const language = (globalThis.document?.documentElement.lang ?? "en").slice(0, 2);
  const spoken = language in words ? (language as keyof typeof words) : "en";
  const numbers = new Intl.NumberFormat(spoken, { maximumFractionDigits: 10 });
  const shown = (value: string | number): string => typeof value === "number" ? numbers.format(value) : value;
  return sentence(spoken).replace(/\{(\w+)\}/g, (_whole, name: string) => shown(values[name] ?? ""));
}
