"""Users, projects, members and the links that let people in."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import Conflict, Invalid, NotFound, Place
from foundation.models import (
    Annotator,
    Invitation,
    Membership,
    Project,
    Role,
    SignInLink,
    User,
)
from foundation.registry import Registry
from foundation.services.events import record_event
from foundation.services.tokens import hash_secret

INVITATION_DAYS = 14
SIGN_IN_MINUTES = 60

departures: Registry[Callable[[Annotator], None]] = Registry("winnow.departures")
"""What is to be done with the work of somebody who leaves a project, in the same transaction."""


class LinkGone(NotFound):
    """A link that was used, revoked or is too old; which one is nobody's business."""

    code = "link-gone"
    title = gettext_lazy("This link does not work any more")


@transaction.atomic
def create_user(
    *, username: str, email: str = "", name: str = "", password: str | None = None
) -> User:
    """Make an account. Without a password it is entered through a sign-in link."""
    user = User(username=username.strip(), email=email.strip().lower(), name=name.strip())
    try:
        user.full_clean(exclude=["password"])
        if password is not None:
            validate_password(password, user)
    except ValidationError as error:
        raise Invalid(places=_as_places(error)) from error
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save(force_insert=True)
    record_event("user.created", by=user, target=user.oid)
    return user


def _as_places(error: ValidationError) -> list[Place]:
    if hasattr(error, "error_dict"):
        return [
            Place(field, "invalid", message)
            for field, messages in error.message_dict.items()
            for message in messages
        ]
    return [Place("password", "weak-password", message) for message in error.messages]


@transaction.atomic
def create_project(*, name: str, by: User, description: str = "") -> Project:
    """Make a project with its maker as owner."""
    if not name.strip():
        raise Invalid(places=[Place("name", "empty", _("Give the project a name."))])
    project = Project.objects.create(name=name.strip()[:120], description=description)
    add_member(project=project, user=by, role=Role.OWNER, by=by)
    record_event("project.created", by=by, project=project, target=project.oid, name=project.name)
    return project


@transaction.atomic
def describe_project(*, project: Project, by: User, name: str, description: str) -> Project:
    """Change what a project is called and says of itself."""
    if not name.strip():
        raise Invalid(places=[Place("name", "empty", _("Give the project a name."))])
    project.name, project.description = name.strip()[:120], description
    project.save(update_fields=["name", "description"])
    record_event("project.described", by=by, project=project, target=project.oid, name=name)
    return project


