"""How far a measured share may be off."""

from __future__ import annotations

import math
from typing import NamedTuple

Z_95 = 1.959963984540054


class Interval(NamedTuple):
    """A range that holds the true share in about 95 of 100 cases."""

    low: float
    high: float


def wilson(successes: float, total: float, z: float = Z_95) -> Interval:
    """Wilson's score interval for a share.

    Parameters
    ----------
    successes, total : number
        ``0 <= successes <= total``.
    z : float
        Quantile of the normal distribution; the default gives 95 %.

    Returns
    -------
    Interval
        From 0 to 1. Without any trial nothing is known: 0 to 1.

    Raises
    ------
    ValueError
        `successes` is not between 0 and `total`.

    References
    ----------
    Wilson (1927), "Probable inference, the law of succession, and statistical inference".

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} of {total} is not a share")
    if total == 0:
        return Interval(0.0, 1.0)
    share, squared = successes / total, z * z
    middle = (share + squared / (2 * total)) / (1 + squared / total)
    inner = share * (1 - share) / total + squared / (4 * total * total)
    half = z * math.sqrt(inner) / (1 + squared / total)
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == total else min(1.0, middle + half)
    return Interval(low, high)
