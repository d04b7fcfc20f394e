// Prints what the browser has to fetch, gzipped, one JSON line a figure, and fails above the budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const css = new URL("../css/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf-8"));

const gzipped = (file, base = dist) => gzipSync(readFileSync(new URL(file, base)), { level: 9 }).length;

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
const styles = ["tokens", "base", "ui", "charts", "pages", "workbench"];
const sheets = styles.reduce((sum, name) => sum + gzipped(`${name}.css`, css), 0);
const image = ["src/main.ts", "src/core/en.ts", "src/tools/image/index.ts", "src/panels/Marked.tsx", "src/shell/Rail.tsx"];
const later = ["src/panels/dialogs.tsx", "src/panels/NoTask.tsx"];

const figures = [
  ["workbench entry and its imports", weigh(entry), 36_000],
  ["image page: every script and style", weigh([...image, ...later]) + sheets, 124_000],
  ["image tool", weigh(["src/tools/image/index.ts"], entry), 40_000],
  ["video tool: a picture and a time line", weigh(["src/tools/video/index.ts"], entry), 42_000],
  ["series tool", weigh(["src/tools/series/index.ts"], entry), 40_000],
  ["text tool", weigh(["src/tools/text/index.ts"], entry), 40_000],
  ["pages entry and its imports", weigh(["src/pages.ts"]), 25_000],
  ["workbench.css", gzipped("workbench.css", css), 12_000],
];

let heavy = 0;
for (const [figure, bytes, most] of figures) {
  if (bytes > most) heavy++;
  console.log(JSON.stringify({ figure, gzipped_bytes: bytes, budget: most, within: bytes <= most }));
}
process.exit(heavy ? 1 : 0);
