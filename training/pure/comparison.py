"""Two scores side by side: two models, two splits, or one model before and after a correction."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from training.pure.intervals import (
    RESAMPLES,
    Estimate,
    difference_of_shares,
    estimate,
    resample_tallies,
)
from training.pure.metrics import (
    Floats,
    Tally,
    accuracy,
    as_indices,
    confusion_matrix,
    macro_f1,
    tally,
)

OVERFITTING_GAP = 0.10

SCORES: Mapping[str, Callable[[Tally], Floats]] = {"accuracy": accuracy, "macro_f1": macro_f1}


class Comparison(NamedTuple):
    """How the second model differs from the first on the same examples.

    Attributes
    ----------
    accuracy, macro_f1 : Estimate
        Second minus first; above 0 the second is better. An interval without 0 tells them apart.
    only_first, only_second : int
        Examples that only this model answered rightly.
    p_value : float
        McNemar's exact test: the chance of a split of these as uneven, were both models as good.
    """

    accuracy: Estimate
    macro_f1: Estimate
    only_first: int
    only_second: int
    p_value: float


def compare_models(
    truth: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    n_labels: int,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare the answers of two models to the same examples.

    Parameters
    ----------
    truth, first, second : array_like of int, shape (n,)
        The truth and each model's answers, in the same order; n > 0.
    n_labels, resamples, seed : int

    Returns
    -------
    Comparison
        Intervals are paired bootstrap ones: each resample holds the same examples for both.

    Raises
    ------
    ValueError
        There are no examples, lengths differ, or a number is no label.

    Examples
    --------
    >>> found = compare_models([0, 1, 0, 1], [0, 0, 0, 0], [0, 1, 0, 1], 2)
    >>> found.accuracy.value, found.only_second, found.p_value
    (0.5, 2, 0.5)
    """
    pairs = [(truth, first), (truth, second)]
    drawn = resample_tallies(pairs, n_labels, resamples=resamples, seed=seed)
    real = [tally(confusion_matrix(*pair, n_labels)) for pair in pairs]
    changes = {
        name: estimate(score(real[1]) - score(real[0]), score(drawn[1]) - score(drawn[0]))
        for name, score in SCORES.items()
    }
    hits = [as_indices(pair[1], n_labels) == as_indices(truth, n_labels) for pair in pairs]
    only = int((hits[0] & ~hits[1]).sum()), int((hits[1] & ~hits[0]).sum())
    return Comparison(changes["accuracy"], changes["macro_f1"], *only, mcnemar_exact(*only))


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Two-sided exact p-value of McNemar's test; 1.0 where the models never differ.

    References
    ----------
    McNemar (1947), "Note on the sampling error of the difference between correlated proportions".

    Examples
    --------
    >>> mcnemar_exact(1, 9)
    0.021484375
    """
    n, least = only_first + only_second, min(only_first, only_second)
    term, below = 1, 0
    for i in range(least + 1):
        below += term
        term = term * (n - i) // (i + 1)
    p_value: float = 2 * below / 2**n
    return min(1.0, p_value)


class Gap(NamedTuple):
    """How much better a model is on what it learnt from.

    Attributes
    ----------
    gap : Estimate
        Training accuracy minus held-out accuracy, from -1 to 1.
    verdict : str
        "overfitting": at least 0.10 and the interval is above 0. "too-few": at least 0.10, but
        with so few examples that it may be chance. "none": below 0.10. "unknown": one of the
        splits is empty.
    """

    gap: Estimate
    verdict: str


def train_validation_gap(train_right: int, train_n: int, held_right: int, held_n: int) -> Gap:
    """Judge the distance between training and held-out accuracy, from counts of right answers.

    Examples
    --------
    >>> train_validation_gap(100, 100, 80, 100).verdict
    'overfitting'
    >>> train_validation_gap(10, 10, 4, 5).verdict
    'too-few'
    """
    gap = difference_of_shares((train_right, train_n), (held_right, held_n))
    if np.isnan(gap.value):
        return Gap(gap, "unknown")
    if gap.value < OVERFITTING_GAP:
        return Gap(gap, "none")
    return Gap(gap, "overfitting" if gap.low > 0 else "too-few")


class ScoreChange(NamedTuple):
    """Where a change of one score comes from; ``total = from_truths + from_model``.

    Attributes
    ----------
    before : float
        The old model on the old truths.
    between : float
        The old model on the new truths.
    after : float
        The new model on the new truths.
    from_truths, from_model, total : Estimate
        ``between - before``, ``after - between`` and ``after - before``.
    """

    before: float
    between: float
    after: float
    from_truths: Estimate
    from_model: Estimate
    total: Estimate


def split_score_change(
    *,
    old_truth: ArrayLike,
    new_truth: ArrayLike,
    old_predicted: ArrayLike,
    new_predicted: ArrayLike,
    n_labels: int,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, ScoreChange]:
    """Tell how much of a change in score comes from corrected truths and how much from the model.

    Parameters
    ----------
    old_truth, new_truth, old_predicted, new_predicted : array_like of int, shape (n,)
        The same examples in the same order; n > 0. Examples that only one of the versions holds
        do not belong here.
    n_labels, resamples, seed : int

    Returns
    -------
    dict
        "accuracy" and "macro_f1", each a ScoreChange with paired bootstrap intervals.

    Raises
    ------
    ValueError
        There are no examples, lengths differ, or a number is no label.

    Examples
    --------
    >>> change = split_score_change(
    ...     old_truth=[0, 0, 1, 1],
    ...     new_truth=[0, 1, 1, 1],
    ...     old_predicted=[0, 1, 0, 0],
    ...     new_predicted=[0, 1, 1, 0],
    ...     n_labels=2,
    ... )["accuracy"]
    >>> change.before, change.from_truths.value, change.from_model.value, change.after
    (0.25, 0.25, 0.25, 0.75)
    """
    pairs = [
        (old_truth, old_predicted),
        (new_truth, old_predicted),
        (new_truth, new_predicted),
    ]
    drawn = resample_tallies(pairs, n_labels, resamples=resamples, seed=seed)
    real = [tally(confusion_matrix(*pair, n_labels)) for pair in pairs]
    return {name: _split(score, real, drawn) for name, score in SCORES.items()}


def _split(score: Callable[[Tally], Floats], real: list[Tally], drawn: list[Tally]) -> ScoreChange:
    before, between, after = (score(counts) for counts in real)
    first, middle, last = (score(counts) for counts in drawn)
    return ScoreChange(
        float(before),
        float(between),
        float(after),
        estimate(between - before, middle - first),
        estimate(after - between, last - middle),
        estimate(after - before, last - first),
    )
