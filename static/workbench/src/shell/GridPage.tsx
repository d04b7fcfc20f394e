/** The page on which many items are labelled at once: bar, notes, tiles, status. */

import { h, render, type VNode } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../core/i18n";
import { attach } from "../core/lifecycle";
import type { Schema } from "../core/schema";
import type { Workbench } from "../core/workbench";
import { Grid } from "../panels/Grid";
import { OutboxChip, Progress } from "./Bar";
import { Brand } from "./icons";
import { Notes } from "./Notes";
import { Part, loadPart } from "./parts";
import { StatusBar } from "./StatusBar";
import { Waiting } from "./Waiting";
import { WorkbenchContext, useStore } from "./use";

export async function startGrid(root: HTMLElement, wb: Workbench, schema: Schema): Promise<void> {
  await Promise.all([loadPart("notes", wb), loadPart("dialogs", wb), loadPart("noTask", wb)]);
  render(h(WorkbenchContext.Provider, { value: wb }, h(GridPage, { wb, schema })), root);
  attach(wb);
  wb.stopwatch.start();
  await wb.start();
}

function GridPage({ wb, schema }: { wb: Workbench; schema: Schema }): VNode {
  const ready = useStore((state) => state.ready);
  const isOpen = useStore((state) => state.dialog !== null);
  const { queue, home_url: home, project } = wb.config;
  const [question] = schema.questions;
  useEffect(() => { document.title = [t("grid.title"), queue.name, "Winnow"].join(" · "); }, []);
  return (
    <div class={ready > 0 ? "wb no-tools" : "wb no-task"}>
      <header class="wb-bar" data-pane>
        <a class="brand" href={home} aria-label={t("bar.home")}><Brand /></a>
        <a class="muted wide-only" href={project.url}>{project.name}</a>
        <span class="muted wide-only" aria-hidden="true">/</span>
        <h1 tabIndex={-1}>{t("grid.title")}</h1>
        <Progress />
        <div class="top-end">
          <OutboxChip />
          <a class="btn" href="work">{t("grid.single")}</a>
        </div>
      </header>
      <Notes />
      {ready > 0 && question ? <Grid schema={schema} question={question} /> : <Waiting />}
      <StatusBar />
      {isOpen ? <Part name="dialogs" wb={wb} /> : null}
    </div>
  );
}
