"""What a reviewer sees of the reviews: what waits, since when, and what they said themselves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from annotate.models import Assignment, Queue, Review, Stage, Task, WorkDay
from annotate.pure.corrections import Change
from annotate.queries.figures import corrections_by
from annotate.queries.pages import ReviewCounts, queues_of
from annotate.queries.task_counts import groups_of, waiting
from foundation.models import Annotator, Project

NEWEST = 1000
DAYS = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue whose tasks wait for a reviewer."""

    queue: Queue
    n: int
    oldest: datetime | None
    """When the last answer came to the task that has waited longest."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The reviews of a project, and one reviewer's own."""

    waiting: list[Waiting]
    days: list[tuple[date, int]]
    total: int
    newest: ReviewCounts
    corrections: list[tuple[Change, int]]
    corrected: int


def reviewing_of(project: Project, me: Annotator | None) -> Reviewing:
    """Return what waits in a project and what a reviewer did; a fixed number of queries."""
    corrections, corrected = corrections_by(me) if me else ([], 0)
    days, total = _days(me)
    return Reviewing(_waiting(project), days, total, _newest(me), corrections, corrected)


def _waiting(project: Project) -> list[Waiting]:
    queues = list(queues_of(project).filter(state=Queue.State.OPEN))
    waits = waiting(groups_of(queues))
    counts = {queue: n for (queue, stage), n in waits.items() if stage == Stage.REVIEW}
    first = (
        Task.objects.filter(
            queue=OuterRef("pk"), stage=Stage.REVIEW, is_open=True, opened_no__isnull=False
        )
        .order_by("opened_no")
        .values("pk")[:1]
    )
    asked = Queue.objects.filter(pk__in=counts).annotate(first=Subquery(first))
    firsts = dict(asked.values_list("pk", "first"))
    since = dict(
        Assignment.objects.filter(task__in=[pk for pk in firsts.values() if pk])
        .values_list("queue")
        .annotate(at=Max("submitted_at"))
    )
    rows = [Waiting(one, counts[one.pk], since.get(one.pk)) for one in queues if counts.get(one.pk)]
    return sorted(rows, key=lambda one: (one.oldest is None, one.oldest or timezone.now()))


def _days(me: Annotator | None) -> tuple[list[tuple[date, int]], int]:
    """Return the verdicts of each of the last days of UTC, and those of all days."""
    today = timezone.now().date()
    rows: dict[date, int] = {}
    if me is not None:
        for day, n in WorkDay.objects.filter(annotator=me).values_list("day", "reviewed"):
            rows[day] = rows.get(day, 0) + n
    listed = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    return [(day, rows.get(day, 0)) for day in listed], sum(rows.values())


def _newest(me: Annotator | None) -> ReviewCounts:
    verdict = Review.Verdict
    said: list[str] = []
    if me is not None:
        mine = Review.objects.filter(reviewer=me).order_by("-pk")
        said = list(mine.values_list("verdict", flat=True)[:NEWEST])
    kinds = (verdict.ACCEPT, verdict.CORRECT, verdict.REJECT)
    return ReviewCounts(*(said.count(one) for one in kinds))
