/** Making a relation: from one span to another, by pointer or by keys. */

import type { Scene } from "../../core/tool";
import { questionNamed, type Question } from "../../core/schema";
import type { RelationRegion } from "../../core/types";
import type { Span, Spans } from "./spans";

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

export class Relating {
  source: Span | null = null;
  target: Span | null = null;

  begin(source: Span): void {
    this.source = source;
    this.target = null;
  }

  /** The next possible end in the order of the text, beginning beside the source. */
  step(spans: Spans, by: 1 | -1): Span | null {
    const order = spans.inOrder();
    const current = this.target ?? this.source;
    const others = order.filter((span) => span.region.id !== this.source?.region.id);
    if (!current || others.length === 0) return null;
    const place = order.findIndex((span) => span.region.id === current.region.id);
    const ahead = by === 1 ? order.slice(place + 1) : order.slice(0, Math.max(place, 0)).reverse();
    const isOther = (span: Span): boolean => span.region.id !== this.source?.region.id;
    this.target = ahead.find(isOther) ?? (by === 1 ? others[0] : others.at(-1)) ?? null;
    return this.target;
  }

  /** The relation between both ends: with the label given, else the chosen one, else the first. */
  wanted(scene: Scene, given?: string): RelationRegion | null {
    const { source, target } = this;
    const question = relationQuestion(scene);
    const chosen = scene.brush && scene.brush.question === question?.name ? scene.brush.label : undefined;
    const label = given ?? chosen ?? question?.labels.find((one) => !one.retired)?.key;
    if (!source || !target || source.dashed || target.dashed || !question || !label) return null;
    return { id: "", question: question.name, kind: "relation", label, at: { from: source.region.id, to: target.region.id } };
  }

  /** Finds its spans again after something has changed; gives up where the source is gone. */
  refresh(spans: Spans): void {
    this.source = this.source ? spans.byId(this.source.region.id) : null;
    this.target = this.source && this.target ? spans.byId(this.target.region.id) : null;
  }

  end(): void {
    this.source = null;
    this.target = null;
  }
}
