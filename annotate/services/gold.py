"""Gold: items whose truth is known, handed out among the others to test who answers."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from annotate.models import GoldCheck, Queue, Stage, Task
from annotate.pure.gold import count_score
from annotate.queries.gold import RIGHT, stale_checks
from annotate.queries.likeness import likeness
from annotate.queries.marks import reaches_of
from annotate.services.filling import lock_queue
from annotate.services.ranking import ranks_of
from annotate.services.telling import tell_gold
from annotate.services.workdays import note_gold
from datasets.models import Annotation, Item, Truth
from datasets.queries.schemas import schema_of
from foundation.clock import database_now
from foundation.models import User
from foundation.services.events import record_event


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
    known = {pk for pk, task in tasks.items() if task.is_gold and task.stage == Stage.ANNOTATE}
    new = [
        gold_task(present, item.pk, ranks_of(present, [item.pk])[item.pk])
        for item in items
        if item.pk in with_truth and item.pk not in tasks
    ]
    turned = [task for pk, task in tasks.items() if pk not in known]
    unwanted = sum(task.overlap for task in turned)  # retired gold wants none
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


def gold_task(queue: Queue, item_id: int, rank: int) -> Task:
    """Return a new gold task, not stored yet."""
    task = Task(queue=queue, item_id=item_id, rank=rank)
    _make_gold(task)
    return task


def _make_gold(task: Task) -> None:
    task.is_gold = True
    task.is_open = False
    task.free_seats = task.overlap = 0
    task.stage = Stage.ANNOTATE


def set_gold(queue: Queue, count: int) -> None:
    """Note how many tasks of a queue test people."""
    Queue.objects.filter(pk=queue.pk).update(gold_count=count)


# Checking


def check_gold(*, task: Task, annotation: Annotation, regions: dict[str, Any]) -> GoldCheck | None:
    """Compare an answer on a gold item with its truth and keep the score; None without truth.

    Writes an event when its author falls surely below the queue's mark, and retires the item
    after as many answers as the queue lets it have.
    """
    queue = task.queue
    truth = Truth.objects.filter(item=task.item_id, schema=queue.schema_id, is_current=True).first()
    if truth is None:
        return None
    check = GoldCheck.objects.create(
        queue=queue,
        item_id=task.item_id,
        schema_id=queue.schema_id,
        annotator_id=annotation.annotator_id,
        annotation=annotation,
        truth=truth,
        score=_score(queue, truth, regions),
    )
    tell_gold(check)
    note_gold(check)
    if queue.gold_alert and check.score < RIGHT:
        _alert_below_mark(queue, annotation)
    if queue.gold_most_seen and not queue.is_course:
        seen = GoldCheck.objects.filter(queue=queue, item=task.item_id).count()
        if seen >= queue.gold_most_seen:
            retire_gold(queue=queue, tasks=[task], by=None, reason="seen")
    return check


def _score(queue: Queue, truth: Truth, regions: dict[str, Any]) -> float:
    schema = schema_of(queue.schema_revision)
    reach = reaches_of(schema, [truth.item_id]).get(truth.item_id)
    return likeness(schema, truth.regions, regions, reach)


def _alert_below_mark(queue: Queue, annotation: Annotation) -> None:
    """Write an event at the answer with which a person falls below the mark, and not again."""
    checks = GoldCheck.objects.filter(queue=queue, annotator=annotation.annotator_id)
    total, right = checks.count(), checks.filter(score__gte=RIGHT).count()
    now, before = count_score(right, total), count_score(right, total - 1)
    if now.high < queue.gold_alert <= before.high:
        record_event(
            "gold.below_mark",
            by=None,
            project=queue.dataset.project,
            target=queue.oid,
            queue=queue.name,
            annotator=annotation.annotator.name,
            right=right,
            total=total,
            high=round(now.high, 3),
            mark=queue.gold_alert,
        )


# Care


@transaction.atomic
def retire_gold(
    *, queue: Queue, tasks: Sequence[Task], by: User | None, reason: str = "by-hand"
) -> int:
    """Let gold items test nobody any more; return how many did. Their checks are kept."""
    present = Task.objects.filter(
        queue=queue, pk__in=[task.pk for task in tasks], is_gold=True, stage=Stage.ANNOTATE
    )
    retired = present.update(stage=Stage.DONE, done_at=database_now())
    if retired:
        Queue.objects.filter(pk=queue.pk).update(gold_count=F("gold_count") - retired)
        project = queue.dataset.project
        record_event(
            "gold.retired", by=by, project=project, target=queue.oid, count=retired, reason=reason
        )
    return retired


@transaction.atomic
def measure_anew(*, queue: Queue, by: User | None, items: Sequence[int] = ()) -> int:
    """Score the answers whose truth was changed since against the present one; return how many.

    Answers on items without a truth keep their score. What an exam came to stays as it was.
    """
    stale = stale_checks(queue)
    if items:
        stale = stale.filter(item__in=items)
    checks = list(stale.select_related("annotation__document").order_by("pk"))
    truths = {
        truth.item_id: truth
        for truth in Truth.objects.filter(
            item__in={check.item_id for check in checks}, schema=queue.schema_id, is_current=True
        )
    }
    for check in checks:
        check.truth = truths[check.item_id]
        check.score = _score(queue, check.truth, check.annotation.document.regions)
    GoldCheck.objects.bulk_update(checks, ["truth", "score"])
    if checks:
        project = queue.dataset.project
        record_event("gold.measured", by=by, project=project, target=queue.oid, count=len(checks))
    return len(checks)


def pretended_done(queue: Queue) -> bool:
    """Tell an annotator as often as for other tasks that theirs was the last answer wanted."""
    return secrets.randbelow(queue.overlap) == 0
