"""Agreement of exactly two annotators: weighted kappa and Scott's pi, from counts of label pairs.

Only how often each two labels met is kept, so the figures cost the same for ten items and for a
million.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from annotate.pure.agreement.answers import MAX_CELLS, Answers, Codes, Floats, pair_answers
from annotate.pure.agreement.distances import Weighting, label_distances
from annotate.pure.agreement.results import (
    NOT_TWO,
    ONE_LABEL,
    TOO_MANY_VALUES,
    Agreement,
    measure_agreement,
    undefined_agreement,
)


class PairCounts(NamedTuple):
    """How often the first of two annotators said one label where the second said another.

    Attributes
    ----------
    first, second : ndarray of int, shape (n_pairs,)
        Codes of the labels that met.
    times : ndarray of float, shape (n_pairs,)
        Items on which they did.
    labels : tuple
        Names in the order of the codes.
    """

    first: Codes
    second: Codes
    times: Floats
    labels: tuple[Hashable, ...]


def pair_counts(answers: Answers) -> PairCounts | None:
    """The counts of two annotators; None for one annotator or more than two.

    Examples
    --------
    >>> from annotate.pure.agreement.answers import collect_answers
    >>> rows = [(n, who, label) for n in (1, 2) for who, label in (("Ada", "x"), ("Bo", "y"))]
    >>> pair_counts(collect_answers(rows)).times.tolist()
    [2.0]
    """
    if len(np.unique(answers.annotator)) != 2:
        return None
    pairs = pair_answers(answers)
    n_labels = max(len(answers.labels), 1)
    codes = answers.label[pairs.first] * n_labels + answers.label[pairs.second]
    shown, times = np.unique(codes, return_counts=True)
    first, second = np.divmod(shown, n_labels)
    return PairCounts(first, second, times.astype(float), answers.labels)


def weighted_kappa(
    answers: Answers | PairCounts | None,
    weighting: Weighting | ArrayLike = "linear",
    seed: int = 0,
) -> Agreement:
    """Cohen's kappa in which a small disagreement weighs less than a large one.

    One minus the observed over the expected distance of two annotators, each with habits of
    their own. ``identity`` is Cohen's kappa without weights.

    Parameters
    ----------
    answers : Answers or PairCounts
        Of exactly two annotators; only items that both answered count.
    weighting : {"identity", "linear", "quadratic"} or array_like
        What a disagreement weighs; see `label_distances`. A table of one's own is as good.

    Returns
    -------
    Agreement
        -1 to 1: 1 is full agreement, 0 what chance would give. Undefined where both gave one and
        the same label throughout, and for one or more than two annotators.

    References
    ----------
    Cohen (1968), "Weighted kappa", eq. 4; Cohen (1960) for ``identity``.

    Examples
    --------
    >>> from annotate.pure.agreement.answers import collect_answers
    >>> given = {"Ada": [1, 2, 3, 3], "Bo": [1, 2, 2, 3]}
    >>> rows = [(n, who, label) for who in given for n, label in enumerate(given[who])]
    >>> round(weighted_kappa(collect_answers(rows), "quadratic").value, 3)
    0.8
    """
    return _beyond_chance(answers, weighting, seed, own_habits=True)


def scott_pi(answers: Answers | PairCounts | None, seed: int = 0) -> Agreement:
    """Agreement of two annotators beyond chance, taking both to have the same habits.

    Returns
    -------
    Agreement
        -1 to 1, never above Cohen's kappa. Undefined where both gave one and the same label
        throughout, and for one or more than two annotators.

    References
    ----------
    Scott (1955), "Reliability of content analysis: the case of nominal scale coding".

    Examples
    --------
    >>> from annotate.pure.agreement.answers import collect_answers
    >>> given = {"Ada": "cdcd", "Bo": "cddd"}
    >>> rows = [(n, who, label) for who in given for n, label in enumerate(given[who])]
    >>> round(scott_pi(collect_answers(rows)).value, 4)
    0.4667
    """
    return _beyond_chance(answers, "identity", seed, own_habits=False)


def _beyond_chance(
    answers: Answers | PairCounts | None,
    weighting: Weighting | ArrayLike,
    seed: int,
    *,
    own_habits: bool,
) -> Agreement:
    counts = pair_counts(answers) if isinstance(answers, Answers) else answers
    if counts is None:
        return undefined_agreement(NOT_TWO)
    n, n_items = len(counts.labels), int(counts.times.sum())
    if max(len(counts.times), n) * n > MAX_CELLS:
        return undefined_agreement(TOO_MANY_VALUES, n_items, 2 * n_items)
    distances = label_distances(counts.labels, weighting)
    apart = distances[counts.first, counts.second]
    by_first, by_second = np.eye(n)[counts.first], np.eye(n)[counts.second]

    def measure(weights: Floats) -> Floats:
        total = weights.sum(axis=1)
        here, there = weights @ by_first, weights @ by_second
        if not own_habits:
            here = there = (here + there) / 2
        expected = ((here @ distances) * there).sum(axis=1) / total
        is_defined = expected > 1e-12 * total
        ratio = weights @ apart / np.where(is_defined, expected, 1)
        return np.where(is_defined, 1 - ratio, np.nan)

    return measure_agreement(measure, counts.times, 2 * n_items, ONE_LABEL, seed)
