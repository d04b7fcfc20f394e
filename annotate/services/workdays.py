"""Counting people's days while they work, and counting them anew where a count is wrong.

Each count is one upsert on a row that belongs to one person, in the transaction of what it counts
and after all its other locks. Two people's rows are taken in the order of their numbers.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from annotate.models import Answer, Assignment, GoldCheck, Review, Stage, WorkDay
from annotate.pure import workdays
from annotate.pure.workdays import COUNTS, Happening
from annotate.queries.workdays import Key, count_day, differing_days
from foundation.queries.statements import run

_JSON_COUNTS = ("seconds", "quarters")
_MORE = {
    "postgresql": (
        "{name} = CASE WHEN %({name})s::text = '' THEN w.{name} ELSE jsonb_set(w.{name},"
        " ARRAY[%({name})s::text],"
        " to_jsonb(COALESCE((w.{name} ->> %({name})s::text)::int, 0) + 1)) END"
    ),
    "sqlite": (
        "{name} = CASE WHEN %({name})s = '' THEN w.{name} ELSE json_set(w.{name},"
        " '$.' || %({name})s, COALESCE(json_extract(w.{name}, '$.' || %({name})s), 0) + 1) END"
    ),
}
_FIRST = {
    "postgresql": (
        "CASE WHEN %({name})s::text = '' THEN '{{}}'::jsonb"
        " ELSE jsonb_build_object(%({name})s::text, 1) END"
    ),
    "sqlite": "CASE WHEN %({name})s = '' THEN '{{}}' ELSE json_object(%({name})s, 1) END",
}


def _upsert(vendor: str) -> str:
    first = ", ".join(_FIRST[vendor].format(name=name) for name in _JSON_COUNTS)
    more = [f"{name} = w.{name} + excluded.{name}" for name in COUNTS]
    more += [_MORE[vendor].format(name=name) for name in _JSON_COUNTS]
    return (
        f"INSERT INTO {WorkDay._meta.db_table} AS w"  # noqa: S608  # all names are our own
        f" (queue_id, annotator_id, day, {', '.join((*COUNTS, *_JSON_COUNTS))})"
        f" VALUES (%(q)s, %(u)s, %(day)s, {', '.join(f'%({name})s' for name in COUNTS)}, {first})"
        f" ON CONFLICT (queue_id, annotator_id, day) DO UPDATE SET {', '.join(more)}"
    )


_UPSERTS = {vendor: _upsert(vendor) for vendor in _MORE}


def _count(queue: int, annotator: int | None, happening: Happening) -> None:
    if annotator is None:
        return
    values: dict[str, Any] = {
        "q": queue,
        "u": annotator,
        "day": happening.day.isoformat(),
        "seconds": happening.bin,
        "quarters": happening.quarter,
    }
    counts = {name: happening.counts.get(name, 0) for name in COUNTS}
    with connection.cursor() as cursor:
        run(cursor, _UPSERTS[connection.vendor], values | counts)


def note_answer(assignment: Assignment, answer: Answer, at: datetime) -> None:
    """Count a person's first answer to a task on the day the database says it came."""
    if answer.revision > 1 or assignment.stage != Stage.ANNOTATE:
        return
    happening = workdays.answer_given(at, answer.seconds, is_extra=answer.is_extra)
    _count(assignment.queue_id, assignment.annotator_id, happening)


def note_skip(assignment: Assignment) -> None:
    """Count a skip."""
    if assignment.stage != Stage.ANNOTATE or assignment.skipped_at is None:
        return
    happening = workdays.task_skipped(assignment.skipped_at, assignment.skip_seconds)
    _count(assignment.queue_id, assignment.annotator_id, happening)


def note_review(review: Review) -> None:
    """Count a verdict for who gave it and for whose answer it is about."""
    if review.task is None:
        return
    happened = [(review.reviewer_id, workdays.verdict_given(review.at))]
    if review.verdict in workdays.VERDICTS:  # what was drawn anew is about nobody's answer
        met = workdays.verdict_met(review.at, review.verdict)
        happened.append((review.annotation.annotator_id, met))
    for annotator, happening in sorted(happened, key=lambda one: one[0] or 0):
        _count(review.task.queue_id, annotator, happening)


def note_gold(check: GoldCheck, times: int = 1) -> None:
    """Count a check against gold, or take one back with `times` -1."""
    _count(check.queue_id, check.annotator_id, workdays.gold_met(check.at, check.score, times))


# Counting anew


def mend_days() -> int:
    """Count anew the days that differ from what happened and return how many were put right.

    People may work meanwhile: a day is locked before it is counted, so that whoever counts
    on it has either been counted here or counts after.
    """
    return sum(_mend(key) for key in differing_days())


@transaction.atomic
def _mend(key: Key) -> bool:
    where = {"queue_id": key.queue, "annotator_id": key.annotator, "day": key.day}
    WorkDay.objects.bulk_create([WorkDay(**where)], ignore_conflicts=True)
    row = WorkDay.objects.select_for_update(no_key=True).get(**where)
    day = count_day(key)
    if day.equals(vars(row)):
        return False
    WorkDay.objects.filter(pk=row.pk).update(**day.row())
    return True


def days_that_differ() -> list[Key]:
    """Return the days that differ even when nobody can count on them meanwhile."""
    return [key for key in differing_days() if _differs(key)]


@transaction.atomic
def _differs(key: Key) -> bool:
    rows = WorkDay.objects.filter(queue=key.queue, annotator=key.annotator, day=key.day)
    row = rows.select_for_update(no_key=True).first()
    return not count_day(key).equals(None if row is None else vars(row))
