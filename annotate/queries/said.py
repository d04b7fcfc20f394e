"""Who said what, streamed from the documents and cut down to what the measures need."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Sum

from annotate.models import Answer, Queue, Stage, Turn
from annotate.pure.agreement.places import PlacesAnswer
from annotate.queries.marks import is_placed, places_answer, reaches_of
from datasets.models import Annotation, AnnotationRegions, Dataset, LabelSchema
from datasets.pure.conversation import SHOWN
from datasets.pure.schema_asking import ON_KEY
from datasets.pure.schema_rules import PLACED_TYPES, Question, Schema

CHUNK = 2000
COMPARED = ("choice", "choices", *PLACED_TYPES, "rating", "number", "pairwise", "ranking", "text")

Key = tuple[Any, int]
"""Item, or item and turn of a conversation where a question is asked of turns; and annotator."""


@dataclass(slots=True)
class Table:
    """All answers to one question, by item and annotator; a later answer replaces an earlier."""

    question: Question
    labels: dict[Key, Any] = field(default_factory=dict)
    """The label or value for choices of one, a frozen set for choices of several."""
    places: dict[Key, PlacesAnswer] = field(default_factory=dict)
    shown: dict[Key, str] = field(default_factory=dict)
    """For pairs and rankings: the candidates as this person saw them, one below the other."""

    def add(self, key: Key, document: dict[str, Any]) -> None:
        """Take in what one person said to this question about one item."""
        if is_placed(self.question):
            self.places[key] = places_answer(*key, self.question, document)
            return
        name = self.question.name
        regions = [region for region in document["regions"] if region["question"] == name]
        if self.question.per:
            self._add_parts(key, regions)
        elif self.question.type == "choices":
            self.labels[key] = frozenset(region["label"] for region in regions)
        elif regions:
            self.labels[key] = regions[0].get("label", regions[0].get("value"))
            shown = (regions[0].get("attributes") or {}).get(SHOWN)
            if shown is not None and self.question.type in ("pairwise", "ranking"):
                self.shown[key] = shown

    def _add_parts(self, key: Key, regions: list[dict[str, Any]]) -> None:
        """Each turn or cell that was answered is compared by itself."""
        item, annotator = key
        by_part: dict[str, list[Any]] = {}
        for region in regions:
            said = region.get("label", region.get("value"))
            by_part.setdefault(region["on"][ON_KEY[self.question.per]], []).append(said)
        for part, said in by_part.items():
            is_set = self.question.type == "choices"
            self.labels[(item, part), annotator] = frozenset(said) if is_set else said[0]

    def rows(self) -> list[tuple[Any, int, Any]]:
        """Return item, annotator and label of each answer."""
        return [(item, annotator, label) for (item, annotator), label in self.labels.items()]


@dataclass(slots=True)
class Said:
    """The answers of a queue or dataset under one schema, a table a question."""

    tables: list[Table]
    names: dict[int, str]
    items: int
    answers: int


def said_in_queue(
    queue: Queue, schema: Schema, guideline: int | None = None, *, with_gold: bool = False
) -> Said:
    """Return what the annotators of a queue said: their last answers that count.

    With `guideline`, those alone that were given under this revision. Answers on gold are left
    out, since many people give them, unless they are asked for.
    """
    newest = (
        Answer.objects.filter(assignment=OuterRef("assignment"), is_extra=False)
        .order_by("-revision")
        .values("pk")[:1]
    )
    answers = Answer.objects.filter(
        assignment__queue=queue,
        assignment__stage=Stage.ANNOTATE,
        is_extra=False,
        pk=Subquery(newest),
    )
    if guideline is not None:
        answers = answers.filter(guideline_revision=guideline)
    if not with_gold:
        answers = answers.filter(task__is_gold=False)
    documents = AnnotationRegions.objects.filter(pk__in=answers.values("pk"))
    return _collect(documents, schema)


def said_in_dataset(dataset: Dataset, label_schema: LabelSchema, schema: Schema) -> Said:
    """Return what people said about a dataset under a schema, imported answers included.

    A reviewer's correction does not count as an answer, and does not hide what it corrects.
    """
    corrected = Annotation.objects.filter(
        origin=Annotation.Origin.CORRECTED, replaces__item__dataset=dataset
    )
    extra = Answer.objects.filter(is_extra=True, annotation__item__dataset=dataset)
    documents = AnnotationRegions.objects.filter(
        Q(annotation__is_latest=True) | Q(pk__in=corrected.values("replaces")),
        annotation__item__dataset=dataset,
        annotation__schema_revision__schema=label_schema,
        annotation__origin__in=[Annotation.Origin.SUBMITTED, Annotation.Origin.IMPORTED],
    ).exclude(pk__in=extra.values("pk"))
    return _collect(documents, schema)


def _collect(documents: QuerySet[AnnotationRegions], schema: Schema) -> Said:
    tables = [Table(question) for question in schema.questions if question.type in COMPARED]
    names: dict[int, str] = {}
    keys: set[Key] = set()
    for item, annotator, name, document in _stream(documents):
        key = (item, annotator)
        names[annotator] = name
        keys.add(key)
        for table in tables:
            table.add(key, document)
    items = {item for item, _annotator in keys}
    reaches = reaches_of(schema, sorted(items))
    for table in tables if reaches else ():
        for place, said in table.places.items():
            if place[0] in reaches:
                table.places[place] = said._replace(reach=reaches[place[0]])
    return Said(tables, names, len(items), len(keys))


def _stream(documents: QuerySet[AnnotationRegions]) -> Iterator[tuple[int, int, str, Any]]:
    rows = documents.order_by("pk").values_list(
        "annotation__item_id",
        "annotation__annotator_id",
        "annotation__annotator__name",
        "regions",
    )
    return rows.iterator(chunk_size=CHUNK)


def stamp_of_dataset(dataset: Dataset) -> str:
    """Return a short text that changes whenever somebody says something about the dataset.

    It holds a moment, so that a restored backup does not find the figures of another future.
    """
    about = Annotation.objects.filter(item__dataset=dataset)
    last = about.order_by("-pk").values_list("pk", "created_at").first()
    pk, at = (0, 0.0) if last is None else (last[0], last[1].timestamp())
    return f"{dataset.pk}.{dataset.created_at.timestamp()}.{pk}.{at}.{about.count()}"


def stamp_of_queue(queue: Queue) -> str:
    """Return a short text that changes with every answer, fix and review of the queue.

    It costs one row for each person who works there, however large the queue is.
    """
    turns = Turn.objects.filter(queue=queue).aggregate(n=Sum("writes"), at=Max("wrote_at"))
    at = turns["at"].timestamp() if turns["at"] else 0.0
    return f"{queue.pk}.{queue.created_at.timestamp()}.{turns['n'] or 0}.{at}"
