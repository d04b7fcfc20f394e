"""What one person did in a project: today, this week, what came back, how often they were right."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from annotate.models import Assignment, GoldCheck, Queue, Review, Stage, Turn, WorkDay
from annotate.pure.gold import GoldScore, gold_score
from annotate.pure.workdays import COUNTS, days_in_zone
from annotate.queries.days import start_of_today
from annotate.queries.people_days import Work
from foundation.models import Annotator

CHECKS_SHOWN_BY = 10
"""Only whole tens of checks are told, so that nobody sees which task was one."""
RETURNED_DAYS = 30
WEEK, PAST_DAYS = 7, 28


@dataclass(frozen=True, slots=True)
class MyWork:
    """Answers of one person, and how often they were right on items whose label is known."""

    today: int
    week: int
    total: int
    checks: GoldScore | None


def my_work(annotator: Annotator) -> MyWork:
    """Return how much a person answered, in three queries that only touch their own rows."""
    today = start_of_today()
    week = today - timedelta(days=6)
    counts = Assignment.objects.filter(
        queue__in=Queue.objects.filter(dataset__project=annotator.project_id),
        annotator=annotator,
        stage=Stage.ANNOTATE,
        state__in=(Assignment.State.SUBMITTED, Assignment.State.EXTRA),
        submitted_at__gte=week,
    ).aggregate(week=Count("pk"), today=Count("pk", filter=Q(submitted_at__gte=today)))
    turns = Turn.objects.filter(annotator=annotator, stage=Stage.ANNOTATE)
    total = turns.aggregate(n=Sum("answered"))["n"] or 0
    return MyWork(**counts, total=total, checks=_checks(annotator))


def _checks(annotator: Annotator) -> GoldScore | None:
    scores = list(
        GoldCheck.objects.filter(annotator=annotator, queue__is_course=False)
        .order_by("pk")
        .values_list("score", flat=True)
    )
    told = len(scores) - len(scores) % CHECKS_SHOWN_BY
    return gold_score(score >= 1.0 for score in scores[:told]) if told else None


def returned_to(annotator: Annotator) -> QuerySet[Review]:
    """Return what reviewers sent back or corrected lately of a person's work, newest first."""
    since = start_of_today() - timedelta(days=RETURNED_DAYS)
    verdicts = (Review.Verdict.REJECT, Review.Verdict.CORRECT)
    return (
        Review.objects.filter(
            annotation__annotator=annotator, task__isnull=False, verdict__in=verdicts, at__gte=since
        )
        .select_related("annotation__item__content", "task__queue", "reviewer")
        .order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class MyFigures:
    """One person's own work over time, beside nobody else's."""

    days: list[tuple[date, int]]
    now: Work
    """The last seven days."""
    before: Work
    """The four weeks before these."""
    ever: Work


def my_figures(annotator: Annotator) -> MyFigures:
    """Return how much and how fast a person works, compared with their own past."""
    today = timezone.localdate()
    now, before, ever = Work(), Work(), Work()
    quarters = []
    for row in WorkDay.objects.filter(annotator=annotator).values(
        "day", "quarters", "seconds", *COUNTS
    ):
        ever.add(row)
        age = (today - row["day"]).days
        if age < WEEK:
            now.add(row)
        elif age < WEEK + PAST_DAYS:
            before.add(row)
        if age <= PAST_DAYS + 1:
            quarters.append((row["day"], row["quarters"]))
    zone, first = timezone.get_current_timezone(), today - timedelta(days=PAST_DAYS - 1)
    return MyFigures(days_in_zone(quarters, zone, first, today), now, before, ever)
