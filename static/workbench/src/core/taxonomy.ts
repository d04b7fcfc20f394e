/** Labels as a tree: what lies under what, the way from the top, and finding one among thousands. */

import type { Label, Question } from "./schema";

export interface TreeNode {
  readonly label: Label;
  /** 1 at the top. */
  readonly level: number;
  readonly parent: TreeNode | null;
  readonly children: TreeNode[];
  /** What a search looks through. */
  readonly own: string;
  readonly path: string;
}

export interface Line {
  readonly node: TreeNode;
  /** Place among its siblings, from 1, and how many they are. */
  readonly place: number;
  readonly of: number;
}

const trees = new WeakMap<Question, Taxonomy>();

/** The tree of a question; made once. */
export function treeOf(question: Question): Taxonomy {
  const known = trees.get(question);
  if (known) return known;
  const made = new Taxonomy(question.labels);
  trees.set(question, made);
  return made;
}

export class Taxonomy {
  readonly roots: readonly TreeNode[];
  readonly #byKey = new Map<string, TreeNode>();
  readonly #all: TreeNode[] = [];

  constructor(labels: readonly Label[]) {
    const below = new Map<string, Label[]>();
    const known = new Set(labels.map((label) => label.key));
    const tops: Label[] = [];
    for (const label of labels) {
      const list = below.get(label.parent);
      if (label.parent === "" || !known.has(label.parent)) tops.push(label);
      else if (list) list.push(label);
      else below.set(label.parent, [label]);
    }
    this.roots = this.#grow(tops, below);
  }

  /** Level by level, so that no depth is too deep. What has a round way to itself is nowhere below a top. */
  #grow(tops: readonly Label[], below: ReadonlyMap<string, readonly Label[]>): TreeNode[] {
    const roots = tops.map((label) => this.#node(label, null));
    const open = [...roots];
    for (let at = 0; at < open.length; at++) {
      const node = open[at] as TreeNode;
      for (const label of below.get(node.label.key) ?? []) {
        const child = this.#node(label, node);
        node.children.push(child);
        open.push(child);
      }
    }
    return roots;
  }

  #node(label: Label, parent: TreeNode | null): TreeNode {
    const own = [label.name, label.key, ...label.aliases].join("\n").toLocaleLowerCase();
    const name = label.name.toLocaleLowerCase();
    const path = parent ? `${parent.path}\n${name}` : name;
    const node = { label, level: (parent?.level ?? 0) + 1, parent, children: [], own, path };
    this.#byKey.set(label.key, node);
    this.#all.push(node);
    return node;
  }

  get size(): number {
    return this.#all.length;
  }

  node(key: string | undefined): TreeNode | null {
    return key === undefined ? null : (this.#byKey.get(key) ?? null);
  }

  /** The names from the top down to a label. */
  trail(key: string): string[] {
    const names: string[] = [];
    for (let node = this.node(key); node; node = node.parent) names.unshift(node.label.name);
    return names;
  }

  /** The lines that are seen while these nodes are open. */
  lines(open: ReadonlySet<string>): Line[] {
    const found: Line[] = [];
    const add = (nodes: readonly TreeNode[]): void => {
      const shown = nodes.filter(isOffered);
      shown.forEach((node, index) => {
        found.push({ node, place: index + 1, of: shown.length });
        if (open.has(node.label.key)) add(node.children);
      });
    };
    add(this.roots);
    return found;
  }

  /** Labels with all the words in their names or in the names above them, the best first. */
  search(words: string, used: ReadonlyMap<string, number> = new Map()): Line[] {
    const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const whole = wanted.join(" ");
    const hits: { node: TreeNode; rank: number }[] = [];
    for (const node of this.#all) {
      if (node.label.retired) continue;
      const rank = rankOf(node, wanted, whole);
      if (rank < 4) hits.push({ node, rank: rank - (used.has(node.label.key) ? 0.5 : 0) });
    }
    hits.sort((a, b) => a.rank - b.rank);
    return hits.map(({ node }, index) => ({ node, place: index + 1, of: hits.length }));
  }
}

/** A retired label is only shown to reach what lies below it. */
function isOffered(node: TreeNode): boolean {
  return !node.label.retired || node.children.some(isOffered);
}

function rankOf({ own, path }: TreeNode, wanted: readonly string[], whole: string): number {
  if (own === whole || own.startsWith(`${whole}\n`)) return 0;
  if (own.startsWith(whole)) return 1;
  if (wanted.every((word) => own.includes(word))) return 2;
  const inWay = wanted.every((word) => own.includes(word) || path.includes(word));
  return inWay && wanted.some((word) => own.includes(word)) ? 3 : 4;
}
