/** The size of annotated text, as this person likes it. */

const NAME = "winnow.textSize";
const USUAL = 17;
const LEAST = 13;
const MOST = 30;

/** The size of the letters of one article; where texts stand beside each other it is that of the page. */
export class TextSize {
  readonly #article: HTMLElement;
  readonly #isFixed: boolean;
  value = readTextSize();

  constructor(article: HTMLElement, isFixed: boolean) {
    this.#article = article;
    this.#isFixed = isFixed;
  }

  apply(): void {
    if (!this.#isFixed) this.#article.style.setProperty("--text-size", `${this.value}px`);
  }

  change(by: 1 | -1): void {
    this.value = writeTextSize(this.value + by);
    this.apply();
  }
}

function readTextSize(): number {
  try {
    return inRange(Number(localStorage.getItem(NAME)) || USUAL);
  } catch {
    return USUAL;
  }
}

/** Keeps the size and gives back what it became. */
function writeTextSize(size: number): number {
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
