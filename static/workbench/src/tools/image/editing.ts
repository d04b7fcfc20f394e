/** What the keys do on a still picture, beyond what they do on any. */

import type { Shape } from "../../canvas/painter";
import { questionNamed } from "../../core/schema";
import { isArea } from "../../geometry/editing";
import { reachOf } from "../../layers/picture/reach";
import type { ImageStage } from "./index";
import type { KeyTarget } from "./keys";

export function keyTarget(stage: ImageStage): KeyTarget {
  const { several } = stage;
  const reach = reachOf(stage);
  const isFree = (): boolean => !reach.isBusy();
  return {
    ...reach,
    canCut: () => isFree() && canBecomePolygons(stage, stage.selected()),
    canJoin: () => isFree() && several.canJoin,
    canGroup: () => isFree() && several.canGroup,
    canConvert: () => isFree() && several.canConvert,
    canFill: () => isFree() && several.hasMask,
    canPaste: () => isFree() && several.canPaste,
    canRepeat: () => isFree() && several.hasBefore,
    choose: () => {
      const selected = stage.selected();
      if (selected) several.toggle(selected.id);
      stage.shown();
    },
    join: (how) => void several.join(how).then(() => stage.shown()),
    convert: () => several.convert(),
    fill: () => several.fill(),
    group: () => several.group(),
    lift: (by) => several.lift(by),
    copy: () => several.copy(),
    paste: () => several.paste(),
    repeat: () => several.repeat(),
    looks: () => stage.looks.toggle(),
  };
}

/** Parts of a cut are polygons, or masks where it is one. */
function canBecomePolygons(stage: ImageStage, shape: Shape | null): boolean {
  if (!shape || shape.dashed || !isArea(shape.placed.kind)) return false;
  if (shape.placed.kind === "mask" || shape.placed.kind === "polygon") return true;
  const region = stage.scene?.regions.find((one) => one.id === shape.id);
  const question = region && stage.scene ? questionNamed(stage.scene.schema, region.question) : null;
  return question?.kinds.includes("polygon") ?? false;
}
