"""How many pages of the database a claim touches: it must not grow with the queue.

Counted by PostgreSQL itself while the claim's own statement runs, so no clock and no noise. Asked
by somebody new, and by a veteran who has answered half of everything.
"""

from typing import Any

from django.db import connection
from django.db.models import F

from annotate.models import Assignment, Queue, Stage, Task, Turn
from annotate.services import claim_sql
from benchmarks import stock
from benchmarks.lines import report
from benchmarks.quantities import median
from datasets.services.rows import reserve_ids, write_rows
from foundation.clock import database_now
from foundation.models import Annotator

FEW, MANY = 10_000, 100_000
CLAIMS = 12
ASSIGNMENT: tuple[str, ...] = (
    *("id", "task", "queue", "annotator", "round", "stage", "state"),
    *("schema_revision", "fence", "submitted_at", "reason"),
)


def main() -> None:
    """Measure in a queue of each size, the small one first, and compare."""
    owner = stock.make_owner()
    project = stock.make_project("Claims", owner)
    revision = stock.make_schema(project)
    veteran = Annotator.objects.create(project=project, name="veteran")
    found = []
    for size in (FEW, MANY):
        dataset = stock.make_texts(project, size, name=f"{size} texts")
        queue = stock.make_queue(dataset, revision, overlap=3, hold_limit=50)
        found.append(measure(queue, veteran))
    for who, few in found[0].items():
        many = found[1][who]
        report(
            f"claim: pages touched at {MANY:,} tasks against {FEW:,}, {who}",
            many / few,
            "times",
            at_most=1.2,
            at_few=few,
            at_many=many,
        )


def measure(queue: Queue, veteran: Annotator) -> dict[str, float]:
    """Return the pages that a claim touches by who asks, after the veteran answered half."""
    tasks = list(Task.objects.filter(queue=queue).order_by("rank").values_list("pk", "rank"))
    answer(queue, veteran, tasks[: len(tasks) // 2])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    fresh = Annotator.objects.create(project=queue.dataset.project, name=f"new at {len(tasks)}")
    return {
        "somebody new": median([pages(queue, fresh) for _ in range(CLAIMS)]),
        "a veteran of half of them": median([pages(queue, veteran) for _ in range(CLAIMS)]),
    }


def answer(queue: Queue, person: Annotator, tasks: list[tuple[int, int]]) -> None:
    """Write down that a person answered tasks, as submitting each of them would have."""
    now = database_now()
    ids = reserve_ids(Assignment, len(tasks))
    shared = (1, Stage.ANNOTATE.value, Assignment.State.SUBMITTED.value, queue.schema_revision_id)
    rows = [
        (pk, task, queue.pk, person.pk, *shared, 1, now, "")
        for pk, (task, _rank) in zip(ids, tasks, strict=True)
    ]
    write_rows(Assignment, ASSIGNMENT, rows)
    Task.objects.filter(pk__in=[pk for pk, _rank in tasks]).update(
        free_seats=F("free_seats") - 1, answers=F("answers") + 1
    )
    turn, _is_new = Turn.objects.get_or_create(
        queue=queue, annotator=person, stage=Stage.ANNOTATE, defaults={"epoch": queue.epoch}
    )
    Turn.objects.filter(pk=turn.pk).update(rank=tasks[-1][1])


def pages(queue: Queue, person: Annotator) -> int:
    """Claim one task and return how many pages of the database were touched on the way."""
    Turn.objects.get_or_create(
        queue=queue, annotator=person, stage=Stage.ANNOTATE, defaults={"epoch": queue.epoch}
    )
    statement = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + claim_sql.AT_ONCE.on("postgresql")
    values = {
        "q": queue.pk,
        "s": Stage.ANNOTATE.value,
        "u": person.pk,
        "epoch": queue.epoch,
        "lease": queue.lease_seconds,
        "revision": queue.schema_revision_id,
        "near": claim_sql.NEAR,
        "opened": claim_sql.OPENED,
    }
    before = Assignment.objects.filter(annotator=person).count()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    assert Assignment.objects.filter(annotator=person).count() == before + 1
    return touched(plan)


def touched(plan: dict[str, Any]) -> int:
    """Return the pages of a plan: what its root counted, and the parts that run after it."""
    parts = [one for one in plan["Plans"] if one.get("Subplan Name") in ("CTE seat", "CTE moved")]
    assert len(parts) == 2
    return sum(one["Shared Hit Blocks"] + one["Shared Read Blocks"] for one in [plan, *parts])
