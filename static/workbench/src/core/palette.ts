/** What the palette offers: actions that can run now and labels that can be given, and which come first. */

import type { Command, Group } from "./commands";
import { fitOf, plain } from "./fuzzy";
import { t } from "./i18n";
import { offeredLabels } from "./schema";
import { canEdit } from "./state";
import type { Workbench } from "./workbench";

export interface Offer {
  readonly id: string;
  readonly title: string;
  /** What the search looks through. */
  readonly text: string;
  /** The question of a label. */
  readonly of: string;
  readonly group: Group;
  readonly keys: readonly string[];
  readonly color: string | null;
  run(): void;
}

/** More than this many are not drawn; typing on finds them. */
export const MOST_SHOWN = 60;
const MOST_RECENT = 20;
const LEFT_OUT = new Set(["palette.open", "task.submitFromField"]);

export function offersOf(wb: Workbench): Offer[] {
  return [...actionsOf(wb), ...labelsOf(wb)];
}

const RANKS: Readonly<Record<Group, number>> = { review: 0, task: 1, label: 2, region: 3, tool: 4, view: 5 };
const rankOf = ({ group }: Offer): number => RANKS[group];

/** Actions of many arrows mean nothing without the arrow that was pressed. */
function needsItsKey({ binding }: Command): boolean {
  return binding !== null && binding.keys.length > 1 && binding.keys.every((key) => /Arrow|Home|End/.test(key));
}

function actionsOf(wb: Workbench): Offer[] {
  const seen = new Set<string>();
  const offers: Offer[] = [];
  for (const command of wb.commands.all()) {
    const { id, binding } = command;
    if (!binding || LEFT_OUT.has(id) || seen.has(id) || needsItsKey(command) || !command.when()) continue;
    seen.add(id);
    const title = t(binding.title);
    offers.push({
      id: `action:${id}`, group: binding.group, title, text: plain(title), of: "", keys: wb.keymap.freeKeysOf(command), color: null,
      run: () => { if (command.when()) command.run(binding.keys[0] ?? ""); },
    });
  }
  return offers.sort((a, b) => rankOf(a) - rankOf(b));
}

function labelsOf(wb: Workbench): Offer[] {
  const { task } = wb.state;
  if (!task || !canEdit(wb.state)) return [];
  return task.schema.questions.flatMap((question) =>
    offeredLabels(question).map((label): Offer => ({
      id: `label:${question.name}:${label.key}`, title: label.name, text: plain(`${label.name} ${label.key}`),
      of: question.title, group: "label", keys: label.hotkey ? [label.hotkey.toUpperCase()] : [], color: label.color,
      run: () => wb.commands.run("label.pick", { question: question.name, label: label.key }),
    })),
  );
}

/** Those that fit, the best first; what was used lately goes before its equals, and first where nothing is typed. */
export function found(offers: readonly Offer[], typed: string, recent: readonly string[]): Offer[] {
  const words = plain(typed.trim());
  const ageOf = (offer: Offer): number => {
    const at = recent.indexOf(offer.id);
    return at < 0 ? recent.length : at;
  };
  const ranked = offers.map((offer, index) => ({
    offer, index, age: ageOf(offer), fit: words ? fitOf(words, offer.text) : 1,
  }));
  return ranked
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => Math.floor(b.fit) - Math.floor(a.fit) || a.age - b.age || b.fit - a.fit || a.index - b.index)
    .map(({ offer }) => offer);
}

const nameOf = (wb: Workbench): string => `winnow.recent.${wb.config.user.id}`;

export function recentOf(wb: Workbench): string[] {
  try {
    const kept: unknown = JSON.parse(wb.keymap.place?.getItem(nameOf(wb)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export function rememberOf(wb: Workbench, id: string): void {
  const recent = [id, ...recentOf(wb).filter((one) => one !== id)].slice(0, MOST_RECENT);
  try {
    wb.keymap.place?.setItem(nameOf(wb), JSON.stringify(recent));
  } catch {
    // A full or closed storage only forgets what was used lately.
  }
}
