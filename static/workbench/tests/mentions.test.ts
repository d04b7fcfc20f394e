import { expect, test } from "vitest";

import { callAt, withName } from "../src/core/mentions";

const NAMES = ["Ana", "Ana Duarte", "Rui", "علي"];

test("names that begin like what is typed after an @ are offered", () => {
  expect(callAt("@", 1, NAMES)?.names).toEqual(NAMES);
  expect(callAt("see @an", 7, NAMES)).toEqual({ start: 4, names: ["Ana", "Ana Duarte"] });
  expect(callAt("see @ana d", 10, NAMES)?.names).toEqual(["Ana Duarte"]);
  expect(callAt("(@ع", 3, NAMES)?.names).toEqual(["علي"]);
});

test("an address of mail, a name that is whole and nobody's name offer nothing", () => {
  for (const text of ["rui@an", "@Rui", "@nobody", "@Ana\nx", "Ana", ""]) expect(callAt(text, text.length, NAMES)).toBeNull();
});

test("the chosen name takes the place of what was typed, and the rest stays", () => {
  const call = callAt("see @an there", 7, NAMES);
  expect(call && withName("see @an there", 7, call, "Ana Duarte")).toEqual({ text: "see @Ana Duarte there", caret: 16 });
});
