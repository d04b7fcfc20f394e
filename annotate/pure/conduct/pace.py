"""Seconds for an answer against what others took for the same item."""

from __future__ import annotations

from dataclasses import dataclass

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
    """The median of the others on the same item, for each answer; nan without others.

    Of repeated answers of one person to an item the first counts; the rest have no median.
    """
    told: Floats = np.full(len(item), np.nan)
    pair = item * (int(annotator.max(initial=0)) + 1) + annotator
    _pairs, first = np.unique(pair, return_index=True)
    order = first[np.lexsort((seconds[first], item[first]))]
    held, value = item[order], seconds[order]
    begin = np.flatnonzero(np.diff(held, prepend=-1))
    size = np.diff(np.append(begin, len(held)))
    start, count = np.repeat(begin, size), np.repeat(size, size)
    rank = np.arange(len(held)) - start
    middle = []
    for place in ((count - 2) // 2, (count - 1) // 2):  # of the others, in order
        place = place + (place >= rank)  # one's own value is skipped
        middle.append(value[np.minimum(start + place, len(held) - 1)])
    told[order] = np.where(count > 1, (middle[0] + middle[1]) / 2, np.nan)
    return told
