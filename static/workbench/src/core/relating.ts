/** Making a relation between two things that are marked, spans or shapes: by pointer or by keys. */

import type { Run } from "./commands";
import { questionNamed, type Question } from "./schema";
import type { Scene } from "./tool";
import type { RelationRegion } from "./types";

/** The question that relations answer: the active one, else the first there is. */
export function relationQuestion(scene: Scene): Question | null {
  const active = scene.brush ? questionNamed(scene.schema, scene.brush.question) : null;
  if (active?.type === "relations") return active;
  return scene.schema.questions.find((one) => one.type === "relations") ?? null;
}

/** Whether drawing makes relations right now. */
export function isRelating(scene: Scene): boolean {
  const question = scene.brush ? questionNamed(scene.schema, scene.brush.question) : null;
  return question?.type === "relations" && scene.mode === "draw";
}

/** What a relation may join; what is only offered is `dashed`. */
interface Joinable {
  readonly dashed: boolean;
}

export class Relating<T extends Joinable> {
  readonly #idOf: (one: T) => string;
  source: T | null = null;
  target: T | null = null;

  constructor(idOf: (one: T) => string) {
    this.#idOf = idOf;
  }

  begin(source: T): void {
    this.source = source;
    this.target = null;
  }

  /** The next possible end in the order given, beginning beside the source. */
  step(order: readonly T[], by: 1 | -1): T | null {
    const idOf = this.#idOf;
    const source = this.source ? idOf(this.source) : "";
    const current = this.target ?? this.source;
    const others = order.filter((one) => idOf(one) !== source);
    if (!current || others.length === 0) return null;
    const place = order.findIndex((one) => idOf(one) === idOf(current));
    const ahead = by === 1 ? order.slice(place + 1) : order.slice(0, Math.max(place, 0)).reverse();
    this.target = ahead.find((one) => idOf(one) !== source) ?? (by === 1 ? others[0] : others.at(-1)) ?? null;
    return this.target;
  }

  /** The relation between both ends: with the label given, else the chosen one, else the first. */
  wanted(scene: Scene, given?: string): RelationRegion | null {
    const { source, target } = this;
    const question = relationQuestion(scene);
    const chosen = scene.brush && scene.brush.question === question?.name ? scene.brush.label : undefined;
    const label = given ?? chosen ?? question?.labels.find((one) => !one.retired)?.key;
    if (!source || !target || source.dashed || target.dashed || !question || !label) return null;
    return { id: "", question: question.name, kind: "relation", label, at: { from: this.#idOf(source), to: this.#idOf(target) } };
  }

  /** Joins both ends; where they are joined by the same label already, that relation is selected. */
  join(scene: Scene, run: Run, given?: string): boolean {
    const wanted = this.wanted(scene, given);
    this.end();
    if (!wanted) return false;
    const twin = scene.regions.find((region) =>
      region.kind === "relation" && region.question === wanted.question && region.label === wanted.label &&
      region.at.from === wanted.at.from && region.at.to === wanted.at.to);
    if (twin) run("region.select", { id: twin.id });
    else run("region.add", { region: wanted });
    return true;
  }

  /** Finds its ends again after something has changed; gives up where the source is gone. */
  refresh(byId: (id: string) => T | null): void {
    this.source = this.source ? byId(this.#idOf(this.source)) : null;
    this.target = this.source && this.target ? byId(this.#idOf(this.target)) : null;
  }

  end(): void {
    this.source = null;
    this.target = null;
  }
}
