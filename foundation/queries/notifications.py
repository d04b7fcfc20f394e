"""Reading what one was told, and what may still be told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from foundation.actor import ROLE_PERMISSIONS, Actor, Permission
from foundation.errors import NotFound
from foundation.models import Cadence, MailChoice, Membership, Notification, User
from foundation.opaque import decode_id
from foundation.queries.access import may_do
from foundation.registry import Registry

MOST_COUNTED = 99


@dataclass(frozen=True)
class NotificationKind:
    """What is told: its name in the settings, its sentence, who may know, how soon by mail."""

    title: str | Promise
    sentence: str | Promise
    """With the names of its params: "%(who)s mentioned you"."""
    icon: str = "bell"
    may: Permission = Permission.MEMBER
    usual: Cadence = Cadence.DAILY
    is_open: Callable[[Actor, int], bool] | None = None
    """Whether the row it is about may be seen by this person now; None: the role decides."""


notification_kinds: Registry[NotificationKind] = Registry("winnow.notifications")


def told_to(actor: Actor) -> QuerySet[Notification]:
    """Return what a person was told; a token bound to a project reads of that project only."""
    told = Notification.objects.filter(recipient=actor.user.pk).select_related("project")
    if actor.token is not None and actor.token.project_id is not None:
        told = told.filter(project=actor.token.project_id)
    return told


def unread_of(user: User) -> int:
    """Return how much a person has not read, counted up to 100."""
    waiting = Notification.objects.filter(recipient=user.pk, read_at=None)
    return waiting[: MOST_COUNTED + 1].count()


def get_notification_for(actor: Actor, notification_id: str) -> Notification:
    """Return one of the things that this person was told."""
    number = decode_id("notification", notification_id)
    found = told_to(actor).filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def may_still_know(actor: Actor, told: Notification) -> bool:
    """Tell whether the recipient would be told this today."""
    if told.kind not in notification_kinds:
        return False
    kind = notification_kinds[told.kind]
    if told.project_id is not None and not may_do(actor, told.project_id, kind.may):
        return False
    return kind.is_open is None or kind.is_open(actor, told.subject)


def sentence_of(told: Notification) -> str:
    """Return what a notification says, as plain text in one line."""
    if told.kind not in notification_kinds:
        return ""
    known = {name: " ".join(str(value).split()) for name, value in told.params.items()}
    try:
        return str(notification_kinds[told.kind].sentence) % known
    except KeyError:  # written by an older Winnow
        return str(notification_kinds[told.kind].title)


def show_told(actor: Actor, told: Notification) -> dict[str, Any]:
    """Return a notification as it is shown; what one may not see any more says nothing."""
    is_open = may_still_know(actor, told)
    return {
        "id": told.oid,
        "kind": told.kind,
        "text": sentence_of(told) if is_open else _("This is not open to you any more."),
        "path": told.path if is_open else "",
        "project": told.project.name if told.project and is_open else "",
        "at": told.at,
        "read": told.read_at is not None,
        "icon": notification_kinds[told.kind].icon if is_open else "lock",
    }


def kinds_for(user: User) -> dict[str, NotificationKind]:
    """Return the kinds that a person can be told in one of their projects."""
    roles = Membership.objects.filter(user=user.pk, ended_at=None).values_list("role", flat=True)
    may = frozenset[Permission]().union(*(ROLE_PERMISSIONS.get(role, ()) for role in set(roles)))
    return {name: kind for name, kind in notification_kinds.items() if kind.may in may}


def cadences_of(user: User) -> dict[str, Cadence]:
    """Return how soon a person wants each kind by mail."""
    chosen = dict(MailChoice.objects.filter(user=user.pk).values_list("kind", "cadence"))
    return {
        name: Cadence(chosen.get(name, kind.usual)) for name, kind in notification_kinds.items()
    }
