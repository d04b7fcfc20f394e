"""What a model said about each entry, read from the Parquet file of an evaluation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from datasets.models import Item
from datasets.queries.versions import Entry, items_of, iter_entries
from foundation import storage
from training.models import Evaluation


@dataclass(frozen=True)
class Prediction:
    """What the model said about one entry. `error_score`: higher deserves a look sooner."""

    position: int
    split: str
    truth: str
    predicted: str
    confidence: float
    error_score: float
    entry: Entry | None = None
    item: Item | None = None


COLUMNS = ["position", "split", "truth", "predicted", "confidence", "error_score"]


def iter_predictions(evaluation: Evaluation) -> Iterator[Prediction]:
    """Yield every prediction in the order of the version's entries."""
    with (
        storage.local_copy(evaluation.predictions_key) as path,
        pq.ParquetFile(path) as file,
    ):
        for number in range(file.num_row_groups):
            for row in file.read_row_group(number, columns=COLUMNS).to_pylist():
                yield Prediction(**row)


def find_predictions(
    evaluation: Evaluation,
    *,
    split: str,
    truth: str | None = None,
    predicted: str | None = None,
    only_wrong: bool = False,
) -> list[Prediction]:
    """Return the predictions of a split behind a cell, worst first, without their entries."""
    found = [
        one
        for one in iter_predictions(evaluation)
        if one.split == split
        and (truth is None or one.truth == truth)
        and (predicted is None or one.predicted == predicted)
        and not (only_wrong and one.truth == one.predicted)
    ]
    return sorted(found, key=lambda one: (-one.error_score, one.position))


def with_items(evaluation: Evaluation, chosen: list[Prediction]) -> list[Prediction]:
    """Return the same predictions with their entries and items, in the same order."""
    wanted = {one.position for one in chosen}
    if not wanted:
        return []
    entries: dict[int, Entry] = {}
    for entry in iter_entries(evaluation.version, start=min(wanted)):
        if entry.position in wanted:
            entries[entry.position] = entry
            if len(entries) == len(wanted):
                break
    items = items_of(evaluation.version, list(entries.values()))
    return [_complete(one, entries, items) for one in chosen if one.position in entries]


def _complete(one: Prediction, entries: dict[int, Entry], items: dict[str, Item]) -> Prediction:
    entry = entries[one.position]
    values = {name: getattr(one, name) for name in COLUMNS}
    return Prediction(**values, entry=entry, item=items.get(entry.key))


@dataclass(frozen=True)
class Columns:
    """The same as arrays, for counting: label numbers count in `labels`."""

    labels: list[str]
    keys: list[str]
    truth: np.ndarray[Any, Any]
    predicted: np.ndarray[Any, Any]


def columns_of(evaluation: Evaluation, split: str, labels: list[str]) -> Columns:
    """Return truth and prediction of one split as arrays, with the keys of the items."""
    number = {label: index for index, label in enumerate(labels)}
    found = [one for one in iter_predictions(evaluation) if one.split == split]
    wanted = {one.position for one in found}
    columns = ["key", "salt"]
    keys = {
        entry.position: entry.key
        for entry in iter_entries(evaluation.version, columns=columns)
        if entry.position in wanted
    }
    return Columns(
        labels=labels,
        keys=[keys[one.position] for one in found],
        truth=np.array([number[one.truth] for one in found], dtype=np.int64),
        predicted=np.array([number[one.predicted] for one in found], dtype=np.int64),
    )
