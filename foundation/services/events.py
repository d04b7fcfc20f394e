"""Writing the audit trail, in the transaction of what it tells."""

from typing import Any

from foundation.models import Event, Project, User


def record_event(
    verb: str, *, by: User | None, project: Project | None = None, target: str = "", **data: Any
) -> Event:
    """Write down that somebody did something; `data` holds plain values."""
    return Event.objects.create(verb=verb, user=by, project=project, target=target, data=data)
