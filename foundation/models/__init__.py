"""Tables of the foundation, re-exported so that `foundation.models` is the one address."""

from foundation.models.event import Event
from foundation.models.idempotency import IdempotencyRecord
from foundation.models.job import ClockTick, Job, JobRefusal
from foundation.models.people import Annotator, Invitation, Membership, Project, Role, User
from foundation.models.token import ApiToken, SignInLink

__all__ = [
    "Annotator",
    "ApiToken",
    "ClockTick",
    "Event",
    "IdempotencyRecord",
    "Invitation",
    "Job",
    "JobRefusal",
    "Membership",
    "Project",
    "Role",
    "SignInLink",
    "User",
]
