/** What the keys do on the stage. */

import type { Shape } from "../../canvas/painter";
import { t } from "../../core/i18n";
import { pensOf, type PenName } from "../../core/pens";
import { questionNamed } from "../../core/schema";
import { dragged, enlarged, gripsOf, isArea, translated, turned, withoutGrip } from "../../geometry/editing";
import type { Placed } from "../../geometry/places";
import type { ImageStage } from "./index";
import type { KeyTarget } from "./keys";
import { pointGrips } from "./pens/path";

const TURNING: ReadonlySet<string> = new Set(["rotated_box", "ellipse", "polygon", "polyline", "skeleton"]);

export function keyTarget(stage: ImageStage): KeyTarget {
  const { camera, drawing, several } = stage;
  const shape = (): Shape | null => (isBusy() ? null : stage.selected());
  const isBusy = (): boolean => drawing.isBusy || drawing.isSpecial;
  const own = (): Shape | null => {
    const selected = shape();
    return selected && !selected.dashed ? selected : null;
  };
  return {
    hasShape: () => shape() !== null,
    canTurn: () => !canAdjust(stage) && TURNING.has(shape()?.placed.kind ?? ""),
    hasPoints: () => pointsOf(shape()).length > 1,
    hasPoint: () => shape() !== null && stage.grip !== null && shape()?.placed.kind !== "skeleton",
    hasJoint: () => shape()?.placed.kind === "skeleton" && stage.grip !== null,
    canHole: () => own()?.placed.kind === "polygon",
    canCut: () => own() !== null && canBecomePolygons(stage, own()),
    canJoin: () => !isBusy() && several.canJoin,
    canGroup: () => !isBusy() && several.canGroup,
    canConvert: () => !isBusy() && several.canConvert,
    canFill: () => !isBusy() && several.hasMask,
    canPaste: () => !isBusy() && several.canPaste,
    canRepeat: () => !isBusy() && several.hasBefore,
    isBusy,
    canAdjust: () => canAdjust(stage),
    canSkip: () => drawing.isBusy && drawing.pen?.skip !== undefined,
    canDraw: (pen) => (stage.scene ? pensOf(stage.scene.schema).includes(pen) : false),
    nudge: (dx, dy) => nudge(stage, dx, dy),
    grow: (dw, dh) => change(stage, (placed) => enlarged(placed, dw, dh, camera.image)),
    turn: (degrees) => change(stage, (placed) => turned(placed, degrees, camera.image)),
    stepPoint: (by) => stepPoint(stage, by),
    addPoint: () => addPoint(stage),
    removePoint: () => removePoint(stage),
    hideJoint: () => hideJoint(stage),
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
    special: (use) => drawing.special(use, true),
    begin: (pen) => begin(stage, pen),
    arrow: (dx, dy, other) => penDoes(stage, () => drawing.pen?.arrow(dx, dy, other)),
    adjust: (by) => penDoes(stage, () => drawing.pen?.adjust?.(by)),
    skip: () => penDoes(stage, () => drawing.pen?.skip?.()),
    enter: () => penDoes(stage, () => drawing.pen?.enter()),
    back: () => penDoes(stage, () => drawing.pen?.back()),
    drop: () => penDoes(stage, () => drawing.cancel()),
    zoomBy: (factor) => camera.zoom(camera.middle, factor),
    fitAll: () => camera.fitAll(),
    showSelected: () => {
      const selected = stage.selected();
      if (selected) camera.lookAt(selected.rect, 0.5);
    },
    panBy: (dx, dy) => camera.pan(dx, dy),
    looks: () => stage.looks.toggle(),
  };
}

function penDoes(stage: ImageStage, act: () => void): void {
  act();
  stage.shown();
}

/** Brush and wand listen to `[` and `]` at any time, other pens while they are at work. */
function canAdjust({ drawing }: ImageStage): boolean {
  const { pen, name } = drawing;
  if (!pen?.adjust) return false;
  return pen.isBusy || name === "brush" || name === "eraser" || name === "wand";
}

