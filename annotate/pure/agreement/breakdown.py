"""Where agreement is won and lost: by label, by pair of annotators, by pair of labels."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotate.pure.agreement.alpha import alpha_of_each_label, krippendorff_alpha
from annotate.pure.agreement.answers import Answers, Codes, Floats, collect_answers, pair_answers
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


def agreement_by_label(answers: Answers, seed: int = 0) -> dict[Hashable, Agreement]:
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
    rows: Iterable[tuple[Hashable, Hashable, Iterable[Hashable]]], seed: int = 0
) -> dict[Hashable, Agreement]:
    """Krippendorff's alpha of each label where annotators give any number of labels.

    Parameters
    ----------
    rows : iterable of (item, annotator, labels)
        A label that is not given counts as "no".

    Examples
    --------
    >>> rows = [("i1", "Ada", {"x", "y"}), ("i1", "Bo", {"x"}), ("i2", "Ada", []), ("i2", "Bo", [])]
    >>> agreement_of_sets(rows)["x"].value
    1.0
    """
    listed = [(item, annotator, frozenset(labels)) for item, annotator, labels in rows]
    known = sorted({label for row in listed for label in row[2]}, key=str)
    answers = collect_answers(listed, list(dict.fromkeys(row[2] for row in listed)))
    sets = answers.labels
    found = {}
    for label in known:
        has = np.array([isinstance(one, frozenset) and label in one for one in sets], dtype=np.intp)
        yes_or_no = Answers(
            answers.item, answers.annotator, has[answers.label], answers.annotators, (False, True)
        )
        found[label] = krippendorff_alpha(yes_or_no, "nominal", seed)
    return found


def confused_labels(answers: Answers) -> Confusions:
    """How often two annotators gave an item these two labels.

    Examples
    --------
    >>> rows = [("i1", "Ada", "x"), ("i1", "Bo", "y"), ("i2", "Ada", "y"), ("i2", "Bo", "x")]
    >>> confused_labels(collect_answers(rows)).counts.tolist()
    [[0, 2], [2, 0]]
    """
    pairs = pair_answers(answers)
    n = len(answers.labels)
    cells = answers.label[pairs.first] * n + answers.label[pairs.second]
    counts = np.bincount(cells, minlength=n * n).reshape(n, n).astype(np.int64)
    counts += counts.T - np.diag(np.diag(counts))
    return Confusions(answers.labels, counts)


def kappa_table(answers: Answers) -> PairTable:
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
    pairs = pair_answers(answers)
    n, n_labels = len(answers.annotators), max(len(answers.labels), 1)
    cell = answers.annotator[pairs.first] * n + answers.annotator[pairs.second]
    left, right = answers.label[pairs.first], answers.label[pairs.second]
    items = np.bincount(cell, minlength=n * n).astype(float)
    same = np.bincount(cell, left == right, minlength=n * n)
    chance = _chance(cell * n_labels + left, cell * n_labels + right, n_labels, n * n)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed, expected = same / items, chance / items**2
        kappa = np.where(expected < 1 - 1e-12, (observed - expected) / (1 - expected), np.nan)
    table = kappa.reshape(n, n)
    upper = np.where(np.isnan(table), table.T, table)
    counts = items.reshape(n, n).astype(np.intp)
    return PairTable(answers.annotators, upper, counts + counts.T)


def _chance(first: Codes, second: Codes, n_labels: int, n_cells: int) -> Floats:
    """The sum over labels of how often each side of a pair of annotators gave it, by cell.

    The codes join the cell with the label; only those that occur are counted, so that hundreds
    of annotators and labels need no table of their product.
    """
    codes, times = np.unique(first, return_counts=True)
    others, other_times = np.unique(second, return_counts=True)
    shared, here, there = np.intersect1d(codes, others, return_indices=True)
    products = times[here] * other_times[there].astype(float)
    sums = np.bincount(shared // n_labels, products, minlength=n_cells)
    return sums.astype(float)
