"""Whether two figures of agreement differ, from what is known of each alone."""

from __future__ import annotations

import math
from typing import NamedTuple

from annotate.pure.agreement.results import NO_WIDTH, Agreement, unseen


class Difference(NamedTuple):
    """Second minus first, with its 95 % interval; None where a figure or its interval is missing.

    Attributes
    ----------
    is_told : bool
        Zero is not within the interval: the figures differ.
    """

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def is_told(self) -> bool:
        """Whether the figures differ by more than chance explains."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def difference(first: Agreement, second: Agreement) -> Difference:
    """How much higher a second figure is than a first one that was measured on other items.

    The interval is put together from those of both figures (MOVER), which need not be symmetrical.
    Where both are about the same items it is wider than it would have to be. Full agreement without
    an interval is taken to reach down by the share of items that may be otherwise, see `unseen`;
    of what takes chance out that is rough where a label is rare.

    References
    ----------
    Zou & Donner (2008), "Construction of confidence limits about effect measures: a general
    approach", eq. 4.

    Examples
    --------
    >>> before, after = Agreement(0.5, 0.4, 0.6, 90, 180), Agreement(0.7, 0.67, 0.74, 90, 180)
    >>> [round(one, 3) for one in difference(before, after)], difference(before, after).is_told
    ([0.2, 0.096, 0.308], True)
    """
    if first.value is None or second.value is None:
        return Difference(None)
    apart = second.value - first.value
    before, after = _reach(first), _reach(second)
    if before is None or after is None:
        return Difference(apart)
    return Difference(
        apart, apart - math.hypot(after[0], before[1]), apart + math.hypot(after[1], before[0])
    )


def _reach(figure: Agreement) -> tuple[float, float] | None:
    """How far the interval of a figure goes down and up from it; None where it has none."""
    if figure.value is None:
        return None
    if figure.low is None or figure.high is None:
        is_full = figure.value > 1 - NO_WIDTH and figure.n_items > 1
        return (unseen(figure.n_items), 0.0) if is_full else None
    return max(figure.value - figure.low, 0.0), max(figure.high - figure.value, 0.0)
