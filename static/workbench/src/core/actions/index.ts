import type { Workbench } from "../workbench";
import { defineAnswerActions } from "./answers";
import { defineRegionActions } from "./regions";
import { defineTaskActions } from "./tasks";
import { defineViewActions } from "./views";

/** Teaches the workbench everything that can be done with it; a reviewer's actions come with their part. */
export function defineActions(wb: Workbench): void {
  defineTaskActions(wb);
  defineAnswerActions(wb);
  defineRegionActions(wb);
  defineViewActions(wb);
}
