/** Class lists of other tools as labels: COCO and CVAT JSON, CSV, the names of a YAML file, or one a line. */

import { isObject, keyFrom, textOf, type Json } from "./definition";

/** Labels in the text of a file or of a field; empty where it holds none. */
export function readClassList(text: string): Json[] {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (/^[[{]/.test(trimmed)) {
    const labels = fromJson(trimmed);
    if (labels) return named(labels);
  }
  const yaml = fromYaml(trimmed);
  return named(yaml.length > 0 ? yaml : fromLines(trimmed));
}

/** The labels that a list does not have yet, by key and by name. */
export function onlyNew(labels: readonly Json[], present: readonly Json[]): Json[] {
  const known = new Set(present.flatMap((one) => [textOf(one.key), textOf(one.name).toLowerCase()]).filter(Boolean));
  return labels.filter((one) => !known.has(textOf(one.key)) && !known.has(textOf(one.name).toLowerCase()));
}

function fromJson(text: string): Json[] | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const listed = isObject(read) ? (read.categories ?? read.labels ?? read.names ?? read.classes) : read;
  if (isObject(listed)) return Object.values(listed).map((name) => ({ name: textOf(name) }));
  if (!Array.isArray(listed)) return null;
  const parents = new Set<string>();
  const labels = listed.map((one): Json => {
    if (!isObject(one)) return { name: textOf(one) };
    const label: Json = { name: textOf(one.name ?? one.text ?? one.key) };
    if (typeof one.key === "string") label.key = one.key;
    if (typeof one.color === "string" && /^#[0-9a-f]{6}$/i.test(one.color)) label.color = one.color.toLowerCase();
    const above = textOf(one.supercategory);
    if (above && above !== "none" && above !== label.name) {
      label.parent = above;
      parents.add(above);
    }
    return label;
  });
  const names = new Set(labels.map((one) => one.name));
  return [...[...parents].filter((name) => !names.has(name)).map((name) => ({ name })), ...labels];
}

/** `names:` of a YOLO data file: a list, or numbers with names. */
function fromYaml(text: string): Json[] {
  const at = /^names:[ \t]*(\[.*\])?[ \t]*$/m.exec(text);
  if (!at) return [];
  const unquoted = (one: string): string => one.trim().replace(/^(["'])(.*)\1$/, "$2");
  if (at[1]) return at[1].slice(1, -1).split(",").map((name) => ({ name: unquoted(name) }));
  const labels: Json[] = [];
  for (const line of text.slice(at.index + at[0].length).split("\n").slice(1)) {
    const entry = /^\s*(?:-|\d+:)\s+(.+)$/.exec(line);
    if (!entry) break;
    labels.push({ name: unquoted(entry[1] ?? "") });
  }
  return labels;
}

const COLUMNS: Readonly<Record<string, string>> = {
  name: "name", label: "name", class: "name", category: "name", title: "name",
  key: "key", id: "", color: "color", colour: "color", description: "description", hotkey: "hotkey", parent: "parent",
};

function fromLines(text: string): Json[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  const delimiter = ["\t", ";", ","].find((one) => lines[0]?.includes(one)) ?? "";
  if (!delimiter) return lines.map((line) => ({ name: line.trim() }));
  const rows = lines.map((line) => cells(line, delimiter));
  const head = (rows[0] ?? []).map((cell) => COLUMNS[cell.toLowerCase()]);
  const isHead = head.includes("name") || head.includes("key");
  const columns = isHead ? head : (rows[0]?.length ?? 0) > 1 ? ["key", "name"] : ["name"];
  return (isHead ? rows.slice(1) : rows).map((row) => {
    const label: Json = {};
    columns.forEach((column, place) => {
      if (column && row[place]) label[column] = row[place];
    });
    return label;
  });
}

function cells(line: string, delimiter: string): string[] {
  const found: string[] = [];
  let cell = "", quoted = false;
  for (const [place, sign] of [...line].entries()) {
    if (sign === '"') quoted = !quoted && (cell === "" || line[place - 1] === '"') ? true : false;
    else if (sign === delimiter && !quoted) {
      found.push(cell.trim());
      cell = "";
    } else cell += sign;
  }
  return [...found, cell.trim()];
}

/** With keys: given ones stay where they can be kept; parents by name become parents by key. */
function named(labels: readonly Json[]): Json[] {
  const taken = new Set<string>();
  const byName = new Map<string, string>();
  const found: Json[] = [];
  for (const one of labels) {
    const given = textOf(one.key), name = textOf(one.name) || given;
    if (!name || byName.has(name)) continue;
    const key = keyFrom(given || name, taken);
    const kept = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(given) && !taken.has(given) ? given : key;
    taken.add(kept);
    byName.set(name, kept);
    found.push({ ...one, key: kept, name });
  }
  for (const one of found) {
    if (typeof one.parent === "string") one.parent = byName.get(one.parent) ?? one.parent;
  }
  return found;
}
