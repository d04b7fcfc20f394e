"""Turn items into rows of numbers, so that alike items are near each other. Learns no label.

A script of its own that is no trainer: it reads the same folder (`base.py`), whose one split is
"train" and whose lines have no label, and writes `out/features.f32`: a row of
numbers for each line, four bytes each, the lowest byte first.
"""

import sys
from pathlib import Path

# `python -P` keeps this folder off the path, so that no file of it can stand in for a library.
# It is put back at the very end, where our own neighbours are found after all libraries.
sys.path.append(str(Path(__file__).resolve().parent))

import numpy as np
from _handover.folder import Floats, Handover, Refused  # type: ignore[import-not-found]
from _handover.pictures import choose_shape, read_pixels  # type: ignore[import-not-found]
from _handover.process import run  # type: ignore[import-not-found]
from _handover.tables import prepare_columns, read_rows  # type: ignore[import-not-found]
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from text_logreg import WORD  # type: ignore[import-not-found]

WIDTH = 64
SIDE = 16


def read_features(handover: Handover) -> Floats:
    """Return a row of at most 64 numbers for each item."""
    kind = handover.job["data_type"]
    if kind == "text":
        texts = handover.texts("train")
        if not any(text.strip() for text in texts):
            return np.zeros((len(texts), 1))
        words = TfidfVectorizer(lowercase=True, token_pattern=WORD, sublinear_tf=True)
        try:
            rows = words.fit_transform(texts)
        except ValueError as error:
            if "empty vocabulary" not in str(error):
                raise
            return np.zeros((len(texts), 1))
        return normalize(_narrow(rows, handover.seed))
    if kind == "image":
        pixels = read_pixels(handover, "train", choose_shape(handover, SIDE, "auto"))
        return _narrow(pixels - pixels.mean(axis=0), handover.seed)
    if kind == "table":
        rows = read_rows(handover, "train")
        found = prepare_columns(handover).fit_transform(rows)
        return _narrow(found, handover.seed)
    raise Refused("other-kind", f"job.json: items of the kind {kind!r} cannot be compared.")


def _narrow(rows: Floats, seed: int) -> Floats:
    """Keep the directions in which the rows differ most."""
    if rows.shape[1] <= WIDTH or rows.shape[0] <= WIDTH:
        return rows.toarray() if hasattr(rows, "toarray") else rows
    return TruncatedSVD(WIDTH, random_state=seed).fit_transform(rows)


def write_features(handover: Handover) -> None:
    """Write the rows, in the order of the lines."""
    np.asarray(read_features(handover), dtype="<f4").tofile(handover.out / "features.f32")


if __name__ == "__main__":
    run(write_features, write_features)
