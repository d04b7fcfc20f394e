"""How surprising a count is."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def poisson_tail(count: int, mean: float) -> float:
    """The chance of `count` or more where `mean` are expected.

    Examples
    --------
    >>> round(poisson_tail(3, 1.0), 4), poisson_tail(0, 1.0), poisson_tail(2, 0.0)
    (0.0803, 1.0, 0.0)
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if count <= mean:  # the body: one minus what is below
        below = sum(_poisson(k, mean) for k in range(count))
        return max(0.0, 1.0 - below)
    term, total, k = _poisson(count, mean), 0.0, count
    while term > total * 1e-16:
        total += term
        k += 1
        term *= mean / k
    return min(1.0, total)


def _poisson(count: int, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))


def even_tail(count: int, total: int) -> float:
    """The chance of `count` or more heads among `total` of a fair coin.

    Examples
    --------
    >>> [round(even_tail(*one), 4) for one in ((3, 3), (0, 3), (60, 100))]
    [0.125, 1.0, 0.0284]
    """
    if count <= 0:
        return 1.0
    base = math.lgamma(total + 1) - total * math.log(2)
    terms = (
        math.exp(base - math.lgamma(k + 1) - math.lgamma(total - k + 1))
        for k in range(count, total + 1)
    )
    return min(1.0, math.fsum(terms))


def as_unlikely(count: int, trials: Mapping[int, int]) -> float:
    """The chance of a count of successes that is as unlikely as this one, or more so.

    The exact test of a binomial proportion, where trials may differ in their chance; what is as
    unlikely is counted on both sides.

    Parameters
    ----------
    count : int
        Successes, at most as many as trials.
    trials : mapping of int to int
        How many trials have one chance in so many: ``{2: 60, 4: 10}``.

    References
    ----------
    Clopper & Pearson (1934); the two-sided rule is that of R's `binom.test`.

    Examples
    --------
    >>> round(as_unlikely(60, {2: 100}), 4), round(as_unlikely(5, {4: 8}), 4)
    (0.0569, 0.0273)
    """
    likely = np.ones(1)
    for ways, many in trials.items():
        likely = np.convolve(likely, _binomial(many, 1 / ways))
    return min(1.0, math.fsum(likely[likely <= likely[count] * (1 + 1e-7)]))


def _binomial(trials: int, chance: float) -> Floats:
    """How likely each count from 0 to `trials` is, at a chance below 1."""
    logs = np.array([math.lgamma(n + 1) for n in range(trials + 1)])
    counts = np.arange(trials + 1)
    ways = logs[-1] - logs - logs[::-1]
    found: Floats = np.exp(
        ways + counts * math.log(chance) + (trials - counts) * math.log1p(-chance)
    )
    return found


def bridge_tail(height: float) -> float:
    """The chance that a Brownian bridge leaves the band of ± `height` (Kolmogorov, 1933).

    Examples
    --------
    >>> round(bridge_tail(1.358), 3), bridge_tail(0.0)
    (0.05, 1.0)
    """
    if height < 0.2:
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * k * k * height * height) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * math.fsum(terms)))
