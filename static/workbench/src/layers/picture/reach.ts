/** What keys do with shapes and pens on a picture, whatever the keys are. */

import type { Shape } from "../../canvas/painter";
import { t } from "../../core/i18n";
import { pensOf, type PenName } from "../../core/pens";
import { dragged, enlarged, gripsOf, translated, turned, withoutGrip } from "../../geometry/editing";
import type { Placed } from "../../geometry/places";
import { unturnedStep } from "../../geometry/turns";
import { pointGrips } from "./pens/path";
import type { PictureStage } from "./stage";

/** What the keys need of a picture. */
export interface PictureReach {
  /** A shape is selected, and no pen is at work. */
  readonly hasShape: () => boolean;
  readonly canTurn: () => boolean;
  readonly hasPoints: () => boolean;
  readonly hasPoint: () => boolean;
  readonly hasJoint: () => boolean;
  readonly canHole: () => boolean;
  /** A pen is at work, or about to make a hole or a cut. */
  readonly isBusy: () => boolean;
  readonly canAdjust: () => boolean;
  readonly canSkip: () => boolean;
  readonly canDraw: (pen: PenName) => boolean;
  nudge(dx: number, dy: number): void;
  grow(dw: number, dh: number): void;
  turn(degrees: number): void;
  stepPoint(by: 1 | -1): void;
  addPoint(): void;
  removePoint(): void;
  hideJoint(): void;
  special(use: "hole" | "cut"): void;
  begin(pen: PenName): void;
  arrow(dx: number, dy: number, other: boolean): void;
  adjust(by: 1 | -1): void;
  skip(): void;
  enter(): void;
  back(): void;
  drop(): void;
  zoomBy(factor: number): void;
  fitAll(): void;
  showSelected(): void;
  panBy(dx: number, dy: number): void;
  turnView(quarters: number): void;
}

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const PAN_STEP = 60;

/** The arrow keys with what is held down with them, and with Shift as well. */
export function arrows(prefix = ""): string[] {
  return [...ARROWS.map((key) => prefix + key), ...ARROWS.map((key) => `${prefix}Shift+${key}`)];
}

/** The step of an arrow chord: 1, with Shift 10. */
export function stepOf(chord: string): readonly [number, number] {
  const size = chord.includes("Shift+") ? 10 : 1;
  if (chord.endsWith("ArrowLeft")) return [-size, 0];
  if (chord.endsWith("ArrowRight")) return [size, 0];
  if (chord.endsWith("ArrowUp")) return [0, -size];
  return [0, size];
}

/** How far an arrow chord moves the view, in screen pixels. */
export function panOf(chord: string): readonly [number, number] {
  const [x, y] = stepOf(chord);
  return [-Math.sign(x) * PAN_STEP, -Math.sign(y) * PAN_STEP];
}

const TURNING: ReadonlySet<string> = new Set(["rotated_box", "ellipse", "polygon", "polyline", "skeleton"]);

export function reachOf(stage: PictureStage): PictureReach {
  const { camera, drawing } = stage;
  /** Arrows go where they point on the screen, however the view is turned; so do sides that grow. */
  const asSeen = (dx: number, dy: number): readonly [number, number] => {
    const { x, y } = unturnedStep({ x: dx, y: dy }, camera.turn);
    return [x, y];
  };
  const asLarge = (dw: number, dh: number): readonly [number, number] => (camera.turn % 2 === 0 ? [dw, dh] : [dh, dw]);
  const isBusy = (): boolean => drawing.isBusy || drawing.isSpecial;
  const shape = (): Shape | null => (isBusy() ? null : stage.selected());
  return {
    hasShape: () => shape() !== null,
    canTurn: () => !canAdjust(stage) && TURNING.has(shape()?.placed.kind ?? ""),
    hasPoints: () => pointsOf(shape()).length > 1,
    hasPoint: () => shape() !== null && stage.grip !== null && shape()?.placed.kind !== "skeleton",
    hasJoint: () => shape()?.placed.kind === "skeleton" && stage.grip !== null,
    canHole: () => shape()?.placed.kind === "polygon" && shape()?.dashed === false,
    isBusy,
    canAdjust: () => canAdjust(stage),
    canSkip: () => drawing.isBusy && drawing.pen?.skip !== undefined,
    canDraw: (pen) => (stage.scene ? pensOf(stage.scene.schema).includes(pen) : false),
    nudge: (dx, dy) => nudge(stage, ...asSeen(dx, dy)),
    grow: (dw, dh) => change(stage, (placed) => enlarged(placed, ...asLarge(dw, dh), camera.image)),
    turn: (degrees) => change(stage, (placed) => turned(placed, degrees, camera.image)),
    stepPoint: (by) => stepPoint(stage, by),
    addPoint: () => addPoint(stage),
    removePoint: () => removePoint(stage),
    hideJoint: () => hideJoint(stage),
    special: (use) => drawing.special(use, true),
    begin: (pen) => begin(stage, pen),
    arrow: (dx, dy, other) => penDoes(stage, () => {
      const { pen } = drawing;
      const way = pen?.sizes && !other ? asLarge(dx, dy) : asSeen(dx, dy);
      pen?.arrow(...way, other);
    }),
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
    panBy: (dx, dy) => camera.pan(...asSeen(dx, dy)),
    turnView: (quarters) => stage.turnView(quarters),
  };
}

function penDoes(stage: PictureStage, act: () => void): void {
  act();
  stage.shown();
}

/** Brush and wand listen to `[` and `]` at any time, other pens while they are at work. */
function canAdjust({ drawing }: PictureStage): boolean {
  const { pen, name } = drawing;
  if (!pen?.adjust) return false;
  return pen.isBusy || name === "brush" || name === "eraser" || name === "wand";
}

/** Takes a pen up by key: what it makes begins in the middle of the view. */
function begin(stage: PictureStage, pen: PenName): void {
  const { context, drawing } = stage;
  drawing.cancel();
  context.run("view.pen", { pen });
  const keeps = pen === "brush" || pen === "eraser" || pen === "relate";
  drawing.pen?.begin();
  if (!keeps) context.run("region.select", { id: null });
  stage.shown();
}

function change(stage: PictureStage, how: (placed: Placed) => Placed, isMoved = false): void {
  const shape = stage.selected();
  if (shape) stage.place(shape, how(shape.placed), isMoved, `keys:${shape.id}`);
}

/** The arrows move the chosen point, else the whole shape. */
function nudge(stage: PictureStage, dx: number, dy: number): void {
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

function stepPoint(stage: PictureStage, by: 1 | -1): void {
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
function addPoint(stage: PictureStage): void {
  const shape = stage.selected();
  const middle = shape ? gripsOf(shape.placed, 0).find((grip) => grip.id === `${stage.grip}:m`) : null;
  if (!shape || !middle || stage.grip === null) return;
  const [ring, place] = stage.grip.split(":").map(Number);
  stage.place(shape, dragged(shape.placed, middle.id, middle, stage.camera.image), false);
  stage.grip = `${ring}:${(place ?? 0) + 1}`;
  stage.shown();
}

function removePoint(stage: PictureStage): void {
  const shape = stage.selected();
  if (!shape || stage.grip === null) return;
  const rest = withoutGrip(shape.placed, stage.grip);
  if (!rest) return stage.context.announce(t("announce.lastPoint"));
  stage.place(shape, rest, false);
  stage.grip = null;
  stage.shown();
}

/** A joint that is covered, or seen again. */
function hideJoint(stage: PictureStage): void {
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
