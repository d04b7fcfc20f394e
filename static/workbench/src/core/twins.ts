/**
 * One task in two tabs. The tab that came later says so at once and sends nothing: what is done there is
 * kept beside the draft on this device, until the person takes over. What one version would replace is
 * kept as the other version, so that neither is lost.
 */

import { besideId, type ServerDraft } from "./autosave";
import { t } from "./i18n";
import { theirDraft } from "./opening";
import { sameRegions } from "./regions";
import type { Task } from "./state";
import { documentOf, type Regions } from "./types";
import { uuid } from "./uuid";
import type { Workbench } from "./workbench";

/** What tabs of one person tell each other about the task on their stage. */
interface Word {
  readonly is: "open" | "here" | "take" | "given" | "answered" | "left";
  readonly task: string;
  readonly tab: string;
  /** When that tab opened the task. */
  readonly at: number;
}

export interface Channel {
  postMessage(word: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** How long the other tab may take to write down what it has. */
const HANDOVER_MS = 1000;

export function openChannel(user: string): Channel | null {
  return typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`winnow-tasks-${user}`);
}

export function watchTwins(wb: Workbench, channel: Channel | null): void {
  const twins = new Twins(wb, channel);
  wb.commands.define("draft.insist", () => void twins.takeOver());
  wb.commands.define("draft.takeTheirs", () => void twins.takeTheirs());
  wb.commands.define("draft.keepHere", () => twins.keepHere());
  wb.commands.define("beside.show", () => void twins.showOther());
  wb.commands.define("beside.discard", () => void twins.dropOther());
}

class Twins {
  readonly #wb: Workbench;
  readonly #channel: Channel | null;
  readonly #tab = uuid();
  #task: string | null = null;
  #at = 0;
  #given: (() => void) | null = null;

  constructor(wb: Workbench, channel: Channel | null) {
    this.#wb = wb;
    this.#channel = channel;
    channel?.addEventListener("message", ({ data }) => this.#heard(data as Word));
    wb.store.watch(({ task }) => nameOf(task), (task) => this.#shows(task));
    wb.onAnswered = () => { if (this.#task) this.#say("answered", this.#task); };
    if (typeof window === "undefined") return;
    window.addEventListener("pagehide", () => { if (this.#task) this.#say("left", this.#task); });
    window.addEventListener("pageshow", ({ persisted }) => { if (persisted && this.#task) this.#say("open", this.#task); });
  }

  #shows(task: string | null): void {
    if (this.#task) this.#say("left", this.#task);
    this.#task = task;
    this.#at = performance.timeOrigin + performance.now();
    if (task) this.#say("open", task);
  }

  #say(is: Word["is"], task: string): void {
    this.#channel?.postMessage({ is, task, tab: this.#tab, at: this.#at } satisfies Word);
  }

  #heard({ is, task, tab, at }: Word): void {
    if (task !== this.#task || tab === this.#tab) return;
    const follows = this.#wb.state.twin !== null;
    const wasFirst = at < this.#at || (at === this.#at && tab < this.#tab);
    if (is === "open" && !follows && !wasFirst) this.#say("here", task);
    else if ((is === "here" || is === "open") && !follows && wasFirst) this.#follow("open");
    else if (is === "take" && !follows) void this.#giveAway(task);
    else if (is === "given") this.#given?.();
    else if (is === "answered") this.#wb.endLease(true);
    else if (is === "left" && follows && !this.#wb.state.lease?.answered) void this.takeOver();
  }

  /** From here on another tab saves this task. */
  #follow(kind: "open" | "moved"): void {
    this.#wb.autosave.hold();
    this.#wb.journal?.pause();
    this.#wb.store.set({ twin: { kind, isQuiet: false } });
  }

  async #giveAway(task: string): Promise<void> {
    await this.#wb.autosave.flush();
    if (this.#task !== task) return;
    this.#follow("moved");
    this.#say("given", task);
  }

  /**
   * This tab saves from now on: what is on its screen, or, where nothing was changed here, what the other
   * had. When the other tab is gone, this happens by itself.
   */
  async takeOver(): Promise<void> {
    const wb = this.#wb;
    const task = this.#task;
    if (wb.state.twin && task) {
      const given = new Promise<void>((resolve) => { this.#given = resolve; });
      this.#say("take", task);
      await Promise.race([given, new Promise((resolve) => setTimeout(resolve, HANDOVER_MS))]);
    }
    const theirs = await theirDraft(wb);
    if (this.#task !== task) return;
    wb.store.set({ twin: null });
    const differs = theirs !== null && !sameRegions(theirs.regions, wb.state.regions);
    if (!wb.autosave.hasChanges && differs) return this.#open(theirs);
    if (wb.state.task?.kind === "annotate") wb.journal?.resume(wb.draftId(wb.state.task.assignment));
    if (!wb.autosave.hasChanges) return wb.autosave.goOn();
    if (differs) await this.#keepBeside(theirs.regions);
    else await this.dropOther();
    await wb.autosave.insist();
  }

  async takeTheirs(): Promise<void> {
    const wb = this.#wb;
    const theirs = await theirDraft(wb);
    const { task, regions } = wb.state;
    if (!task) return;
    if (!theirs) return wb.notify("warn", "notice.notReachable");
    await wb.shelf.removeDraft(wb.draftIdOf(task));
    if (!sameRegions(theirs.regions, regions)) await this.#keepBeside(regions);
    this.#open(theirs);
  }

  /** Nothing of this tab goes to the server; it stays on this device as the other version. */
  keepHere(): void {
    const wb = this.#wb;
    wb.autosave.hold();
    wb.journal?.pause();
    void wb.autosave.flush();
    wb.store.set({ twin: { kind: wb.state.twin?.kind ?? "open", isQuiet: true } });
    wb.announce(t("announce.keptHere"));
  }

  async showOther(): Promise<void> {
    const { beside } = this.#wb.state;
    if (!beside) return;
    // One step of undo: what was on the screen is one key away.
    this.#wb.edit({ regions: beside, selected: null });
    await this.dropOther();
  }

  async dropOther(): Promise<void> {
    const wb = this.#wb;
    const { task } = wb.state;
    wb.store.set({ beside: null });
    if (task) await wb.shelf.removeDraft(besideId(wb.draftIdOf(task)));
  }

  async #keepBeside(regions: Regions): Promise<void> {
    const wb = this.#wb;
    const { task } = wb.state;
    if (!task) return;
    const id = besideId(wb.draftIdOf(task));
    await wb.shelf.putDraft({ id, regions, savedAt: Date.now(), etag: null, sent: false });
    wb.store.set({ beside: regions });
  }

  #open({ regions, etag }: ServerDraft): void {
    const { task } = this.#wb.state;
    if (task) this.#wb.openAssignment({ ...task.assignment, draft: { regions: documentOf(regions), etag } }, true);
  }
}

/** Tabs meet on a task or on an answer that is being fixed; to look at something is no meeting. */
function nameOf(task: Task | null): string | null {
  if (!task || task.kind === "look") return null;
  return task.annotation ?? task.assignment.id;
}
