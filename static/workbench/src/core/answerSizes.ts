/** What can be measured of a region: pixels, covered code points, or seconds. */

import { maskArea } from "../geometry/runs";
import type { Region } from "./types";

export type Sizes = Readonly<Record<string, number>>;
type Points = readonly (readonly [number, number])[];

const sides = (width: number, height: number, area: number): Sizes => ({ width, height, area });
const tenThousandths = (seconds: number): number => Math.round(seconds * 10_000) / 10_000;

function ringArea(ring: Points): number {
  const sum = ring.reduce((total, [x, y], place) => {
    const [nextX, nextY] = ring[(place + 1) % ring.length] ?? [x, y];
    return total + x * nextY - nextX * y;
  }, 0);
  return Math.abs(sum) / 2;
}

function polygonSizes(rings: readonly Points[]): Sizes {
  const [outline = [], ...holes] = rings;
  const wide = (axis: 0 | 1): number => {
    const along = outline.map((point) => point[axis]);
    return along.reduce((a, b) => Math.max(a, b), -Infinity) - along.reduce((a, b) => Math.min(a, b), Infinity);
  };
  return sides(wide(0), wide(1), ringArea(outline) - holes.reduce((sum, hole) => sum + ringArea(hole), 0));
}

function lineLength(points: Points): number {
  return points.slice(1).reduce((sum, [x, y], place) => {
    const [fromX, fromY] = points[place] ?? [x, y];
    return sum + Math.hypot(x - fromX, y - fromY);
  }, 0);
}

export function sizesOf(region: Region): Sizes {
  switch (region.kind) {
    case "box":
    case "rotated_box": return sides(region.at.w, region.at.h, region.at.w * region.at.h);
    case "ellipse": return sides(2 * region.at.rx, 2 * region.at.ry, Math.PI * region.at.rx * region.at.ry);
    case "mask": return sides(region.at.w, region.at.h, maskArea(region.at));
    case "polygon": return polygonSizes(region.at.rings as readonly Points[]);
    case "polyline": return { length: lineLength(region.at.points as Points) };
    case "segment": return { duration: tenThousandths(region.at.end - region.at.start) };
    case "track": return { duration: tenThousandths((region.at.keys.at(-1)?.t ?? 0) - (region.at.keys[0]?.t ?? 0)) };
    case "span": {
      const left = (region.at.gaps ?? []).reduce((sum, [start, end]) => sum + end - start, 0);
      return { length: region.at.end - region.at.start - left };
    }
    default: return {};
  }
}
