"""What people did in queues, from their counted days: no answer is ever read for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson
from django.db.models import Count, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from annotate.models import Queue, WorkDay
from annotate.pure.gold import GoldScore, count_score
from annotate.pure.intervals import Interval, wilson
from annotate.pure.workdays import COUNTS, Bins, add_bins, days_in_zone, quantile

Days = list[tuple[date, int]]


@dataclass(slots=True)
class Work:
    """What was done, summed over days: by one person, or by several together."""

    counts: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    seconds: dict[str, int] = field(default_factory=dict)
    days: int = 0
    """Days with any answer."""

    def add(self, row: dict[str, Any]) -> None:
        """Add one day."""
        for name in COUNTS:
            self.counts[name] += row[name]
        add_bins(self.seconds, row["seconds"])
        self.days += bool(row["answers"])

    @property
    def answers(self) -> int:
        """Answers that count."""
        return int(self.counts["answers"])

    @property
    def is_annotating(self) -> bool:
        """Whether anything was done but reviewing."""
        return any(self.counts[name] for name in COUNTS if name != "reviewed")

    @property
    def hours(self) -> float:
        """Hours of work as far as they are known, those on skipped tasks among them."""
        return float(self.counts["milliseconds"] + self.counts["skip_milliseconds"]) / 3.6e6

    @property
    def quartiles(self) -> tuple[float | None, float | None, float | None]:
        """Times that a quarter, half and three quarters of the answers did not take."""
        first, middle, third = (quantile(self.seconds, share) for share in (0.25, 0.5, 0.75))
        return first, middle, third

    @property
    def verdicts(self) -> int:
        """Verdicts of reviewers on these answers."""
        return int(sum(self.counts[name] for name in ("accepted", "corrected", "rejected")))

    @property
    def accepted_share(self) -> float | None:
        """The share that reviewers accepted as it was."""
        return self.counts["accepted"] / self.verdicts if self.verdicts else None

    @property
    def accepted_range(self) -> Interval:
        """Wilson's 95 % interval of that share."""
        return wilson(self.counts["accepted"], self.verdicts)

    @property
    def gold(self) -> GoldScore | None:
        """How often they were right on gold; None without a check."""
        checks = int(self.counts["gold_checks"])
        return count_score(int(self.counts["gold_right"]), checks) if checks else None


def days_worked(
    queues: Iterable[Queue], since: date | None = None, until: date | None = None
) -> QuerySet[WorkDay]:
    """Return the days of people in these queues, by the days of UTC, both ends included."""
    found = WorkDay.objects.filter(queue__in=list(queues))
    if since is not None:
        found = found.filter(day__gte=since)
    return found if until is None else found.filter(day__lte=until)


def work_by_person(days: QuerySet[WorkDay]) -> dict[int, Work]:
    """Return what each person did, by number. Two queries: the database adds what it can."""
    sums: dict[str, Any] = {f"sum_{name}": Sum(name) for name in COUNTS}
    found: dict[int, Work] = {}
    summed = days.values("annotator").annotate(worked=Count("pk", filter=~Q(answers=0)), **sums)
    rows: Iterable[dict[str, Any]] = summed  # type: ignore[assignment]
    for row in rows:
        counts = {name: row[f"sum_{name}"] for name in COUNTS}
        found[row["annotator"]] = Work(counts, {}, row["worked"])
    for annotator, seconds in _with_bins(days.filter(timed__gt=0), "seconds", "annotator"):
        if annotator in found:
            add_bins(found[annotator].seconds, seconds)
    return found


def _with_bins(days: QuerySet[WorkDay], bins: str, *names: str) -> Iterator[tuple[Any, ...]]:
    """Yield columns of days, their bins last. Thousands of them: so they are read by orjson."""
    rows: Iterable[Any] = days.annotate(kept=Cast(bins, TextField())).values_list(*names, "kept")
    for *row, kept in rows:
        yield *row, orjson.loads(kept)


def together(works: Iterable[Work]) -> Work:
    """Return what several people did."""
    total = Work()
    for one in works:
        for name in COUNTS:
            total.counts[name] += one.counts[name]
        add_bins(total.seconds, one.seconds)
        total.days += one.days
    return total


def answers_a_day(queues: Iterable[Queue], days: int, annotator: int | None = None) -> Days:
    """Return how many answers counted on each of the last days of the reader, today last."""
    today = timezone.localdate()
    first = today - timedelta(days=days - 1)
    mine = Q() if annotator is None else Q(annotator=annotator)
    rows = days_worked(queues, first - timedelta(days=1)).filter(mine)
    found = _with_bins(rows, "quarters", "day")
    return days_in_zone(found, timezone.get_current_timezone(), first, today)


def answers_today(queues: Iterable[Queue]) -> dict[int, int]:
    """Return how many answers counted today, by queue."""
    today = timezone.localdate()
    zone = timezone.get_current_timezone()
    by_queue: dict[int, list[tuple[date, Bins]]] = {}
    days = days_worked(queues, today - timedelta(days=1))
    for queue, day, quarters in _with_bins(days, "quarters", "queue", "day"):
        by_queue.setdefault(queue, []).append((day, quarters))
    return {queue: days_in_zone(rows, zone, today, today)[0][1] for queue, rows in by_queue.items()}
