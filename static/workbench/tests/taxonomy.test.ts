import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readSchema, type Question } from "../src/core/schema";
import { treeOf, type Taxonomy } from "../src/core/taxonomy";
import { isTree } from "../src/core/tree";
import { Used } from "../src/core/used";

function question(labels: readonly Record<string, unknown>[]): Question {
  const definition = { format: 1, data_type: "text", questions: [{ name: "topic", type: "choice", labels }] };
  return readSchema(definition).questions[0] as Question;
}

function tree(labels: readonly Record<string, unknown>[]): Taxonomy {
  return treeOf(question(labels));
}

const FOOD = [
  { key: "food", name: "Food" },
  { key: "fruit", name: "Fruit", parent: "food" },
  { key: "apple", name: "Apple", parent: "fruit", aliases: ["Malus domestica"] },
  { key: "pear", name: "Pear", parent: "fruit" },
  { key: "pine", name: "Pineapple", parent: "fruit" },
  { key: "old", name: "Old", retired: true },
  { key: "tools", name: "Tools", retired: true },
  { key: "saw", name: "Saw", parent: "tools" },
];

const keysOf = (lines: readonly { node: { label: { key: string } } }[]): string[] => lines.map(({ node }) => node.label.key);

describe("a tree of labels", () => {
  test("shows what is open, with places among siblings", () => {
    const lines = tree(FOOD).lines(new Set(["food", "fruit"]));
    expect(keysOf(lines)).toEqual(["food", "fruit", "apple", "pear", "pine", "tools"]);
    expect(lines.map(({ node, place, of }) => [node.level, place, of])).toEqual([[1, 1, 2], [2, 1, 1], [3, 1, 3], [3, 2, 3], [3, 3, 3], [1, 2, 2]]);
  });

  test("shows a retired label only where something lies below it", () => {
    expect(keysOf(tree(FOOD).lines(new Set()))).toEqual(["food", "tools"]);
    expect(keysOf(tree(FOOD).search("tools"))).toEqual([]);
  });

  test("tells the way from the top", () => {
    expect(tree(FOOD).trail("apple")).toEqual(["Food", "Fruit", "Apple"]);
    expect(tree(FOOD).trail("nothing")).toEqual([]);
  });

  test("finds names, other names and ways, the best first", () => {
    const food = tree(FOOD);
    expect(keysOf(food.search("apple"))).toEqual(["apple", "pine"]);
    expect(keysOf(food.search("malus"))).toEqual(["apple"]);
    expect(keysOf(food.search("fruit pear"))).toEqual(["pear"]);
    expect(keysOf(food.search("fruit")).at(0)).toBe("fruit");
    expect(keysOf(food.search("granite"))).toEqual([]);
    expect(keysOf(food.search("p", new Map([["pine", 4]])))[0]).toBe("pine");
  });

  test("is shown for labels below labels and for very many", () => {
    expect(isTree(question(FOOD))).toBe(true);
    expect(isTree(question(FOOD.map(({ key }) => ({ key }))))).toBe(false);
    expect(isTree(question(Array.from({ length: 201 }, (_, n) => ({ key: `k${n}` }))))).toBe(true);
  });

  test("holds every label once and opens completely, whatever lies under what", () => {
    const labels = fc.array(fc.nat(30), { maxLength: 31 }).map((parents) =>
      parents.map((parent, n) => ({ key: `k${n}`, name: `n${n}`, ...(parent < n ? { parent: `k${parent}` } : {}) })));
    fc.assert(fc.property(labels, (given) => {
      const made = tree(given);
      const lines = made.lines(new Set(given.map((one) => one.key)));
      expect(keysOf(lines).sort()).toEqual(given.map((one) => one.key).sort());
      for (const { node } of lines) expect(made.trail(node.label.key)).toHaveLength(node.level);
    }));
  });

  test("does not go round for ever where a definition does", () => {
    const made = tree([{ key: "a", parent: "b" }, { key: "b", parent: "a" }, { key: "c" }]);
    expect(keysOf(made.lines(new Set(["a", "b", "c"])))).toEqual(["c"]);
  });

  test("answers within a frame for twenty thousand labels", () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ({
      key: `k${n}`, name: `Label number ${n}`, ...(n >= 20 ? { parent: `k${Math.floor(n / 20) - 1}` } : {}),
    }));
    const made = tree(many);
    made.search("number");
    const rounds = Array.from({ length: 20 }, () => {
      const from = performance.now();
      made.search("number 1999");
      return performance.now() - from;
    });
    expect(Math.min(...rounds)).toBeLessThan(50); // the best of many, since the machine may be busy
  });
});

describe("what somebody gives most", () => {
  function place(): { getItem(name: string): string | null; setItem(name: string, value: string): void } {
    const kept = new Map<string, string>();
    return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
  }

  test("comes first: the last few, then the most given", () => {
    const used = new Used(place(), "ada", "topic");
    for (const [at, label] of ["a", "a", "a", "b", "c", "d", "e"].entries()) used.note(label, at);
    expect(used.first(4)).toEqual(["e", "d", "c", "a"]);
    expect(used.counts().get("a")).toBe(3);
  });

  test("is nothing where nothing can be kept", () => {
    const broken = { getItem: () => "{", setItem: () => { throw new Error("full"); } };
    const used = new Used(broken, "ada", "topic");
    used.note("a");
    expect(used.first(3)).toEqual([]);
  });
});
