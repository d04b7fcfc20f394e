/** Making and mending tracks on the frame that is shown: keys, gaps, cutting in two, making one of two. */

import { t, type MessageKey } from "../../core/i18n";
import { regionById } from "../../core/regions";
import type { Scene, ToolContext } from "../../core/tool";
import type { Region, TrackRegion } from "../../core/types";
import type { Frames } from "../../geometry/frames";
import { isFlagged, keyAt, keysAround, lifetimeOf, merge, split, withFlag, withHeldKey, withKey, withoutKey } from "../../geometry/trackEdits";
import { shapeAt, type TrackPlace } from "../../geometry/tracks";
import type { Timed } from "../../geometry/timeline";

export interface TrackPort {
  readonly context: ToolContext;
  readonly scene: Scene | null;
  readonly frames: Frames | null;
  /** When the shown frame begins. */
  readonly moment: number;
  readonly clip: { readonly seconds: number } | null;
  goTo(frame: number): void;
  redraw(): void;
}

export class Tracking {
  readonly #port: TrackPort;
  /** Not drawn for now, by their ids. */
  readonly hidden = new Set<string>();
  /** The track that another one is to be merged into. */
  merging: string | null = null;

  constructor(port: TrackPort) {
    this.#port = port;
  }

  /** Another task begins. */
  reset(): void {
    this.hidden.clear();
    this.merging = null;
  }

  /** The selected track, offered or not. */
  selected(): TrackRegion | null {
    const { scene } = this.#port;
    if (!scene || scene.selected === null) return null;
    const offered = scene.suggested.find((one) => one.region.id === scene.selected)?.region;
    const region = regionById(scene.regions, scene.selected) ?? offered;
    return region?.kind === "track" ? region : null;
  }

  /** The selected track, where it may be changed as a whole. */
  own(): TrackRegion | null {
    const track = this.selected();
    return track && this.#port.scene?.regions.some((one) => one.id === track.id) ? track : null;
  }

  get isSeen(): boolean {
    const track = this.selected();
    return track !== null && shapeAt(track.at, this.#port.moment) !== null;
  }

  get hasKeyHere(): boolean {
    const track = this.selected();
    return track !== null && keyAt(track.at, this.#port.moment) !== null;
  }

  get isHidden(): boolean {
    const track = this.selected();
    return track !== null && this.hidden.has(track.id);
  }

  isHere(flag: "outside" | "occluded"): boolean {
    const track = this.selected();
    return track !== null && isFlagged(track.at, this.#port.moment, flag);
  }

  #write(track: TrackRegion, at: TrackPlace | null, said: MessageKey, values: Readonly<Record<string, number>> = {}): boolean {
    if (!at) {
      this.#say("announce.track.nothingLeft");
      return false;
    }
    this.#port.context.run("region.place", { id: track.id, at });
    this.#say(said, values);
    return true;
  }

  #say(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): void {
    this.#port.context.announce(t(key, values));
  }

  get #frame(): number {
    return this.#port.frames?.at(this.#port.moment) ?? 0;
  }

  /** A key frame here, or none any more. */
  toggleKey(): void {
    const track = this.selected();
    if (!track) return;
    const { moment } = this.#port;
    if (keyAt(track.at, moment)) this.#write(track, withoutKey(track.at, moment), "announce.track.keyGone", { n: this.#frame });
    else this.#write(track, withHeldKey(track.at, moment), "announce.track.key", { n: this.#frame });
  }

  /** From here to the next key frame out of the picture, or covered; or no more. */
  toggle(flag: "outside" | "occluded"): void {
    const track = this.selected();
    if (!track) return;
    const is = !isFlagged(track.at, this.#port.moment, flag);
    const said = `announce.track.${flag}.${is ? "on" : "off"}` as const;
    const at = withFlag(track.at, this.#port.moment, flag, is);
    if (at === track.at) return this.#say("announce.track.notYet");
    this.#write(track, at, said);
  }

  /** The shape as it is here, on the next frame too; and that frame. */
  copyOn(): void {
    const [track, { frames, moment }] = [this.selected(), this.#port];
    const shape = track ? shapeAt(track.at, moment) : null;
    if (!track || !shape || !frames) return;
    const next = frames.at(moment) + 1;
    if (next > frames.last) return this.#say("announce.frame.last");
    // Without a key here the shape before it would bend towards the copy.
    const held = keyAt(track.at, moment) ? track.at : withHeldKey(track.at, moment);
    const copied = withKey(held, frames.timeOf(next), shape.at as never);
    if (this.#write(track, copied, "announce.track.copied", { n: next })) this.#port.goTo(next);
  }

  splitHere(): void {
    const track = this.own();
    if (!track) return;
    const parts = split(track.at, this.#port.moment);
    if (!parts) return this.#say("announce.track.noSplit");
    const [first, second] = parts.map((at): Region => ({ ...track, at })) as [Region, Region];
    this.#port.context.run("region.replace", { remove: [track.id], add: [second, first] });
    this.#say("announce.track.split");
  }

  /** First names the track that stays, then, with another one selected, merges that into it. */
  merge(): void {
    const track = this.own();
    const first = regionById(this.#port.scene?.regions ?? [], this.merging);
    if (!track) return;
    if (first?.kind !== "track" || first.id === track.id) {
      this.merging = this.merging === track.id ? null : track.id;
      this.#say(this.merging ? "announce.track.merge.first" : "announce.track.merge.dropped");
      return this.#port.redraw();
    }
    const one = merge(first.at, track.at);
    if (!one) return this.#say("announce.track.merge.otherShape");
    this.merging = null;
    this.#port.context.run("region.replace", { remove: [first.id, track.id], add: [{ ...first, at: one }] });
    this.#say("announce.track.merged");
  }

  dropMerge(): void {
    this.merging = null;
    this.#say("announce.track.merge.dropped");
    this.#port.redraw();
  }

  /** Hides one track, or shows it again. */
  hide(): void {
    const track = this.selected();
    if (!track) return;
    const isHidden = !this.hidden.delete(track.id);
    if (isHidden) this.hidden.add(track.id);
    this.#say(isHidden ? "announce.track.hidden" : "announce.track.shown");
    this.#port.redraw();
  }

  /** To the next key frame or the one before; null where there is none. */
  keyFrame(by: 1 | -1): number | null {
    const [track, { frames, moment }] = [this.selected(), this.#port];
    if (!track || !frames) return null;
    const { before, after } = keysAround(track.at, moment);
    const key = by > 0 ? after : before;
    return key ? frames.at(key.t) : null;
  }

  /** When the selected track is there. */
  lifetime(): Timed | null {
    const track = this.selected();
    return track ? lifetimeOf(track.at, this.#port.clip?.seconds ?? 0) : null;
  }
}
