import { beforeEach, describe, expect, test } from "vitest";

import { fitOf, plain } from "../src/core/fuzzy";
import { found, offersOf, recentOf, rememberOf } from "../src/core/palette";
import type { Workbench } from "../src/core/workbench";
import { fresh, started } from "./bench";

Object.assign(globalThis, { document: { querySelector: () => null, cookie: "" } });

beforeEach(() => fresh());

const ids = (wb: Workbench, typed: string, recent: readonly string[] = []): string[] =>
  found(offersOf(wb), typed, recent).map((offer) => offer.id);

describe("searching", () => {
  test("the beginning of the text comes before the beginning of a word, and that before its middle", () => {
    const texts = ["undo the last step", "redo", "an undo", "laundo", "u n d o"];
    const fits = texts.map((text) => fitOf("undo", text));
    expect([...fits].sort((a, b) => b - a).map((fit) => texts[fits.indexOf(fit)])).toEqual([
      "undo the last step", "an undo", "laundo", "u n d o", "redo",
    ]);
    expect(fits[1]).toBe(0);
  });

  test("words may come in any order, and accents may be left out", () => {
    expect(fitOf("lösch regions".normalize(), plain("Regions löschen"))).toBe(0);
    expect(fitOf(plain("Lösch regions"), plain("Regions löschen"))).toBeGreaterThan(0);
    expect(fitOf("losch", plain("löschen"))).toBeGreaterThan(0);
  });

  test("letters that are far apart are no match", () => {
    expect(fitOf("skp", "skip")).toBeGreaterThan(0);
    expect(fitOf("ab", "a very long sentence that ends with b")).toBe(0);
  });
});

describe("what is offered", () => {
  test("only what can run now: no undo before there is a step", async () => {
    const wb = await started();
    expect(ids(wb, "undo")).not.toContain("action:history.undo");
    wb.commands.run("label.pick", { question: "intent", label: "a" });
    expect(ids(wb, "undo")[0]).toBe("action:history.undo");
  });

  test("labels are found and given", async () => {
    const labels = Array.from({ length: 2000 }, (_, n) => ({ key: `k${n}`, name: `Species ${n}` }));
    const wb = await started("annotate", {
      format: 1, data_type: "text", questions: [{ name: "intent", type: "choice", labels }],
    });
    const [first] = found(offersOf(wb), "species 1742", []);
    first?.run();
    expect(wb.state.regions.map((one) => one.label)).toEqual(["k1742"]);
  });

  test("nothing that needs its own arrow", async () => {
    const wb = await started();
    const binding = { title: "key.image.nudge", group: "region", keys: ["ArrowLeft", "ArrowRight"] } as const;
    wb.commands.addAll([{ id: "image.nudge", binding, when: () => true, run: () => undefined }]);
    expect(ids(wb, "move the box")).toEqual([]);
  });

  test("what was used lately comes first, and before its equals", async () => {
    const wb = await started();
    expect(ids(wb, "", ["action:past.open", "action:help.open"]).slice(0, 2)).toEqual(["action:past.open", "action:help.open"]);
    const [first, second] = ids(wb, "part");
    expect(ids(wb, "part", [second ?? ""]).slice(0, 2)).toEqual([second, first]);
  });

  test("the last twenty are remembered, each once", async () => {
    const kept = new Map<string, string>();
    const wb = await started();
    Object.assign(wb.keymap, { place: { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, text: string) => kept.set(name, text) } });
    for (let n = 0; n < 30; n++) rememberOf(wb, `action:${n % 25}`);
    expect(recentOf(wb)).toHaveLength(20);
    expect(recentOf(wb)[0]).toBe("action:4");
  });
});
