"""Who is better, on the same test split only, and where a change of score comes from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from training.errors import NotComparable
from training.models import Evaluation
from training.pure.comparison import Comparison, ScoreChange, compare_models, split_score_change
from training.queries.predictions import Columns, columns_of

SPLIT = "test"


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """Compare two models on the test split of one version; above 0 the second is better.

    Raises NotComparable for evaluations of two versions: they stand on other items or truths.
    """
    if first.version_id != second.version_id:
        raise NotComparable(_("Evaluate the older model on this version first."))
    labels = _labels(first, second)
    one, other = columns_of(first, SPLIT, labels), columns_of(second, SPLIT, labels)
    _need_some(one)
    return compare_models(one.truth, one.predicted, other.predicted, len(labels))


@dataclass(frozen=True)
class Change:
    """How a score changed from an older run to a newer one, on the items both were tested on."""

    n: int
    relabelled: int
    """Of those, how many have another truth now."""
    scores: dict[str, ScoreChange]
    """By "accuracy" and "macro_f1"."""


def change_between(old: Evaluation, new: Evaluation) -> Change:
    """Tell how much of a change comes from corrected truths and how much from the model.

    `old` is a run on an earlier version, `new` one on a later version of the same dataset.
    """
    if old.version.dataset_id != new.version.dataset_id:
        raise NotComparable(_("The runs belong to different datasets."))
    labels = _labels(old, new)
    before, after = columns_of(old, SPLIT, labels), columns_of(new, SPLIT, labels)
    place = {key: index for index, key in enumerate(before.keys)}
    rows = np.array([index for index, key in enumerate(after.keys) if key in place], dtype=np.int64)
    if not len(rows):
        raise NotComparable(_("The two test splits have no item in common."))
    earlier = np.array([place[after.keys[index]] for index in rows])
    old_truth, new_truth = before.truth[earlier], after.truth[rows]
    scores = split_score_change(
        old_truth=old_truth,
        new_truth=new_truth,
        old_predicted=before.predicted[earlier],
        new_predicted=after.predicted[rows],
        n_labels=len(labels),
    )
    return Change(len(rows), int((old_truth != new_truth).sum()), scores)


def earlier_evaluation(evaluation: Evaluation) -> Evaluation | None:
    """Return the latest run on an earlier version of the same dataset, on its own version."""
    return (
        Evaluation.objects.filter(
            version__dataset=evaluation.version.dataset_id,
            version__schema=evaluation.version.schema_id,
            version__number__lt=evaluation.version.number,
            run__question=evaluation.run.question,
            run__trainer=evaluation.run.trainer,
            finished_at__isnull=False,
        )
        .select_related("run", "version")
        .order_by("-version__number", "-run__number")
        .first()
    )


def _labels(*evaluations: Evaluation) -> list[str]:
    found: list[str] = []
    for evaluation in evaluations:
        found += [label for label in evaluation.report["labels"] if label not in found]
    return found


def _need_some(columns: Columns) -> None:
    if not len(columns.truth):
        raise NotComparable(_("This version has no test split."))


def as_json(value: Any) -> Any:
    """Return named tuples as plain dictionaries, for the REST door."""
    if hasattr(value, "_asdict"):
        return {name: as_json(part) for name, part in value._asdict().items()}
    if isinstance(value, float) and np.isnan(value):
        return None
    return value
