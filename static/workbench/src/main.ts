/** Starts the workbench on its page. */

import { h, render } from "preact";

import { createAnnouncer } from "./core/a11y";
import { defineActions } from "./core/actions";
import { createApi } from "./core/api";
import { speak } from "./core/i18n";
import { attach } from "./core/lifecycle";
import { compares, isDrawn, readSchema, takesValue, type Schema } from "./core/schema";
import type { Config } from "./core/types";
import { Workbench } from "./core/workbench";
import { App } from "./shell/App";
import { loadPart } from "./shell/parts";
import type { StageController } from "./shell/stage";
import { loadTool, toolAtHand } from "./shell/tools";

/** What may be needed later comes when the first task is on the screen. */
const IDLE_MS = 1500;
const MONTH_MS = 30 * 24 * 3600 * 1000;

function readConfig(root: HTMLElement): Config {
  const script = document.getElementById("workbench-config");
  return JSON.parse(script?.textContent ?? root.dataset.config ?? "{}") as Config;
}

function liveRegion(): HTMLElement {
  const region = document.createElement("div");
  region.className = "vh";
  region.setAttribute("aria-live", "polite");
  document.body.append(region);
  return region;
}

function localSettings(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Marks the frame in which the next task is on the screen, for whoever measures. */
async function painted(wb: Workbench, stage: () => StageController | null): Promise<void> {
  const from = wb.inputAt;
  await Promise.resolve();
  await stage()?.settled;
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      if (from > 0) performance.mark("submit", { startTime: from });
      performance.mark("painted");
      if (from > 0) performance.measure("submit-to-painted", "submit", "painted");
    };
    channel.port2.postMessage(null);
  });
}

async function create(config: Config): Promise<readonly [Workbench, (stage: StageController | null) => void]> {
  let stage: StageController | null = null;
  const [{ openShelf }, { Journal, openJournals }] = await Promise.all([import("./core/shelf"), import("./core/journal")]);
  const [shelf, journals] = await Promise.all([openShelf(), openJournals()]);
  void journals?.forgetBefore(Date.now() - MONTH_MS).catch(() => undefined);
  const wb: Workbench = new Workbench({
    config,
    api: createApi(config.api, config.csrf),
    shelf,
    makeJournal: (live) => journals && new Journal(journals, live),
    announce: createAnnouncer(liveRegion()),
    settings: localSettings(),
    prepare: async ({ item, stage: kind, suggestions = [] }, schema) => {
      if (config.mode === "grid") return; // The small pictures of the page are all it needs.
      if (kind === "review") await loadReview(wb);
      await loadMarking(wb, schema, suggestions.length > 0);
      await (await loadTool(item.data_type)).prepare(item);
    },
    forget: (item) => toolAtHand(item.data_type)?.forget(item),
    shown: () => painted(wb, () => stage),
  });
  return [wb, (next) => { stage = next; }];
}

async function loadReview(wb: Workbench): Promise<void> {
  await Promise.all([loadPart("review", wb), loadPart("reviewStage", wb)]);
}

/** Whoever draws, or takes what was suggested, needs the marks with their actions and the tools. */
async function loadMarking(wb: Workbench, schema: Schema, suggested = false): Promise<void> {
  const marks = suggested || schema.questions.some(isDrawn);
  await Promise.all([
    marks ? loadPart("marked", wb) : null,
    marks || schema.dataType === "image" ? loadPart("rail", wb) : null,
  ]);
}

async function look(wb: Workbench): Promise<void> {
  const { defineLooking } = await import("./core/actions/looking");
  defineLooking(wb);
  wb.commands.run("look.next");
}

async function start(root: HTMLElement): Promise<void> {
  const config = readConfig(root);
  const schema = readSchema(config.schema_revision.definition);
  const words = speak(config.locale);
  const tool = config.mode === "grid" ? null : loadTool(schema.dataType);
  const [wb, onStage] = await create(config);
  defineActions(wb);
  if (config.mode === "grid") {
    const [{ startGrid }] = await Promise.all([import("./shell/GridPage"), words]);
    root.replaceChildren();
    return startGrid(root, wb, schema);
  }
  const { questions } = schema;
  const twins = import("./core/twins");
  await Promise.all([
    words,
    loadPart("notes", wb),
    config.queue.stage === "annotate" ? loadPart("certainty", wb) : null,
    twins.then(({ openChannel, watchTwins }) => watchTwins(wb, openChannel(config.user.id))),
    tool,
    loadMarking(wb, schema),
    questions.some((one) => compares(one)) ? loadPart("preference", wb) : null,
    questions.some((one) => takesValue(one)) ? loadPart("values", wb) : null,
  ]);
  root.replaceChildren(); // what the server put there says that this is late
  render(h(App, { wb, onStage }), root);
  attach(wb);
  if (wb.keymap.settings.unsent) void import("./core/keychoice").then(({ sendKeys }) => sendKeys(wb));
  if (config.mode === "look") await look(wb);
  else void wb.start();
  setTimeout(() => {
    for (const name of ["problems", "noTask", "dialogs"] as const) void loadPart(name, wb).catch(() => undefined);
  }, IDLE_MS);
}

const root = document.getElementById("workbench");
if (root) void start(root);
