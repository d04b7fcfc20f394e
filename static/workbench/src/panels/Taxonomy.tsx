/** Labels in a tree: searched, opened and closed, and listed in a window, however many they are. */

import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import { readingKey, t } from "../core/i18n";
import { isDrawn, questionNamed, type Question } from "../core/schema";
import { canEdit, type State } from "../core/state";
import { treeOf, type Line, type Taxonomy, type TreeNode } from "../core/taxonomy";
import { Used } from "../core/used";
import type { PartProps } from "../shell/parts";
import { useStore, useWorkbench } from "../shell/use";
import { focusStage } from "./LabelButtons";
import { TreeLines } from "./TreeLines";

const MOST_USED = 6;

export default function TaxonomyField({ question: name = "" }: PartProps): VNode | null {
  const question = useStore(({ task }) => (task ? questionNamed(task.schema, name) : null));
  return question ? <Tree question={question} tree={treeOf(question)} /> : null;
}

/** The labels given now, as one text, so that nothing is drawn again while they stay. */
function givenOf(question: Question, { regions, question: active, brush }: State): string {
  if (isDrawn(question)) return active === question.name && brush !== null ? brush : "";
  return regions.filter((one) => one.question === question.name).map((one) => one.label ?? "").join("\n");
}

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

interface TreeProps {
  readonly question: Question;
  readonly tree: Taxonomy;
}

function Tree({ question, tree }: TreeProps): VNode {
  const wb = useWorkbench();
  const given = useStore((state) => givenOf(question, state));
  const chosen = useMemo(() => given.split("\n").filter(Boolean), [given]);
  const used = useMemo(() => new Used(storage(), wb.config.user.id, question.name), [question.name]);
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(() => opened(tree, chosen));
  const [active, setActive] = useState<string | null>(null);
  // What is given by a key or brought back by undo is shown where it lies.
  useEffect(() => setOpen((before) => new Set([...before, ...opened(tree, chosen)])), [tree, given]);
  const lines = useMemo(() => (search.trim() ? tree.search(search, used.counts()) : tree.lines(open)), [tree, search, open]);
  const at = Math.max(0, lines.findIndex((line) => line.node.label.key === active));
  const pick = (node: TreeNode): void => {
    if (node.label.retired) return toggle(node);
    used.note(node.label.key);
    setActive(node.label.key);
    wb.commands.run("label.pick", { question: question.name, label: node.label.key });
  };
  const toggle = (node: TreeNode, to = !open.has(node.label.key)): void => {
    const next = new Set(open);
    if (to) next.add(node.label.key);
    else next.delete(node.label.key);
    setOpen(next);
    setActive(node.label.key);
  };
  const go = (index: number): void => setActive(lines[Math.min(Math.max(index, 0), lines.length - 1)]?.node.label.key ?? null);
  const keys = { lines, at, isSearch: search.trim() !== "", open, go, pick, toggle, clear: () => setSearch(""), reach: setActive };
  const id = `tree-${question.name}`;
  return (
    <div class="taxonomy">
      <Chosen question={question} tree={tree} chosen={chosen} />
      <input class="input" type="search" value={search} data-label-search autocomplete="off" role="combobox" list={undefined} aria-haspopup="tree"
        aria-expanded={true} aria-controls={id} aria-autocomplete="list"
        aria-activedescendant={search.trim() && lines.length ? `${id}-${lines[at]?.node.label.key}` : undefined}
        placeholder={t("labels.search", { n: tree.size })} aria-label={t("labels.search.name", { question: question.title })}
        onInput={(event) => { setSearch(event.currentTarget.value); setActive(null); }}
        onKeyDown={(event) => searchKey(event, keys)} />
      {search.trim() ? null : <Often question={question} tree={tree} labels={used.first(MOST_USED)} pick={pick} />}
      {lines.length === 0 ? <p class="small muted" role="status">{t("labels.none", { search })}</p> : null}
      <TreeLines id={id} question={question} lines={lines} at={at} open={open} chosen={chosen} flat={search.trim() !== ""}
        onKeyDown={(event) => treeKey(event, keys)} pick={pick} toggle={toggle} />
    </div>
  );
}

