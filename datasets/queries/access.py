"""Fetching is the permission check, for everything this app owns.

Strangers get the same NotFound as for something that does not exist. Annotators, who may not
view the project, read an item only through their assignments, which `annotate` serves; the
files of such an item are opened to them by a *media door* that `annotate` puts on the shelf here.
"""

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, QuerySet

from datasets.models import (
    Annotation,
    Asset,
    Dataset,
    Export,
    Item,
    LabelSchema,
    RuleCheck,
    SchemaMigration,
    SchemaRevision,
    Upload,
)
from foundation.actor import Actor, Permission
from foundation.errors import NotAllowed, NotFound
from foundation.opaque import decode_id
from foundation.queries.access import may_do, require
from foundation.registry import Registry

MediaDoor = Callable[[Actor, int], bool]
"""Tells whether this actor may see the files of the item with this primary key."""

media_doors: Registry[MediaDoor] = Registry("winnow.media_doors")

Row = TypeVar("Row", bound=Model)


def _fetch(rows: QuerySet[Row], kind: str, public_id: str) -> Row:
    row = rows.filter(pk=decode_id(kind, public_id)).first()
    if row is None:
        raise NotFound
    return row


def get_dataset_for(actor: Actor, dataset_id: str, may: Permission) -> Dataset:
    """Return the dataset with this public id, if the actor may do this in its project."""
    datasets = Dataset.visible_to(actor).select_related("project")
    dataset = _fetch(datasets, "dataset", dataset_id)
    require(actor, dataset.project_id, may)
    return dataset


def get_item_for(actor: Actor, item_id: str, may: Permission) -> Item:
    """Return the item with this public id, if the actor may do this in its project."""
    items = Item.visible_to(actor).select_related("dataset__project")
    item = _fetch(items, "item", item_id)
    require(actor, item.dataset.project_id, may)
    return item


def get_schema_for(actor: Actor, schema_id: str, may: Permission) -> LabelSchema:
    """Return the label schema with this public id, if the actor may do this in its project."""
    schemas = LabelSchema.visible_to(actor).select_related("project")
    schema = _fetch(schemas, "schema", schema_id)
    require(actor, schema.project_id, may)
    return schema


def get_migration_for(actor: Actor, migration_id: str, may: Permission) -> SchemaMigration:
    """Return the change of labels with this public id, if the actor may do this in its project."""
    rows = SchemaMigration.visible_to(actor).select_related(
        "schema__project", "from_revision", "to_revision", "back_revision", "by", "undone_by", "job"
    )
    migration = _fetch(rows, "migration", migration_id)
    require(actor, migration.schema.project_id, may)
    return migration


def get_rule_check_for(actor: Actor, check_id: str, may: Permission) -> RuleCheck:
    """Return the check of rules with this public id, if the actor may do this in its project."""
    rows = RuleCheck.visible_to(actor).select_related(
        "dataset__project", "schema", "schema_revision", "job", "created_by"
    )
    check = _fetch(rows, "rulecheck", check_id)
    require(actor, check.dataset.project_id, may)
    return check


def get_revision_for(
    actor: Actor, schema_id: str, number: int, may: Permission = Permission.MEMBER
) -> SchemaRevision:
    """Return one revision of a schema. Everybody of the project may: annotators work with it."""
    schema = get_schema_for(actor, schema_id, may)
    revision = schema.revisions.filter(number=number).first()
    if revision is None:
        raise NotFound
    revision.schema = schema
    return revision


def get_annotation_for(actor: Actor, annotation_id: str, may: Permission) -> Annotation:
    """Return the annotation with this public id, if the actor may do this in its project.

    Those who may not look at the work of others still find their own annotations.
    """
    annotations = Annotation.visible_to(actor).select_related(
        "item__dataset__project", "annotator", "schema_revision__schema", "document"
    )
    annotation = _fetch(annotations, "annotation", annotation_id)
    is_own = annotation.annotator.user_id == actor.user.pk and may == Permission.VIEW
    if is_own:
        return annotation
    project_pk = annotation.item.dataset.project_id
    if not may_do(actor, project_pk, Permission.VIEW):
        raise NotFound
    require(actor, project_pk, may)
    return annotation


def get_asset_for(actor: Actor, asset_id: str) -> Asset:
    """Return a file of an item to those who may view the project or work on the item."""
    asset = _fetch(Asset.visible_to(actor).select_related("item__dataset"), "asset", asset_id)
    if may_do(actor, asset.item.dataset.project_id, Permission.VIEW):
        return asset
    if any(door(actor, asset.item_id) for _name, door in media_doors.items()):
        return asset
    raise NotFound


def get_upload_for(actor: Actor, upload_id: str) -> Upload:
    """Return an upload to the person who opened it, while they may push."""
    uploads = Upload.visible_to(actor).select_related("dataset__project", "job")
    upload = _fetch(uploads, "upload", upload_id)
    require(actor, upload.dataset.project_id, Permission.PUSH)
    if upload.created_by_id != actor.user.pk:
        raise NotAllowed
    return upload


def get_export_for(actor: Actor, export_id: str) -> Export:
    """Return a file made to be taken away, to those who may view the project."""
    exports = Export.visible_to(actor).select_related("dataset__project", "job")
    export = _fetch(exports, "export", export_id)
    require(actor, export.dataset.project_id, Permission.VIEW)
    return export
