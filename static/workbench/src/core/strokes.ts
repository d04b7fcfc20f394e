/** Whether labels are told apart by patterns, too: as this person likes it, else where the system asks for contrast. */

const NAME = "winnow.patterns";
const CONTRAST = "(prefers-contrast: more), (forced-colors: active)";

export function readStrokes(): boolean {
  try {
    const said = localStorage.getItem(NAME);
    if (said !== null) return said === "on";
  } catch {
    // What the system says holds.
  }
  return typeof matchMedia === "function" && matchMedia(CONTRAST).matches;
}

export function keepStrokes(on: boolean): void {
  try {
    localStorage.setItem(NAME, on ? "on" : "off");
  } catch {
    // Without storage it holds for this page.
  }
}
