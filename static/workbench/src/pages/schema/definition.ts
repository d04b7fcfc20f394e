/** The definition as the editor holds it: what was typed, right or wrong. The server says what is wrong. */

export type Json = Record<string, unknown>;

export interface Definition extends Json {
  questions: Json[];
}

const DIGITS = /^\d/;

/** The definition in a source, or null where it cannot be shown as a form. */
export function readSource(source: string): Definition | null {
  try {
    const read: unknown = JSON.parse(source);
    if (!isObject(read)) return null;
    if (!Array.isArray(read.questions) || !read.questions.every(isObject)) return null;
    return read as Definition;
  } catch {
    return null;
  }
}

const MOST_IN_A_LINE = 120;

/** The definition as people edit it: what is short and flat, such as a label, on one line. The server writes it alike. */
export const toSource = (definition: Definition): string => written(definition, "");

function written(value: unknown, indent: string): string {
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (!value.some(isObject)) return inline(value);
    return `[\n${value.map((one) => deeper + written(one, deeper)).join(",\n")}\n${indent}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  if (isFlat(value)) {
    const line = inline(value);
    if ([...line].length <= MOST_IN_A_LINE) return line;
  }
  return `{\n${entries.map(([key, one]) => `${deeper}${JSON.stringify(key)}: ${written(one, deeper)}`).join(",\n")}\n${indent}}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${inline(one)}`).join(", ")}}`;
}

/** Whether an object stands well on one line; the definition itself never does. */
function isFlat(value: Json): boolean {
  if ("format" in value) return false;
  return !Object.values(value).some((one) => isObject(one) || (Array.isArray(one) && one.some(isObject)));
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects listed at a key; what is no object is left where it is and not shown. */
export function listOf(holder: Json, key: string): Json[] {
  const value = holder[key];
  return Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : value === undefined || value === null ? "" : String(value));

export const linesOf = (value: unknown): string => (Array.isArray(value) ? value.map(textOf).join("\n") : "");

/** Sets a value, or removes the key where the value says nothing. */
export function put(holder: Json, key: string, value: unknown): void {
  const isNothing = value === "" || value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  if (isNothing) delete holder[key];
  else holder[key] = value;
}

/** The lines of a text that say something. */
export const splitLines = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);

export const splitCommas = (text: string): string[] => text.split(",").map((part) => part.trim()).filter(Boolean);

/** A number where the text is one; else the text, so that nothing typed is lost and the server says what is wrong. */
export function numberOrText(text: string): number | string {
  const trimmed = text.trim();
  const number = Number(trimmed);
  return trimmed !== "" && Number.isFinite(number) ? number : trimmed;
}

/** A key made of a name, not taken yet: letters, digits and _ . - as the server asks for. */
export function keyFrom(name: string, taken: ReadonlySet<string>, otherwise = "label"): string {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const base = plain.replace(/[^A-Za-z0-9_.-]+/g, "_").replace(/^[_.-]+|[_.-]+$/g, "").slice(0, 60).toLowerCase() || otherwise;
  let key = base;
  for (let number = 2; taken.has(key); number += 1) key = `${base}_${number}`;
  return key;
}

/** The same for the name of a question or attribute, which starts with a letter. */
export function nameFrom(title: string, taken: ReadonlySet<string>, otherwise: string): string {
  const key = keyFrom(title, new Set(), otherwise).replace(/[.-]/g, "_");
  return keyFrom(DIGITS.test(key) ? `q_${key}` : key, taken, otherwise);
}

/** Moves one entry of a list by some places; the place it has then. */
export function move(list: unknown[], from: number, by: number): number {
  const to = Math.min(Math.max(from + by, 0), list.length - 1);
  const [entry] = list.splice(from, 1);
  list.splice(to, 0, entry);
  return to;
}
