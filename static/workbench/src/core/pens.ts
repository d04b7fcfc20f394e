/** What can be drawn on a picture, by the name of the pen that draws it. */

import { isDrawn, type Question, type Schema } from "./schema";
import type { RegionKind, ShapeRegion } from "./types";

const KIND_OF_PEN = {
  box: "box",
  rotated_box: "rotated_box",
  polygon: "polygon",
  polyline: "polyline",
  ellipse: "ellipse",
  point: "point",
  skeleton: "skeleton",
  brush: "mask",
  eraser: "mask",
  wand: "mask",
  relate: "relation",
} as const satisfies Record<string, ShapeRegion["kind"] | "relation">;

export type PenName = keyof typeof KIND_OF_PEN;

export const PENS = Object.keys(KIND_OF_PEN) as readonly PenName[];

export function kindOf(pen: PenName): RegionKind {
  return KIND_OF_PEN[pen];
}

/** The kinds of shapes that are drawn to answer a question: of tracks, what they are tracks of. */
function drawnFor({ kinds, tracked }: Question): readonly RegionKind[] {
  return tracked.length > 0 ? tracked : kinds;
}

/** The pens whose shapes answer a question of this schema, in the order of the tool rail. */
export function pensOf(schema: Schema): PenName[] {
  const kinds = new Set(schema.questions.filter(isDrawn).flatMap(drawnFor));
  return PENS.filter((pen) => kinds.has(KIND_OF_PEN[pen]));
}

/** The pen for a question: the one in hand where it fits, else the usual one. */
export function penFor(question: Question, inHand: PenName | null): PenName | null {
  if (inHand && drawnFor(question).includes(KIND_OF_PEN[inHand])) return inHand;
  return PENS.find((pen) => KIND_OF_PEN[pen] === drawnFor(question)[0]) ?? null;
}

/** The question that a pen answers: the active one where it can, else the first that can. */
export function questionFor(schema: Schema, active: string | null, pen: PenName): Question | null {
  const able = schema.questions.filter((question) => drawnFor(question).includes(KIND_OF_PEN[pen]));
  return able.find((question) => question.name === active) ?? able[0] ?? null;
}
