/** The lines of a tree of labels: only those near the visible part are on the page. */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../core/i18n";
import type { Question } from "../core/schema";
import { canEdit } from "../core/state";
import type { Line, TreeNode } from "../core/taxonomy";
import { Icon } from "../shell/icons";
import { useStore } from "../shell/use";

const SPARE = 10;

export interface TreeLinesProps {
  readonly id: string;
  readonly question: Question;
  readonly lines: readonly Line[];
  /** The line that the keys are on. */
  readonly at: number;
  readonly open: ReadonlySet<string>;
  readonly chosen: readonly string[];
  /** Results of a search: no levels, but the way to each. */
  readonly flat: boolean;
  onKeyDown(event: KeyboardEvent): void;
  pick(node: TreeNode): void;
  toggle(node: TreeNode): void;
}

/** Fingers need taller lines. */
function rowHeight(): number {
  return matchMedia("(pointer: coarse)").matches ? 44 : 28;
}

export function TreeLines(props: TreeLinesProps): VNode | null {
  const { id, question, lines, at, flat, chosen, open } = props;
  const host = useRef<HTMLDivElement>(null);
  const [row] = useState(rowHeight);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(280);
  useEffect(() => {
    const box = host.current;
    if (!box) return;
    setHeight(box.clientHeight);
    const [first, last] = [at * row, (at + 1) * row];
    if (first < box.scrollTop) box.scrollTop = first;
    else if (last > box.scrollTop + box.clientHeight) box.scrollTop = last - box.clientHeight;
  }, [at, lines]);
  if (lines.length === 0) return null;
  const from = Math.max(0, Math.floor(top / row) - SPARE);
  const to = Math.min(lines.length, Math.ceil((top + height) / row) + SPARE);
  const active = at >= from && at < to ? `${id}-${lines[at]?.node.label.key}` : undefined;
  return (
    <div class="tree" role="tree" id={id} tabIndex={0} ref={host} aria-label={question.title} aria-activedescendant={active}
      aria-multiselectable={question.type === "choices" || undefined} style={{ "--row": `${row}px` }}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)} onKeyDown={props.onKeyDown}>
      <div role="none" style={{ height: `${from * row}px` }} />
      {lines.slice(from, to).map((line, index) => (
        <TreeLine key={line.node.label.key} id={id} line={line} flat={flat} isActive={from + index === at}
          isOpen={open.has(line.node.label.key)} isChosen={chosen.includes(line.node.label.key)}
          pick={props.pick} toggle={props.toggle} />
      ))}
      <div role="none" style={{ height: `${(lines.length - to) * row}px` }} />
    </div>
  );
}

interface TreeLineProps {
  readonly id: string;
  readonly line: Line;
  readonly flat: boolean;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
  pick(node: TreeNode): void;
  toggle(node: TreeNode): void;
}

function TreeLine({ id, line, flat, isActive, isOpen, isChosen, pick, toggle }: TreeLineProps): VNode {
  const editable = useStore(canEdit);
  const { node, place, of } = line;
  const { label, children } = node;
  const hasMore = !flat && children.length > 0;
  const way = flat ? wayTo(node) : "";
  return (
    <div role="treeitem" id={`${id}-${label.key}`} class={isActive ? "at" : ""} aria-selected={isChosen}
      aria-level={flat ? 1 : node.level} aria-posinset={place} aria-setsize={of} aria-expanded={hasMore ? isOpen : undefined}
      aria-disabled={!editable || undefined} style={{ paddingInlineStart: `${(flat ? 0 : node.level - 1) * 14}px` }}
      title={label.description || undefined}
      onClick={() => { if (editable) pick(node); }}>
      <span class={isOpen && hasMore ? "twist open" : "twist"} role="none"
        onClick={(event) => { if (hasMore) { event.stopPropagation(); toggle(node); } }}>
        {hasMore ? <Icon name="down" /> : null}
      </span>
      <i class="sw" data-stroke={label.stroke} style={{ color: label.color }} />
      <span class="name" dir="auto">{label.name}</span>
      {way ? <span class="way muted">{way}</span> : null}
      {hasMore ? <span class="muted tiny count">{children.length}</span> : null}
      {isChosen ? <Icon name="check" /> : label.hotkey ? <kbd>{label.hotkey.toUpperCase()}</kbd> : null}
      {hasMore ? <span class="vh">{t("taxonomy.below", { n: children.length })}</span> : null}
    </div>
  );
}

/** The names above a label, the nearest last. */
function wayTo(node: TreeNode): string {
  const names: string[] = [];
  for (let above = node.parent; above; above = above.parent) names.unshift(above.label.name);
  return names.join(" › ");
}
