/** The workbench without its panels: one task on the stage, the stream behind it, and the way out. */

import type { Announce } from "./a11y";
import { Autosave, besideId } from "./autosave";
import { askedAnswers, askedQuestions, withItemLabels } from "./conditions";
import type { Api, OnLine } from "./api";
import { recall } from "./certainty";
import { Commands } from "./commands";
import { History } from "./history";
import { t } from "./i18n";
import type { Journal, Live, Replayed } from "./journal";
import { Keymap, type SettingsPlace } from "./keymap";
import { comeBack, newestDraft, suggestedOf, theirDraft } from "./opening";
import { Outbox, withWebLock, type Sent } from "./outbox";
import { faultOf, refusedProblems } from "./problems";
import { TaskQueue, holdOf, withOneMore } from "./queue";
import { joinedOnly } from "./regions";
import { Revisions } from "./revisions";
import { check, isDrawn, offeredLabels, questionNamed, type Schema } from "./schema";
import type { KeptDraft, Shelf } from "./shelf";
import { Store } from "./store";
import { FRESH_REVIEW, INITIAL, NOTHING_BROKEN, canEdit, type Notice, type Snapshot, type State, type Task } from "./state";
import { Stopwatch } from "./stopwatch";
import type { MountedTool } from "./tool";
import type { Assignment, Config, Item, Regions } from "./types";

export interface WorkbenchPorts {
  readonly config: Config;
  readonly api: Api & { onLine: OnLine };
  readonly shelf: Shelf;
  readonly announce: Announce;
  readonly settings: SettingsPlace | null;
  /** Where steps are kept, so that undo survives a crash; null where nothing is kept. */
  makeJournal?(live: () => Live): Journal | null;
  /** Fetches and decodes what showing the task needs. */
  prepare(assignment: Assignment, schema: Schema): Promise<void>;
  /** The item will not be shown again soon. */
  forget(item: Item): void;
  /** Called when a new task was put into the state; resolves when it is on the screen. */
  shown(): Promise<void>;
}

interface Prepared {
  readonly schema: Schema;
  readonly kept: KeptDraft | null;
  readonly beside: KeptDraft | null;
  readonly journal: Replayed | null;
}

export class Workbench {
  readonly config: Config;
  readonly api: Api;
  readonly revisions: Revisions;
  readonly shelf: Shelf;
  readonly announce: Announce;
  readonly store = new Store<State>(INITIAL);
  readonly history = new History<Snapshot>();
  readonly commands = new Commands();
  readonly keymap: Keymap;
  readonly outbox: Outbox;
  readonly autosave: Autosave;
  readonly queue: TaskQueue;
  readonly journal: Journal | null;
  readonly stopwatch = new Stopwatch();
  /** When the last key or pointer came, for the measurement of what follows. */
  inputAt = 0;
  /** Whether a task that waits has been worked on, where many are on the page. */
  isBegun: (id: string) => boolean = () => false;
  /** Tells other tabs that the task on the stage is answered. */
  onAnswered: () => void = () => undefined;
  /** The tool on the stage. */
  tool: MountedTool | null = null;
  readonly #ports: WorkbenchPorts;
  readonly #prepared = new Map<string, Prepared>();
  #notices = 0;
  #opening = false;
  #unopened: Assignment | null = null; // it could not be shown; the next waking tries again
  #mineAtStart: number | null = null;

  constructor(ports: WorkbenchPorts) {
    this.#ports = ports;
    this.config = ports.config;
    this.api = ports.api;
    this.shelf = ports.shelf;
    this.announce = ports.announce;
    this.keymap = new Keymap(this.commands, ports.settings, ports.config.user.id, ports.config.user.keys);
    this.revisions = new Revisions(ports.api, ports.config.schema_revision);
    this.outbox = this.#makeOutbox();
    this.autosave = this.#makeAutosave();
    this.queue = this.#makeQueue();
    this.journal = ports.makeJournal?.(() => ({ past: this.history.past, future: this.history.future, state: this.snapshot })) ?? null;
    this.history.onStep = (word) => this.journal?.note(word);
    this.store.set({ lasting: ports.shelf.lasting });
    ports.api.onLine = (answered) => this.#line(answered);
  }

