import { beforeEach, describe, expect, test, vi } from "vitest";

import { Commands, toolCommand } from "../src/core/commands";
import { Keymap, chordOf, isSingle, type KeyPress } from "../src/core/keymap";

function press(key: string, code = "", rest: Partial<KeyPress> = {}): KeyPress {
  return {
    key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false,
    repeat: false, isComposing: false, ...rest,
  };
}

function place(): { getItem(name: string): string | null; setItem(name: string, value: string): void } {
  const kept = new Map<string, string>();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
}

describe("chords", () => {
  test("letters are matched by where they lie, on any layout", () => {
    expect(chordOf(press("я", "KeyZ"))).toBe("Z");
    expect(chordOf(press("Z", "KeyZ", { shiftKey: true }))).toBe("Shift+Z");
  });

  test("digits and signs are matched by what they say", () => {
    expect(chordOf(press("1", "Digit1"))).toBe("1");
    expect(chordOf(press("5", "Numpad5"))).toBe("5");
    expect(chordOf(press("?", "Slash", { shiftKey: true }))).toBe("?");
    expect(chordOf(press("+", "Equal", { shiftKey: true }))).toBe("+");
  });

  test("digits work where they need Shift, and in other scripts", () => {
    expect(chordOf(press("&", "Digit1"))).toBe("1");
    expect(chordOf(press("٣", "Digit3"))).toBe("3");
    expect(chordOf(press("é", "Digit2"))).toBe("2");
  });

  test("a bare modifier is no chord", () => {
    expect(chordOf(press("Shift", "ShiftLeft", { shiftKey: true }))).toBeNull();
  });

  test("Ctrl and Cmd are one modifier", () => {
    expect(chordOf(press("z", "KeyZ", { metaKey: true }))).toBe("Mod+Z");
    expect(chordOf(press("Enter", "Enter", { ctrlKey: true }))).toBe("Mod+Enter");
  });

  test("single characters are known as such", () => {
    expect(["A", "Shift+A", "1", "?"].every(isSingle)).toBe(true);
    expect(["Enter", "Mod+Z", "F6", "Alt+A"].some(isSingle)).toBe(false);
  });
});

describe("key map", () => {
  let commands: Commands;
  let keymap: Keymap;
  const submit = vi.fn();
  const undo = vi.fn();
  const storage = place();

  beforeEach(() => {
    submit.mockClear();
    undo.mockClear();
    commands = new Commands();
    commands.define("task.submit", submit, { title: "key.submit", group: "task", keys: ["Enter"] });
    commands.define("task.submitFromField", submit, { title: "key.submitFromField", group: "task", keys: ["Mod+Enter"], inFields: true });
    commands.define("history.undo", undo, { title: "key.undo", group: "region", keys: ["Z"], repeats: true });
    keymap = new Keymap(commands, null, "user_1");
  });

  const run = (one: KeyPress, focus: Parameters<Keymap["find"]>[1] = "none"): void => keymap.find(one, focus)?.();

  test("does nothing in text fields but what is meant for them", () => {
    run(press("Enter", "Enter"), "field");
    run(press("z", "KeyZ"), "field");
    expect(submit).not.toHaveBeenCalled();
    expect(undo).not.toHaveBeenCalled();
    run(press("Enter", "Enter", { ctrlKey: true }), "field");
    expect(submit).toHaveBeenCalledTimes(1);
  });

  test("does nothing while an input method composes", () => {
    run(press("Enter", "Enter", { isComposing: true }));
    run(press("Enter", "Enter", { keyCode: 229 }));
    expect(submit).not.toHaveBeenCalled();
  });

  test("a key held down submits once, and undoes many times", () => {
    run(press("Enter", "Enter", { repeat: true }));
    run(press("z", "KeyZ", { repeat: true }));
    expect(submit).not.toHaveBeenCalled();
    expect(undo).toHaveBeenCalledTimes(1);
  });

  test("Enter on a button presses that button", () => {
    run(press("Enter", "Enter"), "control");
    expect(submit).not.toHaveBeenCalled();
  });

  test("a tool on the stage is asked before the page", () => {
    const placeBox = vi.fn();
    const remove = commands.addAll([toolCommand("image.place", { title: "key.image.place", keys: ["Enter"] }, placeBox)]);
    run(press("Enter", "Enter"), "stage");
    expect([placeBox.mock.calls.length, submit.mock.calls.length]).toEqual([1, 0]);
    remove();
    run(press("Enter", "Enter"), "stage");
    expect(submit).toHaveBeenCalledTimes(1);
  });

  test("a tool hears which of its keys was pressed, and not from lists", () => {
    const nudge = vi.fn();
    commands.addAll([toolCommand("image.nudge", { title: "key.image.nudge", keys: ["ArrowLeft", "Shift+ArrowLeft"], repeats: true }, nudge)]);
    run(press("ArrowLeft", "ArrowLeft", { shiftKey: true }), "stage");
    run(press("ArrowLeft", "ArrowLeft"), "list");
    run(press("ArrowLeft", "ArrowLeft"), "control");
    expect(nudge.mock.calls).toEqual([["Shift+ArrowLeft"]]);
  });

  test("another key takes the place of the old one and of whoever had it", () => {
    keymap.remap("history.undo", "Enter");
    run(press("Enter", "Enter"));
    run(press("z", "KeyZ"));
    expect([undo.mock.calls.length, submit.mock.calls.length]).toEqual([1, 0]);
  });

  test("with single keys off only Alt reaches them", () => {
    keymap.change({ ...keymap.settings, single: false });
    run(press("z", "KeyZ"));
    expect(undo).not.toHaveBeenCalled();
    run(press("Ω", "KeyZ", { altKey: true }));
    expect(undo).toHaveBeenCalledTimes(1);
    run(press("Enter", "Enter"));
    expect(submit).toHaveBeenCalledTimes(1);
  });

  test("what a person chose is there again after a reload, for this person", () => {
    new Keymap(commands, storage, "user_1").remap("history.undo", "Mod+U");
    expect(new Keymap(commands, storage, "user_1").settings.keys["history.undo"]).toEqual(["Mod+U"]);
    expect(new Keymap(commands, storage, "user_2").settings.keys).toEqual({});
  });

  test("number keys go to the labels of the task first", () => {
    const label = vi.fn();
    keymap.setDynamic((chord) => (chord === "1" ? label : null));
    run(press("1", "Digit1"));
    run(press("1", "Digit1"), "field");
    expect(label).toHaveBeenCalledTimes(1);
  });

  test("a key that a label has taken is not promised to an action", () => {
    const fit = toolCommand("image.fit", { title: "key.zoomFit", keys: ["0", "Home"] }, vi.fn());
    expect(keymap.freeKeysOf(fit)).toEqual(["0", "Home"]);
    keymap.setDynamic((chord) => (chord === "0" ? vi.fn() : null));
    expect(keymap.freeKeysOf(fit)).toEqual(["Home"]);
  });
});
