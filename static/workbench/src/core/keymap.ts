/**
 * Keys to actions. A key is what it says, as it stands on the help sheet; letters of another script, and
 * digits that need Shift, are known by where they lie. Inactive in text fields and while an input method
 * composes. What changes the map is in `keychoice.ts`, fetched when somebody wants that.
 */

import type { Command, Commands } from "./commands";

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
  readonly keyCode?: number;
  getModifierState?(name: string): boolean;
}

/** What has the focus: a text field, a button, the stage, or something else. */
export type Focus = "field" | "control" | "list" | "stage" | "none";

export interface KeySettings {
  /** False: single characters do nothing by themselves, only together with Alt (WCAG 2.1.4). */
  readonly single: boolean;
  /** Keys chosen by this person, by action: each in the place of the one it was by itself; "" for none. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Chosen while the server could not be told. */
  readonly unsent?: boolean;
}

export const DEFAULT_KEYS: KeySettings = { single: true, keys: {} };

export interface SettingsPlace {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

/** A key that depends on the task, such as the number of a label. */
export type DynamicKeys = (chord: string) => (() => void) | null;

const NAMED: Readonly<Record<string, string>> = { " ": "Space", Spacebar: "Space", Del: "Delete" };

/** The chord of a key press, for instance "Shift+Z", "1", "Mod+Enter"; null for bare modifiers. */
export function chordOf(press: KeyPress): string | null {
  // AltGr is there to write: what it writes is the key, and Windows' Ctrl and Alt in it mean nothing.
  const writes = press.getModifierState?.("AltGraph") ?? false;
  const base = baseOf(press, writes);
  if (base === null) return null;
  const parts: string[] = [];
  if (!writes && (press.ctrlKey || press.metaKey)) parts.push("Mod");
  if (!writes && press.altKey) parts.push("Alt");
  // A sign such as "?" already contains its Shift.
  if (press.shiftKey && !isSign(base)) parts.push("Shift");
  return [...parts, base].join("+");
}

function baseOf({ key, code, altKey, shiftKey }: KeyPress, writes: boolean): string | null {
  const named = NAMED[key] ?? key;
  const said = named.length === 1 ? named.toUpperCase() : named;
  if (/^[A-Z]$/.test(said) || (writes && said.length === 1)) return said;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter && (altKey || !/^[\p{P}\p{S}]$/u.test(key))) return letter;
  if (["Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "Process"].includes(key)) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  // Layouts where digits need Shift, and Alt, which writes signs on some systems.
  if (digit && (altKey || !/^[\x21-\x7e]$/.test(key))) return digit;
  if (digit && /^[&"'(_]$/.test(key) && !shiftKey) return digit;
  return said;
}

/** An input method is at work: its keys are not ours. Safari tells by the old key code only. */
export function isComposing(event: { readonly isComposing: boolean; readonly keyCode?: number }): boolean {
  return event.isComposing || event.keyCode === 229;
}

function isSign(base: string): boolean {
  return base.length === 1 && !/[A-Z]/.test(base);
}

/** Whether the chord is one printable character without Ctrl, Cmd or Alt. */
export function isSingle(chord: string): boolean {
  return chord.replace(/^Shift\+/, "").length === 1;
}

/** The account's choice; the one of this browser where that could not be sent yet. */
export function readSettings(place: SettingsPlace | null, name: string, account?: KeySettings | null): KeySettings {
  const of = (kept: Partial<KeySettings> | null | undefined): KeySettings => kept
    ? { single: kept.single !== false, keys: kept.keys ?? {}, ...(kept.unsent ? { unsent: true } : {}) } : DEFAULT_KEYS;
  try {
    const kept = JSON.parse(place?.getItem(name) ?? "null") as Partial<KeySettings> | null;
    return of(kept?.unsent || !account ? kept : account);
  } catch {
    return of(account);
  }
}

export class Keymap {
  readonly place: SettingsPlace | null;
  readonly name: string;
  settings: KeySettings;
  readonly #commands: Commands;
  #dynamic: DynamicKeys = () => null;

  constructor(commands: Commands, place: SettingsPlace | null, user: string, account?: KeySettings | null) {
    this.#commands = commands;
    this.place = place;
    this.name = `winnow.keys.${user}`;
    this.settings = readSettings(place, this.name, account);
  }

  setDynamic(dynamic: DynamicKeys): void {
    this.#dynamic = dynamic;
  }

  /** Whether a label or a step of a scale takes this key for itself now. */
  isTaken(chord: string): boolean {
    return this.#dynamic(chord) !== null;
  }

  /** The chords of an action in the order of its own; "" where one was taken away. */
  placesOf({ id, binding }: Command): readonly string[] {
    return this.settings.keys[id] ?? binding?.keys ?? [];
  }

  /** The keys of an action as they are to be pressed now. */
  keysOf(command: Command): readonly string[] {
    return this.placesOf(command).filter(Boolean).map(this.pressed);
  }

  /** How a chord is to be pressed now: single characters with Alt where they are off by themselves. */
  readonly pressed = (chord: string): string => (!this.settings.single && isSingle(chord) ? `Alt+${chord}` : chord);

  /** The keys that reach an action now: a label may have taken one of them for itself. */
  freeKeysOf(command: Command): readonly string[] {
    const free = this.placesOf(command).filter((chord) => chord && (!isSingle(chord) || !this.isTaken(chord)));
    return free.map(this.pressed);
  }

  /** What this key press does here, or null. */
  find(press: KeyPress, focus: Focus): (() => void) | null {
    if (isComposing(press)) return null;
    const pressed = chordOf(press);
    const chord = pressed === null ? null : this.#effective(pressed);
    if (chord === null || belongsToControl(chord, focus)) return null;
    return this.#action(chord, focus, press) ?? this.#written(press, focus);
  }

  #action(chord: string, focus: Focus, { repeat }: KeyPress): (() => void) | null {
    const dynamic = isSingle(chord) && focus !== "field" && !repeat ? this.#dynamic(chord) : null;
    if (dynamic) return dynamic;
    for (const command of this.#commands.all()) {
      const at = this.#fits(command, chord, focus, repeat);
      // A tool hears the key that its own map has in this place.
      if (at >= 0) return () => command.run(command.binding?.keys[at] ?? chord);
    }
    return null;
  }

  /** Alt writes signs on a Mac: one that nothing else wants as a chord counts as the sign. */
  #written(press: KeyPress, focus: Focus): (() => void) | null {
    const { key, altKey, ctrlKey, metaKey } = press;
    const isSignByAlt = altKey && !ctrlKey && !metaKey && this.settings.single && /^[!-/:-@[-`{-~]$/.test(key);
    return isSignByAlt ? this.#action(key, focus, press) : null;
  }

  /** With single characters switched off, Alt stands in for them. */
  #effective(chord: string): string | null {
    if (this.settings.single) return chord;
    if (isSingle(chord)) return null;
    const bare = chord.replace(/^Alt\+/, "");
    return chord.startsWith("Alt+") && isSingle(bare) ? bare : chord;
  }

  /** Which of the action's keys this is, or -1. */
  #fits(command: Command, chord: string, focus: Focus, repeat: boolean): number {
    const { binding } = command;
    if (!binding || (repeat && !binding.repeats)) return -1;
    if (focus === "field" && !binding.inFields) return -1;
    if (binding.scope === "tool" && !isOnStage(focus, chord)) return -1;
    const at = this.placesOf(command).indexOf(chord);
    return at >= 0 && command.when() ? at : -1;
  }

  /** What the help sheet shows: every action with keys that can make sense with this task. */
  sheet(): Command[] {
    return this.#commands.all().filter(({ binding }) => binding !== null && binding.keys.length > 0 && (binding.fits?.() ?? true));
  }
}

/** Arrow keys of the stage stay with lists and fields; other keys of the tool work from anywhere. */
function isOnStage(focus: Focus, chord: string): boolean {
  if (focus === "stage" || focus === "none") return true;
  return focus === "control" && !/Arrow|Home|End|Page/.test(chord);
}

/** Enter and Space on a button press that button; arrows in a list move in that list. */
function belongsToControl(chord: string, focus: Focus): boolean {
  if (focus === "control") return chord === "Enter" || chord === "Space" || chord === "Shift+Space";
  return focus === "list" && /^(Shift\+)?(Arrow\w+|Home|End)$/.test(chord);
}
