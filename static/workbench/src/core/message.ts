/** Filling sentences: `{name}` is replaced, and a number may choose between the forms its language has. */

/** The forms by the names of Intl.PluralRules; what a language does not tell apart is `other`. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;
export type Message = string | Forms;
/** The sentences of another language for the keys of English. */
export type Sentences<English> = Readonly<Record<keyof English, Message>>;
export type Values = Readonly<Record<string, string | number>>;

export interface Speech {
  readonly numbers: Intl.NumberFormat;
  readonly plurals: Intl.PluralRules;
}

/** The sentence; numbers are written as the reader writes them, `n` chooses the form. */
export function fill(message: Message, values: Values, { numbers, plurals }: Speech): string {
  const form = typeof message === "string" ? message : message[plurals.select(Number(values.n ?? 0))];
  const sentence = form ?? (message as Forms).other;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === "number" ? numbers.format(value) : (value ?? `{${name}}`);
  });
}
