/** What the keys do with a video. */

import { t } from "../../core/i18n";
import type { PictureReach } from "../../layers/picture/reach";
import type { VideoStage } from "./index";
import type { KeyTarget } from "./keys";

export function keyTarget(stage: VideoStage, picture: PictureReach): KeyTarget {
  const { player, marking, tracking, view, order } = stage;
  const marked = (): string | null => {
    const isTimed = (type: string): boolean => type === "segments" || type === "instants";
    const { schema = null, brush = null } = stage.scene ?? {};
    const timed = schema?.questions.filter((one) => isTimed(one.type)) ?? [];
    return (timed.find((one) => one.name === brush?.question) ?? timed[0])?.name ?? null;
  };
  const tracks = (): boolean => stage.scene?.schema.questions.some((one) => one.type === "tracks") ?? false;
  return {
    picture,
    hasMarks: () => marked() !== null,
    canMark: () => marking.kind() !== null,
    isPending: () => marking.pending !== null,
    hasRegion: () => stage.stretch() !== null,
    hasMark: () => stage.selected() !== null,
    hasSegment: () => stage.selected()?.isInstant === false,
    hasTrack: () => tracking.selected() !== null,
    ownsTrack: () => tracking.own() !== null,
    isSeen: () => tracking.isSeen,
    isMerging: () => tracking.merging !== null,
    canTrack: tracks,
    togglePlay: () => (player.isPlaying ? player.pause() : player.play(player.repeats ? stage.stretch() : null)),
    playRegion: () => player.play(stage.stretch()),
    toggleLoop: () => toggleLoop(stage),
    changeSpeed: (by) => stage.changeSpeed(by),
    step: (frames) => order.go(() => stage.goTo(player.target + frames)),
    seekTo: (end) => order.go(() => stage.jump(end === "start" ? 0 : (stage.frames?.last ?? 0))),
    regionEnd: (end) => order.change(() => regionEnd(stage, end)),
    keyFrame: (by) => order.change(() => keyFrame(stage, by)),
    askFrame: () => stage.controls.askFrame(),
    markStart: () => marking.markStart(),
    markEnd: () => marking.markEnd(),
    dropStart: () => marking.dropStart(),
    setEdge: (edge) => marking.setEdge(edge),
    moveEdge: (edge, frames) => moveEdge(stage, edge, frames),
    toggleKey: () => tracking.toggleKey(),
    toggle: (flag) => tracking.toggle(flag),
    copyOn: () => tracking.copyOn(),
    split: () => tracking.splitHere(),
    merge: () => tracking.merge(),
    dropMerge: () => tracking.dropMerge(),
    hideTrack: () => tracking.hide(),
    zoomTime: (factor) => view.zoomAround(player.at, factor),
    fitTime: () => {
      const stretch = stage.stretch();
      if (stretch) view.lookAt(stretch, 0.8);
      else view.fitAll();
    },
    draw: () => {
      const question = marked();
      if (question === null) return;
      stage.context.run("question.activate", { question });
      stage.context.run("view.mode", { mode: "draw" });
    },
    submit: () => stage.context.run("task.submit"),
  };
}

function toggleLoop(stage: VideoStage): void {
  const { player, context } = stage;
  player.repeats = !player.repeats;
  context.announce(t(player.repeats ? "announce.loop.on" : "announce.loop.off"));
  const stretch = stage.stretch();
  if (player.repeats && player.isPlaying && stretch) player.play(stretch);
  stage.drawTop();
}

function keyFrame(stage: VideoStage, by: 1 | -1): void {
  const frame = stage.tracking.keyFrame(by);
  if (frame === null) stage.context.announce(t("announce.track.noKey"));
  else stage.jump(frame);
}

/** The first frame of what is selected, or its last. */
function regionEnd(stage: VideoStage, end: "start" | "end"): void {
  const stretch = stage.stretch();
  const [first, last] = stretch && stage.frames ? stage.frames.within(stretch) : [0, 0];
  if (stretch) stage.jump(end === "start" ? first : last);
}

/** Moves an edge of the selected mark by frames, as the table has them. */
function moveEdge(stage: VideoStage, edge: "start" | "end", by: number): void {
  const mark = stage.selected();
  if (!mark || !stage.frames) return;
  const moved = stage.marking.moved(mark.isInstant ? "start" : edge, mark[edge], by);
  const change = mark.isInstant ? { start: moved, end: moved } : { start: mark.start, end: mark.end, [edge]: moved };
  stage.marking.place(mark, change, `keys:${mark.id}`);
  stage.view.reveal({ start: moved, end: moved });
}
