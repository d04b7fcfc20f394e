"""What the resources of this app look like in JSON, and what may be sent."""

from typing import Any

from rest_framework import serializers

from datasets.models import Annotation, Asset, Dataset, Export, Item, LabelSchema, SchemaRevision
from foundation.api.serializing import StrictSerializer


class DatasetIn(StrictSerializer):
    """A dataset to be made."""

    name = serializers.CharField(max_length=120)
    data_type = serializers.ChoiceField(["text", "image", "table"])
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")


class DatasetChange(StrictSerializer):
    """What may change of a dataset."""

    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)


class CountsOut(serializers.Serializer[Any]):
    """How many items there are."""

    live = serializers.IntegerField()
    archived = serializers.IntegerField()
    erased = serializers.IntegerField()


class DatasetOut(serializers.Serializer[Any]):
    """A dataset; `items` only where one dataset is asked for."""

    id = serializers.CharField()
    project = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    data_type = serializers.CharField()
    columns = serializers.ListField(child=serializers.DictField())
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    items = CountsOut(required=False)


class FileOut(serializers.Serializer[Any]):
    """A stored file of an item."""

    part = serializers.CharField()
    url = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class ItemOut(serializers.Serializer[Any]):
    """An item; content and labels only where one item is asked for."""

    id = serializers.CharField()
    key = serializers.CharField()
    data_type = serializers.CharField()
    content_hash = serializers.CharField()
    metadata = serializers.DictField()
    group = serializers.CharField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    text = serializers.CharField(allow_null=True, required=False)
    row = serializers.DictField(allow_null=True, required=False)
    files = FileOut(many=True, required=False)
    truths = serializers.ListField(child=serializers.DictField(), required=False)
    annotations = serializers.ListField(child=serializers.DictField(), required=False)


class ItemChange(StrictSerializer):
    """What may change of an item."""

    metadata = serializers.DictField(required=False)
    is_archived = serializers.BooleanField(required=False)


class RefusedOut(serializers.Serializer[Any]):
    """A record that was not taken."""

    at = serializers.CharField()
    key = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class PushedOut(serializers.Serializer[Any]):
    """What a push came to; of the refused records the first hundred."""

    created = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    truths = serializers.IntegerField()
    suggestions = serializers.IntegerField()
    annotations = serializers.IntegerField()
    warnings = serializers.ListField(child=serializers.DictField())
    refusals = RefusedOut(many=True)


class FileIn(StrictSerializer):
    """A file that is about to come."""

    name = serializers.CharField(max_length=300)
    size = serializers.IntegerField(min_value=0)
    sha256 = serializers.RegexField("^[0-9a-f]{64}$", required=False, default="")


class UploadIn(StrictSerializer):
    """An upload to be opened."""

    files = FileIn(many=True, allow_empty=False)
    schema = serializers.CharField(required=False, allow_null=True, default=None)
    options = serializers.DictField(default=dict)


class PartOut(serializers.Serializer[Any]):
    """A part of a file and where it goes."""

    number = serializers.IntegerField()
    url = serializers.CharField()
    received = serializers.BooleanField()


class UploadFileOut(serializers.Serializer[Any]):
    """A file of an upload; all parts but the last have `part_size` bytes."""

    index = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    part_size = serializers.IntegerField()
    parts = PartOut(many=True)


class UploadOut(serializers.Serializer[Any]):
    """An upload."""

    id = serializers.CharField()
    state = serializers.CharField()
    files = UploadFileOut(many=True)
    commit_url = serializers.CharField()
    job = serializers.CharField(allow_null=True)


class ExportIn(StrictSerializer):
    """An export to be made."""

    format = serializers.CharField(max_length=40, default="jsonl")
    schema = serializers.CharField(required=False, allow_null=True, default=None)
    options = serializers.DictField(default=dict)


class ExportOut(serializers.Serializer[Any]):
    """A file made to be taken away; `url` is there when it is ready."""

    id = serializers.CharField()
    format = serializers.CharField()
    file_name = serializers.CharField()
    version = serializers.CharField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_null=True)
    job = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class SchemaIn(StrictSerializer):
    """A label schema to be published."""

    name = serializers.CharField(max_length=120)
    definition = serializers.JSONField()


