"""Confident learning: labels that a model which never saw the items has reason to doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotate.pure.intervals import Interval, wilson
from annotate.pure.truth.crowd import Codes, Floats

SLACK = 1e-6
NEVER = 2.0
"""A threshold that no probability reaches, for labels that nobody gave."""


@dataclass(frozen=True, slots=True, eq=False)
class Doubts:
    """What confident learning makes of given labels.

    Attributes
    ----------
    likely : ndarray of int, shape (n_items,)
        The label that the model finds likeliest.
    self_confidence : ndarray, shape (n_items,)
        Probability of the given label, 0 to 1; lower deserves a look sooner.
    margin : ndarray, shape (n_items,)
        Normalised margin: 0 where another label is certain, 1 where the given one is.
    is_doubted : ndarray of bool, shape (n_items,)
        Off the diagonal of the confident joint.
    joint : ndarray of int, shape (n_labels, n_labels)
        How many items with the first label given are confidently counted to the second.
    """

    likely: Codes
    self_confidence: Floats
    margin: Floats
    is_doubted: Codes
    joint: Codes

    def ranked(self) -> Codes:
        """The doubted items, least self-confidence first."""
        rows = np.flatnonzero(self.is_doubted)
        return rows[np.argsort(self.self_confidence[rows], kind="stable")]


def doubt_labels(given: Codes, probabilities: Floats) -> Doubts:
    """Find the labels that are likely wrong.

    The threshold of a label is the mean probability that the model gives it where it is given. An
    item is confidently counted to a label whose probability reaches its threshold, to the
    likeliest where several do; where that is another than the given label, the label is doubted.

    Parameters
    ----------
    given : ndarray of int, shape (n_items,)
    probabilities : ndarray, shape (n_items, n_labels)
        Of a model that did not learn from these items; rows sum to 1.

    Raises
    ------
    ValueError
        Shapes do not fit, a probability is not from 0 to 1, or a code is none of a label.

    References
    ----------
    Northcutt, Jiang, Chuang (2021), "Confident learning: estimating uncertainty in dataset
    labels", JAIR 70, equation 1 and the method "confident joint".

    Examples
    --------
    >>> given = np.array([0, 0, 0, 1, 1, 1])
    >>> told = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7]])
    >>> doubt_labels(given, told).ranked().tolist()
    [2]
    """
    given, told = np.asarray(given), np.asarray(probabilities, dtype=np.float64)
    _check(given, told)
    n_items, n_labels = told.shape
    at = np.arange(n_items)
    own = told[at, given]
    counts = np.bincount(given, minlength=n_labels)
    sums = np.bincount(given, own, n_labels)
    thresholds = np.divide(sums, counts, out=np.full(n_labels, NEVER), where=counts > 0)
    reached = told >= np.maximum(thresholds, SLACK) - SLACK
    several = reached.sum(1) > 1
    best: Codes = told.argmax(1) if n_labels else np.zeros(n_items, dtype=np.intp)
    counted = np.where(several, best, reached.argmax(1) if n_labels else best)
    confident = reached.any(1)
    others = told.copy()
    others[at, given] = -1.0
    margin = (own - others.max(1, initial=0.0) + 1) / 2
    cell = given[confident] * n_labels + counted[confident]
    joint = np.bincount(cell, minlength=n_labels * n_labels).reshape(n_labels, n_labels)
    doubted = confident & (counted != given) & (best != given)
    return Doubts(best, own, margin, doubted, joint)


def _check(given: Codes, told: Floats) -> None:
    if told.ndim != 2 or given.shape != (len(told),):
        raise ValueError(f"labels of shape {given.shape} do not fit probabilities {told.shape}")
    if not (np.isfinite(told).all() and (told >= 0).all() and (told <= 1 + 1e-3).all()):
        raise ValueError("probabilities must be numbers from 0 to 1")
    if len(given) and not (given.min() >= 0 and given.max() < told.shape[1]):
        raise ValueError("a given label has no column among the probabilities")


@dataclass(frozen=True, slots=True)
class PrecisionAt:
    """Of the first `k` doubted labels those that people looked at, and were found wrong."""

    k: int
    wrong: int
    looked_at: int
    interval: Interval

    @property
    def value(self) -> float | None:
        """The share found wrong; None before anybody looked."""
        return self.wrong / self.looked_at if self.looked_at else None


def precision_at(verdicts: list[bool | None], steps: tuple[int, ...]) -> list[PrecisionAt]:
    """The precision of a ranking at several depths, with Wilson's 95 % intervals.

    Parameters
    ----------
    verdicts : list of bool or None
        In the order of the ranking: found wrong, found right, not looked at.

    Examples
    --------
    >>> [one.value for one in precision_at([True, True, None, False], (2, 4))]
    [1.0, 0.6666666666666666]
    """
    depths = sorted({min(step, len(verdicts)) for step in steps} - {0})
    found = []
    for depth in depths:
        told = [one for one in verdicts[:depth] if one is not None]
        found.append(PrecisionAt(depth, sum(told), len(told), wilson(sum(told), len(told))))
    return found
