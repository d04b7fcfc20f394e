/** Stretches in several parts: a span that leaves something out. Positions may count anything. */

import type { Stretch } from "./segments";

/** A span with its ends and what it leaves out, as an answer says it. */
export interface Gapped extends Stretch {
  readonly gaps?: readonly (readonly [number, number])[];
}

/** At most this many gaps fit into an answer. */
export const MOST_GAPS = 100;

/** The parts of a span in their order, as long as there is anything between its gaps. */
export function partsOf({ start, end, gaps = [] }: Gapped): Stretch[] {
  const parts: Stretch[] = [];
  let from = start;
  for (const [left, right] of gaps) {
    if (left > from) parts.push({ start: from, end: left });
    from = Math.max(from, right);
  }
  if (end > from) parts.push({ start: from, end });
  return parts;
}

/** The span that consists of these parts; null without any. Parts that touch become one. */
export function spanOf(parts: readonly Stretch[]): Gapped | null {
  const joined = merged(parts);
  const [first] = joined;
  const last = joined.at(-1);
  if (!first || !last) return null;
  const span = { start: first.start, end: last.end };
  if (joined.length === 1) return span;
  const gaps = joined.slice(1).map((part, index) => [(joined[index] as Stretch).end, part.start] as const);
  return { ...span, gaps };
}

function merged(parts: readonly Stretch[]): Stretch[] {
  const order = parts.filter((part) => part.end > part.start).sort((a, b) => a.start - b.start);
  const joined: Stretch[] = [];
  for (const part of order) {
    const last = joined.at(-1);
    if (last && part.start <= last.end) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, part.end) };
    } else {
      joined.push(part);
    }
  }
  return joined;
}

/** The span with one more part. */
export function withPart(span: Gapped, part: Stretch): Gapped {
  return spanOf([...partsOf(span), part]) ?? span;
}

/** The span without whatever lies in the stretch; null when nothing is left. */
export function withoutPart(span: Gapped, { start, end }: Stretch): Gapped | null {
  const left = partsOf(span).flatMap((part) => [
    { start: part.start, end: Math.min(part.end, start) },
    { start: Math.max(part.start, end), end: part.end },
  ]);
  return spanOf(left);
}

/** Whether all of the stretch belongs to the span. */
export function covers(span: Gapped, { start, end }: Stretch): boolean {
  return partsOf(span).some((part) => part.start <= start && end <= part.end);
}

/** The span with another start or end; gaps beyond it are gone. Null where nothing would be left. */
export function withEdge(span: Gapped, edge: "start" | "end", to: number): Gapped | null {
  if (edge === "start" && to < span.start) return withPart(span, { start: to, end: span.start });
  if (edge === "end" && to > span.end) return withPart(span, { start: span.end, end: to });
  return edge === "start" ? withoutPart(span, { start: span.start, end: to }) : withoutPart(span, { start: to, end: span.end });
}

/** The span counted in other units. */
export function mapped(span: Gapped, to: (position: number) => number): Gapped {
  const ends = { start: to(span.start), end: to(span.end) };
  if (!span.gaps?.length) return ends;
  return { ...ends, gaps: span.gaps.map(([start, end]) => [to(start), to(end)] as const) };
}

/** How much of what either of two spans covers is covered by both, 0 to 1. */
export function sharedOf(a: Gapped, b: Gapped): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  let shared = 0;
  for (const one of left) {
    for (const other of right) shared += Math.max(0, Math.min(one.end, other.end) - Math.max(one.start, other.start));
  }
  const length = (parts: readonly Stretch[]): number => parts.reduce((sum, part) => sum + part.end - part.start, 0);
  const either = length(left) + length(right) - shared;
  return either > 0 ? shared / either : 0;
}
