"""Krippendorff's alpha: any number of annotators, missing answers, four levels of measurement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from annotate.pure.agreement.answers import (
    MAX_CELLS,
    Answers,
    Counted,
    Floats,
    Patterns,
    find_patterns,
)
from annotate.pure.agreement.results import (
    ONE_LABEL,
    TOO_MANY_VALUES,
    Agreement,
    Measure,
    measure_agreement,
    undefined_agreement,
)

Level = Literal["nominal", "ordinal", "interval", "ratio"]
_MAX_RATIO_VALUES = 2000


def krippendorff_alpha(
    answers: Answers | Counted, level: Level = "nominal", seed: int = 0
) -> Agreement:
    """One minus the observed over the expected disagreement.

    Parameters
    ----------
    answers : Answers
        Items with one answer do not count. The labels must be numbers for ``interval`` and
        ``ratio``; for ``ordinal`` their order is that of ``answers.labels``.
    level : {"nominal", "ordinal", "interval", "ratio"}
        What a difference between labels means: another label; as far as the ranks between them;
        the difference; the difference against the sum (numbers of 0 and more).
    seed : int
        For the interval.

    Returns
    -------
    Agreement
        1 is full agreement, 0 what chance would give, below 0 systematic disagreement. Undefined
        where everybody gave one and the same label.

    Raises
    ------
    ValueError
        Unknown level; labels that are not numbers, or negative ones for ``ratio``.

    References
    ----------
    Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section D.

    Examples
    --------
    >>> from annotate.pure.agreement.answers import collect_answers
    >>> rows = [("i1", "Ada", 1), ("i1", "Bo", 1), ("i2", "Ada", 2), ("i2", "Bo", 3)]
    >>> round(krippendorff_alpha(collect_answers(rows), "interval").value, 3)
    0.727
    """
    patterns = find_patterns(answers)
    try:
        measure = _measure(patterns, answers, level)
    except OverflowError:
        return undefined_agreement(TOO_MANY_VALUES, patterns.n_items, patterns.n_answers)
    return measure_agreement(measure, patterns.weights, patterns.n_answers, ONE_LABEL, seed)


def alpha_of_each_label(answers: Answers | Counted, seed: int = 0) -> list[Agreement]:
    """Nominal alpha of each label against all others taken together, in the order of the labels.

    The patterns are found once for all labels, so that dozens of labels cost little more than one.
    """
    n = len(answers.labels)
    return alpha_of_members(answers, [np.arange(n) == label for label in range(n)], seed)


def alpha_of_members(
    answers: Answers | Counted, members: Sequence[NDArray[np.bool_]], seed: int = 0
) -> list[Agreement]:
    """Nominal alpha of each group of labels against the labels outside of it."""
    patterns = find_patterns(answers)
    found = []
    for is_member in members:
        hits = np.bincount(patterns.owner[is_member[patterns.label]], minlength=len(patterns.sizes))
        shapes = np.column_stack([patterns.sizes, hits])
        shown, owner = np.unique(shapes, axis=0, return_inverse=True)
        weights = np.bincount(owner.ravel(), patterns.weights, minlength=len(shown)).astype(float)
        sizes, with_label = shown[:, 0], shown[:, 1]
        measure = _nominal(np.column_stack([with_label, sizes - with_label]), sizes)
        found.append(measure_agreement(measure, weights, patterns.n_answers, ONE_LABEL, seed))
    return found


def _measure(patterns: Patterns, answers: Answers | Counted, level: Level) -> Measure:
    if level == "interval":
        return _interval(patterns, _numbers(answers))
    if level not in ("nominal", "ordinal", "ratio"):
        raise ValueError(f"unknown level {level!r}")
    values = _numbers(answers) if level == "ratio" else np.zeros(0)
    if len(patterns.weights) * patterns.n_labels > MAX_CELLS:
        raise OverflowError
    counts = patterns.counts()
    if level == "nominal":
        return _nominal(counts, patterns.sizes)
    if level == "ordinal":
        return _ordinal(counts, patterns.sizes)
    if patterns.n_labels > _MAX_RATIO_VALUES:
        raise OverflowError
    if (values < 0).any():
        raise ValueError(f"ratio needs numbers of 0 and more, not {values.min()}")
    return _ratio(counts, patterns.sizes, values)


def _numbers(answers: Answers | Counted) -> Floats:
    for label in answers.labels:
        if isinstance(label, bool) or not isinstance(label, int | float):
            raise ValueError(f"label {label!r} is not a number")
    return np.array(answers.labels, dtype=float)


def _alpha(observed: Floats, expected: Floats, total: Floats) -> Floats:
    """1 - (n - 1) * observed / expected, both summed over ordered pairs of answers."""
    is_defined = expected > 1e-12 * np.maximum(total, 1)
    ratio = (total - 1) * observed / np.where(is_defined, expected, 1)
    return np.where(is_defined, 1 - ratio, np.nan)


def _nominal(counts: Floats, sizes: Floats) -> Measure:
    unlike = (sizes**2 - (counts**2).sum(axis=1)) / (sizes - 1)

    def measure(weights: Floats) -> Floats:
        total = weights @ sizes
        by_label = weights @ counts
        return _alpha(weights @ unlike, total**2 - (by_label**2).sum(axis=1), total)

    return measure


def _interval(patterns: Patterns, values: Floats) -> Measure:
    # Squared differences of all pairs follow from two sums; centred, so that large numbers with
    # small differences keep their digits.
    centred = values - values.mean() if len(values) else values
    sums, squares = patterns.sums(centred), patterns.sums(centred**2)
    sizes = patterns.sizes
    apart = 2 * (sizes * squares - sums**2) / (sizes - 1)

    def measure(weights: Floats) -> Floats:
        total = weights @ sizes
        expected = 2 * (total * (weights @ squares) - (weights @ sums) ** 2)
        return _alpha(weights @ apart, expected, total)

    return measure


def _ordinal(counts: Floats, sizes: Floats) -> Measure:
    """Interval alpha on middle ranks, which depend on how often each label is given."""

    def measure(weights: Floats) -> Floats:
        total = weights @ sizes
        by_label = weights @ counts
        ranks = np.cumsum(by_label, axis=1) - by_label / 2
        ranks -= total[:, None] / 2
        sums, squares = ranks @ counts.T, ranks**2 @ counts.T
        apart = 2 * (sizes * squares - sums**2) / (sizes - 1)
        all_sums, all_squares = (by_label * ranks).sum(axis=1), (by_label * ranks**2).sum(axis=1)
        expected = 2 * (total * all_squares - all_sums**2)
        return _alpha((weights * apart).sum(axis=1), expected, total)

    return measure


def _ratio(counts: Floats, sizes: Floats, values: Floats) -> Measure:
    sums = values[:, None] + values[None, :]
    apart = np.divide(
        values[:, None] - values[None, :], sums, out=np.zeros_like(sums), where=sums > 0
    )
    distance = apart**2
    inside = ((counts @ distance) * counts).sum(axis=1) / (sizes - 1)

    def measure(weights: Floats) -> Floats:
        by_label = weights @ counts
        expected = ((by_label @ distance) * by_label).sum(axis=1)
        return _alpha(weights @ inside, expected, weights @ sizes)

    return measure
