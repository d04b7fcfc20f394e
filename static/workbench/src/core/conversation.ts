/** Conversations: turns, and candidates in the order in which this person sees them. */

import type { Item, Regions } from "./types";

export interface Turn {
  readonly role: string;
  readonly text: string;
}

export interface Candidate {
  readonly id: string;
  readonly text: string;
}

export const TIE = "tie";
export const BOTH_BAD = "both_bad";
/** The attribute that says in which order candidates were shown. */
export const SHOWN = "shown";

interface Talk {
  readonly turns?: readonly Turn[];
  readonly candidates?: readonly Candidate[];
}

function talkOf(item: Item): Talk {
  return item.data_type === "conversation" ? ((item.row ?? {}) as unknown as Talk) : {};
}

export function turnsOf(item: Item): readonly Turn[] {
  return talkOf(item).turns ?? [];
}

/**
 * The candidates as they are shown: in the order an answer says, else in one drawn by chance from the
 * assignment, so that a reload shows the same and another person another.
 */
export function shownCandidates(item: Item, regions: Regions, seed: string): readonly Candidate[] {
  const candidates = talkOf(item).candidates ?? [];
  const said = regions.map((region) => region.attributes?.[SHOWN]).find((one) => typeof one === "string");
  const order = typeof said === "string" ? said.split(" ") : [];
  if (order.length === candidates.length) {
    const known = order.map((id) => candidates.find((one) => one.id === id));
    if (known.every((one) => one !== undefined)) return known;
  }
  const drawn = candidates.map((one) => ({ one, lot: hashOf(`${seed} ${one.id}`) }));
  return drawn.sort((a, b) => a.lot - b.lot || (a.one.id < b.one.id ? -1 : 1)).map(({ one }) => one);
}

/** FNV-1a, mixed once more: near texts must not give near numbers. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

/** The groups of equals in a ranking, best first. */
export function readRanking(value: unknown): readonly (readonly string[])[] {
  return typeof value === "string" && value !== "" ? value.split(" > ").map((group) => group.split(" = ")) : [];
}

/** Equals are named in one order, so that the same is said alike. */
export function writeRanking(groups: readonly (readonly string[])[]): string {
  return groups.filter((group) => group.length > 0).map((group) => [...group].sort().join(" = ")).join(" > ");
}

/** The ranking with a candidate put behind all others; without it, if it is there already. */
export function rankedNext(groups: readonly (readonly string[])[], id: string): readonly (readonly string[])[] {
  const without = groups.map((group) => group.filter((one) => one !== id)).filter((group) => group.length > 0);
  const wasThere = groups.some((group) => group.includes(id));
  return wasThere ? without : [...without, [id]];
}

/** The last group joined with the one before it, or its last member set apart again. */
export function equalToLast(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const last = groups.at(-1) ?? [];
  if (last.length > 1) return [...groups.slice(0, -1), last.slice(0, -1), last.slice(-1)];
  if (groups.length < 2) return groups;
  return [...groups.slice(0, -2), [...(groups.at(-2) ?? []), ...last]];
}
