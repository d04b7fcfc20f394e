/** What the parts of the audio tool know of the stage they work on. */

import type { RowsPort } from "../../layers/time/port";
import type { Layout } from "./layout";
import type { Player } from "./player";

export interface AudioPort extends RowsPort {
  readonly player: Player;
  readonly layout: Layout;
}
