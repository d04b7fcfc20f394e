"""What work costs: so far, for each item that is done, and until the end with an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from annotate.pure.forecast import student

HOUR, ANSWER = "hour", "answer"
LEAST_DAYS = 3


class Price(NamedTuple):
    """What one hour or one answer is paid with."""

    per: str
    amount: Decimal


class Spent(NamedTuple):
    """One person's day, as far as paying goes."""

    answers: int
    milliseconds: int
    untimed: int
    """Answers whose time nobody knows: paid by the hour, they cannot be counted."""


class ToFinish(NamedTuple):
    """What the rest will cost, with its 80 % interval; None where nothing can be told."""

    likely: float | None
    low: float | None
    high: float | None
    days: int
    """Person's days that it is told from."""


def cost_of(price: Price, spent: Spent) -> Decimal:
    """Return what work has cost.

    Examples
    --------
    >>> cost_of(Price("hour", Decimal("12")), Spent(40, 1_800_000, 0))
    Decimal('6')
    >>> cost_of(Price("answer", Decimal("0.05")), Spent(40, 1_800_000, 0))
    Decimal('2.00')
    """
    if price.per == ANSWER:
        return price.amount * spent.answers
    return price.amount * spent.milliseconds / 3_600_000


def cost_to_finish(left: int, days: Sequence[tuple[int, Decimal]]) -> ToFinish:
    """Tell what so many answers more will cost.

    The cost of an answer is the ratio of cost to answers over people's days; its standard error
    is that of a ratio estimator (Cochran, Sampling Techniques, 6.4), its quantile Student's.

    Parameters
    ----------
    left : int
        Answers that are still wanted.
    days : sequence of (int, Decimal)
        Answers and cost of each day of each person.

    Examples
    --------
    >>> cost_to_finish(100, [(10, Decimal(5)), (20, Decimal(10)), (30, Decimal(15))])[:3]
    (50.0, 50.0, 50.0)
    >>> cost_to_finish(100, []).likely is None
    True
    """
    worked = [(answers, float(cost)) for answers, cost in days if answers > 0]
    answers = sum(n for n, _cost in worked)
    count = len(worked)
    if left <= 0:
        return ToFinish(0.0, 0.0, 0.0, count)
    if not answers:
        return ToFinish(None, None, None, count)
    ratio = sum(cost for _n, cost in worked) / answers
    if count < LEAST_DAYS:
        return ToFinish(left * ratio, None, None, count)
    squares = sum((cost - ratio * n) ** 2 for n, cost in worked) / (count - 1)
    error = math.sqrt(squares / count) / (answers / count)
    slack = student(count - 1) * error
    low, high = (left * max(ratio + side * slack, 0.0) for side in (-1, 1))
    return ToFinish(left * ratio, round(low, 6), round(high, 6), count)