/** What must be open for these labels to be seen. */
function opened(tree: Taxonomy, labels: readonly string[]): ReadonlySet<string> {
  const open = new Set<string>();
  for (const label of labels) {
    for (let node = tree.node(label)?.parent ?? null; node; node = node.parent) open.add(node.label.key);
  }
  return open;
}

interface Keys {
  readonly lines: readonly Line[];
  readonly at: number;
  readonly isSearch: boolean;
  readonly open: ReadonlySet<string>;
  go(index: number): void;
  pick(node: TreeNode): void;
  toggle(node: TreeNode, to?: boolean): void;
  clear(): void;
  reach(key: string): void;
}

function isPlain(event: KeyboardEvent): boolean {
  return !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey;
}

function searchKey(event: KeyboardEvent, keys: Keys): void {
  if (!isPlain(event)) return;
  const node = keys.lines[keys.at]?.node;
  if (event.key === "ArrowDown") keys.go(keys.at + 1);
  else if (event.key === "ArrowUp") keys.go(keys.at - 1);
  else if (event.key === "Enter" && node && keys.isSearch) {
    keys.pick(node);
    keys.clear();
    focusStage();
  } else if (event.key === "Escape") {
    keys.clear();
    focusStage();
  } else return;
  event.preventDefault();
}

/** The keys of a tree, as WAI-ARIA describes them. */
function treeKey(event: KeyboardEvent, keys: Keys): void {
  const node = keys.lines[keys.at]?.node;
  if (!node || !isPlain(event)) return;
  const isOpen = !keys.isSearch && keys.open.has(node.label.key);
  const act: Record<string, () => void> = {
    ArrowDown: () => keys.go(keys.at + 1),
    ArrowUp: () => keys.go(keys.at - 1),
    Home: () => keys.go(0),
    End: () => keys.go(keys.lines.length - 1),
    ArrowRight: () => {
      if (keys.isSearch || node.children.length === 0) return;
      if (isOpen) keys.go(keys.at + 1);
      else keys.toggle(node, true);
    },
    ArrowLeft: () => {
      if (isOpen && node.children.length) keys.toggle(node, false);
      else if (node.parent && !keys.isSearch) keys.reach(node.parent.label.key);
    },
    Enter: () => keys.pick(node),
    " ": () => keys.pick(node),
    Escape: focusStage,
  };
  const run = act[readingKey(event.key)];
  if (!run) return;
  event.preventDefault();
  run();
}

interface ChosenProps extends TreeProps {
  readonly chosen: readonly string[];
}

/** Where in the tree the given labels lie. */
function Chosen({ question, tree, chosen }: ChosenProps): VNode | null {
  const wb = useWorkbench();
  const editable = useStore(canEdit);
  if (chosen.length === 0) return null;
  return (
    <ul class="trails" aria-label={t("taxonomy.chosen")}>
      {chosen.map((label) => {
        const trail = tree.trail(label);
        const removable = editable && !isDrawn(question) && !(question.type === "choice" && question.required);
        return (
          <li key={label} class="row small">
            <span class="trail">{trail.map((name, index) => (
              <>{index ? <span class="muted" aria-hidden="true"> › </span> : null}<span class={index === trail.length - 1 ? "medium" : "muted"}>{name}</span></>
            ))}</span>
            {removable ? (
              <button class="plain end" onClick={() => wb.commands.run("label.pick", { question: question.name, label })}>
                {t("taxonomy.takeBack")}
              </button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

interface OftenProps extends TreeProps {
  readonly labels: readonly string[];
  pick(node: TreeNode): void;
}

function Often({ tree, labels, pick }: OftenProps): VNode | null {
  const editable = useStore(canEdit);
  const nodes = labels.flatMap((label) => tree.node(label) ?? []).filter((node) => !node.label.retired);
  if (nodes.length === 0) return null;
  return (
    <div class="often" role="group" aria-label={t("taxonomy.often")}>
      {nodes.map((node) => (
        <button key={node.label.key} class="btn s" disabled={!editable} title={tree.trail(node.label.key).join(" › ")} onClick={() => pick(node)}>
          <i class="sw" data-stroke={node.label.stroke} style={{ color: node.label.color }} />{node.label.name}
        </button>
      ))}
    </div>
  );
}
