/** Making and mending the regions of a series: at the cursor, sample by sample, on one channel or all. */

import { t } from "../../core/i18n";
import { Marking } from "../../layers/time/marking";
import type { SeriesPort } from "./port";

/** How many samples one press of a key moves an edge. */
export class SeriesMarking extends Marking {
  readonly #stage: SeriesPort;
  /** New regions lie on one channel, not on all. */
  isSingle = false;
  /** Edges and moments are set down on samples. */
  snaps = true;

  constructor(stage: SeriesPort) {
    super(stage);
    this.#stage = stage;
  }

  override reset(): void {
    super.reset();
    this.isSingle = this.#count > 1;
    this.follow();
  }

  /** New regions lie where the active channel is, or on all; the question may say which. */
  follow(): void {
    const rule = this.rule();
    if (rule) this.isSingle = rule === "one" && this.#count > 1;
    this.channel = this.isSingle ? this.#stage.active : null;
  }

  get #count(): number {
    return this.#stage.source?.channels.length ?? 1;
  }

  override channelName(): string {
    const name = this.channel === null ? undefined : this.#stage.source?.channels[this.channel]?.name;
    return name ?? t("audio.channel.all");
  }

  override nextChannel(): void {
    if (this.#count < 2 || this.rule()) return;
    this.isSingle = !this.isSingle;
    this.follow();
    this.#stage.context.announce(t("announce.channel", { channel: this.channelName() }));
    this.#stage.drawTop();
  }

  toggleSnap(): void {
    this.snaps = !this.snaps;
    this.#stage.context.announce(t(this.snaps ? "announce.series.snap.on" : "announce.series.snap.off"));
    this.#stage.drawTop();
  }

  protected override on(channel: number | null): { readonly on?: Readonly<Record<string, string>> } {
    const name = channel === null ? undefined : this.#stage.source?.channels[channel]?.name;
    return name === undefined ? {} : { on: { channel: name } };
  }

  protected override stepped(seconds: number, steps: number): number {
    return this.#stage.stepped(seconds, steps);
  }

  protected override told(seconds: number): string {
    return this.#stage.told(seconds);
  }
}
