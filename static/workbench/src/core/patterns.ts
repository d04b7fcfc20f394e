/**
 * Phrases and small patterns that are found in texts, in time that grows with the text alone.
 *
 * Blanks match any run of blanks; `{digits}`, `{letters}` and `{word}` as many as there are,
 * `{4 digits}` four, `{2-4 letters}` two to four; `{{` and `}}` are braces. The server reads them alike.
 */

const MOST = 1000;
const CLASSES = { digits: "\\p{Nd}", letters: "[\\p{L}\\p{M}]", word: "[\\p{L}\\p{M}\\p{N}_]" } as const;
const BLANKS = "[\\t-\\r \\u00a0\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const PIECE = new RegExp(`\\{\\{|\\}\\}|\\{([^{}]*)\\}|[{}]|${BLANKS}+|(?:(?!${BLANKS})[^{}])+`, "gu");
const FILLER = /^(?:(\d{1,4})(?:-(\d{1,4}))? )?(digits|letters|word)$/;
const WORD = new RegExp(CLASSES.word, "u");
/** Scripts that are written without blanks: a hit may end inside a run of them. */
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/;

/** The pattern as something that searches; null where it cannot be used. */
export function parsePattern(pattern: string, matchCase = false): RegExp | null {
  const pieces: string[] = [];
  let groups = 0;
  let fillerBefore = false;
  // What matched once is never given back: a look ahead, and then just that.
  const once = (piece: string): string => `(?=(${piece}))\\${++groups}`;
  for (const [text, inner] of pattern.trim().matchAll(PIECE)) {
    if (inner !== undefined) {
      const filler = fillerBefore ? null : fillerOf(inner);
      if (filler === null) return null;
      pieces.push(once(filler));
    } else if (text === "{" || text === "}") {
      return null;
    } else if (text.trim() === "") {
      pieces.push(once(`${BLANKS}+`));
    } else {
      pieces.push(escaped(text === "{{" || text === "}}" ? (text[0] as string) : text));
    }
    fillerBefore = inner !== undefined;
  }
  return pieces.length ? new RegExp(pieces.join(""), matchCase ? "gu" : "giu") : null;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function fillerOf(inner: string): string | null {
  const [, low, high, name] = FILLER.exec(inner) ?? [];
  if (!name) return null;
  const least = low ? Number(low) : 1;
  const most = high ? Number(high) : low ? least : MOST;
  if (!(1 <= least && least <= most && most <= MOST)) return null;
  return `${CLASSES[name as keyof typeof CLASSES]}{${least},${most}}`;
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Every whole-word place of a pattern, in UTF-16 units. */
export function placesOf(text: string, pattern: RegExp): Place[] {
  const found: Place[] = [];
  for (const match of text.matchAll(pattern)) {
    const place = { start: match.index, end: match.index + match[0].length };
    if (isWhole(text, place)) found.push(place);
  }
  return found;
}

/** Of places that lie within each other, the longest. */
export function longest(places: readonly Place[]): Place[] {
  let reach = 0;
  return [...places].sort((a, b) => a.start - b.start || b.end - a.end).filter(({ end }) => {
    if (end <= reach) return false;
    reach = end;
    return true;
  });
}

/** Whether no word goes on beyond either end. */
function isWhole(text: string, { start, end }: Place): boolean {
  const before = start > 0 && joined(characterBefore(text, start), String.fromCodePoint(text.codePointAt(start) as number));
  const after = end < text.length && joined(characterBefore(text, end), String.fromCodePoint(text.codePointAt(end) as number));
  return !before && !after;
}

function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(Math.max(0, at - 2), at) : text.slice(at - 1, at);
}

function joined(left: string, right: string): boolean {
  if (UNSPACED.test(left) || UNSPACED.test(right)) return false;
  return WORD.test(left) && WORD.test(right);
}
