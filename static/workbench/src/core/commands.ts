/**
 * Named actions: the only way to change state, whether by key, pointer or panel.
 *
 * Every action and what it needs stands in `Actions`. Its title appears in the help sheet when it has
 * keys.
 */

import type { MessageKey } from "./i18n";
import type { PenName } from "./pens";
import type { Dialog, Mode } from "./state";
import type { Attributes, AttributeValue, PastAnswer, Place, Region } from "./types";

export interface Actions {
  "region.add": { readonly region: Region };
  "region.place": { readonly id: string; readonly at: Place; readonly merge?: string };
  "region.label": { readonly id: string; readonly label: string };
  "region.attribute": { readonly id: string; readonly name: string; readonly value: AttributeValue | null };
  "region.select": { readonly id: string | null };
  "region.value": { readonly id: string; readonly value: string };
  /** Some regions instead of others, as one step of undo. The first new one is selected. */
  "region.replace": { readonly remove: readonly string[]; readonly add: readonly Region[] };
  /** Other properties of some regions, as one step of undo. */
  "region.arrange": { readonly ids: readonly string[]; readonly group?: number | null; readonly z?: number };
  "region.remove": void;
  "region.next": void;
  "region.previous": void;
  "region.deselect": void;
  "label.search": void;
  "label.pick": { readonly question: string; readonly label: string };
  "answer.value": { readonly question: string; readonly value: number | string | null; readonly attributes?: Attributes };
  "turn.choose": { readonly turn: string | null };
  "answer.unsure": void;
  "answer.confidence": { readonly value: number | null };
  "question.activate": { readonly question: string };
  "question.next": void;
  "question.previous": void;
  "suggestion.accept": void;
  "suggestion.acceptAll": void;
  "suggestion.dismissAll": void;
  "suggestion.patterns": void;
  "history.undo": void;
  "history.redo": void;
  "view.hide": void;
  "view.mode": { readonly mode: Mode };
  "view.pen": { readonly pen: PenName };
  "view.snap": void;
  "view.strokes": void;
  "comment.write": void;
  "broken.next": void;
  "view.facts": { readonly facts: readonly string[] };
  "tool.select": void;
  "tool.draw": void;
  "tool.pan": void;
  "dialog.open": { readonly dialog: Dialog };
  "dialog.close": void;
  "help.open": void;
  "keys.open": void;
  "grid.open": void;
  "palette.open": void;
  "guideline.open": void;
  "past.open": void;
  "pane.next": void;
  "pane.previous": void;
  "task.submit": void;
  "task.submitFromField": void;
  "task.skip": void;
  "task.skipWithReason": { readonly reason: string };
  "task.askSkipReason": void;
  "task.next": void;
  "task.goOn": void;
  "task.fix": { readonly answer: PastAnswer };
  "task.stopFixing": void;
  "task.reopen": { readonly seq: number };
  "draft.insist": void;
  "draft.takeTheirs": void;
  "draft.keepHere": void;
  "beside.show": void;
  "beside.discard": void;
  "queue.askAgain": void;
  "outbox.tryNow": void;
  "outbox.retry": { readonly seq: number };
  "outbox.discard": { readonly seq: number };
  "notice.close": { readonly id: number };
  "look.next": void;
  "look.previous": void;
  "review.choose": { readonly index: number };
  "review.chooseNext": void;
  "review.choosePrevious": void;
  "review.difference": { readonly index: number | null };
  "review.nextDifference": void;
  "review.previousDifference": void;
  "review.take": { readonly difference: number; readonly answer: number };
  "review.takeHere": void;
  "review.drawAnew": void;
  "review.reason": { readonly reason: string };
  "review.gold": { readonly gold: boolean };
  "review.accept": void;
  "review.correct": void;
  "review.reject": void;
  "review.compare": void;
}

export type ActionName = keyof Actions;
export type Group = "label" | "task" | "region" | "view" | "tool" | "review";
/** Where a key works: everywhere, on the stage, or not at all while a dialog is open. */
export type Scope = "global" | "tool";

export interface Binding {
  readonly title: MessageKey;
  readonly group: Group;
  readonly keys: readonly string[];
  readonly scope?: Scope;
  /** Holding the key down repeats the action. */
  readonly repeats?: boolean;
  /** The action works in text fields, too. */
  readonly inFields?: boolean;
  /** Whether the help sheet of this task should name it; always, where nothing is said. */
  readonly fits?: () => boolean;
}

export interface Command {
  readonly id: string;
  readonly binding: Binding | null;
  when(): boolean;
  run(argument: unknown): void;
}

type ArgumentOf<K extends ActionName> = Actions[K] extends void ? [] : [Actions[K]];
export type Run = <K extends ActionName>(id: K, ...argument: ArgumentOf<K>) => void;

const ALWAYS = (): boolean => true;

export class Commands {
  readonly #commands = new Map<string, Command>();
  /** Key actions that come and go with the tool on the stage; they are asked first. */
  readonly #mounted = new Map<string, Command>();

  /** Defines an action. */
  define<K extends ActionName>(
    id: K,
    run: (argument: Actions[K]) => void,
    binding: Binding | null = null,
    when: () => boolean = ALWAYS,
  ): void {
    this.#commands.set(id, { id, binding, when, run: run as (argument: unknown) => void });
  }

  /** Adds the key actions of a mounted tool; returns how to take them away again. */
  addAll(commands: readonly Command[]): () => void {
    for (const command of commands) this.#mounted.set(command.id, command);
    return () => {
      for (const command of commands) {
        if (this.#mounted.get(command.id) === command) this.#mounted.delete(command.id);
      }
    };
  }

  /** Runs an action, if it makes sense now. */
  readonly run: Run = (id, ...argument) => {
    const command = this.#commands.get(id);
    if (!command) throw new Error(`No action is called ${id}`);
    if (command.when()) command.run(argument[0]);
  };

  isPossible(id: ActionName): boolean {
    return this.#commands.get(id)?.when() ?? false;
  }

  all(): Command[] {
    return [...this.#mounted.values(), ...this.#commands.values()];
  }
}

/** A key action of a tool; it hears which of its keys was pressed. */
export function toolCommand(
  id: string,
  binding: Omit<Binding, "group"> & { readonly group?: Group },
  run: (chord: string) => void,
  when: () => boolean = ALWAYS,
): Command {
  const whole: Binding = { scope: "tool", group: "tool", ...binding };
  return { id, binding: whole, when, run: (chord) => run(String(chord)) };
}
