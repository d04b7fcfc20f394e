"""How far queues are, for who works there and for who manages them."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotate.models import Answer, Assignment, Queue, Review, Stage, Task, Turn
from annotate.pure.forecast import Forecast, forecast
from annotate.pure.gold import GoldScore
from annotate.queries.agreement import gold_of_queue
from annotate.queries.said import stamp_of_queue
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
    agreed: int
    disagreed: int
    days: list[tuple[date, int]]
    people: list[PersonWork]

    @property
    def left(self) -> int:
        """Answers that are still wanted."""
        return max(self.wanted - self.answers, 0)

    @property
    def forecast(self) -> Forecast:
        """When they will be in, going by the last fourteen days that are over."""
        return forecast(self.left, [n for _day, n in self.days[-1 - PACE_DAYS : -1]])


def work_of(annotator: Annotator, *, may_review: bool) -> list[QueueWork]:
    """Return the queues of a project that wait for this person, open ones first."""
    queues = (
        Queue.objects.filter(dataset__project=annotator.project_id)
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
    work = Task.objects.filter(queue=queue, is_gold=False)
    stages = dict(work.values_list("stage").annotate(n=Count("pk")))
    agreed = dict(work.exclude(agreed=None).values_list("agreed").annotate(n=Count("pk")))
    answers = _answers_in(queue)
    # A task that is open to annotators misses an answer, however much gold people met.
    wanted = max(answers_wanted(queue), answers + stages.get(Stage.ANNOTATE.value, 0))
    return QueueProgress(
        tasks={stage.name.lower(): stages.get(stage.value, 0) for stage in Stage},
        gold=queue.gold_count,
        answers=answers,
        wanted=wanted,
        agreed=agreed.get(True, 0),
        disagreed=agreed.get(False, 0),
        days=_days(queue),
        people=_people(queue),
    )


def _answers_in(queue: Queue) -> int:
    turns = Turn.objects.filter(queue=queue, stage=Stage.ANNOTATE)
    return turns.aggregate(n=Sum("answered"))["n"] or 0


def _submitted(queue: Queue) -> QuerySet[Assignment]:
    return Assignment.objects.filter(queue=queue, stage=Stage.ANNOTATE, state=State.SUBMITTED)


def _days(queue: Queue) -> list[tuple[date, int]]:
    """Return the answers of each of the last days, in the reader's zone, oldest first."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    rows = (
        _submitted(queue)
        .filter(submitted_at__gte=_midnight() - timedelta(days=DAYS - 1))
        .annotate(day=TruncDate("submitted_at"))
        .values_list("day")
        .annotate(n=Count("pk"))
    )
    counts = dict(rows)
    return [(day, counts.get(day, 0)) for day in (first + timedelta(days=n) for n in range(DAYS))]


def day_after(days: float) -> date:
    """Return the day by whose end so many days of work are done, tomorrow the first of them."""
    return timezone.localdate() + timedelta(days=min(math.ceil(days), 36_500))


def _people(queue: Queue) -> list[PersonWork]:
    gold = {result.annotator: result.score for result in gold_of_queue(queue)}
    seconds = _median_seconds(queue)
    rejected = dict(
        Review.objects.filter(task__queue=queue, verdict=Review.Verdict.REJECT)
        .values_list("annotation__annotator")
        .annotate(n=Count("pk"))
    )
    rows = (
        Assignment.objects.filter(queue=queue, stage=Stage.ANNOTATE)
        .values_list("annotator_id", "annotator__name")
        .annotate(
            counted=Count("pk", filter=Q(state=State.SUBMITTED)),
            extra=Count("pk", filter=Q(state=State.EXTRA)),
            skipped=Count("pk", filter=Q(state=State.SKIPPED)),
            last_at=Max("submitted_at"),
        )
        .order_by("-counted", "annotator_id")
    )
    return [
        PersonWork(
            annotator=pk,
            name=name,
            answers=counted,
            extra=extra,
            skipped=skipped,
            rejected=rejected.get(pk, 0),
            median_seconds=seconds.get(pk),
            last_at=last_at,
            gold=gold.get(pk),
        )
        for pk, name, counted, extra, skipped, last_at in rows
    ]


def _median_seconds(queue: Queue) -> dict[int, float]:
    """Return the median time for an answer, by annotator; kept until somebody writes again."""
    key = f"annotate/seconds/{stamp_of_queue(queue)}"
    known: dict[int, float] | None = cache.get(key)
    if known is not None:
        return known
    times: dict[int, list[float]] = {}
    rows = Answer.objects.filter(assignment__queue=queue, seconds__isnull=False)
    for annotator, seconds in rows.values_list("assignment__annotator", "seconds").iterator():
        times.setdefault(annotator, []).append(seconds or 0.0)
    found = {annotator: median(values) for annotator, values in times.items()}
    cache.set(key, found, 24 * 3600)
    return found
