/** The row between picture and time line: playing, stepping, and what can be done with the selected track. All of it has keys. */

import { formatNumber, t, type MessageKey } from "../../core/i18n";
import { readPlace } from "../../geometry/frames";
import { clock } from "../../geometry/timeline";
import { Button, setText } from "../../layers/time/button";

export interface ControlState {
  readonly isPlaying: boolean;
  readonly at: number;
  readonly seconds: number;
  readonly frame: number;
  readonly last: number;
  readonly speed: number;
  readonly repeats: boolean;
  /** What the next press marks; null where nothing can be marked. */
  readonly mark: "start" | "end" | "instant" | null;
  /** Null where nothing is tracked. */
  readonly track: TrackState | null;
}

export interface TrackState {
  readonly isSelected: boolean;
  readonly isOwn: boolean;
  readonly isSeen: boolean;
  readonly hasKey: boolean;
  readonly isOutside: boolean;
  readonly isOccluded: boolean;
  readonly isMerging: boolean;
  readonly isHidden: boolean;
}

export interface ControlActions {
  play(): void;
  step(frames: number): void;
  keyFrame(by: 1 | -1): void;
  goTo(frame: number): void;
  goToTime(seconds: number): void;
  faster(): void;
  loop(): void;
  mark(): void;
  key(): void;
  copyOn(): void;
  toggle(flag: "outside" | "occluded"): void;
  split(): void;
  merge(): void;
  hide(): void;
  focus(): void;
  /** How an action is pressed by key now; "" for not at all. */
  keyOf(id: string, place?: number): string;
}

const ICONS = {
  play: "M7.5 5v14l11-7Z",
  pause: "M8 5v14M16 5v14",
  back: "M15 6l-7 6 7 6Z",
  on: "M9 6l7 6-7 6Z",
  previousKey: "M6 6v12M13 6l6 6-6 6-6-6Z",
  nextKey: "M18 6v12M11 6l6 6-6 6-6-6Z",
  loop: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4",
  key: "M12 4.5l7.5 7.5-7.5 7.5L4.5 12Z",
  copyOn: "M4 6h9v12H4ZM16 9l3.5 3-3.5 3",
  outside: "M5 5h14v14H5ZM9 9l6 6M15 9l-6 6",
  occluded: "M4 4h10v10H4ZM10 17.5V20h10V10h-2.5",
  split: "M12 3.5v17M9 12H3.5M15 12h5.5M6 9.5 3.5 12 6 14.5M18 9.5l2.5 2.5-2.5 2.5",
  hide: "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6ZM4.5 19.5l15-15",
  merge: "M12 3.5v17M3.5 12H9M20.5 12H15M6.5 9.5 9 12l-2.5 2.5M17.5 9.5 15 12l2.5 2.5",
} as const;

const MARK = {
  start: ["audio.markStart", "audio.markStart.title", "video.start"],
  end: ["audio.markEnd", "audio.markEnd.title", "video.end"],
  instant: ["audio.markInstant", "audio.markInstant.title", "video.start"],
} as const satisfies Record<string, readonly [MessageKey, MessageKey, string]>;

export class Controls {
  readonly element = document.createElement("div");
  readonly #actions: ControlActions;
  readonly #play: Button;
  readonly #back: Button;
  readonly #on: Button;
  readonly #previousKey: Button;
  readonly #nextKey: Button;
  readonly #speed: Button;
  readonly #loop: Button;
  readonly #mark: Button;
  readonly #track: Readonly<Record<"key" | "copyOn" | "outside" | "occluded" | "split" | "merge" | "hide", Button>>;
  readonly #tools = document.createElement("span");
  readonly #time = document.createElement("span");
  readonly #frame = document.createElement("label");
  readonly #input = document.createElement("input");
  readonly #of = document.createElement("span");
  readonly #keys = new Map<string, string>();

