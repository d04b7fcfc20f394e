"""Who is asking, and what they may do: the one table of roles and permissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from foundation.models import ApiToken, User


class Permission(TextChoices):
    """What a role may allow and a token may be limited to."""

    MEMBER = "member", _("Belong to the project")
    VIEW = "view", _("Look at items, labels and quality")
    PUSH = "push", _("Push items and suggestions")
    ANNOTATE = "annotate", _("Annotate")
    REVIEW = "review", _("Review the work of others")
    MANAGE = "manage", _("Manage datasets, queues and runs")
    OWN = "own", _("Own: members, deletion")


_P = Permission
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "owner": frozenset(_P),
    "manager": frozenset({_P.MEMBER, _P.VIEW, _P.PUSH, _P.ANNOTATE, _P.REVIEW, _P.MANAGE}),
    "reviewer": frozenset({_P.MEMBER, _P.VIEW, _P.ANNOTATE, _P.REVIEW}),
    # An annotator sees what is in their hands and nothing of the others: answers stay blind.
    "annotator": frozenset({_P.MEMBER, _P.ANNOTATE}),
    "viewer": frozenset({_P.MEMBER, _P.VIEW}),
}


@dataclass(frozen=True)
class Actor:
    """A person, and the token through which they speak, if any."""

    user: User
    token: ApiToken | None = None

    def allows(self, role: str, permission: Permission) -> bool:
        """Tell whether this role, narrowed by the token's scopes, has the permission."""
        if permission not in ROLE_PERMISSIONS.get(role, frozenset()):
            return False
        return self.token is None or permission == _P.MEMBER or permission in self.token.scopes
