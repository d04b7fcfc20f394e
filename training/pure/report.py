"""The validation report of a model: one JSON document, read by the page and the API alike.

Structure, format 1::

    {"format": 1,
     "labels": ["a", "b"],
     "headline": "test",                     the split to show first: test, validation or train
     "splits": {"test": {
         "n": 450,
         "accuracy": SCORE, "macro_f1": SCORE, "weighted_f1": SCORE,
         "micro_f1": 0.97, "log_loss": 0.11,
         "per_class": [{"label": "a", "support": 45, "answered": 44,
                        "precision": SCORE, "recall": SCORE, "f1": SCORE}, ...],
         "confusion": {"labels": ["a", "b"], "counts": [[...], ...]}}},   rows truth, columns answer
     "gap": {"train": 1.0, "against": "validation", "held": 0.85, "verdict": "overfitting",
             "value": 0.15, "low": 0.11, "high": 0.19},
     "calibration": {"split": "test", "ece": 0.12,
                     "bins": [{"low": 0.0, "high": 0.07, "n": 0,
                               "confidence": null, "accuracy": null}, ...]},
     "baselines": {"majority": {"label": "a", "split": "test",
                                "accuracy": 0.11, "macro_f1": 0.02}}}

    SCORE = {"value": 0.97, "low": 0.95, "high": 0.98}

`low` and `high` are a 95 % interval: Wilson's for accuracy, precision and recall, one derived from
it for a label's F1, 1,000 bootstrap resamples for macro and weighted F1. Where something is
undefined it is null and the score has a `reason`, a key of `REASONS`. What is missing (a split,
the gap without a training split) is null too. Verdicts of the gap are told in `comparison.Gap`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from datasets.pure.problems import gettext_noop as _
from training.pure.comparison import train_validation_gap
from training.pure.intervals import (
    RESAMPLES,
    Estimate,
    estimate,
    f1_interval,
    resample_tallies,
    wilson,
)
from training.pure.metrics import (
    Floats,
    Indices,
    Tally,
    accuracy,
    as_indices,
    calibration_bins,
    confusion_matrix,
    expected_calibration_error,
    f1,
    log_loss,
    macro_f1,
    micro_f1,
    precision,
    recall,
    tally,
    weighted_f1,
)

REASONS = {
    "no-examples": _("This split has no example of the label."),
    "never-answered": _("The model never answered with this label."),
    "absent": _("The label is neither truth nor answer in this split."),
    "empty": _("This split has no examples."),
    "no-errors": _("Without a single error, resampling cannot tell how sure this is."),
}

HEADLINES = ("test", "validation", "train")

Json = dict[str, Any]
Parts = Mapping[str, tuple[ArrayLike, ArrayLike]]


def build_report(
    labels: Sequence[str], parts: Parts, *, resamples: int = RESAMPLES, seed: int = 0
) -> Json:
    """The report of a model's answers.

    Parameters
    ----------
    labels : sequence of str
        Label keys in the order of the columns of the probabilities.
    parts : mapping of split to (truth, probabilities)
        Label numbers, shape (n,), and probabilities, shape (n, n_labels). The answer is the
        label with the greatest probability, the first of them on a tie.
    resamples, seed : int
        Of the bootstrap. The same seed gives the same report.

    Returns
    -------
    dict
        What the module's text describes, ready for JSON.

    Raises
    ------
    ValueError
        Lengths differ, a number is no label, or a probability is not a number.

    Examples
    --------
    >>> answers = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    >>> report = build_report(["cat", "dog"], {"test": ([0, 1, 1], answers)})
    >>> round(report["splits"]["test"]["accuracy"]["value"], 3)
    0.667
    >>> report["gap"] is None
    True
    """
    read = {split: _check(split, part, len(labels)) for split, part in parts.items()}
    headline = next((split for split in HEADLINES if split in read), None)
    return {
        "format": 1,
        "labels": list(labels),
        "headline": headline,
        "splits": {
            split: _describe_split(labels, *part, resamples=resamples, seed=seed)
            for split, part in read.items()
        },
        "gap": _describe_gap(read),
        "calibration": _describe_calibration(headline, read),
        "baselines": {"majority": _describe_majority(labels, headline, read)},
    }


def _check(split: str, part: tuple[ArrayLike, ArrayLike], n_labels: int) -> tuple[Indices, Floats]:
    truth = as_indices(part[0], n_labels, f"truth of {split}")
    probabilities = np.asarray(part[1], dtype=np.float64).reshape(-1, n_labels)
    if len(truth) != len(probabilities):
        raise ValueError(f"{split}: {len(truth)} truths and {len(probabilities)} answers")
    if not np.isfinite(probabilities).all():
        raise ValueError(f"{split}: a probability is not a number")
    return truth, probabilities


def _describe_split(
    labels: Sequence[str], truth: Indices, probabilities: Floats, *, resamples: int, seed: int
) -> Json:
    predicted = probabilities.argmax(axis=1)
    confusion = confusion_matrix(truth, predicted, len(labels))
    counts = tally(confusion)
    n, right = len(truth), int(counts.right.sum())
    low, high = wilson(right, n)
    found: Json = {
        "n": n,
        "accuracy": _score(Estimate(float(accuracy(counts)), float(low), float(high)), "empty"),
        "micro_f1": _number(float(micro_f1(counts))),
        "log_loss": _number(log_loss(truth, probabilities)),
    }
    found |= _describe_means(truth, predicted, counts, resamples=resamples, seed=seed)
    found["per_class"] = _describe_classes(labels, counts)
    found["confusion"] = {"labels": list(labels), "counts": confusion.tolist()}
    return found


def _describe_means(
    truth: Indices, predicted: Indices, counts: Tally, *, resamples: int, seed: int
) -> Json:
    scores = {"macro_f1": macro_f1, "weighted_f1": weighted_f1}
    if not len(truth):
        return dict.fromkeys(scores, _score(Estimate(math.nan, math.nan, math.nan), "empty"))
    if (truth == predicted).all():
        return dict.fromkeys(scores, _score(Estimate(1.0, math.nan, math.nan), "no-errors"))
    n_labels = counts.right.shape[-1]
    drawn = resample_tallies([(truth, predicted)], n_labels, resamples=resamples, seed=seed)[0]
    return {
        name: _score(estimate(score(counts), score(drawn)), "") for name, score in scores.items()
    }


def _describe_classes(labels: Sequence[str], counts: Tally) -> list[Json]:
    precise = (precision(counts), *wilson(counts.right, counts.answered))
    found = (recall(counts), *wilson(counts.right, counts.support))
    both = (f1(counts), *f1_interval(counts))
    classes = []
    for i, label in enumerate(labels):
        support, answered = int(counts.support[i]), int(counts.answered[i])
        absent = support == answered == 0
        classes.append(
            {
                "label": label,
                "support": support,
                "answered": answered,
                "precision": _score(_pick(precise, i), "absent" if absent else "never-answered"),
                "recall": _score(_pick(found, i), "absent" if absent else "no-examples"),
                "f1": _score(_pick(both, i), "absent"),
            }
        )
    return classes


def _describe_gap(read: Mapping[str, tuple[Indices, Floats]]) -> Json | None:
    against = next((split for split in ("validation", "test") if split in read), None)
    if "train" not in read or against is None:
        return None
    right, n = _count_right(*read["train"])
    held_right, held_n = _count_right(*read[against])
    gap, verdict = train_validation_gap(right, n, held_right, held_n)
    return {
        "train": _number(right / n if n else math.nan),
        "against": against,
        "held": _number(held_right / held_n if held_n else math.nan),
        "verdict": verdict,
        **{key: _number(value) for key, value in gap._asdict().items()},
    }


def _count_right(truth: Indices, probabilities: Floats) -> tuple[int, int]:
    return int((probabilities.argmax(axis=1) == truth).sum()), len(truth)


def _describe_calibration(
    headline: str | None, read: Mapping[str, tuple[Indices, Floats]]
) -> Json | None:
    if headline is None:
        return None
    bins = calibration_bins(*read[headline])
    shown = [part._asdict() for part in bins]
    for part in shown:
        part |= {key: _number(part[key]) for key in ("confidence", "accuracy")}
    return {"split": headline, "ece": _number(expected_calibration_error(bins)), "bins": shown}


def _describe_majority(
    labels: Sequence[str], headline: str | None, read: Mapping[str, tuple[Indices, Floats]]
) -> Json | None:
    """Score the answer "whatever was most frequent in training" on the headline split."""
    if headline is None or not len(read[headline][0]):
        return None
    learnt = read["train"][0] if "train" in read and len(read["train"][0]) else read[headline][0]
    most = int(np.bincount(learnt).argmax())
    truth = read[headline][0]
    counts = tally(confusion_matrix(truth, np.full(len(truth), most), len(labels)))
    return {
        "label": labels[most],
        "split": headline,
        "accuracy": float(accuracy(counts)),
        "macro_f1": float(macro_f1(counts)),
    }


def _pick(parts: tuple[Floats, Floats, Floats], index: int) -> Estimate:
    return Estimate(*(float(part[index]) for part in parts))


def _score(found: Estimate, reason: str) -> Json:
    """Return a score for JSON: null for nan, with the reason of it."""
    shown: Json = {key: _number(value) for key, value in found._asdict().items()}
    if None in shown.values():
        shown["reason"] = reason
    return shown


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
