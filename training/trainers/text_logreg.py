"""Count the words of a text (TF-IDF), then logistic regression: the first thing to try on texts.

A script of its own; `base.py` tells what it reads and writes.
"""

import sys
from pathlib import Path

# `python -P` keeps this folder off the path, so that no file of it can stand in for a library.
# It is put back at the very end, where our own neighbours are found after all libraries.
sys.path.append(str(Path(__file__).resolve().parent))

from _handover.folder import Handover, Refused  # type: ignore[import-not-found]
from _handover.process import run  # type: ignore[import-not-found]
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

# A word is a run of letters, digits and the marks that belong to letters: \w alone would cut
# Hindi and Arabic words at their vowel signs. Scripts that write without spaces (Thai to Khmer,
# kana, Chinese) give one word a character; pairs of words then matter most.
ALONE = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
MARKS = r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
WORD = rf"[{ALONE}]|(?:(?![{ALONE}])[\w{MARKS}])+"


def build(handover: Handover) -> Pipeline:
    """Return the untrained model."""
    params = handover.params
    words = TfidfVectorizer(
        lowercase=True, token_pattern=WORD, ngram_range=(1, 2 if params["pairs"] else 1)
    )
    regression = LogisticRegression(
        C=params["strength"],
        class_weight="balanced" if params["balanced"] else None,
        max_iter=params["iterations"],
        random_state=handover.seed,
    )
    return make_pipeline(words, regression)


def train(handover: Handover) -> None:
    """Measure by cross-validation, fit on all of the training split, predict every split."""
    truth = handover.training_truth()
    texts = {split: handover.texts(split) for split in handover.splits}
    try:
        folds = handover.cross_validate(lambda: build(handover), texts["train"], truth)
        model = build(handover).fit(texts["train"], truth)
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        raise Refused("no-words", "The training texts hold no words. Look at them.") from error
    handover.measure_all(1, lambda split: handover.spread(model, texts[split]))
    handover.progress(folds + 1, folds + 1, "fits")
    handover.save(model)
    handover.finish(model, texts.__getitem__)


def predict(handover: Handover) -> None:
    """Predict with a model made earlier."""
    model, _ = handover.load()
    handover.finish(model, handover.texts)


if __name__ == "__main__":
    run(train, predict)
