import { beforeEach, expect, test } from "vitest";

import { LiveRules, brokenRules } from "../src/core/answerRules";
import { readSchema } from "../src/core/schema";
import type { Region } from "../src/core/types";
import { QUIET_MS, goToNext, watchRules } from "../src/core/watchRules";
import { bench, fresh, make } from "./bench";
import { assignmentNamed, until } from "./server";

const SPOTS = { name: "spots", title: "Spots", type: "boxes", labels: [{ key: "spot" }, { key: "hole" }] };
const SMALL = { type: "min_size", question: "spots", width: 5 };
const RULES = [
  SMALL,
  { type: "max_overlap", question: "spots", share: 0.2, level: "warning" },
  { type: "max_overlap", question: "spots", share: 1, same_label: false },
  { type: "region_count", question: "spots", label: "hole", at_least: 3, at_most: 9 },
];
const definition = { format: 1, data_type: "image", questions: [SPOTS], rules: RULES };
const box = (id: string, x: number, y: number, w: number, h: number, label = "spot"): Region =>
  ({ id, question: "spots", kind: "box", label, at: { x, y, w, h } });

function chanceFrom(seed: number): (most: number) => number {
  let at = seed;
  return (most) => {
    at = (at * 1_103_515_245 + 12_345) % 2 ** 31;
    return at % most;
  };
}

test("after any change the same is found as by looking at all of it anew", () => {
  const chance = chanceFrom(7);
  const live = new LiveRules(readSchema(definition));
  const some = (id: number): Region => box(`r${id}`, chance(60), chance(60), 1 + chance(chance(9) ? 12 : 90), 1 + chance(20), chance(2) ? "spot" : "hole");
  let regions = Array.from({ length: 60 }, (_one, id) => some(id));
  for (let turn = 0; turn < 80; turn++) {
    const at = chance(regions.length);
    const kind = chance(5);
    if (kind === 0) regions = regions.filter((_one, place) => place !== at);
    else if (kind === 1) regions = [...regions, some(100 + turn)];
    else if (kind === 2) regions = regions.toSpliced(at, 1).toSpliced(chance(regions.length), 0, regions[at] as Region);
    else regions = regions.with(at, { ...some(0), id: regions[at]?.id ?? "" } as Region);
    live.take(regions);
    let left = 3;
    while (!live.step(() => left-- > 0)) left = 3; // a little at a time
    expect(live.found(), `turn ${turn}`).toEqual(brokenRules(readSchema(definition), regions));
    expect(live.found().length).toBeGreaterThan(5);
  }
});

const star = (id: string, x: number, y: number, big: number, corners = 9): Region => ({
  id, question: "spots", kind: "polygon", label: "spot",
  at: { rings: [Array.from({ length: corners }, (_one, n) => {
    const far = big * (n % 2 ? 0.6 : 1), turn = (2 * Math.PI * n) / corners;
    return [x + far * Math.cos(turn), y + far * Math.sin(turn)] as const;
  })] },
} as Region);
const SHAPES = { ...definition, questions: [{ ...SPOTS, type: "shapes" }] };

test("after any change of outlines the same is found as by looking at all of them anew", () => {
  const chance = chanceFrom(3);
  const schema = { ...SHAPES, rules: RULES.slice(1, 3) };
  const live = new LiveRules(readSchema(schema));
  const some = (id: string): Region => (chance(3) ? star(id, 10 * chance(12), 10 * chance(9), 6 + chance(20)) : box(id, chance(120), chance(90), 1 + chance(30), 1 + chance(30)));
  let regions = Array.from({ length: 30 }, (_one, id) => some(`r${id}`));
  for (let turn = 0; turn < 25; turn++) {
    const at = chance(regions.length);
    if (turn % 3 === 0) regions = regions.toSpliced(at, 1);
    else if (turn % 3 === 1) regions = [...regions, some(`n${turn}`)];
    else regions = regions.with(at, some(regions[at]?.id ?? ""));
    live.take(regions);
    while (!live.step(oneAtATime())) continue;
    expect(live.found(), `turn ${turn}`).toEqual(brokenRules(readSchema(schema), regions));
    expect(live.found().length).toBeGreaterThan(5);
  }
});

test("outlines on one heap are compared one pair at a time, and it goes on from there", () => {
  const live = new LiveRules(readSchema({ ...SHAPES, rules: [RULES[1]] }));
  live.take(Array.from({ length: 6 }, (_one, n) => star(`r${n}`, 50 + n, 50, 30)));
  let turns = 1;
  while (!live.step(oneAtATime())) turns++;
  expect(live.found().map((one) => one.region)).toEqual(["r1", "r2", "r3", "r4", "r5"]);
  expect(turns).toBeGreaterThanOrEqual(15); // pairs
});

