"""What can go wrong in the domain: four families, each with a code and a title to act on.

Services raise these. `config/problems.py` turns them into HTTP answers, commands into
`CommandError`, jobs into their report. Nothing else decides a status.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Place:
    """One trouble at one place of what was sent."""

    at: str
    code: str
    detail: Text

    def as_json(self) -> dict[str, str]:
        """Return the plain form used in problem details and job reports."""
        return {"at": self.at, "code": self.code, "detail": str(self.detail)}


@dataclass(eq=False)
class DomainError(Exception):
    """A rule of the house was broken; `detail` says how, `places` say where."""

    detail: Text = ""
    places: Sequence[Place] = field(default_factory=tuple)
    extra: dict[str, Any] = field(default_factory=dict)

    code: ClassVar[str] = "domain-error"
    title: ClassVar[Text] = _("The request could not be carried out")

    def __str__(self) -> str:
        return str(self.detail or self.title)


class Invalid(DomainError):
    """What was sent does not fit."""

    code: ClassVar[str] = "invalid"
    title: ClassVar[Text] = _("Something in the input needs correction")


class NotAllowed(DomainError):
    """The person is known here, but their role does not allow this."""

    code: ClassVar[str] = "not-allowed"
    title: ClassVar[Text] = _("Your role in this project does not allow this")


class NotFound(DomainError):
    """There is no such thing, or none that this person may know of."""

    code: ClassVar[str] = "not-found"
    title: ClassVar[Text] = _("There is nothing here")


class Conflict(DomainError):
    """The thing has changed, or is in a state in which this cannot be done."""

    code: ClassVar[str] = "conflict"
    title: ClassVar[Text] = _("This cannot be done in the present state")


class PreconditionFailed(Conflict):
    """Somebody, or another tab, was faster (HTTP 412)."""

    code: ClassVar[str] = "changed-meanwhile"
    title: ClassVar[Text] = _("This was changed meanwhile")


class DiskFull(DomainError):
    """There is no room left to write (HTTP 507)."""

    code: ClassVar[str] = "disk-full"
    title: ClassVar[Text] = _("There is no room left on the disk of the server")


class StorageAway(DomainError):
    """The file storage does not answer at present (HTTP 503)."""

    code: ClassVar[str] = "storage-away"
    title: ClassVar[Text] = _("The file storage does not answer at present")


class TooMuch(DomainError):
    """Too many requests or too large a request; `extra["retry_after"]` is in seconds."""

    code: ClassVar[str] = "too-much"
    title: ClassVar[Text] = _("Too much at once")
