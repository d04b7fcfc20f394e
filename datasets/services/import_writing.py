"""From prepared records to rows: one batch, one short transaction, nothing half.

What is there already decides: a new key makes an item, a known key with the same content is
unchanged, a known key with other content is refused. Known items may still get new answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from django.db import connection

from datasets.models import Asset, Dataset, Item, ItemContent
from datasets.queries.items import known_items
from datasets.services.import_answers import AnnotatorKey, AnswerWriter, Placed
from datasets.services.import_reading import Prepared, Refusal, other_content
from datasets.services.rows import reserve_ids, write_rows

_ITEM = (
    *("id", "dataset", "key", "data_type", "content_hash", "metadata", "group", "split"),
    "created_at",
)
_CONTENT = ("item", "text", "row")
_ASSET = ("item", "part", "sha256", "size", "media_type", "storage_key", "file_name", "facts")


@dataclass(slots=True)
class Written:
    """What one batch came to."""

    created: int = 0
    unchanged: int = 0
    truths: int = 0
    suggestions: int = 0
    annotations: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def write_batch(
    dataset: Dataset,
    batch: Sequence[Prepared],
    *,
    now: datetime,
    by_id: int | None,
    annotators: Mapping[AnnotatorKey, int],
) -> Written:
    """Write records whose keys all differ. The caller holds the transaction.

    `annotators` holds the primary key of everybody whose annotations occur.
    """
    _lock(dataset)
    written = Written()
    known = known_items(dataset.pk, [prepared.record.key for prepared in batch])
    fresh: list[Prepared] = []
    old: list[Placed] = []
    for prepared in batch:
        there = known.get(prepared.record.key)
        if there is None:
            fresh.append(prepared)
        elif there.content_hash == prepared.content_hash:
            old.append(Placed(prepared, there.pk))
        else:
            written.refusals.append(other_content(prepared.position, prepared.record))
    answers = AnswerWriter(now, by_id, annotators)
    old = answers.look_up(old, written.refusals)
    placed = _add_items(dataset, fresh, now)
    answers.write([*placed, *old])
    written.created, written.unchanged = len(placed), len(old)
    written.truths, written.suggestions = answers.truths, answers.suggestions
    written.annotations = answers.annotations
    return written


def _lock(dataset: Dataset) -> None:
    """Let one import at a time write into a dataset; on SQLite the transaction does it already."""
    if connection.features.has_select_for_update:
        Dataset.objects.select_for_update(no_key=True).values_list("pk").get(pk=dataset.pk)


def _add_items(dataset: Dataset, fresh: Sequence[Prepared], now: datetime) -> list[Placed]:
    placed = [
        Placed(prepared, pk)
        for prepared, pk in zip(fresh, reserve_ids(Item, len(fresh)), strict=True)
    ]
    data_type = dataset.data_type
    write_rows(
        Item,
        _ITEM,
        [
            (
                *(pk, dataset.pk, prepared.record.key, data_type, prepared.content_hash),
                *(prepared.metadata_json, prepared.record.group, prepared.record.split, now),
            )
            for prepared, pk in placed
        ],
    )
    write_rows(
        ItemContent,
        _CONTENT,
        [
            (pk, prepared.record.text, prepared.row_json)
            for prepared, pk in placed
            if prepared.record.text is not None or prepared.row_json is not None
        ],
    )
    write_rows(
        Asset,
        _ASSET,
        [
            (
                *(pk, asset.part, asset.sha256, asset.size, asset.media_type, asset.storage_key),
                *(asset.file_name, orjson.dumps(asset.facts).decode()),
            )
            for prepared, pk in placed
            for asset in prepared.assets
        ],
    )
    return placed
