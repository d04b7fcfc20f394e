"""People's days, counted anew from what happened, and where the kept counts differ from that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from annotate.models import Answer, Assignment, GoldCheck, Review, Stage, WorkDay
from annotate.pure import workdays
from annotate.pure.workdays import COUNTS, Day, Happening

CHUNK = 5000
COLUMNS = (*COUNTS, "seconds", "quarters")
State = Assignment.State


class Key(NamedTuple):
    """Whose day, and in which queue."""

    queue: int
    annotator: int
    day: date


@dataclass(frozen=True, slots=True)
class _Source:
    """A table that days are counted from, and the way to queue, annotator, moment and the rest."""

    rows: Callable[[], QuerySet[Any]]
    queue: str
    annotator: str
    at: str
    rest: tuple[str, ...]
    happening: Callable[..., Happening]

    def read(self, where: Q) -> Iterator[tuple[Key, Happening]]:
        """Yield what happened, and on whose day it counts."""
        fields = (self.queue, self.annotator, self.at, *self.rest)
        found = self.rows().filter(where).order_by().values_list(*fields)
        for queue, annotator, at, *rest in found.iterator(chunk_size=CHUNK):
            if annotator is not None:
                happening = self.happening(at, *rest)
                yield Key(queue, annotator, happening.day), happening

    def on(self, key: Key) -> Q:
        """Return what picks one day of one person."""
        begin = datetime(key.day.year, key.day.month, key.day.day, tzinfo=UTC)
        return Q(
            **{
                self.queue: key.queue,
                self.annotator: key.annotator,
                f"{self.at}__gte": begin,
                f"{self.at}__lt": begin + timedelta(days=1),
            }
        )


def _first_answers() -> QuerySet[Any]:
    """Return first answers: fixes and what another tab sent as well are no work that counts."""
    return Answer.objects.filter(
        revision=1,
        assignment__stage=Stage.ANNOTATE,
        assignment__state__in=(State.SUBMITTED, State.EXTRA),
        assignment__submitted_at__isnull=False,
    )


def _answered(at: datetime, seconds: float | None, state: int) -> Happening:
    return workdays.answer_given(at, seconds, is_extra=state == State.EXTRA)


def _skips() -> QuerySet[Any]:
    return Assignment.objects.filter(stage=Stage.ANNOTATE, skipped_at__isnull=False)


def _reviews() -> QuerySet[Any]:
    return Review.objects.filter(task__isnull=False)


def _met_reviews() -> QuerySet[Any]:
    """Return the verdicts that are about somebody's answer."""
    return _reviews().filter(verdict__in=workdays.VERDICTS)


_ASSIGNED = ("assignment__queue", "assignment__annotator", "assignment__submitted_at")
_SOURCES = (
    _Source(_first_answers, *_ASSIGNED, ("seconds", "assignment__state"), _answered),
    _Source(_skips, "queue", "annotator", "skipped_at", ("skip_seconds",), workdays.task_skipped),
    _Source(
        _met_reviews,
        "task__queue",
        "annotation__annotator",
        "at",
        ("verdict",),
        workdays.verdict_met,
    ),
    _Source(_reviews, "task__queue", "reviewer", "at", (), workdays.verdict_given),
    _Source(GoldCheck.objects.all, "queue", "annotator", "at", ("score",), workdays.gold_met),
)


def count_days() -> dict[Key, Day]:
    """Count every day anew, reading all that happened once, in pieces."""
    days: dict[Key, Day] = {}
    for source in _SOURCES:
        for key, happening in source.read(Q()):
            days.setdefault(key, Day()).add(happening)
    return days


def count_day(key: Key) -> Day:
    """Count one day of one person anew."""
    day = Day()
    for source in _SOURCES:
        for _key, happening in source.read(source.on(key)):
            day.add(happening)
    return day


def differing_days() -> list[Key]:
    """Return the days whose kept counts are not what happened.

    Somebody who answers meanwhile may make a day differ that is right: who mends looks again.
    """
    counted = count_days()
    kept = {
        Key(row.pop("queue"), row.pop("annotator"), row.pop("day")): row
        for row in WorkDay.objects.values("queue", "annotator", "day", *COLUMNS)
    }
    return sorted(
        key
        for key in counted.keys() | kept.keys()
        if not counted.get(key, Day()).equals(kept.get(key))
    )
