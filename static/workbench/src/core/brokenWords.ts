/** The sentences of the list of broken rules: fetched with the rules, not at the start. */

const english = {
  title: "What is not right yet",
  warnings: "Only warnings: the answer can be sent as it is.",
  more: "More of these: {n}",
  error: "error",
  warning: "warning",
  next: "Next",
  told: "Not right yet: {n}. {first}",
  cleared: "All rules are kept now.",
  place: "{place} of {n}.",
} as const;

export type BrokenWord = keyof typeof english;

/** Every language says every sentence: one that is missing is an error of types. */
export const brokenWords: Readonly<Record<"en" | "de" | "ar" | "zh", Readonly<Record<BrokenWord, string>>>> = {
  en: english,
  de: {
    title: "Was noch nicht stimmt",
    warnings: "Nur Warnungen: Die Antwort kann so gesendet werden.",
    more: "Weitere davon: {n}",
    error: "Fehler",
    warning: "Warnung",
    next: "Weiter",
    told: "Stimmt noch nicht: {n}. {first}",
    cleared: "Alle Regeln sind jetzt eingehalten.",
    place: "{place} von {n}.",
  },
  ar: {
    title: "ما لم يصح بعد",
    warnings: "تحذيرات فقط: يمكن إرسال الإجابة كما هي.",
    more: "المزيد منها: {n}",
    error: "خطأ",
    warning: "تحذير",
    next: "التالي",
    told: "لم يصح بعد: {n}. {first}",
    cleared: "جميع القواعد مستوفاة الآن.",
    place: "{place} من {n}.",
  },
  zh: {
    title: "尚未符合规则之处",
    warnings: "仅有警告：答案可以原样提交。",
    more: "其余：{n} 项",
    error: "错误",
    warning: "警告",
    next: "下一处",
    told: "尚未符合规则：{n} 处。{first}",
    cleared: "现已符合所有规则。",
    place: "第 {place} 处，共 {n} 处。",
  },
};
