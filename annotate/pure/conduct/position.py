"""Somebody who picks what was shown first, whatever it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from annotate.pure.conduct.chance import as_unlikely
from annotate.pure.intervals import Interval, wilson

LEAST_CHOICES = 20
CHANCE = 0.001
LEAST_EXCESS = 0.1


@dataclass(frozen=True, slots=True)
class Position:
    """How often one person picked the candidate that was shown first.

    The order is drawn by chance for each answer, so of two candidates the first one should be
    picked every other time, of five every fifth time, however good they are.

    Attributes
    ----------
    first : int
        Picks of the candidate that was shown first.
    choices : int
        Picks of one of some; ties for the best, and "both bad", are none.
    share : float
        `first` of `choices`.
    interval : Interval
        95 % interval of the share (Wilson).
    p : float
        The chance of a count as unlikely as this one (exact test).
    expected : float
        The share that chance alone gives; one half for pairs.
    """

    first: int
    choices: int
    share: float
    interval: Interval
    p: float
    expected: float

    @property
    def is_marked(self) -> bool:
        """Tell whether it is beyond chance and more than a tenth away from what chance gives."""
        is_far = abs(self.share - self.expected) > LEAST_EXCESS
        return self.choices >= LEAST_CHOICES and self.p < CHANCE and is_far


def position_of(picks: Iterable[tuple[str, str]]) -> Position | None:
    """Return how often the first shown was picked; None where nothing was.

    Parameters
    ----------
    picks : iterable of (str, str)
        What was picked, and the candidates as they were shown, with spaces between.

    Examples
    --------
    >>> found = position_of([("a", "a b"), ("b", "b a"), ("a", "b a"), ("tie", "a b")])
    >>> found.first, found.choices, found.p
    (2, 3, 1.0)
    """
    asked = ((one, shown.split(" ")) for one, shown in picks)
    met = [(one == order[0], len(order)) for one, order in asked if one in order and len(order) > 1]
    if not met:
        return None
    first, total = sum(is_first for is_first, _ways in met), len(met)
    trials = Counter(ways for _is_first, ways in met)
    expected = sum(many / ways for ways, many in trials.items()) / total
    p = as_unlikely(first, trials)
    return Position(first, total, first / total, wilson(first, total), p, expected)
