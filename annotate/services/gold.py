"""Gold: items whose truth is known, handed out among the others to test who answers."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from annotate.models import GoldCheck, Queue, Stage, Task
from annotate.queries.likeness import likeness
from annotate.queries.marks import reaches_of
from annotate.services.filling import lock_queue
from annotate.services.ranking import ranks_of
from annotate.services.telling import tell_gold
from annotate.services.workdays import note_gold
from datasets.models import Annotation, Item, Truth
from datasets.queries.schemas import schema_of
from foundation.models import User
from foundation.services.events import record_event

RIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Planted:
    """How many items became gold, how many were already, and those without a truth to go by."""

    planted: int
    known: int
    without_truth: list[int]


@transaction.atomic
def plant_gold(*, queue: Queue, items: Sequence[Item], by: User | None) -> Planted:
    """Let items test the annotators of a queue, by their present truth under its schema.

    A task that was open becomes gold and is no work any more. Items without truth are named and
    left as they are; twice changes nothing.
    """
    present = lock_queue(queue)
    with_truth = set(
        Truth.objects.filter(item__in=items, schema=queue.schema_id, is_current=True).values_list(
            "item_id", flat=True
        )
    )
    tasks = {
        task.item_id: task
        for task in Task.objects.select_for_update(no_key=True)
        .filter(queue=queue, item__in=with_truth)
        .order_by("pk")
    }
    known = {pk for pk, task in tasks.items() if task.is_gold}
    new = [
        _gold_task(present, item.pk)
        for item in items
        if item.pk in with_truth and item.pk not in tasks
    ]
    turned = [task for pk, task in tasks.items() if pk not in known]
    unwanted = sum(task.overlap for task in turned)
    for task in turned:
        _make_gold(task)
    Task.objects.bulk_create(new)
    Task.objects.bulk_update(turned, ["is_gold", "is_open", "free_seats", "overlap", "stage"])
    planted = len(new) + len(turned)
    Queue.objects.filter(pk=queue.pk).update(
        gold_count=F("gold_count") + planted, wanted=F("wanted") - unwanted
    )
    project = queue.dataset.project
    record_event("gold.planted", by=by, project=project, target=queue.oid, count=planted)
    missing = [item.pk for item in items if item.pk not in with_truth]
    return Planted(planted, len(known), missing)


def _gold_task(queue: Queue, item_id: int) -> Task:
    task = Task(queue=queue, item_id=item_id, rank=ranks_of(queue, [item_id])[item_id])
    _make_gold(task)
    return task


def _make_gold(task: Task) -> None:
    task.is_gold = True
    task.is_open = False
    task.free_seats = task.overlap = 0
    task.stage = Stage.ANNOTATE


def check_gold(*, task: Task, annotation: Annotation, regions: dict[str, Any]) -> GoldCheck | None:
    """Compare an answer on a gold item with its truth and keep the score; None without truth."""
    queue = task.queue
    truth = Truth.objects.filter(item=task.item_id, schema=queue.schema_id, is_current=True).first()
    if truth is None:
        return None
    schema = schema_of(queue.schema_revision)
    reach = reaches_of(schema, [task.item_id]).get(task.item_id)
    check = GoldCheck.objects.create(
        queue=queue,
        item_id=task.item_id,
        schema_id=queue.schema_id,
        annotator_id=annotation.annotator_id,
        annotation=annotation,
        score=likeness(schema, truth.regions, regions, reach),
    )
    tell_gold(check)
    note_gold(check)
    return check


def pretended_done(queue: Queue) -> bool:
    """Tell an annotator as often as for other tasks that theirs was the last answer wanted."""
    return secrets.randbelow(queue.overlap) == 0
