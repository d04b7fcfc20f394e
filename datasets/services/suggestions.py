"""Offering regions to annotators, from a model, a rule or an import."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.errors import places_of
from datasets.models import Dataset, Item, SchemaRevision, Suggestion
from datasets.pure.confidences import wrong_confidences
from datasets.queries.items import facts_of, facts_of_many, known_items
from datasets.queries.schemas import schema_of
from datasets.services.answers import expand_shorthand, read_answer
from foundation.errors import Invalid, Place

LONGEST_SOURCE = 150


class Offer(NamedTuple):
    """Regions that are to be offered for an item."""

    item: Item
    regions: object
    confidences: Sequence[object] | None = None
    """How sure the source is of each region, 0 to 1, in their order."""


@transaction.atomic
def suggest_regions(
    *, item: Item, schema_revision: SchemaRevision, source: str, regions: object
) -> Suggestion:
    """Keep a suggestion; the same from the same source is kept once.

    A suggestion need not answer everything. Raises RegionsInvalid, and Invalid for an unusable
    source name.
    """
    source = clean_source(source)
    schema = schema_of(schema_revision)
    answer = read_answer(schema, regions, facts_of(item, schema), may_be_partial=True)
    suggestion, _is_new = Suggestion.objects.get_or_create(
        item=item,
        source=source,
        regions_hash=answer.regions_hash,
        defaults={"schema_revision": schema_revision, "regions": answer.regions},
    )
    return suggestion


def suggest_many(*, offers: Iterable[Offer], schema_revision: SchemaRevision, source: str) -> int:
    """Keep many suggestions of one source and return how many were given, known ones included.

    All or none: the first that does not fit raises RegionsInvalid, or Invalid for confidences that
    are none, with its item's key.
    """
    source, schema = clean_source(source), schema_of(schema_revision)
    given = list(offers)
    facts = facts_of_many([offer.item for offer in given], schema)
    rows = []
    for item, regions, confidences in given:
        full = expand_shorthand(regions, schema)
        answer = read_answer(schema, full, facts[item.pk], at=item.key, may_be_partial=True)
        if confidences is not None:
            _check(confidences, len(answer.regions["regions"]), item.key)
        rows.append(
            Suggestion(
                item=item,
                schema_revision=schema_revision,
                source=source,
                regions=answer.regions,
                regions_hash=answer.regions_hash,
                confidences=confidences,
            )
        )
    Suggestion.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(given)


def suggest_by_key(
    *,
    dataset: Dataset,
    said: Sequence[tuple[str, object, Sequence[object] | None]],
    schema_revision: SchemaRevision,
    source: str,
) -> int:
    """Keep suggestions for items named by their keys: regions and confidences. As suggest_many.

    Raises Invalid with its place for a key that no item of the dataset has.
    """
    known = known_items(dataset.pk, [key for key, _regions, _sure in said])
    items = Item.objects.in_bulk([one.pk for one in known.values()])
    offers = []
    for number, (key, regions, confidences) in enumerate(said):
        if key not in known:
            detail = _("There is no item with this key.")
            raise Invalid(detail, [Place(f"suggestions/{number}/key", "unknown-key", detail)])
        offers.append(Offer(items[known[key].pk], regions, confidences))
    return suggest_many(offers=offers, schema_revision=schema_revision, source=source)


def _check(confidences: Sequence[object], regions: int, key: str) -> None:
    wrong = wrong_confidences(confidences, regions, f"{key}/confidences")
    if wrong is not None:
        places = places_of([wrong])
        raise Invalid(places[0].detail, places)


def clean_source(source: str) -> str:
    """Return the name of a source without white space around it. Raises Invalid."""
    source = source.strip()
    if not 1 <= len(source) <= LONGEST_SOURCE or not source.isprintable():
        detail = _("From 1 to %(most)d characters.") % {"most": LONGEST_SOURCE}
        raise Invalid(places=[Place("source", "out-of-range", detail)])
    return source
