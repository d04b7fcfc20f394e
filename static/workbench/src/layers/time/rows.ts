/** Rows over one time line: an overview, a ruler, a strip a channel, a lane a label. */

import type { Rect, Size } from "../../geometry/rect";

export interface TimeLayout {
  readonly stage: Size;
  readonly overview: Rect;
  readonly ruler: Rect;
  readonly strips: readonly Rect[];
  readonly lanes: readonly Rect[];
  /** Which channel each strip shows, where that is not simply its number. */
  readonly shown?: readonly number[];
  /** All channels lie in one strip. */
  readonly isOverlaid?: boolean;
}

/** The channel whose strip lies at this height, or null outside all strips. */
export function channelAt(layout: TimeLayout, y: number): number | null {
  const index = layout.strips.findIndex((strip) => y >= strip.y && y < strip.y + strip.h + 3);
  return index < 0 || layout.isOverlaid ? null : (layout.shown?.[index] ?? index);
}

/** What a region with this channel covers of the strips; null is all of them. Nothing where the channel is hidden. */
export function stripsOf(layout: TimeLayout, channel: number | null): Rect {
  const first = layout.strips[0] as Rect;
  const last = layout.strips.at(-1) as Rect;
  const all = { x: first.x, y: first.y, w: first.w, h: last.y + last.h - first.y };
  if (channel === null) return all;
  const { shown, isOverlaid } = layout;
  if (shown && !shown.includes(channel)) return { ...all, h: 0 };
  return layout.strips[isOverlaid ? 0 : (shown?.indexOf(channel) ?? channel)] ?? all;
}
