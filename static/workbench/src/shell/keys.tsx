/** Keys as people read them. */

import type { VNode } from "preact";

import type { Command } from "../core/commands";
import { isMessageKey, t } from "../core/i18n";
import type { Workbench } from "../core/workbench";
import { useStore, useWorkbench } from "./use";

const ARROWS: Readonly<Record<string, string>> = {
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓",
};

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** One chord as words: "Shift Z". */
export function chordText(chord: string): string {
  const parts = chord === "+" ? ["+"] : chord.split("+").filter(Boolean);
  if (chord.endsWith("++")) parts.push("+");
  return parts.map((part) => (part === "Mod" ? (isMac ? "⌘" : t("keyname.control")) : (ARROWS[part] ?? named(part)))).join(" ");
}

function named(part: string): string {
  const key = `keyname.${part.toLowerCase()}`;
  if (isMessageKey(key)) return t(key);
  if (part === "Escape") return "Esc";
  if (part === "Backspace") return "⌫";
  return part;
}

/** The arrow keys of one command as one short text. */
export function keysText(keys: readonly string[]): string {
  const arrows = keys.filter((key) => key.includes("Arrow"));
  if (arrows.length < 4) return keys.map(chordText).join("  ");
  const plain = arrows.filter((key) => !/Shift\+Arrow/.test(key) || keys.every((one) => one.includes("Shift+")));
  const prefix = chordText((plain[0] ?? "").replace(/Arrow\w+$/, "").replace(/\+$/, ""));
  return `${prefix} ← ↑ ↓ →`.trim();
}

/** How the first key of an action, or another one, is pressed now; "" for none. */
export function keyTextOf(wb: Workbench, id: string, place = 0): string {
  const command = wb.commands.all().find((one) => one.id === id);
  const chord = command && wb.keymap.placesOf(command)[place];
  return chord ? chordText(wb.keymap.pressed(chord)) : "";
}

/** The first key of an action, for its button. */
export function Key({ id }: { id: string }): VNode | null {
  const wb = useWorkbench();
  useStore((state) => state.keys);
  const key = keyTextOf(wb, id);
  return key ? <kbd>{key}</kbd> : null;
}

export function shortcutOf(command: Command | undefined, keys: readonly string[]): string | undefined {
  return command && keys.length ? keys.map((key) => key.replace("Mod", "Control")).join(" ") : undefined;
}
