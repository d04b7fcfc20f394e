/** The relations of a scene as arrows between its shapes. */

import { movedLink, type Link } from "../../canvas/links";
import type { Shape } from "../../canvas/painter";
import { UNKNOWN_COLOR, labelOf } from "../../core/schema";
import type { Scene } from "../../core/tool";
import type { RelationRegion } from "../../core/types";
import { arrowBetween, distanceToArrow } from "../../geometry/arrows";
import type { Point } from "../../geometry/rect";

export function linksIn(scene: Scene, shapes: readonly Shape[]): Link[] {
  const byId = new Map(shapes.map((shape) => [shape.id, shape]));
  const before = new Map<string, number>();
  const link = (region: RelationRegion, dashed: boolean): Link[] => {
    const [source, target] = [byId.get(region.at.from), byId.get(region.at.to)];
    if (!source || !target) return [];
    const way = `${source.id}>${target.id}`;
    const rank = before.get(way) ?? 0;
    before.set(way, rank + 1);
    const label = labelOf(scene.schema, region.question, region.label);
    return [{
      id: region.id, from: source.id, to: target.id, rank, dashed,
      arrow: arrowBetween(source.placed, target.placed, rank),
      color: label?.color ?? UNKNOWN_COLOR,
      name: (label?.name ?? region.label) + (dashed ? "?" : ""),
      stroke: scene.strokes ? (label?.stroke ?? 0) : 0,
    }];
  };
  const own = scene.regions.flatMap((region) => (region.kind === "relation" ? link(region, false) : []));
  const offered = scene.suggested.flatMap(({ region }) => (region.kind === "relation" ? link(region, true) : []));
  return [...own, ...offered];
}

/** Those of one shape, as it lies now, and the chosen one. */
export function liftedLinks(links: readonly Link[], shapes: readonly Shape[], shape: Shape | null, chosen: string | null): Link[] {
  const placedOf = (id: string) => (shape?.id === id ? shape : shapes.find((one) => one.id === id))?.placed;
  return links.flatMap((link) => {
    if (link.id === chosen) return [link];
    if (!shape || (link.from !== shape.id && link.to !== shape.id)) return [];
    const [source, target] = [placedOf(link.from), placedOf(link.to)];
    return source && target ? [movedLink(link, source, target)] : [];
  });
}

/** The relation whose line passes nearest to a place, within a reach. */
export function linkNear(links: readonly Link[], at: Point, reach: number): Link | null {
  let best: Link | null = null;
  let least = reach;
  for (const link of links) {
    const distance = distanceToArrow(link.arrow, at);
    if (distance <= least) [best, least] = [link, distance];
  }
  return best;
}
