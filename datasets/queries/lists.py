"""What pages and REST list: datasets, schemas that fit, uploads, exports, versions."""

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet

from datasets.models import (
    Annotation,
    Dataset,
    Export,
    Item,
    LabelSchema,
    SplitPlan,
    Suggestion,
    Truth,
    Upload,
    Version,
)
from datasets.queries.items import find_items
from foundation.models import Project


def datasets_in(project: Project, *, archived: bool = False) -> QuerySet[Dataset]:
    """Return the datasets of a project, oldest first; archived ones only when asked for."""
    datasets = Dataset.objects.filter(project=project, archived_at__isnull=not archived)
    return datasets.select_related("project").order_by("pk")


def live_items(dataset: Dataset) -> QuerySet[Item]:
    """Return the items that are neither archived nor erased."""
    return Item.objects.filter(dataset=dataset, archived_at=None, erased_at=None)


def fitting_schemas(dataset: Dataset) -> QuerySet[LabelSchema]:
    """Return the label schemas that may be used for the items of a dataset."""
    return LabelSchema.objects.filter(
        project=dataset.project_id, data_type=dataset.data_type, archived_at=None
    ).order_by("name")


def accepted_count(dataset: Dataset, schema: LabelSchema) -> int:
    """Return how many items of a dataset have an accepted label under a schema."""
    return Truth.objects.filter(
        schema=schema, is_current=True, item__dataset=dataset, item__archived_at=None
    ).count()


def committed_uploads(dataset: Dataset) -> QuerySet[Upload]:
    """Return the uploads of a dataset that have a job, newest first."""
    uploads = Upload.objects.filter(dataset=dataset, job__isnull=False)
    return uploads.select_related("job", "created_by").order_by("-pk")


def exports_of(dataset: Dataset, version: Version | None = None) -> QuerySet[Export]:
    """Return the exports of a dataset and its versions, or of one version, newest first."""
    exports = Export.objects.filter(dataset=dataset)
    if version is not None:
        exports = exports.filter(version=version)
    return exports.select_related("dataset", "version", "schema", "job", "created_by").order_by(
        "-pk"
    )


def items_to_show(dataset: Dataset, filter: str) -> QuerySet[Item]:
    """Return the items that match a filter, with their content and files. Raises Invalid."""
    items = find_items(dataset, filter).select_related("content", "dataset")
    return items.prefetch_related("assets")


def versions_in(project: Project) -> QuerySet[Version]:
    """Return the versions of a project, newest first."""
    versions = Version.objects.filter(dataset__project=project)
    return versions.select_related(
        "dataset", "schema", "schema_revision", "job", "created_by"
    ).order_by("-pk")


def frozen_versions(dataset: Dataset) -> QuerySet[Version]:
    """Return the frozen versions of a dataset, newest first."""
    return Version.objects.filter(dataset=dataset, state=Version.State.FROZEN).order_by("-number")


def plans_of(dataset: Dataset) -> QuerySet[SplitPlan]:
    """Return the split plans of a dataset, oldest first."""
    return SplitPlan.objects.filter(dataset=dataset).order_by("pk")


def annotations_of(item: Item) -> QuerySet[Annotation]:
    """Return what was said about an item, newest first, with its regions."""
    annotations = Annotation.objects.filter(item=item)
    return annotations.select_related("annotator", "schema_revision__schema", "document").order_by(
        "-pk"
    )


def truths_of(item: Item) -> QuerySet[Truth]:
    """Return the truths of an item, the current ones first."""
    truths = Truth.objects.filter(item=item)
    return truths.select_related("schema", "schema_revision__schema", "by").order_by(
        "-is_current", "-pk"
    )


def suggestions_of(item: Item) -> QuerySet[Suggestion]:
    """Return what was suggested for an item, oldest first."""
    suggestions = Suggestion.objects.filter(item=item)
    return suggestions.select_related("schema_revision__schema").order_by("pk")


def with_tiles(items: QuerySet[Item]) -> QuerySet[Item]:
    """Fetch along what a tile shows, in a fixed number of queries."""
    return items.select_related("content").prefetch_related(
        "assets",
        Prefetch("truths", Truth.objects.filter(is_current=True)),
    )


def items_with_tiles(pks: Sequence[int]) -> list[Item]:
    """Return items by their numbers, with what a tile shows."""
    return list(with_tiles(Item.objects.filter(pk__in=pks)))
