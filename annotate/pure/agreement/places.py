"""Agreement about places: which regions of two annotators belong together.

For every two answers to an item, F1 is twice the matched places over all places of both. Two
empty answers agree fully: both said that there is nothing. A pair matches only with equal labels,
and only where it is alike enough by the measure of its kind (`datasets.pure.region_likeness`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import combinations, groupby
from typing import Any, NamedTuple

import numpy as np

from annotate.pure.agreement.answers import Codes, Floats
from annotate.pure.agreement.pair_scores import PairScores
from datasets.pure.geometry import match_pairs
from datasets.pure.region_likeness import Gathered, Reach, gather, likeness

ANY_OVERLAP = 1e-9
"""Any shared code point makes two spans overlap."""
EXACT = 1.0


class Mark(NamedTuple):
    """One place that an annotator marked: its label, the place, and what of the item it is on."""

    label: Hashable
    at: Any
    on: Hashable = None


class PlacesAnswer(NamedTuple):
    """What one annotator marked on one item.

    Attributes
    ----------
    item, annotator : hashable
        Names.
    marks : sequence of Mark
        Places as the regions document has them; relations as `Ends`.
    reach : Reach
        How far apart points, lines and instants of this item may be.
    """

    item: Hashable
    annotator: Hashable
    marks: Sequence[Mark]
    reach: Reach = Reach()


class Comparison(NamedTuple):
    """Every two answers to an item compared once, a row for each label that either used.

    Attributes
    ----------
    item, first, second, label : ndarray of int, shape (n_rows,)
        Codes; `label` is -1 in the one row of two empty answers.
    total : ndarray of int, shape (n_rows,)
        Places of both with the label.
    matched : ndarray of int, shape (n_rows, n_thresholds)
        Pairs that are alike enough for each of `at_least`.
    overlap : ndarray of float, shape (n_rows,)
        Sum of the likeness of the pairs that match at the first threshold.
    """

    item: Codes
    first: Codes
    second: Codes
    label: Codes
    total: Codes
    matched: Codes
    overlap: Floats
    at_least: tuple[float, ...]
    labels: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]


def compare_places(
    answers: Iterable[PlacesAnswer],
    at_least: Sequence[float] = (0.5,),
    *,
    in_order: bool = False,
) -> Comparison:
    """Compare every two annotators' places on an item, matched one to one.

    Parameters
    ----------
    answers : iterable of PlacesAnswer
        An answer without places counts; a missing answer is simply not there.
    at_least : sequence of float
        Smallest likeness of a match; each gives figures of its own.
    in_order : bool
        The answers come item by item, so that those of one item alone are held at a time.

    Raises
    ------
    ValueError
        Somebody answered an item twice, or an item comes back although answers are in order.

    Examples
    --------
    >>> from annotate.pure.agreement.pair_scores import mean_agreement
    >>> from datasets.pure.region_types import Box
    >>> cell, other = Mark("cell", Box(0, 0, 4, 4)), Mark("cell", Box(9, 9, 4, 4))
    >>> both = [PlacesAnswer("i1", "Ada", [cell, other]), PlacesAnswer("i1", "Bo", [cell])]
    >>> round(mean_agreement(f1_scores(compare_places(both))).value, 3)
    0.667
    """
    annotators: dict[Hashable, int] = {}
    labels: dict[Hashable, int] = {}
    rows: list[tuple[float, ...]] = []
    for code, group in enumerate(_one_by_one(answers) if in_order else _by_item(answers)):
        for answer in group:
            annotators.setdefault(answer.annotator, len(annotators))
        prepared = [(annotators[one.annotator], _by_label(one, labels)) for one in group]
        prepared.sort(key=lambda one: one[0])
        reach = group[0].reach
        for (first, mine), (second, theirs) in combinations(prepared, 2):
            rows += [(code, first, second, *row) for row in _compare(mine, theirs, at_least, reach)]
    table = np.array(rows, dtype=float).reshape(-1, 6 + len(at_least))
    whole = table.astype(np.intp)
    item, first, second, label, total = whole[:, :5].T
    return Comparison(
        *(item, first, second, label, total),
        matched=whole[:, 5:-1],
        overlap=table[:, -1],
        at_least=tuple(at_least),
        labels=tuple(labels),
        annotators=tuple(annotators),
    )


def _by_item(answers: Iterable[PlacesAnswer]) -> Iterator[list[PlacesAnswer]]:
    """The answers of each item, in whatever order they come."""
    items: dict[Hashable, list[PlacesAnswer]] = {}
    for answer in answers:
        items.setdefault(answer.item, []).append(answer)
    yield from (_checked(group) for group in items.values())


def _one_by_one(answers: Iterable[PlacesAnswer]) -> Iterator[list[PlacesAnswer]]:
    """The answers of each item, which stand together."""
    seen: set[Hashable] = set()
    for item, group in groupby(answers, key=lambda one: one.item):
        if item in seen:
            raise ValueError(f"the answers to {item!r} do not stand together")
        seen.add(item)
        yield _checked(list(group))


def _checked(group: list[PlacesAnswer]) -> list[PlacesAnswer]:
    who: set[Hashable] = set()
    for answer in group:
        if answer.annotator in who:
            raise ValueError(f"{answer.annotator!r} answered {answer.item!r} twice")
        who.add(answer.annotator)
    return group


def f1_scores(
    compared: Comparison, threshold: int = 0, label: Hashable | None = None
) -> PairScores:
    """F1 of every two annotators on an item.

    Parameters
    ----------
    threshold : int
        Which of the comparison's thresholds.
    label : hashable, optional
        Look at places with this label only; pairs in which neither annotator used it are left out.

    Returns
    -------
    PairScores
        For `mean_agreement` and `pair_table`.
    """
    pairs, total, matched = _summed(compared, compared.matched[:, threshold], label)
    scores = np.divide(2 * matched, total, out=np.ones(len(total)), where=total > 0)
    return _pair_scores(compared, pairs, scores)


def overlap_scores(compared: Comparison) -> PairScores:
    """The mean likeness of the places that match; pairs of answers without a match are left out."""
    pairs, _total, overlap = _summed(compared, compared.overlap, None)
    _pairs, _total, matched = _summed(compared, compared.matched[:, 0], None)
    some = matched > 0
    return _pair_scores(compared, pairs[some], overlap[some] / matched[some])


def _summed(
    compared: Comparison, values: Floats | Codes, label: Hashable | None
) -> tuple[Codes, Floats, Floats]:
    """Item and annotators of each pair of answers, their places, and the sum of `values`."""
    keys = np.column_stack([compared.item, compared.first, compared.second])
    if label is not None:
        code = compared.labels.index(label) if label in compared.labels else -2
        chosen = compared.label == code
        keys, values = keys[chosen], values[chosen]
        totals = compared.total[chosen]
    else:
        totals = compared.total
    # Rows of a pair stand together, in the order of items and annotators.
    starts = np.flatnonzero(np.any(np.diff(keys, axis=0, prepend=-1) != 0, axis=1))
    if not len(starts):
        return keys[:0], np.zeros(0), np.zeros(0)
    return (
        keys[starts],
        np.add.reduceat(totals, starts).astype(float),
        np.add.reduceat(values, starts).astype(float),
    )


def _pair_scores(compared: Comparison, pairs: Codes, scores: Floats) -> PairScores:
    item, first, second = pairs.T
    who = np.concatenate([pairs[:, :2], pairs[:, ::2]])
    n_answers = len(np.unique(who, axis=0)) if len(who) else 0
    return PairScores(item, first, second, scores, compared.annotators, n_answers)


_Prepared = dict[tuple[int, Hashable], Gathered]


def _by_label(answer: PlacesAnswer, labels: dict[Hashable, int]) -> _Prepared:
    """The places of an answer by label and by what of the item they are on."""
    grouped: dict[tuple[int, Hashable], list[Any]] = {}
    for mark in answer.marks:
        code = labels.setdefault(mark.label, len(labels))
        grouped.setdefault((code, mark.on), []).append(mark.at)
    return {key: gather(places) for key, places in grouped.items()}


def _compare(
    first: _Prepared, second: _Prepared, at_least: Sequence[float], reach: Reach
) -> list[tuple[float, ...]]:
    """Label, places of both, pairs at each threshold, and overlap, a row for each label."""
    rows: list[tuple[float, ...]] = []
    for key in dict.fromkeys([*first, *second]):
        mine, theirs = first.get(key), second.get(key)
        total = (mine.size if mine else 0) + (theirs.size if theirs else 0)
        matched, overlap = [0] * len(at_least), 0.0
        if mine and theirs:
            alike = likeness(mine, theirs, reach)
            pairs = [match_pairs(alike, one) for one in at_least]
            matched = [len(one) for one in pairs]
            overlap = float(alike[pairs[0][:, 0], pairs[0][:, 1]].sum())
        rows.append((key[0], total, *matched, overlap))
    return rows or [(-1, 0, *[0] * len(at_least), 0.0)]
