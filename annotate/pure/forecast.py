"""When work will be done, told from the pace of the last days, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

# Four of five times the true pace lies within this many standard errors.
_Z_80 = 1.2816
LEAST_ANSWERS = 20
LEAST_DAYS = 2
NO_PACE, TOO_EARLY = "no-pace", "too-early"


class Forecast(NamedTuple):
    """Days until nothing is left.

    Attributes
    ----------
    a_day : float
        Answers a day, the mean since the first day with any.
    days : float or None
        From now; None where nobody can tell.
    soonest, latest : float or None
        80 % interval of `days`; `latest` is None where the pace may as well be none.
    reason : str
        Why `days` is None: ``no-pace`` (nothing was done) or ``too-early``; else empty.
    """

    a_day: float
    days: float | None
    soonest: float | None
    latest: float | None
    reason: str = ""


def forecast(left: int, days: Sequence[int]) -> Forecast:
    """Tell when `left` answers will be in.

    Parameters
    ----------
    left : int
        Answers still wanted.
    days : sequence of int
        Answers of each of the last days, oldest first, without today: it is not over yet.

    Examples
    --------
    >>> told = forecast(100, [0, 0, 18, 22, 20])
    >>> told.days, round(told.soonest, 2), round(told.latest, 2)
    (5.0, 4.66, 5.4)
    >>> forecast(100, [0, 0, 0]).reason, forecast(100, [0, 3, 2]).reason
    ('no-pace', 'too-early')
    """
    first = next((place for place, n in enumerate(days) if n), len(days))
    worked = days[first:]
    if not worked:
        return Forecast(0.0, None, None, None, NO_PACE)
    mean = sum(worked) / len(worked)
    if len(worked) < LEAST_DAYS or sum(worked) < LEAST_ANSWERS:
        return Forecast(mean, None, None, None, TOO_EARLY)
    squares = sum((n - mean) ** 2 for n in worked) / (len(worked) - 1)
    slack = _Z_80 * math.sqrt(squares / len(worked))
    latest = left / (mean - slack) if mean > slack else None
    return Forecast(mean, left / mean, left / (mean + slack), latest)
