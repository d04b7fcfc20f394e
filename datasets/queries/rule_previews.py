"""What rules that are being written would refuse, of the newest answers that exist.

Only so many are read, and only for so long: with a million answers it takes as long as with a
thousand. The check of a dataset is what looks at all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import islice
from time import monotonic
from typing import Any

from django.db.models import OuterRef, Subquery

from datasets.models import Annotation, Item, LabelSchema, SchemaRevision, Truth
from datasets.pure.answer_rules import broken_rules
from datasets.pure.answer_rules.overlap import NOT_COMPARED
from datasets.pure.region_likeness.covering import Effort
from datasets.pure.regions import RegionsError, parse_regions
from datasets.pure.rule_tally import fitting
from datasets.pure.schema_types import Schema

SAMPLED = 500
"""Answers looked at, the newest first."""
SECONDS = 0.5
"""Then no further document is begun: each may hold 20,000 regions."""
STREAMED = 5
"""Documents read at a time."""
NAMED = 5
"""Items that are named of each rule."""
PAIRS, WORK, TOUCHING = 200, 1_000_000, 1_000_000
"""What comparing the places of one document may cost: a tenth of a second."""


@dataclass
class Refused:
    """Of one rule: how many of the answers looked at break it, on which items."""

    answers: int = 0
    items: dict[int, None] = field(default_factory=dict)
    """Their numbers, those of the newest answers first."""
    first: list[Item] = field(default_factory=list)
    """The first `NAMED` of them."""


@dataclass
class Preview:
    """What was looked at, and what each rule would refuse of it, in the order of the schema."""

    rules: list[Refused]
    is_accepted: bool = False
    """Nobody answered here; labels that were brought in as accepted were looked at."""
    looked_at: int = 0
    is_short: bool = False
    """There was no time for all of the sample."""
    not_compared: int = 0
    """Documents in which too much overlaps to compare all of it in this time."""


def preview_rules(schema: LabelSchema, wanted: Schema) -> Preview:
    """Hold the newest answers under a schema against the rules of a definition not yet published.

    Looks at `SAMPLED` answers at most, and where nobody answered at as many accepted labels; of an
    answer of an earlier revision at what `wanted` still asks. Ends soon after `SECONDS`.
    """
    shown = Preview([Refused() for _rule in wanted.rules])
    if not wanted.rules:
        return shown
    started = monotonic()
    documents = _answers(schema)
    first = next(documents, None)
    if first is None:
        shown.is_accepted = True
        documents = _accepted(schema)
        first = next(documents, None)
    while first is not None:
        _look(shown, wanted, *first)
        if monotonic() - started > SECONDS:
            shown.is_short = next(documents, None) is not None
            break
        first = next(documents, None)
    _name_items(shown)
    return shown


def _look(shown: Preview, wanted: Schema, item: int, regions: Any) -> None:
    try:
        document = fitting(wanted, parse_regions(regions))
    except RegionsError:
        return  # what cannot be read any more no rule can refuse
    shown.looked_at += 1
    broken: set[int] = set()
    for breach in broken_rules(wanted, document.regions, Effort(PAIRS, WORK, TOUCHING)):
        if breach.code == NOT_COMPARED:
            shown.not_compared += 1
        else:
            broken.add(breach.number)
    for number in broken:
        shown.rules[number].answers += 1
        shown.rules[number].items[item] = None


def _answers(schema: LabelSchema) -> Iterator[tuple[int, Any]]:
    """Yield item and document of the newest answers, the newest first."""
    numbers = _newest(schema)
    rows = Annotation.objects.filter(pk__in=numbers, item__archived_at=None).order_by("-pk")
    return rows.values_list("item_id", "document__regions").iterator(chunk_size=STREAMED)


def _newest(schema: LabelSchema) -> list[int]:
    """Return the numbers of the newest answers under any revision, without reading further ones.

    Revision by revision, since each has its answers in the order of their numbers in an index.
    """
    counted = Annotation.objects.filter(is_latest=True).order_by("-pk")
    last = counted.filter(schema_revision=OuterRef("pk")).values("pk")[:1]
    revisions = SchemaRevision.objects.filter(schema=schema).annotate(last=Subquery(last))
    found: list[int] = []
    for revision, newest in (
        revisions.exclude(last=None).order_by("-last").values_list("pk", "last")
    ):
        if len(found) == SAMPLED and newest < found[-1]:
            break
        own = counted.filter(schema_revision=revision).exclude(origin=Annotation.Origin.COURSE)
        found = nlargest(SAMPLED, [*found, *own.values_list("pk", flat=True)[:SAMPLED]])
    return found


def _accepted(schema: LabelSchema) -> Iterator[tuple[int, Any]]:
    """Yield item and document of accepted labels, those of the newest items first."""
    rows = Truth.objects.filter(schema=schema, is_current=True, item__archived_at=None)
    found = rows.order_by("-item_id").values_list("item_id", "regions")[:SAMPLED]
    return found.iterator(chunk_size=STREAMED)


def _name_items(shown: Preview) -> None:
    first = [list(islice(one.items, NAMED)) for one in shown.rules]
    known = Item.objects.in_bulk({pk for pks in first for pk in pks})
    for one, pks in zip(shown.rules, first, strict=True):
        one.first = [known[pk] for pk in pks if pk in known]
