"""Labels that a model has reason to doubt, where an answer is more than one label of an item.

Each function gives scores from 0 (look here first) to 1, of answers that the model never saw.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from annotate.pure.truth.crowd import Codes, Floats
from datasets.pure.geometry import box_iou
from datasets.pure.region_types import Box

ALPHA = 0.1
"""How much the distance of two boxes' middles counts in their likeness, beside their overlap."""
LOW, HIGH = 0.5, 0.95
"""Predictions below the first say nothing; from the second on the model is sure of an object."""
TEMPERATURE = 0.1
TINY = 1e-100


class Given(NamedTuple):
    """A box that people gave, and its label."""

    label: Hashable
    at: Box


class Predicted(NamedTuple):
    """A box that a model found, the label, and how sure it is, 0 to 1."""

    label: Hashable
    at: Box
    confidence: float


class BoxDoubts(NamedTuple):
    """What a model makes of the boxes of one image; 1 speaks against an error, 0 for one.

    Attributes
    ----------
    overlooked : ndarray
        One score for each prediction that it is sure of, in their order.
    badly_located, swapped : ndarray
        One score for each box that was given.
    overall : float
        The geometric mean of the three kinds, each a soft minimum over its boxes.
    """

    overlooked: Floats
    badly_located: Floats
    swapped: Floats
    overall: float


def doubt_boxes(given: Sequence[Given], predicted: Sequence[Predicted]) -> BoxDoubts:
    """Score the boxes of an image for the three errors of object detection.

    An object is overlooked where a sure prediction has no given box of its label like it; a box is
    badly located where no prediction of its label is quite where it is; a label is swapped where a
    sure prediction of another label lies there.

    References
    ----------
    Tkachenko, Thyagarajan, Mueller (2023), "ObjectLab: automated diagnosis of mislabeled images in
    object detection data", ICML workshop on data-centric machine learning, section 3. Likeness is
    the overlap mixed with exp(-distance of the middles in widths of the boxes).

    Examples
    --------
    >>> cell, found = Given("cell", Box(0, 0, 9, 9)), Predicted("cell", Box(0, 0, 9, 9), 0.99)
    >>> doubt_boxes([cell], [found]).overall
    1.0
    >>> doubt_boxes([], [found]).overlooked.round(2).tolist()
    [0.01]
    """
    usable = [one for one in predicted if one.confidence >= LOW]
    likeness = _likeness([one.at for one in given], [one.at for one in usable])
    sure = np.array([one.confidence for one in usable], dtype=float)
    if len(sure) and not (np.isfinite(sure).all() and (sure <= 1).all()):
        raise ValueError("confidences must be numbers from 0 to 1")
    same = np.array(
        [[one.label == other.label for other in usable] for one in given], dtype=bool
    ).reshape(len(given), len(usable))
    is_sure = sure >= HIGH
    alike = np.where(same, likeness, 0.0)
    nearest = alike.max(axis=0, initial=0.0)
    # Nothing near a sure prediction: the surer, the lower.
    overlooked = np.where(nearest > 0, nearest, 1 - sure)[is_sure]
    located = np.where(same.any(axis=1), alike.max(axis=1, initial=0.0), 1.0)
    swapped = 1 - np.where(~same & is_sure, likeness, 0.0).max(axis=1, initial=0.0)
    kinds = [soft_minimum(scores) for scores in (overlooked, located, swapped)]
    overall = float(np.prod(np.maximum(kinds, TINY)) ** (1 / 3))
    return BoxDoubts(overlooked, located, swapped, overall)


def soft_minimum(scores: Floats, temperature: float = TEMPERATURE) -> float:
    """The mean of scores in which low ones weigh most; 1 where there are none.

    Examples
    --------
    >>> round(soft_minimum(np.array([0.0, 1.0, 1.0])), 3)
    0.0
    """
    if not len(scores):
        return 1.0
    weights = np.exp((1 - scores) / temperature)
    return float(scores @ weights / weights.sum())


