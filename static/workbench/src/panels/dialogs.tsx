/** The dialogs. They are fetched when the page is idle, so that they open without the line, too. */

import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { defineFixing } from "../core/actions/fixing";
import { t } from "../core/i18n";
import type { Dialog } from "../core/state";
import { Icon } from "../shell/icons";
import { useStore, useWorkbench } from "../shell/use";
import GuidelineText from "./GuidelineText";
import { HelpSheet } from "./HelpSheet";
import { KeyChoice } from "./KeyChoice";
import { OutboxList } from "./OutboxList";
import { Palette } from "./Palette";
import { PastList } from "./PastList";
import { SkipForm } from "./SkipForm";

export const define = defineFixing;

export default function Dialogs(): VNode | null {
  const dialog = useStore((state) => state.dialog);
  return dialog ? <Content key={dialog} dialog={dialog} /> : null;
}

function Content({ dialog }: { dialog: Exclude<Dialog, null> }): VNode {
  if (dialog === "help") return <Window name={dialog} title={t("help.title")} wide><HelpSheet /></Window>;
  if (dialog === "keys") return <Window name={dialog} title={t("keys.title")} wide><KeyChoice /></Window>;
  if (dialog === "palette") return <Window name={dialog} title={t("palette.title")}><Palette /></Window>;
  if (dialog === "past") return <Window name={dialog} title={t("past.title")}><PastList /></Window>;
  if (dialog === "attention") return <Window name={dialog} title={t("outbox.title")}><OutboxList /></Window>;
  if (dialog === "skip") return <Window name={dialog} title={t("skip.title")}><SkipForm /></Window>;
  return <Window name={dialog} title={t("guideline")}><GuidelineText /></Window>;
}

interface WindowProps {
  readonly name: Dialog;
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

function Window({ name, title, wide = false, children }: WindowProps): VNode {
  const wb = useWorkbench();
  const frame = useRef<HTMLDialogElement>(null);
  // Before the next key arrives: whoever types at once after Ctrl K types into the palette.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const shown = frame.current;
    shown?.showModal();
    return () => {
      frame.current = null;
      // While it is open nothing behind it can take the focus.
      shown?.close();
      if (document.activeElement === document.body) before?.focus({ preventScroll: true });
    };
  }, []);
  // The browser tells late that a dialog is closed: by then the next one may be open, even one of the same
  // name. And Escape does not close it behind our back: a key in between would find none, and be meant for one.
  const close = (): void => {
    if (frame.current && wb.state.dialog === name) wb.commands.run("dialog.close");
  };
  return (
    <dialog class={wide ? "wide" : ""} ref={frame} aria-labelledby="window-title" onClose={close}
      onCancel={(event) => { event.preventDefault(); close(); }}
      onClick={(event) => { if (event.target === frame.current) close(); }}>
      <div class="head">
        <h2 id="window-title">{title}</h2>
        <button class="iconbtn end" aria-label={t("close")} onClick={close}><Icon name="close" /></button>
      </div>
      <div class="body">{children}</div>
    </dialog>
  );
}
