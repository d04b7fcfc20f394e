/** Calling somebody by name in a comment: "@Rui". Who may be called is what the server says. */

export interface Call {
  /** Where the @ stands. */
  readonly start: number;
  /** The names that begin like what was typed after it. */
  readonly names: readonly string[];
}

const MOST_SHOWN = 6;
const CALL = /(?:^|[^\p{L}\p{N}])@([^@\n]{0,60})$/u;

/** The call that is being typed before the caret; null where there is none, or nobody is called so. */
export function callAt(text: string, caret: number, known: readonly string[]): Call | null {
  const typed = CALL.exec(text.slice(0, caret))?.[1];
  if (typed === undefined) return null;
  const begun = typed.toLocaleLowerCase();
  const names = known.filter((name) => name.toLocaleLowerCase().startsWith(begun) && name.toLocaleLowerCase() !== begun);
  return names.length === 0 ? null : { start: caret - typed.length - 1, names: names.slice(0, MOST_SHOWN) };
}

/** The text with the name in place of what was typed, and where the caret goes. */
export function withName(text: string, caret: number, call: Call, name: string): { readonly text: string; readonly caret: number } {
  const before = `${text.slice(0, call.start)}@${name} `;
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length };
}
