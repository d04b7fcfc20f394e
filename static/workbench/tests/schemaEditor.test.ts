import { describe, expect, test } from "vitest";

import { onlyNew, readClassList } from "../src/pages/schema/classList";
import { keyFrom, move, nameFrom, numberOrText, put, readSource, toSource, type Definition } from "../src/pages/schema/definition";
import { vectors } from "./vectors";

const keys = (text: string): unknown[] => readClassList(text).map((one) => one.key);

describe("class lists of other tools", () => {
  test("one name a line", () => {
    expect(readClassList("Traffic light\n\nStop sign\r\nStop sign")).toEqual([
      { key: "traffic_light", name: "Traffic light" }, { key: "stop_sign", name: "Stop sign" },
    ]);
  });

  test("key and name, or a table with a head", () => {
    expect(readClassList("tl, Traffic light\nss, Stop sign")).toEqual([
      { key: "tl", name: "Traffic light" }, { key: "ss", name: "Stop sign" },
    ]);
    expect(readClassList('class;colour;description\nCar;#ff0000;"Any; also vans"')).toEqual([
      { key: "car", name: "Car", color: "#ff0000", description: "Any; also vans" },
    ]);
  });

  test("categories of COCO, with what stands above them", () => {
    const coco = { categories: [
      { id: 1, name: "person", supercategory: "person" }, { id: 3, name: "car", supercategory: "vehicle" },
      { id: 4, name: "bus", supercategory: "vehicle" },
    ] };
    expect(readClassList(JSON.stringify(coco))).toEqual([
      { key: "vehicle", name: "vehicle" }, { key: "person", name: "person" },
      { key: "car", name: "car", parent: "vehicle" }, { key: "bus", name: "bus", parent: "vehicle" },
    ]);
  });

  test("labels of CVAT, and the names of a YOLO data file", () => {
    expect(readClassList('[{"name": "Cat", "color": "#AA00FF", "attributes": []}]')).toEqual([
      { key: "cat", name: "Cat", color: "#aa00ff" },
    ]);
    expect(keys("path: data\nnames:\n  0: person\n  1: 'stop sign'\nnc: 2")).toEqual(["person", "stop_sign"]);
    expect(keys("names: [a, \"b\"]\nnc: 2")).toEqual(["a", "b"]);
  });

  test("names that come to the same key get keys of their own, and what is there is left out", () => {
    expect(keys("A b\na-B\na b!\n日本")).toEqual(["a_b", "a-b", "a_b_2", "label"]);
    expect(onlyNew(readClassList("Cat\nDog"), [{ key: "x", name: "cat" }]).map((one) => one.name)).toEqual(["Dog"]);
  });
});

describe("a definition as it is typed", () => {
  test("only what can be shown as a form is read", () => {
    expect(readSource('{"questions": [{"name": "a"}]}')).not.toBeNull();
    for (const wrong of ["", "{", "[]", '{"questions": {}}', '{"questions": [1]}', "null"]) expect(readSource(wrong)).toBeNull();
  });

  test("what says nothing is left out, and what is no number stays as it was typed", () => {
    const holder: Record<string, unknown> = { a: 1, b: 2 };
    put(holder, "a", "");
    put(holder, "b", []);
    put(holder, "c", 0);
    expect(holder).toEqual({ c: 0 });
    expect([numberOrText(" 2.5 "), numberOrText("2,5"), numberOrText("")]).toEqual([2.5, "2,5", ""]);
  });

  test("keys and names are made of what people call things", () => {
    expect(keyFrom("Éclair au café", new Set(["eclair_au_cafe"]))).toBe("eclair_au_cafe_2");
    expect(nameFrom("3 more", new Set(), "question")).toBe("q_3_more");
    const list = ["a", "b", "c"];
    expect([move(list, 0, -1), move(list, 2, -1), list.join("")]).toEqual([0, 1, "acb"]);
  });
});

test("a source is written as the server writes it, and read back", () => {
  for (const { definition, source } of vectors<{ definition: Definition; source: string }>("sources")) {
    expect(toSource(definition)).toBe(source);
    expect(readSource(source)).toEqual(definition);
  }
});
