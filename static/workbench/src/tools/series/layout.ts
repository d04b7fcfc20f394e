/** Where on the stage the parts of a series lie: overview, ruler, a strip a channel or one for all, lanes. */

import type { Rect, Size } from "../../geometry/rect";
import type { TimeLayout } from "../../layers/time/rows";

export interface Layout extends TimeLayout {
  /** Left of this stand names and values. */
  readonly gutter: number;
  readonly shown: readonly number[];
  readonly isOverlaid: boolean;
}

export interface Wanted {
  /** The channels that are not hidden. */
  readonly channels: readonly number[];
  /** The first of them in sight, where not all fit. */
  readonly first: number;
  readonly lanes: number;
  readonly isOverlaid: boolean;
}

const WIDE = 640;
const GUTTER = 92;
const EDGE = 14;
const GAP = 6;
const LEAST_STRIP = 44;
const BETWEEN = 5;

export function layoutOf(stage: Size, wanted: Wanted): Layout {
  const isWide = stage.width >= WIDE;
  const gutter = isWide ? GUTTER : 6;
  const width = Math.max(40, stage.width - gutter - (isWide ? EDGE : 6));
  const tall = stage.height >= 420;
  const row = (y: number, h: number): Rect => ({ x: gutter, y, w: width, h });
  const overview = row(4, tall ? 40 : 22);
  const ruler = row(overview.y + overview.h + 2, 22);
  const top = ruler.y + ruler.h + 2;
  const room = Math.max(40, stage.height - top - GAP);
  const lane = wanted.lanes ? Math.min(28, Math.max(14, (room * 0.3) / wanted.lanes - 4)) : 0;
  const forLanes = wanted.lanes * (lane + 4) + (wanted.lanes ? GAP : 0);
  const left = Math.max(LEAST_STRIP, room - forLanes);
  const fitting = wanted.isOverlaid ? 1 : Math.max(1, Math.min(wanted.channels.length, Math.floor(left / LEAST_STRIP)));
  const first = Math.max(0, Math.min(wanted.first, wanted.channels.length - fitting));
  const shown = wanted.isOverlaid ? wanted.channels : wanted.channels.slice(first, first + fitting);
  const strip = Math.min(left / fitting, wanted.isOverlaid ? left : 480);
  const lanesTop = top + strip * fitting + GAP;
  return {
    stage, gutter, overview, ruler, shown,
    isOverlaid: wanted.isOverlaid,
    strips: Array.from({ length: fitting }, (_, index) => row(top + index * strip, strip - BETWEEN)),
    lanes: Array.from({ length: wanted.lanes }, (_, index) => row(lanesTop + index * (lane + 4), lane)),
  };
}

/** The strip of a channel; null where it is hidden or out of sight. */
export function stripOf(layout: Layout, channel: number): Rect | null {
  const index = layout.shown.indexOf(channel);
  return index < 0 ? null : (layout.strips[layout.isOverlaid ? 0 : index] ?? null);
}
