"""Seconds for an answer against what others took for the same item."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from annotate.pure.conduct.chance import even_tail
from annotate.pure.truth.crowd import Codes, Floats

LEAST_ANSWERS = 20
FAST = 0.5
CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody answers.

    Attributes
    ----------
    answers : int
        Answers whose item others answered too, with seconds.
    ratio : float
        Median of their seconds over the median of the others on the same item.
    seconds : float
        Median of their seconds.
    faster : int
        Answers that took less than half of what others took.
    p : float
        The chance of so many or more if each were as likely to be below half as not.
    """

    answers: int
    ratio: float
    seconds: float
    faster: int
    p: float

    @property
    def is_fast(self) -> bool:
        """Tell whether most answers take less than half the time of others, beyond chance."""
        return self.answers >= LEAST_ANSWERS and self.ratio < FAST and self.p < CHANCE


def paces(item: Codes, annotator: Codes, seconds: Floats, people: int) -> list[Pace | None]:
    """The pace of each annotator; None for those without a measured answer to a shared item.

    Answers without a positive, finite number of seconds are left out.
    """
    known = np.isfinite(seconds) & (seconds > 0)
    item, annotator, seconds = item[known], annotator[known], seconds[known]
    ratio = seconds / _median_of_others(item, annotator, seconds)
    found: list[Pace | None] = []
    for who in range(people):
        ours = (annotator == who) & np.isfinite(ratio)
        if not ours.any():
            found.append(None)
            continue
        faster, count = int((ratio[ours] < FAST).sum()), int(ours.sum())
        median = float(np.median(ratio[ours])), float(np.median(seconds[ours]))
        found.append(Pace(count, *median, faster, even_tail(faster, count)))
    return found


def _median_of_others(item: Codes, annotator: Codes, seconds: Floats) -> Floats:
    """The median of the others on the same item, for each answer; nan without others."""
    told = np.full(len(item), np.nan)
    order = np.argsort(item, kind="stable")
    bounds = np.flatnonzero(np.diff(item[order], prepend=-1, append=-1))
    for start, end in pairwise(bounds):
        at = order[start:end]
        for one in at:
            others = seconds[at][annotator[at] != annotator[one]]
            if len(others):
                told[one] = np.median(others)
    return told
