"""The answers of items beside what a source suggests, streamed a window at a time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotate.queries.likeness import Said, all_alike
from datasets.models import Annotation, AnnotationRegions, Item, ItemContent, Suggestion, Truth
from datasets.queries.schemas import current_revision, schema_of
from training.models import DoubtList

WINDOW = 200
Region = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """The answer of one item and the newest suggestion of the source, both to one question."""

    item: int
    given: list[Region]
    said: list[Region]
    confidences: list[float] | None
    """One for each region of `said`; None where the source did not say."""
    came_after: bool
    """The suggestion is younger than the answer: the model may have learned from it."""
    text: str = ""


def iter_pairs(
    doubts: DoubtList, check: Callable[[int, Counter[str]], None] = lambda n, why: None
) -> Iterator[Pair]:
    """Yield every live item that has both, in the order of the items.

    After each window `check` gets how many items were seen in it, and how many were left out for
    which reason: ``unsuggested``, ``unanswered``, ``differing`` (people do not agree).
    """
    after = 0
    live = Item.objects.filter(dataset=doubts.dataset_id, archived_at=None, erased_at=None)
    while True:
        items = list(live.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:WINDOW])
        if not items:
            return
        left_out: Counter[str] = Counter()
        yield from pairs_of(doubts, items, left_out)
        check(len(items), left_out)
        after = items[-1]


def pairs_of(doubts: DoubtList, items: Sequence[int], left_out: Counter[str]) -> list[Pair]:
    """Return the pairs of some items; those without are counted by reason."""
    suggested = _suggested(doubts, items)
    left_out["unsuggested"] += len(items) - len(suggested)
    given = _truths(doubts, list(suggested))
    open_ones = [pk for pk in suggested if pk not in given]
    agreed = _agreed(doubts, open_ones)
    for pk in open_ones:
        if agreed.get(pk) is None:
            left_out["differing" if pk in agreed else "unanswered"] += 1
    answers = given | {pk: one for pk, one in agreed.items() if one is not None}
    texts: dict[int, str | None] = {}
    if doubts.kind == DoubtList.Kind.SPANS:
        contents = ItemContent.objects.filter(item__in=answers)
        texts = dict(contents.values_list("item_id", "text"))
    return [
        _pair(doubts.question, pk, answers[pk], suggested[pk], texts.get(pk) or "")
        for pk in items
        if pk in answers
    ]


def _pair(
    question: str, pk: int, answer: tuple[Any, datetime], suggestion: Suggestion, text: str
) -> Pair:
    regions, at = answer
    told = suggestion.regions["regions"]
    mine = [number for number, one in enumerate(told) if one["question"] == question]
    sure = suggestion.confidences
    return Pair(
        item=pk,
        given=answer_to(question, regions),
        said=[told[number] for number in mine],
        confidences=None if sure is None else [float(sure[number]) for number in mine],
        came_after=suggestion.created_at > at,
        text=text,
    )


def answer_to(question: str, document: Mapping[str, Any]) -> list[Region]:
    """Return the regions of a document that answer a question."""
    return [one for one in document["regions"] if one["question"] == question]


def _suggested(doubts: DoubtList, items: Sequence[int]) -> dict[int, Suggestion]:
    """The newest suggestion of the source, by item."""
    rows = Suggestion.objects.filter(
        item__in=items, source=doubts.source, schema_revision__schema=doubts.schema_id
    )
    return {one.item_id: one for one in rows.order_by("pk")}


def _truths(doubts: DoubtList, items: Sequence[int]) -> dict[int, tuple[Any, datetime]]:
    rows = Truth.objects.filter(item__in=items, schema=doubts.schema_id, is_current=True)
    return {pk: (said, at) for pk, said, at in rows.values_list("item_id", "regions", "at")}


def _agreed(doubts: DoubtList, items: Sequence[int]) -> dict[int, tuple[Any, datetime] | None]:
    """What all people say of items without a truth; None where they do not say the same."""
    if not items:
        return {}
    schema = schema_of(current_revision(doubts.schema))
    rows = AnnotationRegions.objects.filter(
        annotation__item__in=items,
        annotation__schema_revision__schema=doubts.schema_id,
        annotation__is_latest=True,
        annotation__origin__in=[
            Annotation.Origin.SUBMITTED,
            Annotation.Origin.IMPORTED,
            Annotation.Origin.CORRECTED,
        ],
    )
    said: dict[int, list[tuple[Said, datetime]]] = defaultdict(list)
    for pk, regions, digest, at in rows.order_by("annotation").values_list(
        "annotation__item_id", "regions", "regions_hash", "annotation__created_at"
    ):
        said[pk].append((Said(regions, digest), at))
    return {
        pk: (told[-1][0].regions, told[-1][1]) if all_alike(schema, [s for s, _ in told]) else None
        for pk, told in said.items()
    }