/** Parts of a cut are polygons, or masks where it is one. */
function canBecomePolygons(stage: ImageStage, shape: Shape | null): boolean {
  if (!shape || !isArea(shape.placed.kind)) return false;
  if (shape.placed.kind === "mask" || shape.placed.kind === "polygon") return true;
  const region = stage.scene?.regions.find((one) => one.id === shape.id);
  const question = region && stage.scene ? questionNamed(stage.scene.schema, region.question) : null;
  return question?.kinds.includes("polygon") ?? false;
}

/** Takes a pen up by key: what it makes begins in the middle of the view. */
function begin(stage: ImageStage, pen: PenName): void {
  const { context, drawing } = stage;
  drawing.cancel();
  context.run("view.pen", { pen });
  const keeps = pen === "brush" || pen === "eraser";
  drawing.pen?.begin();
  if (!keeps) context.run("region.select", { id: null });
  stage.shown();
}

function change(stage: ImageStage, how: (placed: Placed) => Placed, isMoved = false): void {
  const shape = stage.selected();
  if (shape) stage.place(shape, how(shape.placed), isMoved, `keys:${shape.id}`);
}

/** The arrows move the chosen point, else the whole shape. */
function nudge(stage: ImageStage, dx: number, dy: number): void {
  const shape = stage.selected();
  const grip = shape && stage.grip ? gripsOf(shape.placed, 0).find((one) => one.id === stage.grip) : null;
  const { image } = stage.camera;
  if (!grip) return change(stage, (placed) => translated(placed, dx, dy, image), true);
  const kept = stage.grip;
  change(stage, (placed) => dragged(placed, grip.id, { x: grip.x + dx, y: grip.y + dy }, image));
  stage.grip = kept;
  stage.shown();
}

function pointsOf(shape: Shape | null): string[] {
  return shape ? pointGrips(shape.placed) : [];
}

function stepPoint(stage: ImageStage, by: 1 | -1): void {
  const points = pointsOf(stage.selected());
  if (points.length === 0) return;
  const at = stage.grip === null ? (by > 0 ? -1 : 0) : points.indexOf(stage.grip);
  stage.grip = points[(at + by + points.length) % points.length] ?? null;
  const shape = stage.selected();
  const joint = shape?.placed.kind === "skeleton" ? stage.grip : null;
  const place = points.indexOf(stage.grip ?? "") + 1;
  stage.context.announce(joint ?? t("announce.pointOf", { n: place, all: points.length }));
  stage.shown();
}

/** A new point half way to the next one; the keys move it from there. */
function addPoint(stage: ImageStage): void {
  const shape = stage.selected();
  const middle = shape ? gripsOf(shape.placed, 0).find((grip) => grip.id === `${stage.grip}:m`) : null;
  if (!shape || !middle || stage.grip === null) return;
  const [ring, place] = stage.grip.split(":").map(Number);
  stage.place(shape, dragged(shape.placed, middle.id, middle, stage.camera.image), false);
  stage.grip = `${ring}:${(place ?? 0) + 1}`;
  stage.shown();
}

function removePoint(stage: ImageStage): void {
  const shape = stage.selected();
  if (!shape || stage.grip === null) return;
  const rest = withoutGrip(shape.placed, stage.grip);
  if (!rest) return stage.context.announce(t("announce.lastPoint"));
  stage.place(shape, rest, false);
  stage.grip = null;
  stage.shown();
}

/** A joint that is covered, or seen again. */
function hideJoint(stage: ImageStage): void {
  const shape = stage.selected();
  const { grip } = stage;
  if (!shape || shape.placed.kind !== "skeleton" || grip === null) return;
  const joint = shape.placed.at.joints[grip];
  if (!joint) return;
  const { x, y } = joint;
  const joints = { ...shape.placed.at.joints, [grip]: joint.hidden ? { x, y } : { x, y, hidden: true } };
  stage.place(shape, { kind: "skeleton", at: { joints } }, false);
  stage.grip = grip;
  stage.context.announce(t(joint.hidden ? "announce.jointSeen" : "announce.jointHidden"));
  stage.shown();
}
