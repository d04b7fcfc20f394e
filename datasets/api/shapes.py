"""What the resources of this app look like in JSON, and what may be sent."""

from typing import Any

from rest_framework import serializers

from datasets.data_types import DATA_TYPES
from datasets.models import (
    Annotation,
    Asset,
    Dataset,
    Export,
    Item,
    LabelSchema,
    SchemaRevision,
    Suggestion,
    Truth,
    Upload,
    UploadFile,
)
from datasets.services.uploads import part_count, part_size
from foundation.api.serializing import StrictSerializer

Shown = dict[str, Any]


class DatasetIn(StrictSerializer):
    """A dataset to be made."""

    name = serializers.CharField(max_length=120)
    data_type = serializers.ChoiceField(list(DATA_TYPES))
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")


class DatasetChange(StrictSerializer):
    """What of a dataset is to change; what is left out stays."""

    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    archived = serializers.BooleanField(required=False)


class ItemCountsOut(serializers.Serializer[Any]):
    """How many items a dataset has."""

    live = serializers.IntegerField()
    archived = serializers.IntegerField()
    erased = serializers.IntegerField()


class ColumnOut(serializers.Serializer[Any]):
    """A column of a table dataset."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(["number", "category"])


class DatasetOut(serializers.Serializer[Any]):
    """A dataset; `items` only where counts were asked for."""

    id = serializers.CharField()
    project = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    data_type = serializers.CharField()
    columns = ColumnOut(many=True)
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    items = ItemCountsOut(required=False)


class AssetOut(serializers.Serializer[Any]):
    """A file of an item; `url` answers with its bytes."""

    id = serializers.CharField()
    role = serializers.ChoiceField(Asset.Part.choices)
    url = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class ItemChange(StrictSerializer):
    """What of an item is to change; its content never does."""

    metadata = serializers.DictField(required=False)
    archived = serializers.BooleanField(required=False)


class ItemOut(serializers.Serializer[Any]):
    """An item: `data` is its text or its row; an image has `assets` instead."""

    id = serializers.CharField()
    key = serializers.CharField()
    data_type = serializers.CharField()
    data = serializers.JSONField(allow_null=True)
    assets = AssetOut(many=True)
    metadata = serializers.DictField()
    group = serializers.CharField()
    split = serializers.CharField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)


class TruthOut(serializers.Serializer[Any]):
    """The accepted regions of an item under one schema."""

    schema = serializers.CharField()
    revision = serializers.IntegerField()
    regions = serializers.DictField()
    label = serializers.CharField()
    method = serializers.ChoiceField(Truth.Method.choices)
    lineage = serializers.DictField()
    at = serializers.DateTimeField()


class AnnotationOut(serializers.Serializer[Any]):
    """What one annotator said about one item."""

    id = serializers.CharField()
    item = serializers.CharField()
    schema = serializers.CharField()
    revision = serializers.IntegerField()
    annotator = serializers.CharField()
    origin = serializers.ChoiceField(Annotation.Origin.choices)
    is_latest = serializers.BooleanField()
    replaces = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    regions = serializers.DictField()


class SuggestionOut(serializers.Serializer[Any]):
    """Regions offered to annotators."""

    id = serializers.CharField()
    schema = serializers.CharField()
    revision = serializers.IntegerField()
    source = serializers.CharField()
    regions = serializers.DictField()
    created_at = serializers.DateTimeField()


class ItemDetailOut(ItemOut):
    """An item with what was said about it."""

    dataset = serializers.CharField()
    truths = TruthOut(many=True)
    annotations = AnnotationOut(many=True)
    suggestions = SuggestionOut(many=True)


class SchemaIn(StrictSerializer):
    """A label schema to be published."""

    name = serializers.CharField(max_length=120)
    definition = serializers.JSONField()


class SchemaChange(StrictSerializer):
    """What of a label schema is to change; its questions change by a new revision."""

    name = serializers.CharField(max_length=120, required=False)
    archived = serializers.BooleanField(required=False)


class RevisionIn(StrictSerializer):
    """The next revision of a label schema."""

    definition = serializers.JSONField()
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class ChangeOut(serializers.Serializer[Any]):
    """One difference from the revision before."""

    code = serializers.CharField()
    at = serializers.CharField()
    breaking = serializers.BooleanField()
    detail = serializers.CharField()


class RevisionOut(serializers.Serializer[Any]):
    """One published revision of a label schema; `changes` where a single one is shown."""

    id = serializers.CharField()
    schema = serializers.CharField()
    number = serializers.IntegerField()
    note = serializers.CharField()
    definition = serializers.DictField()
    definition_hash = serializers.CharField()
    created_at = serializers.DateTimeField()
    changes = ChangeOut(many=True, required=False)


class SchemaOut(serializers.Serializer[Any]):
    """A label schema; `revision` is the newest, where a single schema is shown."""

    id = serializers.CharField()
    project = serializers.CharField()
    name = serializers.CharField()
    data_type = serializers.CharField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    revision = RevisionOut(required=False)


class TemplateOut(serializers.Serializer[Any]):
    """A label schema to start from."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    data_type = serializers.CharField()
    definition = serializers.DictField()


