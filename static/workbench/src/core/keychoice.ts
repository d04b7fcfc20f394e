/** Changing the key map: what a key would be taken from, giving it, taking it back, telling the account. */

import type { Command } from "./commands";
import type { MessageKey } from "./i18n";
import { DEFAULT_KEYS, type KeySettings } from "./keymap";
import type { Workbench } from "./workbench";

/** One key of one action. */
export interface KeyPlace {
  readonly command: Command;
  readonly at: number;
}

/** Why a chord can be the key of nothing, or null. */
export function refusalOf(chord: string): MessageKey | null {
  if (/^(Shift\+)?Tab$/.test(chord)) return "keys.refused.tab";
  if (/^Mod\+(Shift\+)?[NTW]$/.test(chord)) return "keys.refused.browser";
  return null;
}

/**
 * Who else has this chord. Two actions whose own keys are the same never wait for it at one time, so they
 * do not count; nor does what cannot be met in this task.
 */
export function clashesOf(wb: Workbench, place: KeyPlace, chord: string): KeyPlace[] {
  const own = place.command.binding?.keys ?? [];
  const found: KeyPlace[] = [];
  for (const command of wb.keymap.sheet()) {
    const at = wb.keymap.placesOf(command).indexOf(chord);
    const byDesign = own[place.at] === chord && (command.binding?.keys ?? []).includes(chord);
    if (at >= 0 && command.id !== place.command.id && !byDesign) found.push({ command, at });
  }
  return found;
}

/** Gives one key of an action another chord and takes it from whoever had it. */
export function giveKey(wb: Workbench, place: KeyPlace, chord: string): void {
  const keys: Record<string, readonly string[]> = { ...wb.keymap.settings.keys };
  const put = ({ command, at }: KeyPlace, value: string): void => {
    const own = command.binding?.keys ?? [];
    const places = own.map((key, index) => (keys[command.id] ?? own)[index] ?? key);
    keys[command.id] = places.map((key, index) => (index === at ? value : key === chord ? "" : key));
    if (own.every((key, index) => key === keys[command.id]?.[index])) delete keys[command.id];
  };
  for (const clash of clashesOf(wb, place, chord)) put(clash, "");
  put(place, chord);
  keepKeys(wb, { ...wb.keymap.settings, keys });
}

/** The keys of one action as they were made. What was taken from others for them stays with nobody. */
export function resetKeys(wb: Workbench, command: Command): void {
  const { [command.id]: _, ...keys } = wb.keymap.settings.keys;
  keepKeys(wb, { ...wb.keymap.settings, keys });
}

export function resetAllKeys(wb: Workbench): void {
  keepKeys(wb, DEFAULT_KEYS);
}

export function isChanged(wb: Workbench, command: Command): boolean {
  return command.id in wb.keymap.settings.keys;
}

/** Chosen now, kept in this browser, and sent to the account. */
export function keepKeys(wb: Workbench, { single, keys }: KeySettings): void {
  write(wb, { single, keys, unsent: true });
  void sendKeys(wb);
}

/** Tells the account what was chosen; without a line it waits for the next time. */
export async function sendKeys(wb: Workbench): Promise<void> {
  const sent = wb.keymap.settings;
  const { single, keys } = sent;
  try {
    await wb.api.call("PUT", "me/keys", { body: { single, keys } });
  } catch {
    // Kept here as unsent: sent when the line is back, or when a page is opened again.
    if (typeof window !== "undefined") window.addEventListener("online", () => void sendKeys(wb), { once: true });
    return;
  }
  if (wb.keymap.settings === sent) write(wb, { single, keys });
}

function write(wb: Workbench, settings: KeySettings): void {
  const { keymap } = wb;
  keymap.settings = settings;
  try {
    keymap.place?.setItem(keymap.name, JSON.stringify(settings));
  } catch {
    // A full or closed storage keeps the choice for this page only.
  }
  // Buttons and sheets show keys: the map is part of what they draw.
  wb.store.set({ keys: settings });
}
