"""When work will be done, told from the pace of the last days, and how sure that is.

What is done on a future day is taken to vary as the days before did, and their mean is known only
from so few of them: both go into the interval, as in a prediction interval for a sum of normal
variables with unknown mean and variance (Student's t). Newer days weigh more, so that a pace that
grows is followed. Where weekends differ, they are a kind of days of their own.
`tests/pure/test_forecast.py` checks on simulated projects how often the interval holds the day.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

# Four of five times the true day lies within this many standard deviations.
_Z_80 = 1.2816
LEAST_ANSWERS = 20
LEAST_DAYS = 2
HALF_LIFE = 2.0
"""A day weighs half as much as one that is so many days newer."""
FARTHEST = 3650
WEEK, SATURDAY = 7, 5
NO_PACE, TOO_EARLY = "no-pace", "too-early"


class Forecast(NamedTuple):
    """Days until nothing is left.

    Attributes
    ----------
    a_day : float
        Answers a day, the mean since the first day with any; newer days weigh more.
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


class _Pace(NamedTuple):
    """What days of one kind bring: mean, variance, and how many days that is known from."""

    mean: float
    variance: float
    known_from: float


def forecast(left: int, days: Sequence[int], last_weekday: int | None = None) -> Forecast:
    """Tell when `left` answers will be in.

    Parameters
    ----------
    left : int
        Answers still wanted.
    days : sequence of int
        Answers of each of the last days, oldest first, without today: it is not over yet.
    last_weekday : int, optional
        The weekday of the last of them, 0 for Monday; then weekends count by themselves.

    Examples
    --------
    >>> told = forecast(100, [0, 0, 20, 20, 20])
    >>> told.days, told.soonest, told.latest
    (5.0, 5.0, 5.0)
    >>> told = forecast(100, [14, 26, 18, 22, 20])
    >>> told.soonest < 5 < told.latest
    True
    >>> forecast(100, [0, 0, 0]).reason, forecast(100, [0, 3, 2]).reason
    ('no-pace', 'too-early')
    """
    first = next((place for place, n in enumerate(days) if n), len(days))
    worked = days[first:]
    if not worked:
        return Forecast(0.0, None, None, None, NO_PACE)
    if len(worked) < LEAST_DAYS or sum(worked) < LEAST_ANSWERS:
        return Forecast(sum(worked) / len(worked), None, None, None, TOO_EARLY)
    kinds = _kinds(len(worked), last_weekday)
    paces = {kind: _pace(worked, kinds, kind) for kind in set(kinds)}
    coming = _coming(kinds, last_weekday)
    a_day = sum(paces[kind].mean for kind in coming) / len(coming)
    if left <= 0:
        return Forecast(a_day, 0.0, 0.0, 0.0)
    slack = student(len(worked) - 1)
    soonest, likely, latest = (
        _day_reached(left, paces, coming, side) for side in (slack, 0.0, -slack)
    )
    return Forecast(a_day, left / a_day if likely is None else likely, soonest, latest)


def _kinds(count: int, last_weekday: int | None) -> list[bool]:
    """Return which of the last days are weekends; none where a week is not known yet."""
    if last_weekday is None or count < WEEK:
        return [False] * count
    return [(last_weekday - ago) % WEEK >= SATURDAY for ago in range(count - 1, -1, -1)]


def _coming(kinds: Sequence[bool], last_weekday: int | None) -> list[bool]:
    """Return which of the next seven days are weekends."""
    if last_weekday is None or len(kinds) < WEEK:
        return [False] * WEEK
    return [(last_weekday + ahead) % WEEK >= SATURDAY for ahead in range(1, WEEK + 1)]


def _pace(worked: Sequence[int], kinds: Sequence[bool], kind: bool) -> _Pace:
    chosen = [
        (n, 0.5 ** ((len(worked) - 1 - place) / HALF_LIFE))
        for place, n in enumerate(worked)
        if kinds[place] == kind
    ]
    total = sum(weight for _n, weight in chosen)
    mean = sum(n * weight for n, weight in chosen) / total
    known_from = total * total / sum(weight * weight for _n, weight in chosen)
    squares = sum(weight * (n - mean) ** 2 for n, weight in chosen) / total
    variance = squares * known_from / (known_from - 1) if known_from > 1 + 1e-9 else mean
    return _Pace(mean, variance, known_from)


def student(freedom: int) -> float:
    """Return the 90 % quantile of Student's t, by the expansion of Abramowitz and Stegun 26.7.5."""
    z, n = _Z_80, float(freedom)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / n + second / n**2 + third / n**3


def _day_reached(
    left: int, paces: dict[bool, _Pace], coming: Sequence[bool], side: float
) -> float | None:
    """Return after how many days so much is done, `side` deviations better than likely."""
    counts = dict.fromkeys(paces, 0)
    before = 0.0
    for day in range(1, FARTHEST + 1):
        counts[coming[(day - 1) % WEEK]] += 1
        mean = sum(n * paces[kind].mean for kind, n in counts.items())
        spread = sum(
            paces[kind].variance * (n + n * n / paces[kind].known_from)
            for kind, n in counts.items()
        )
        done = mean + side * math.sqrt(spread)
        if done >= left - 1e-9:
            share = (left - before) / (done - before) if done > before else 1.0
            return round(day - 1 + share, 6)
        before = max(done, before)
    return None
