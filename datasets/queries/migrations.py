"""What a change of labels would touch, counted before anything is changed; and changes made."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Model, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from datasets.models import (
    AnnotationRegions,
    LabelSchema,
    SchemaMigration,
    Suggestion,
    TruthLabel,
    Version,
)
from foundation.registry import Registry

Said = tuple[str, str]
"""A question and a label."""
Json = dict[str, Any]

MOST_READ = 50_000
"""Documents a preview reads of each kind; beyond that its counts are a lower bound."""
FEW = 12


class Touched(NamedTuple):
    """Something of an upper app that a change of labels leaves as it is, but people should know."""

    name: str
    """In the reader's language: "drafts"."""
    answers: int


OthersTouched = Callable[[LabelSchema, Collection[Said]], Iterable[Touched]]
others_touched: Registry[OthersTouched] = Registry("winnow.others_touched")


def count_touched(schema: LabelSchema, wanted: Collection[Said]) -> Json:
    """Return how many answers say these labels, by label and by annotator.

    `is_complete` is false where there is more than a preview reads.
    """
    truths = _truths(schema, wanted)
    annotations, people, all_read = _annotations(schema, wanted)
    suggestions, others_read = _suggestions(schema, wanted)
    versions = Version.objects.filter(schema=schema, state=Version.State.FROZEN)
    return {
        "labels": [
            {
                "question": question,
                "label": label,
                "truths": truths[question, label],
                "annotations": annotations[question, label],
                "suggestions": suggestions[question, label],
                "annotators": [
                    {"name": name, "annotations": count}
                    for name, count in people.get((question, label), Counter()).most_common(50)
                ],
            }
            for question, label in wanted
        ],
        "versions": versions.count(),
        "others": [
            touched._asdict()
            for _name, look in others_touched.items()
            for touched in look(schema, wanted)
        ],
        "is_complete": all_read and others_read,
    }


def _truths(schema: LabelSchema, wanted: Collection[Said]) -> Counter[Said]:
    rows = TruthLabel.objects.filter(schema=schema, label__in={label for _q, label in wanted})
    counts: Counter[Said] = Counter()
    for question, label, count in rows.values_list("question", "label").annotate(n=Sum("count")):
        counts[question, label] = count
    return counts


def _annotations(
    schema: LabelSchema, wanted: Collection[Said]
) -> tuple[Counter[Said], dict[Said, Counter[str]], bool]:
    rows = AnnotationRegions.objects.filter(
        annotation__schema_revision__schema=schema, annotation__is_latest=True
    )
    counts: Counter[Said] = Counter()
    people: dict[Said, Counter[str]] = {}
    read = 0
    found = documents_saying(rows, wanted).values_list("regions", "annotation__annotator__name")
    for regions, name in found[:MOST_READ].iterator(chunk_size=500):
        read += 1
        for said in said_in(regions, wanted):
            counts[said] += 1
            people.setdefault(said, Counter())[name] += 1
    return counts, people, read < MOST_READ


def _suggestions(schema: LabelSchema, wanted: Collection[Said]) -> tuple[Counter[Said], bool]:
    rows = Suggestion.objects.filter(schema_revision__schema=schema)
    counts: Counter[Said] = Counter()
    read = 0
    found = documents_saying(rows, wanted).values_list("regions", flat=True)
    for regions in found[:MOST_READ].iterator(chunk_size=500):
        read += 1
        counts.update(said_in(regions, wanted))
    return counts, read < MOST_READ


def documents_saying(rows: QuerySet[Any], wanted: Collection[Said]) -> QuerySet[Any]:
    """Return the rows whose `regions` may say one of these labels: the words occur in them."""
    labels = {label for _question, label in wanted}
    if len(labels) > FEW:
        return rows
    occurs = Q()
    for label in sorted(labels):
        occurs |= Q(as_text__contains=f'"{label}"')
    found: QuerySet[Any] = rows.annotate(as_text=Cast("regions", TextField())).filter(occurs)
    return found


def said_in(document: Json, wanted: Collection[Said]) -> set[Said]:
    """Return which of these labels a document says."""
    said = {(region["question"], region.get("label")) for region in document["regions"]}
    return {one for one in wanted if one in said}


def migrations_of(schema: LabelSchema) -> QuerySet[SchemaMigration]:
    """Return the changes of labels of a schema."""
    return SchemaMigration.objects.filter(schema=schema).select_related(
        "schema", "from_revision", "to_revision", "back_revision", "by", "undone_by", "job"
    )


def is_last(migration: SchemaMigration) -> bool:
    """Tell whether no later change of the schema's labels stands: only the last can be undone."""
    later = SchemaMigration.objects.filter(schema=migration.schema_id, pk__gt=migration.pk)
    return not later.exclude(state=SchemaMigration.State.UNDONE).exists()


def in_windows(rows: QuerySet[Any], after: int, size: int) -> Iterator[tuple[int, list[Any]]]:
    """Yield rows by their numbers, window by window, with the last number of each window.

    A window is a range of numbers, so that its cost does not depend on how few rows match.
    """
    model: type[Model] = rows.model
    while True:
        last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        if after >= last:
            return
        found = list(rows.filter(pk__gt=after, pk__lte=after + size).order_by("pk"))
        after += size
        yield min(after, last), found
