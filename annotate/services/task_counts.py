"""Keeping the counts of tasks short, and putting them right."""

from collections import Counter

from django.db import transaction
from django.db.models import Count

from annotate.models import TaskCount
from annotate.queries.task_counts import KIND, miscounted

MANY = 200
"""Rows of a queue from which on they are folded."""
PIECE = 5_000
_COLUMNS = ("queue_id", *KIND[1:])


def fold_counts() -> int:
    """Fold the rows of queues that have many into one for each kind; returns how many went.

    Whoever reads sees the rows before or the sum after. Rows that others fold are left to them.
    """
    rows = TaskCount.objects.values_list("queue").annotate(rows=Count("pk"))
    many = rows.filter(rows__gt=MANY).order_by("queue").values_list("queue", flat=True)
    return sum(_fold(queue) for queue in list(many))


@transaction.atomic
def _fold(queue: int) -> int:
    locked = TaskCount.objects.select_for_update(skip_locked=True).filter(queue=queue)
    rows = list(locked.order_by("pk")[:PIECE])
    sums: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        sums[tuple(getattr(row, name) for name in _COLUMNS)] += row.n
    TaskCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
    kept = [
        TaskCount(**dict(zip(_COLUMNS, kind, strict=True)), n=n) for kind, n in sums.items() if n
    ]
    TaskCount.objects.bulk_create(kept)
    return len(rows) - len(kept)


@transaction.atomic
def mend_counts() -> int:
    """Count all tasks anew and return how many kinds were counted wrongly.

    What is too much is taken back by rows of its own: counts that change meanwhile stay right.
    """
    wrong = miscounted()
    TaskCount.objects.bulk_create(
        TaskCount(
            queue_id=one.queue,
            stage=one.stage,
            waits=one.waits,
            is_gold=one.is_gold,
            agreed=one.agreed,
            n=-one.n,
        )
        for one in wrong
    )
    return len(wrong)
