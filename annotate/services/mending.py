"""Putting the counters of tasks right, from the holds and answers that they count."""

from django.db import transaction

from annotate.models import Answer, Stage, Task
from annotate.queries.invariants import COUNTERS, broken_promises
from annotate.services.openings import opening_number
from annotate.services.stages import seats_left


def mend_counters() -> int:
    """Count anew where a counter is wrong and return how many tasks were put right."""
    mended: set[int] = set()
    while tasks := _miscounted() - mended:
        for pk in sorted(tasks):
            _mend(pk)
        mended |= tasks
    return len(mended)


def _miscounted() -> set[int]:
    """Return tasks with a wrong counter: the first of each kind, so ask again after mending."""
    return {pk for broken in broken_promises() if broken.code in COUNTERS for pk in broken.task_ids}


@transaction.atomic
def _mend(task_pk: int) -> None:
    task = Task.objects.select_for_update(no_key=True).get(pk=task_pk)
    counted = Answer.objects.filter(
        task=task,
        is_extra=False,
        assignment__round=task.round,
        assignment__stage=Stage.ANNOTATE,
    )
    if not task.is_gold:
        task.answers = counted.values("assignment").distinct().count()
    task.free_seats = seats_left(task)
    task.is_open = task.free_seats > 0
    if task.is_open:
        task.opened_no = opening_number(task.queue_id)
    task.save(update_fields=["answers", "free_seats", "is_open", "opened_no"])
