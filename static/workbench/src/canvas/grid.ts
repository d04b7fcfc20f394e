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
  readonly #cells = new Map<number, T[]>();
  readonly #columns: number;
  readonly #side: number;

  constructor(shapes: readonly T[], width: number, height: number) {
    this.#side = Math.max(CELL, Math.ceil(Math.sqrt((width * height) / MOST_CELLS)));
    this.#columns = Math.max(1, Math.ceil(width / this.#side) + 1);
    for (const shape of shapes) this.#each(shape.rect, (cell) => this.#put(cell, shape));
  }

  #put(cell: number, shape: T): void {
    const there = this.#cells.get(cell);
    if (there) there.push(shape);
    else this.#cells.set(cell, [shape]);
  }

  #each(rect: Rect, visit: (cell: number) => void): void {
    const column = (x: number): number => Math.min(Math.max(Math.floor(x / this.#side), 0), this.#columns - 1);
    const row = (y: number): number => Math.max(Math.floor(y / this.#side), 0);
    for (let y = row(rect.y); y <= row(rect.y + rect.h); y++) {
      for (let x = column(rect.x); x <= column(rect.x + rect.w); x++) visit(y * this.#columns + x);
    }
  }

  /** Everything that touches the rectangle, each once, in the order given at the start. */
  within(rect: Rect): T[] {
    const found = new Set<T>();
    this.#each(rect, (cell) => {
      for (const shape of this.#cells.get(cell) ?? []) if (overlaps(shape.rect, rect)) found.add(shape);
    });
    return [...found];
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
