/** The keys that matter at this moment, over the lower edge of the stage. */

import type { VNode } from "preact";

import { t } from "../core/i18n";
import { regionById } from "../core/regions";
import { chordText } from "./keys";
import { useStore, useWorkbench } from "./use";

export function Hint(): VNode | null {
  const wb = useWorkbench();
  const isArrow = useStore((state) => regionById(state.regions, state.selected)?.kind === "relation");
  const suggested = useStore((state) => state.suggested.length > 0);
  const selected = useStore((state) => state.selected !== null);
  const dataType = useStore((state) => state.task?.item.data_type);
  useStore((state) => state.facts);
  const isDrawing = wb.commands.all().some((one) => one.id === `${dataType}.place` && one.when());
  // Over a video only what cannot be done without; below its picture lies the time line.
  const isVideo = dataType === "video";
  if (!isDrawing && (dataType !== "image" || !(suggested || selected))) return null;
  return (
    <div class={isVideo ? "hint high" : "hint"} aria-hidden="true">
      {isDrawing
        ? <span><b><kbd>←↑↓→</kbd> {t("hint.size")}</b><b><kbd>{chordText("Mod")} ←↑↓→</kbd> {t("hint.move")}</b><b><kbd>{chordText("Enter")}</kbd> {t("hint.place")}</b><b><kbd>Esc</kbd> {t("hint.drop")}</b></span>
        : <span>{suggested ? <b><kbd>A</kbd> {t("hint.accept")}</b> : null}{selected && !isArrow
            ? <><b><kbd>←↑↓→</kbd> {t("hint.nudge")}</b><b><kbd>{chordText("Mod")} ←↑↓→</kbd> {t("hint.grow")}</b></> : null}</span>}
    </div>
  );
}
