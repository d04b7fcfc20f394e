"""How surprising a count is."""

from __future__ import annotations

import math


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
