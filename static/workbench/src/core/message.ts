/** Filling sentences: `{name}` is replaced, and a number may choose between two forms. */

export type Message = string | { readonly one: string; readonly other: string };
export type Values = Readonly<Record<string, string | number>>;

export interface Speech {
  readonly numbers: Intl.NumberFormat;
  readonly plurals: Intl.PluralRules;
}

/** The sentence; numbers are written as the reader writes them, `n` chooses the form. */
export function fill(message: Message, values: Values, { numbers, plurals }: Speech): string {
  const isOne = typeof message !== "string" && plurals.select(Number(values.n ?? 0)) === "one";
  const sentence = typeof message === "string" ? message : isOne ? message.one : message.other;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === "number" ? numbers.format(value) : (value ?? `{${name}}`);
  });
}
