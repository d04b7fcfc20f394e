/** What somebody has changed in a text, word by word. */

export type PieceKind = "same" | "added" | "removed";

export interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
}

/** More changes than this are shown as one: nobody reads them one by one, and it would take long. */
const MOST_CHANGES = 800;
/** Longer texts are cut at blanks: quicker than asking what a word is. */
const LONG = 40_000;

/** The pieces of both texts in order; what is the same is there once. */
export function differences(before: string, after: string): Piece[] {
  if (before === after) return before ? [{ kind: "same", text: before }] : [];
  const [old, fresh] = [wordsOf(before), wordsOf(after)];
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, fresh.length) - head;
  while (tail < most && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  const middle = [old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)] as const;
  return joined([
    ...old.slice(0, head).map(same),
    ...changes(...middle),
    ...old.slice(old.length - tail).map(same),
  ]);
}

const same = (text: string): Piece => ({ kind: "same", text });
const added = (text: string): Piece => ({ kind: "added", text });
const removed = (text: string): Piece => ({ kind: "removed", text });

let segmenter: Intl.Segmenter | null = null;

function wordsOf(text: string): string[] {
  if (text.length > LONG) return text.match(/\s+|\S+/g) ?? [];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
  return [...segmenter.segment(text)].map((one) => one.segment);
}

/** The shortest way from one list to the other (Myers 1986), or all of both where it is long. */
function changes(old: readonly string[], fresh: readonly string[]): Piece[] {
  const all = [...old.map(removed), ...fresh.map(added)];
  if (old.length === 0 || fresh.length === 0) return all;
  const steps = shortest(old, fresh);
  return steps ?? all;
}

function shortest(old: readonly string[], fresh: readonly string[]): Piece[] | null {
  const most = Math.min(old.length + fresh.length, MOST_CHANGES);
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  const at = (k: number): number => reach[k + most + 1] as number;
  for (let step = 0; step <= most; step++) {
    trace.push(reach.slice());
    for (let k = -step; k <= step; k += 2) {
      let x = k === -step || (k !== step && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      while (x < old.length && x - k < fresh.length && old[x] === fresh[x - k]) x++;
      reach[k + most + 1] = x;
      if (x >= old.length && x - k >= fresh.length) return walkedBack(old, fresh, trace, most);
    }
  }
  return null;
}

function walkedBack(old: readonly string[], fresh: readonly string[], trace: readonly Int32Array[], most: number): Piece[] {
  const pieces: Piece[] = [];
  let [x, y] = [old.length, fresh.length];
  for (let step = trace.length - 1; step >= 0; step--) {
    const reach = trace[step] as Int32Array;
    const at = (k: number): number => reach[k + most + 1] as number;
    const k = x - y;
    const down = k === -step || (k !== step && at(k - 1) < at(k + 1));
    const fromX = step === 0 ? 0 : at(down ? k + 1 : k - 1);
    const fromY = step === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      pieces.push(same(old[--x] as string));
      y--;
    }
    if (step === 0) break;
    if (down) pieces.push(added(fresh[--y] as string));
    else pieces.push(removed(old[--x] as string));
  }
  return pieces.reverse();
}

/** Neighbours of one kind as one piece; what is gone stands before what came for it. */
function joined(pieces: readonly Piece[]): Piece[] {
  const found: Piece[] = [];
  let gone = "";
  let come = "";
  const flush = (): void => {
    if (gone) found.push(removed(gone));
    if (come) found.push(added(come));
    gone = come = "";
  };
  for (const { kind, text } of pieces) {
    if (kind === "removed") gone += text;
    else if (kind === "added") come += text;
    else {
      flush();
      const last = found.at(-1);
      if (last?.kind === "same") found[found.length - 1] = same(last.text + text);
      else found.push(same(text));
    }
  }
  flush();
  return found;
}
