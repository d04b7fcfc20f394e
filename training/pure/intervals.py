"""How sure a measured score is: 95 % intervals for shares, F1, and anything resampled.

Shares (accuracy, precision, recall) have Wilson's interval, and F1 of one label one derived from
it: a bootstrap of three right answers out of three says "1 to 1", which is no information. Means
over labels have no formula and are bootstrapped, from resampled cells instead of resampled
examples, which is the same distribution at a fraction of the work.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from training.pure.metrics import Floats, Indices, Tally, as_indices

Z = 1.959963984540054  # of 95 %
RESAMPLES = 1000
CELLS_AT_ONCE = 4_000_000  # 32 MB

Score = Callable[[Tally], Floats]
Pair = tuple[ArrayLike, ArrayLike]


class Estimate(NamedTuple):
    """A value and its 95 % interval; ``nan`` where it is undefined."""

    value: float
    low: float
    high: float


def wilson(successes: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """Interval of a share, element by element.

    Parameters
    ----------
    successes, n : array_like
        Successes among `n` trials.

    Returns
    -------
    low, high : ndarray
        Within 0 and 1, and never both equal to the share; ``nan`` where n is 0.

    References
    ----------
    Wilson (1927), "Probable inference, the law of succession, and statistical inference".

    Examples
    --------
    >>> low, high = wilson(3, 3)
    >>> round(float(low), 3), float(high)
    (0.439, 1.0)
    """
    count, trials = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = count / trials
        middle = (share + Z**2 / (2 * trials)) / (1 + Z**2 / trials)
        spread = np.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2))
        half = Z * spread / (1 + Z**2 / trials)
        low = np.where(count == 0, 0.0, np.clip(middle - half, 0, 1))
        high = np.where(count == trials, 1.0, np.clip(middle + half, 0, 1))
    empty = trials == 0
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def f1_interval(counts: Tally) -> tuple[Floats, Floats]:
    """Interval of each label's F1, shape ``(n_labels,)`` each; ``nan`` where F1 is undefined.

    F1 is ``2 J / (1 + J)`` of the Jaccard index J, and J is a share: right answers among the
    examples that have the label as truth or as answer. So J has Wilson's interval, and F1, which
    rises with J, the transformed one.

    Examples
    --------
    >>> low, high = f1_interval(Tally(*np.array([[3], [3], [3]])))
    >>> round(float(low[0]), 3), float(high[0])
    (0.61, 1.0)
    """
    low, high = wilson(counts.right, counts.support + counts.answered - counts.right)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def difference_of_shares(first: Pair, second: Pair) -> Estimate:
    """First minus second share of two independent samples, each (successes, n).

    Undefined where either n is 0.

    References
    ----------
    Newcombe (1998), "Interval estimation for the difference between independent proportions",
    method 10.

    Examples
    --------
    >>> [round(x, 3) for x in difference_of_shares((56, 70), (48, 80))]
    [0.2, 0.052, 0.334]
    """
    (a, n), (b, m) = (tuple(np.asarray(x, dtype=np.float64) for x in s) for s in (first, second))
    if not n or not m:
        return Estimate(np.nan, np.nan, np.nan)
    (a_low, a_high), (b_low, b_high) = wilson(a, n), wilson(b, m)
    p, q = a / n, b / m
    down = np.sqrt((p - a_low) ** 2 + (b_high - q) ** 2)
    up = np.sqrt((a_high - p) ** 2 + (q - b_low) ** 2)
    return Estimate(float(p - q), float(p - q - down), float(p - q + up))


def resample_tallies(
    pairs: Sequence[Pair], n_labels: int, *, resamples: int = RESAMPLES, seed: int = 0
) -> list[Tally]:
    """Tallies of `resamples` bootstrap samples, the same sample for every pair.

    Parameters
    ----------
    pairs : sequence of (truth, predicted)
        Label numbers of the same n examples in the same order, n > 0.
    n_labels, resamples, seed : int

    Returns
    -------
    list of Tally
        One a pair; arrays of shape ``(resamples, n_labels)``.

    Raises
    ------
    ValueError
        There are no examples, lengths differ, or a number is no label.

    Notes
    -----
    Examples alike in all columns are one cell. Drawing n examples with replacement gives the
    cells multinomial counts, so that only cells are drawn and added up.
    """
    columns = [as_indices(column, n_labels) for pair in pairs for column in pair]
    if len({len(column) for column in columns}) != 1 or not len(columns[0]):
        raise ValueError("resampling needs examples, and as many answers as truths")
    cells, counts = np.unique(np.stack(columns, axis=1), axis=0, return_counts=True)
    keys = [
        (
            np.where(cells[:, i] == cells[:, i + 1], cells[:, i], n_labels),
            cells[:, i],
            cells[:, i + 1],
        )
        for i in range(0, len(columns), 2)
    ]
    n, chance = len(columns[0]), np.random.default_rng(seed)
    step = max(1, CELLS_AT_ONCE // len(cells))
    parts: list[list[list[Indices]]] = [[[], [], []] for _ in pairs]
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = chance.multinomial(n, counts / n, size=size)  # (size, n_cells)
        for found, of_pair in zip(parts, keys, strict=True):
            for rows, key in zip(found, of_pair, strict=True):
                rows.append(_add_up(drawn, key, n_labels + 1)[:, :n_labels])
    return [Tally(*(np.concatenate(rows) for rows in found)) for found in parts]


def _add_up(drawn: Indices, keys: Indices, size: int) -> Indices:
    """Return for each row of `drawn` the sums of its columns by key, shape (n_rows, size)."""
    order = np.argsort(keys, kind="stable")
    present, starts = np.unique(keys[order], return_index=True)
    sums = np.zeros((len(drawn), size), dtype=np.int64)
    sums[:, present] = np.add.reduceat(drawn[:, order], starts, axis=1)
    return sums


def estimate(value: ArrayLike, resampled: Floats) -> Estimate:
    """A value with the middle 95 % of its resamples; undefined resamples are left out."""
    known = resampled[~np.isnan(resampled)]
    if not len(known):
        return Estimate(float(np.asarray(value)), np.nan, np.nan)
    low, high = np.percentile(known, [2.5, 97.5])
    return Estimate(float(np.asarray(value)), float(low), float(high))
