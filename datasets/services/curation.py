"""Choosing what a dataset keeps: archive and restore items, set duplicates aside, describe.

Nothing here deletes. Each action that changes many items gives back its event, whose public id
is the token that undoes it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from datasets.models import Dataset, Item
from datasets.pure.canonical import CanonicalError, canonical_bytes
from datasets.pure.text_rules import check_text
from foundation.errors import Conflict, Invalid, NotFound, Place
from foundation.models import Event, User
from foundation.opaque import decode_id
from foundation.services.events import record_event

WINDOW = 5000
MAX_METADATA_BYTES = 64 * 1024
_ARCHIVED = "items.archived"
_RESTORED = "items.restored"


def archive_items(
    *, dataset: Dataset, items: QuerySet[Item], by: User | None, reason: str = ""
) -> Event:
    """Take items of a dataset out of lists, queues and versions. They keep everything.

    Returns the event; `data["count"]` says how many were taken out, `undo_archive` brings just
    those back. Many items are done in windows, so that nobody waits for long.
    """
    event = record_event(
        _ARCHIVED, by=by, project=dataset.project, target=dataset.oid, count=0, reason=reason
    )
    return _archive(dataset, items.filter(dataset=dataset), event)


def restore_items(*, dataset: Dataset, items: QuerySet[Item], by: User | None) -> int:
    """Bring archived items of a dataset back and return how many."""
    count = 0
    there = items.filter(dataset=dataset, archived_at__isnull=False, erased_at=None)
    for window in _windows(there):
        with transaction.atomic():
            count += Item.objects.filter(pk__in=window).update(archived_at=None)
    record_event(_RESTORED, by=by, project=dataset.project, target=dataset.oid, count=count)
    return count


def undo_archive(*, dataset: Dataset, token: str, by: User | None) -> int:
    """Bring back what one archiving took out and return how many items that were.

    Raises NotFound for a token that is not of this dataset.
    """
    event = Event.objects.filter(
        pk=decode_id("event", token), verb=_ARCHIVED, target=dataset.oid
    ).first()
    moment = parse_datetime(event.data.get("archived_at", "")) if event else None
    if moment is None:
        raise NotFound
    return restore_items(dataset=dataset, items=Item.objects.filter(archived_at=moment), by=by)


def exclude_exact_duplicates(*, dataset: Dataset, by: User | None) -> Event:
    """Archive every live item whose content an older live item has; the oldest stays.

    Returns the event of the archiving, as `archive_items` does.
    """
    live = Item.objects.filter(dataset=dataset, archived_at=None, erased_at=None)
    older = live.filter(content_hash=OuterRef("content_hash"), pk__lt=OuterRef("pk"))
    # Chosen before any is archived: an archived one must not hide that it was the older.
    chosen = list(live.filter(Exists(older)).values_list("pk", flat=True))
    event = record_event(
        _ARCHIVED,
        by=by,
        project=dataset.project,
        target=dataset.oid,
        count=0,
        reason="exact duplicates",
    )
    return _archive_windows(
        event, (chosen[start : start + WINDOW] for start in range(0, len(chosen), WINDOW))
    )


@transaction.atomic
def describe_item(*, item: Item, by: User | None, metadata: dict[str, Any] | None = None) -> Item:
    """Replace the metadata of an item. Raises Invalid for what cannot be kept."""
    if metadata is not None:
        item.metadata = _clean_metadata(metadata)
        item.save(update_fields=["metadata"])
        record_event("item.described", by=by, project=item.dataset.project, target=item.oid)
    return item


def tag_items(
    *, dataset: Dataset, items: QuerySet[Item], values: dict[str, Any], by: User | None
) -> int:
    """Set some entries in the metadata of many items; None removes one. Returns how many changed.

    Raises Invalid for what cannot be kept.
    """
    _clean_metadata({name: value for name, value in values.items() if value is not None})
    count = 0
    for window in _windows(items.filter(dataset=dataset), size=500):
        with transaction.atomic():
            changed = []
            for item in Item.objects.select_for_update(of=("self",)).filter(pk__in=window):
                tagged = {
                    name: value
                    for name, value in (item.metadata | values).items()
                    if value is not None
                }
                if tagged != item.metadata:
                    item.metadata = _clean_metadata(tagged)
                    changed.append(item)
            Item.objects.bulk_update(changed, ["metadata"])
            count += len(changed)
    record_event(
        "items.tagged",
        by=by,
        project=dataset.project,
        target=dataset.oid,
        count=count,
        values=values,
    )
    return count


@transaction.atomic
def archive_item(*, item: Item, by: User | None) -> Item:
    """Take one item out of lists, queues and versions. Doing it twice changes nothing."""
    if item.archived_at is None:
        item.archived_at = timezone.now()
        item.save(update_fields=["archived_at"])
        record_event("item.archived", by=by, project=item.dataset.project, target=item.oid)
    return item


@transaction.atomic
def restore_item(*, item: Item, by: User | None) -> Item:
    """Bring one archived item back. Raises Conflict for one whose content was erased."""
    if item.erased_at is not None:
        raise Conflict(_("The content of this item was erased; it cannot come back."))
    if item.archived_at is not None:
        item.archived_at = None
        item.save(update_fields=["archived_at"])
        record_event("item.restored", by=by, project=item.dataset.project, target=item.oid)
    return item


def _archive(dataset: Dataset, items: QuerySet[Item], event: Event) -> Event:
    return _archive_windows(event, _windows(items.filter(archived_at=None)))


def _archive_windows(event: Event, windows: Iterable[Sequence[int]]) -> Event:
    """Archive items, all with the same moment: that is how an undo knows them."""
    moment: datetime = timezone.now()
    count = 0
    for window in windows:
        with transaction.atomic():
            live = Item.objects.filter(pk__in=window, archived_at=None)
            count += live.update(archived_at=moment)
            event.data |= {"count": count, "archived_at": moment.isoformat()}
            event.save(update_fields=["data"])
    return event


def _windows(items: QuerySet[Item], size: int = WINDOW) -> Iterable[list[int]]:
    """Yield the primary keys of items, a window at a time, by rising key."""
    last = 0
    while window := list(
        items.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]
    ):
        yield window
        last = window[-1]


def _clean_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(canonical_bytes(metadata))
    except CanonicalError as error:
        detail = _("This cannot be kept as JSON: %(why)s.") % {"why": error}
        raise Invalid(places=[Place("metadata", "not-json", detail)]) from error
    if size > MAX_METADATA_BYTES:
        detail = _("At most %(most)d kB.") % {"most": MAX_METADATA_BYTES // 1024}
        raise Invalid(places=[Place("metadata", "too-large", detail)])
    for place, text in _texts(metadata, "metadata"):
        if check_text(text) is not None:
            detail = _("A text in it holds NUL or half a character. Remove it.")
            raise Invalid(places=[Place(place, "unusable-text", detail)])
    return metadata


def _texts(value: object, at: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield at, str(key)
            yield from _texts(part, f"{at}/{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(part, f"{at}/{number}")
