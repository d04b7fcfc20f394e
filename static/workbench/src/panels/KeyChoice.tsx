/** Every key of every action, to be changed: with a warning where another action has it. */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Command } from "../core/commands";
import { t, type MessageKey } from "../core/i18n";
import { clashesOf, giveKey, isChanged, keepKeys, refusalOf, resetAllKeys, resetKeys, type KeyPlace } from "../core/keychoice";
import { chordOf, isComposing, type KeyPress } from "../core/keymap";
import { chordText } from "../shell/keys";
import { loadPart } from "../shell/parts";
import { useStore, useWorkbench } from "../shell/use";
import { groupsOf, type GroupOfKeys } from "./HelpSheet";

/** Which key is being changed, and what stands in the way. */
interface Taking extends KeyPlace {
  readonly chord: string | null;
  readonly refused: MessageKey | null;
  readonly clashes: readonly KeyPlace[];
}

export function KeyChoice(): VNode {
  const wb = useWorkbench();
  useStore((state) => state.keys);
  const [search, setSearch] = useState("");
  const [taking, setTaking] = useState<Taking | null>(null);
  const [, again] = useState(0);
  useEffect(() => {
    // The actions of marks and of reviewers have keys, too, whatever is on the stage.
    const parts = wb.config.queue.stage !== "annotate" ? (["marked", "broken", "review"] as const) : (["marked", "broken"] as const);
    void Promise.all(parts.map((name) => loadPart(name, wb))).then(() => again(1)).catch(() => undefined);
  }, []);
  const groups = groupsOf(wb).map((group) => found(group, search)).filter((group) => group.commands.length > 0);
  return (
    <>
      <p class="muted small">{t("keys.how")}</p>
      <input class="input" type="search" value={search} autofocus aria-label={t("keys.search")} placeholder={t("keys.search")}
        onInput={(event) => setSearch(event.currentTarget.value)} />
      <Single />
      <div class="keychoice">
        {groups.map(({ title, commands }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            {commands.map((command) => <Row key={command.id} command={command} taking={taking} setTaking={setTaking} />)}
          </section>
        ))}
        {groups.length === 0 ? <p class="muted small">{t("keys.none", { search })}</p> : null}
      </div>
      <Foot />
    </>
  );
}

function found(group: GroupOfKeys, search: string): GroupOfKeys {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const commands = group.commands.filter((command) => {
    const title = t(command.binding?.title ?? "key.help").toLocaleLowerCase();
    return words.every((word) => title.includes(word));
  });
  return { ...group, commands };
}

function Single(): VNode {
  const wb = useWorkbench();
  const single = useStore((state) => (state.keys ?? wb.keymap.settings).single);
  return (
    <label class="check small">
      <input type="checkbox" checked={!single}
        onChange={(event) => keepKeys(wb, { ...wb.keymap.settings, single: !event.currentTarget.checked })} />
      <span>{t("keys.noSingle")}</span>
    </label>
  );
}

function Foot(): VNode {
  const wb = useWorkbench();
  const kept = useStore((state) => state.keys);
  const status = kept === null ? "" : t(kept.unsent ? "keys.kept" : "keys.saved");
  return (
    <div class="row wrap">
      <span class="muted small" role="status">{status}</span>
      <button class="btn s end" onClick={() => resetAllKeys(wb)}>{t("help.reset")}</button>
    </div>
  );
}

interface RowProps {
  readonly command: Command;
  readonly taking: Taking | null;
  setTaking(taking: Taking | null): void;
}

function Row({ command, taking, setTaking }: RowProps): VNode {
  const wb = useWorkbench();
  const title = t(command.binding?.title ?? "key.help");
  const mine = taking?.command.id === command.id ? taking : null;
  return (
    <div class="keyrow" role="group" aria-label={title}>
      <span>{title}</span>
      <span class="keyset">
        {wb.keymap.placesOf(command).map((chord, at) => (
          <KeyButton key={at} title={title} chord={chord} place={{ command, at }} taking={mine?.at === at ? mine : null} setTaking={setTaking} />
        ))}
        {isChanged(wb, command)
          ? <button class="btn s quiet" aria-label={t("keys.resetOne", { action: title })} onClick={() => resetKeys(wb, command)}>{t("keys.reset")}</button>
          : null}
      </span>
      {mine?.refused || mine?.clashes.length ? <InTheWay taking={mine} setTaking={setTaking} /> : null}
    </div>
  );
}

interface KeyButtonProps {
  readonly title: string;
  readonly chord: string;
  readonly place: KeyPlace;
  readonly taking: Taking | null;
  setTaking(taking: Taking | null): void;
}

function KeyButton({ title, chord, place, taking, setTaking }: KeyButtonProps): VNode {
  const wb = useWorkbench();
  const button = useRef<HTMLButtonElement>(null);
  const listening = taking !== null && taking.chord === null;
  const was = useRef(taking);
  useEffect(() => {
    // From "choose another" and from the choice itself the focus comes back to the key it was about.
    if (listening || (was.current && !taking && document.activeElement === document.body)) button.current?.focus();
    was.current = taking;
  }, [taking]);
  const shown = chord ? chordText(chord) : t("help.noKey");
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!listening || isComposing(event)) return;
    const pressed = chordOf(event as KeyPress);
    event.preventDefault();
    event.stopPropagation();
    if (pressed === null) return;
    if (pressed === "Escape") return setTaking(null);
    const refused = refusalOf(pressed);
    const clashes = refused ? [] : clashesOf(wb, place, pressed);
    if (refused || clashes.length > 0) return setTaking({ ...place, chord: pressed, refused, clashes });
    giveKey(wb, place, pressed);
    setTaking(null);
  };
  return (
    <button ref={button} class={listening ? "keybtn taking" : "keybtn"} aria-label={listening ? t("help.press") : t("help.change", { action: title, keys: shown })}
      onClick={() => setTaking({ ...place, chord: null, refused: null, clashes: [] })}
      onKeyDown={onKeyDown} onBlur={() => { if (listening) setTaking(null); }}>
      {listening ? t("help.press") : chord ? <kbd>{shown}</kbd> : <span class="muted">{shown}</span>}
    </button>
  );
}

/** The key is somebody else's: by name, with the choice to take it. */
function InTheWay({ taking, setTaking }: { taking: Taking; setTaking(taking: Taking | null): void }): VNode {
  const wb = useWorkbench();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const chord = taking.chord ?? "";
  const others = taking.clashes.map(({ command }) => `“${t(command.binding?.title ?? "key.help")}”`).join(", ");
  const text = taking.refused ? t(taking.refused, { key: chordText(chord) }) : t("keys.clash", { key: chordText(chord), actions: others });
  return (
    <p class="clash small" role="alert">
      <span>{text}</span>
      {taking.refused ? null : (
        <button class="btn s" ref={first} onClick={() => { giveKey(wb, taking, chord); setTaking(null); }}>{t("keys.take")}</button>
      )}
      <button class="btn s" ref={taking.refused ? first : null}
        onClick={() => setTaking({ ...taking, chord: null, refused: null, clashes: [] })}>{t("keys.other")}</button>
      <button class="btn s quiet" onClick={() => setTaking(null)}>{t("keys.leave")}</button>
    </p>
  );
}
