/** The size of annotated text, as this person likes it. */

const NAME = "winnow.textSize";
const USUAL = 17;
const LEAST = 13;
const MOST = 30;

export function readTextSize(): number {
  try {
    return inRange(Number(localStorage.getItem(NAME)) || USUAL);
  } catch {
    return USUAL;
  }
}

/** Keeps the size and gives back what it became. */
export function writeTextSize(size: number): number {
  const kept = inRange(size);
  try {
    localStorage.setItem(NAME, String(kept));
  } catch {
    // Without storage the size holds for this page.
  }
  return kept;
}

function inRange(size: number): number {
  return Math.min(Math.max(Math.round(size), LEAST), MOST);
}
