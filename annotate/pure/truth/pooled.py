"""Dawid and Skene's model held back by the crowd: for items with two or three answers each."""

from __future__ import annotations

import numpy as np

from annotate.pure.truth.crowd import Crowd, Estimate, Floats, run_em, settle, shares

STRENGTH = 4.0
"""Answers of a usual person that stand beside what somebody said on items of one true label."""
ITERATIONS = 50
TOLERANCE = 1e-6
_SURE_START = (7.0, 3.0)
"""Right and wrong answers that are taken for granted before anybody has answered."""


def pooled(
    crowd: Crowd,
    *,
    start: Floats | None = None,
    strength: float = STRENGTH,
    iterations: int = ITERATIONS,
    tolerance: float = TOLERANCE,
) -> Estimate:
    """Posterior and a confusion matrix for each annotator that leans to the whole crowd's.

    Who gave few answers counts as a usual person of this crowd: right with the crowd's chance,
    else anything else. Who gave many counts by what they showed. Labels are as common as each
    other, since counting them would let a one-sided crowd decide what is common. With two or three
    answers an item this is right more often than `dawid_skene` and the majority on the crowds of
    Snow et al. (2008) and Welinder et al. (2010); with ten or more `dawid_skene` may win.

    Parameters
    ----------
    start : ndarray, shape (n_items, n_labels), optional
        Where to begin, such as an earlier posterior; the shares of the votes without it.
    strength : float
        How many answers on items of one label it takes to weigh as much as the crowd; above 0.

    References
    ----------
    Maximum a posteriori form of Dawid, Skene (1979) with Dirichlet priors of a common centre, as
    in Kim, Ghahramani (2012), "Bayesian classifier combination".

    Examples
    --------
    >>> from annotate.pure.truth.crowd import collect_crowd
    >>> rows = [(n, who, n % 2) for n in range(9) for who in ("Ada", "Bo")]
    >>> told = pooled(collect_crowd([*rows, (0, "Cy", 1)], [0, 1]))
    >>> told.winner.tolist()
    [0, 1, 0, 1, 0, 1, 0, 1, 0]
    """
    n_items, n_labels, n_people = len(crowd.items), len(crowd.labels), len(crowd.annotators)
    even = shares(np.zeros(n_labels))
    begin = shares(crowd.votes()) if start is None else start
    if not len(crowd):
        return Estimate("pooled", begin, even)
    cell = crowd.annotator * n_labels + crowd.label
    counts = np.empty((n_labels, n_people * n_labels))

    def learn(posterior: Floats) -> Floats:
        for label in range(n_labels):
            weights = posterior[label][crowd.item]
            counts[label] = np.bincount(cell, weights, n_people * n_labels)
        table = counts.reshape(n_labels, n_people, n_labels)
        return shares(table + strength * typical_confusion(table.sum(1))[:, None, :])

    def step(posterior: Floats) -> tuple[Floats, float]:
        logs = np.log(learn(posterior)).reshape(n_labels, -1)
        joint = np.empty((n_labels, n_items))
        for label in range(n_labels):
            joint[label] = np.bincount(crowd.item, logs[label][cell], n_items)
        return settle(joint - np.log(n_labels))

    first = np.ascontiguousarray(begin.T)
    posterior, told, converged = run_em(step, first, iterations, tolerance)
    confusion = learn(posterior).transpose(1, 0, 2)
    support = counts.reshape(n_labels, n_people, n_labels).sum(2).T
    return Estimate("pooled", posterior.T, even, confusion, support, told, converged)


def typical_confusion(table: Floats) -> Floats:
    """What a usual person says of each true label: right with one chance, else anything else.

    Parameters
    ----------
    table : ndarray, shape (n_labels, n_labels)
        Expected answers by true label and label said. Seven right and three wrong ones stand
        beside them, so that an empty table gives 0.7.

    Examples
    --------
    >>> typical_confusion(np.zeros((2, 2))).round(2).tolist()
    [[0.7, 0.3], [0.3, 0.7]]
    """
    n_labels = len(table)
    right, wrong = _SURE_START
    chance = (np.trace(table) + right) / (table.sum() + right + wrong)
    if n_labels < 2:
        return np.ones((n_labels, n_labels))
    typical = np.full((n_labels, n_labels), (1 - chance) / (n_labels - 1))
    np.fill_diagonal(typical, chance)
    return typical
