import { defineConfig } from "vitest/config";

/** Lazy parts have no styles and at most one import: Vite's preloading helper would only add weight. */
const plainImports = {
  name: "plain-imports",
  enforce: "pre" as const,
  load: (id: string): string | null =>
    id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : null,
};

// `base` is relative, so the bundle works under any STATIC_URL and behind hashed static storage.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: false,
  plugins: [plainImports],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2023",
    modulePreload: false,
    rolldownOptions: {
      input: { workbench: "src/main.ts", pages: "src/pages.ts" },
      // What the workbench needs at once and its parts need, too: one file packs better than five.
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: "core", test: /src\/core\/(autosave|certainty|i18n|outbox|regions|schema|state|types)\.ts$/ }],
        },
      },
    },
  },
  test: {
    environment: "node",
    include: ["tests/**/*.test.ts"],
    testTimeout: 20_000, // generous: the machine may be busy with the rest of the suite
  },
});