class FileIn(StrictSerializer):
    """A file that is about to come."""

    name = serializers.CharField(max_length=300)
    size = serializers.IntegerField(min_value=0)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)


class UploadIn(StrictSerializer):
    """Files that belong together, and how they are to be read (see the reference of formats)."""

    files = FileIn(many=True)
    options = serializers.DictField(required=False)


class PartOut(serializers.Serializer[Any]):
    """One part of a file, and whether it is there."""

    number = serializers.IntegerField()
    url = serializers.CharField()
    received = serializers.BooleanField()


class UploadFileOut(serializers.Serializer[Any]):
    """One file of an upload and its parts."""

    index = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    part_size = serializers.IntegerField()
    parts = PartOut(many=True)


class UploadOut(serializers.Serializer[Any]):
    """An upload: PUT the bytes of each part to its `url`, then POST to `commit_url`."""

    id = serializers.CharField()
    dataset = serializers.CharField()
    state = serializers.ChoiceField(Upload.State.choices)
    files = UploadFileOut(many=True)
    commit_url = serializers.CharField()
    job = serializers.CharField(allow_null=True)


class ExportOptionsIn(StrictSerializer):
    """What goes out, and how."""

    filter = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    files = serializers.BooleanField(required=False)
    raw = serializers.BooleanField(required=False)
    rows = serializers.ChoiceField(["items", "answers"], required=False)
    delimiter = serializers.ChoiceField(
        [",", ";", "\t"], required=False
    )
    question = serializers.CharField(max_length=64, required=False)


class ExportIn(StrictSerializer):
    """A file to be made."""

    format = serializers.CharField(max_length=40, default="jsonl")
    schema = serializers.CharField(required=False)
    options = ExportOptionsIn(required=False)


class ExportOut(serializers.Serializer[Any]):
    """A file made to be taken away; `url` once it is ready."""

    id = serializers.CharField()
    dataset = serializers.CharField()
    version = serializers.CharField(allow_null=True)
    format = serializers.CharField()
    options = serializers.DictField()
    file_name = serializers.CharField()
    size = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    job = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class ImportRefusalOut(serializers.Serializer[Any]):
    """One record that was not taken."""

    at = serializers.CharField()
    key = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class WarningOut(serializers.Serializer[Any]):
    """Something to know about records that were taken, with an example in words."""

    code = serializers.CharField()
    count = serializers.IntegerField()
    detail = serializers.CharField()


class TakenItemOut(serializers.Serializer[Any]):
    """An item that is there now."""

    id = serializers.CharField()
    key = serializers.CharField()


class ImportOut(serializers.Serializer[Any]):
    """What came of pushed items. `refusals` are the first hundred; `items` are there for JSON."""

    created = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    truths = serializers.IntegerField()
    suggestions = serializers.IntegerField()
    annotations = serializers.IntegerField()
    refusals = ImportRefusalOut(many=True)
    warnings = WarningOut(many=True)
    items = TakenItemOut(many=True, required=False)


def show_dataset(dataset: Dataset) -> Shown:
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


