/**
 * Keys to actions. Letters are matched by where they lie on the keyboard, digits and signs by what they
 * say. Inactive in text fields and while an input method composes.
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
}

/** What has the focus: a text field, a button, the stage, or something else. */
export type Focus = "field" | "control" | "list" | "stage" | "none";

export interface KeySettings {
  /** False: single characters do nothing by themselves, only together with Alt (WCAG 2.1.4). */
  readonly single: boolean;
  /** Keys chosen by this person, by action. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
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
  const base = baseOf(press);
  if (base === null) return null;
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push("Mod");
  if (press.altKey) parts.push("Alt");
  // A sign such as "?" already contains its Shift.
  if (press.shiftKey && !isSign(base)) parts.push("Shift");
  return [...parts, base].join("+");
}

function baseOf(press: KeyPress): string | null {
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (letter) return letter;
  if (["Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "Process"].includes(press.key)) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  // Layouts where digits need Shift, and Alt, which writes signs on some systems.
  if (digit && (press.altKey || !/^[\x21-\x7e]$/.test(press.key))) return digit;
  if (digit && /^[&"'(_]$/.test(press.key) && !press.shiftKey) return digit;
  const named = NAMED[press.key] ?? press.key;
  return named.length === 1 ? named.toUpperCase() : named;
}

function isSign(base: string): boolean {
  return base.length === 1 && !/[A-Z]/.test(base);
}

/** Whether the chord is one printable character without Ctrl, Cmd or Alt. */
export function isSingle(chord: string): boolean {
  return chord.replace(/^Shift\+/, "").length === 1;
}

export function readSettings(place: SettingsPlace | null, name: string): KeySettings {
  try {
    const kept = JSON.parse(place?.getItem(name) ?? "null") as Partial<KeySettings> | null;
    if (!kept) return DEFAULT_KEYS;
    return { single: kept.single !== false, keys: kept.keys ?? {} };
  } catch {
    return DEFAULT_KEYS;
  }
}

export class Keymap {
  readonly #commands: Commands;
  readonly #place: SettingsPlace | null;
  readonly #name: string;
  #settings: KeySettings;
  #dynamic: DynamicKeys = () => null;

  constructor(commands: Commands, place: SettingsPlace | null, user: string) {
    this.#commands = commands;
    this.#place = place;
    this.#name = `winnow.keys.${user}`;
    this.#settings = readSettings(place, this.#name);
  }

  get settings(): KeySettings {
    return this.#settings;
  }

  setDynamic(dynamic: DynamicKeys): void {
    this.#dynamic = dynamic;
  }

  change(settings: KeySettings): void {
    this.#settings = settings;
    try {
      this.#place?.setItem(this.#name, JSON.stringify(settings));
    } catch {
      // A full or closed storage keeps the choice for this page only.
    }
  }

  /** The keys of an action as they are now. */
  keysOf(command: Command): readonly string[] {
    return this.#settings.keys[command.id] ?? command.binding?.keys ?? [];
  }

  /** The keys that reach an action now: a label may have taken one of them for itself. */
  freeKeysOf(command: Command): readonly string[] {
    return this.keysOf(command).filter((chord) => !isSingle(chord) || this.#dynamic(chord) === null);
  }

  /** Gives an action one other key; takes it from whichever action had it. */
  remap(id: string, chord: string): void {
    const keys: Record<string, readonly string[]> = { ...this.#settings.keys };
    for (const command of this.#commands.all()) {
      const own = this.keysOf(command);
      if (own.includes(chord)) keys[command.id] = own.filter((one) => one !== chord);
    }
    keys[id] = [chord];
    this.change({ ...this.#settings, keys });
  }

  reset(): void {
    this.change(DEFAULT_KEYS);
  }

  /** What this key press does here, or null. */
  find(press: KeyPress, focus: Focus): (() => void) | null {
    if (press.isComposing || press.keyCode === 229) return null;
    const pressed = chordOf(press);
    const chord = pressed === null ? null : this.#effective(pressed);
    if (chord === null || belongsToControl(chord, focus)) return null;
    const isDigit = isSingle(chord);
    const dynamic = isDigit && focus !== "field" && !press.repeat ? this.#dynamic(chord) : null;
    if (dynamic) return dynamic;
    const command = this.#commands.all().find((one) => this.#fits(one, chord, focus, press.repeat));
    return command ? () => command.run(chord) : null;
  }

  /** With single characters switched off, Alt stands in for them. */
  #effective(chord: string): string | null {
    if (this.#settings.single) return chord;
    if (isSingle(chord)) return null;
    const bare = chord.replace(/^Alt\+/, "");
    return chord.startsWith("Alt+") && isSingle(bare) ? bare : chord;
  }

  #fits(command: Command, chord: string, focus: Focus, repeat: boolean): boolean {
    const { binding } = command;
    if (!binding || (repeat && !binding.repeats)) return false;
    if (focus === "field" && !binding.inFields) return false;
    if (binding.scope === "tool" && !isOnStage(focus, chord)) return false;
    return this.keysOf(command).includes(chord) && command.when();
  }

  /** What the help sheet shows: every action with keys that can make sense with this task. */
  sheet(): Command[] {
    return this.#commands.all().filter(({ binding }) => binding !== null && (binding.fits?.() ?? true));
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
