"""Saving filters under a name, changing them, and taking them away."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from datasets.errors import NameTaken
from datasets.models import Dataset, Slice
from datasets.queries.items import find_items
from datasets.services.wording import clean_name
from foundation.errors import Conflict, Invalid, NotFound, Place
from foundation.models import Event, User
from foundation.opaque import decode_id
from foundation.services.events import record_event

MOST_SLICES = 200
LONGEST_FILTER = 1000
_DELETED = "slice.deleted"


@transaction.atomic
def save_slice(*, dataset: Dataset, name: str, filter: str, by: User | None) -> Slice:
    """Keep a filter under a name. It holds no items: what matches is looked up each time.

    Raises Invalid for a name or a filter that cannot be used, NameTaken, and Conflict where a
    dataset has two hundred.
    """
    if Slice.objects.filter(dataset=dataset).count() >= MOST_SLICES:
        text = _("This dataset has %(most)d slices. Delete one that nobody needs.")
        raise Conflict(text % {"most": MOST_SLICES})
    found = Slice(
        dataset=dataset,
        name=clean_name(name, "name"),
        filter=_clean_filter(dataset, filter),
        created_by=by,
    )
    _save(found)
    _tell("slice.saved", found, by)
    return found


@transaction.atomic
def change_slice(
    *, slice: Slice, by: User | None, name: str | None = None, filter: str | None = None
) -> Slice:
    """Give a slice another name or another filter; None leaves it as it is. Raises as saving."""
    if name is not None:
        slice.name = clean_name(name, "name")
    if filter is not None:
        slice.filter = _clean_filter(slice.dataset, filter)
    _save(slice)
    _tell("slice.changed", slice, by)
    return slice


@transaction.atomic
def delete_slice(*, slice: Slice, by: User | None) -> Event:
    """Take a slice away; its items stay. The event that comes back can be undone."""
    event = _tell(_DELETED, slice, by)
    slice.delete()
    return event


@transaction.atomic
def undo_delete(*, dataset: Dataset, token: str, by: User | None) -> Slice:
    """Bring back a slice that was taken away, under the id of its event.

    Raises NotFound for an event that is not of this dataset, and what saving raises.
    """
    event = Event.objects.filter(
        pk=decode_id("event", token), verb=_DELETED, data__dataset=dataset.oid
    ).first()
    if event is None:
        raise NotFound
    return save_slice(dataset=dataset, name=event.data["name"], filter=event.data["filter"], by=by)


def _tell(verb: str, slice: Slice, by: User | None) -> Event:
    return record_event(
        verb,
        by=by,
        project=slice.dataset.project,
        target=slice.oid,
        dataset=slice.dataset.oid,
        name=slice.name,
        filter=slice.filter,
    )


def _clean_filter(dataset: Dataset, text: str) -> str:
    text = " ".join(text.split())
    if not 1 <= len(text) <= LONGEST_FILTER:
        detail = _("From 1 to %(most)d characters.") % {"most": LONGEST_FILTER}
        raise Invalid(places=[Place("filter", "out-of-range", detail)])
    find_items(dataset, text)
    return text


def _save(slice: Slice) -> None:
    try:
        with transaction.atomic():
            slice.save()
    except IntegrityError:
        detail = _("A slice called %(name)s exists already.") % {"name": slice.name}
        raise NameTaken(detail, [Place("name", "name-taken", detail)]) from None
