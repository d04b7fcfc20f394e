/** A waveform as bars, one a pixel: from fine pages where they are needed and here, else from the coarse whole. */

import type { Pyramid } from "../../geometry/pyramid";
import type { Rect } from "../../geometry/rect";
import { timeAt, xOf, type TimeView } from "../../geometry/timeline";
import type { Sound, Waveform } from "./sound";

interface Seen {
  readonly view: TimeView;
  readonly waveform: Waveform;
  readonly sound: Sound;
}

/** Below this many pixels a second a coarse bin is narrower than a pixel. */
const FINE_FROM = 60;

export function drawWaveform(
  context: CanvasRenderingContext2D, seen: Seen, strip: Rect, channel: number, coarse = false,
): void {
  const { view, waveform, sound } = seen;
  const end = Math.min(sound.seconds, timeAt(view, strip.w));
  context.beginPath();
  if (coarse || view.scale < FINE_FROM) {
    bars(context, waveform.coarse, 0, channel, view, strip, view.start, end);
  } else {
    const { pageSeconds, pages } = waveform;
    for (let page = Math.floor(view.start / pageSeconds); page * pageSeconds < end; page++) {
      const from = page * pageSeconds;
      const fine = pages.get(page);
      const stretch = [Math.max(from, view.start), Math.min(from + pageSeconds, end)] as const;
      bars(context, fine ?? waveform.coarse, fine ? from : 0, channel, view, strip, ...stretch);
    }
  }
  context.fill();
}

/** Bars from one moment to another; `offset` is where the pyramid begins. */
function bars(
  context: CanvasRenderingContext2D, pyramid: Pyramid, offset: number, channel: number,
  view: TimeView, strip: Rect, from: number, to: number,
): void {
  const first = Math.floor(xOf(view, from));
  const count = Math.ceil(xOf(view, to)) - first;
  if (count <= 0) return;
  const columns = pyramid.columns(channel, timeAt(view, first) - offset, 1 / view.scale, count);
  const half = strip.h / 2 - 2;
  const middle = strip.y + strip.h / 2;
  for (let column = 0; column < count; column++) {
    const low = (columns[column * 2] as number) / 127;
    const high = (columns[column * 2 + 1] as number) / 127;
    context.rect(strip.x + first + column, middle - high * half - 0.5, 1, (high - low) * half + 1);
  }
}
