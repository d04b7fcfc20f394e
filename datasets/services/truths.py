"""Accepting what is true of an item under a schema. Old truths stay, marked as not current."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from datasets.models import Item, LabelSchema, SchemaRevision, Truth, TruthLabel
from datasets.queries.items import facts_of
from datasets.queries.schemas import schema_of
from datasets.services.answers import ReadAnswer, read_answer
from foundation.models import User
from foundation.services.events import record_event
from foundation.services.rows import insert_row

_ONE_CURRENT = "(schema_id, item_id) WHERE is_current"
"""The index `truth_one_current`, as both databases want it named in a statement."""


@transaction.atomic(savepoint=False)
def accept_truth(
    *,
    item: Item,
    schema_revision: SchemaRevision,
    regions: object,
    method: Truth.Method,
    lineage: Mapping[str, Any],
    by: User | None,
) -> Truth:
    """Make a regions document the current truth of an item under the schema of a revision.

    `lineage` says where it came from in plain values: {"annotations": [public ids],
    "annotators": [names], "guideline": number}. Accepting the same again returns what is there.
    Raises RegionsInvalid.
    """
    schema = schema_of(schema_revision)
    answer = read_answer(schema, regions, facts_of(item, schema))
    truth = Truth(
        item=item,
        schema_id=schema_revision.schema_id,
        schema_revision=schema_revision,
        regions=answer.regions,
        regions_hash=answer.regions_hash,
        label=answer.label,
        method=method,
        lineage=dict(lineage),
        by=by,
    )
    # Mostly it is the first one, and needs no lock: those who add one at once meet in the index.
    while not insert_row(truth, unless=_ONE_CURRENT):
        _lock(item)
        present = _current(item, schema_revision.schema_id)
        if present is not None:
            if _is_same(present, truth):
                return present
            _set_aside(present)
    for label in label_rows(truth, answer):
        insert_row(label)
    return truth


def _current(item: Item, schema_pk: int) -> Truth | None:
    return Truth.objects.filter(item=item, schema=schema_pk, is_current=True).first()


@transaction.atomic
def retract_truth(*, item: Item, schema: LabelSchema, by: User | None) -> Truth | None:
    """Take back the current truth of an item, if there is one; it stays in the history."""
    _lock(item)
    present = _current(item, schema.pk)
    if present is not None:
        _set_aside(present)
        record_event(
            "truth.retracted",
            by=by,
            project=schema.project,
            target=item.oid,
            schema=schema.oid,
            label=present.label,
        )
    return present


def _lock(item: Item) -> None:
    """Let one decision at a time be made about an item; on SQLite the transaction does it."""
    if connection.features.has_select_for_update:
        Item.objects.select_for_update(no_key=True).values_list("pk").get(pk=item.pk)


def label_rows(truth: Truth, answer: ReadAnswer) -> list[TruthLabel]:
    """Return the rows that say how often a truth says each label."""
    return [
        TruthLabel(
            truth=truth,
            item_id=truth.item_id,
            schema_id=truth.schema_id,
            question=question,
            label=label,
            count=count,
        )
        for (question, label), count in answer.labels.items()
    ]


def _is_same(present: Truth, truth: Truth) -> bool:
    return (
        present.regions_hash == truth.regions_hash
        and present.schema_revision_id == truth.schema_revision_id
        and present.method == truth.method
        and present.lineage == truth.lineage
    )


def _set_aside(truth: Truth) -> None:
    truth.is_current = False
    truth.save(update_fields=["is_current"])
    TruthLabel.objects.filter(truth=truth).delete()
