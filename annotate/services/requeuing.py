"""Asking finished tasks anew after the guideline changed, and taking that back."""

from collections.abc import Callable, Iterator
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from annotate.models import Assignment, Queue, Requeue, RequeuedTask, Stage, Task
from annotate.queries.requeues import answered_before
from annotate.services.stages import begin_round
from foundation import jobs
from foundation.errors import Conflict, Invalid, Place
from foundation.models import User
from foundation.services.events import record_event

BATCH = 50
_Row = RequeuedTask.State
Settle = Callable[[RequeuedTask, Task], str]


@transaction.atomic
def start_requeue(
    *, queue: Queue, by: User | None, filter: str = "", sample: int | None = None
) -> Requeue:
    """Open finished tasks anew that were answered under an older guideline, in the background.

    `sample` draws so many of them by chance. Raises Invalid when there is none.
    """
    Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    found = answered_before(queue, filter)
    if sample is not None:
        found = found.order_by("?")[:sample]
    numbers = list(found.values_list("pk", flat=True))
    if not numbers or queue.guideline is None:
        detail = _("No finished task like that was answered under an older revision.")
        raise Invalid(detail, [Place("filter", "nothing-found", detail)])
    requeue = Requeue.objects.create(
        queue=queue,
        revision=queue.guideline,
        filter=filter.strip(),
        sample=sample,
        count=len(numbers),
        by=by,
    )
    RequeuedTask.objects.bulk_create(
        (RequeuedTask(requeue=requeue, task_id=pk) for pk in sorted(numbers)), batch_size=1000
    )
    _record(requeue, by, "queue.requeued", filter=requeue.filter, sample=sample)
    _start(requeue, by, _("Ask tasks of %(name)s anew"))
    return requeue


@transaction.atomic
def undo_requeue(*, requeue: Requeue, by: User | None) -> Requeue:
    """Finish again, as before, the tasks of a requeue that nobody holds or has answered."""
    moved = Requeue.objects.filter(pk=requeue.pk, state=Requeue.State.OPEN)
    if not moved.update(state=Requeue.State.UNDOING):
        raise Conflict(_("Only what was opened to the end can be undone, and once."))
    requeue.refresh_from_db(fields=["state"])
    _record(requeue, by, "queue.requeue-undone")
    _start(requeue, by, _("Put tasks of %(name)s back"), undo=True)
    return requeue


def _record(requeue: Requeue, by: User | None, verb: str, **data: object) -> None:
    queue = requeue.queue
    record_event(
        verb,
        by=by,
        project=queue.dataset.project,
        target=queue.oid,
        queue=queue.name,
        count=requeue.count,
        revision=requeue.revision.number,
        **data,
    )


def _start(requeue: Requeue, by: User | None, title: str, *, undo: bool = False) -> None:
    queue = requeue.queue
    jobs.enqueue(
        "annotate.requeue",
        title=title % {"name": queue.name},
        project=queue.dataset.project,
        by=by,
        total=requeue.count,
        requeue=requeue.pk,
        undo=undo,
    )


def requeue_steps(requeue: Requeue) -> Iterator[int]:
    """Open the chosen tasks anew, a batch at a time; yields how many rows each batch settled."""
    yield from _steps(requeue, _Row.CHOSEN, partial(_open, requeue.queue))
    Requeue.objects.filter(pk=requeue.pk, state=Requeue.State.OPENING).update(
        state=Requeue.State.OPEN
    )


def undo_requeue_steps(requeue: Requeue) -> Iterator[int]:
    """Put opened tasks back, a batch at a time."""
    yield from _steps(requeue, _Row.OPENED, _put_back)
    Requeue.objects.filter(pk=requeue.pk, state=Requeue.State.UNDOING).update(
        state=Requeue.State.UNDONE
    )


def _steps(
    requeue: Requeue, state: str, settle: Callable[[RequeuedTask, Task], str]
) -> Iterator[int]:
    after = 0
    while True:
        with transaction.atomic():
            waiting = requeue.tasks.filter(state=state, task__gt=after).order_by("task")
            numbers = list(waiting.values_list("task", flat=True)[:BATCH])
            locked = Task.objects.select_for_update(no_key=True).filter(pk__in=numbers)
            tasks = {task.pk: task for task in locked.order_by("pk")}
            rows = list(requeue.tasks.filter(state=state, task__in=numbers).order_by("task"))
            for row in rows:
                row.state = settle(row, tasks[row.task_id])
            RequeuedTask.objects.bulk_update(
                rows, ["state", "round", "answers", "overlap", "agreed", "done_at"]
            )
        if not numbers:
            return
        after = numbers[-1]
        yield len(rows)


def _open(queue: Queue, row: RequeuedTask, task: Task) -> str:
    if task.stage != Stage.DONE or task.is_gold:  # it moved on meanwhile
        return _Row.LEFT
    row.round, row.answers, row.overlap = task.round, task.answers, task.overlap
    row.agreed, row.done_at = task.agreed, task.done_at
    begin_round(task, queue.overlap)
    return _Row.OPENED


def _put_back(row: RequeuedTask, task: Task) -> str:
    is_same = task.round == row.round + 1 and task.stage == Stage.ANNOTATE
    idle = (Assignment.State.RETURNED, Assignment.State.SKIPPED)
    busy = Assignment.objects.filter(task=task, round=task.round).exclude(state__in=idle)
    if not is_same or task.answers or busy.exists():
        return _Row.OPENED
    Assignment.objects.filter(task=task, round=task.round).delete()
    Queue.objects.filter(pk=task.queue_id).update(wanted=F("wanted") - task.overlap)
    task.round, task.answers, task.overlap = row.round, row.answers, row.overlap
    task.agreed, task.done_at = row.agreed, row.done_at
    task.stage, task.free_seats, task.is_open = Stage.DONE, 0, False
    task.save()
    return _Row.BACK
