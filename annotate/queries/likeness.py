"""How alike two answers to one item are: what decides about agreement and about gold."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from annotate.pure.agreement.places import compare_places, f1_scores
from annotate.pure.consensus import majority_vote
from annotate.queries.marks import is_placed, places_answer, thresholds_of
from datasets.pure.region_likeness import Reach
from datasets.pure.schema_rules import Question, Schema

Document = dict[str, Any]


class Said(NamedTuple):
    """An answer as it is compared."""

    regions: Document
    regions_hash: str


def likeness(
    schema: Schema, first: Document, second: Document, reach: Reach | None = None
) -> float:
    """Return how alike two answers are, 0 to 1: the mean over the questions that can differ.

    One choice: 1 when equal. Several: F1 of the sets. Places: F1 of those with the same label that
    are alike by half (areas overlap by half, points lie within `reach`); spans: of those that
    cover the same code points. Relations: F1 of those with the same label between such places.
    Numbers and ratings: 1 when equal. Texts count only where they are required, what is written
    in a place does not. Nothing to compare: 1.
    """
    scores = [score for _question, score in scores_by_question(schema, first, second, reach)]
    return sum(scores) / len(scores) if scores else 1.0


def all_alike(schema: Schema, answers: Sequence[Said], reach: Reach | None = None) -> bool:
    """Tell whether all answers say the same; boxes may differ by less than half."""
    if len({answer.regions_hash for answer in answers}) <= 1:
        return True
    return all(
        likeness(schema, first.regions, second.regions, reach) == 1.0
        for first, second in combinations(answers, 2)
    )


def majority_of(answers: Sequence[Said]) -> int | None:
    """Return the place of an answer that most others repeat to the letter, or None for a tie."""
    vote = majority_vote([answer.regions_hash for answer in answers])
    if vote.label is None or vote.counts[vote.label] < 2:
        return None
    return next(n for n, answer in enumerate(answers) if answer.regions_hash == vote.label)


def most_central(schema: Schema, answers: Sequence[Said], reach: Reach | None = None) -> int:
    """Return the place of the answer that is most like the others; the first of equals."""
    if len(answers) < 3:
        return 0
    sums = [
        sum(likeness(schema, one.regions, other.regions, reach) for other in answers)
        for one in answers
    ]
    return sums.index(max(sums))


def scores_by_question(
    schema: Schema, first: Document, second: Document, reach: Reach | None
) -> Iterator[tuple[Question, float]]:
    """Return how alike two answers are in each question that can differ."""
    for question in schema.questions:
        if question.type == "text" and not question.required:
            continue
        mine, theirs = regions_of(first, question), regions_of(second, question)
        if not mine and not theirs:
            continue
        if is_placed(question):
            yield question, _score_of_places(question, first, second, reach)
        else:
            said, other = _values(mine), _values(theirs)
            yield question, 2 * len(said & other) / (len(said) + len(other))


def regions_of(document: Document, question: Question) -> list[Document]:
    """Return the regions that answer a question."""
    return [region for region in document["regions"] if region["question"] == question.name]


def _values(regions: list[Document]) -> set[Any]:
    """Return what is said, and of which turn of a conversation where it is about one."""
    return {
        (region.get("on", {}).get("turn"), region.get("label", region.get("value")))
        for region in regions
    }


def _score_of_places(
    question: Question, first: Document, second: Document, reach: Reach | None
) -> float:
    answers = [
        places_answer("item", name, question, document, reach)
        for name, document in (("first", first), ("second", second))
    ]
    compared = compare_places(answers, thresholds_of(question)[:1])
    return float(f1_scores(compared).score[0])
