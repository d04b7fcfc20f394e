/** The whole page: bar, notes, tools, stage, panel, status, dialogs. */

import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { t } from "../core/i18n";
import { isDrawn } from "../core/schema";
import { canEdit, isComparing, type State } from "../core/state";
import type { Workbench } from "../core/workbench";
import { Panel } from "../panels/Panel";
import { Bar } from "./Bar";
import { Notes } from "./Notes";
import { Part } from "./parts";
import { StageController } from "./stage";
import { StatusBar } from "./StatusBar";
import { Waiting } from "./Waiting";
import { WorkbenchContext, useStore } from "./use";

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
  const comparing = useStore(isComparing);
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
  return <main id="main" class="stage" tabIndex={0} ref={host} data-stage data-pane aria-label={t("stage")} />;
}

function Dialogs({ wb }: { wb: Workbench }): VNode | null {
  const isOpen = useStore((state) => state.dialog !== null);
  return isOpen ? <Part name="dialogs" wb={wb} /> : null;
}
