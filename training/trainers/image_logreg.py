"""Look at the pixels of a shrunken picture, then logistic regression: the baseline for pictures.

A script of its own; `base.py` tells what it reads and writes.
"""

import sys
from pathlib import Path

# `python -P` keeps this folder off the path, so that no file of it can stand in for a library.
# It is put back at the very end, where our own neighbours are found after all libraries.
sys.path.append(str(Path(__file__).resolve().parent))

from _handover.folder import Handover  # type: ignore[import-not-found]
from _handover.pictures import choose_shape, read_pixels  # type: ignore[import-not-found]
from _handover.process import run  # type: ignore[import-not-found]
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler


def build(handover: Handover) -> Pipeline:
    """Return the untrained model."""
    params = handover.params
    regression = LogisticRegression(
        C=params["strength"],
        class_weight="balanced" if params["balanced"] else None,
        max_iter=params["iterations"],
        random_state=handover.seed,
    )
    return make_pipeline(StandardScaler(), regression)


def train(handover: Handover) -> None:
    """Measure by cross-validation, fit on all of the training split, predict every split."""
    truth = handover.training_truth()
    shape = choose_shape(handover, handover.params["size"], handover.params["colour"])
    pixels = {split: read_pixels(handover, split, shape) for split in handover.splits}
    folds = handover.cross_validate(lambda: build(handover), pixels["train"], truth)
    model = build(handover).fit(pixels["train"], truth)
    handover.measure_all(1, lambda split: handover.spread(model, pixels[split]))
    handover.progress(folds + 1, folds + 1, "fits")
    handover.save(model, {"shape": shape})
    handover.finish(model, pixels.__getitem__)


def predict(handover: Handover) -> None:
    """Predict with a model made earlier."""
    model, facts = handover.load()
    handover.finish(model, lambda split: read_pixels(handover, split, facts["shape"]))


if __name__ == "__main__":
    run(train, predict)