def _likeness(first: Sequence[Box], second: Sequence[Box]) -> Floats:
    a = np.asarray(first, dtype=float).reshape(-1, 4)
    b = np.asarray(second, dtype=float).reshape(-1, 4)
    shared: Floats = box_iou(a, b)
    middles = [side[:, :2] + side[:, 2:] / 2 for side in (a, b)]
    apart = np.hypot(*np.moveaxis(middles[0][:, None] - middles[1][None], 2, 0))
    sides = (a[:, 2:].mean(axis=1)[:, None] + b[:, 2:].mean(axis=1)[None]) / 2
    near = np.exp(-apart / sides) if apart.size else apart
    return np.where(shared > 0, (1 - ALPHA) * shared + ALPHA * near, 0.0)


class TokenDoubts(NamedTuple):
    """Scores of texts, and the token of each that is doubted most, -1 in a text without tokens."""

    scores: Floats
    worst: Codes


def doubt_tokens(given: Sequence[Codes], probabilities: Sequence[Floats]) -> TokenDoubts:
    """Score texts by their worst token: the least probability of the label that it was given.

    Parameters
    ----------
    given : sequence of ndarray of int, shape (n_tokens,)
        The label of each token of each text.
    probabilities : sequence of ndarray, shape (n_tokens, n_labels)

    References
    ----------
    Wang, Mueller (2022), "Detecting label errors in token classification data", NeurIPS workshop
    on interactive learning for NLP: of eleven methods the worst token found most.

    Examples
    --------
    >>> told = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> doubt_tokens([np.array([0, 1]), np.array([0, 0])], [told, told])
    TokenDoubts(scores=array([0.8, 0.2]), worst=array([1, 1]))
    """
    scores, worst = np.ones(len(given)), np.full(len(given), -1)
    for number, (labels, table) in enumerate(zip(given, probabilities, strict=True)):
        told = np.asarray(table, dtype=float)
        if told.ndim != 2 or len(labels) != len(told):
            raise ValueError(f"text {number}: labels do not fit the probabilities")
        if not (np.isfinite(told).all() and (told >= 0).all() and (told <= 1 + 1e-3).all()):
            raise ValueError(f"text {number}: probabilities must be numbers from 0 to 1")
        if not len(labels):
            continue
        if min(labels) < 0 or max(labels) >= told.shape[1]:
            raise ValueError(f"text {number}: a label has no column among the probabilities")
        own = told[np.arange(len(told)), labels]
        worst[number] = own.argmin()
        scores[number] = own[worst[number]]
    return TokenDoubts(scores, worst)


def doubt_numbers(given: Floats, predicted: Floats, uncertainty: Floats | None = None) -> Floats:
    """Score numbers by how far they lie from what a model says: exp(-residual).

    Residuals are in units of their median, or of the uncertainty of each prediction where it is
    known, so that the unit of the numbers does not matter.

    References
    ----------
    Zhou, Mueller, Kumar, Wang, Lei (2023), "Detecting errors in numerical data via any regression
    model", arXiv 2305.16583, section 3: the residual score, and the one that divides by
    uncertainty.

    Examples
    --------
    >>> doubt_numbers(np.array([1.0, 2.0, 9.0]), np.array([1.1, 2.1, 3.1])).round(2).tolist()
    [0.37, 0.37, 0.0]
    """
    said, told = np.asarray(given, dtype=float), np.asarray(predicted, dtype=float)
    if said.shape != told.shape or said.ndim != 1:
        raise ValueError(f"numbers of shape {said.shape} do not fit predictions {told.shape}")
    if not (np.isfinite(said).all() and np.isfinite(told).all()):
        raise ValueError("numbers and predictions must be finite")
    residual = np.abs(said - told)
    if uncertainty is not None:
        unit = np.asarray(uncertainty, dtype=float)
        if unit.shape != said.shape or not (np.isfinite(unit).all() and (unit > 0).all()):
            raise ValueError("each prediction needs an uncertainty above 0")
    else:
        middle = float(np.median(residual)) if len(residual) else 0.0
        unit = np.full(said.shape, middle or float(residual.max(initial=0.0)) or 1.0)
    scores: Floats = np.exp(-residual / unit)
    return scores
