"""Sending notifications by mail: each once, in few mails, and only what may still be known.

A mail is written down, with what it tells, in a transaction that ends before the mail server is
asked. A worker that dies before that has changed nothing: the next one does it. One that dies
while it hands a mail over leaves it marked so: it is not sent again, since nobody can tell
whether it went, and what it told is still in the page. A server that says no is asked again.
"""

import logging
import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import ngettext

from foundation.actor import Actor
from foundation.clock import database_now
from foundation.models import Mail, Notification, User
from foundation.queries.notifications import (
    may_still_know,
    notification_kinds,
    sentence_of,
)
from foundation.services.notifications import unsubscribe_token

log = logging.getLogger(__name__)
MOST_AN_HOUR = 6
"""Mails to one person; what comes beyond waits and goes in one mail together."""
MOST_IN_A_MAIL = 50
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Letter:
    """A mail that was written down and is to be handed over."""

    mail: Mail
    to: User
    told: Sequence[Notification]


def due_recipients(now: datetime) -> list[int]:
    """Return whom something waits for, those who have waited longest first."""
    due = Notification.objects.filter(mail_due_at__lte=now).order_by("mail_due_at")
    return list(dict.fromkeys(due.values_list("recipient", flat=True)[:5000]))


def send_due_mails() -> Iterator[bool]:
    """Send everything that is due; yields after each person whether a mail went."""
    for user_pk in due_recipients(database_now()):
        letter = _write(user_pk)
        yield letter is not None and _hand_over(letter)


@transaction.atomic
def _write(user_pk: int) -> Letter | None:
    """Write down one mail to a person with what is due, or nothing when none may go now."""
    locked = User.objects.select_for_update(no_key=True).filter(pk=user_pk)
    user, now = locked.first(), database_now()
    due = Notification.objects.filter(recipient=user_pk, mail_due_at__lte=now)
    if user is None or not user.is_active or not _is_address(user.email):
        due.update(mail_due_at=None)
        return None
    hour_ago = now - timedelta(hours=1)
    recent = Mail.objects.filter(recipient=user, at__gt=hour_ago).order_by("-at")
    recent = recent.exclude(state=Mail.State.REFUSED)
    times = list(recent.values_list("at", flat=True)[:MOST_AN_HOUR])
    if len(times) == MOST_AN_HOUR:
        due.update(mail_due_at=times[-1] + timedelta(hours=1))
        return None
    found = list(due.select_related("project").order_by("pk")[:MOST_IN_A_MAIL])
    told = [one for one in found if may_still_know(Actor(user), one)]
    mail = Mail.objects.create(recipient=user, at=now) if told else None
    taken = Notification.objects.filter(pk__in=[one.pk for one in found])
    taken.update(mail_due_at=None)
    if mail is None:
        return None
    Notification.objects.filter(pk__in=[one.pk for one in told]).update(mail=mail)
    return Letter(mail, user, told)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _hand_over(letter: Letter) -> bool:
    try:
        compose(letter).send()
    except (SMTPException, OSError) as error:
        _take_back(letter, error)
        return False
    Mail.objects.filter(pk=letter.mail.pk).update(state=Mail.State.SENT)
    return True


@transaction.atomic
def _take_back(letter: Letter, error: Exception) -> None:
    """Let what a mail told wait again, longer each time; the server did not take it."""
    log.warning("mail %s was not taken: %s", letter.mail.pk, type(error).__name__)
    Mail.objects.filter(pk=letter.mail.pk).update(state=Mail.State.REFUSED)
    now = database_now()
    for one in letter.told:
        tries = one.mail_tries + 1
        again = None if tries >= MOST_TRIES else now + FIRST_PAUSE * 2**one.mail_tries
        Notification.objects.filter(pk=one.pk, read_at=None).update(
            mail=None, mail_tries=tries, mail_due_at=again
        )


def compose(letter: Letter) -> EmailMultiAlternatives:
    """Return the mail as it is sent, as text and as HTML, with links to stop it."""
    base = settings.BASE_URL.rstrip("/")
    with timezone.override(_zone_of(letter.to)):
        kinds = dict.fromkeys(one.kind for one in letter.told)
        context = {
            "name": letter.to.shown_name,
            "rows": [
                {
                    "text": sentence_of(one),
                    "url": base + one.path,
                    "project": one.project,
                    "at": one.at,
                }
                for one in letter.told
            ],
            "stops": [
                {
                    "title": notification_kinds[kind].title,
                    "url": f"{base}/unsubscribe/{unsubscribe_token(letter.to, kind)}",
                }
                for kind in kinds
            ],
            "stop_all": f"{base}/unsubscribe/{unsubscribe_token(letter.to)}",
            "settings": f"{base}/account/notifications",
        }
        text = render_to_string("foundation/mail/notifications.txt", context)
        html = render_to_string("foundation/mail/notifications.html", context)
    host = urlsplit(base).hostname or "localhost"
    mail = EmailMultiAlternatives(
        subject=_subject(letter.told),
        body=text,
        to=[formataddr((_one_line(letter.to.shown_name), letter.to.email))],
        headers={
            "Message-ID": f"<mail-{letter.mail.pk}-{letter.mail.at:%Y%m%d%H%M%S}@{host}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{context['stop_all']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _subject(told: Sequence[Notification]) -> str:
    if len(told) == 1:
        return _one_line(sentence_of(told[0]))
    many = ngettext("%(n)d notification from Winnow", "%(n)d notifications from Winnow", len(told))
    return many % {"n": len(told)}


def _one_line(text: str) -> str:
    """Return a text that no header can be broken out of with."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())[:LONGEST_SUBJECT]


def _zone_of(user: User) -> str:
    return user.time_zone if user.time_zone in zoneinfo.available_timezones() else "UTC"
