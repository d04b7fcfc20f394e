import { describe, expect, test } from "vitest";

import { equalToLast, rankedNext, readRanking, shownCandidates, writeRanking } from "../src/core/conversation";
import { check, isAnswer, questionNamed, readSchema } from "../src/core/schema";
import type { Item, Region } from "../src/core/types";

const CANDIDATES = ["a", "b", "c"].map((id) => ({ id, text: `answer ${id}` }));
const ITEM = {
  id: "item_1", data_type: "conversation",
  row: { turns: [{ role: "user", text: "Hi" }], candidates: CANDIDATES },
} as unknown as Item;

describe("candidates", () => {
  test("are shown in one order to one person, and in each order about as often", () => {
    const orders = new Map<string, number>();
    for (let seed = 0; seed < 600; seed++) {
      const shown = shownCandidates(ITEM, [], `assignment_${seed}`).map((one) => one.id).join(" ");
      expect(shownCandidates(ITEM, [], `assignment_${seed}`).map((one) => one.id).join(" ")).toBe(shown);
      orders.set(shown, (orders.get(shown) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(count).toBeGreaterThan(60);
  });

  test("stand as an answer says that they stood", () => {
    const region = { id: "r1", question: "better", kind: "item", value: "a", attributes: { shown: "c a b" } } as Region;
    expect(shownCandidates(ITEM, [region], "x").map((one) => one.id)).toEqual(["c", "a", "b"]);
    const broken = { ...region, attributes: { shown: "c a x" } } as Region;
    expect(shownCandidates(ITEM, [broken], "x")).toHaveLength(3);
  });
});

describe("a ranking", () => {
  test("grows one by one, takes equals, and names them in one order", () => {
    let groups = rankedNext(rankedNext([], "b"), "c");
    expect(writeRanking(groups)).toBe("b > c");
    groups = rankedNext(groups, "a");
    expect(writeRanking(equalToLast(groups))).toBe("b > a = c");
    expect(writeRanking(equalToLast(equalToLast(groups)))).toBe("b > c > a");
    expect(writeRanking(rankedNext(groups, "c"))).toBe("b > a");
    expect(readRanking(writeRanking(groups))).toEqual(groups);
  });
});

describe("questions about turns", () => {
  const schema = readSchema({
    format: 1, data_type: "conversation",
    questions: [
      { name: "act", type: "choice", required: false, per: "turn", labels: [{ key: "asks" }] },
      { name: "order", type: "ranking" },
    ],
  });

  test("are answered turn by turn", () => {
    const act = questionNamed(schema, "act");
    const region = { id: "r1", question: "act", kind: "item", label: "asks", on: { turn: "1" } } as Region;
    if (!act) throw new Error("no question");
    expect([isAnswer(region, act, "1"), isAnswer(region, act, "0"), isAnswer(region, act)]).toEqual([true, false, false]);
  });

  test("a ranking that names not all is not sent", () => {
    const region = { id: "r1", question: "order", kind: "item", value: "a > b" } as Region;
    expect(check(schema, [region], ITEM).map((one) => one.code)).toEqual(["ranking-open"]);
    expect(check(schema, [{ ...region, value: "a > b = c" } as Region], ITEM)).toEqual([]);
  });
});
