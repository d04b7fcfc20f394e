"""Sending the likeliest errors of a list of doubts to people, without spoiling the test."""

import random
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from annotate.models import Queue
from annotate.services.enqueuing import enqueue_items
from datasets.models import Item, PlannedSplit
from foundation.errors import Conflict, Invalid
from foundation.models import User
from foundation.services.events import record_event
from training.models import DoubtedItem, DoubtList, RelabelBatch, RelabelItem
from training.services.feedback import queue_for_second_looks

MOST = 1000
LONGEST_SOURCE = 60


def send_first(*, doubts: DoubtList, most: int, by: User | None) -> list[RelabelBatch]:
    """Send the first `most` items of a list for a second look; those sent before stay away.

    Annotators see the suggestion of the source. Items of a test split go to a blind queue of their
    own, mixed with as many random ones of the split. Raises Conflict before the list is ranked,
    and Invalid where nothing is left to send.
    """
    if doubts.finished_at is None:
        raise Conflict(_("The list is not ready yet."))
    sent = RelabelItem.objects.filter(batch__doubts=doubts).values("item")
    rows = doubts.items.filter(
        rank__lte=min(most, MOST), item__archived_at=None, item__erased_at=None
    ).exclude(item__in=sent)
    chosen = list(rows.select_related("item").order_by("rank"))
    if not chosen:
        raise Invalid(_("All of these were sent already. Ask for more."))
    parts = [(is_test, [one for one in chosen if one.is_test == is_test]) for is_test in (0, 1)]
    return [_send(doubts, part, bool(is_test), by) for is_test, part in parts if part]


def _send(
    doubts: DoubtList, rows: Sequence[DoubtedItem], is_blind: bool, by: User | None
) -> RelabelBatch:
    items = [(one.item, False) for one in rows]
    if is_blind:
        items += [(one, True) for one in _others(doubts, len(rows))]
        random.Random(doubts.pk).shuffle(items)  # noqa: S311 (an order, not a secret)
    queue = _queue(doubts, is_blind, by)
    with transaction.atomic():
        batch = RelabelBatch.objects.create(
            doubts=doubts,
            queue=queue,
            split="test" if is_blind else "",
            is_blind=is_blind,
            created_by=by,
        )
        RelabelItem.objects.bulk_create(
            RelabelItem(batch=batch, item=item, was_right=was_right) for item, was_right in items
        )
        record_event(
            "doubts.sent",
            by=by,
            project=doubts.dataset.project,
            target=batch.oid,
            count=len(items),
        )
    reason = "" if is_blind else _("the model disagrees")
    enqueue_items(queue=queue, items=[item for item, _right in items], by=by, reason=reason)
    return batch


def _others(doubts: DoubtList, n: int) -> list[Item]:
    """Return items of the test split that are not on the list, chosen by chance as they stream."""
    rows = PlannedSplit.objects.filter(
        plan__dataset=doubts.dataset_id,
        split="test",
        item__archived_at=None,
        item__erased_at=None,
    ).exclude(item__in=doubts.items.values("item"))
    chance = random.Random(doubts.pk)  # noqa: S311 (as above)
    kept: list[int] = []
    pks = rows.order_by("item").values_list("item_id", flat=True).distinct()
    for number, pk in enumerate(pks.iterator(chunk_size=2000)):
        if len(kept) < n:
            kept.append(pk)
        elif (place := chance.randrange(number + 1)) < n:
            kept[place] = pk
    return list(Item.objects.filter(pk__in=kept).order_by("pk"))


def _queue(doubts: DoubtList, is_blind: bool, by: User | None) -> Queue:
    name = _("Blind check of test items, %(source)s") if is_blind else _("Second look, %(source)s")
    return queue_for_second_looks(
        doubts.dataset,
        doubts.schema,
        name=name % {"source": doubts.source[:LONGEST_SOURCE]},
        is_blind=is_blind,
        by=by,
    )
