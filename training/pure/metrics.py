"""How right a classifier was: counts, scores by class and overall, and what it was sure of.

Labels are numbers from 0 to ``n_labels - 1``. A score that has nothing to stand on is undefined,
``nan``, never 0: precision of a label that was never answered, recall of a label without examples,
F1 of a label that is neither truth nor answer. Means leave out what is undefined. A label that
does occur and was never got right has F1 0.

Every score takes a `Tally`, whose arrays may have further axes in front: one call scores a
thousand resamples.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Tally(NamedTuple):
    """What precision, recall and F1 are made of; each array has shape ``(..., n_labels)``.

    Attributes
    ----------
    right : ndarray of int
        Examples of each label that were answered with it.
    support : ndarray of int
        Examples of each label.
    answered : ndarray of int
        Answers with each label, right or wrong.
    """

    right: Indices
    support: Indices
    answered: Indices


def as_indices(labels: ArrayLike, n_labels: int, name: str = "labels") -> Indices:
    """Label numbers as an array, checked.

    Raises
    ------
    ValueError
        A number is below 0 or not below `n_labels`; `name` says in which argument.

    Examples
    --------
    >>> as_indices([0, 2], 3).tolist()
    [0, 2]
    """
    found = np.asarray(labels, dtype=np.int64).reshape(-1)
    wrong = found[(found < 0) | (found >= n_labels)]
    if len(wrong):
        raise ValueError(f"{name} holds {wrong[0]}; there are {n_labels} labels")
    return found


def confusion_matrix(truth: ArrayLike, predicted: ArrayLike, n_labels: int) -> Indices:
    """How often each label (row) was answered with each label (column).

    Parameters
    ----------
    truth, predicted : array_like of int, shape (n,)
        Label numbers of the same examples in the same order.
    n_labels : int

    Returns
    -------
    ndarray of int, shape (n_labels, n_labels)
        Counts; all zero without examples.

    Raises
    ------
    ValueError
        The lengths differ or a number is no label.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1], [0, 1, 1], 2).tolist()
    [[1, 1], [0, 1]]
    """
    rows = as_indices(truth, n_labels, "truth")
    columns = as_indices(predicted, n_labels, "predicted")
    if len(rows) != len(columns):
        raise ValueError(f"{len(rows)} truths and {len(columns)} answers")
    cells = np.bincount(rows * n_labels + columns, minlength=n_labels * n_labels)
    return cells.reshape(n_labels, n_labels)


def tally(confusion: Indices) -> Tally:
    """The counts by label of a confusion matrix, shape ``(..., n_labels, n_labels)``.

    Examples
    --------
    >>> tally(np.array([[1, 1], [0, 1]])).answered.tolist()
    [1, 2]
    """
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    return Tally(right, confusion.sum(axis=-1), confusion.sum(axis=-2))


def accuracy(counts: Tally) -> Floats:
    """Share of examples answered rightly, 0 to 1; ``nan`` without examples.

    Examples
    --------
    >>> float(accuracy(tally(np.array([[1, 1], [0, 2]]))))
    0.75
    """
    return _share(counts.right.sum(axis=-1), counts.support.sum(axis=-1))


def precision(counts: Tally) -> Floats:
    """Share of the answers with each label that were right; ``nan`` where there was none."""
    return _share(counts.right, counts.answered)


def recall(counts: Tally) -> Floats:
    """Share of the examples of each label that were found; ``nan`` where there is none."""
    return _share(counts.right, counts.support)


def f1(counts: Tally) -> Floats:
    """Harmonic mean of precision and recall by label, as ``2 right / (support + answered)``.

    From 0 to 1. ``nan`` where a label is neither truth nor answer; 0 where it occurs as one of
    them and was never right, even if precision or recall alone is undefined.

    Examples
    --------
    >>> f1(tally(np.array([[1, 1, 0], [0, 2, 0], [0, 0, 0]]))).round(3).tolist()
    [0.667, 0.8, nan]
    """
    return _share(2 * counts.right, counts.support + counts.answered)


def macro_f1(counts: Tally) -> Floats:
    """Mean F1 of the labels that occur as truth or as answer, each counted alike.

    ``nan`` without examples. Equal to scikit-learn's ``f1_score(average="macro")``.
    """
    scores = f1(counts)
    defined = ~np.isnan(scores)
    return _share(np.where(defined, scores, 0).sum(axis=-1), defined.sum(axis=-1))


def weighted_f1(counts: Tally) -> Floats:
    """Mean F1, each label counted by its examples; ``nan`` without examples."""
    scores = np.nan_to_num(f1(counts))  # an undefined F1 has no example, so no weight
    return _share((scores * counts.support).sum(axis=-1), counts.support.sum(axis=-1))


def micro_f1(counts: Tally) -> Floats:
    """F1 of all labels' counts added up; where each example has one answer, the accuracy."""
    total = counts.support.sum(axis=-1) + counts.answered.sum(axis=-1)
    return _share(2 * counts.right.sum(axis=-1), total)


