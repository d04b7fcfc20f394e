"""How many tasks there are of each kind, from counts that the database keeps beside the tasks.

The rows of a queue are few, so a page pays the same for ten tasks and for a million.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Sum

from annotate.models import Queue, Stage, Task, TaskCount

CHECKS = (Stage.REVIEW, Stage.ADJUDICATE)
KIND = ("queue", "stage", "waits", "is_gold", "agreed")


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks of one kind in a queue, and how many they are."""

    queue: int
    stage: int
    waits: bool
    is_gold: bool
    agreed: bool | None
    n: int


def groups_of(queues: Iterable[Queue]) -> list[Group]:
    """Return the tasks of queues by kind, in one query."""
    counted = TaskCount.objects.filter(queue__in=list(queues)).values_list(*KIND)
    return [Group(*row) for row in counted.annotate(sum=Sum("n")) if row[-1]]


def by_stage(groups: Iterable[Group]) -> dict[int, dict[int, int]]:
    """Return tasks by queue and stage, without gold."""
    found: dict[int, dict[int, int]] = {}
    for one in groups:
        if not one.is_gold:
            stages = found.setdefault(one.queue, {})
            stages[one.stage] = stages.get(one.stage, 0) + one.n
    return found


def waiting(groups: Iterable[Group]) -> dict[tuple[int, int], int]:
    """Return how many tasks wait for somebody who decides, by queue and stage."""
    found: dict[tuple[int, int], int] = {}
    for one in groups:
        if one.waits:
            found[one.queue, one.stage] = found.get((one.queue, one.stage), 0) + one.n
    return found


def agreements(groups: Iterable[Group]) -> dict[bool, int]:
    """Return on how many tasks answers agreed and differed, without gold."""
    found: dict[bool, int] = {}
    for one in groups:
        if one.agreed is not None and not one.is_gold:
            found[one.agreed] = found.get(one.agreed, 0) + one.n
    return found


def disputed(groups: Iterable[Group]) -> int:
    """Return how many tasks wait at a check because their answers differ."""
    return sum(one.n for one in groups if one.stage in CHECKS and one.agreed is False)


_DIFFERENCES = """
SELECT queue_id, stage, waits, is_gold, agreed, SUM(n) FROM (
  SELECT queue_id, stage, waits, is_gold, agreed, n FROM {counts}
  UNION ALL
  SELECT queue_id, stage, is_open AND stage IN (1, 2), is_gold, agreed, -COUNT(*)
  FROM {tasks} GROUP BY 1, 2, 3, 4, 5
) one GROUP BY 1, 2, 3, 4, 5 HAVING SUM(n) <> 0
"""


def miscounted() -> list[Group]:
    """Count all tasks and return the kinds whose count is wrong, with by how many it is too high.

    It is one statement, which sees one moment: a task that changes meanwhile is no difference.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _DIFFERENCES.format(counts=TaskCount._meta.db_table, tasks=Task._meta.db_table)
        )
        rows = cursor.fetchall()
    return [
        Group(queue, stage, bool(waits), bool(is_gold), None if agreed is None else bool(agreed), n)
        for queue, stage, waits, is_gold, agreed, n in ((*row[:5], int(row[5])) for row in rows)
    ]
