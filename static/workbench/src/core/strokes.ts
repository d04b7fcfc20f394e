/** Whether labels are told apart by patterns, too: as this person likes it, else where the system asks for contrast. */

const NAME = "winnow.patterns";
const CONTRAST = "(prefers-contrast: more), (forced-colors: active)";

export function readStrokes(): boolean {
  const on = kept() ?? (typeof matchMedia === "function" && matchMedia(CONTRAST).matches);
  show(on);
  return on;
}

function kept(): boolean | null {
  try {
    const said = localStorage.getItem(NAME);
    return said === null ? null : said === "on";
  } catch {
    return null;
  }
}

export function keepStrokes(on: boolean): void {
  try {
    localStorage.setItem(NAME, on ? "on" : "off");
  } catch {
    // Without storage it holds for this page.
  }
  show(on);
}

/** The chips of the labels follow by style alone. */
function show(on: boolean): void {
  if (typeof document !== "undefined") document.documentElement.toggleAttribute("data-strokes", on);
}
