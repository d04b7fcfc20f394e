"""Slices as pages and REST show them: how much matches now, and which have become unreadable."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from datasets.models import Dataset, Slice
from datasets.queries.items import find_items
from foundation.actor import Actor, Permission
from foundation.errors import Invalid, NotFound
from foundation.opaque import decode_id
from foundation.queries.access import require

COUNTED_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A slice and how many items match; `problem` says why nothing can be looked up any more."""

    slice: Slice
    items: int = 0
    problem: str = ""

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.items > COUNTED_UP_TO


def slices_of(dataset: Dataset) -> QuerySet[Slice]:
    """Return the slices of a dataset by name."""
    return Slice.objects.filter(dataset=dataset).select_related("created_by").order_by("name")


def get_slice_for(actor: Actor, slice_id: str, may: Permission) -> Slice:
    """Return the slice with this public id, if the actor may do this in its project."""
    rows = Slice.visible_to(actor).select_related("dataset__project", "created_by")
    found = rows.filter(pk=decode_id("slice", slice_id)).first()
    if found is None:
        raise NotFound
    require(actor, found.dataset.project_id, may)
    return found


def slice_of(dataset: Dataset, slice_id: str) -> Slice:
    """Return a slice of a dataset that was fetched with permission. Raises NotFound."""
    found = slices_of(dataset).filter(pk=decode_id("slice", slice_id)).first()
    if found is None:
        raise NotFound
    return found


def slice_rows(slices: Iterable[Slice]) -> list[SliceRow]:
    """Return slices with what matches, counting no further than ten thousand; a query each."""
    return [_row(one) for one in slices]


def _row(slice: Slice) -> SliceRow:
    try:
        items = find_items(slice.dataset, slice.filter)
    except Invalid as error:
        return SliceRow(slice, problem=str(error.places[0].detail if error.places else error))
    return SliceRow(slice, items.order_by()[: COUNTED_UP_TO + 1].count())
