"""How alike two answers to one item are: what decides about agreement and about gold."""

import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from annotate.pure.agreement.places import (
    PlacesAnswer,
    box_scores,
    instant_scores,
    segment_scores,
    span_scores,
)
from annotate.pure.consensus import majority_vote
from datasets.pure.schema_rules import Question, Schema

Document = dict[str, Any]


class Said(NamedTuple):
    """An answer as it is compared."""

    regions: Document
    regions_hash: str


def likeness(schema: Schema, first: Document, second: Document) -> float:
    """Return how alike two answers are, 0 to 1: the mean over the questions that can differ.

    One choice: 1 when equal. Several: F1 of the sets. Boxes: F1 of those that overlap by half
    with the same label. Spans: F1 of those with the same ends and label. Segments: F1 of
    those that share half of their time with the same label. Instants: F1 of those nearer than a
    tenth of a second. Numbers and ratings: 1
    when equal. Texts count only where they are required. Nothing to compare: 1.
    """
    scores = list(_scores(schema, first, second))
    return sum(scores) / len(scores) if scores else 1.0


def all_alike(schema: Schema, answers: Sequence[Said]) -> bool:
    """Tell whether all answers say the same; boxes may differ by less than half."""
    if len({answer.regions_hash for answer in answers}) <= 1:
        return True
    return all(
        likeness(schema, first.regions, second.regions) == 1.0
        for first, second in combinations(answers, 2)
    )


def majority_of(answers: Sequence[Said]) -> int | None:
    """Return the place of an answer that most others repeat to the letter, or None for a tie."""
    vote = majority_vote([answer.regions_hash for answer in answers])
    if vote.label is None or vote.counts[vote.label] < 2:
        return None
    return next(n for n, answer in enumerate(answers) if answer.regions_hash == vote.label)


def most_central(schema: Schema, answers: Sequence[Said]) -> int:
    """Return the place of the answer that is most like the others; the first of equals."""
    if len(answers) < 3:
        return 0
    sums = [
        sum(likeness(schema, one.regions, other.regions) for other in answers) for one in answers
    ]
    return sums.index(max(sums))


def _scores(schema: Schema, first: Document, second: Document) -> Iterator[float]:
    for question in schema.questions:
        if question.type == "text" and not question.required:
            continue
        mine, theirs = regions_of(first, question), regions_of(second, question)
        if mine or theirs:
            yield _score(question, mine, theirs)


def regions_of(document: Document, question: Question) -> list[Document]:
    """Return the regions that answer a question."""
    return [region for region in document["regions"] if region["question"] == question.name]


def _score(question: Question, first: list[Document], second: list[Document]) -> float:
    if question.type == "boxes":
        return float(box_scores(_as_places(first, second)).score[0])
    if question.type == "spans":
        return float(span_scores(_as_places(first, second), exact=True).score[0])
    if question.type == "segments":
        return float(segment_scores(_as_places(first, second)).score[0])
    if question.type == "instants":
        return float(instant_scores(_as_places(first, second)).score[0])
    mine, theirs = _values(first), _values(second)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _values(regions: list[Document]) -> set[Any]:
    return {region.get("label", region.get("value")) for region in regions}


def _as_places(first: list[Document], second: list[Document]) -> list[PlacesAnswer]:
    return [as_places("item", "first", first), as_places("item", "second", second)]


def as_places(item: Any, annotator: Any, regions: list[Document]) -> PlacesAnswer:
    """Return places as the measures of agreement take them."""
    places = [list(_place(region)) for region in regions]
    return PlacesAnswer(item, annotator, [region.get("label") for region in regions], places)


def _place(region: Document) -> tuple[float, ...]:
    at = region["at"]
    if region["kind"] == "segment":
        return at["start"], at["end"], _channel(region)
    if region["kind"] == "instant":
        return at["t"], _channel(region)
    if region["kind"] == "span":
        return at["start"], at["end"]
    return at["x"], at["y"], at["w"], at["h"]


def _channel(region: Document) -> int:
    """Return a number that stands for the channel a region lies on: the same for the same name."""
    return zlib.crc32(region.get("on", {}).get("channel", "").encode())
