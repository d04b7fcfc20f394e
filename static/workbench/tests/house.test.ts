import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(SRC, { recursive: true, encoding: "utf-8" }).filter((name) => /\.tsx?$/.test(name));

/** The files a file imports from this house, as paths below `src`. */
function importsOf(name: string): string[] {
  const text = readFileSync(join(SRC, name), "utf-8");
  const found = [...text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)].map((match) => match[1] ?? "");
  return found.map((path) => relative(SRC, join(SRC, dirname(name), path)));
}

/** What each folder may import. A tool knows the core and the layers, never another tool; the core knows neither. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  geometry: ["geometry"],
  core: ["core", "geometry"],
  canvas: ["canvas", "geometry"],
  layers: ["layers", "canvas", "core", "geometry"],
  tools: ["tools", "layers", "canvas", "core", "geometry"],
  panels: ["panels", "shell", "core", "geometry"],
  shell: ["shell", "panels", "tools", "core", "geometry"],
  pages: ["pages", "core"],
};

describe("the house", () => {
  test("imports point one way", () => {
    for (const name of files) {
      const room = name.split("/")[0] ?? "";
      const allowed = ARROWS[room];
      if (!allowed) continue;
      for (const path of importsOf(name)) expect(allowed, `${name} imports ${path}`).toContain(path.split("/")[0]);
    }
  });

  test("tools do not know each other", () => {
    for (const name of files.filter((one) => one.startsWith("tools/"))) {
      const own = name.split("/")[1];
      const others = importsOf(name).filter((path) => path.startsWith("tools/") && path.split("/")[1] !== own);
      expect(others, name).toEqual([]);
    }
  });

  test("the pages take from the core only what stands alone", () => {
    const taken = new Set(files.filter((one) => one.startsWith("pages/")).flatMap(importsOf).filter((path) => path.startsWith("core/")));
    expect([...taken].sort()).toEqual(["core/api", "core/message", "core/uuid"]);
  });

  test("no file is longer than a person reads at once", () => {
    for (const name of files) {
      const lines = readFileSync(join(SRC, name), "utf-8").split("\n").length;
      expect(lines, name).toBeLessThanOrEqual(400);
    }
  });

  test("nothing is evaluated and no markup is written from strings", () => {
    for (const name of files) {
      const text = readFileSync(join(SRC, name), "utf-8");
      expect(text, name).not.toMatch(/\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write/);
    }
  });

  test("the lock names no registry", () => {
    const lock = readFileSync(new URL("../package-lock.json", import.meta.url), "utf-8");
    expect(lock).not.toContain('"resolved"');
  });
});