  get state(): State { return this.store.state; }

  #makeOutbox(): Outbox {
    return new Outbox({
      shelf: this.shelf,
      api: this.api,
      user: this.config.user.id,
      exclusively: withWebLock,
      onChange: (outbox) => this.store.set({ outbox }),
      onSent: (sent) => this.#sent(sent),
    });
  }

  #makeAutosave(): Autosave {
    return new Autosave({
      shelf: this.shelf,
      api: this.api,
      onStatus: (draft) => this.store.set({ draft }),
      onHoldLost: (refusal) => this.endLease(refusal.code === "already-answered"),
      onRefused: (refusal, regions) => this.store.set({ problems: refusedProblems(refusal, regions) }),
      onLease: (endsAt) => this.queue.extend(endsAt),
      theirs: () => theirDraft(this),
    });
  }

  #makeQueue(): TaskQueue {
    return new TaskQueue({
      api: this.api,
      queue: this.config.queue.id,
      stage: this.config.queue.stage, hold: this.config.queue.hold,
      place: this.#ports.settings,
      finished: () => this.outbox.finished(),
      prepare: (assignment) => this.prepare(assignment),
      onChange: () => this.#queueChanged(),
      onProgress: (progress) => {
        // A claim that was answered proves the session: somebody signed in, perhaps in another tab.
        if (this.state.outbox.signedOut) void this.outbox.drain();
        this.#mineAtStart ??= progress.mine;
        this.store.set({ progress });
      },
      isBegun: ({ id }) => this.isBegun(id),
      onLost: (refusal) => this.endLease(refusal.code === "already-answered"),
      onRenewed: (assignment) => this.#renewed(assignment),
    });
  }

  /** An answer, or none: the line is up, or down since the first call that got none. */
  #line(answered: boolean): void {
    const { offlineSince } = this.state;
    if (answered && offlineSince !== null) {
      this.store.set({ offlineSince: null });
      void this.wake();
    } else if (!answered && offlineSince === null) {
      this.store.set({ offlineSince: this.api.now() });
    }
  }

  #sent({ entry, data }: Sent): void {
    this.queue.exclude(entry.hold);
    const reply = data as { extra?: boolean; answered_before?: boolean } | null;
    const late = entry.kind === "review" ? "notice.decided" : reply?.answered_before ? "notice.second" : "notice.extra";
    if (reply?.extra) this.notify("warn", late, { title: entry.title });
    else if (entry.queue === this.config.queue.id) this.store.set({ progress: withOneMore(this.state.progress, entry.kind) });
    // Claims answer what one holds first: with more on its way, the answer would bring nothing new.
    if (entry.queue === this.config.queue.id && this.state.outbox.waiting === 0) void this.queue.refill();
  }

  #queueChanged(): void {
    const { ready, state: claim, fault } = this.queue;
    this.store.set({ ready: ready.length, claim, faultText: fault ? faultOf(fault) : "" });
    const { phase, task } = this.state;
    if (this.config.mode === "grid") {
      if (claim === "nothing" || claim === "fault") this.store.set({ phase: claim === "nothing" ? "empty" : "fault" });
    } else if (!task && phase !== "working" && ready.length > 0) this.openNext();
    else if (!task && (claim === "nothing" || claim === "fault")) {
      this.store.set({ phase: claim === "nothing" ? "empty" : "fault" });
    }
  }

  #renewed(assignment: Assignment): void {
    const { task } = this.state;
    if (!task || task.assignment.id !== assignment.id) return;
    const lease = { endsAt: Date.parse(assignment.lease_ends_at), endedAt: null, goOn: false, answered: false };
    this.autosave.renewed(assignment.fence);
    this.store.set({ task: { ...task, assignment }, lease });
  }

  /** The hold on the task is over: say so and why, and ask whether it can be had again. */
  endLease(answered = false): void {
    const { lease } = this.state;
    if (!lease || lease.answered || (lease.endedAt !== null && !answered)) return;
    const endedAt = lease.endedAt ?? Math.min(this.api.now(), lease.endsAt);
    this.store.set({ lease: { ...lease, endedAt, answered, goOn: lease.goOn && !answered } });
    void this.queue.refill();
  }

  draftId(assignment: Assignment): string {
    return `${this.config.user.id}:${assignment.id}`;
  }

  /** The name of the draft of what is on the stage: of a task, or of an answer that is being fixed. */
  draftIdOf({ annotation, assignment }: Task): string {
    return annotation ? `${this.config.user.id}:fix:${annotation}` : this.draftId(assignment);
  }

  /** Brings everything here that showing this task needs. */
  async prepare(assignment: Assignment): Promise<void> {
    const id = this.draftId(assignment);
    const [schema, kept, beside, journal = null] = await Promise.all([
      this.revisions.of(assignment.schema_revision), this.shelf.draft(id), this.shelf.draft(besideId(id)), this.journal?.read(id),
    ]);
    this.#prepared.set(assignment.id, { schema, kept, beside, journal });
    await this.#ports.prepare(assignment, schema);
  }

  /** Shows the next task of the stream, or waits for one. */
  openNext(): void {
    if (this.#opening) return;
    // Taking tells of a change, and a change opens the next task: once is enough.
    this.#opening = true;
    const next = this.queue.take();
    this.#opening = false;
    if (next) return this.openAssignment(next);
    this.#forgetTask();
    this.store.set({ phase: this.queue.state === "nothing" ? "empty" : "starting" });
    void this.queue.refill();
  }

  /** Shows an assignment of the stream: with its draft if there is one; `anew` looks for that again. */
  openAssignment(assignment: Assignment, anew = false): void {
    const prepared = anew ? undefined : this.#prepared.get(assignment.id);
    if (prepared) return this.#openPrepared(assignment, prepared);
    this.#opening = true;
    this.prepare(assignment)
      .then(() => {
        this.#opening = false;
        const now = this.#prepared.get(assignment.id);
        if (now) this.#openPrepared(assignment, now);
      })
      .catch((error: unknown) => {
        this.#opening = false;
        this.#unopened = assignment;
        this.store.set({ phase: "fault", faultText: faultOf(error) });
      });
  }

  #openPrepared(assignment: Assignment, { schema, kept, beside, journal }: Prepared): void {
    this.#prepared.delete(assignment.id);
    this.#unopened = null;
    const kind = assignment.stage === "annotate" ? "annotate" : "review";
    const number = (this.#mineAtStart ?? 0) + this.state.sessionDone + 1;
    const answers = assignment.answers ?? [];
    const task: Task = { kind, assignment, item: assignment.item, schema, number, answers, annotation: null };
    const { regions, etag } = newestDraft(assignment, kept);
    this.show(task, regions);
    this.store.set({ beside: beside?.regions ?? null });
    if (kind === "review") this.store.set({ review: FRESH_REVIEW });
    this.autosave.open({
      id: this.draftId(assignment),
      path: `assignments/${assignment.id}/draft`,
      fence: assignment.fence,
      etag,
    });
    if (kind === "annotate") comeBack(this, journal, regions);
    void this.queue.refill();
  }

  get snapshot(): Snapshot {
    const { regions, suggested, selected } = this.state;
    return { regions, suggested, selected };
  }

  /** Puts a task and its regions on the stage. */
  show(given: Task, regions: Regions): void {
    const task = { ...given, schema: withItemLabels(given.schema, given.item) };
    const { assignment } = task;
    const isHeld = task.kind === "annotate" || task.kind === "review";
    const before = this.state.task;
    if (before && before.item.id !== task.item.id) this.#ports.forget(before.item);
    this.journal?.pause();
    this.history.clear();
    this.store.transact(() => {
      this.store.set({
        phase: "working",
        task,
        regions,
        suggested: suggestedOf(assignment, regions),
        selected: null, turn: null,
        certainty: recall(this.keymap.place, this.draftIdOf(task)),
        hidden: false,
        problems: [],
        broken: NOTHING_BROKEN,
        canUndo: false,
        canRedo: false,
        dialog: null,
        twin: null,
        beside: null,
        review: FRESH_REVIEW,
        lease: isHeld
          ? { endsAt: Date.parse(assignment.lease_ends_at), endedAt: null, goOn: false, answered: false }
          : null,
      });
      this.activateQuestion(this.#firstQuestion(task.schema));
    });
    this.stopwatch.start(typeof document !== "undefined" && document.visibilityState === "hidden");
    void this.#ports.shown();
  }

  #firstQuestion(schema: Schema): string | null {
    const known = this.state.question;
    if (known && questionNamed(schema, known) && schema.questions.length === 1) return known;
    return schema.questions[0]?.name ?? null;
  }

  #forgetTask(): void {
    const { task } = this.state;
    if (task) this.#ports.forget(task.item);
    this.autosave.close();
    this.history.clear();
    this.store.set({
      task: null, regions: [], suggested: [], selected: null, lease: null, problems: [], broken: NOTHING_BROKEN,
      canUndo: false, canRedo: false,
    });
  }

  /** Number keys and drawing now serve this question. */
  activateQuestion(name: string | null): void {
    const { task, question: before, brush: kept, mode } = this.state;
    const question = task && name ? questionNamed(task.schema, name) : null;
    if (!question) return this.store.set({ question: null, brush: null, mode: "select" });
    const labels = offeredLabels(question);
    const stays = before === name && labels.some((label) => label.key === kept);
    const brush = isDrawn(question) && task?.kind !== "look" ? (stays ? kept : (labels[0]?.key ?? null)) : null;
    const drawing = isDrawn(question) && task !== null && canEdit(this.state);
    this.store.set({ question: name, brush, mode: drawing ? "draw" : mode === "draw" ? "select" : mode });
  }

  /** Changes the answer as one step of undo; steps with the same mark become one. */
  edit(change: Partial<Snapshot>, merge: string | null = null): void {
    if (!canEdit(this.state)) return;
    const { task } = this.state;
    if (!task) return;
    const before = this.snapshot;
    const all = { ...before, ...change };
    // What is no longer asked takes its answer with it, in the same step of undo.
    const after = { ...all, regions: joinedOnly(askedAnswers(task.schema, all.regions)) };
    this.history.record({ before, after, merge });
    this.restore(after);
    const asked = askedQuestions(task.schema, before.regions);
    const fresh = askedQuestions(task.schema, after.regions).find((one) => !asked.includes(one));
    if (fresh) this.announce(t("announce.asked", { question: fresh.title }));
  }

  /** Does this, after what the tool on the stage still has to do. */
  settle(act: () => void): void {
    if (!this.tool?.settle?.(act)) act();
  }

  /** Puts a snapshot in place and sees that it is saved. */
  restore(snapshot: Snapshot): void {
    const { task, problems } = this.state;
    if (!task) return;
    this.store.set({
      ...snapshot,
      problems: problems.length ? check(task.schema, snapshot.regions, task.item) : problems,
      canUndo: this.history.canUndo,
      canRedo: this.history.canRedo,
    });
    const { question } = this.state;
    const asked = askedQuestions(task.schema, snapshot.regions);
    if (question && !asked.some((one) => one.name === question)) this.activateQuestion(asked[0]?.name ?? null);
    this.autosave.changed(snapshot.regions);
  }

  notify(tone: Notice["tone"], key: Notice["key"], values: Notice["values"] = {}): void {
    const notice: Notice = { id: ++this.#notices, tone, key, values };
    this.store.set({ notices: [...this.state.notices.slice(-3), notice] });
    this.announce(t(key, values));
  }

  /** Sends what waits, and brings back what may have been missed. Call when the line may be back. */
  async wake(): Promise<void> {
    void this.autosave.flush();
    if (this.#unopened && !this.state.task && !this.#opening) this.openAssignment(this.#unopened, true);
    // First what is finished, so that its tasks are not given out anew; then new ones, also where sending takes long.
    const sent = this.outbox.refresh().then(() => this.outbox.drain()).catch(() => undefined);
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 3000))]);
    if (this.config.mode !== "look") void this.queue.refill();
  }

  /** Starts the stream. Work from before a reload is never offered again. */
  async start(): Promise<void> {
    const kept = await this.outbox.finished().catch(() => null); // asking for tasks says why
    kept?.holds.forEach((hold) => this.queue.exclude(hold));
    void this.queue.refill();
    await this.wake();
  }

  /** The name of the hold on the stage. */
  currentHold(task: Task): string {
    return task.annotation ? `fix:${task.annotation}` : holdOf(task.assignment);
  }
}
