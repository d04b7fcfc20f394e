/** How a component reads the workbench. */

import { createContext } from "preact";
import { useContext, useEffect, useReducer, useRef } from "preact/hooks";

import type { State } from "../core/state";
import type { Workbench } from "../core/workbench";

export const WorkbenchContext = createContext<Workbench | null>(null);

export function useWorkbench(): Workbench {
  const wb = useContext(WorkbenchContext);
  if (!wb) throw new Error("Rendered outside the workbench");
  return wb;
}

/** A part of the state; the component renders again when that part has changed. */
export function useStore<T>(select: (state: State) => T): T {
  const wb = useWorkbench();
  const [, again] = useReducer<number, undefined>((count) => count + 1, 0);
  const part = select(wb.state);
  const shown = useRef(part);
  shown.current = part;
  const chooser = useRef(select);
  chooser.current = select;
  useEffect(() => {
    const look = (): void => {
      if (!Object.is(chooser.current(wb.state), shown.current)) again(undefined);
    };
    look(); // what changed between rendering and listening
    return wb.store.subscribe(look);
  }, [wb]);
  return part;
}
