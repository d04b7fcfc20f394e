/** Where on the stage the parts of a sound lie: overview, ruler, a strip a channel, spectrogram, lanes. */

import type { Rect, Size } from "../../geometry/rect";
import type { TimeLayout } from "../../layers/time/rows";

export interface Layout extends TimeLayout {
  /** Left of this stand names. */
  readonly gutter: number;
  readonly spectrogram: Rect | null;
}

const WIDE = 640;
const GUTTER = 64;
const EDGE = 12;
const GAP = 6;
const LEAST_SPECTROGRAM = 60;

export function layoutOf(stage: Size, channels: number, lanes: number, hasSpectrogram: boolean): Layout {
  const gutter = stage.width >= WIDE ? GUTTER : 4;
  const width = Math.max(40, stage.width - gutter - (stage.width >= WIDE ? EDGE : 4));
  const tall = stage.height >= 420;
  const row = (y: number, h: number): Rect => ({ x: gutter, y, w: width, h });
  const overview = row(4, tall ? 44 : 26);
  const ruler = row(overview.y + overview.h + 2, 22);
  const top = ruler.y + ruler.h + 2;
  const room = Math.max(40, stage.height - top - GAP);
  const lane = lanes ? Math.min(32, Math.max(14, (room * 0.3) / lanes - 4)) : 0;
  const forLanes = lanes * (lane + 4) + (lanes ? GAP : 0);
  const left = Math.max(30, room - forLanes);
  const spectrogram = hasSpectrogram && left * 0.5 >= LEAST_SPECTROGRAM ? Math.min(256, left * 0.5) : 0;
  const wave = Math.min(left - (spectrogram ? spectrogram + GAP : 0), 130 * channels + 60);
  const strip = wave / channels;
  const strips = Array.from({ length: channels }, (_, channel) => row(top + channel * strip, strip - 3));
  const under = top + wave + GAP;
  const lanesTop = under + (spectrogram ? spectrogram + GAP : 0);
  return {
    stage, gutter, overview, ruler, strips,
    spectrogram: spectrogram ? row(under, spectrogram) : null,
    lanes: Array.from({ length: lanes }, (_, index) => row(lanesTop + index * (lane + 4), lane)),
  };
}