test("what comes and goes in the middle of comparing is taken into account", () => {
  const definition = { ...SHAPES, rules: [RULES[1]] };
  const [x, y, z, w] = [star("x", 50, 50, 30), star("y", 95, 50, 30), star("z", 50, 50, 30), star("w", 90, 55, 30)] as const;
  for (let done = 0; done < 16; done++) {
    const changes = [[[x, z, y, w], [z, y, w]], [[x, y, z, w], [{ ...y, id: "x" } as Region, y, z, w]], [[z, y, w], [x, z, y, w]]] as const;
    for (const [before, after] of changes) {
      const live = new LiveRules(readSchema(definition));
      live.take(before);
      for (let step = 0; step < done; step++) live.step(oneAtATime());
      live.take(after);
      while (!live.step(oneAtATime())) continue;
      expect(live.found(), `after ${done}`).toEqual(brokenRules(readSchema(definition), after));
    }
  }
});

/** There is time to begin, and none to go on. */
function oneAtATime(): () => boolean {
  let left = 1;
  return () => left-- > 0;
}

test("an outline that takes too long is left to the server, and the others are compared", () => {
  const live = new LiveRules(readSchema({ ...SHAPES, rules: [RULES[2]] }));
  const far = star("far", 300, 300, 200, 20_000);
  live.take([far, { ...far, id: "twin" } as Region, star("a", 0, 0, 9), star("b", 0, 0, 9)]);
  live.step(() => true);
  expect(live.found().map((one) => one.region)).toEqual(["b"]);
});

test("a change among 20,000 boxes looks at its neighbours alone", () => {
  const live = new LiveRules(readSchema({ ...definition, rules: RULES.slice(0, 3) }));
  const many = Array.from({ length: 20_000 }, (_one, n) => box(`b${n}`, (n % 200) * 20, Math.floor(n / 200) * 20, 12, 12));
  live.take(many);
  live.step(() => true);
  let steps = 0;
  live.take([...many, box("new", 3, 3, 12, 12)]);
  live.step(() => ++steps > 0);
  expect(live.found().map((one) => one.region)).toEqual(["new"]);
  expect(steps).toBeLessThan(10);
});

test("a box whose doubles were deleted has no sign any more", () => {
  const live = new LiveRules(readSchema({ ...definition, rules: [RULES[1]] }));
  const found = (regions: Region[]): (string | null)[] => {
    live.take(regions);
    live.step(() => true);
    return live.found().map((one) => one.region);
  };
  const twins = ["a", "b", "c"].map((id) => box(id, 0, 0, 9, 9));
  expect([found(twins), found(twins.slice(1)), found(twins.slice(2))]).toEqual([["b", "c"], ["c"], []]);
});

test("more on one heap than can be compared is left to the server, and compared again when there are fewer", () => {
  const live = new LiveRules(readSchema({ ...definition, rules: [RULES[2]] }));
  const heap = Array.from({ length: 2200 }, (_one, n) => box(`b${n}`, 0, 0, 9, 9));
  const found = (count: number): number => {
    live.take(heap.slice(0, count));
    live.step(() => true);
    return live.found().length;
  };
  expect([found(2200), found(50)]).toEqual([0, 49]);
});

beforeEach(() => fresh());

test("what is broken is listed after quiet, told once, led to by a key, and let through or not", async () => {
  const held = assignmentNamed("assignment_b", {});
  bench.server.held.set(held.id, held);
  const wb = make("annotate", definition);
  const said: string[] = [];
  (wb as { announce: (text: string) => void }).announce = (text) => said.push(text);
  watchRules(wb);
  await wb.start();
  await until(() => wb.state.task !== null);
  const codes = (): string[] => wb.state.broken.list.map((one) => `${one.region ?? one.question} ${one.code}`);
  await new Promise((done) => setTimeout(done, QUIET_MS + 60));
  expect(codes()).toEqual([]); // nobody has begun
  const holes = [1, 2, 3].map((n) => box(`h${n}`, 100 * n, 0, 9, 9, "hole"));
  wb.edit({ regions: [...holes, box("small", 0, 0, 3, 9)] });
  expect(codes()).toEqual([]);
  await until(() => codes().length > 0);
  expect(codes()).toEqual(["small small-width"]);
  expect(wb.state.broken.of.get("small")?.length).toBe(1);
  wb.edit({ regions: [...wb.state.regions, box("twin", 0, 1, 3, 9)] });
  await until(() => codes().length === 3);
  expect(codes()).toEqual(["small small-width", "twin small-width", "twin overlap"]);
  expect(said.filter((one) => one.startsWith("Not right yet"))).toHaveLength(2);
  const visited = [1, 2, 3, 4].map(() => { goToNext(wb); return wb.state.selected; });
  expect(visited).toEqual(["small", "twin", "twin", "small"]);
  wb.commands.run("task.submit");
  expect(wb.state.problems.map((one) => one.region)).toEqual(["small", "twin", "twin"]);
  wb.edit({ regions: [...holes, box("small", 0, 0, 9, 9), box("twin", 0, 1, 9, 9)] });
  await until(() => codes().join() === "twin overlap");
  wb.edit({ regions: holes });
  await until(() => codes().length === 0);
  expect(said.at(-1)).toBe("All rules are kept now.");
});
