"""Pairs of people who share mistakes more often than chance lets them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from annotate.pure.conduct.chance import poisson_tail
from annotate.pure.truth.crowd import Codes, Crowd, Floats

LEAST_SHARED = 5
MOST_ERRING = 60
"""People who make one and the same mistake; where more do, it is the item that misleads."""
CHANCE = 0.001


@dataclass(frozen=True, slots=True)
class Shared:
    """Two people who make the same mistakes.

    Attributes
    ----------
    first, second : int
        Codes of the annotators.
    items : int
        Items that both answered.
    shared : int
        Items on which both gave the same wrong answer.
    expected : float
        How many of these chance explains, given how often each errs and how many others make
        the same mistake on these items.
    p : float
        The chance of so many or more, times the number of pairs looked at (Bonferroni).
    at : tuple of int
        Codes of the items.
    """

    first: int
    second: int
    items: int
    shared: int
    expected: float
    p: float
    at: tuple[int, ...]


def shared_mistakes(crowd: Crowd, winner: Codes) -> list[Shared]:
    """The pairs who share mistakes beyond chance, the least likely first.

    The chance that somebody makes a mistake on an item is how common it is among all others who
    answered it, times how often they err against the mean. So an item that misleads everybody
    tells nothing about two people. Right answers that are alike tell nothing at all.

    Parameters
    ----------
    winner : ndarray of int, shape (n_items,)
        Code of the label taken as true; -1 where nobody can tell, which is left out.
    """
    wrong = (winner[crowd.item] >= 0) & (winner[crowd.item] != crowd.label)
    if not wrong.any():
        return []
    votes, n_people = crowd.votes(), len(crowd.annotators)
    said = np.bincount(crowd.annotator, minlength=n_people)
    erring = np.bincount(crowd.annotator, wrong, n_people) / np.maximum(said, 1)
    mean = max(float(wrong.mean()), 1e-9)
    pairs, at = _pairs_in_error(crowd, wrong)
    looked_at = max(len(pairs), 1)
    found = []
    answered = _answered(crowd)
    for (first, second), shared in pairs.items():
        if shared < LEAST_SHARED:
            continue
        both = np.intersect1d(answered[first], answered[second], assume_unique=True)
        odds = erring[first] / mean, erring[second] / mean
        expected = _expected(votes[both], winner[both], odds)
        p = min(1.0, poisson_tail(shared, expected) * looked_at)
        if p < CHANCE:
            items = tuple(sorted(at[first, second]))
            found.append(Shared(first, second, len(both), shared, expected, p, items))
    return sorted(found, key=lambda one: (one.p, -one.shared, one.first, one.second))


def _pairs_in_error(
    crowd: Crowd, wrong: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Counter[tuple[int, int]], dict[tuple[int, int], list[int]]]:
    """How often two people made the same mistake, and where."""
    cell = crowd.item[wrong] * len(crowd.labels) + crowd.label[wrong]
    order = np.argsort(cell, kind="stable")
    cell, who = cell[order], crowd.annotator[wrong][order]
    bounds = np.flatnonzero(np.diff(cell, prepend=-1, append=-1))
    pairs: Counter[tuple[int, int]] = Counter()
    at: dict[tuple[int, int], list[int]] = {}
    for start, end in pairwise(bounds):
        people = sorted(set(who[start:end].tolist()))
        if not 2 <= len(people) <= MOST_ERRING:
            continue
        item = int(cell[start]) // len(crowd.labels)
        for n, one in enumerate(people):
            for other in people[n + 1 :]:
                pairs[one, other] += 1
                at.setdefault((one, other), []).append(item)
    return pairs, at


def _answered(crowd: Crowd) -> list[Codes]:
    order = np.argsort(crowd.annotator, kind="stable")
    ends = np.cumsum(crowd.answers_of())
    return [np.unique(items) for items in np.split(crowd.item[order], ends[:-1])]


def _expected(votes: Floats, winner: Codes, odds: tuple[float, float]) -> float:
    """Mistakes that both make by chance, summed over items and wrong labels.

    Votes are those of all; the pair's own are in them, so that its shared mistakes count as
    misleading items to some extent: the figure errs towards innocence.
    """
    kept = winner >= 0
    rates = votes[kept] / np.maximum(votes[kept].sum(1, keepdims=True), 1)
    rates[np.arange(len(rates)), winner[kept]] = 0.0
    one, other = (np.minimum(rates * odd, 1.0) for odd in odds)
    return float((one * other).sum())
