"""Keeping what an annotator said about an item. Annotations are added, never changed."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from datasets.errors import OtherSubmission
from datasets.models import Annotation, AnnotationRegions, Item, SchemaRevision
from datasets.queries.items import facts_of
from datasets.queries.schemas import schema_of
from datasets.services.answers import ReadAnswer, read_answer
from foundation.models import Annotator


class Added(NamedTuple):
    """An annotation, what it says, and whether it came with this call."""

    annotation: Annotation
    answer: ReadAnswer
    is_new: bool


@transaction.atomic(savepoint=False)
def add_annotation(
    *,
    item: Item,
    schema_revision: SchemaRevision,
    annotator: Annotator,
    regions: object,
    submission_id: UUID,
    origin: Annotation.Origin = Annotation.Origin.SUBMITTED,
    replaces: Annotation | None = None,
) -> Added:
    """Check and keep an annotation; sent again under the same submission id, return the first.

    `replaces` is the annotation that this one takes the place of. Raises
    RegionsInvalid, and OtherSubmission when the id was used with other content.
    """
    schema = schema_of(schema_revision)
    answer = read_answer(schema, regions, facts_of(item, schema))
    annotation = Annotation(
        item=item,
        schema_revision=schema_revision,
        annotator=annotator,
        origin=origin,
        replaces=replaces,
        submission_id=submission_id,
    )
    if not _insert(annotation):
        return _sent_before(annotation, answer)
    AnnotationRegions.objects.create(
        annotation=annotation,
        regions=answer.regions,
        regions_hash=answer.regions_hash,
        warnings=[warning.as_json() for warning in answer.warnings] or None,
    )
    if replaces is not None:
        Annotation.objects.filter(pk=replaces.pk).update(is_latest=False)
    return Added(annotation, answer, True)


def _insert(annotation: Annotation) -> bool:
    """Add the row unless its submission id is there; False when it is.

    One statement, where catching what the database refuses takes a savepoint, which is two more.
    """
    meta = Annotation._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    sql = (
        f'INSERT INTO "{meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(fields))}) '  # noqa: S608 - words of ours
        "ON CONFLICT (submission_id) DO NOTHING RETURNING id"
    )
    values = [
        field.get_db_prep_save(field.pre_save(annotation, add=True), connection) for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    if row is not None:
        annotation.pk, annotation._state.adding = row[0], False
        annotation._state.db = connection.alias
    return row is not None


def _sent_before(sent: Annotation, answer: ReadAnswer) -> Added:
    first = (
        Annotation.objects.select_related("document")
        .filter(submission_id=sent.submission_id)
        .first()
    )
    is_same = (
        first is not None
        and first.item_id == sent.item_id
        and first.annotator_id == sent.annotator_id
        and first.document.regions_hash == answer.regions_hash
    )
    if first is None or not is_same:
        raise OtherSubmission(_("Send it under a new id, or send the same content."))
    return Added(first, answer, False)
