/** The conversation tool: turns to step through, and candidates beside each other. */

import { toolCommand, type Command } from "../../core/commands";
import {
  BOTH_BAD, SHOWN, TIE, equalToLast, letterOf, rankedNext, readRanking, shownCandidates, turnsOf, writeRanking,
  type Candidate,
} from "../../core/conversation";
import { t } from "../../core/i18n";
import { compares, isAnswer, labelOf, type Question } from "../../core/schema";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";

const DIGITS = Array.from("123456789");

class ConversationStage implements MountedTool {
  readonly commands: readonly Command[];
  readonly #host: HTMLElement;
  readonly #context: ToolContext;
  readonly #article = document.createElement("article");
  #scene: Scene | null = null;
  #turn: number | null = null;
  #candidates: readonly Candidate[] = [];

  constructor(host: HTMLElement, context: ToolContext) {
    this.#host = host;
    this.#context = context;
    this.#article.className = "doc talk";
    host.classList.add("paper");
    host.append(this.#article);
    this.commands = context.readOnly ? [] : this.#keys();
  }

  async update(scene: Scene): Promise<void> {
    const fresh = this.#scene?.key !== scene.key;
    this.#scene = scene;
    if (fresh) this.#begin(scene);
    this.#mark(scene);
  }

  #begin(scene: Scene): void {
    const seed = scene.key.split(":")[1] ?? scene.key;
    this.#candidates = shownCandidates(scene.item, scene.regions, seed);
    const turns = turnsOf(scene.item).map((turn, index) => this.#turnElement(turn.role, turn.text, index));
    const talk = document.createElement("div");
    talk.append(...turns);
    const pair = document.createElement("div");
    pair.className = "pair";
    pair.append(...this.#candidates.map((one, index) => candidateElement(one, index)));
    this.#article.replaceChildren(talk, ...(this.#candidates.length ? [pair] : []));
    this.#host.scrollTop = 0;
    this.#turn = null;
    if (!this.#context.readOnly) {
      const asked = this.#askedTurns();
      this.#choose(asked[0] ?? null);
      this.#host.scrollTop = 0;
      this.#context.run("view.facts", { facts: this.#candidates.length > 1 ? [t("talk.byChance")] : [] });
    }
  }

  #turnElement(role: string, text: string, index: number): HTMLElement {
    const turn = document.createElement("section");
    turn.className = "turn";
    turn.dataset.role = role;
    turn.setAttribute("aria-label", t("talk.turn", { n: index + 1, role }));
    const who = document.createElement("p");
    who.className = "tiny muted who";
    who.textContent = role;
    const chips = document.createElement("span");
    chips.className = "chips";
    who.append(chips);
    const words = document.createElement("p");
    words.dir = "auto";
    words.textContent = text;
    turn.append(who, words);
    if (!this.#context.readOnly) turn.addEventListener("click", () => this.#choose(index));
    return turn;
  }

  /** What the answers say, shown where it is about. */
  #mark(scene: Scene): void {
    const { questions } = scene.schema;
    this.#article.querySelectorAll<HTMLElement>(".turn").forEach((element, index) => {
      element.classList.toggle("chosen", index === this.#turn);
      const said = questions.filter((one) => one.per === "turn").flatMap((one) => this.#saidOf(one, String(index)));
      const chips = element.querySelector(".chips");
      if (chips) chips.textContent = said.join(", ");
    });
    const places = this.#placesOf(scene);
    this.#article.querySelectorAll<HTMLElement>(".reply").forEach((element, index) => {
      const words = places[index] ?? "";
      element.classList.toggle("pick", words === t("talk.preferred") || words === t("talk.best"));
      const tag = element.querySelector<HTMLElement>(".tag");
      if (tag) {
        tag.hidden = words === "";
        tag.textContent = words;
      }
    });
  }

  #saidOf(question: Question, turn: string): string[] {
    const scene = this.#scene;
    if (!scene) return [];
    return scene.regions.filter((one) => isAnswer(one, question, turn)).map((region) => {
      const label = labelOf(scene.schema, question.name, region.label)?.name;
      return label ?? `${question.title} ${String(("value" in region && region.value) || "")}`;
    });
  }

  /** For each candidate as shown: "preferred", its place in a ranking, or nothing. */
  #placesOf(scene: Scene): string[] {
    const words = this.#candidates.map(() => "");
    for (const question of scene.schema.questions.filter(compares)) {
      const answer = scene.regions.find((one) => isAnswer(one, question));
      const value = answer?.kind === "item" ? answer.value : undefined;
      const groups = question.type === "ranking" ? readRanking(value) : [];
      this.#candidates.forEach((one, index) => {
        const place = groups.findIndex((group) => group.includes(one.id));
        if (place >= 0) words[index] = place === 0 ? t("talk.best") : t("talk.rank", { n: place + 1 });
        else if (question.type === "pairwise" && value === one.id) words[index] = t("talk.preferred");
      });
    }
    return words;
  }

  // --- keys

  #keys(): Command[] {
    const scope = "global" as const;
    const compared = (): boolean => this.#comparing() !== null;
    const asked = (): boolean => this.#askedTurns().length > 0;
    return [
      toolCommand("talk.choose", { title: "key.talk.choose", group: "label", keys: DIGITS, scope },
        (chord) => this.#press(Number(chord) - 1), compared),
      toolCommand("talk.equal", { title: "key.talk.equal", group: "label", keys: ["="], scope },
        () => this.#rank(equalToLast), () => this.#comparing()?.type === "ranking" && (this.#comparing()?.ties ?? false)),
      toolCommand("talk.nextTurn", { title: "key.talk.nextTurn", keys: ["ArrowDown"], repeats: true }, () => this.#step(1), asked),
      toolCommand("talk.previousTurn", { title: "key.talk.previousTurn", keys: ["ArrowUp"], repeats: true }, () => this.#step(-1), asked),
    ];
  }

  /** The question that number keys compare candidates for: the only one, or the one not answered yet. */
  #comparing(): Question | null {
    const scene = this.#scene;
    const questions = scene?.schema.questions.filter(compares) ?? [];
    return questions.find((one) => !scene?.regions.some((region) => region.question === one.name)) ?? questions[0] ?? null;
  }

  #press(index: number): void {
    const question = this.#comparing();
    if (!question) return;
    if (question.type === "ranking") {
      const one = this.#candidates[index];
      if (one) this.#rank((groups) => rankedNext(groups, one.id));
      return;
    }
    const [first, second] = this.#candidates;
    if (!first || !second || this.#candidates.length !== 2) return;
    const options = [first.id, ...(question.ties ? [TIE] : []), second.id, ...(question.bothBad ? [BOTH_BAD] : [])];
    const value = options[index];
    if (value === undefined) return;
    this.#give(question, value);
    const words = { [first.id]: t("talk.better", { letter: "A" }), [second.id]: t("talk.better", { letter: "B" }),
      [TIE]: t("talk.tie"), [BOTH_BAD]: t("talk.bothBad") };
    this.#context.announce(t("announce.preferred", { answer: words[value] ?? "" }));
  }

  #rank(change: (groups: readonly (readonly string[])[]) => readonly (readonly string[])[]): void {
    const question = this.#comparing();
    const scene = this.#scene;
    if (!question || !scene || question.type !== "ranking") return;
    const answer = scene.regions.find((one) => isAnswer(one, question));
    const groups = change(readRanking(answer?.kind === "item" ? answer.value : ""));
    this.#give(question, writeRanking(groups));
    const letter = (id: string): string => letterOf(this.#candidates.findIndex((one) => one.id === id));
    this.#context.announce(t("announce.ranking", { order: groups.map((group) => group.map(letter).join(" = ")).join(", ") }));
  }

  #give(question: Question, value: string): void {
    const attributes = { [SHOWN]: this.#candidates.map((one) => one.id).join(" ") };
    this.#context.run("answer.value", { question: question.name, value, attributes });
  }

  /** Turns that some question is asked of. */
  #askedTurns(): number[] {
    const questions = this.#scene?.schema.questions.filter((one) => one.per === "turn") ?? [];
    const turns = this.#scene ? turnsOf(this.#scene.item) : [];
    return turns.flatMap((turn, index) =>
      questions.some(({ roles }) => roles.length === 0 || roles.includes(turn.role)) ? [index] : []);
  }

  #step(by: 1 | -1): void {
    const asked = this.#askedTurns();
    const at = asked.indexOf(this.#turn ?? -1);
    const next = asked[Math.max(0, Math.min(at + by, asked.length - 1))];
    if (next !== undefined) this.#choose(next);
  }

  #choose(index: number | null): void {
    if (index !== null && !this.#askedTurns().includes(index)) return;
    this.#turn = index;
    this.#context.run("turn.choose", { turn: index === null ? null : String(index) });
    const turns = this.#scene ? turnsOf(this.#scene.item) : [];
    const turn = index === null ? null : turns[index];
    if (turn && index !== null) {
      this.#article.querySelectorAll<HTMLElement>(".turn")[index]?.scrollIntoView({ block: "nearest" });
      this.#context.announce(t("announce.turn", { n: index + 1, count: turns.length, role: turn.role }));
    }
    if (this.#scene) this.#mark(this.#scene);
  }

  takeLabel(): boolean {
    return false;
  }

  destroy(): void {
    this.#article.remove();
    this.#host.classList.remove("paper");
  }
}

function candidateElement(candidate: Candidate, index: number): HTMLElement {
  const reply = document.createElement("section");
  reply.className = "reply";
  const name = t("talk.candidate", { letter: letterOf(index) });
  reply.setAttribute("aria-label", name);
  const head = document.createElement("header");
  const title = document.createElement("span");
  title.textContent = name;
  const tag = document.createElement("span");
  tag.className = "tag accent";
  tag.hidden = true;
  const count = document.createElement("span");
  count.className = "muted tiny end";
  count.textContent = t("talk.words", { n: candidate.text.split(/\s+/).filter(Boolean).length });
  head.append(title, tag, count);
  const words = document.createElement("p");
  words.dir = "auto";
  words.textContent = candidate.text;
  reply.append(head, words);
  return reply;
}

export const conversationTool: Tool = {
  mount: (host, context) => new ConversationStage(host, context),
  prepare: () => Promise.resolve(),
  forget: () => undefined,
};
