"""What agreement is asked about: a queue, or a dataset under a schema, as imported crowds have."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Sum

from annotate.models import Queue, Review, Turn
from annotate.pure.agreement.places import PlacesAnswer, compare_places, f1_scores
from annotate.queries.agreement import (
    AgreementReport,
    agreement_of_dataset,
    agreement_of_queue,
    said_in_short,
)
from annotate.queries.marks import thresholds_of
from annotate.queries.pages import ReviewCounts, review_counts
from annotate.queries.said import (
    Said,
    Table,
    said_in_dataset,
    said_in_queue,
    stamp_of_dataset,
    stamp_of_queue,
)
from datasets.models import Annotation, Dataset, LabelSchema, SchemaRevision
from datasets.queries.schemas import current_revision, schema_of
from foundation.models import Project

KEPT_SECONDS = 24 * 3600
KEPT_ITEMS = 200
"""Items that are remembered for each pair of labels."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A queue, or a dataset and a schema; `weight` is how much was said there."""

    dataset: Dataset
    schema: LabelSchema
    queue: Queue | None = None
    weight: int = 0

    @property
    def address(self) -> dict[str, str]:
        """What a page is asked with about this subject."""
        if self.queue is not None:
            return {"queue": self.queue.oid}
        return {"dataset": self.dataset.oid, "schema": self.schema.oid}

    @property
    def revision(self) -> SchemaRevision:
        """The revision whose labels are shown."""
        return current_revision(self.schema)

    def agreement(self) -> AgreementReport:
        """How well people agree about it."""
        if self.queue is not None:
            return agreement_of_queue(self.queue)
        return agreement_of_dataset(self.dataset, self.schema)

    def reviews(self) -> ReviewCounts:
        """What reviewers said about its answers."""
        reviews = Review.objects.filter(annotation__item__dataset=self.dataset)
        if self.queue is not None:
            return review_counts(reviews.filter(task__queue=self.queue))
        return review_counts(reviews.filter(annotation__schema_revision__schema=self.schema))

    def said(self) -> Said:
        """What people said about it."""
        rules = schema_of(self.revision)
        if self.queue is not None:
            return said_in_queue(self.queue, rules)
        return said_in_dataset(self.dataset, self.schema, rules)

    def stamp(self) -> str:
        """A short text that changes whenever somebody says something more."""
        if self.queue is not None:
            return f"queue/{stamp_of_queue(self.queue)}"
        return f"dataset/{self.dataset.pk}.{self.schema.pk}/{stamp_of_dataset(self.dataset)}"


def subjects_in(project: Project) -> list[Subject]:
    """Return what agreement can be asked about: queues, most answers first, then datasets."""
    queues = list(
        Queue.objects.filter(dataset__project=project, is_course=False).select_related(
            "dataset", "schema", "schema_revision"
        )
    )
    turns = Turn.objects.filter(queue__in=queues).values_list("queue").annotate(n=Sum("writes"))
    writes = dict(turns)
    found = [
        Subject(queue.dataset, queue.schema, queue, writes.get(queue.pk) or 0) for queue in queues
    ]
    found.sort(key=lambda one: -one.weight)
    return found + _datasets(project)


def _datasets(project: Project) -> list[Subject]:
    pairs = sorted(
        Annotation.objects.filter(item__dataset__project=project)
        .values_list("item__dataset", "schema_revision__schema")
        .order_by()
        .distinct()
    )
    datasets = Dataset.objects.in_bulk({dataset for dataset, _schema in pairs})
    schemas = LabelSchema.objects.in_bulk({schema for _dataset, schema in pairs})
    return [Subject(datasets[dataset], schemas[schema], None, 1) for dataset, schema in pairs]


