/** What a tool is: it draws an item and its regions on the stage and turns gestures into actions. */

import type { Announce } from "./a11y";
import type { Command, Run } from "./commands";
import type { PenName } from "./pens";
import type { Problem, Schema } from "./schema";
import type { Mode, Suggested } from "./state";
import type { Item, Regions } from "./types";
import type { Rect } from "../geometry/rect";
import type { Snap } from "../geometry/segments";

/** A place that a reviewer should look at. */
export interface Mark {
  readonly number: number;
  readonly region: string;
  readonly chosen: boolean;
}

/** Everything a tool draws. A new scene replaces the old one. */
export interface Scene {
  /** Changes with every task; the same key keeps zoom and scroll. */
  readonly key: string;
  readonly item: Item;
  readonly schema: Schema;
  readonly regions: Regions;
  readonly suggested: readonly Suggested[];
  readonly selected: string | null;
  readonly hidden: boolean;
  /** The question and label that drawing uses now; null where nothing can be drawn. */
  readonly brush: { readonly question: string; readonly label: string } | null;
  readonly mode: Mode;
  readonly pen: PenName | null;
  readonly snap: Snap;
  /** Labels are drawn with a pattern beside their colour. */
  readonly strokes: boolean;
  readonly marks: readonly Mark[];
  /** What is not right yet, by region; its sign stands at the region. */
  readonly broken?: ReadonlyMap<string, readonly Problem[]>;
  /** A place of a picture to look at closely; null shows it whole. Only for pictures beside each other. */
  readonly look: Rect | null;
}

/** The sign at a region: whether its answer is refused or only warned of; null where it is in order. */
export type Sign = "error" | "warning" | null;

export function signOf(problems: readonly Problem[] | undefined): Sign {
  return problems ? (problems.every((one) => one.warning) ? "warning" : "error") : null;
}

export interface ToolContext {
  readonly run: Run;
  readonly announce: Announce;
  /** How the first key of an action is pressed now, or the one at another place of its list; "" for none. */
  readonly keyOf?: (id: string, place?: number) => string;
  /** Nothing can be drawn or moved; selecting still works. */
  readonly readOnly: boolean;
}

export interface MountedTool {
  /** Draws the scene. Resolves when the item itself is on the screen. */
  update(scene: Scene): Promise<void>;
  /** A label was picked. True when the tool used it at once, for instance on selected text. */
  takeLabel(question: string, label: string): boolean;
  /** True where changes still wait to be made: then `act` comes after them. */
  settle?(act?: () => void): boolean;
  readonly commands: readonly Command[];
  destroy(): void;
}

export interface Tool {
  mount(host: HTMLElement, context: ToolContext): MountedTool;
  /** Fetches and decodes ahead of time. */
  prepare(item: Item): Promise<void>;
  /** Forgets what was prepared for an item. */
  forget(item: Item): void;
}
