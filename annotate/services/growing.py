"""Overlap that grows where answers differ: one more person, while somebody is left to ask."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, Q

from annotate.models import Queue, Stage, Task
from annotate.queries.answerers import tasks_without_people
from annotate.services.openings import opening_number
from annotate.services.stages import seats_left

BATCH = 100


def ask_one_more(task: Task, queue: Queue) -> bool:
    """Open a seat for one more person on a task whose row is locked; tell whether it was possible.

    It is not when all who may answer had the task already, nor when the queue's budget is used up:
    a task must never wait for somebody who cannot come.
    """
    if task.is_gold or tasks_without_people(queue, [task]):
        return False
    has_room = Q(answer_budget=0) | Q(wanted__lt=F("answer_budget"))
    if not Queue.objects.filter(has_room, pk=queue.pk).update(wanted=F("wanted") + 1):
        return False
    task.overlap += 1
    task.stage, task.done_at = Stage.ANNOTATE, None
    task.free_seats = seats_left(task)
    task.is_open = task.free_seats > 0
    task.opened_no = opening_number(task.queue_id)
    task.save(update_fields=["overlap", "stage", "done_at", "free_seats", "is_open", "opened_no"])
    return True


def stop_asking(task: Task) -> bool:
    """Let a task, whose row is locked, want no more than it has; tell whether it can be decided.

    Somebody who holds it, or was given it, keeps their seat: then it is decided by their answer.
    """
    if task.stage != Stage.ANNOTATE or task.is_gold or not task.answers:
        return False
    free = task.free_seats
    task.overlap -= free
    task.free_seats, task.is_open = 0, False
    task.save(update_fields=["overlap", "free_seats", "is_open"])
    Queue.objects.filter(pk=task.queue_id).update(wanted=F("wanted") - free)
    return task.answers >= task.overlap


def grown_tasks(queue: Queue, after: int = 0) -> Iterator[list[Task]]:
    """Yield in batches, each in a transaction, the locked tasks that wait for one more answer."""
    while True:
        with transaction.atomic():
            tasks = list(
                Task.objects.select_for_update(of=("self",), no_key=True)
                .select_related("item")
                .filter(queue=queue, stage=Stage.ANNOTATE, is_open=True, pk__gt=after)
                .filter(overlap__gt=queue.overlap, answers__gte=queue.overlap)
                .order_by("pk")[:BATCH]
            )
            if tasks:
                yield tasks
        if not tasks:
            return
        after = tasks[-1].pk
