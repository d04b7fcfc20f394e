"""The rows that REST answers with, with what each needs fetched along."""

from django.db.models import Prefetch, QuerySet

from datasets.models import (
    Annotation,
    Asset,
    Dataset,
    Export,
    Item,
    Suggestion,
    Truth,
    Version,
)
from datasets.queries.items import find_items
from foundation.models import Project


def datasets_in(project: Project, *, archived: bool = False) -> QuerySet[Dataset]:
    """Return the datasets of a project; archived ones only when asked for."""
    rows = Dataset.objects.filter(project=project, archived_at__isnull=not archived)
    return rows.select_related("project")


def items_to_show(dataset: Dataset, filter: str) -> QuerySet[Item]:
    """Return the items that match, with content and files. Two queries a page."""
    assets = Prefetch("assets", Asset.objects.order_by("pk"))
    return find_items(dataset, filter).select_related("content").prefetch_related(assets)


def truths_of(item: Item) -> QuerySet[Truth]:
    """Return the current truths of an item, one for each schema."""
    rows = Truth.objects.filter(item=item, is_current=True).order_by("pk")
    return rows.select_related("schema", "schema_revision")


def annotations_of(item: Item) -> QuerySet[Annotation]:
    """Return everything that was said about an item, first said first."""
    rows = Annotation.objects.filter(item=item).order_by("pk")
    return rows.select_related("item", "annotator", "schema_revision__schema", "document")


def suggestions_of(item: Item) -> QuerySet[Suggestion]:
    """Return what was suggested for an item."""
    rows = Suggestion.objects.filter(item=item).order_by("pk")
    return rows.select_related("schema_revision__schema")


def exports_of(dataset: Dataset, version: Version | None = None) -> QuerySet[Export]:
    """Return the exports of a dataset, or only those of one of its versions."""
    rows = Export.objects.filter(dataset=dataset)
    if version is not None:
        rows = rows.filter(version=version)
    return rows.select_related("dataset", "version", "job")
