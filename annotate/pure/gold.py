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
