/** A changed text beside what it was: words that went are struck out, words that came are underlined. */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";

import { differences, type Piece } from "../core/diff";
import { t } from "../core/i18n";

export function DiffText({ before, after }: { before: string; after: string }): VNode {
  const pieces = useMemo(() => differences(before, after), [before, after]);
  return <p class="diff-text" dir="auto" tabIndex={0}>{pieces.map((piece, index) => <PieceText key={index} piece={piece} />)}</p>;
}

function PieceText({ piece: { kind, text } }: { piece: Piece }): VNode {
  if (kind === "same") return <span>{text}</span>;
  // Screen readers tell of neither element, so words do.
  const word = <span class="vh">{t(kind === "added" ? "diff.added" : "diff.removed")}</span>;
  const end = <span class="vh">{t("diff.end")}</span>;
  return kind === "added" ? <ins>{word}{text}{end}</ins> : <del>{word}{text}{end}</del>;
}
