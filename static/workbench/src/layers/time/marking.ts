/** Making and mending the regions of a clip: at the play head, by steps, on a channel. */

import { t } from "../../core/i18n";
import { questionNamed } from "../../core/schema";
import { clock, tenThousandth, type Timed } from "../../geometry/timeline";
import { onChannel, type TimeMark } from "./marks";
import type { TimePort } from "./port";

const STEPS_MS = [1, 10, 100] as const;

export class Marking {
  protected readonly port: TimePort;
  /** A region that has begun at the play head and waits for its end. */
  pending: number | null = null;
  /** Where new regions lie; null is all channels. */
  channel: number | null = null;
  /** How far one key press moves an edge, in milliseconds. */
  step: number = STEPS_MS[1];

  constructor(port: TimePort) {
    this.port = port;
  }

  /** Another task begins. */
  reset(): void {
    this.pending = null;
    this.channel = null;
  }

  channelName(): string {
    return this.channel === null ? t("audio.channel.all") : t("audio.channel.one", { n: this.channel + 1 });
  }

  /** What the active question says of channels: `one`, `all`, or nothing. */
  rule(): string {
    const { brush, schema } = this.port.scene ?? {};
    return (brush && schema ? questionNamed(schema, brush.question)?.channels : null) ?? "";
  }

  /** What a new region says of its channel. */
  protected on(channel: number | null): ReturnType<typeof onChannel> {
    if (this.rule() === "all") return {};
    return onChannel(this.rule() === "one" && (this.port.clip?.channels ?? 1) > 1 ? (channel ?? 0) : channel);
  }

  /** The moment so many steps of the keys away from another. */
  protected stepped(seconds: number, steps: number): number {
    return seconds + (steps * this.step) / 1000;
  }

  /** What is set down at the play head as the start or the end of a region. */
  protected head(_edge: "start" | "end"): number {
    return this.port.player.at;
  }

  /** A moment in the words of an announcement. */
  protected told(seconds: number): string {
    return clock(seconds, 2);
  }

  /** What the active question is answered with here. */
  kind(): "segments" | "instants" | null {
    const brush = this.port.scene?.brush;
    const question = brush && this.port.scene ? questionNamed(this.port.scene.schema, brush.question) : null;
    return question?.type === "segments" || question?.type === "instants" ? question.type : null;
  }

  markStart(): void {
    if (this.kind() === "instants") return this.addInstant(this.port.player.at, this.channel);
    if (this.kind() !== "segments") return;
    this.pending = tenThousandth(this.port.player.at);
    this.port.context.run("region.select", { id: null });
    this.port.context.announce(t("announce.pending", { at: this.told(this.pending) }));
    this.port.drawTop();
  }

  markEnd(label = this.port.scene?.brush?.label): void {
    const start = this.pending;
    this.pending = null;
    if (start !== null) this.addSegment({ start, end: this.head("end") }, this.channel, label);
    this.port.drawTop();
  }

  dropStart(): void {
    this.pending = null;
    this.port.context.announce(t("announce.pendingDropped"));
    this.port.drawTop();
  }

  addSegment(stretch: Timed, channel: number | null, label = this.port.scene?.brush?.label): void {
    const question = this.port.scene?.brush?.question;
    const [start, end] = [stretch.start, stretch.end].map(tenThousandth).sort((a, b) => a - b) as [number, number];
    if (!question || !label || end <= start) return;
    this.port.keepView();
    this.port.context.run("region.add", { region: { id: "", kind: "segment", question, label, at: { start, end }, ...this.on(channel) } });
  }

  addInstant(seconds: number, channel: number | null): void {
    const brush = this.port.scene?.brush;
    if (!brush) return;
    this.port.keepView();
    const at = { t: tenThousandth(seconds) };
    this.port.context.run("region.add", { region: { id: "", kind: "instant", ...brush, at, ...this.on(channel) } });
  }

  place(mark: TimeMark, change: Timed, merge?: string): void {
    const [start, end] = [tenThousandth(change.start), tenThousandth(change.end)];
    const limit = this.port.clip?.seconds ?? 0;
    if (start < 0 || end > limit + 0.0001 || (!mark.isInstant && end <= start)) return;
    this.port.keepView();
    const at = mark.isInstant ? { t: start } : { start, end };
    this.port.context.run("region.place", { id: mark.id, at, ...(merge ? { merge } : {}) });
  }

  moveEdge(edge: "start" | "end", steps: number): void {
    const mark = this.port.selected();
    if (!mark) return;
    const to = this.stepped(mark[edge], steps);
    const change = mark.isInstant ? { start: to, end: to } : { start: mark.start, end: mark.end, [edge]: to };
    this.place(mark, change, `keys:${mark.id}`);
    this.port.view.reveal({ start: change[edge], end: change[edge] });
  }

  setEdge(edge: "start" | "end"): void {
    const mark = this.port.selected();
    if (mark) this.place(mark, { start: mark.start, end: mark.end, [edge]: this.head(edge) });
  }

  nextStep(): void {
    const index = STEPS_MS.findIndex((one) => one === this.step);
    this.step = STEPS_MS[(index + 1) % STEPS_MS.length] as number;
    this.port.context.announce(t("announce.step", { n: this.step }));
    this.port.tellFacts();
  }

  nextChannel(): void {
    const count = this.port.clip?.channels ?? 1;
    this.channel = this.channel === null ? 0 : this.channel + 1 < count ? this.channel + 1 : null;
    this.port.context.announce(t("announce.channel", { channel: this.channelName() }));
    this.port.drawTop();
  }

  takeLabel(label: string): boolean {
    if (this.port.context.readOnly) return false;
    if (this.kind() === "segments" && this.pending !== null) {
      this.markEnd(label);
      return true;
    }
    if (this.kind() !== "instants" || !this.port.player.isPlaying) return false;
    this.addInstant(this.port.player.at, this.channel);
    return true;
  }
}
