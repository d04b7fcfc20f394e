"""Somebody who picks what was shown first, whatever it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from annotate.pure.conduct.chance import even_tail
from annotate.pure.intervals import Interval, wilson

LEAST_CHOICES = 20
CHANCE = 0.001
LEAST_EXCESS = 0.1


@dataclass(frozen=True, slots=True)
class Position:
    """How often one person picked the candidate that was shown first.

    The order is drawn by chance for each answer, so half of the picks should be of the first one,
    however good the candidates are.

    Attributes
    ----------
    first : int
        Picks of the candidate that was shown first.
    choices : int
        Picks of one of two; ties and "both bad" are none.
    share : float
        `first` of `choices`.
    interval : Interval
        95 % interval of the share (Wilson).
    p : float
        The chance of a difference from one half that is at least as large, either way: the exact
        test of a fair coin.
    """

    first: int
    choices: int
    share: float
    interval: Interval
    p: float

    @property
    def is_marked(self) -> bool:
        """Tell whether it is beyond chance and more than a tenth away from one half."""
        is_far = abs(self.share - 0.5) > LEAST_EXCESS
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
    places = [shown.split(" ").index(one) for one, shown in picks if one in shown.split(" ")]
    if not places:
        return None
    first, total = places.count(0), len(places)
    p = min(1.0, 2 * even_tail(max(first, total - first), total))
    return Position(first, total, first / total, wilson(first, total), p)
