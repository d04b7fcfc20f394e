/** Searching as people type: parts of words in any order, letters left out, accents left out. */

/** Small letters without accents; the length may differ from the text's. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** How well a text fits what was typed: higher is better, 0 fits not at all. Both are plain. */
export function fitOf(typed: string, text: string): number {
  let sum = 0;
  const words = typed.split(/\s+/).filter(Boolean);
  for (const word of words) {
    const fit = fitOfWord(word, text);
    if (fit === 0) return 0;
    sum += fit;
  }
  // Of two that fit alike the shorter one is meant.
  return words.length === 0 ? 0 : sum / words.length - Math.min(text.length, 200) / 1000;
}

function fitOfWord(word: string, text: string): number {
  if (text === word) return 5;
  const at = text.indexOf(word);
  if (at === 0) return 4;
  if (startsSomeWord(word, text)) return 3;
  if (at > 0) return 2;
  return scatter(word, text);
}

function startsSomeWord(word: string, text: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at > 0 && /[^\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return true;
  }
  return false;
}

/** The letters in their order with others between: up to 1, less the more lies between. */
function scatter(word: string, text: string): number {
  const first = text.indexOf(word[0] ?? "");
  let at = first - 1;
  for (const letter of word) {
    at = text.indexOf(letter, at + 1);
    if (at < 0) return 0;
  }
  const spread = at - first + 1;
  // Far apart they are there by chance.
  return spread > word.length * 4 + 4 ? 0 : word.length / spread;
}
