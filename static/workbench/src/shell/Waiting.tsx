/** No task on the stage: being fetched, none left, or a reason why not. */

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { t } from "../core/i18n";
import { Part } from "./parts";
import { useStore, useWorkbench } from "./use";

/** Nothing is shown for a moment, so that a fast answer does not flicker; the style sheet holds the way out back for longer. */
const PATIENCE_MS = 150;

export function Waiting(): VNode {
  const wb = useWorkbench();
  const isFetching = useStore((state) => state.phase === "starting" && state.claim !== "offline");
  return (
    <main id="main" class="stage paper waiting" tabIndex={0} data-stage data-pane aria-label={t("stage")}>
      {isFetching ? <Fetching /> : <Part name="noTask" wb={wb} />}
    </main>
  );
}

function Fetching(): VNode | null {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return late ? <p class="muted empty" role="status">{t("waiting.fetching")} <a class="late" href="">{t("fault.again")}</a></p> : null;
}
