/** While somebody works: what breaks the rules is found after a moment of quiet, in the breaks between frames. */

import { brokenText } from "./answerRuleWords";
import type { LiveRules } from "./answerRules";
import { problemText } from "./problems";
import type { Problem } from "./schema";
import { NOTHING_BROKEN, canEdit, type Broken } from "./state";
import type { Workbench } from "./workbench";

export const QUIET_MS = 300;
/** So long at a time: a frame that is due comes first. */
const SLICE_MS = 6;
const WAIT_MS = 1000;

/** Does the work when the browser has nothing else to do, with the time it may take. */
function whenIdle(work: (hasTime: () => boolean) => void): void {
  const begin = (milliseconds: number): void => {
    const end = performance.now() + milliseconds;
    work(() => performance.now() < end);
  };
  if (typeof requestIdleCallback !== "function") setTimeout(() => begin(SLICE_MS), 0);
  else requestIdleCallback((deadline) => begin(Math.min(SLICE_MS, Math.max(2, deadline.timeRemaining()))), { timeout: WAIT_MS });
}

/** Keeps `state.broken` as the answer is; tells what came and when all is in order. */
export function watchRules(wb: Workbench): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  const changed = (): void => {
    clearTimeout(timer);
    turn++;
    if (isRuled(wb)) timer = setTimeout(() => void look(turn).catch(() => undefined), QUIET_MS);
    else if (wb.state.broken !== NOTHING_BROKEN) wb.store.set({ broken: NOTHING_BROKEN });
  };
  const look = async (mine: number): Promise<void> => {
    // It is here already: a schema with rules brings it. Asked for by name, it stays a file of its own.
    const { liveRules } = await import("./answerRules");
    const { task, regions } = wb.state;
    if (!task || mine !== turn) return;
    const rules = liveRules(task.schema);
    whenIdle(() => {
      if (mine !== turn) return;
      rules.take(regions);
      const go = (): void => whenIdle((hasTime) => {
        if (mine !== turn) return; // another look is on its way, and goes on from here
        if (rules.step(hasTime)) tell(wb, rules);
        else go();
      });
      go();
    });
  };
  wb.store.watch((state) => state.regions, changed);
  wb.store.watch((state) => (isRuled(wb) ? state.task : null), changed);
  changed();
}

function isRuled({ state }: Workbench): boolean {
  return canEdit(state) && (state.task?.schema.rules.length ?? 0) > 0;
}

function tell(wb: Workbench, rules: LiveRules): void {
  // An answer that nobody has begun is not wrong yet.
  const isBegun = wb.state.regions.length > 0 || wb.history.canUndo;
  const list = isBegun ? rules.found() : [];
  const before = wb.state.broken.list.map(keyOf), now = list.map(keyOf);
  if (before.length === now.length && before.every((key, place) => key === now[place])) return;
  wb.store.set({ broken: byRegion(list) });
  const known = new Set(before);
  const fresh = list.find((one) => !known.has(keyOf(one)));
  if (fresh) wb.announce(brokenText("told", { n: list.length, first: problemText(fresh) }));
  else if (list.length === 0) wb.announce(brokenText("cleared"));
}

function keyOf(one: Problem): string {
  return `${one.code} ${one.region ?? one.question} ${problemText(one)}`;
}

function byRegion(list: readonly Problem[]): Broken {
  if (list.length === 0) return NOTHING_BROKEN;
  const of = new Map<string, Problem[]>();
  for (const one of list) {
    if (one.region === null) continue;
    const there = of.get(one.region);
    if (there) there.push(one);
    else of.set(one.region, [one]);
  }
  return { list, of };
}

/** Leads to the place of the next problem, from the one at hand, and around. */
export function goToNext(wb: Workbench): void {
  const { problems, broken, selected } = wb.state;
  const list = problems.length > 0 ? problems : broken.list;
  if (list.length === 0) return;
  const at = last !== null && last.list === list && (list[last.place]?.region ?? selected) === selected
    ? last.place : list.findIndex((one) => one.region !== null && one.region === selected);
  goTo(wb, list, (at + 1) % list.length);
}

let last: { readonly list: readonly Problem[]; readonly place: number } | null = null;

export function goTo(wb: Workbench, list: readonly Problem[], place: number): void {
  const problem = list[place];
  if (!problem) return;
  last = { list, place };
  wb.announce(brokenText("place", { place: place + 1, n: list.length }));
  wb.store.transact(() => {
    if (problem.question) wb.commands.run("question.activate", { question: problem.question });
    if (problem.region) wb.commands.run("region.select", { id: problem.region });
  });
  if (!problem.region) wb.announce(problemText(problem));
}
