/** The selected region of something that runs: its moments in seconds. */

import type { VNode } from "preact";

import { t, type MessageKey } from "../core/i18n";
import { rangeOf } from "../core/moments";
import type { Item, Region } from "../core/types";
import { lifetimeOf } from "../geometry/trackEdits";
import type { TrackPlace } from "../geometry/tracks";
import { clock, tenThousandth } from "../geometry/timeline";
import { useStore, useWorkbench } from "../shell/use";
import { NumberInput } from "./NumberInput";

/** When a region is, for its row in the list; nothing for what has no time. */
export function timeOf(region: Region, item?: Item): string {
  if (item?.data_type === "series") return seriesTime(region, item);
  if (region.kind === "segment") return `${clock(region.at.start, 2)}–${clock(region.at.end, 2)}`;
  if (region.kind === "track") return lifeOf(region.at);
  return region.kind === "instant" ? clock(region.at.t, 2) : "";
}

/** From when to when a track is seen; without an end it lasts to the end of the clip. */
function lifeOf(track: TrackPlace): string {
  const { start, end } = lifetimeOf(track, Infinity);
  return `${clock(start, 2)}–${end === Infinity ? "" : clock(end, 2)}`;
}

/** In a series moments are those of the series. */
function seriesTime(region: Region, item: Item): string {
  if (region.kind === "segment") return rangeOf(item, region.at.start, region.at.end);
  return region.kind === "instant" ? rangeOf(item, region.at.t, region.at.t) : "";
}

export function TimeFields({ region }: { region: Region }): VNode | null {
  const wb = useWorkbench();
  const length = useStore(({ task }) => task?.item.assets?.find((one) => one.role === "original")?.facts?.seconds);
  const limit = typeof length === "number" ? length : Infinity;
  const least = length === undefined ? -Infinity : 0;
  if (region.kind === "instant") {
    return (
      <div class="xy">
        <NumberInput label="audio.moment" value={region.at.t} commit={(value) => {
          if (value >= least && value <= limit) wb.commands.run("region.place", { id: region.id, at: { t: tenThousandth(value) } });
        }} />
      </div>
    );
  }
  if (region.kind === "track") {
    return (
      <p class="small muted">
        {t("video.keys", { n: region.at.keys.length })} · {t("video.seen", { time: lifeOf(region.at) })}
      </p>
    );
  }
  if (region.kind !== "segment") return null;
  const set = (edge: "start" | "end") => (value: number): void => {
    const at = { ...region.at, [edge]: tenThousandth(value) };
    if (at.start >= least && at.start < at.end && at.end <= limit) wb.commands.run("region.place", { id: region.id, at });
  };
  return (
    <div class="xy">
      <NumberInput label="audio.from" value={region.at.start} commit={set("start")} />
      <NumberInput label="audio.to" value={region.at.end} commit={set("end")} />
    </div>
  );
}

/** What the words of a region are called: written in a picture, said in a sound. */
export function wordsFor(region: Region): MessageKey {
  return region.kind === "segment" || region.kind === "instant" ? "audio.transcript" : "details.transcript";
}
