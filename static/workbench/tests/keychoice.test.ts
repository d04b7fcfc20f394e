import { beforeEach, describe, expect, test } from "vitest";

import { clashesOf, giveKey, isChanged, keepKeys, refusalOf, resetAllKeys, resetKeys, sendKeys, type KeyPlace } from "../src/core/keychoice";
import { readSettings, type KeyPress } from "../src/core/keymap";
import type { Workbench } from "../src/core/workbench";
import { keyTextOf } from "../src/shell/keys";
import { bench, fresh, started } from "./bench";
import { json, until } from "./server";

// The search of labels asks the page whether it is there.
Object.assign(globalThis, { document: { querySelector: () => null, cookie: "" } });

beforeEach(() => fresh());

function place(wb: Workbench, id: string, at = 0): KeyPlace {
  const command = wb.commands.all().find((one) => one.id === id);
  if (!command) throw new Error(id);
  return { command, at };
}

function press(key: string, code: string, rest: Partial<KeyPress> = {}): KeyPress {
  return { key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false, ...rest };
}

const names = (places: readonly KeyPlace[]): string[] => places.map(({ command }) => command.id);

describe("choosing keys", () => {
  test("a key that another action has is named with that action", async () => {
    const wb = await started();
    expect(names(clashesOf(wb, place(wb, "view.hide"), "Space"))).toEqual(["task.skip"]);
    expect(clashesOf(wb, place(wb, "view.hide"), "Mod+U")).toEqual([]);
  });

  test("actions that share a key by design are in nobody's way", async () => {
    const wb = await started();
    expect(clashesOf(wb, place(wb, "region.deselect"), "Escape")).toEqual([]);
    expect(names(clashesOf(wb, place(wb, "view.hide"), "Escape"))).toContain("region.deselect");
  });

  test("buttons name the key that is set now", async () => {
    const wb = await started();
    expect([keyTextOf(wb, "task.skip"), keyTextOf(wb, "history.undo", 1), keyTextOf(wb, "nothing")]).toEqual(["Space", "Ctrl Z", ""]);
    giveKey(wb, place(wb, "task.skip"), "Mod+U");
    expect(keyTextOf(wb, "task.skip")).toBe("Ctrl U");
  });

  test("giving a key takes it from whoever had it, and only that key of theirs", async () => {
    const wb = await started();
    giveKey(wb, place(wb, "view.hide"), "Mod+Z");
    expect(wb.keymap.placesOf(place(wb, "view.hide").command)).toEqual(["Mod+Z"]);
    expect(wb.keymap.placesOf(place(wb, "history.undo").command)).toEqual(["Z", ""]);
    expect(wb.keymap.keysOf(place(wb, "history.undo").command)).toEqual(["Z"]);
  });

  test("one action goes back to its own keys, or all do", async () => {
    const wb = await started();
    giveKey(wb, place(wb, "view.hide"), "X");
    giveKey(wb, place(wb, "task.skip"), "Mod+J");
    resetKeys(wb, place(wb, "view.hide").command);
    expect([isChanged(wb, place(wb, "view.hide").command), isChanged(wb, place(wb, "task.skip").command)]).toEqual([false, true]);
    resetAllKeys(wb);
    expect(wb.keymap.settings.keys).toEqual({});
  });

  test("choosing the key an action had by itself leaves no trace", async () => {
    const wb = await started();
    giveKey(wb, place(wb, "view.hide"), "X");
    giveKey(wb, place(wb, "view.hide"), "H");
    expect(wb.keymap.settings.keys).toEqual({});
  });

  test("what the browser or the focus needs is refused", () => {
    expect(["Tab", "Shift+Tab", "Mod+W", "Mod+Shift+N"].map(refusalOf)).toEqual([
      "keys.refused.tab", "keys.refused.tab", "keys.refused.browser", "keys.refused.browser",
    ]);
    expect(["W", "Mod+K", "Alt+W"].map(refusalOf)).toEqual([null, null, null]);
  });

  test("an action of many keys hears its own key, whichever is pressed for it", async () => {
    const wb = await started();
    const heard: unknown[] = [];
    const binding = { title: "key.image.nudge", group: "region", keys: ["ArrowLeft", "ArrowRight"] } as const;
    wb.commands.addAll([{ id: "image.nudge", binding, when: () => true, run: (chord) => heard.push(chord) }]);
    giveKey(wb, place(wb, "image.nudge", 1), "L");
    wb.keymap.find(press("l", "KeyL"), "none")?.();
    expect(wb.keymap.find(press("ArrowRight", "ArrowRight"), "none")).toBeNull();
    expect(heard).toEqual(["ArrowRight"]);
  });

  test("with letters off the sheet says Alt", async () => {
    const wb = await started();
    keepKeys(wb, { single: false, keys: {} });
    expect(wb.keymap.keysOf(place(wb, "history.undo").command)).toEqual(["Alt+Z", "Mod+Z"]);
  });

  test("the account hears of it; without a line it stays unsent until it can be told", async () => {
    const wb = await started();
    bench.server.line = "down";
    giveKey(wb, place(wb, "view.hide"), "X");
    await until(() => wb.state.keys !== null);
    expect(wb.keymap.settings.unsent).toBe(true);
    bench.server.line = "up";
    bench.server.intercept = ({ path, body }) => (path === "me/keys" ? json(200, body) : null);
    await sendKeys(wb);
    expect(wb.keymap.settings).toEqual({ single: true, keys: { "view.hide": ["X"] } });
    expect(bench.server.calls.filter(({ path }) => path === "me/keys").map(({ body }) => body)).toEqual([
      { single: true, keys: { "view.hide": ["X"] } },
    ]);
  });

  test("the account's keys count, but for what this browser could not send", () => {
    const account = { single: true, keys: { "view.hide": ["X"] } };
    const local = (kept: object) => ({ getItem: () => JSON.stringify(kept), setItem: () => undefined });
    expect(readSettings(local({ single: false, keys: {} }), "k", account)).toEqual(account);
    expect(readSettings(local({ single: false, keys: {}, unsent: true }), "k", account)).toEqual({ single: false, keys: {}, unsent: true });
    expect(readSettings(local({ single: false, keys: {} }), "k", null).single).toBe(false);
  });
});
