"""How often an annotator is right on gold: items whose truth is known."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple, TypeVar

from annotate.pure.intervals import wilson

Name = TypeVar("Name", bound=Hashable)


class GoldScore(NamedTuple):
    """Accuracy on gold with its interval.

    Attributes
    ----------
    correct, total : int
        Right answers and all answers on gold.
    accuracy : float or None
        0 to 1, higher = better; None without any answer.
    low, high : float
        Wilson's 95 % interval; 0 to 1 without any answer.
    """

    correct: int
    total: int
    accuracy: float | None
    low: float
    high: float


def gold_score(marks: Iterable[bool]) -> GoldScore:
    """The accuracy behind a series of right and wrong answers.

    Examples
    --------
    >>> score = gold_score([True, True, False, True])
    >>> score.accuracy, round(score.low, 2), round(score.high, 2)
    (0.75, 0.3, 0.95)
    >>> gold_score([]).accuracy is None
    True
    """
    listed = list(marks)
    return count_score(sum(listed), len(listed))


def count_score(correct: int, total: int) -> GoldScore:
    """The accuracy behind two counts.

    Raises
    ------
    ValueError
        `correct` is not between 0 and `total`.

    Examples
    --------
    >>> count_score(9, 10).accuracy
    0.9
    """
    interval = wilson(correct, total)
    return GoldScore(correct, total, correct / total if total else None, *interval)


def gold_scores(rows: Iterable[tuple[Name, bool]]) -> dict[Name, GoldScore]:
    """The score of each annotator.

    Parameters
    ----------
    rows : iterable of (annotator, bool)
        One for each answer on gold, in any order.

    Examples
    --------
    >>> scores = gold_scores([("Ada", True), ("Bo", False), ("Ada", True)])
    >>> scores["Ada"].accuracy, scores["Bo"].accuracy
    (1.0, 0.0)
    """
    counts: dict[Name, list[int]] = {}
    for annotator, is_right in rows:
        count = counts.setdefault(annotator, [0, 0])
        count[0] += bool(is_right)
        count[1] += 1
    return {name: count_score(correct, total) for name, (correct, total) in counts.items()}


class ItemScore(NamedTuple):
    """How people did on one gold item.

    Attributes
    ----------
    seen : int
        People who answered it.
    score : GoldScore
        Of all of them.
    careful : GoldScore
        Of those who are right on most other items.
    is_contested : bool
        Fewer than half of at least three careful people are right: look at the label first.
    """

    seen: int
    score: GoldScore
    careful: GoldScore
    is_contested: bool


CAREFUL_SHARE = 0.8
CAREFUL_LEAST = 4
CONTESTED_LEAST = 3


def item_scores(rows: Iterable[tuple[Hashable, Name, bool]]) -> dict[Name, ItemScore]:
    """The score of each gold item.

    Careful is who is right on at least 80 % of at least four *other* items, so that an item with a
    wrong label cannot make all who miss it look careless.

    Parameters
    ----------
    rows : iterable of (annotator, item, bool)
        One for each answer on gold, in any order.

    Examples
    --------
    >>> rows = [(who, item, item != "odd") for who in "ABC" for item in ("1", "2", "3", "4", "odd")]
    >>> scores = item_scores(rows)
    >>> [item for item, score in scores.items() if score.is_contested]
    ['odd']
    """
    listed = list(rows)
    people: dict[Hashable, list[int]] = {}
    for who, _item, is_right in listed:
        counts = people.setdefault(who, [0, 0])
        counts[0] += is_right
        counts[1] += 1
    items: dict[Name, list[int]] = {}
    for who, item, is_right in listed:
        right, total = people[who][0] - is_right, people[who][1] - 1
        is_careful = total >= CAREFUL_LEAST and right >= CAREFUL_SHARE * total
        counts = items.setdefault(item, [0, 0, 0, 0])
        counts[0] += is_right
        counts[1] += 1
        counts[2] += is_right and is_careful
        counts[3] += is_careful
    return {item: _item_score(*counts) for item, counts in items.items()}


def _item_score(right: int, total: int, careful_right: int, careful: int) -> ItemScore:
    contested = careful >= CONTESTED_LEAST and careful_right * 2 < careful
    return ItemScore(
        total, count_score(right, total), count_score(careful_right, careful), contested
    )
