"""Fill gaps, scale, one column a category, then a small neural net, epoch by epoch.

A script of its own; `base.py` tells what it reads and writes.
"""

import sys
from pathlib import Path

# `python -P` keeps this folder off the path, so that no file of it can stand in for a library.
# It is put back at the very end, where our own neighbours are found after all libraries.
sys.path.append(str(Path(__file__).resolve().parent))

from _handover.epochs import build_net, fit_epochs  # type: ignore[import-not-found]
from _handover.folder import Handover  # type: ignore[import-not-found]
from _handover.process import run  # type: ignore[import-not-found]
from _handover.tables import prepare_columns, read_rows  # type: ignore[import-not-found]
from sklearn.pipeline import make_pipeline


def train(handover: Handover) -> None:
    """Prepare by the training split, train epoch by epoch, predict every split."""
    truth = handover.training_truth()
    rows = {split: read_rows(handover, split) for split in handover.splits}
    prepare = prepare_columns(handover).fit(rows["train"])
    net = build_net(handover)
    fit_epochs(handover, net, truth, lambda split: prepare.transform(rows[split]))
    model = make_pipeline(prepare, net)
    handover.save(model)
    handover.finish(model, rows.__getitem__)


def predict(handover: Handover) -> None:
    """Predict with a model made earlier."""
    model, _ = handover.load()
    handover.finish(model, lambda split: read_rows(handover, split))


if __name__ == "__main__":
    run(train, predict)
