"""Labels that a model has reason to doubt, and what people found when they looked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from annotate.pure.label_errors import PrecisionAt, doubt_labels, precision_at
from datasets.models import Truth
from foundation import storage
from training.models import Evaluation, RelabelItem
from training.queries.predictions import Prediction, with_items

UNSEEN = ("validation", "test")
"""Splits that the model did not learn from. The labels of the others it has learned by heart."""
LEARNED = "train"
DEPTHS = (10, 25, 50, 100, 250, 1000)


@dataclass(frozen=True)
class Doubt:
    """One label that is doubted. `was_wrong` is None until somebody has looked again."""

    prediction: Prediction
    margin: float
    was_wrong: bool | None = None


@dataclass(frozen=True)
class DoubtReport:
    """The doubted labels of an evaluation, likeliest errors first, among how many unseen items."""

    unseen: int
    learned: int
    doubts: list[Doubt]

    @cached_property
    def precision(self) -> list[PrecisionAt]:
        """How many of the first k people found wrong."""
        return precision_at([one.was_wrong for one in self.doubts], DEPTHS)


def doubted(evaluation: Evaluation, split: str | None = None) -> tuple[list[Doubt], int, int]:
    """Return the doubted labels without their items, and how many were unseen and learned.

    All unseen splits together give the thresholds, also where only one is asked for.
    """
    if not evaluation.predictions_key:
        return [], 0, 0
    columns = ["position", "split", "truth", "predicted", "confidence", "error_score"]
    number = {label: code for code, label in enumerate(evaluation.run.labels)}
    rows = _read(evaluation.predictions_key, columns)
    unseen = [one for one in rows if one["split"] in UNSEEN and one["truth"] in number]
    learned = sum(one["split"] not in UNSEEN for one in rows)
    if evaluation.out_of_fold_key:
        held_out = _read(evaluation.out_of_fold_key, columns)
        unseen += [one for one in held_out if one["truth"] in number]
        learned -= len(held_out)
    if not unseen:
        return [], 0, learned
    given = np.array([number[one["truth"]] for one in unseen])
    said = np.clip(np.array([one["probabilities"] for one in unseen], dtype=np.float64), 0.0, 1.0)
    found = doubt_labels(given, said)
    doubts = [
        Doubt(Prediction(**{name: unseen[at][name] for name in columns}), float(found.margin[at]))
        for at in found.ranked()
        if split in (None, unseen[at]["split"])
    ]
    return doubts, len(unseen), learned


def splits_of(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the splits whose labels can be doubted: the training split only out of fold."""
    return (*UNSEEN, LEARNED) if evaluation.out_of_fold_key else UNSEEN


def _read(key: str, columns: list[str]) -> list[dict[str, Any]]:
    with storage.local_copy(key) as path:
        rows: list[dict[str, Any]] = pq.read_table(
            path, columns=[*columns, "probabilities"]
        ).to_pylist()
    return rows


def doubt_report(evaluation: Evaluation) -> DoubtReport:
    """Return the doubted labels with their items, and what was found since."""
    doubts, unseen, learned = doubted(evaluation)
    complete = with_items(evaluation, [one.prediction for one in doubts])
    margins = {one.prediction.position: one.margin for one in doubts}
    verdicts = _verdicts(evaluation, complete)
    listed = [
        Doubt(one, margins[one.position], verdicts.get(one.position))
        for one in complete
        if one.item is not None
    ]
    return DoubtReport(unseen, learned, listed)


def _verdicts(evaluation: Evaluation, chosen: Sequence[Prediction]) -> dict[int, bool]:
    """Whether each label that somebody looked at again was wrong, by position.

    Its truth was decided anew after the item was sent: another label says that it was wrong, the
    same label that it was right.
    """
    items = {one.item.pk: one for one in chosen if one.item is not None}
    sent = dict(
        RelabelItem.objects.filter(batch__evaluation=evaluation, item__in=list(items))
        .order_by("-batch__created_at")
        .values_list("item_id", "batch__created_at")
    )
    truths = Truth.objects.filter(
        item__in=list(sent), schema=evaluation.version.schema_id, is_current=True
    ).values_list("item_id", "regions", "at")
    question = evaluation.run.question
    found = {}
    for item, regions, at in truths:
        said = [one.get("label") for one in regions["regions"] if one["question"] == question]
        if at > sent[item] and said:
            found[items[item].position] = said[0] != items[item].truth
    return found
