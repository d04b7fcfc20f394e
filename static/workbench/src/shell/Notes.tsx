/** The place of what the person must know now, above the stage; the sentences are fetched when there are some. */

import type { VNode } from "preact";

import type { State } from "../core/state";
import { Part } from "./parts";
import { useStore, useWorkbench } from "./use";

function hasNotes({ outbox, claim, lease, draft, twin, beside, offlineSince, lasting, notices }: State): boolean {
  return outbox.signedOut || claim === "signed-out" || (lease !== null && lease.endedAt !== null && !lease.goOn)
    || draft.state === "conflict" || (twin !== null && !twin.isQuiet) || beside !== null || offlineSince !== null || !lasting || notices.length > 0;
}

export function Notes(): VNode {
  const wb = useWorkbench();
  const some = useStore(hasNotes);
  return <div class="wb-note" role="status">{some ? <Part name="notes" wb={wb} /> : null}</div>;
}
