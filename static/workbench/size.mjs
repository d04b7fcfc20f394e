// Prints what the browser has to fetch, gzipped, one JSON line a figure, and fails above the budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf-8"));

const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

/** The files an entry fetches at once: itself and everything it imports, each once. */
function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of manifest[key].imports ?? []) filesOf(other, seen);
  return seen;
}

function weigh(keys, without = []) {
  const seen = new Set();
  const known = new Set();
  for (const key of without) filesOf(key, known);
  for (const key of keys) filesOf(key, seen);
  return [...seen].filter((key) => !known.has(key)).reduce((sum, key) => sum + gzipped(manifest[key].file), 0);
}

const entry = ["src/main.ts"];
const desk = [Object.keys(manifest).find((key) => key.startsWith("_desk-"))];
const sheet = gzipped(manifest["styles/workbench.css"].file);
const image = ["src/main.ts", "src/core/en.ts", "src/tools/image/index.ts", "src/panels/Marked.tsx"];
const later = ["src/panels/dialogs.tsx"];

const figures = [
  ["workbench entry and its imports", weigh(entry), 36_000],
  ["desk: what stands around each task", weigh(desk, entry), 14_000],
  ["image page: every script and style", weigh([...image, ...later]) + sheet, 130_000],
  ["image tool", weigh(["src/tools/image/index.ts"], [...entry, ...desk]), 40_000],
  ["video tool: a picture and a time line", weigh(["src/tools/video/index.ts"], [...entry, ...desk]), 42_000],
  ["series tool", weigh(["src/tools/series/index.ts"], [...entry, ...desk]), 40_000],
  ["text tool", weigh(["src/tools/text/index.ts"], [...entry, ...desk]), 40_000],
  ["pages entry and its imports", weigh(["src/pages.ts"]), 25_000],
  ["styles of the labelling page", sheet, 24_000],
];

let heavy = 0;
for (const [figure, bytes, most] of figures) {
  if (bytes > most) heavy++;
  console.log(JSON.stringify({ figure, gzipped_bytes: bytes, budget: most, within: bytes <= most }));
}
process.exit(heavy ? 1 : 0);
