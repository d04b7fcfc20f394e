"""The figures of a queue for its manager, read from counted days and a few newest rows.

The number of queries is fixed, and none of them reads answers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from annotate.models import Assignment, Queue, Rate, Review, Task
from annotate.pure.corrections import Change, counted
from annotate.pure.costs import HOUR, Price, Spent, ToFinish, cost_of, cost_to_finish
from annotate.pure.forecast import Forecast
from annotate.queries.pages import QueueRow, queue_rows
from annotate.queries.people_days import (
    Days,
    Work,
    answers_a_day,
    days_worked,
    together,
    work_by_person,
)
from annotate.queries.workload import DAYS, forecast_from
from datasets.models import Asset, Item, Truth
from foundation.models import Annotator, Membership

NEWEST = 200
GALLERY = 8
MOST_REASONS = 8
_PAID = ("annotator", "answers", "extra", "timed", "milliseconds", "skip_milliseconds")


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """What one person did in a queue, and what it cost."""

    annotator: Annotator
    has_left: bool
    work: Work
    cost: Decimal | None
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a queue costs; amounts in its one currency."""

    currency: str
    so_far: Decimal
    untimed: int
    """Answers paid by the hour whose time nobody knows."""
    an_item: Decimal | None
    """For each task that is done."""
    to_finish: ToFinish


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """All figures of a queue, or of some of its days."""

    row: QueueRow
    days: Days
    forecast: Forecast
    total: Work
    people: list[PersonFigures]
    cost: Cost | None
    rate: Rate | None
    """What everybody is paid."""
    skip_reasons: list[tuple[str, int]]
    skips: int
    """The newest skips that `skip_reasons` counts."""
    corrections: list[tuple[Change, int]]
    corrected: int
    """The newest corrections that `corrections` counts."""


def figures_of(queue: Queue, since: date | None = None, until: date | None = None) -> QueueFigures:
    """Return the figures of a queue; people and cost of some days only if asked."""
    row = queue_rows([queue])[0]
    days = answers_a_day([queue], DAYS)
    rates = {rate.annotator_id: rate for rate in Rate.objects.filter(queue=queue)}
    worked = days_worked([queue], since, until)
    works = work_by_person(worked)
    people = _people(queue, works, rates)
    reasons = _skip_reasons(queue)
    corrections = _corrections(Review.objects.filter(task__queue=queue))
    return QueueFigures(
        row=row,
        days=days,
        forecast=forecast_from(row.left, days),
        total=together(one.work for one in people),
        people=people,
        cost=_cost(row, works, list(worked.values(*_PAID)), rates) if rates else None,
        rate=rates.get(None),
        skip_reasons=Counter(reasons).most_common(MOST_REASONS),
        skips=len(reasons),
        corrections=counted(corrections),
        corrected=len(corrections),
    )


def _people(
    queue: Queue, works: dict[int, Work], rates: dict[int | None, Rate]
) -> list[PersonFigures]:
    members = Membership.objects.filter(project=queue.dataset.project_id, ended_at=None)
    here = set(members.values_list("user", flat=True))
    annotators = {one.pk: one for one in Annotator.objects.filter(pk__in=works)}
    rows = [
        PersonFigures(
            annotators[pk],
            _has_left(annotators[pk], here),
            work,
            _paid(rate, work.counts) if (rate := _rate(rates, pk)) else None,
            rate,
        )
        for pk, work in works.items()
        if work.is_annotating
    ]
    return sorted(rows, key=lambda one: one.annotator.name.casefold())


def _has_left(annotator: Annotator, here: set[int]) -> bool:
    """Whether somebody is here no more. Who never had an account, as in imports, has not left."""
    is_away = annotator.user_id is not None and annotator.user_id not in here
    return is_away or annotator.ended_at is not None


def _rate(rates: dict[int | None, Rate], annotator: int) -> Rate | None:
    return rates.get(annotator) or rates.get(None)


def _paid(rate: Rate, day: dict[str, Any]) -> Decimal:
    return cost_of(Price(rate.per, rate.amount), _spent(day))


def _spent(day: dict[str, Any]) -> Spent:
    answers = day["answers"] + day["extra"]
    return Spent(answers, day["milliseconds"] + day["skip_milliseconds"], answers - day["timed"])


def _cost(
    row: QueueRow,
    works: dict[int, Work],
    worked: Sequence[dict[str, Any]],
    rates: dict[int | None, Rate],
) -> Cost:
    so_far, untimed = Decimal(0), 0
    for pk, work in works.items():
        rate = _rate(rates, pk)
        if rate is not None:
            so_far += _paid(rate, work.counts)
            untimed += _spent(work.counts).untimed if rate.per == HOUR else 0
    paid = [
        (day["answers"], _paid(rate, day))
        for day in worked
        if day["answers"] and (rate := _rate(rates, day["annotator"]))
    ]
    return Cost(
        currency=next(iter(rates.values())).currency,
        so_far=so_far,
        untimed=untimed,
        an_item=so_far / row.done if row.done else None,
        to_finish=cost_to_finish(row.left, paid),
    )


def _skip_reasons(queue: Queue) -> list[str]:
    """Return why people skipped lately, newest first."""
    skips = Assignment.objects.filter(queue=queue, skipped_at__isnull=False)
    return list(skips.order_by("-skipped_at").values_list("reason", flat=True)[:NEWEST])


def _corrections(reviews: QuerySet[Review]) -> list[tuple[Any, Any]]:
    """Return the documents before and after the newest corrections."""
    corrected = reviews.filter(verdict=Review.Verdict.CORRECT, corrected__isnull=False)
    return list(
        corrected.order_by("-pk").values_list(
            "annotation__document__regions", "corrected__document__regions"
        )[:NEWEST]
    )


def corrections_by(annotator: Annotator) -> tuple[list[tuple[Change, int]], int]:
    """Return what a reviewer changed lately, and in how many answers."""
    found = _corrections(Review.objects.filter(reviewer=annotator))
    return counted(found), len(found)


def differing_items(queue: Queue) -> list[Item]:
    """Return the newest items on which people differ, with what a tile shows; gold never."""
    differing = Task.objects.filter(queue=queue, agreed=False, is_gold=False).order_by("-pk")
    keys = list(differing.values_list("item", flat=True)[:GALLERY])
    thumbnails = Asset.objects.filter(part=Asset.Part.THUMBNAIL)
    truths = Truth.objects.filter(is_current=True, schema=queue.schema_id)
    items = (
        Item.objects.filter(pk__in=keys)
        .select_related("content")
        .prefetch_related(Prefetch("assets", thumbnails), Prefetch("truths", truths))
    )
    return sorted(items, key=lambda one: keys.index(one.pk))
