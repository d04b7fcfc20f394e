"""How well places cover each other: F1 over thresholds, mean overlap, and alpha by distance.

An answer is compared whole: its places are paired with those of another answer so that the sum of
their likeness is largest, only equal labels may pair, and the closeness of two answers is twice
that sum over the places of both. With one place each it is their IoU (OKS for skeletons); one
minus it is the distance that alpha is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from annotate.pure.agreement.answers import Codes, Floats
from annotate.pure.agreement.pair_scores import PairScores, mean_agreement
from annotate.pure.agreement.places import Comparison, PlacesAnswer, f1_scores
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    NO_PLACES,
    ONE_ITEM,
    ONE_PLACE,
    Agreement,
    measure_agreement,
    undefined_agreement,
)
from datasets.pure.geometry import best_assignment
from datasets.pure.region_likeness import Gathered, Reach, gather, likeness

THRESHOLDS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""COCO's: from 0.5 to 0.95 in steps of 0.05."""
MOST_PAIRS = 2000
LEAST_PAIRS = 200
# Cells of likeness that may be looked at to tell what chance would give.
_MOST_CELLS = 400_000

Alike = Callable[[Gathered, Gathered, Reach], Floats]


def f1_curve(compared: Comparison) -> list[tuple[float, Agreement]]:
    """F1 of what matches at each threshold of a comparison, each with its interval.

    Examples
    --------
    >>> from annotate.pure.agreement.places import Mark, compare_places
    >>> from datasets.pure.region_types import Box
    >>> both = [PlacesAnswer("i1", who, [Mark("cell", Box(0, 0, 10, h))])
    ...         for who, h in (("Ada", 10), ("Bo", 7))]
    >>> [one.value for _at, one in f1_curve(compare_places(both, (0.5, 0.7, 0.75)))]
    [1.0, 1.0, 0.0]
    """
    return [
        (at, mean_agreement(f1_scores(compared, place)))
        for place, at in enumerate(compared.at_least)
    ]


def mean_f1(compared: Comparison) -> Agreement:
    """The mean of F1 over the thresholds of a comparison, of every two answers."""
    by_threshold = [f1_scores(compared, place) for place in range(len(compared.at_least))]
    scores = np.mean([one.score for one in by_threshold], axis=0)
    return mean_agreement(by_threshold[0]._replace(score=scores))


class Closely(NamedTuple):
    """Answers about the same items compared whole, and some about different items.

    Attributes
    ----------
    scores : PairScores
        The closeness of every two answers to an item.
    sizes : ndarray, shape (n_items,)
        Answers to each item of which there are at least two.
    one, other : ndarray of int, shape (n_pairs,)
        Items of two answers that are about different ones; all such pairs, or drawn ones.
    apart : ndarray of float, shape (n_pairs,)
        How far those answers are from each other.
    is_marked : bool
        Somebody marked something.
    """

    scores: PairScores
    sizes: Floats
    one: Codes
    other: Codes
    apart: Floats
    is_marked: bool


def compare_closely(
    answers: Iterable[PlacesAnswer], alike: Alike = likeness, seed: int = 0
) -> Closely:
    """Compare every two answers to an item, and enough answers to different items.

    Parameters
    ----------
    answers : iterable of PlacesAnswer
        In any order; items with one answer do not count.
    alike : callable
        How alike places are; `oks_likeness` for skeletons.
    seed : int
        For drawing answers to different items: all pairs of them up to 2,000, else as many as can
        be looked at in a bounded time, 200 at least.
    """
    groups = _by_item(answers)
    people: dict[Hashable, int] = {}
    rows: list[tuple[int, int, int, float]] = []
    for code, group in enumerate(groups):
        coded = [(people.setdefault(one.annotator, len(people)), one) for one in group]
        for (who, mine), (whom, theirs) in combinations(coded, 2):
            rows.append((code, who, whom, closeness(mine, theirs, alike)))
    table = np.array(rows, dtype=float).reshape(-1, 4)
    item, first, second = table[:, :3].astype(np.intp).T
    n_answers = sum(len(group) for group in groups)
    one, other, apart = _across(groups, alike, seed)
    return Closely(
        PairScores(item, first, second, table[:, 3], tuple(people), n_answers),
        np.array([len(group) for group in groups], dtype=float),
        one,
        other,
        apart,
        any(answer.size for group in groups for answer in group),
    )


