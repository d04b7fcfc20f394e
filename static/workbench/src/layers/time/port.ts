/** What the parts that mark time know of the stage they work on. */

import type { ToolContext, Scene } from "../../core/tool";
import type { Marks, TimeMark } from "./marks";
import type { TimeLayout } from "./rows";
import type { View } from "./view";

export interface TimePort {
  readonly context: ToolContext;
  /** Where the play head is, in seconds, and whether it runs. */
  readonly player: { readonly at: number; readonly isPlaying: boolean };
  readonly view: View;
  readonly scene: Scene | null;
  /** How long the clip is; null while nothing is known of it. */
  readonly clip: { readonly seconds: number; readonly channels: number } | null;
  readonly marks: Marks | null;
  selected(): TimeMark | null;
  /** The next change of the scene comes from the stage itself: the view stays where it is. */
  keepView(): void;
  drawTop(): void;
  tellFacts(): void;
}

/** A stage that shows time as rows which a pointer can mark. */
export interface RowsPort extends TimePort {
  readonly layout: TimeLayout;
  /** Moves the play head, or the cursor; `y` is where the pointer was. */
  seek(seconds: number, y: number): void;
  /** Where a moment under the pointer is set down: on a whole millisecond, or on a sample. */
  settled(seconds: number): number;
  /** On which channel a new region lies that begins at this height; null is all. */
  channelFor(y: number, isTap: boolean): number | null;
  /** Scrolls rows that do not fit; false where all do. */
  scrollRows?(dy: number): boolean;
}
