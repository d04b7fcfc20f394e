/** What the parts that mark time know of the stage they work on. */

import type { ToolContext, Scene } from "../../core/tool";
import type { Marks, TimeMark } from "./marks";
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
