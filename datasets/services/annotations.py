"""Keeping what an annotator said about an item. Annotations are added, never changed."""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.errors import OtherSubmission
from datasets.models import Annotation, AnnotationRegions, Item, SchemaRevision
from datasets.queries.items import facts_of
from datasets.queries.schemas import schema_of
from datasets.services.answers import ReadAnswer, read_answer
from foundation.models import Annotator
from foundation.services.rows import insert_row


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
    if not insert_row(annotation, unless="(submission_id)"):
        return _sent_before(annotation, answer)
    document = AnnotationRegions(
        annotation=annotation,
        regions=answer.regions,
        regions_hash=answer.regions_hash,
        warnings=[warning.as_json() for warning in answer.warnings] or None,
    )
    insert_row(document)
    if replaces is not None:
        Annotation.objects.filter(pk=replaces.pk).update(is_latest=False)
    return Added(annotation, answer, True)


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
