"""The time that leases go by: the database's, since hosts disagree about theirs."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from foundation.models import ClockTick
from foundation.registry import Registry

log = logging.getLogger(__name__)


def database_now() -> datetime:
    """Return the database's idea of now, in UTC, to the millisecond or better."""
    sql = (
        "SELECT clock_timestamp()"
        if connection.vendor == "postgresql"
        else "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (now,) = cursor.fetchone()
    if isinstance(now, str):
        return datetime.fromisoformat(now).replace(tzinfo=UTC)
    moment: datetime = now
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Duty:
    """Something short that must be done again and again."""

    every_seconds: float
    work: Callable[[], object]


duties: Registry[Duty] = Registry("winnow.duties")


def tick() -> list[str]:
    """Do every duty that is due and return their names.

    Any number of clocks may tick: who moves the row of a duty does it, the others find it moved.
    A duty that fails is told to the log and keeps no other from being done. Raises DatabaseError
    when the database cannot be asked whose turn it is.
    """
    done = []
    for name, duty in _due():
        if _is_mine(name, timedelta(seconds=duty.every_seconds)):
            try:
                duty.work()
            except Exception:
                log.exception("the duty %r failed", name)
            done.append(name)
    return done


def _due() -> list[tuple[str, Duty]]:
    """Look without a lock: a clock that has nothing to do must keep no writer waiting."""
    last = dict(ClockTick.objects.values_list("name", "last_at"))
    now = database_now()
    return [
        (name, duty)
        for name, duty in duties.items()
        if name not in last or last[name] <= now - timedelta(seconds=duty.every_seconds)
    ]


def _is_mine(name: str, every: timedelta) -> bool:
    with transaction.atomic():
        now = database_now()
        moved = ClockTick.objects.filter(name=name, last_at__lte=now - every).update(last_at=now)
        if moved:
            return True
        _row, is_new = ClockTick.objects.get_or_create(name=name, defaults={"last_at": now})
        return is_new
