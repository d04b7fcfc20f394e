/**
 * Parts of the page that not every task needs. Each is a file of its own, fetched before its first use
 * and kept, so that it is there when the line is not.
 */

import type { ComponentType, VNode } from "preact";
import { useEffect, useReducer } from "preact/hooks";

import type { Workbench } from "../core/workbench";
import { fetched } from "./fetched";

/** What a part may be told; most need nothing. */
export interface PartProps {
  readonly question?: string;
}

interface PartModule {
  readonly default: ComponentType<PartProps>;
  /** Actions that belong to the part. */
  readonly define?: (wb: Workbench) => void;
}

const SOURCES = {
  notes: (): Promise<PartModule> => import("./NoteList"),
  told: (): Promise<PartModule> => import("./Told"),
  more: (): Promise<PartModule> => import("./MoreMenu"),
  problems: (): Promise<PartModule> => import("../panels/Problems"),
  broken: (): Promise<PartModule> => import("../panels/Broken"),
  rail: (): Promise<PartModule> => import("./Rail"),
  marked: (): Promise<PartModule> => import("../panels/Marked"),
  review: (): Promise<PartModule> => import("../panels/ReviewPanel"),
  reviewStage: (): Promise<PartModule> => import("./ReviewStage"),
  noTask: (): Promise<PartModule> => import("../panels/NoTask"),
  comments: (): Promise<PartModule> => import("../panels/Comments"),
  certainty: (): Promise<PartModule> => import("../panels/Certainty"),
  preference: (): Promise<PartModule> => import("../panels/Preference"),
  values: (): Promise<PartModule> => import("../panels/ValueFields"),
  taxonomy: (): Promise<PartModule> => import("../panels/Taxonomy"),
  guideline: (): Promise<PartModule> => import("../panels/GuidelineText"),
  dialogs: (): Promise<PartModule> => import("../panels/dialogs"),
};

export type PartName = keyof typeof SOURCES;

const known = new Map<PartName, PartModule>();
const coming = new Map<PartName, Promise<void>>();

/** So long until a part that did not come is fetched again, at first. */
const AGAIN_MS = 1000;
const LONGEST_MS = 20_000;

/** Fetches a part once. What failed is tried again the next time it is needed. */
export function loadPart(name: PartName, wb: Workbench): Promise<void> {
  const before = coming.get(name);
  if (before) return before;
  const loading = fetched(SOURCES[name]).then((part) => {
    // Of a file that holds several parts, another try brings the file but not the part.
    if (!part.default) throw new Error(`${name} did not come`);
    part.define?.(wb);
    known.set(name, part);
  });
  coming.set(name, loading);
  loading.catch(() => {
    coming.delete(name);
    // A dialog that cannot come must not keep the keys to itself.
    if (name !== "dialogs" || wb.state.dialog === null) return;
    wb.store.set({ dialog: null });
    wb.notify("warn", "notice.partMissing");
  });
  return loading;
}

/** Draws the part, as soon as it is here; where it does not come, says so and goes on trying. */
export function Part({ name, wb, ...props }: PartProps & { name: PartName; wb: Workbench }): VNode | null {
  const [, again] = useReducer<number, undefined>((count) => count + 1, 0);
  const part = known.get(name);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = (wait: number): void => void loadPart(name, wb).then(() => again(undefined)).catch(() => {
      if (wait === AGAIN_MS) wb.notify("warn", "notice.partMissing");
      timer = setTimeout(load, wait, Math.min(LONGEST_MS, 2 * wait));
    });
    if (!part) load(AGAIN_MS);
    return () => clearTimeout(timer);
  }, [name]);
  return part ? <part.default {...props} /> : null;
}
