/** The palette: one field that finds every action and every label, and runs or gives it. */

import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { t } from "../core/i18n";
import { isComposing } from "../core/keymap";
import { MOST_SHOWN, found, offersOf, recentOf, rememberOf, type Offer } from "../core/palette";
import { chordText } from "../shell/keys";
import { useWorkbench } from "../shell/use";

const PAGE = 10;

export function Palette(): VNode {
  const wb = useWorkbench();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const offers = useMemo(() => offersOf(wb), []);
  const recent = useMemo(() => recentOf(wb), []);
  const fitting = useMemo(() => found(offers, typed, recent), [typed]);
  const shown = fitting.slice(0, MOST_SHOWN);
  const chosen = shown[Math.min(at, shown.length - 1)];
  const choose = (offer: Offer | undefined): void => {
    if (!offer) return;
    rememberOf(wb, offer.id);
    // Closed first, so that the focus is back where the action expects it.
    document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
    wb.commands.run("dialog.close");
    offer.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const to = stepTo(event.key, at, shown.length);
    if (event.key !== "Enter" && to === null) return;
    event.preventDefault();
    if (to === null) choose(chosen);
    else setAt(to);
  };
  return (
    <div class="palette">
      <input class="input" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
        aria-activedescendant={chosen ? `offer-${shown.indexOf(chosen)}` : undefined} autofocus autocomplete="off" spellcheck={false}
        aria-label={t("palette.search")} placeholder={t("palette.search")} value={typed} onKeyDown={onKeyDown}
        onInput={(event) => { setTyped(event.currentTarget.value); setAt(0); }} />
      <ul id="palette-list" role="listbox" aria-label={t("palette.title")}>
        {shown.map((offer, index) => (
          <Option key={offer.id} offer={offer} index={index} chosen={offer === chosen} choose={choose} />
        ))}
      </ul>
      <p class="muted tiny" role="status">{summary(fitting.length, typed)}</p>
    </div>
  );
}

/** Where an arrow leads; null for other keys. At either end it goes on at the other. */
function stepTo(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "PageDown") return Math.min(at + PAGE, count - 1);
  return key === "PageUp" ? Math.max(at - PAGE, 0) : null;
}

function summary(count: number, typed: string): string {
  if (count === 0) return t("palette.none", { search: typed });
  return count > MOST_SHOWN ? t("palette.more", { n: count, shown: MOST_SHOWN }) : t("palette.found", { n: count });
}

interface OptionProps {
  readonly offer: Offer;
  readonly index: number;
  readonly chosen: boolean;
  choose(offer: Offer): void;
}

function Option({ offer, index, chosen, choose }: OptionProps): VNode {
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => { if (chosen) line.current?.scrollIntoView({ block: "nearest" }); }, [chosen]);
  return (
    <li ref={line} id={`offer-${index}`} role="option" aria-selected={chosen} onClick={() => choose(offer)}>
      {offer.color ? <i class="sw" style={{ color: offer.color }} /> : null}
      <span class="name">{offer.title}</span>
      {offer.of ? <span class="muted small">{t("palette.label", { question: offer.of })}</span> : null}
      <span class="end">{offer.keys.slice(0, 2).map((key) => <kbd key={key}>{chordText(key)}</kbd>)}</span>
    </li>
  );
}
