"""Telling people what happened, and what they want to hear of by mail."""

import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.clock import database_now
from foundation.errors import Invalid, NotFound, Place
from foundation.jobs import endings
from foundation.models import Cadence, Job, MailChoice, Notification, Project, User
from foundation.opaque import decode_id, encode_id
from foundation.queries.notifications import NotificationKind, notification_kinds

GATHER = timedelta(seconds=60)
"""Mails "at once" wait this long for what comes along."""
MORNING = 7
LONGEST_PARAM = 300
ALL_KINDS = "all"
_signer = Signer(salt="winnow.unsubscribe")


@transaction.atomic
def notify(
    kind: str,
    recipients: Iterable[User],
    *,
    key: str,
    path: str,
    by: User | None = None,
    project: Project | None = None,
    subject: int = 0,
    **params: object,
) -> None:
    """Tell people something, in the transaction of what it tells; nobody hears of themselves.

    `key` names the happening: saying it again tells nobody twice. Params are plain text.
    """
    usual = notification_kinds[kind].usual
    people = {user.pk: user for user in recipients if by is None or user.pk != by.pk}
    chosen = dict(
        MailChoice.objects.filter(user__in=people, kind=kind).values_list("user", "cadence")
    )
    now = database_now()
    plain = {name: str(value)[:LONGEST_PARAM] for name, value in params.items()}
    Notification.objects.bulk_create(
        [
            Notification(
                recipient=user,
                project=project,
                kind=kind,
                key=f"{kind}/{key}",
                subject=subject,
                params=plain,
                path=path,
                mail_due_at=due_at(Cadence(chosen.get(pk, usual)), user, now),
            )
            for pk, user in people.items()
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def due_at(cadence: Cadence, user: User, now: datetime) -> datetime | None:
    """Return when a mail is wanted: in a moment, at the reader's next morning, or never."""
    if cadence == Cadence.NONE or not user.email:
        return None
    if cadence == Cadence.AT_ONCE:
        return now + GATHER
    try:
        zone: Any = zoneinfo.ZoneInfo(user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        zone = UTC
    here = now.astimezone(zone)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning <= here:
        morning += timedelta(days=1)
    return morning.astimezone(UTC)


@transaction.atomic
def mark_read(*, user: User, told: Notification | None = None) -> int:
    """Mark one thing as read, or all; what was read in the page is not mailed any more."""
    waiting = Notification.objects.filter(recipient=user, read_at=None)
    if told is not None:
        waiting = waiting.filter(pk=told.pk)
    return waiting.update(read_at=database_now(), mail_due_at=None)


@transaction.atomic
def choose_mails(*, user: User, choices: Mapping[str, str]) -> None:
    """Choose how soon each kind is mailed; it holds for what waits, too. Raises Invalid."""
    wrong = [
        Place(kind, "unknown", _("Choose one of the answers shown."))
        for kind, cadence in choices.items()
        if kind not in notification_kinds or cadence not in Cadence.values
    ]
    if wrong:
        raise Invalid(wrong[0].detail, wrong)
    now = database_now()
    for kind, cadence in choices.items():
        MailChoice.objects.update_or_create(user=user, kind=kind, defaults={"cadence": cadence})
        waiting = Notification.objects.filter(recipient=user, kind=kind, read_at=None, mail=None)
        waiting.exclude(mail_due_at=None).update(mail_due_at=due_at(Cadence(cadence), user, now))


# Links that need no sign-in


def unsubscribe_token(user: User, kind: str = ALL_KINDS) -> str:
    """Return what an unsubscribing link ends with: it names nobody, and only we can make it."""
    return _signer.sign(f"{encode_id('unsubscribe', user.pk)}.{kind}").replace(":", "~")


def unsubscribe(token: str) -> None:
    """Stop the mails that a link names. A link that is no link of ours changes nothing."""
    try:
        signed = _signer.unsign(token.replace("~", ":"))
        person, _dot, kind = signed.partition(".")
        user = User.objects.filter(pk=decode_id("unsubscribe", person)).first()
    except (BadSignature, NotFound):
        return
    if user is not None:
        kinds = list(notification_kinds) if kind == ALL_KINDS else [kind]
        known = [name for name in kinds if name in notification_kinds]
        choose_mails(user=user, choices=dict.fromkeys(known, Cadence.NONE.value))


# What the foundation itself tells

JOB_FAILED, JOB_REFUSED = "job-failed", "job-refused"
notification_kinds.register(
    JOB_FAILED,
    NotificationKind(
        title=gettext_lazy("A job of mine failed"),
        sentence=gettext_lazy("%(title)s: the job failed. %(why)s"),
        icon="circle-alert",
        usual=Cadence.AT_ONCE,
    ),
)
notification_kinds.register(
    JOB_REFUSED,
    NotificationKind(
        title=gettext_lazy("A job of mine ended, and something was refused"),
        sentence=gettext_lazy("%(title)s: the job ended; %(count)s records were refused."),
        icon="triangle-alert",
    ),
)


def tell_job_ending(job: Job) -> None:
    """Tell who started a job that it failed, or that it did not take everything."""
    if job.created_by is None or job.project is None:
        return
    about: dict[str, Any] = {
        "key": f"{job.pk}/{job.fence}",
        "path": f"/jobs/{job.oid}",
        "project": job.project,
        "title": job.title or job.kind,
    }
    if job.state == Job.State.FAILED:
        why = (job.error or {}).get("title", "")
        notify(JOB_FAILED, [job.created_by], why=why, **about)
    elif job.state == Job.State.SUCCEEDED and (refused := job.refusals.count()):
        notify(JOB_REFUSED, [job.created_by], count=refused, **about)


endings.register("tell", tell_job_ending)
