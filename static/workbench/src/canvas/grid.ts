/** A uniform grid over rectangles, so that finding what lies under a point does not walk them all. */

import { area, contains, overlaps, type Point, type Rect } from "../geometry/rect";

export interface Indexed {
  readonly id: string;
  readonly rect: Rect;
}

/** Side of a cell in image pixels; grows with huge images so that the grid stays small. */
const CELL = 100;
const MOST_CELLS = 40_000;

export class Grid<T extends Indexed> {
  /** Numbers of shapes by cell: plain arrays and loops, since a picture may have tens of thousands. */
  readonly #cells: (number[] | undefined)[] = [];
  readonly #shapes: readonly T[];
  readonly #columns: number;
  readonly #rows: number;
  readonly #side: number;

  constructor(shapes: readonly T[], width: number, height: number) {
    this.#shapes = shapes;
    this.#side = Math.max(CELL, Math.ceil(Math.sqrt((width * height) / MOST_CELLS)));
    this.#columns = Math.max(1, Math.ceil(width / this.#side) + 1);
    this.#rows = Math.max(1, Math.ceil(height / this.#side) + 1);
    for (let number = 0; number < shapes.length; number++) this.#put(number, (shapes[number] as T).rect);
  }

  #put(number: number, { x, y, w, h }: Rect): void {
    const [left, right, bottom] = [this.#column(x), this.#column(x + w), this.#row(y + h)];
    for (let row = this.#row(y); row <= bottom; row++) {
      for (let cell = row * this.#columns + left; cell <= row * this.#columns + right; cell++) {
        const there = this.#cells[cell];
        if (there) there.push(number);
        else this.#cells[cell] = [number];
      }
    }
  }

  #column(x: number): number {
    return Math.min(Math.max(Math.floor(x / this.#side), 0), this.#columns - 1);
  }

  #row(y: number): number {
    return Math.min(Math.max(Math.floor(y / this.#side), 0), this.#rows - 1);
  }

  /** Everything that touches the rectangle, each once, in the order given at the start. */
  within(rect: Rect): T[] {
    const [left, right] = [this.#column(rect.x), this.#column(rect.x + rect.w)];
    const [top, bottom] = [this.#row(rect.y), this.#row(rect.y + rect.h)];
    const isMost = (right - left + 1) * (bottom - top + 1) * 2 > this.#columns * this.#rows;
    if (isMost) return this.#shapes.filter((shape) => overlaps(shape.rect, rect));
    const found = new Set<number>();
    for (let row = top; row <= bottom; row++) {
      for (let cell = row * this.#columns + left; cell <= row * this.#columns + right; cell++) {
        for (const number of this.#cells[cell] ?? []) found.add(number);
      }
    }
    return [...found].sort((a, b) => a - b).map((number) => this.#shapes[number] as T)
      .filter((shape) => overlaps(shape.rect, rect));
  }

  /** Everything under the point, the smallest first; `slack` widens the shapes, in image pixels. */
  under(point: Point, slack = 0): T[] {
    const around = { x: point.x - slack, y: point.y - slack, w: 2 * slack, h: 2 * slack };
    const wide = (rect: Rect): Rect => ({
      x: rect.x - slack, y: rect.y - slack, w: rect.w + 2 * slack, h: rect.h + 2 * slack,
    });
    return this.within(around)
      .filter((shape) => contains(wide(shape.rect), point))
      .sort((a, b) => area(a.rect) - area(b.rect));
  }
}
