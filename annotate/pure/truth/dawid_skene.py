"""Dawid and Skene's model: everybody confuses labels in a way of their own."""

from __future__ import annotations

import numpy as np

from annotate.pure.truth.crowd import Crowd, Estimate, Floats, run_em, settle, shares

ITERATIONS = 100
TOLERANCE = 1e-7
LEAST = 1e-12
"""What never happened is this likely, so that one surprise does not rule out a label for ever."""


def dawid_skene(
    crowd: Crowd,
    *,
    start: Floats | None = None,
    smoothing: float = 0.0,
    iterations: int = ITERATIONS,
    tolerance: float = TOLERANCE,
) -> Estimate:
    """Posterior, priors and a confusion matrix for each annotator, by expectation maximisation.

    Parameters
    ----------
    start : ndarray, shape (n_items, n_labels), optional
        Where to begin; the shares of the votes without it. The likelihood has several peaks:
        another start may end elsewhere.
    smoothing : float
        Answers that are added to each cell of each confusion matrix; 0 as in the paper.

    References
    ----------
    Dawid, Skene (1979), "Maximum likelihood estimation of observer error-rates using the EM
    algorithm", Applied Statistics 28.

    Examples
    --------
    >>> from annotate.pure.truth.crowd import collect_crowd
    >>> rows = [(n, who, n % 2) for n in range(8) for who in ("Ada", "Bo")]
    >>> rows += [(n, "Cy", 1 - n % 2) for n in range(8)]
    >>> told = dawid_skene(collect_crowd(rows, [0, 1]))
    >>> told.confusion[2].round(2).tolist()  # Cy has the two the wrong way round
    [[0.0, 1.0], [1.0, 0.0]]
    """
    n_items, n_labels, n_people = len(crowd.items), len(crowd.labels), len(crowd.annotators)
    begin = shares(crowd.votes()) if start is None else start
    if not len(crowd):
        return Estimate("dawid_skene", begin, shares(np.zeros(n_labels)))
    cell = crowd.annotator * n_labels + crowd.label
    counts = np.empty((n_labels, n_people * n_labels))

    def learn(posterior: Floats) -> tuple[Floats, Floats]:
        for label in range(n_labels):
            weights = posterior[label][crowd.item]
            counts[label] = np.bincount(cell, weights, n_people * n_labels)
        return shares(posterior.sum(1)), _rows(counts, n_labels, smoothing)

    def step(posterior: Floats) -> tuple[Floats, float]:
        priors, rates = learn(posterior)
        logs = np.log(np.maximum(rates, LEAST)).reshape(n_labels, -1)
        joint = np.empty((n_labels, n_items))
        for label in range(n_labels):
            joint[label] = np.bincount(crowd.item, logs[label][cell], n_items)
        joint += np.log(np.maximum(priors, LEAST))[:, None]
        return settle(joint)

    first = np.ascontiguousarray(begin.T)
    posterior, told, converged = run_em(step, first, iterations, tolerance)
    priors, rates = learn(posterior)
    support = counts.reshape(n_labels, n_people, n_labels).sum(2).T
    free = n_people * n_labels * (n_labels - 1) + n_labels - 1
    confusion = rates.transpose(1, 0, 2)
    return Estimate("dawid_skene", posterior.T, priors, confusion, support, told, converged, free)


def _rows(counts: Floats, n_labels: int, smoothing: float) -> Floats:
    """Confusion rates from expected counts, shape (true label, annotator, label said)."""
    return shares(counts.reshape(n_labels, -1, n_labels) + smoothing)