def closeness_alpha(compared: Closely, seed: int = 0) -> Agreement:
    """Krippendorff's alpha with the distance 1 - closeness: what chance gives is taken out.

    One minus the observed over the expected distance. Observed: between answers to one item, as
    Krippendorff weighs them. Expected: between any two answers, whatever items they are about.

    Returns
    -------
    Agreement
        1: everybody marks the same. 0: answers to one item are no closer than answers to different
        items. Undefined for one item, where nobody marked anything, and where everybody marked
        the same place on every item.

    References
    ----------
    Braylan, Alonso & Lease (2022), "Measuring annotator agreement generally across complex
    structured, multi-object, and free-text annotation tasks", for a distance of any kind in
    Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section D.
    """
    n_items, n_answers = len(compared.sizes), compared.scores.n_answers
    if not n_items:
        return undefined_agreement(NO_OVERLAP)
    if n_items == 1:
        return undefined_agreement(ONE_ITEM, 1, n_answers)
    sizes, one, other = compared.sizes, compared.one, compared.other
    # Ordered pairs, as in the formula: each of them twice.
    within = 2 * np.bincount(compared.scores.item, 1 - compared.scores.score, minlength=n_items)
    observed_by_item = within / (sizes - 1)

    def measure(drawn: Floats) -> Floats:
        total = drawn @ sizes
        weights = drawn[:, one] * drawn[:, other]
        met = weights.sum(axis=1)
        mean = np.divide(weights @ compared.apart, met, out=np.zeros(len(met)), where=met > 0)
        between = (total**2 - drawn**2 @ sizes**2) * mean
        expected = between + drawn**2 @ within
        is_defined = expected > 1e-9 * np.maximum(total, 1)
        ratio = (total - 1) * (drawn @ observed_by_item) / np.where(is_defined, expected, 1)
        return np.where(is_defined, 1 - ratio, np.nan)

    why = ONE_PLACE if compared.is_marked else NO_PLACES
    return measure_agreement(measure, np.ones(n_items), n_answers, why, seed)


class _Whole(NamedTuple):
    """One answer: its places by label and by what of the item they are on."""

    annotator: Hashable
    marks: dict[tuple[Hashable, Hashable], Gathered]
    size: int
    reach: Reach


def closeness(first: _Whole, second: _Whole, alike: Alike = likeness) -> float:
    """Twice the likeness of the places that belong together, over the places of both; 0 to 1.

    Two empty answers are the same: both say that there is nothing.
    """
    both = first.size + second.size
    if not both:
        return 1.0
    shared = 0.0
    for key in first.marks.keys() & second.marks.keys():
        table = alike(first.marks[key], second.marks[key], first.reach)
        if table.size == 1:
            shared += float(table[0, 0])
        else:
            pairs = best_assignment(table)
            shared += float(table[pairs[:, 0], pairs[:, 1]].sum())
    return min(2 * shared / both, 1.0)


def _by_item(answers: Iterable[PlacesAnswer]) -> list[list[_Whole]]:
    items: dict[Hashable, list[_Whole]] = {}
    for answer in answers:
        places: dict[tuple[Hashable, Hashable], list[object]] = {}
        for mark in answer.marks:
            places.setdefault((mark.label, mark.on), []).append(mark.at)
        marks = {key: gather(one) for key, one in places.items()}
        whole = _Whole(answer.annotator, marks, len(answer.marks), answer.reach)
        items.setdefault(answer.item, []).append(whole)
    return [group for group in items.values() if len(group) > 1]


def _across(
    groups: Sequence[Sequence[_Whole]], alike: Alike, seed: int
) -> tuple[Codes, Codes, Floats]:
    """Pairs of answers to different items: all of them, or drawn evenly."""
    listed = [answer for group in groups for answer in group]
    owner = np.repeat(np.arange(len(groups)), [len(group) for group in groups]).astype(np.intp)
    n, wanted = len(listed), _affordable(listed)
    if n * (n - 1) // 2 <= wanted:
        one, other = np.triu_indices(n, 1)
    else:
        random = np.random.default_rng(seed)
        one, other = random.integers(n, size=(2, 2 * wanted))
    is_apart = owner[one] != owner[other]
    one, other = one[is_apart][:wanted], other[is_apart][:wanted]
    apart = [1 - closeness(listed[a], listed[b], alike) for a, b in zip(one, other, strict=True)]
    return owner[one], owner[other], np.array(apart, dtype=float)


def _affordable(listed: Sequence[_Whole]) -> int:
    """How many pairs may be compared: fewer where answers hold many places."""
    size = sum(answer.size for answer in listed) / max(len(listed), 1)
    return int(np.clip(_MOST_CELLS / max(size, 1) ** 2, LEAST_PAIRS, MOST_PAIRS))
