/** What the server knows of definitions, and what the parts of the form share. */

import type { Definition, Json } from "./definition";

export interface QuestionKind {
  readonly value: string;
  readonly title: string;
  /** The data types it goes with. */
  readonly data: readonly string[];
  /** What may stand in it, beside name, title and so on. */
  readonly keys: readonly string[];
}

export interface Kinds {
  readonly dataTypes: readonly (readonly [string, string])[];
  readonly questionTypes: readonly QuestionKind[];
  readonly attributeTypes: readonly (readonly [string, string])[];
  readonly palette: readonly string[];
}

/** How a question is shown at the moment: folded, which labels, which of them in full. */
export interface Look {
  open: boolean;
  page: number;
  search: string;
  readonly full: WeakSet<Json>;
}

/** What the parts of the form ask of the editor. */
export interface Desk {
  readonly definition: Definition;
  readonly kinds: Kinds;
  /** Whether the key or name in files of something may still follow what people call it. */
  mayRename(key: string): boolean;
  lookOf(question: Json): Look;
  /** Something typed: the source follows. Typing in one place is one step of undo. */
  typed(at: string, run: () => void): void;
  /** Something added, moved or removed: the form is drawn anew, with the focus at a place. */
  changed(run: () => void, focus: string, sentence?: string): void;
  /** Only what is shown changes. */
  redraw(focus: string): void;
}
