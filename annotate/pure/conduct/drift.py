"""Whether somebody gets better or worse as they go on, and since when."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from annotate.pure.conduct.chance import bridge_tail
from annotate.pure.intervals import Interval, wilson
from annotate.pure.truth.crowd import Floats

LEAST_ANSWERS = 40
WINDOWS = 12
CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Drift:
    """One person over time.

    Attributes
    ----------
    curve : tuple of (float, Interval)
        Share right in each of up to twelve windows of equally many answers, oldest first.
    window : float
        Answers in each.
    change : int or None
        The answer (from 0) at which it changed most; None where nothing changes.
    before, after : float
        Share right on both sides of it.
    p : float
        The chance of so large a change where there is none.
    """

    curve: tuple[tuple[float, Interval], ...]
    window: float
    change: int | None
    before: float
    after: float
    p: float

    @property
    def is_marked(self) -> bool:
        """Tell whether the change is beyond chance."""
        return self.change is not None and self.p < CHANCE


def drift_of(right: Floats) -> Drift | None:
    """The curve and the change test of one person; None for fewer than forty answers.

    The test is the largest sum of differences from the mean, over the spread and the root of the
    count, against the Brownian bridge it would be without a change (Page 1954; Ploberger, Krämer
    1992).

    Parameters
    ----------
    right : ndarray, shape (n_answers,)
        1 for right, 0 for wrong, or between as far as others can tell; oldest first.

    Examples
    --------
    >>> told = drift_of(np.array([1.0] * 60 + [0.0, 1.0] * 30))
    >>> told.change, round(told.before, 2), round(told.after, 2), told.is_marked
    (60, 1.0, 0.5, True)
    """
    count = len(right)
    if count < LEAST_ANSWERS:
        return None
    parts = np.array_split(right, min(WINDOWS, count // (LEAST_ANSWERS // 4)))
    curve = tuple((float(part.mean()), wilson(float(part.sum()), len(part))) for part in parts)
    window = count / len(parts)
    mean, spread = float(right.mean()), float(right.std())
    if spread < 1e-9:
        return Drift(curve, window, None, mean, mean, 1.0)
    sums = np.cumsum(right - mean)[:-1]
    at = int(np.abs(sums).argmax())
    height = float(abs(sums[at])) / (spread * math.sqrt(count))
    before, after = float(right[: at + 1].mean()), float(right[at + 1 :].mean())
    return Drift(curve, window, at + 1, before, after, bridge_tail(height))
