"""Items become tasks: when a queue is filled, and when new items arrive in its dataset.

Filling walks the items by number in batches, and twice changes nothing. A number may be committed
later than a larger one, so items younger than a minute are looked at again next time.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Max, QuerySet

from annotate.models import Queue, Stage, Task, Turn
from annotate.services.openings import opening_numbers
from annotate.services.ranking import ranks_of
from datasets.models import Item
from datasets.queries.items import find_items
from foundation.clock import database_now

BATCH = 500
SETTLED_AFTER = timedelta(seconds=60)


def fill_queue(*, queue: Queue) -> int:
    """Make a task of each item that the queue is about and has none; return how many were new."""
    return sum(added for added, _last in fill_steps(queue))


def fill_steps(queue: Queue, after: int | None = None) -> Iterator[tuple[int, int]]:
    """Fill in batches, each a transaction; yield after each how many were new, and the last item.

    `after` goes on behind an item; without it the walk begins where the last one was settled.
    """
    settled_to = _settled_item(queue)
    last = queue.filled_to_item if after is None else after
    while True:
        items = list(_candidates(queue).filter(pk__gt=last).order_by("pk")[:BATCH])
        if not items:
            break
        with transaction.atomic():
            added = add_tasks(queue, items)
        number_passed_tasks(queue, items)
        last = items[-1]
        yield added, last
    if settled_to > queue.filled_to_item:
        Queue.objects.filter(pk=queue.pk).update(filled_to_item=settled_to)
        queue.filled_to_item = settled_to


def _candidates(queue: Queue) -> QuerySet[Item, int]:
    found = find_items(queue.dataset, queue.filter).filter(archived_at=None, erased_at=None)
    return found.values_list("pk", flat=True)


def _settled_item(queue: Queue) -> int:
    """Return the newest item of which we know that no smaller number can still arrive."""
    old = Item.objects.filter(
        dataset=queue.dataset_id,
        pk__gt=queue.filled_to_item,
        created_at__lt=database_now() - SETTLED_AFTER,
    )
    return old.order_by("-pk").values_list("pk", flat=True).first() or queue.filled_to_item


def lock_queue(queue: Queue) -> Queue:
    """Return the queue's row, locked against others who add tasks; claims do not wait for it."""
    return Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)


def add_tasks(queue: Queue, item_ids: Sequence[int]) -> int:
    """Make tasks of those items that have none in the queue; return how many."""
    present = lock_queue(queue)
    known = set(
        Task.objects.filter(queue=queue, item__in=item_ids).values_list("item_id", flat=True)
    )
    new = [pk for pk in item_ids if pk not in known]
    if not new:
        return 0
    ranks = ranks_of(present, new)
    tasks = sorted(
        (_task(present, item_id, ranks[item_id]) for item_id in new),
        key=lambda task: task.rank,
    )
    # Whoever has walked past these places finds the tasks by number.
    passed_to = _furthest_turn(queue)
    passed = [task for task in tasks if task.rank <= passed_to]
    if passed:
        numbers = opening_numbers(queue.pk, len(passed))
        for task, number in zip(passed, numbers, strict=True):
            task.opened_no = number
    Task.objects.bulk_create(tasks)
    Queue.objects.filter(pk=queue.pk).update(wanted=F("wanted") + len(tasks) * present.overlap)
    return len(tasks)


def _task(queue: Queue, item_id: int, rank: int) -> Task:
    return Task(
        queue=queue,
        item_id=item_id,
        rank=rank,
        overlap=queue.overlap,
        free_seats=queue.overlap,
        is_open=True,
    )


def _furthest_turn(queue: Queue) -> int:
    turns = Turn.objects.filter(queue=queue, stage=Stage.ANNOTATE)
    furthest: int | None = turns.aggregate(furthest=Max("rank"))["furthest"]
    return -1 if furthest is None else furthest


def number_passed_tasks(queue: Queue, item_ids: Sequence[int]) -> None:
    """Give a number to new tasks that somebody walked past while they were being committed.

    Locking the turns waits for the claims that may not have seen the tasks; later ones see them.
    """
    if connection.vendor != "postgresql":
        return  # one writer at a time: nobody can have walked meanwhile
    with transaction.atomic():
        turns = Turn.objects.select_for_update(no_key=True).filter(
            queue=queue, stage=Stage.ANNOTATE
        )
        furthest = max(turns.order_by("pk").values_list("rank", flat=True), default=-1)
        late = list(
            Task.objects.select_for_update(no_key=True)
            .filter(queue=queue, item__in=item_ids, opened_no=None, rank__lte=furthest)
            .filter(is_open=True, stage=Stage.ANNOTATE)
            .order_by("rank")
        )
        if not late:
            return
        for task, number in zip(late, opening_numbers(queue.pk, len(late)), strict=True):
            task.opened_no = number
        Task.objects.bulk_update(late, ["opened_no"])
