/** What the person must know now, above the stage: it never covers the data and never blocks. */

import type { ComponentChildren, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { formatTime, t } from "../core/i18n";
import type { Notice } from "../core/state";
import { Icon, type IconName } from "./icons";
import { Key } from "./keys";
import { useStore, useWorkbench } from "./use";

interface NoteProps {
  readonly tone: "warn" | "error" | "ok" | "plain";
  readonly icon: IconName;
  readonly children: ComponentChildren;
  readonly actions?: ComponentChildren;
}

function Note({ tone, icon, children, actions }: NoteProps): VNode {
  return (
    <div class={tone === "plain" ? "note" : `note ${tone}`}>
      <Icon name={icon} />
      <div class="body">{children}</div>
      {actions}
    </div>
  );
}

export default function NoteList(): VNode {
  const notices = useStore((state) => state.notices);
  return (
    <>
      <SignedOut />
      <LeaseEnded />
      <Conflict />
      <InTwoTabs />
      <OtherVersion />
      <Offline />
      <NotLasting />
      {notices.map((notice) => <Told key={notice.id} notice={notice} />)}
    </>
  );
}

function SignedOut(): VNode | null {
  const outbox = useStore((state) => state.outbox);
  const claim = useStore((state) => state.claim);
  if (!outbox.signedOut && claim !== "signed-out") return null;
  const signIn = <button class="btn primary" onClick={() => location.reload()}>{t("note.signIn")}</button>;
  return (
    <Note tone="warn" icon="lock" actions={signIn}>
      <b>{t("note.signedOut")}</b> {t("note.signedOut.kept", { n: outbox.waiting })}
    </Note>
  );
}

function LeaseEnded(): VNode | null {
  const wb = useWorkbench();
  const lease = useStore((state) => state.lease);
  const count = useStore((state) => state.regions.length);
  const ready = useStore((state) => state.ready);
  if (!lease || lease.endedAt === null || lease.goOn) return null;
  if (lease.answered) return <AnsweredElsewhere />;
  const actions = (
    <>
      <button class="btn" onClick={() => wb.commands.run("task.goOn")}>{t("note.lease.goOn")}</button>
      {ready > 0
        ? <button class="btn primary" onClick={() => wb.commands.run("task.next")}>{t("note.lease.next")}<Key id="task.next" /></button>
        : null}
    </>
  );
  return (
    <Note tone="warn" icon="clock" actions={actions}>
      <b>{t("note.lease.ended", { time: formatTime(lease.endedAt) })}</b> {t("note.lease.kept", { n: count })}
    </Note>
  );
}

function AnsweredElsewhere(): VNode {
  const wb = useWorkbench();
  const actions = (
    <>
      <button class="btn" onClick={() => wb.commands.run("past.open")}>{t("key.past")}<Key id="past.open" /></button>
      <button class="btn primary" onClick={() => wb.commands.run("task.next")}>{t("note.lease.next")}<Key id="task.next" /></button>
    </>
  );
  return (
    <Note tone="warn" icon="clock" actions={actions}>
      <b>{t("note.answered")}</b> {t(wb.history.canUndo ? "note.answered.unsent" : "note.answered.fix")}
    </Note>
  );
}

function TakeOver(): VNode {
  const wb = useWorkbench();
  return (
    <>
      <button class="btn" onClick={() => wb.commands.run("draft.keepHere")}>{t("note.twin.keep")}</button>
      <button class="btn primary" onClick={() => wb.commands.run("draft.insist")}>{t("note.twin.take")}</button>
    </>
  );
}

function InTwoTabs(): VNode | null {
  const twin = useStore((state) => state.twin);
  const answered = useStore((state) => state.lease?.answered ?? false);
  if (!twin || twin.isQuiet || answered) return null;
  return (
    <Note tone="warn" icon="warn" actions={<TakeOver />}>
      <b>{t(twin.kind === "open" ? "note.twin.open" : "note.twin.moved")}</b> {t("note.twin.why")}
    </Note>
  );
}

function OtherVersion(): VNode | null {
  const wb = useWorkbench();
  const beside = useStore((state) => state.beside);
  if (!beside) return null;
  const actions = (
    <>
      <button class="btn" onClick={() => wb.commands.run("beside.discard")}>{t("note.beside.discard")}</button>
      <button class="btn" onClick={() => wb.commands.run("beside.show")}>{t("note.beside.show")}</button>
    </>
  );
  return <Note tone="plain" icon="kept" actions={actions}>{t("note.beside", { n: beside.length })}</Note>;
}

function Conflict(): VNode | null {
  const wb = useWorkbench();
  const draft = useStore((state) => state.draft);
  if (draft.state !== "conflict") return null;
  const actions = (
    <>
      <button class="btn" onClick={() => wb.commands.run("draft.takeTheirs")}>{t("note.conflict.theirs")}</button>
      <TakeOver />
    </>
  );
  return (
    <Note tone="warn" icon="warn" actions={actions}>
      <b>{t("note.conflict", { time: formatTime(draft.at ?? 0, true) })}</b> {t("note.conflict.choose")}
    </Note>
  );
}

function Offline(): VNode | null {
  const wb = useWorkbench();
  const outbox = useStore((state) => state.outbox);
  const ready = useStore((state) => state.ready);
  const since = useStore((state) => state.offlineSince);
  if (since === null) return null;
  const actions = (
    <>
      <NextTry at={outbox.nextTryAt} />
      <button class="btn" onClick={() => wb.commands.run("outbox.tryNow")}>{t("note.tryNow")}</button>
    </>
  );
  return (
    <Note tone="plain" icon="kept" actions={actions}>
      <b>{t("note.offline", { time: formatTime(since) })}</b>{" "}
      <span class="muted">
        {outbox.waiting > 0 ? t("note.offline.kept", { n: outbox.waiting }) : t("note.offline.draft")}
        {ready > 0 ? ` ${t("note.offline.ready", { n: ready })}` : ""}
      </span>
    </Note>
  );
}

function NextTry({ at }: { at: number | null }): VNode | null {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  if (at === null) return null;
  const seconds = Math.max(0, Math.ceil((at - Date.now()) / 1000));
  // The countdown would be read out every second: it is for the eyes.
  return <span class="muted small nowrap" aria-hidden="true">{t("note.nextTry", { n: seconds })}</span>;
}

function NotLasting(): VNode | null {
  const lasting = useStore((state) => state.lasting);
  if (lasting) return null;
  return <Note tone="warn" icon="warn"><b>{t("note.notLasting")}</b> {t("note.notLasting.why")}</Note>;
}

const ICONS: Readonly<Record<Notice["tone"], IconName>> = { ok: "check", warn: "warn", error: "warn", plain: "clock" };

function Told({ notice }: { notice: Notice }): VNode {
  const wb = useWorkbench();
  const close = (
    <button class="iconbtn" aria-label={t("close")} onClick={() => wb.commands.run("notice.close", { id: notice.id })}>
      <Icon name="close" />
    </button>
  );
  return <Note tone={notice.tone} icon={ICONS[notice.tone]} actions={close}>{t(notice.key, notice.values)}</Note>;
}
