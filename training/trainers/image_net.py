"""Look at the pixels of a shrunken picture, then a small neural net, epoch by epoch.

A script of its own; `base.py` tells what it reads and writes.
"""

import sys
from pathlib import Path

# `python -P` keeps this folder off the path, so that no file of it can stand in for a library.
# It is put back at the very end, where our own neighbours are found after all libraries.
sys.path.append(str(Path(__file__).resolve().parent))

from _handover.epochs import build_net, fit_epochs  # type: ignore[import-not-found]
from _handover.folder import Handover  # type: ignore[import-not-found]
from _handover.pictures import choose_shape, read_pixels  # type: ignore[import-not-found]
from _handover.process import run  # type: ignore[import-not-found]
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def train(handover: Handover) -> None:
    """Scale by the training split, train epoch by epoch, predict every split."""
    truth = handover.training_truth()
    shape = choose_shape(handover, handover.params["size"], handover.params["colour"])
    pixels = {split: read_pixels(handover, split, shape) for split in handover.splits}
    scale = StandardScaler().fit(pixels["train"])
    net = build_net(handover)
    fit_epochs(handover, net, truth, lambda split: scale.transform(pixels[split]))
    model = make_pipeline(scale, net)
    handover.save(model, {"shape": shape})
    handover.finish(model, pixels.__getitem__)


def predict(handover: Handover) -> None:
    """Predict with a model made earlier."""
    model, facts = handover.load()
    handover.finish(model, lambda split: read_pixels(handover, split, facts["shape"]))


if __name__ == "__main__":
    run(train, predict)
