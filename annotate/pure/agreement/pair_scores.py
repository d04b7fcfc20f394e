"""Scores of two annotators on one item, and what they add up to.

Every measure that compares two answers at a time (boxes, spans, equal labels) ends here.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from annotate.pure.agreement.answers import Answers, Codes, Floats, pair_answers
from annotate.pure.agreement.results import Agreement, measure_mean


class PairScores(NamedTuple):
    """One score for every two answers to the same item.

    Attributes
    ----------
    item, first, second : ndarray of int, shape (n_pairs,)
        Codes of the item and of both annotators.
    score : ndarray of float, shape (n_pairs,)
        0 to 1, higher = more alike.
    annotators : tuple
        Names in the order of the codes.
    n_answers : int
        Answers that were compared.
    """

    item: Codes
    first: Codes
    second: Codes
    score: Floats
    annotators: tuple[Hashable, ...]
    n_answers: int


class PairTable(NamedTuple):
    """How alike every two annotators are.

    Attributes
    ----------
    annotators : tuple
        Names of rows and columns.
    values : ndarray of float, shape (n, n)
        Symmetric; nan where two annotators share no item or the value is undefined, and on the
        diagonal.
    items : ndarray of int, shape (n, n)
        Items that both answered; the diagonal is 0.
    """

    annotators: tuple[Hashable, ...]
    values: Floats
    items: Codes


def equal_label_scores(answers: Answers) -> PairScores:
    """1 where two annotators gave an item the same label, else 0."""
    pairs = pair_answers(answers)
    same = answers.label[pairs.first] == answers.label[pairs.second]
    return PairScores(
        pairs.item,
        answers.annotator[pairs.first],
        answers.annotator[pairs.second],
        same.astype(float),
        answers.annotators,
        len(np.unique(np.concatenate([pairs.first, pairs.second]))),
    )


def mean_agreement(scores: PairScores, seed: int = 0) -> Agreement:
    """The mean over items of the mean over their pairs, with an interval over items.

    Examples
    --------
    >>> two = np.array([0, 0]), np.array([0, 0]), np.array([1, 2])
    >>> mean_agreement(PairScores(*two, np.array([1.0, 0.5]), ("Ada", "Bo", "Rui"), 3)).value
    0.75
    """
    items, owner = np.unique(scores.item, return_inverse=True)
    pairs = np.bincount(owner, minlength=len(items))
    means = np.bincount(owner, scores.score, minlength=len(items)) / np.maximum(pairs, 1)
    return measure_mean(means, np.ones(len(items)), scores.n_answers, seed)


def pair_table(scores: PairScores) -> PairTable:
    """The mean score of every two annotators over the items that both answered.

    Examples
    --------
    >>> two = np.array([0, 1]), np.array([0, 0]), np.array([1, 1])
    >>> pair_table(PairScores(*two, np.array([1.0, 0.5]), ("Ada", "Bo"), 4)).values.tolist()
    [[nan, 0.75], [0.75, nan]]
    """
    n = len(scores.annotators)
    cell = scores.first * n + scores.second
    items = np.bincount(cell, minlength=n * n).reshape(n, n)
    sums = np.bincount(cell, scores.score, minlength=n * n).reshape(n, n)
    items, sums = items + items.T, sums + sums.T
    values = np.divide(sums, items, out=np.full((n, n), np.nan), where=items > 0)
    return PairTable(scores.annotators, values, items)
