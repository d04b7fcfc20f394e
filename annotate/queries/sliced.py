"""How well people agree on the items of each slice of a dataset."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone

from annotate.pure.agreement.results import Agreement
from annotate.queries.closer import first_figure, split_table
from annotate.queries.said import Table
from annotate.queries.subjects import Subject
from datasets.models import Slice
from datasets.queries.items import find_items
from datasets.queries.slices import slices_of
from foundation.errors import Invalid

MOST_SLICES = 12
KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class SliceFigure:
    """The first figure of a question on a slice; None, and why, where its filter cannot be read."""

    slice: Slice
    figure: Agreement | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BySlice:
    """The first dozen slices by name. Which items matched was looked up at a moment, and holds."""

    at: datetime
    rows: list[SliceFigure] = field(default_factory=list)
    left_out: int = 0


def agreement_by_slice(subject: Subject, name: str) -> BySlice:
    """Return the first figure of a question, by its name, on each slice of the dataset.

    Answers are read once, and a statement a slice says which items match. What is returned is kept
    for ten minutes, or until somebody says more or a slice changes; `at` is when it was made.
    """
    found = list(slices_of(subject.dataset)[: MOST_SLICES + 1])
    if not found:
        return BySlice(timezone.now())
    asked = [subject.stamp(), str(subject.revision.pk), name]
    asked += [f"{one.pk}.{one.changed_at.timestamp():.6f}" for one in found]
    key = f"annotate/by-slice/2/{sha256('/'.join(asked).encode()).hexdigest()}"
    kept: BySlice | None = cache.get(key)
    if kept is None:
        left_out = slices_of(subject.dataset).count() - MOST_SLICES
        rows = _measure(subject, name, found[:MOST_SLICES])
        kept = BySlice(timezone.now(), rows, max(0, left_out))
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _measure(subject: Subject, name: str, slices: list[Slice]) -> list[SliceFigure]:
    tables = subject.said().tables
    table = next((one for one in tables if one.question.name == name), None)
    return [] if table is None else [_on(table, subject, one) for one in slices]


def _on(table: Table, subject: Subject, slice: Slice) -> SliceFigure:
    try:
        items = find_items(subject.dataset, slice.filter)
    except Invalid as error:
        problem = str(error.places[0].detail if error.places else error)
        return SliceFigure(slice, None, problem)
    there = set(items.order_by().values_list("pk", flat=True).iterator(chunk_size=5000))
    parts = split_table(table, lambda item, _who: item in there or None)
    return SliceFigure(slice, first_figure(parts.get(True, Table(table.question))))
