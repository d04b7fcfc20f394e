/** Segments of a video hold whole frames: one ends where its last frame is over, at the latest with the clip. */

import { t } from "../../core/i18n";
import type { Frames } from "../../geometry/frames";
import { tenThousandth } from "../../geometry/timeline";
import { Marking } from "../../layers/time/marking";
import type { TimePort } from "../../layers/time/port";

export interface FramePort extends TimePort {
  readonly frames: Frames | null;
}

export class VideoMarking extends Marking {
  readonly #stage: FramePort;

  constructor(stage: FramePort) {
    super(stage);
    this.#stage = stage;
  }

  override markEnd(label?: string): void {
    const { pending } = this;
    if (pending === null || tenThousandth(this.head("end")) > pending) return super.markEnd(label);
    this.port.context.announce(t("announce.noEnd", { at: this.told(pending) }));
  }

  /** What is marked at the play head: the start of the frame that is shown, or its end. */
  override head(edge: "start" | "end"): number {
    const { at } = this.port.player;
    const { frames } = this.#stage;
    return edge === "end" && frames ? this.#endOf(frames, frames.nearest(at)) : at;
  }

  /** Where an edge lies after so many frames: starts where frames start, ends where they are over. */
  moved(edge: "start" | "end", seconds: number, by: number): number {
    const { frames } = this.#stage;
    if (!frames) return seconds;
    if (edge === "start") return frames.timeOf(frames.nearest(seconds) + by);
    return this.#endOf(frames, frames.kept(frames.within({ start: 0, end: this.edgeAt(seconds) })[1] + by));
  }

  /** The edge of a frame that is nearest to a moment, that of the last one included. */
  edgeAt(seconds: number): number {
    const { frames } = this.#stage;
    if (!frames) return seconds;
    const [nearest, end] = [frames.timeOf(frames.nearest(seconds)), this.#endOf(frames, frames.last)];
    return Math.abs(end - seconds) < Math.abs(nearest - seconds) ? end : nearest;
  }

  /** What comes after the last frame belongs to it. */
  #endOf(frames: Frames, frame: number): number {
    const end = this.port.clip?.seconds ?? 0;
    return frame >= frames.last && end > frames.timeOf(frame) ? end : frames.endOf(frame);
  }
}
