"""Tables of the foundation, re-exported so that `foundation.models` is the one address."""

from foundation.models.event import Event
from foundation.models.idempotency import IdempotencyRecord
from foundation.models.job import ClockTick, Job, JobRefusal
from foundation.models.notification import Cadence, Mail, MailChoice, Notification
from foundation.models.people import Annotator, Invitation, Membership, Project, Role, User
from foundation.models.team import Team
from foundation.models.token import ApiToken, SignInLink

__all__ = [
    "Annotator",
    "ApiToken",
    "Cadence",
    "ClockTick",
    "Event",
    "IdempotencyRecord",
    "Invitation",
    "Job",
    "JobRefusal",
    "Mail",
    "MailChoice",
    "Membership",
    "Notification",
    "Project",
    "Role",
    "SignInLink",
    "Team",
    "User",
]
