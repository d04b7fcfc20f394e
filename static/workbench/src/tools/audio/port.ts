/** What the parts of the audio tool know of the stage they work on. */

import type { ToolContext, Scene } from "../../core/tool";
import type { Layout } from "./layout";
import type { Marks, TimeMark } from "./marks";
import type { Player } from "./player";
import type { Sound } from "./sound";
import type { View } from "./view";

export interface AudioPort {
  readonly context: ToolContext;
  readonly player: Player;
  readonly view: View;
  readonly scene: Scene | null;
  readonly sound: Sound | null;
  readonly marks: Marks | null;
  readonly layout: Layout;
  selected(): TimeMark | null;
  /** The next change of the scene comes from the stage itself: the view stays where it is. */
  keepView(): void;
  drawTop(): void;
  tellFacts(): void;
}
