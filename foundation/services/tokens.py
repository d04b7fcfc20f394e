"""Tokens for REST clients: shown once, kept as a hash, scoped and ending."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.actor import Permission
from foundation.errors import Invalid, Place
from foundation.models import ApiToken, Project, User
from foundation.services.events import record_event

PREFIX = "winnow_"
DEFAULT_DAYS = 90
LONGEST_DAYS = 366
_USED_EVERY = timedelta(minutes=1)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret in hex. Our secrets have 256 random bits: no salt needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(
    *,
    user: User,
    name: str,
    scopes: Sequence[str],
    project: Project | None = None,
    days: int = DEFAULT_DAYS,
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which cannot be shown again."""
    unknown = [scope for scope in scopes if scope not in Permission.values]
    if unknown or not scopes:
        known = ", ".join(Permission.values)
        detail = _("Choose from %(known)s.") % {"known": known}
        raise Invalid(places=[Place("scopes", "unknown-scope", detail)])
    if not 1 <= days <= LONGEST_DAYS:
        detail = _("From 1 to %(most)d days.") % {"most": LONGEST_DAYS}
        raise Invalid(places=[Place("days", "out-of-range", detail)])
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        project=project,
        name=name[:80],
        prefix=secret[: len(PREFIX) + 6],
        secret_hash=hash_secret(secret),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    record_event("token.issued", by=user, project=project, target=token.oid, name=token.name)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> None:
    """End a token now."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record_event("token.revoked", by=by, project=token.project, target=token.oid)


def authenticate_token(secret: str) -> ApiToken | None:
    """Return the token behind a secret while it counts, else None."""
    if not secret.startswith(PREFIX):
        return None
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(
            secret_hash=hash_secret(secret),
            revoked_at=None,
            expires_at__gt=now,
            user__is_active=True,
        )
        .first()
    )
    if token and (token.last_used_at is None or now - token.last_used_at > _USED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
