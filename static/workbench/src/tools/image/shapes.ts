/** Regions as shapes to be painted. */

import type { Shape } from "../../canvas/painter";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import type { Scene } from "../../core/tool";
import type { Region } from "../../core/types";

/** Whether the shapes must be indexed anew. */
export function shapesDiffer(before: Scene | null, after: Scene): boolean {
  return before?.regions !== after.regions || before.suggested !== after.suggested;
}

/** The shape of a box; nothing for other regions. */
export function shapeOf(scene: Scene, region: Region, dashed: boolean): Shape[] {
  if (region.kind !== "box") return [];
  const label = labelOf(scene.schema, region.question, region.label);
  const color = label?.color ?? UNKNOWN_COLOR;
  const name = label?.name ?? region.label;
  return [{ id: region.id, rect: region.at, color, key: label?.hotkey ?? "", name, dashed }];
}