  constructor(host: HTMLElement, actions: ControlActions) {
    this.#actions = actions;
    this.element.className = "transport";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", t("video.controls"));
    this.#play = new Button(actions.play, "K", ICONS.play);
    this.#back = new Button(() => actions.step(-1), "", ICONS.back);
    this.#on = new Button(() => actions.step(1), "", ICONS.on);
    this.#previousKey = new Button(() => actions.keyFrame(-1), "", ICONS.previousKey);
    this.#nextKey = new Button(() => actions.keyFrame(1), "", ICONS.nextKey);
    this.#speed = new Button(actions.faster);
    this.#loop = new Button(actions.loop, "", ICONS.loop);
    this.#mark = new Button(actions.mark, "I");
    this.#track = {
      key: new Button(actions.key, "", ICONS.key),
      copyOn: new Button(actions.copyOn, "", ICONS.copyOn),
      outside: new Button(() => actions.toggle("outside"), "", ICONS.outside),
      occluded: new Button(() => actions.toggle("occluded"), "", ICONS.occluded),
      split: new Button(actions.split, "", ICONS.split),
      merge: new Button(actions.merge, "", ICONS.merge),
      hide: new Button(actions.hide, "", ICONS.hide),
    };
    this.#time.className = "time";
    this.#tools.className = "tools";
    this.#tools.setAttribute("role", "group");
    this.#tools.setAttribute("aria-label", t("video.track"));
    this.#tools.append(...Object.values(this.#track).map((one) => one.element));
    this.#makeInput();
    const before = [this.#previousKey, this.#back, this.#play, this.#on, this.#nextKey].map((one) => one.element);
    const after = [this.#loop, this.#speed].map((one) => one.element);
    const steps = document.createElement("span");
    steps.className = "steps";
    steps.append(...before);
    this.element.append(steps, this.#mark.element, this.#time, this.#frame, ...after, this.#tools);
    host.append(this.element);
    // The keys may have been set anew since the pointer, or the focus, was last here.
    for (const name of ["pointerenter", "focusin"]) this.element.addEventListener(name, () => this.nameAll());
    this.nameAll();
  }

  /** A number of a frame, or a time such as 1:02.5. */
  #makeInput(): void {
    const input = this.#input;
    input.className = "input";
    input.autocomplete = "off";
    input.setAttribute("aria-label", t("video.goTo"));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("change", () => this.#go());
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#go();
      if (event.key === "Escape") input.value = this.#shown;
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        this.#actions.focus();
      }
    });
    this.#frame.className = "frame";
    this.#frame.append(input, this.#of);
  }

  #go(): void {
    const typed = this.#input.value;
    if (typed === this.#shown) return; // put back already
    const place = readPlace(typed);
    if (place && "seconds" in place) this.#actions.goToTime(place.seconds);
    else if (place) this.#actions.goTo(place.frame);
    this.#input.value = this.#shown;
  }

  #shown = "0";

  askFrame(): void {
    this.#input.focus();
  }

  /** By the keys as they are set now. */
  nameAll(): void {
    const { keyOf } = this.#actions;
    for (const id of ["video.play", "video.faster", "video.start", "video.end"]) this.#keys.set(id, keyOf(id));
    const key = keyOf("video.goTo");
    this.#input.title = t("video.goTo.title") + (key && ` (${key})`);
    this.#back.name("", t("video.back"), keyOf("video.frame"));
    this.#on.name("", t("video.on"), keyOf("video.frame", 1));
    this.#previousKey.name("", t("key.video.previousKey"), keyOf("video.previousKey"));
    this.#nextKey.name("", t("key.video.nextKey"), keyOf("video.nextKey"));
    this.#loop.name("", t("key.video.loop"), keyOf("video.loop"));
    const track = { ...this.#track, hideTrack: this.#track.hide };
    for (const name of ["key", "copyOn", "outside", "occluded", "split", "merge", "hideTrack"] as const) {
      track[name].name("", t(`key.video.${name}`), keyOf(`video.${name}`));
    }
  }

  show(state: ControlState): void {
    this.#play.name("", t(state.isPlaying ? "audio.pause" : "audio.play"), this.#keys.get("video.play") ?? "");
    this.#play.draw(state.isPlaying ? ICONS.pause : ICONS.play);
    setText(this.#time, t("audio.time", { at: clock(state.at, 2), length: clock(state.seconds, 2) }));
    this.#shown = String(state.frame);
    if (document.activeElement !== this.#input && this.#input.value !== this.#shown) this.#input.value = this.#shown;
    setText(this.#of, t("video.of", { n: state.last }));
    this.#speed.name(t("audio.speed", { n: formatNumber(state.speed) }), t("audio.speed.title"), this.#keys.get("video.faster") ?? "");
    this.#loop.press(state.repeats);
    this.#back.enable(state.frame > 0);
    this.#on.enable(state.frame < state.last);
    this.#mark.element.hidden = state.mark === null;
    if (state.mark !== null) {
      const [text, title, id] = MARK[state.mark];
      this.#mark.name(t(text), t(title), this.#keys.get(id) ?? "");
      this.#mark.press(state.mark === "end");
    }
    this.#showTrack(state.track);
  }

  #showTrack(state: TrackState | null): void {
    this.#tools.hidden = state === null;
    this.#previousKey.element.hidden = state === null;
    this.#nextKey.element.hidden = state === null;
    if (!state) return;
    const { key, copyOn, outside, occluded, split, merge, hide } = this.#track;
    for (const one of [this.#previousKey, this.#nextKey, key, outside, occluded, hide]) one.enable(state.isSelected);
    copyOn.enable(state.isSeen);
    for (const one of [split, merge]) one.enable(state.isOwn);
    key.press(state.hasKey);
    outside.press(state.isOutside);
    occluded.press(state.isOccluded);
    merge.press(state.isMerging);
    hide.press(state.isHidden);
  }

  destroy(): void {
    this.element.remove();
  }
}
