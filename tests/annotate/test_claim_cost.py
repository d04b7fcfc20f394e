"""The cost of a claim does not grow with the queue: pages on PostgreSQL, plans on SQLite."""

import json
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotate.models import Assignment, Queue, Stage, Task, Turn
from annotate.services import claim_sql
from annotate.services.claim_sql import Statement
from annotate.services.claiming import claim_tasks
from foundation.models import Annotator, Project
from tests.annotate.making import make_people, make_queue, make_schema, make_texts

pytestmark = pytest.mark.django_db

MOST_GROWTH = 1.2
INNER = ("SCAN w", "SCAN (subquery-1)")
"""A walk over the few rows of a window."""


def skilled_people(project: Project) -> list[Annotator]:
    """A veteran and somebody new, of whom all is noted that the queues ask for."""
    people = make_people(project, 2)
    for one in people:
        one.skills = ["moods"]
        one.save()
    return people


def fill(project: Project, tasks: int, veteran: Annotator, name: str) -> Queue:
    """A queue with three seats a task, the first half of it answered once by the veteran.

    It asks all that a queue can ask of who claims: for whom it is, and how much they did.
    """
    dataset = make_texts(project, tasks, name)
    revision = make_schema(project, name=name)
    queue = make_queue(
        project,
        dataset=dataset,
        revision=revision,
        overlap=3,
        most_overlap=5,
        most_mine=1_000_000,
        most_a_day=100,
        who={"skills": ["moods"]},
        name=name,
    )
    first = list(Task.objects.filter(queue=queue).order_by("rank")[: tasks // 2])
    for task in first:
        task.free_seats = 2
    Task.objects.bulk_update(first, ["free_seats"], batch_size=500)
    Assignment.objects.bulk_create(
        Assignment(
            task=task,
            queue=queue,
            annotator=veteran,
            schema_revision=revision,
            state=Assignment.State.SUBMITTED,
            submitted_at=timezone.now() - timedelta(days=2 * (place >= 40)),
        )
        for place, task in enumerate(first)
    )
    Turn.objects.create(queue=queue, annotator=veteran, rank=first[-1].rank, answered=len(first))
    return queue


def values_of(queue: Queue, person: Annotator) -> dict[str, Any]:
    """The parameters of a claim."""
    return {
        "q": queue.pk,
        "s": int(Stage.ANNOTATE),
        "u": person.pk,
        "epoch": queue.epoch,
        "lease": queue.lease_seconds,
        "revision": queue.schema_revision_id,
        "own": 0,
        "near": claim_sql.NEAR,
        "opened": claim_sql.OPENED,
    }


def pages(queue: Queue, person: Annotator) -> float:
    """Pages that one claim touches, warm: the median of seven that are rolled back."""
    return median(_pages_once(queue, person) for _ in range(7))


def _pages_once(queue: Queue, person: Annotator) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            sql = claim_sql.AT_ONCE.on("postgresql")
            options = "ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON"
            cursor.execute(f"EXPLAIN ({options}) {sql}", values_of(queue, person))
            (plan,) = cursor.fetchone()
        transaction.set_rollback(True)
    root = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
    assert root["Actual Rows"] == 1
    # The main query does not read these two: they run after it, and their pages count apart.
    late = [part for part in root["Plans"] if part.get("Subplan Name") in ("CTE seat", "CTE moved")]
    assert len(late) == 2
    return sum(part["Shared Hit Blocks"] + part["Shared Read Blocks"] for part in (root, *late))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_claim_touches_as_many_pages_in_a_large_queue(project: Project) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("pages are counted by PostgreSQL")
    veteran, new = skilled_people(project)
    small, large = (fill(project, n, veteran, f"{n} texts") for n in (1_000, 20_000))
    Turn.objects.bulk_create(Turn(queue=queue, annotator=new) for queue in (small, large))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) annotate_task, annotate_assignment, annotate_turn")
    for person in (new, veteran):
        few, many = pages(small, person), pages(large, person)
        assert many <= few * MOST_GROWTH, (person.name, few, many)
        assert many < 60


@pytest.mark.parametrize(
    "name",
    [
        "HELD",
        "LOCK_TURN",
        "OPENED_EDGE",
        "OPENED_NEXT",
        "OPENED_FIRST",
        "RANK_EDGE",
        "RANK_NEXT",
        "RANK_FIRST",
        "ANYTHING_NEW",
        "LAST_RANK",
        "GOLD",
        "EXPIRED",
        "TAKE_SEAT",
        "FINISH",
    ],
)
def test_no_statement_of_a_claim_reads_a_whole_table_on_sqlite(
    queue: Queue, ada_works: Annotator, name: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan of SQLite")
    statement: Statement = getattr(claim_sql, name)
    values = values_of(queue, ada_works) | {
        "after": 0,
        "edge": 10,
        "newest": 10,
        "window": 64,
        "batch": 10,
        "t": 1,
        "a": 1,
        "fence": 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement.on('sqlite')}", values)
        steps = [row[3] for row in cursor.fetchall()]
    scans = [
        step
        for step in steps
        if step.startswith("SCAN")
        and "INDEX" not in step
        and step not in ("SCAN w", "SCAN (subquery-1)")
    ]
    assert scans == [], steps


@pytest.mark.slow
def test_a_claim_reads_as_many_rows_in_a_large_queue_on_sqlite(project: Project) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("steps are counted by SQLite")
    veteran, new = skilled_people(project)
    small, large = (fill(project, n, veteran, f"{n} texts") for n in (1_000, 20_000))
    for person in (new, veteran):
        few, many = (steps_of(queue, person) for queue in (small, large))
        assert many <= few * MOST_GROWTH, (person.name, few, many)


def steps_of(queue: Queue, person: Annotator) -> int:
    """How many tens of steps of SQLite's machine a claim takes, the turn being there."""
    claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=1)
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    connection.connection.set_progress_handler(tick, 10)
    try:
        claim_tasks(queue=queue, annotator_id=person.pk, stage=Stage.ANNOTATE, hold=2)
    finally:
        connection.connection.set_progress_handler(None, 0)
    return count