def show_asset(asset: Asset) -> Shown:
    """Return a file of an item as JSON."""
    return {
        "id": asset.oid,
        "role": asset.part,
        "url": f"/media/{asset.oid}",
        "media_type": asset.media_type,
        "size": asset.size,
        "sha256": asset.sha256,
        "width": asset.facts.get("width"),
        "height": asset.facts.get("height"),
    }


def show_item(item: Item) -> Shown:
    """Return an item as JSON; content and assets were fetched with it."""
    content = getattr(item, "content", None)
    data = None if content is None else content.text if content.row is None else content.row
    return {
        "id": item.oid,
        "key": item.key,
        "data_type": item.data_type,
        "data": data,
        "assets": [show_asset(asset) for asset in item.assets.all()],
        "metadata": item.metadata,
        "group": item.group,
        "split": item.split,
        "created_at": item.created_at,
        "archived_at": item.archived_at,
    }


def show_truth(truth: Truth) -> Shown:
    """Return a truth as JSON."""
    return {
        "schema": truth.schema.oid,
        "revision": truth.schema_revision.number,
        "regions": truth.regions,
        "label": truth.label,
        "method": truth.method,
        "lineage": truth.lineage,
        "at": truth.at,
    }


def show_annotation(annotation: Annotation) -> Shown:
    """Return an annotation as JSON."""
    replaced = annotation.replaces_id
    return {
        "id": annotation.oid,
        "item": annotation.item.oid,
        "schema": annotation.schema_revision.schema.oid,
        "revision": annotation.schema_revision.number,
        "annotator": annotation.annotator.name,
        "origin": annotation.origin,
        "is_latest": annotation.is_latest,
        "replaces": None if replaced is None else Annotation(pk=replaced).oid,
        "created_at": annotation.created_at,
        "regions": annotation.document.regions,
    }


def show_suggestion(suggestion: Suggestion) -> Shown:
    """Return a suggestion as JSON."""
    return {
        "id": suggestion.oid,
        "schema": suggestion.schema_revision.schema.oid,
        "revision": suggestion.schema_revision.number,
        "source": suggestion.source,
        "regions": suggestion.regions,
        "created_at": suggestion.created_at,
    }


def show_schema(schema: LabelSchema) -> Shown:
    """Return a label schema as JSON."""
    return {
        "id": schema.oid,
        "project": schema.project.oid,
        "name": schema.name,
        "data_type": schema.data_type,
        "created_at": schema.created_at,
        "archived_at": schema.archived_at,
    }


def show_revision(revision: SchemaRevision) -> Shown:
    """Return a revision as JSON."""
    return {
        "id": revision.oid,
        "schema": revision.schema.oid,
        "number": revision.number,
        "note": revision.note,
        "definition": revision.definition,
        "definition_hash": revision.definition_hash,
        "created_at": revision.created_at,
    }


def show_upload(upload: Upload) -> Shown:
    """Return an upload as JSON, with the address of every part."""
    base = f"/api/v1/uploads/{upload.oid}"
    return {
        "id": upload.oid,
        "dataset": upload.dataset.oid,
        "state": upload.state,
        "files": [show_file(file, base) for file in upload.files.order_by("position")],
        "commit_url": f"{base}/commit",
        "job": upload.job.oid if upload.job else None,
    }


def show_file(file: UploadFile, base: str) -> Shown:
    """Return a file of an upload as JSON."""
    return {
        "index": file.position,
        "name": file.name,
        "size": file.size,
        "part_size": part_size(file),
        "parts": [
            {
                "number": number,
                "url": f"{base}/files/{file.position}/parts/{number}",
                "received": str(number) in file.parts,
            }
            for number in range(1, part_count(file) + 1)
        ],
    }


def show_export(export: Export) -> Shown:
    """Return an export as JSON."""
    return {
        "id": export.oid,
        "dataset": export.dataset.oid,
        "version": export.version.oid if export.version else None,
        "format": export.format,
        "options": export.options,
        "file_name": export.file_name,
        "size": export.size,
        "sha256": export.sha256,
        "url": f"/api/v1/exports/{export.oid}/file" if export.storage_key else None,
        "job": export.job.oid if export.job else None,
        "created_at": export.created_at,
    }
