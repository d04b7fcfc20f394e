/**
 * Quarter turns of the view. Everything is drawn and hit on a *sheet* that is never turned; the screen
 * shows the sheet turned clockwise. `sheet` is the size of the sheet; odd turns swap its sides on the screen.
 */

import type { Point, Rect, Size } from "./rect";

export type Turn = 0 | 1 | 2 | 3;

export function turnBy(turn: Turn, quarters: number): Turn {
  return (((turn + quarters) % 4) + 4) % 4 as Turn;
}

/** The size of the screen of a sheet, and the sheet of a screen. */
export function turnedSize({ width, height }: Size, turn: Turn): Size {
  return turn % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** The same way on the screen as `{ x, y }` is on the sheet. */
export function turnedStep({ x, y }: Point, turn: Turn): Point {
  if (turn === 1) return { x: 0 - y, y: x };
  if (turn === 2) return { x: 0 - x, y: 0 - y };
  return turn === 3 ? { x: y, y: 0 - x } : { x, y };
}

/** The same way on the sheet as `{ x, y }` is on the screen. */
export function unturnedStep(step: Point, turn: Turn): Point {
  return turnedStep(step, turnBy(0, -turn));
}

/** Where the corner of the sheet lies on the screen. */
export function cornerOf(sheet: Size, turn: Turn): Point {
  const x = turn === 1 ? sheet.height : turn === 2 ? sheet.width : 0;
  return { x, y: turn === 2 ? sheet.height : turn === 3 ? sheet.width : 0 };
}

export function turnedPoint(point: Point, turn: Turn, sheet: Size): Point {
  const corner = cornerOf(sheet, turn);
  const { x, y } = turnedStep(point, turn);
  return { x: x + corner.x, y: y + corner.y };
}

export function unturnedPoint(point: Point, turn: Turn, sheet: Size): Point {
  const corner = cornerOf(sheet, turn);
  return unturnedStep({ x: point.x - corner.x, y: point.y - corner.y }, turn);
}

export function turnedRect({ x, y, w, h }: Rect, turn: Turn, sheet: Size): Rect {
  const a = turnedPoint({ x, y }, turn, sheet);
  const b = turnedPoint({ x: x + w, y: y + h }, turn, sheet);
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
}

/** What a canvas takes to draw the sheet turned: `a b c d e f`. */
export function turnMatrix(turn: Turn, sheet: Size): readonly [number, number, number, number, number, number] {
  const right = turnedStep({ x: 1, y: 0 }, turn);
  const down = turnedStep({ x: 0, y: 1 }, turn);
  const corner = cornerOf(sheet, turn);
  return [right.x, right.y, down.x, down.y, corner.x, corner.y];
}
