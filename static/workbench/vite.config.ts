import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { defineConfig } from "vitest/config";

/** Lazy parts have no styles and at most one import: Vite's preloading helper would only add weight. */
const plainImports = {
  name: "plain-imports",
  enforce: "pre" as const,
  load: (id: string): string | null =>
    id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : null,
};

/** Each script and style once more, packed as small as it gets: the server sends what the browser takes. */
const packed = {
  name: "packed",
  apply: "build" as const,
  closeBundle: async (): Promise<void> => {
    const folder = resolve(import.meta.dirname, "../dist/assets");
    const names = readdirSync(folder).filter((one) => /\.(js|css)$/.test(one));
    const pack = async (name: string): Promise<void> => {
      const file = resolve(folder, name);
      const bytes = readFileSync(file);
      writeFileSync(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
      writeFileSync(`${file}.br`, await promisify(brotliCompress)(bytes));
    };
    await Promise.all(names.map(pack));
  },
};

/**
 * A file that is asked for costs a way to the server, so what is needed together is one file: `core` is what the
 * page begins with, `desk` what stands around each task, `picture` what pictures and videos are drawn with.
 */
const together = [
  {
    name: "core",
    test: new RegExp(
      "src/(core/(autosave|certainty|conditions|i18n|outbox|problems|regions|schema|state|tool|types)|shell/use|geometry/(parts|places|rect|strokes))\\.ts$" +
        "|node_modules/preact/",
    ),
  },
  {
    name: "desk",
    test: new RegExp(
      "src/(core/(actions/certainty|assets|build|comments|device|journal|keychoice|memory|mentions|relating|shelf|twins)\\.ts|canvas/(gestures|signs)\\.ts|geometry/offsets\\.ts" +
        "|shell/(Hint|MoreMenu|NoteList|Rail)\\.tsx|panels/(Certainty|Comments|NoTask|Problems)\\.tsx)$|node_modules/idb/",
    ),
  },
  {
    name: "picture",
    test: /src\/(canvas\/(?!gestures|signs)\w+|geometry\/(bitmaps|editing|joining|runs|turns)|layers\/picture\/.*)\.tsx?$/,
    minShareCount: 2,
  },
];

// `base` is relative, so the bundle works under any STATIC_URL and behind hashed static storage.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: false,
  plugins: [plainImports, packed],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2023",
    modulePreload: false,
    cssMinify: false, // packed they weigh the same, and a minifier may rewrite logical properties
    rolldownOptions: {
      checks: { pluginTimings: false }, // packing takes longer than building, and may
      input: {
        workbench: "src/main.ts",
        pages: "src/pages.ts",
        "house-styles": "styles/house.css",
        "workbench-styles": "styles/workbench.css",
      },
      output: { codeSplitting: { includeDependenciesRecursively: false, groups: together } },
    },
  },
  test: {
    environment: "node",
    include: ["tests/**/*.test.ts"],
    testTimeout: 20_000, // generous: the machine may be busy with the rest of the suite
  },
});
