/** What the parts of the series tool know of the stage they work on. */

import type { RowsPort } from "../../layers/time/port";
import type { Layout } from "./layout";
import type { Source } from "./source";

export interface SeriesPort extends RowsPort {
  readonly layout: Layout;
  readonly source: Source | null;
  /** The channel that the keys work on. */
  readonly active: number;
  /** The moment so many samples away, or pixels where edges are set down anywhere. */
  stepped(seconds: number, steps: number): number;
  /** A moment in words. */
  told(seconds: number): string;
}
