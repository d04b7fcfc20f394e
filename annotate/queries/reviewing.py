"""What a reviewer sees of the reviews: what waits, since when, and what they said themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from annotate.models import Assignment, Queue, Review, Stage, Task, WorkDay
from annotate.pure.corrections import Change
from annotate.queries.figures import corrections_by
from annotate.queries.pages import ReviewCounts, queues_of
from annotate.queries.waiting import COUNTED_UP_TO, DECIDED, waiting_for
from foundation.models import Annotator, Project

NEWEST = 1000
DAYS = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue of which tasks wait for somebody who decides: in review, or in adjudication."""

    queue: Queue
    stage: Stage
    n: int
    """Counted up to COUNTED_UP_TO."""
    oldest: datetime | None
    """When the last answer came to the task that has waited longest."""

    @property
    def is_more(self) -> bool:
        """Whether there may be more than were counted."""
        return self.n >= COUNTED_UP_TO

    @property
    def is_adjudication(self) -> bool:
        """Whether it is decided between answers that differ."""
        return self.stage == Stage.ADJUDICATE


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
    return Reviewing(waiting_in(project, me), days, total, _newest(me), corrections, corrected)


def waiting_in(project: Project, me: Annotator | None) -> list[Waiting]:
    """Return what waits for one person to decide, longest first; four queries."""
    queues = list(queues_of(project).filter(state=Queue.State.OPEN))
    counts = waiting_for(queues, me)
    since = _since({queue for queue, _stage in counts})
    rows = [
        Waiting(one, stage, counts[one.pk, stage], since.get((one.pk, stage)))
        for one in queues
        for stage in DECIDED
        if (one.pk, stage) in counts
    ]
    return sorted(rows, key=lambda one: (one.oldest is None, one.oldest or timezone.now()))


def adjudications_for(queues: Sequence[Queue], me: Annotator) -> list[Waiting]:
    """Return which of these queues wait for one person to adjudicate, and how much; two queries."""
    counts = waiting_for(queues, me, (Stage.ADJUDICATE,))
    return [
        Waiting(one, Stage.ADJUDICATE, counts[key], None)
        for one in queues
        if (key := (one.pk, int(Stage.ADJUDICATE))) in counts
    ]


def _since(queues: set[int]) -> dict[tuple[int, int], datetime]:
    """Return when the last answer came to the task of each queue and stage that waited longest."""
    names = {f"first_{stage.name}": stage for stage in DECIDED}
    firsts = {
        name: Subquery(
            Task.objects.filter(
                queue=OuterRef("pk"), stage=stage, is_open=True, opened_no__isnull=False
            )
            .order_by("opened_no")
            .values("pk")[:1]
        )
        for name, stage in names.items()
    }
    asked = Queue.objects.filter(pk__in=queues).annotate(**firsts)
    found = {
        task: (pk, stage)
        for pk, *tasks in asked.values_list("pk", *names)
        for stage, task in zip(names.values(), tasks, strict=True)
        if task is not None
    }
    answered = Assignment.objects.filter(task__in=found, stage=Stage.ANNOTATE)
    moments = answered.values_list("task").annotate(at=Max("submitted_at"))
    return {found[task]: at for task, at in moments if at is not None}


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
