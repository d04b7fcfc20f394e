"""Which upright boxes touch each other, without comparing each with every other.

Boxes are sorted along the side on which fewer meet, and each is paired with those that begin
before it ends: what lies far apart costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

AT_A_TIME = 1_000_000
"""Pairs held in memory together: a few tens of megabytes."""


class Sweep:
    """The pairs of boxes that may share more than so much of their union.

    Parameters
    ----------
    boxes : ndarray, shape (n, 4)
        Left, top, right, bottom.
    least : float
        0 to 1: pairs whose boxes share less of a side than this are left out.

    Examples
    --------
    >>> sweep = Sweep(np.array([[0, 0, 2, 2], [5, 0, 6, 2], [1, 0, 3, 2.0]]), 0)
    >>> sweep.size, [(rows.tolist(), columns.tolist()) for rows, columns in sweep.pairs()]
    (1, [([2], [0])])
    """

    def __init__(self, boxes: Floats, least: float) -> None:
        sides = [self._along(boxes[:, axis], boxes[:, axis + 2], least) for axis in (0, 1)]
        self.order, self.counts = min(sides, key=lambda side: int(side[1].sum()))
        self.size = int(self.counts.sum())
        """How many pairs there are."""

    @staticmethod
    def _along(low: Floats, high: Floats, least: float) -> tuple[Numbers, Numbers]:
        order = np.argsort(low, kind="stable")
        low, high = low[order], high[order]
        # what begins later shares less of this side than it needs to
        limits = high - least * (high - low)
        last = np.searchsorted(low, limits + 1e-6 * np.abs(limits) + 1e-6, side="right")
        counts = last - np.arange(1, len(order) + 1)
        return order, np.maximum(counts, 0)

    def pairs(self) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield the pairs, a batch at a time: numbers of later boxes, and of earlier ones."""
        ends = np.cumsum(self.counts)
        start = 0
        while start < len(self.counts):
            before = ends[start - 1] if start else 0
            stop = max(int(np.searchsorted(ends, before + AT_A_TIME, side="right")), start + 1)
            counts = self.counts[start:stop]
            first = np.repeat(np.arange(start, stop), counts)
            begins = np.repeat(np.cumsum(counts) - counts, counts)
            second = first + 1 + np.arange(len(first)) - begins
            one, other = self.order[first], self.order[second]
            yield np.maximum(one, other), np.minimum(one, other)
            start = stop
