"""Agreement about places: which boxes, spans or segments of two annotators belong together.

For every two answers to an item, F1 is twice the matched places over all places of both. Two
empty answers agree fully: both said that there is nothing. A pair matches only with equal labels.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from annotate.pure.agreement.answers import Floats
from annotate.pure.agreement.pair_scores import PairScores
from datasets.pure.geometry import box_iou, instant_nearness, match_pairs, segment_iou, span_iou

# Any shared code point makes two spans overlap.
_ANY_OVERLAP = 1e-9
NEAR_SECONDS = 0.1
"""Two instants that are as far apart, or farther, are different ones."""


class PlacesAnswer(NamedTuple):
    """What one annotator marked on one item.

    Attributes
    ----------
    item, annotator : hashable
        Names.
    labels : sequence of hashable, length n
        Label of each place.
    places : sequence, shape (n, 4), (n, 3) or (n, 2)
        Boxes as left, top, width, height in pixels; spans as start and end in code points;
        segments as start, end in seconds and a number for the channel; instants as moment in
        seconds and a number for the channel.
    """

    item: Hashable
    annotator: Hashable
    labels: Sequence[Hashable]
    places: Sequence[Sequence[float]]


_Overlap = Callable[[Any, Any], Floats]


def box_scores(
    answers: Iterable[PlacesAnswer], at_least: float = 0.5, label: Hashable | None = None
) -> PairScores:
    """F1 of every two annotators' boxes on an item, matched one to one by overlap.

    Parameters
    ----------
    answers : iterable of PlacesAnswer
        An answer without places counts; a missing answer is simply not there.
    at_least : float
        Smallest intersection over union of a match.
    label : hashable, optional
        Look at boxes with this label only; pairs in which neither annotator used it are left out.

    Returns
    -------
    PairScores
        For `mean_agreement` and `pair_table`.

    Examples
    --------
    >>> from annotate.pure.agreement.pair_scores import mean_agreement
    >>> ada = PlacesAnswer("i1", "Ada", ["cell", "cell"], [[0, 0, 4, 4], [9, 9, 4, 4]])
    >>> bo = PlacesAnswer("i1", "Bo", ["cell"], [[0, 0, 4, 4]])
    >>> round(mean_agreement(box_scores([ada, bo])).value, 3)
    0.667
    """
    return _pair_scores(answers, box_iou, at_least, label)


def span_scores(
    answers: Iterable[PlacesAnswer], *, exact: bool, label: Hashable | None = None
) -> PairScores:
    """F1 of every two annotators' spans on an item.

    Parameters
    ----------
    answers : iterable of PlacesAnswer
        As for `box_scores`.
    exact : bool
        True: a match has equal start and end. False: it shares at least one code point; matched
        one to one, as many as possible.
    label : hashable, optional
        As for `box_scores`.

    Examples
    --------
    >>> from annotate.pure.agreement.pair_scores import mean_agreement
    >>> ada = PlacesAnswer("i1", "Ada", ["name"], [[0, 8]])
    >>> bo = PlacesAnswer("i1", "Bo", ["name"], [[4, 8]])
    >>> both = [ada, bo]
    >>> mean_agreement(span_scores(both, exact=True)).value
    0.0
    >>> mean_agreement(span_scores(both, exact=False)).value
    1.0
    """
    return _pair_scores(answers, span_iou, 1.0 if exact else _ANY_OVERLAP, label)


def segment_scores(
    answers: Iterable[PlacesAnswer], at_least: float = 0.5, label: Hashable | None = None
) -> PairScores:
    """F1 of every two annotators' segments on an item, matched one to one by shared time.

    Parameters
    ----------
    answers, label
        As for `box_scores`.
    at_least : float
        Smallest shared time over covered time of a match. Segments of different channels never
        match.

    Examples
    --------
    >>> from annotate.pure.agreement.pair_scores import mean_agreement
    >>> ada = PlacesAnswer("i1", "Ada", ["rita", "sam"], [[0, 2, 1], [2, 4, 1]])
    >>> bo = PlacesAnswer("i1", "Bo", ["rita"], [[0, 1.9, 1]])
    >>> round(mean_agreement(segment_scores([ada, bo])).value, 3)
    0.667
    """
    return _pair_scores(answers, segment_iou, at_least, label)


def instant_scores(answers: Iterable[PlacesAnswer], label: Hashable | None = None) -> PairScores:
    """F1 of every two annotators' instants on an item, matched one to one, the nearest first.

    A match is nearer than a tenth of a second, on the same channel.

    Examples
    --------
    >>> from annotate.pure.agreement.pair_scores import mean_agreement
    >>> ada = PlacesAnswer("i1", "Ada", ["click"], [[1.0, 0]])
    >>> bo = PlacesAnswer("i1", "Bo", ["click"], [[1.05, 0]])
    >>> mean_agreement(instant_scores([ada, bo])).value
    1.0
    """
    near = partial(instant_nearness, seconds=NEAR_SECONDS)
    return _pair_scores(answers, near, _ANY_OVERLAP, label)


class _Prepared(NamedTuple):
    """One answer with its places as arrays."""

    annotator: int
    label: Any
    places: Floats


def _pair_scores(
    answers: Iterable[PlacesAnswer], overlap: _Overlap, at_least: float, only: Hashable | None
) -> PairScores:
    annotators: dict[Hashable, int] = {}
    labels: dict[Hashable, int] = {}
    items: dict[Hashable, list[_Prepared]] = {}
    for answer in answers:
        annotator = annotators.setdefault(answer.annotator, len(annotators))
        others = items.setdefault(answer.item, [])
        if any(other.annotator == annotator for other in others):
            raise ValueError(f"{answer.annotator!r} answered {answer.item!r} twice")
        others.append(_prepare(answer, annotator, labels, only))
    rows = []
    n_answers = 0
    for code, group in enumerate(items.values()):
        group.sort(key=lambda answer: answer.annotator)
        compared = _compare(group, overlap, at_least, keep_empty=only is None)
        rows += [(code, first, second, score) for first, second, score in compared]
        n_answers += len({who for first, second, _ in compared for who in (first, second)})
    table = np.array(rows, dtype=float).reshape(-1, 4)
    item, first, second = table[:, :3].astype(np.intp).T
    return PairScores(item, first, second, table[:, 3], tuple(annotators), n_answers)


def _prepare(
    answer: PlacesAnswer, annotator: int, labels: dict[Hashable, int], only: Hashable | None
) -> _Prepared:
    if len(answer.labels) != len(answer.places):
        counts = f"{len(answer.labels)} labels for {len(answer.places)} places"
        raise ValueError(f"{answer.annotator!r} on {answer.item!r}: {counts}")
    chosen = [n for n, label in enumerate(answer.labels) if only is None or label == only]
    codes = [labels.setdefault(answer.labels[n], len(labels)) for n in chosen]
    places = np.array([answer.places[n] for n in chosen], dtype=float)
    return _Prepared(annotator, np.array(codes, dtype=np.intp), places)


def _compare(
    group: list[_Prepared], overlap: _Overlap, at_least: float, *, keep_empty: bool
) -> list[tuple[int, int, float]]:
    """Annotators and F1 of every two answers to one item."""
    compared = []
    for first, second in combinations(group, 2):
        total = len(first.label) + len(second.label)
        if total == 0:
            if keep_empty:
                compared.append((first.annotator, second.annotator, 1.0))
            continue
        matched = 0
        if len(first.label) and len(second.label):
            same = first.label[:, None] == second.label[None, :]
            likeness = np.where(same, overlap(first.places, second.places), 0.0)
            matched = len(match_pairs(likeness, at_least))
        compared.append((first.annotator, second.annotator, 2 * matched / total))
    return compared
