import type { Workbench } from "../workbench";
import { defineAnswerActions } from "./answers";
import { defineRegionActions } from "./regions";
import { defineTaskActions } from "./tasks";
import { defineViewActions } from "./views";

/** Teaches the workbench what every task needs; a reviewer's actions and those on marks come with their parts. */
export function defineActions(wb: Workbench): void {
  defineTaskActions(wb);
  defineAnswerActions(wb);
  defineRegionActions(wb);
  defineViewActions(wb);
}
