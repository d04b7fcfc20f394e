"""How far queues are, for who works there and for who manages them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone

from annotate.models import Assignment, Queue, Stage, Task, Turn
from annotate.pure.forecast import Forecast, forecast
from annotate.pure.gold import GoldScore
from annotate.queries.people_days import Work, answers_a_day, days_worked, work_by_person
from annotate.queries.task_counts import Group, agreements, by_stage, groups_of
from annotate.queries.work import answers_wanted, show_progress
from foundation.models import Annotator

DAYS = 30
PACE_DAYS = 14
State = Assignment.State


@dataclass(frozen=True, slots=True)
class QueueWork:
    """One queue as an annotator sees it. Counts are answers; `left` is for all together."""

    queue: Queue
    done: int
    total: int
    left: int
    mine: int
    mine_today: int
    held: int
    to_review: int
    """Tasks that wait for a reviewer, counted up to a thousand; 0 for those who do not review."""


@dataclass(frozen=True, slots=True)
class PersonWork:
    """One annotator's work in a queue."""

    annotator: int
    name: str
    answers: int
    extra: int
    skipped: int
    rejected: int
    median_seconds: float | None
    last_at: datetime | None
    gold: GoldScore | None


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """A queue as its manager sees it. Gold is not among the tasks."""

    tasks: dict[str, int]
    gold: int
    answers: int
    wanted: int
    queue: Queue
    days: list[tuple[date, int]]
    people: list[PersonWork]
    groups: list[Group]

    @property
    def left(self) -> int:
        """Answers that are still wanted."""
        return max(self.wanted - self.answers, 0)

    def agreements(self) -> dict[bool, int]:
        """Return on how many tasks answers agreed and differed."""
        return agreements(self.groups)

    @property
    def forecast(self) -> Forecast:
        """When they will be in, going by the last fourteen days that are over."""
        return forecast_from(self.left, self.days)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many answers a queue still wants, and when they will be in."""

    left: int
    forecast: Forecast


def outlook_of(queue: Queue) -> Outlook:
    """Return how much is left and when it will be in, in two queries that count no task."""
    left = max(answers_wanted(queue) - _answers_in(queue), 0)
    return Outlook(left, forecast_from(left, answers_a_day([queue], PACE_DAYS + 1)))


def forecast_from(left: int, days: Sequence[tuple[date, int]]) -> Forecast:
    """Return when so many answers will be in, by the days of which today is the last."""
    over = days[-1 - PACE_DAYS : -1]
    return forecast(left, [n for _day, n in over], over[-1][0].weekday() if over else None)


def work_of(annotator: Annotator, *, may_review: bool) -> list[QueueWork]:
    """Return the queues of a project that wait for this person, open ones first."""
    queues = (
        Queue.objects.filter(dataset__project=annotator.project_id, is_course=False)
        .exclude(state=Queue.State.CLOSED)
        .select_related("dataset", "schema", "guideline")
        .order_by("state", "pk")
    )
    return [_work(queue, annotator, may_review=may_review) for queue in queues]


def _work(queue: Queue, annotator: Annotator, *, may_review: bool) -> QueueWork:
    progress = show_progress(queue, Stage.ANNOTATE, annotator.pk)
    mine = Assignment.objects.filter(queue=queue, annotator=annotator)
    counts = mine.aggregate(
        held=Count("pk", filter=Q(state__in=[State.RESERVED, State.HELD])),
        today=Count("pk", filter=Q(submitted_at__gte=_midnight())),
    )
    waiting = Task.objects.filter(queue=queue, stage=Stage.REVIEW, is_open=True)
    return QueueWork(
        queue=queue,
        done=progress["done"],
        total=progress["total"],
        left=progress["total"] - progress["done"],
        mine=progress["mine"],
        mine_today=counts["today"],
        held=counts["held"],
        to_review=waiting.values("pk")[:1000].count() if may_review else 0,
    )


def _midnight() -> datetime:
    """Return when today began for the reader."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def progress_of(queue: Queue) -> QueueProgress:
    """Return how far a queue is, who does how much, and when it will be done."""
    groups = groups_of([queue])
    stages = by_stage(groups).get(queue.pk, {})
    answers = _answers_in(queue)
    # A task that is open to annotators misses an answer, however much gold people met.
    wanted = max(answers_wanted(queue), answers + stages.get(Stage.ANNOTATE.value, 0))
    return QueueProgress(
        tasks={stage.name.lower(): stages.get(stage.value, 0) for stage in Stage},
        gold=queue.gold_count,
        answers=answers,
        wanted=wanted,
        queue=queue,
        days=answers_a_day([queue], DAYS),
        people=_people(queue),
        groups=groups,
    )


def _answers_in(queue: Queue) -> int:
    turns = Turn.objects.filter(queue=queue, stage=Stage.ANNOTATE)
    return turns.aggregate(n=Sum("answered"))["n"] or 0


def day_after(days: float) -> date:
    """Return the day by whose end so many days of work are done, tomorrow the first of them."""
    return timezone.localdate() + timedelta(days=min(math.ceil(days), 36_500))


def _people(queue: Queue) -> list[PersonWork]:
    works = work_by_person(days_worked([queue]))
    turns = Turn.objects.filter(queue=queue, stage=Stage.ANNOTATE)
    last = dict(turns.values_list("annotator", "wrote_at"))
    names = dict(Annotator.objects.filter(pk__in=[*works, *last]).values_list("pk", "name"))
    rows = [
        PersonWork(
            annotator=pk,
            name=names[pk],
            answers=work.answers,
            extra=work.counts["extra"],
            skipped=work.counts["skipped"],
            rejected=work.counts["rejected"],
            median_seconds=work.quartiles[1],
            last_at=last.get(pk),
            gold=work.gold,
        )
        for pk, work in ((pk, works.get(pk, Work())) for pk in works.keys() | last.keys())
        if pk in last or work.counts["skipped"]
    ]
    return sorted(rows, key=lambda one: (-one.answers, one.annotator))
