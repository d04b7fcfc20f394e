"""Numbers about a dataset: how many items in which state, how the labels are balanced.

None of these reads a regions document.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from datasets.models import Annotation, Dataset, Item, LabelSchema, Truth, TruthLabel
from datasets.queries.schemas import current_revision, schema_of


@dataclass(frozen=True)
class ItemCounts:
    """How many items a dataset has. `live` are neither archived nor erased."""

    live: int
    archived: int
    erased: int


@dataclass(frozen=True)
class LabelCount:
    """One label of a question: on how many live items, and how often in all."""

    question: str
    label: str
    name: str
    color: str
    items: int
    regions: int


@dataclass(frozen=True)
class SchemaCounts:
    """How far a dataset has come under one schema. Counts are of live items."""

    schema: LabelSchema
    with_truth: int
    with_annotations: int
    labels: list[LabelCount]


def item_counts(dataset: Dataset) -> ItemCounts:
    """Return how many items a dataset has, by state."""
    is_live = Q(archived_at=None, erased_at=None)
    counts = Item.objects.filter(dataset=dataset).aggregate(
        live=Count("pk", filter=is_live),
        archived=Count("pk", filter=Q(archived_at__isnull=False, erased_at=None)),
        erased=Count("pk", filter=Q(erased_at__isnull=False)),
    )
    return ItemCounts(**counts)


def schema_counts(
    dataset: Dataset, schema: LabelSchema, items: QuerySet[Item] | None = None
) -> SchemaCounts:
    """Return how far a dataset has come under a schema, and the class balance of its truths.

    `items` narrows it to some items of the dataset.
    """
    chosen = _live(dataset) if items is None else items
    truths = Truth.objects.filter(schema=schema, is_current=True, item__in=chosen)
    annotated = Annotation.objects.filter(
        item__in=chosen, schema_revision__schema=schema, is_latest=True
    )
    return SchemaCounts(
        schema=schema,
        with_truth=truths.count(),
        with_annotations=annotated.aggregate(n=Count("item", distinct=True))["n"],
        labels=label_counts(schema, chosen),
    )


def label_counts(schema: LabelSchema, items: QuerySet[Item]) -> list[LabelCount]:
    """Return how often each label of a schema is said by the current truths of some items.

    Every label of the newest revision is listed, in its order, said or not; labels that only
    older revisions have come last.
    """
    rows = (
        TruthLabel.objects.filter(schema=schema, item__in=items)
        .values("question", "label")
        .annotate(items=Count("item", distinct=True), regions=Sum("count"))
    )
    said = {(row["question"], row["label"]): (row["items"], row["regions"]) for row in rows}
    counts = []
    for question in schema_of(current_revision(schema)).questions:
        for label in question.labels:
            on_items, regions = said.pop((question.name, label.key), (0, 0))
            counts.append(
                LabelCount(question.name, label.key, label.name, label.color, on_items, regions)
            )
    for (name, key), (on_items, regions) in sorted(said.items()):
        counts.append(LabelCount(name, key, key, "#77808c", on_items, regions))
    return counts


def schemas_used(dataset: Dataset) -> QuerySet[LabelSchema]:
    """Return the schemas under which items of a dataset have truths or annotations."""
    by_truth = Truth.objects.filter(item__dataset=dataset, is_current=True).values("schema")
    by_answer = Annotation.objects.filter(item__dataset=dataset).values("schema_revision__schema")
    used = Q(pk__in=by_truth) | Q(pk__in=by_answer)
    return LabelSchema.objects.filter(used, project=dataset.project_id).order_by("name")


def annotation_counts(dataset: Dataset) -> list[tuple[str, str, int]]:
    """Return name, kind and number of annotations of everybody who annotated a dataset."""
    rows = (
        Annotation.objects.filter(item__dataset=dataset)
        .values(name=F("annotator__name"), kind=F("annotator__kind"))
        .annotate(n=Count("pk"))
        .order_by("-n", "name")
    )
    return [(row["name"], row["kind"], row["n"]) for row in rows]


def duplicate_count(dataset: Dataset) -> int:
    """Return how many live items have the content of another, older live item."""
    counts = _live(dataset).aggregate(n=Count("pk"), different=Count("content_hash", distinct=True))
    return int(counts["n"] - counts["different"])


def _live(dataset: Dataset) -> QuerySet[Item]:
    return Item.objects.filter(dataset=dataset, archived_at=None, erased_at=None)
