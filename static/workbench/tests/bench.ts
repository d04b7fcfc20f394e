/** A workbench in memory, before a server in memory. */

import { defineActions } from "../src/core/actions";
import { defineFixing } from "../src/core/actions/fixing";
import { defineMarking } from "../src/core/actions/marking";
import { defineReviewActions } from "../src/core/actions/review";
import { createApi } from "../src/core/api";
import { en } from "../src/core/en";
import { useCatalogue } from "../src/core/i18n";
import { Journal, type JournalStore } from "../src/core/journal";
import type { SettingsPlace } from "../src/core/keymap";
import { MemoryShelf } from "../src/core/memory";
import type { Config, Stage } from "../src/core/types";
import { Workbench } from "../src/core/workbench";
import { watchTwins, type Channel } from "../src/core/twins";
import { DEFINITION, Server, until } from "./server";

useCatalogue(en, "en");
globalThis.requestAnimationFrame = (work) => setTimeout(() => work(0), 0) as unknown as number;

/** What tabs of one browser say to each other. */
class Air {
  readonly #listeners: { readonly from: object; hear(event: { readonly data: unknown }): void }[] = [];

  channel(): Channel {
    const from = {};
    return {
      postMessage: (data) => {
        const others = this.#listeners.filter((one) => one.from !== from);
        setTimeout(() => { for (const one of others) one.hear({ data: structuredClone(data) }); }, 0);
      },
      addEventListener: (_type, hear) => { this.#listeners.push({ from, hear }); },
    };
  }
}

/** The server, the device and the air of one test; `fresh` makes new ones. */
export const bench = {
  server: new Server(), shelf: new MemoryShelf(), air: new Air(), journals: null as JournalStore | null,
  place: null as SettingsPlace | null,
};

export function fresh(total?: number): void {
  bench.server = new Server(total);
  bench.shelf = new MemoryShelf();
  bench.air = new Air();
  bench.journals = null;
  bench.place = null;
}

function config(stage: Stage, definition: unknown): Config {
  return {
    queue: { id: "queue_1", name: "Main", stage, hold: 3 },
    project: { name: "Mail", url: "/p" },
    schema_revision: { id: "schemarev_1", number: 1, url: "/x", definition },
    user: { id: "user_ada", name: "Ada" },
    api: "/api/v1/", csrf: "token", locale: "en", home_url: "/", guideline_html: null, mode: "work", assignments: [],
  };
}

export function make(stage: Stage = "annotate", definition: unknown = DEFINITION): Workbench {
  const wb = new Workbench({
    config: config(stage, definition),
    api: createApi("/api/v1/", "token", bench.server.fetch),
    shelf: bench.shelf, announce: () => undefined, settings: bench.place,
    makeJournal: (live) => bench.journals && new Journal(bench.journals, live),
    prepare: () => Promise.resolve(), forget: () => undefined, shown: () => Promise.resolve(),
  });
  defineActions(wb);
  defineFixing(wb);
  defineMarking(wb);
  defineReviewActions(wb);
  watchTwins(wb, bench.air.channel());
  return wb;
}

export async function started(...given: Parameters<typeof make>): Promise<Workbench> {
  const wb = make(...given);
  await wb.start();
  await until(() => wb.state.task !== null);
  return wb;
}

export const current = (wb: Workbench): string | undefined => wb.state.task?.assignment.id;

export async function answer(wb: Workbench, label = "a"): Promise<void> {
  const before = current(wb);
  wb.commands.run("label.pick", { question: "intent", label });
  wb.commands.run("task.submit");
  await until(() => current(wb) !== before);
}
