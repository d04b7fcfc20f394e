"""Where the next hour helps most: what each kind of work brings, by what it takes here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

import numpy as np
from django.core.cache import cache

from annotate.models import Answer, Assignment, Queue, Stage, Task
from annotate.pure.opinions import crowds_of, hour_of, weigh_opinions
from annotate.pure.worth import Pace
from annotate.queries.opinions import decided_by_people, read_answers, weighed_questions
from annotate.queries.said import stamp_of_queue
from datasets.queries.schemas import schema_of

ASSUMED_ANSWER = 10.0
ASSUMED_REVIEW = 1.0
"""A review takes as long as so many answers, where none has been timed."""
LEAST_TIMED = 5
MOST_TIMED = 500
LONGEST_REVIEW = 1800.0
LEAST_ANSWERS = 20
LEAST_REPEATED = 5
MOST_UNTOUCHED = 10_000
SAMPLE = 2000
"""Tasks that a page reads; those answered last tell most of how people answer now."""
KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Times:
    """Median seconds of an answer and of a review, and whether they were measured here."""

    answer: float = ASSUMED_ANSWER
    review: float = ASSUMED_ANSWER * ASSUMED_REVIEW
    answer_is_known: bool = False
    review_is_known: bool = False

    @property
    def pace(self) -> Pace:
        """The same for the weighing."""
        return Pace(answer=self.answer, review=self.review)


@dataclass(frozen=True, slots=True)
class NextHour:
    """Labels put right by an hour of each kind of work, each item or person once.

    `reason` is empty, or says why there is nothing to show: "no_choice" where the questions cannot
    be weighed, "few_answers", "few_repeated" where hardly any task has two answers.
    """

    reason: str
    times: Times
    answers: int = 0
    tasks: int = 0
    is_sample: bool = False
    per_hour: dict[str, float] = field(default_factory=dict)


def times_of(queue: Queue) -> Times:
    """Return how long an answer and a review take here, or what is assumed."""
    mine = Answer.objects.filter(assignment__queue=queue, assignment__stage=Stage.ANNOTATE)
    newest = mine.filter(seconds__gt=0).order_by("-pk").values_list("seconds", flat=True)
    seconds = [one for one in newest[:MOST_TIMED] if one]
    known = len(seconds) >= LEAST_TIMED
    answer = median(seconds) if known else ASSUMED_ANSWER
    reviews = (
        Assignment.objects.filter(queue=queue, stage=Stage.REVIEW, state=Assignment.State.SUBMITTED)
        .exclude(claimed_at=None)
        .order_by("-submitted_at")
        .values_list("annotator", "claimed_at", "submitted_at")[:MOST_TIMED]
    )
    took = review_seconds((who, begun, end) for who, begun, end in reviews if begun and end)
    timed = len(took) >= LEAST_TIMED
    review = median(took) if timed else answer * ASSUMED_REVIEW
    return Times(max(answer, 0.1), max(review, 0.1), known, timed)


def review_seconds(rows: Iterable[tuple[int, datetime, datetime]]) -> list[float]:
    """Return how long each review took: since it was claimed, or since the same person's last one.

    Several are claimed at once, so the time since the claim alone would count one for another.
    """
    last: dict[int, datetime] = {}
    took = []
    for who, begun, end in sorted(rows, key=lambda row: row[2]):
        seconds = (end - max(begun, last.get(who, begun))).total_seconds()
        last[who] = end
        if 0 < seconds <= LONGEST_REVIEW:
            took.append(seconds)
    return took


def next_hour_of(queue: Queue) -> NextHour:
    """Return where the next hour helps most; kept until somebody writes something."""
    key = f"annotate/next-hour/{stamp_of_queue(queue)}/{queue.schema_revision_id}"
    kept: NextHour | None = cache.get(key)
    if kept is None:
        kept = _next_hour(queue)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _next_hour(queue: Queue) -> NextHour:
    times = times_of(queue)
    questions = weighed_questions(schema_of(queue.schema_revision))
    if not questions:
        return NextHour("no_choice", times)
    work = Task.objects.filter(queue=queue, is_gold=False)
    chosen = list(
        work.filter(answers__gt=0).order_by("-pk").values_list("pk", flat=True)[: SAMPLE + 1]
    )
    read = read_answers(chosen[:SAMPLE], questions)
    told: dict[str, Any] = {"times": times, "answers": len(read.rows), "tasks": len(read.tasks)}
    if len(read.rows) < LEAST_ANSWERS:
        return NextHour("few_answers", **told)
    if read.repeated < LEAST_REPEATED:
        return NextHour("few_repeated", **told)
    untouched = work.filter(answers=0, stage=Stage.ANNOTATE).values("pk")[:MOST_UNTOUCHED].count()
    found = weigh_opinions(
        crowds_of(read.rows, read.tasks, read.labels),
        times.pace,
        untouched=untouched,
        takes_work=~np.isin(read.tasks, list(decided_by_people(read.tasks))),
    )
    is_sample = len(chosen) > SAMPLE
    per_hour = hour_of(found, times.pace, untouched)
    return NextHour("", **told, is_sample=is_sample, per_hour=per_hour)
