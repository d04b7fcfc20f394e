"""Fill gaps, one column a category, then a decision tree: easy to read, quick to overfit.

A script of its own; `base.py` tells what it reads and writes.
"""

import sys
from pathlib import Path

# `python -P` keeps this folder off the path, so that no file of it can stand in for a library.
# It is put back at the very end, where our own neighbours are found after all libraries.
sys.path.append(str(Path(__file__).resolve().parent))

from _handover.folder import Handover  # type: ignore[import-not-found]
from _handover.process import run  # type: ignore[import-not-found]
from _handover.tables import prepare_columns, read_rows  # type: ignore[import-not-found]
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.tree import DecisionTreeClassifier


def build(handover: Handover) -> Pipeline:
    """Return the untrained model."""
    params = handover.params
    tree = DecisionTreeClassifier(
        max_depth=params["depth"] or None,  # 0: as deep as it wants
        min_samples_leaf=params["leaf"],
        class_weight="balanced" if params["balanced"] else None,
        random_state=handover.seed,
    )
    return make_pipeline(prepare_columns(handover), tree)


def train(handover: Handover) -> None:
    """Measure by cross-validation, fit on all of the training split, predict every split."""
    truth = handover.training_truth()
    rows = {split: read_rows(handover, split) for split in handover.splits}
    folds = handover.cross_validate(lambda: build(handover), rows["train"], truth)
    model = build(handover).fit(rows["train"], truth)
    handover.measure_all(1, lambda split: handover.spread(model, rows[split]))
    handover.progress(folds + 1, folds + 1, "fits")
    handover.save(model)
    handover.finish(model, rows.__getitem__)


def predict(handover: Handover) -> None:
    """Predict with a model made earlier."""
    model, _ = handover.load()
    handover.finish(model, lambda split: read_rows(handover, split))


if __name__ == "__main__":
    run(train, predict)
