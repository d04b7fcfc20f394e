"""Where agreement is won and lost: by label, by pair of annotators, by pair of labels."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotate.pure.agreement.alpha import alpha_of_each_label, alpha_of_members
from annotate.pure.agreement.answers import (
    Answers,
    Codes,
    Counted,
    Floats,
    collect_answers,
    pair_answers,
)
from annotate.pure.agreement.pair_scores import PairTable
from annotate.pure.agreement.results import Agreement


class Confusions(NamedTuple):
    """Which labels meet on the same item.

    Attributes
    ----------
    labels : tuple
        Names of rows and columns.
    counts : ndarray of int, shape (n_labels, n_labels)
        Pairs of answers with these two labels; symmetric. The diagonal holds the pairs that
        agree, each once, so the table's upper triangle with diagonal sums to all pairs.
    """

    labels: tuple[Hashable, ...]
    counts: NDArray[np.int64]


class Meetings(NamedTuple):
    """How often two annotators met on an item, one with one label and one with another.

    Attributes
    ----------
    first, second : ndarray of int, shape (n,)
        Codes of the annotators, the first smaller.
    left, right : ndarray of int, shape (n,)
        Codes of what each of them said.
    times : ndarray of float, shape (n,)
        Items on which they did.
    annotators, labels : tuple
        Names in the order of the codes.
    """

    first: Codes
    second: Codes
    left: Codes
    right: Codes
    times: Floats
    annotators: tuple[Hashable, ...]
    labels: tuple[Hashable, ...]


def meetings_of(answers: Answers) -> Meetings:
    """Every two answers to an item as a meeting that happened once."""
    pairs = pair_answers(answers)
    return Meetings(
        answers.annotator[pairs.first],
        answers.annotator[pairs.second],
        answers.label[pairs.first],
        answers.label[pairs.second],
        np.ones(len(pairs.first)),
        answers.annotators,
        answers.labels,
    )


def agreement_by_label(answers: Answers | Counted, seed: int = 0) -> dict[Hashable, Agreement]:
    """Krippendorff's alpha of each label against all others taken together.

    Parameters
    ----------
    answers : Answers
        Items with one answer do not count.

    Returns
    -------
    dict
        An `Agreement` for each label in ``answers.labels``; undefined where nobody used a label.

    Examples
    --------
    >>> rows = [("i1", "Ada", "x"), ("i1", "Bo", "x"), ("i2", "Ada", "y"), ("i2", "Bo", "z")]
    >>> by_label = agreement_by_label(collect_answers(rows))
    >>> by_label["x"].value, round(by_label["y"].value, 2)
    (1.0, 0.0)
    """
    return dict(zip(answers.labels, alpha_of_each_label(answers, seed), strict=True))


def agreement_of_sets(
    rows: Iterable[tuple[Hashable, Hashable, Iterable[Hashable]]] | Answers | Counted,
    seed: int = 0,
) -> dict[Hashable, Agreement]:
    """Krippendorff's alpha of each label where annotators give any number of labels.

    Parameters
    ----------
    rows : iterable of (item, annotator, labels), or counts of sets
        A label that is not given counts as "no".

    Examples
    --------
    >>> rows = [("i1", "Ada", {"x", "y"}), ("i1", "Bo", {"x"}), ("i2", "Ada", []), ("i2", "Bo", [])]
    >>> agreement_of_sets(rows)["x"].value
    1.0
    """
    answers: Answers | Counted
    if isinstance(rows, Answers | Counted):
        answers = rows
    else:
        listed = [(item, annotator, frozenset(labels)) for item, annotator, labels in rows]
        answers = collect_answers(listed, list(dict.fromkeys(row[2] for row in listed)))
    sets = [one for one in answers.labels if isinstance(one, frozenset)]
    known = sorted({label for one in sets for label in one}, key=str)
    members = [np.array([label in one for one in sets], dtype=bool) for label in known]
    return dict(zip(known, alpha_of_members(answers, members, seed), strict=True))


def confused_labels(answers: Answers | Meetings) -> Confusions:
    """How often two annotators gave an item these two labels.

    Examples
    --------
    >>> rows = [("i1", "Ada", "x"), ("i1", "Bo", "y"), ("i2", "Ada", "y"), ("i2", "Bo", "x")]
    >>> confused_labels(collect_answers(rows)).counts.tolist()
    [[0, 2], [2, 0]]
    """
    met = meetings_of(answers) if isinstance(answers, Answers) else answers
    n = len(met.labels)
    cells = np.bincount(met.left * n + met.right, met.times, minlength=n * n)
    counts = cells.reshape(n, n).round().astype(np.int64)
    counts += counts.T - np.diag(np.diag(counts))
    return Confusions(met.labels, counts)


def equal_label_table(answers: Answers | Meetings) -> PairTable:
    """How often every two annotators gave an item the same label.

    Examples
    --------
    >>> rows = [("i1", "Ada", "x"), ("i1", "Bo", "y"), ("i2", "Ada", "y"), ("i2", "Bo", "y")]
    >>> equal_label_table(collect_answers(rows)).values.tolist()
    [[nan, 0.5], [0.5, nan]]
    """
    met = meetings_of(answers) if isinstance(answers, Answers) else answers
    n = len(met.annotators)
    cell = met.first * n + met.second
    items = np.bincount(cell, met.times, minlength=n * n).reshape(n, n)
    same = np.bincount(cell, met.times * (met.left == met.right), minlength=n * n).reshape(n, n)
    items, same = items + items.T, same + same.T
    values = np.divide(same, items, out=np.full((n, n), np.nan), where=items > 0)
    return PairTable(met.annotators, values, items.round().astype(np.intp))


def kappa_table(answers: Answers | Meetings) -> PairTable:
    """Cohen's kappa of every two annotators over the items that both answered.

    Returns
    -------
    PairTable
        nan where two annotators share no item, or both gave one and the same label throughout.

    Examples
    --------
    >>> given = {"Ada": "cdcd", "Bo": "cddd"}
    >>> rows = [(n, who, label) for who in given for n, label in enumerate(given[who])]
    >>> kappa_table(collect_answers(rows)).values.tolist()
    [[nan, 0.5], [0.5, nan]]
    """
    met = meetings_of(answers) if isinstance(answers, Answers) else answers
    n, n_labels = len(met.annotators), max(len(met.labels), 1)
    cell = met.first * n + met.second
    items = np.bincount(cell, met.times, minlength=n * n)
    same = np.bincount(cell, met.times * (met.left == met.right), minlength=n * n)
    here, there = cell * n_labels + met.left, cell * n_labels + met.right
    chance = _chance(here, there, met.times, n_labels, n * n)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed, expected = same / items, chance / items**2
        kappa = np.where(expected < 1 - 1e-12, (observed - expected) / (1 - expected), np.nan)
    table = kappa.reshape(n, n)
    upper = np.where(np.isnan(table), table.T, table)
    counts = items.reshape(n, n).round().astype(np.intp)
    return PairTable(met.annotators, upper, counts + counts.T)


def _chance(first: Codes, second: Codes, times: Floats, n_labels: int, n_cells: int) -> Floats:
    """The sum over labels of how often each side of a pair of annotators gave it, by cell.

    The codes join the cell with the label; only those that occur are counted, so that hundreds
    of annotators and labels need no table of their product.
    """
    codes, owners = np.unique(first, return_inverse=True)
    others, other_owners = np.unique(second, return_inverse=True)
    here_times = np.bincount(owners, times, minlength=len(codes))
    there_times = np.bincount(other_owners, times, minlength=len(others))
    shared, here, there = np.intersect1d(codes, others, return_indices=True)
    products = here_times[here] * there_times[there]
    sums = np.bincount(shared // n_labels, products, minlength=n_cells)
    return sums.astype(float)
