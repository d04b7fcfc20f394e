/** The whole page: bar, notes, tools, stage, panel, status, dialogs. */

import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { t } from "../core/i18n";
import { regionById } from "../core/regions";
import { isDrawn } from "../core/schema";
import { canEdit, type State } from "../core/state";
import type { Workbench } from "../core/workbench";
import { Panel } from "../panels/Panel";
import { Bar } from "./Bar";
import { chordText } from "./keys";
import { Notes } from "./Notes";
import { Part } from "./parts";
import { StageController } from "./stage";
import { StatusBar } from "./StatusBar";
import { Waiting } from "./Waiting";
import { WorkbenchContext, useStore, useWorkbench } from "./use";

export interface AppProps {
  readonly wb: Workbench;
  onStage(stage: StageController | null): void;
}

export function App(props: AppProps): VNode {
  return <WorkbenchContext.Provider value={props.wb}><Frame {...props} /></WorkbenchContext.Provider>;
}

/** Whether there is anything to do with tools: the rail has a button then. */
function hasTools(state: State): boolean {
  const { task, suggested, regions } = state;
  if (!task) return false;
  if (task.item.data_type === "image" || suggested.length > 0) return true;
  return (canEdit(state) && task.schema.questions.some(isDrawn)) || regions.some((one) => one.kind !== "item");
}

function Frame(props: AppProps): VNode {
  const hasTask = useStore((state) => state.task !== null);
  const comparing = useStore((state) => state.task?.kind === "review" && !state.review.editing);
  const tools = useStore(hasTools);
  const shape = ["wb", comparing ? "no-rail" : tools ? "" : "no-tools", hasTask ? "" : "no-task"];
  return (
    <div class={shape.filter(Boolean).join(" ")} data-strokes={useStore((state) => state.strokes || undefined)}>
      <Bar />
      <Notes />
      {hasTask && tools && !comparing ? <Part name="rail" wb={props.wb} /> : null}
      {!hasTask ? <Waiting /> : comparing
        ? <Part name="reviewStage" wb={props.wb} /> : <Stage {...props} />}
      {hasTask ? <Panel /> : null}
      <StatusBar />
      <Dialogs wb={props.wb} />
    </div>
  );
}

function Stage({ wb, onStage }: AppProps): VNode {
  const host = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const stage = new StageController(wb, host.current as HTMLElement);
    onStage(stage);
    return () => {
      onStage(null);
      stage.destroy();
    };
  }, [wb]);
  return (
    <>
      <main id="main" class="stage" tabIndex={0} ref={host} data-stage data-pane aria-label={t("stage")} />
      <Hint />
    </>
  );
}

/** The keys that matter at this moment, over the lower edge of the stage. */
function Hint(): VNode | null {
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

function Dialogs({ wb }: { wb: Workbench }): VNode | null {
  const isOpen = useStore((state) => state.dialog !== null);
  return isOpen ? <Part name="dialogs" wb={wb} /> : null;
}
