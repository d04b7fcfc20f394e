"""The resources of this app as JSON, in the shapes that `shapes.py` declares."""

from typing import Any

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

Shown = dict[str, Any]


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
        "facts": {k: v for k, v in asset.facts.items() if k not in ("width", "height")},
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
        "warnings": annotation.document.warnings or [],
    }


def show_suggestion(suggestion: Suggestion) -> Shown:
    """Return a suggestion as JSON."""
    return {
        "id": suggestion.oid,
        "schema": suggestion.schema_revision.schema.oid,
        "revision": suggestion.schema_revision.number,
        "source": suggestion.source,
        "regions": suggestion.regions,
        "confidences": suggestion.confidences,
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
