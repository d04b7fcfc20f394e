"""The regions of a document as the measures of agreement compare them."""

from collections.abc import Mapping
from typing import Any

from annotate.pure.agreement.places import ANY_OVERLAP, EXACT, Mark, PlacesAnswer
from datasets.pure.region_kinds import REGION_KINDS
from datasets.pure.region_kinds.base import Found
from datasets.pure.region_kinds.relation import Relation
from datasets.pure.region_likeness import End, Ends, Reach, reach_in
from datasets.pure.region_types import RegionsError
from datasets.pure.schema_rules import PLACED_TYPES, Question, Schema
from datasets.queries.items import measures_of

Document = Mapping[str, Any]

CHUNK = 5000
ALIKE, CLOSE = 0.5, 0.75
THRESHOLDS = {"spans": (EXACT, ANY_OVERLAP)}
"""What counts as the same place, where it is not `ALIKE` and, more strictly, `CLOSE`."""
_BY_REACH = frozenset(("points", "polylines", "shapes", "relations", "tracks"))


def thresholds_of(question: Question) -> tuple[float, ...]:
    """Return the smallest likeness of a match, first the one that decides."""
    return THRESHOLDS.get(question.type, (ALIKE, CLOSE))


def reaches_of(schema: Schema, items: list[int]) -> dict[int, Reach]:
    """Return how far apart points and lines may be in each image, if any are asked for."""
    if not any(question.type in _BY_REACH for question in schema.questions):
        return {}
    reaches = {}
    for start in range(0, len(items), CHUNK):
        for pk, size in measures_of(items[start : start + CHUNK]).items():
            if size.width and size.height:
                reach = reach_in(size.width, size.height)
                reaches[pk] = reach._replace(ends=size.seconds)
    return reaches


def places_answer(
    item: Any, annotator: Any, question: Question, document: Document, reach: Reach | None = None
) -> PlacesAnswer:
    """Return what a document says to a question about places."""
    regions = [one for one in document["regions"] if one["question"] == question.name]
    by_id = {}
    if question.type == "relations" and regions:
        by_id = {one["id"]: one for one in document["regions"]}
    marks = [Mark(one.get("label"), _place(one, by_id), _on(one)) for one in regions]
    return PlacesAnswer(item, annotator, marks, reach or Reach())


def is_placed(question: Question) -> bool:
    """Tell whether a question is answered with places in the item."""
    return question.type in PLACED_TYPES


def _place(region: Document, by_id: Mapping[str, Document]) -> Any:
    found = Found()
    place = REGION_KINDS[region["kind"]].read(region["at"], "at", found)
    if found:
        raise RegionsError(found)
    if isinstance(place, Relation):
        return Ends(_end(by_id[place.source]), _end(by_id[place.target]))
    return place


def _end(region: Document) -> End:
    said = (region["question"], region.get("label"), region.get("value"), _on(region))
    if region["kind"] == "item":
        return End(said, None)
    if "label" in region:  # what is written in a place does not make it another one
        said = (said[0], said[1], None, said[3])
    return End(said, _place(region, {}))


def _on(region: Document) -> Any:
    on = region.get("on")
    return tuple(sorted(on.items())) if on else None
