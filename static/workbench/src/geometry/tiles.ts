/** Which tiles of a large picture are seen. Level 0 is the picture, each further one half as wide and high. */

import type { Rect, Size } from "./rect";

/** Columns and rows of one level, the ends exclusive. */
export interface TileBox {
  readonly level: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How the tiles of a picture are numbered: levels one after the other, rows from the top. */
export class TileLayout {
  readonly size: Size;
  readonly tile: number;
  readonly levels: ReadonlyArray<{ readonly columns: number; readonly rows: number; readonly first: number } & Size>;
  readonly count: number;

  constructor(size: Size, tile: number) {
    this.size = size;
    this.tile = tile;
    const levels = [];
    let { width, height } = size;
    let first = 0;
    for (;;) {
      const [columns, rows] = [Math.ceil(width / tile), Math.ceil(height / tile)];
      levels.push({ width, height, columns, rows, first });
      first += columns * rows;
      if (Math.max(width, height) <= tile) break;
      [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    }
    this.levels = levels;
    this.count = first;
  }

  /** The level whose pixels are about as large as those of the screen; `scale` is screen pixels an image pixel. */
  levelFor(scale: number): number {
    return Math.min(Math.max(Math.round(Math.log2(1 / scale)), 0), this.levels.length - 1);
  }

  /** The tiles of a level that lie in a part of the picture. */
  within(rect: Rect, level: number): TileBox {
    const { columns, rows } = this.levels[level] as (typeof this.levels)[number];
    const side = this.tile * 2 ** level;
    const kept = (value: number, most: number): number => Math.min(Math.max(value, 0), most);
    return {
      level,
      left: kept(Math.floor(rect.x / side), columns),
      top: kept(Math.floor(rect.y / side), rows),
      right: kept(Math.ceil((rect.x + rect.w) / side), columns),
      bottom: kept(Math.ceil((rect.y + rect.h) / side), rows),
    };
  }

  number(level: number, column: number, row: number): number {
    const { columns, first } = this.levels[level] as (typeof this.levels)[number];
    return first + row * columns + column;
  }

  /** What a tile covers, in pixels of the picture. */
  rectOf(level: number, column: number, row: number): Rect {
    const side = this.tile * 2 ** level;
    const [x, y] = [column * side, row * side];
    return { x, y, w: Math.min(side, this.size.width - x), h: Math.min(side, this.size.height - y) };
  }

  /** The numbers of what is missing as stretches that follow one another, the middle rows first. */
  stretches(box: TileBox, most: number, isHere: (number: number) => boolean): number[][] {
    const found: number[][] = [];
    const middle = (box.top + box.bottom - 1) / 2;
    const rows = Array.from({ length: Math.max(0, box.bottom - box.top) }, (_, index) => box.top + index);
    for (const row of rows.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))) {
      let stretch: number[] = [];
      for (let column = box.left; column < box.right; column++) {
        const number = this.number(box.level, column, row);
        if (isHere(number)) {
          stretch = [];
          continue;
        }
        if (stretch.length === 0 || stretch.length === most) found.push((stretch = []));
        stretch.push(number);
      }
    }
    return found;
  }
}