def log_loss(truth: ArrayLike, probabilities: Floats) -> float:
    """Mean surprise at the truth, in nats; 0 is best, without upper bound but for clipping.

    Probabilities are clipped at the smallest step of a float (2.2e-16), so that one confident
    error costs 36 and not infinity. ``nan`` without examples.

    Examples
    --------
    >>> round(log_loss([0, 1], np.array([[0.5, 0.5], [0.5, 0.5]])), 4)
    0.6931
    """
    chosen = given_probability(truth, probabilities)
    tiny = np.finfo(np.float64).eps
    return float(-np.log(np.clip(chosen, tiny, 1 - tiny)).mean()) if len(chosen) else float("nan")


def given_probability(truth: ArrayLike, probabilities: Floats) -> Floats:
    """What the model gave to each example's own label, shape (n,), 0 to 1."""
    rows = as_indices(truth, probabilities.shape[1], "truth")
    if len(rows) != len(probabilities):
        raise ValueError(f"{len(rows)} truths and {len(probabilities)} rows of probabilities")
    return np.asarray(probabilities[np.arange(len(rows)), rows], dtype=np.float64)


def error_scores(truth: ArrayLike, probabilities: Floats) -> Floats:
    """How much the model doubts each given label: 1 minus its probability, shape (n,).

    From 0 to 1; higher = more likely that the label or the model is wrong.

    Examples
    --------
    >>> error_scores([0, 1], np.array([[0.9, 0.1], [0.8, 0.2]])).round(2).tolist()
    [0.1, 0.8]
    """
    return np.asarray(1 - given_probability(truth, probabilities))


def margins(truth: ArrayLike, probabilities: Floats) -> Floats:
    """The given label's probability minus the best other's, shape (n,).

    From -1 to 1; below 0 the model answers something else, and lower = surer of it. With one
    label only there is no other, and the margin is its probability.

    Examples
    --------
    >>> margins([0, 1], np.array([[0.9, 0.1], [0.8, 0.2]])).round(2).tolist()
    [0.8, -0.6]
    """
    given = given_probability(truth, probabilities)
    others = np.array(probabilities, dtype=np.float64)
    others[np.arange(len(given)), as_indices(truth, others.shape[1])] = 0
    return np.asarray(given - others.max(axis=1)) if len(given) else given


class CalibrationBin(NamedTuple):
    """The examples whose answer had a confidence above `low` and up to `high`.

    `confidence` and `accuracy` are means over its `n` examples, ``nan`` where n is 0.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def calibration_bins(
    truth: ArrayLike, probabilities: Floats, bins: int = 15
) -> list[CalibrationBin]:
    """Confidence of the answers beside how often they were right, in bins of equal width.

    Confidence is the greatest probability of a row. The first bin holds 0 too.
    """
    rows = as_indices(truth, probabilities.shape[1], "truth")
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == rows
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    n = np.bincount(place, minlength=bins)
    sure = _share(np.bincount(place, confidence, minlength=bins), n)
    correct = _share(np.bincount(place, right, minlength=bins), n)
    return [
        CalibrationBin(i / bins, (i + 1) / bins, int(n[i]), float(sure[i]), float(correct[i]))
        for i in range(bins)
    ]


def expected_calibration_error(parts: list[CalibrationBin]) -> float:
    """Mean distance between confidence and accuracy, weighted by the examples of each bin.

    From 0 (as sure as right) to 1; ``nan`` without examples. Depends on the number of bins.

    References
    ----------
    Naeini, Cooper, Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian
    binning".

    Examples
    --------
    >>> sure = np.array([[0.8, 0.2], [0.8, 0.2]])
    >>> round(expected_calibration_error(calibration_bins([0, 1], sure)), 3)
    0.3
    """
    total = sum(part.n for part in parts)
    if not total:
        return float("nan")
    filled = [part for part in parts if part.n]
    return sum(part.n * abs(part.confidence - part.accuracy) for part in filled) / total


def _share(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Return part / whole, nan where the whole is 0."""
    above, below = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    found: Floats = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    np.divide(above, below, out=found, where=below != 0)
    return found