class SchemaChange(StrictSerializer):
    """What may change of a label schema besides its revisions."""

    name = serializers.CharField(max_length=120, required=False)
    is_archived = serializers.BooleanField(required=False)


class RevisionIn(StrictSerializer):
    """The next revision of a label schema."""

    definition = serializers.JSONField()
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class RevisionOut(serializers.Serializer[Any]):
    """One published revision."""

    id = serializers.CharField()
    schema = serializers.CharField()
    number = serializers.IntegerField()
    definition = serializers.DictField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class SchemaOut(serializers.Serializer[Any]):
    """A label schema and the number of its newest revision."""

    id = serializers.CharField()
    project = serializers.CharField()
    name = serializers.CharField()
    data_type = serializers.CharField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)


class TemplateOut(serializers.Serializer[Any]):
    """A label schema to start from."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    data_type = serializers.CharField()
    definition = serializers.DictField()


class AnnotationOut(serializers.Serializer[Any]):
    """What one annotator said about one item."""

    id = serializers.CharField()
    item = serializers.CharField()
    annotator = serializers.CharField()
    schema = serializers.CharField()
    revision = serializers.IntegerField()
    origin = serializers.CharField()
    is_latest = serializers.BooleanField()
    replaces = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    regions = serializers.DictField()


def show_dataset(dataset: Dataset) -> dict[str, Any]:
    """Return a dataset as JSON."""
    return {
        "id": dataset.oid,
        "project": dataset.project.oid,
        "name": dataset.name,
        "description": dataset.description,
        "data_type": dataset.data_type,
        "columns": dataset.columns,
        "created_at": dataset.created_at,
        "archived_at": dataset.archived_at,
    }


def show_item(item: Item) -> dict[str, Any]:
    """Return what lists show of an item."""
    return {
        "id": item.oid,
        "key": item.key,
        "data_type": item.data_type,
        "content_hash": item.content_hash,
        "metadata": item.metadata,
        "group": item.group,
        "created_at": item.created_at,
        "archived_at": item.archived_at,
    }


def show_file(asset: Asset) -> dict[str, Any]:
    """Return a stored file as JSON."""
    return {
        "part": asset.part,
        "url": f"/media/{asset.oid}",
        "media_type": asset.media_type,
        "size": asset.size,
        "sha256": asset.sha256,
        "width": asset.facts.get("width"),
        "height": asset.facts.get("height"),
    }


def show_annotation(annotation: Annotation) -> dict[str, Any]:
    """Return an annotation with its regions."""
    revision = annotation.schema_revision
    replaced = annotation.replaces
    return {
        "id": annotation.oid,
        "item": annotation.item.oid,
        "annotator": annotation.annotator.name,
        "schema": revision.schema.oid,
        "revision": revision.number,
        "origin": annotation.origin,
        "is_latest": annotation.is_latest,
        "replaces": replaced.oid if replaced else None,
        "created_at": annotation.created_at,
        "regions": annotation.document.regions,
    }


def show_export(export: Export) -> dict[str, Any]:
    """Return an export as JSON."""
    return {
        "id": export.oid,
        "format": export.format,
        "file_name": export.file_name,
        "version": export.version.oid if export.version else None,
        "size": export.size,
        "sha256": export.sha256,
        "url": f"/api/v1/exports/{export.oid}/file" if export.storage_key else None,
        "job": export.job.oid if export.job else None,
        "created_at": export.created_at,
    }


def show_schema(schema: LabelSchema) -> dict[str, Any]:
    """Return a label schema as JSON."""
    return {
        "id": schema.oid,
        "project": schema.project.oid,
        "name": schema.name,
        "data_type": schema.data_type,
        "created_at": schema.created_at,
        "archived_at": schema.archived_at,
    }


def show_revision(revision: SchemaRevision) -> dict[str, Any]:
    """Return a revision as JSON."""
    return {
        "id": revision.oid,
        "schema": revision.schema.oid,
        "number": revision.number,
        "definition": revision.definition,
        "note": revision.note,
        "created_at": revision.created_at,
    }