@transaction.atomic
def add_member(*, project: Project, user: User, role: str, by: User) -> Membership:
    """Let a user into a project, or back into it. The annotator row comes with it."""
    if role not in Role.values:
        detail = _("Choose from %(known)s.") % {"known": ", ".join(Role.values)}
        raise Invalid(places=[Place("role", "unknown-role", detail)])
    membership, is_new = Membership.objects.get_or_create(
        project=project, user=user, defaults={"role": role}
    )
    if not is_new:
        if membership.ended_at is None:
            raise Conflict(_("%(name)s is a member already.") % {"name": user.shown_name})
        membership.role, membership.ended_at = role, None
        membership.save(update_fields=["role", "ended_at"])
    Annotator.objects.update_or_create(
        project=project,
        user=user,
        defaults={"ended_at": None, "name": user.shown_name, "kind": Annotator.Kind.PERSON},
    )
    record_event("member.added", by=by, project=project, target=membership.oid, role=role)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> Membership:
    """Give a member another role. A project keeps at least one owner."""
    if role not in Role.values:
        detail = _("Choose from %(known)s.") % {"known": ", ".join(Role.values)}
        raise Invalid(places=[Place("role", "unknown-role", detail)])
    if membership.role == Role.OWNER and role != Role.OWNER:
        _keep_an_owner(membership)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    record_event(
        "member.role",
        by=by,
        project=membership.project,
        target=membership.oid,
        old=before,
        new=role,
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> None:
    """Let a member go. What they said stays, under their name."""
    if membership.role == Role.OWNER:
        _keep_an_owner(membership)
    now = timezone.now()
    membership.ended_at = now
    membership.save(update_fields=["ended_at"])
    for annotator in Annotator.objects.filter(
        project_id=membership.project_id, user_id=membership.user_id
    ):
        _end_annotator(annotator, now)
    record_event("member.ended", by=by, project=membership.project, target=membership.oid)


def _end_annotator(annotator: Annotator, at: datetime) -> None:
    annotator.ended_at = annotator.ended_at or at
    annotator.save(update_fields=["ended_at"])
    for _name, depart in departures.items():
        depart(annotator)


def _keep_an_owner(leaving: Membership) -> None:
    others = Membership.objects.select_for_update().filter(
        project_id=leaving.project_id, role=Role.OWNER, ended_at=None
    )
    if not others.exclude(pk=leaving.pk).exists():
        raise Conflict(_("A project needs an owner. Make somebody else owner first."))


@transaction.atomic
def erase_person(*, user: User) -> None:
    """Remove a person: their account ends, their annotators lose link and name."""
    for annotator in Annotator.objects.filter(user=user):
        annotator.user, annotator.name = None, f"Annotator {annotator.oid[-6:]}"
        annotator.skills, annotator.languages = [], []
        annotator.save(update_fields=["user", "name", "skills", "languages"])
        annotator.teams.clear()
        _end_annotator(annotator, timezone.now())
    record_event("user.erased", by=None, target=user.oid)
    user.delete()


@transaction.atomic
def create_invitation(
    *, project: Project, role: str, by: User, note: str = "", days: int = INVITATION_DAYS
) -> tuple[Invitation, str]:
    """Make a link for one person and return it with its path, which is shown once."""
    if role not in Role.values or role == Role.OWNER:
        known = ", ".join(value for value in Role.values if value != Role.OWNER)
        detail = _("Choose from %(known)s.") % {"known": known}
        raise Invalid(places=[Place("role", "unknown-role", detail)])
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        project=project,
        role=role,
        note=note[:200],
        secret_hash=hash_secret(secret),
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    record_event("invitation.made", by=by, project=project, target=invitation.oid, role=role)
    return invitation, f"/join/{secret}"


def find_invitation(secret: str) -> Invitation:
    """Return the invitation behind a link while it can be used."""
    invitation = (
        Invitation.objects.select_related("project", "created_by")
        .filter(
            secret_hash=hash_secret(secret),
            used_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        )
        .first()
    )
    if invitation is None:
        raise LinkGone(_("Ask the person who sent it for a new one."))
    return invitation


@transaction.atomic
def accept_invitation(*, secret: str, user: User) -> Membership:
    """Join the project of a link. Two who use it at once: one gets in."""
    invitation = find_invitation(secret)
    now = timezone.now()
    if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(
        used_at=now, used_by=user
    ):
        raise LinkGone(_("Ask the person who sent it for a new one."))
    return add_member(project=invitation.project, user=user, role=invitation.role, by=user)


@transaction.atomic
def join_as_new_user(
    *, secret: str, username: str, password: str, name: str = "", email: str = ""
) -> User:
    """Make an account for somebody who holds an invitation, and let them in."""
    find_invitation(secret)
    try:
        with transaction.atomic():
            user = create_user(username=username, password=password, name=name, email=email)
    except IntegrityError as error:
        detail = _("This name was taken a moment ago. Choose another.")
        raise Invalid(places=[Place("username", "taken", detail)]) from error
    accept_invitation(secret=secret, user=user)
    return user


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> None:
    """Make a link useless."""
    if invitation.used_at is None and invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        record_event("invitation.revoked", by=by, project=invitation.project, target=invitation.oid)


@transaction.atomic
def create_sign_in_link(user: User, *, minutes: int = SIGN_IN_MINUTES) -> str:
    """Return the path of a link that signs this person in, once."""
    secret = secrets.token_urlsafe(24)
    SignInLink.objects.create(
        user=user,
        secret_hash=hash_secret(secret),
        expires_at=timezone.now() + timedelta(minutes=minutes),
    )
    record_event("user.link", by=user, target=user.oid)
    return f"/sign-in/{secret}"


@transaction.atomic
def use_sign_in_link(secret: str) -> User:
    """Return the person behind a link and use it up."""
    now = timezone.now()
    link = (
        SignInLink.objects.select_related("user")
        .filter(
            secret_hash=hash_secret(secret),
            used_at=None,
            expires_at__gt=now,
            user__is_active=True,
        )
        .first()
    )
    if link is None or not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        raise LinkGone(
            _("Make a new one with “winnow user link NAME”, or sign in with a password.")
        )
    return link.user


def update_keys(*, user: User, single: bool, keys: dict[str, list[str]]) -> User:
    """Remember which keys a person chose in the workbench, and whether letters work alone."""
    user.key_choice = {"single": single, "keys": keys}
    user.save(update_fields=["key_choice"])
    return user


@transaction.atomic
def update_settings(
    *, user: User, name: str, theme: str, time_zone: str, language: str = ""
) -> User:
    """Change how a person is called, and how Winnow looks and speaks to them."""
    user.name, user.theme, user.time_zone = name.strip(), theme, time_zone
    user.language = language
    user.save(update_fields=["name", "theme", "time_zone", "language"])
    Annotator.objects.filter(user=user).update(name=user.shown_name)
    return user
