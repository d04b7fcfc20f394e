/** Regions as shapes to be painted. */

import type { Shape } from "../../canvas/painter";
import { isShape } from "../../core/regions";
import { UNKNOWN_COLOR, labelOf, questionNamed } from "../../core/schema";
import type { Scene } from "../../core/tool";
import type { Region } from "../../core/types";
import { boundsOf, type Placed } from "../../geometry/places";

/** Whether the shapes must be indexed anew. */
export function shapesDiffer(before: Scene | null, after: Scene): boolean {
  return before?.regions !== after.regions || before.suggested !== after.suggested || before.strokes !== after.strokes;
}

/** The shape of a region that is drawn; nothing for other regions. */
export function shapeOf(scene: Scene, region: Region, dashed: boolean): Shape[] {
  if (!isShape(region)) return [];
  const label = labelOf(scene.schema, region.question, region.label);
  const placed = { kind: region.kind, at: region.at } as Placed;
  return [{
    id: region.id,
    placed,
    edges: questionNamed(scene.schema, region.question)?.edges ?? [],
    rect: boundsOf(placed),
    color: label?.color ?? UNKNOWN_COLOR,
    key: label?.hotkey ?? "",
    name: label?.name ?? region.label,
    dashed,
    stroke: scene.strokes ? (label?.stroke ?? 0) : 0,
    z: region.z ?? 0,
  }];
}
