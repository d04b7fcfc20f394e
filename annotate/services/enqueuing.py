"""Sending chosen items to a queue, ahead of the others, and asking for answers anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from annotate.models import Queue, Stage, Task
from annotate.services.advancing import advance_task, counted_answers
from annotate.services.filling import lock_queue
from annotate.services.openings import opening_numbers
from annotate.services.ranking import URGENT, rank_of_sent
from annotate.services.stages import begin_round, seats_left
from datasets.models import Item
from datasets.services.suggestions import Offer, suggest_many
from foundation.models import User
from foundation.services.events import record_event

BATCH = 100
LONGEST_REASON = 120


@dataclass(frozen=True, slots=True)
class Enqueued:
    """How many items became tasks, how many tasks were moved ahead, how many opened anew."""

    added: int = 0
    moved: int = 0
    reopened: int = 0

    def __add__(self, other: "Enqueued") -> "Enqueued":
        return Enqueued(
            self.added + other.added, self.moved + other.moved, self.reopened + other.reopened
        )


def enqueue_items(
    *,
    queue: Queue,
    items: Sequence[Item],
    by: User | None,
    reason: str = "",
    priority: int = URGENT,
    suggestions: Mapping[int, object] | None = None,
    source: str = "",
) -> Enqueued:
    """Put items ahead of what waits in a queue, in the order given.

    Items without a task get one. Tasks that wait move ahead; finished ones begin a new round.
    `priority` 0 is most urgent, 7 least. `suggestions` are regions by item number, offered under
    the name `source`; a blind queue takes none. Gold stays as it is.
    """
    if suggestions and not queue.is_blind_relabel:
        offers = [Offer(item, suggestions[item.pk]) for item in items if item.pk in suggestions]
        suggest_many(offers=offers, schema_revision=queue.schema_revision, source=source)
    done = Enqueued()
    for start in range(0, len(items), BATCH):
        done += _enqueue_batch(queue, items[start : start + BATCH], reason, priority)
    project = queue.dataset.project
    record_event(
        "queue.sent", by=by, project=project, target=queue.oid, count=len(items), reason=reason
    )
    return done


@transaction.atomic
def _enqueue_batch(queue: Queue, items: Sequence[Item], reason: str, priority: int) -> Enqueued:
    # Tasks are locked before their queue, here as where answers come in; the second look finds
    # those that were made meanwhile.
    _lock_tasks(queue, items)
    present = lock_queue(queue)
    known = {task.item_id: task for task in _lock_tasks(queue, items)}
    numbers = opening_numbers(queue.pk, len(items))
    new, moved, reopened = [], [], []
    for item, number in zip(items, numbers, strict=True):
        task = known.get(item.pk)
        if task is None:
            task = Task(
                queue=queue,
                item=item,
                overlap=present.overlap,
                free_seats=present.overlap,
                opened_no=number,
            )
            new.append(task)
        elif task.is_gold:
            continue
        elif task.stage in (Stage.DONE, Stage.SET_ASIDE):
            reopened.append(task)
        else:
            moved.append(task)
            task.opened_no = number if task.is_open else task.opened_no
        task.rank = rank_of_sent(number, priority)
        task.reason = reason[:LONGEST_REASON]
    Task.objects.bulk_create(new)
    Task.objects.bulk_update([*moved, *reopened], ["rank", "opened_no", "reason"])
    for task in reopened:
        begin_round(task, present.overlap)
    Queue.objects.filter(pk=queue.pk).update(wanted=F("wanted") + len(new) * present.overlap)
    return Enqueued(len(new), len(moved), len(reopened))


def _lock_tasks(queue: Queue, items: Sequence[Item]) -> list[Task]:
    tasks = Task.objects.select_for_update(no_key=True).filter(queue=queue, item__in=items)
    return list(tasks.order_by("pk"))


@transaction.atomic
def requeue_task(*, task: Task, by: User | None) -> Task:
    """Let everybody answer a task anew, in a round of its own. Gold stays as it is."""
    locked = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    if not locked.is_gold:
        begin_round(locked, task.queue.overlap)
        project = task.queue.dataset.project
        record_event("task.requeued", by=by, project=project, target=locked.oid)
    return locked


@transaction.atomic
def begin_epoch(queue: Queue) -> None:
    """Let every turn of a queue start over once, after many tasks changed at a time."""
    Queue.objects.filter(pk=queue.pk).update(epoch=F("epoch") + 1)
    queue.refresh_from_db(fields=["epoch"])


def overlap_steps(queue: Queue, after: int = 0) -> Iterator[tuple[int, int]]:
    """Bring the queue's overlap to the tasks at stage annotate, in batches.

    Yields after each batch how many changed and the last task. Tasks that have enough answers now
    are decided. The caller begins a new epoch at the end.
    """
    while True:
        with transaction.atomic():
            tasks = list(
                Task.objects.select_for_update(of=("self",), no_key=True)
                .select_related("item")
                .filter(queue=queue, stage=Stage.ANNOTATE, is_gold=False, pk__gt=after)
                .order_by("pk")[:BATCH]
            )
            changed = sum(_change_overlap(queue, task) for task in tasks)
        if not tasks:
            return
        after = tasks[-1].pk
        yield changed, after


def _change_overlap(queue: Queue, task: Task) -> bool:
    before = task.overlap
    seated = before - task.free_seats
    task.overlap = max(queue.overlap, seated, 1)
    if task.overlap == before:
        return False
    task.free_seats = seats_left(task)
    task.is_open = task.free_seats > 0
    task.save(update_fields=["overlap", "free_seats", "is_open"])
    Queue.objects.filter(pk=queue.pk).update(wanted=F("wanted") + task.overlap - before)
    if task.answers >= task.overlap:
        advance_task(task=task, queue=queue, answers=counted_answers(task))
    return True
