/** A pen turns gestures and keys on the picture into a new place, or into a change of the selected one. */

import type { Shape } from "../../../canvas/painter";
import type { Viewport } from "../../../canvas/viewport";
import type { Run } from "../../../core/commands";
import type { Scene } from "../../../core/tool";
import type { PenName } from "../../../core/pens";
import type { Placed } from "../../../geometry/places";
import type { Point, Size } from "../../../geometry/rect";
import type { Turn } from "../../../geometry/turns";

/** What a pen may know and do. Screen points are pixels of the stage. */
export interface Easel {
  readonly image: Size;
  /** Screen pixels an image pixel. */
  readonly scale: number;
  /** The middle of what is seen, on the screen. */
  readonly middle: Point;
  toImage(at: Point): Point;
  toScreen(at: Point): Point;
  /** A place on the picture, in as fine a grain as can be aimed at. */
  snapped(at: Point): Point;
  /** How far the view is turned; a text must be turned back. */
  readonly turn: Turn;
  readonly view: Viewport;
  readonly scene: Scene | null;
  readonly run: Run;
  readonly color: string;
  readonly halo: string;
  selected(): Shape | null;
  /** Shapes around a place, to lean on. */
  near(at: Point, reach: number): readonly Shape[];
  /** What is marked on the picture and taken, in the order of the list. */
  shapes(): readonly Shape[];
  picture(): ImageBitmap | null;
  /** Adds a region with the label in hand. */
  add(shape: Placed): void;
  /** Puts a region elsewhere. */
  place(id: string, shape: Placed, merge?: string): void;
  remove(id: string): void;
  redraw(): void;
  announce(text: string): void;
}

export interface Stroke {
  readonly shift: boolean;
  readonly ctrl: boolean;
}

export interface Pen {
  /** Something has been begun: Enter, Escape, Backspace and the arrows belong to the pen. */
  readonly isBusy: boolean;
  /** What is being drawn. */
  preview(): Placed | null;
  /** Draws what a place alone cannot say: points, a cursor, the width of a brush. */
  decorate?(context: CanvasRenderingContext2D): void;
  press(at: Point, stroke: Stroke): void;
  drag(at: Point, from: Point): void;
  drop(): void;
  /** A press without a drag. False: it meant a selection. */
  tap(at: Point, stroke: Stroke): boolean;
  hover(at: Point | null): void;
  /** Starts in the middle of the view, for those who draw by keys. */
  begin(): void;
  arrow(dx: number, dy: number, other: boolean): void;
  /** The arrows alone change its sides, and do not move it. */
  readonly sizes?: boolean;
  enter(): void;
  back(): void;
  /** `[` and `]`: the turn of a box, the width of a brush, the tolerance of a wand. */
  adjust?(by: 1 | -1): void;
  /** A second way to go on: leaves a joint out. */
  skip?(): void;
  cancel(): void;
}

/** Makes the pen of a name. */
export type PenMaker = (name: PenName, easel: Easel) => Pen | null;

/** A cross where the keys are, in screen pixels. */
export function drawCross(context: CanvasRenderingContext2D, at: Point, color: string, halo: string): void {
  for (const [ink, width] of [[halo, 4], [color, 2]] as const) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(at.x - 10, at.y);
    context.lineTo(at.x + 10, at.y);
    context.moveTo(at.x, at.y - 10);
    context.lineTo(at.x, at.y + 10);
    context.stroke();
  }
}

/** A point moved by the arrows, kept on the picture. */
export function stepped(point: Point, dx: number, dy: number, image: Size): Point {
  return {
    x: Math.min(Math.max(point.x + dx, 0), image.width),
    y: Math.min(Math.max(point.y + dy, 0), image.height),
  };
}
