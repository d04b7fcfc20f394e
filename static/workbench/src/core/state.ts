/** Everything the panels show. Replaced by commands only. */

import type { DraftStatus } from "./autosave";
import { NO_DRAFT } from "./autosave";
import { SAID_NOTHING, type Certainty } from "./certainty";
import type { Comment } from "./comments";
import type { MessageKey } from "./i18n";
import type { KeySettings } from "./keymap";
import { EMPTY_OUTBOX, type OutboxStatus } from "./outbox";
import type { ClaimState } from "./queue";
import type { PenName } from "./pens";
import type { Problem, Schema } from "./schema";
import type { Answer, Assignment, Item, Progress, Region, Regions } from "./types";
import type { Snap } from "../geometry/segments";

export type TaskKind = "annotate" | "review" | "fix" | "look";

/** What is on the stage. */
export interface Task {
  readonly kind: TaskKind;
  readonly assignment: Assignment;
  readonly item: Item;
  readonly schema: Schema;
  /** Which of my tasks this is, for the heading; null where counting means nothing. */
  readonly number: number | null;
  readonly answers: readonly Answer[];
  /** The annotation that is being fixed. */
  readonly annotation: string | null;
}

/** A region offered by a model or a rule, not yet taken. Its id is the workbench's own. */
export interface Suggested {
  readonly source: string;
  readonly region: Region;
}

/** What undo brings back. */
export interface Snapshot {
  readonly regions: Regions;
  readonly suggested: readonly Suggested[];
  readonly selected: string | null;
}

export interface Lease {
  readonly endsAt: number;
  /** When it ended without being renewed; null while it runs. */
  readonly endedAt: number | null;
  /** The person chose to go on here. */
  readonly goOn: boolean;
  /** It ended because its holder answered in another tab. */
  readonly answered: boolean;
}

/** Another tab has this task: it was opened there first, or went on there. */
export interface Twin {
  readonly kind: "open" | "moved";
  /** The person keeps a version of their own here and needs no more telling. */
  readonly isQuiet: boolean;
}

export type Dialog = "help" | "guideline" | "past" | "attention" | "skip" | "keys" | "palette" | null;
export type Phase = "starting" | "working" | "empty" | "fault";
export type Mode = "select" | "draw" | "pan";

/** A sentence that stays until it is closed. */
export interface Notice {
  readonly id: number;
  readonly tone: "ok" | "warn" | "error" | "plain";
  readonly key: MessageKey;
  readonly values: Readonly<Record<string, string | number>>;
}

/** What breaks the rules of the schema, found while somebody works, and the same by region. */
export interface Broken {
  readonly list: readonly Problem[];
  readonly of: ReadonlyMap<string, readonly Problem[]>;
}

export interface Review {
  /** Which answer is looked at. */
  readonly chosen: number;
  /** The answer is being corrected in the editor. */
  readonly editing: boolean;
  /** Which difference is looked at; null shows the whole item. */
  readonly difference: number | null;
  readonly reason: string;
  /** What is decided may become gold, once a manager signs for it. */
  readonly gold: boolean;
  /** What is taken from other answers than the chosen one, by difference. */
  readonly taken: Readonly<Record<number, number>>;
}

export interface State {
  readonly phase: Phase;
  readonly faultText: string;
  readonly claim: ClaimState;
  readonly task: Task | null;
  readonly regions: Regions;
  readonly suggested: readonly Suggested[];
  readonly selected: string | null;
  /** The turn of a conversation that is answered about now, as regions name it. */
  readonly turn: string | null;
  readonly certainty: Certainty;
  /** The question the number keys answer. */
  readonly question: string | null;
  /** The label a new box or span of that question gets. */
  readonly brush: string | null;
  readonly mode: Mode;
  /** What was last taken up to draw on pictures; null until something was. */
  readonly pen: PenName | null;
  readonly hidden: boolean;
  readonly snap: Snap;
  /** Labels have a pattern beside their colour. */
  readonly strokes: boolean;
  readonly problems: readonly Problem[];
  readonly broken: Broken;
  /** What is said about the answer; empty until it was asked for. */
  readonly comments: readonly Comment[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly draft: DraftStatus;
  readonly outbox: OutboxStatus;
  /** When the server stopped answering; null while it does. */
  readonly offlineSince: number | null;
  readonly lasting: boolean;
  readonly ready: number;
  readonly lease: Lease | null;
  readonly twin: Twin | null;
  /** Another version of the draft, kept on this device. */
  readonly beside: Regions | null;
  readonly progress: Progress | null;
  readonly sessionDone: number;
  readonly medianSeconds: number | null;
  readonly dialog: Dialog;
  /** The key map as it was changed on this page; null while it is as it came. */
  readonly keys: KeySettings | null;
  readonly review: Review;
  readonly notices: readonly Notice[];
  /** Short facts of the tool for the status bar, such as zoom and place. */
  readonly facts: readonly string[];
}

export const FRESH_REVIEW: Review = { chosen: 0, editing: false, difference: null, reason: "", gold: false, taken: {} };

export const NOTHING_BROKEN: Broken = { list: [], of: new Map() };

export const INITIAL: State = {
  phase: "starting",
  faultText: "",
  claim: "idle",
  task: null,
  regions: [],
  suggested: [],
  selected: null,
  turn: null,
  certainty: SAID_NOTHING,
  question: null,
  brush: null,
  mode: "select",
  pen: null,
  hidden: false,
  snap: "word",
  strokes: false,
  problems: [],
  broken: NOTHING_BROKEN,
  comments: [],
  canUndo: false,
  canRedo: false,
  draft: NO_DRAFT,
  outbox: EMPTY_OUTBOX,
  offlineSince: null,
  lasting: true,
  ready: 0,
  lease: null,
  twin: null,
  beside: null,
  progress: null,
  sessionDone: 0,
  medianSeconds: null,
  dialog: null,
  keys: null,
  review: FRESH_REVIEW,
  notices: [],
  facts: [],
};

/** Whether answers stand beside each other: to decide between them, or to look at a correction. */
export function isComparing({ task, review }: State): boolean {
  return task?.kind === "review" ? !review.editing : task?.kind === "look" && task.answers.length > 1;
}

/** Whether regions may be changed right now. */
export function canEdit(state: State): boolean {
  if (!state.task || state.task.kind === "look") return false;
  return state.task.kind !== "review" || state.review.editing;
}
