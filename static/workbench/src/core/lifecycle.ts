/** The page around the workbench: keys, focus, visibility, the line, timers, and leaving. */

import type { Focus, KeyPress } from "./keymap";
import type { State } from "./state";
import type { Workbench } from "./workbench";

const LONGEST_TICK_MS = 5000;
const SHORTEST_TICK_MS = 1000;
/** Without a task the stream is asked again: soon where something failed, and ever more seldom. */
const ASK_AGAIN_MS = 20_000;
const MONTH_MS = 30 * 24 * 3600 * 1000;

/** Connects the workbench to the window it lives in. */
export function attach(wb: Workbench): void {
  attachKeys(wb);
  attachLine(wb);
  attachTimers(wb);
  attachLeaving(wb);
  void wb.shelf.forgetDraftsBefore(Date.now() - MONTH_MS).catch(() => undefined);
  void navigator.storage?.persist?.().catch(() => undefined);
}

/** What kind of thing has the focus, as far as keys are concerned. */
export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) return "none";
  if (target.closest("[role=listbox], [role=tree]")) return "list";
  if (target.closest("[data-stage]") === target) return "stage";
  if (target.matches("textarea, select, [contenteditable]:not([contenteditable=false])")) return "field";
  if (target instanceof HTMLInputElement) {
    return ["checkbox", "radio", "button", "submit", "range"].includes(target.type) ? "control" : "field";
  }
  return target.closest("button, a[href], summary") ? "control" : "none";
}

function attachKeys(wb: Workbench): void {
  document.addEventListener("keydown", (event) => {
    wb.stopwatch.touch();
    // A dialog keeps its keys, also while it is still being fetched; Escape closes it by itself.
    if (event.defaultPrevented || wb.state.dialog !== null || document.querySelector("dialog[open]")) return;
    const action = wb.keymap.find(event as KeyPress, focusOf(event.target));
    if (!action) return;
    event.preventDefault();
    wb.inputAt = event.timeStamp;
    action();
  });
  // A click on a button leaves the focus where it was, so that Enter still submits afterwards.
  document.addEventListener("mousedown", (event) => {
    const target = event.target as Element;
    if (target.closest(".wb button, .wb [role=option], .wb [role=treeitem]") && !target.closest("dialog")) event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    wb.stopwatch.touch();
    wb.inputAt = event.timeStamp;
  }, { passive: true, capture: true });
  // Who reads scrolls and moves the pointer: that is work, too.
  for (const type of ["pointermove", "wheel"]) {
    document.addEventListener(type, () => wb.stopwatch.touch(), { passive: true, capture: true });
  }
}

function attachLine(wb: Workbench): void {
  window.addEventListener("online", () => void wb.wake());
  window.addEventListener("offline", () => void wb.queue.renew());
  window.addEventListener("focus", () => {
    if (wb.state.outbox.signedOut || wb.state.offlineSince !== null) void wb.wake();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      wb.stopwatch.pause();
      void wb.journal?.flush();
      void wb.autosave.flush(true);
    } else {
      wb.stopwatch.touch();
      void wb.wake();
    }
  });
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(`winnow-outbox-${wb.config.user.id}`);
  channel.addEventListener("message", () => void wb.outbox.refresh());
  wb.store.watch((state) => state.outbox.waiting, () => channel.postMessage("changed"));
}

function attachTimers(wb: Workbench): void {
  let askedAt = Date.now();
  let tries = 0;
  const tick = (): void => {
    watchLease(wb);
    // Nobody there for a whole lease: let it end, so that the seat is free for somebody else.
    if (wb.stopwatch.idleMs() < leaseMs(wb)) void wb.queue.renew();
    const waits = wb.config.mode !== "look" && wb.state.task === null && wb.state.ready === 0 && document.visibilityState === "visible";
    if (!waits) tries = 0;
    else if (Date.now() - askedAt >= askAgainMs(wb.state, tries)) {
      askedAt = Date.now();
      tries++;
      void wb.wake();
    }
    setTimeout(tick, waits ? SHORTEST_TICK_MS : Math.min(Math.max(leaseMs(wb) / 8, SHORTEST_TICK_MS), LONGEST_TICK_MS));
  };
  setTimeout(tick, SHORTEST_TICK_MS);
}

/** How long a page without a task waits before it asks again. */
export function askAgainMs({ claim, phase }: Pick<State, "claim" | "phase">, tries: number): number {
  return claim === "offline" || phase === "fault" ? Math.min(ASK_AGAIN_MS, 1000 * 2 ** tries) : ASK_AGAIN_MS;
}

function leaseMs(wb: Workbench): number {
  return (wb.state.task?.assignment.lease_seconds || 900) * 1000;
}

function watchLease(wb: Workbench): void {
  const { lease } = wb.state;
  if (lease && lease.endedAt === null && wb.api.now() > lease.endsAt) wb.endLease();
}

function attachLeaving(wb: Workbench): void {
  window.addEventListener("pagehide", () => {
    void wb.journal?.flush();
    void wb.autosave.flush(true);
    wb.queue.releaseAhead();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) void wb.wake();
  });
  window.addEventListener("beforeunload", (event) => {
    const { outbox, lasting } = wb.state;
    if (!lasting && outbox.waiting > 0) event.preventDefault();
  });
}
