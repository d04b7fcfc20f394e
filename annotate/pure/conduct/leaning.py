"""Somebody who gives one answer, such as the first of the list, more often than it is true."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from annotate.pure.conduct.skill import is_shared
from annotate.pure.truth.crowd import Crowd, Floats

LEAST_ANSWERS = 20
CHANCE = 0.001
LEAST_EXCESS = 0.1


@dataclass(frozen=True, slots=True)
class Leaning:
    """The label that one person gives too often.

    Attributes
    ----------
    label : int
        Its code, which is also its place in the list.
    given : int
        How often they gave it.
    expected : float
        How often it is true of these items by what all others say.
    answers : int
        Their answers to items that others answered too.
    p : float
        The chance of so large a difference, times the number of labels (normal approximation).
    """

    label: int
    given: int
    expected: float
    answers: int
    p: float

    @property
    def is_marked(self) -> bool:
        """Tell whether it is beyond chance and more than a tenth of all answers."""
        excess = (self.given - self.expected) / max(self.answers, 1)
        return self.answers >= LEAST_ANSWERS and self.p < CHANCE and excess > LEAST_EXCESS


def leanings(crowd: Crowd, belief: Floats) -> list[Leaning | None]:
    """What each annotator says too often; None for those who share no item.

    Parameters
    ----------
    belief : ndarray, shape (n_answers, n_labels)
        What all others think of each answer's item, from `skill.others_belief`.
    """
    counted = is_shared(crowd)
    n_people, n_labels = len(crowd.annotators), len(crowd.labels)
    cell = crowd.annotator[counted] * n_labels + crowd.label[counted]
    given = np.bincount(cell, minlength=n_people * n_labels).reshape(n_people, n_labels)
    kept, who = belief[counted], crowd.annotator[counted]
    expected = np.stack([np.bincount(who, column, n_people) for column in kept.T], 1)
    spread = np.stack([np.bincount(who, column * (1 - column), n_people) for column in kept.T], 1)
    return [_leaning(*row) for row in zip(given, expected, spread, strict=True)]


def _leaning(given: Floats, expected: Floats, spread: Floats) -> Leaning | None:
    answers = int(given.sum())
    if answers == 0:
        return None
    # A right answer to an easy item has no spread: at least as much as a share of that size has.
    rate = (expected + 0.5) / (answers + 1)
    z = (given - expected) / np.sqrt(np.maximum(spread, answers * rate * (1 - rate)))
    label = int(z.argmax())
    p = min(1.0, math.erfc(z[label] / math.sqrt(2)) / 2 * len(given))
    return Leaning(label, int(given[label]), float(expected[label]), answers, p)
