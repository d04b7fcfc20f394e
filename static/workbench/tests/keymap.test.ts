import { beforeEach, describe, expect, test, vi } from "vitest";

import { Commands, toolCommand } from "../src/core/commands";
import { Keymap, chordOf, isSingle, type KeyPress } from "../src/core/keymap";

function press(key: string, code = "", rest: Partial<KeyPress> = {}): KeyPress {
  return {
    key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false,
    repeat: false, isComposing: false, ...rest,
  };
}

describe("chords", () => {
  test("letters are what they say; those of another script are known by where they lie", () => {
    expect(chordOf(press("я", "KeyZ"))).toBe("Z");
    expect(chordOf(press("Z", "KeyZ", { shiftKey: true }))).toBe("Shift+Z");
    // German: Z lies where others have Y, and Ctrl and Z must undo, not redo.
    expect(chordOf(press("z", "KeyY", { ctrlKey: true }))).toBe("Mod+Z");
    expect(chordOf(press("y", "KeyZ", { ctrlKey: true }))).toBe("Mod+Y");
    expect(chordOf(press("q", "KeyA"))).toBe("Q");
  });

  const graph = (key: string, code: string, rest: Partial<KeyPress> = {}): KeyPress =>
    press(key, code, { ...rest, getModifierState: (name) => name === "AltGraph" });

  test("what AltGr writes is the key, whether or not the system calls it Ctrl and Alt", () => {
    expect(chordOf(graph("@", "KeyQ", { ctrlKey: true, altKey: true }))).toBe("@");
    expect(chordOf(graph("]", "Digit9", { ctrlKey: true, altKey: true }))).toBe("]");
    expect(chordOf(graph("µ", "KeyM"))).not.toBe("M");
    expect(chordOf(press("€", "KeyE"))).toBe("€");
    expect(chordOf(press("AltGraph", "AltRight", { altKey: true }))).toBeNull();
  });

  test("German signs are found by what they say", () => {
    expect(chordOf(press("+", "BracketRight"))).toBe("+");
    expect(chordOf(press("?", "Minus", { shiftKey: true }))).toBe("?");
    expect(chordOf(press("/", "Digit7", { shiftKey: true }))).toBe("/");
    expect(chordOf(press("ö", "Semicolon"))).toBe("Ö");
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

  test("a sign that Alt writes works as that sign, unless Alt with that key is somebody's", () => {
    const next = vi.fn();
    commands.define("task.next", next, { title: "key.next", group: "task", keys: ["]"] });
    run(press("]", "Digit6", { altKey: true }));
    expect(next).toHaveBeenCalledTimes(1);
  });

  test("with single keys off only Alt reaches them", () => {
    keymap.settings = { ...keymap.settings, single: false };
    run(press("z", "KeyZ"));
    expect(undo).not.toHaveBeenCalled();
    run(press("Ω", "KeyZ", { altKey: true }));
    expect(undo).toHaveBeenCalledTimes(1);
    run(press("Enter", "Enter"));
    expect(submit).toHaveBeenCalledTimes(1);
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