def answers_on(subject: Subject, items: Sequence[int]) -> dict[int, list[Annotation]]:
    """Return what people last said about some items under the schema, by item, oldest first."""
    found: dict[int, list[Annotation]] = {}
    annotations = Annotation.objects.filter(
        item__in=items,
        is_latest=True,
        schema_revision__schema=subject.schema,
        origin__in=[Annotation.Origin.SUBMITTED, Annotation.Origin.IMPORTED],
    )
    for one in annotations.select_related("document", "schema_revision", "annotator").order_by(
        "pk"
    ):
        found.setdefault(one.item_id, []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class Between:
    """An item on which people gave two labels: who said what."""

    item: int
    answers: list[tuple[int, str]]


def items_between(subject: Subject, question: str, pair: tuple[str, str]) -> list[Between]:
    """Return the items on which both labels were given, most evenly split first.

    At most KEPT_ITEMS for a pair. The answers are read once after each change.
    """
    key = f"annotate/between/{subject.stamp()}/{subject.revision.pk}"
    index: dict[str, Any] | None = cache.get(key)
    if index is None:
        index = _index(subject.said())
        cache.set(key, index, KEPT_SECONDS)
    first, second = sorted(pair)
    found: list[Between] = index.get(question, {}).get((first, second), [])
    return found


def items_apart(subject: Subject, question: str, people: tuple[int, int]) -> list[Between]:
    """Return the items on which two people do not say the same, most different first.

    At most KEPT_ITEMS. Of places it is told how many each of them marked.
    """
    table = next((one for one in subject.said().tables if one.question.name == question), None)
    if table is None:
        return []
    if table.places:
        return _places_apart(table, people)
    by_item: dict[Any, list[tuple[int, Any]]] = {}
    for (item, annotator), label in table.labels.items():
        if annotator in people:
            by_item.setdefault(item, []).append((annotator, label))
    apart = [
        (_distance(said[0][1], said[1][1]), n, item)
        for n, (item, said) in enumerate(by_item.items())
        if len(said) == 2 and said[0][1] != said[1][1]
    ]
    return [
        Between(
            item[0] if isinstance(item, tuple) else item,
            [(who, said_in_short(label)) for who, label in by_item[item]],
        )
        for _distance_of, _n, item in sorted(apart, key=lambda one: (-one[0], one[1]))[:KEPT_ITEMS]
    ]


def _distance(one: Any, other: Any) -> float:
    """How far numbers are apart; of everything else, that it differs."""
    are_numbers = all(isinstance(said, int | float) for said in (one, other))
    return abs(float(one) - float(other)) if are_numbers else 1.0


def items_below(subject: Subject, question: str, at: float) -> list[Between]:
    """Return the items with an F1 below 1 where places must be alike by so much, lowest first.

    The mean over every two people who marked them. At most KEPT_ITEMS, and nothing for a question
    without places.
    """
    table = next((one for one in subject.said().tables if one.question.name == question), None)
    return [] if table is None else _apart(list(table.places.values()), at)


def _places_apart(table: Table, people: tuple[int, int]) -> list[Between]:
    answers = [one for (_item, who), one in table.places.items() if who in people]
    return _apart(answers, thresholds_of(table.question)[0])


def _apart(answers: Iterable[PlacesAnswer], at: float) -> list[Between]:
    by_item: dict[Any, list[PlacesAnswer]] = {}
    for answer in answers:
        by_item.setdefault(answer.item, []).append(answer)
    shared = {item: said for item, said in by_item.items() if len(said) > 1}
    listed = list(shared)
    compared = compare_places([one for said in shared.values() for one in said], [at])
    scores = f1_scores(compared)
    pairs = np.bincount(scores.item, minlength=len(listed))
    means = np.bincount(scores.item, scores.score, minlength=len(listed)) / np.maximum(pairs, 1)
    lowest = sorted((round(float(mean), 9), n) for n, mean in enumerate(means) if pairs[n])
    return [
        Between(listed[n], [(int(str(a.annotator)), str(len(a.marks))) for a in shared[listed[n]]])
        for score, n in lowest[:KEPT_ITEMS]
        if score < 1
    ]


def _index(said: Said) -> dict[str, dict[tuple[str, str], list[Between]]]:
    return {
        table.question.name: _by_pair(table.labels)
        for table in said.tables
        if table.question.type == "choice"
    }


def _by_pair(labels: Mapping[tuple[int, int], Any]) -> dict[tuple[str, str], list[Between]]:
    by_item: dict[int, list[tuple[int, str]]] = {}
    for (item, annotator), label in labels.items():
        by_item.setdefault(item, []).append((annotator, str(label)))
    found: dict[tuple[str, str], list[tuple[int, Between]]] = {}
    for item, answers in by_item.items():
        counts = Counter(label for _who, label in answers)
        for first, second in _pairs(counts):
            split = abs(counts[first] - counts[second])
            found.setdefault((first, second), []).append((split, Between(item, answers)))
    return {
        pair: [one for _split, one in sorted(rows, key=lambda row: row[0])[:KEPT_ITEMS]]
        for pair, rows in found.items()
    }


def _pairs(labels: Iterable[str]) -> list[tuple[str, str]]:
    listed = sorted(labels)
    return [(one, other) for n, one in enumerate(listed) for other in listed[n + 1 :]]
