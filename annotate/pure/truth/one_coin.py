"""One coin each: somebody is right with one chance, whatever is true, else says anything else."""

from __future__ import annotations

import numpy as np

from annotate.pure.truth.crowd import Crowd, Estimate, Floats, run_em, settle, shares
from annotate.pure.truth.dawid_skene import ITERATIONS, LEAST, TOLERANCE


def one_coin(
    crowd: Crowd, *, iterations: int = ITERATIONS, tolerance: float = TOLERANCE
) -> Estimate:
    """Posterior and one accuracy for each annotator, by expectation maximisation.

    It asks for little and so learns from few answers, but it is **wrong where people err to one
    side**: a crowd that takes all of one label for another is then counted as right. Compare it
    with `dawid_skene` before it is believed (`fit.assess`).

    References
    ----------
    Dawid, Skene (1979), with error rates held equal; Zhang, Chen, Zhou, Jordan (2014), "Spectral
    methods meet EM", where it is called the one-coin model.
    """
    n_items, n_labels, n_people = len(crowd.items), len(crowd.labels), len(crowd.annotators)
    begin = shares(crowd.votes())
    if not len(crowd):
        return Estimate("one_coin", begin, shares(np.zeros(n_labels)))
    said = crowd.answers_of().astype(np.float64)
    cell = crowd.label * n_items + crowd.item
    others = max(n_labels - 1, 1)

    def learn(posterior: Floats) -> tuple[Floats, Floats]:
        right = np.bincount(crowd.annotator, posterior[crowd.label, crowd.item], n_people)
        rates = np.divide(right, said, out=np.full(n_people, 1 / n_labels), where=said > 0)
        return shares(posterior.sum(1)), np.clip(rates, LEAST, 1 - LEAST)

    def step(posterior: Floats) -> tuple[Floats, float]:
        priors, rates = learn(posterior)
        wrong = np.log((1 - rates) / others)
        joint = np.bincount(cell, (np.log(rates) - wrong)[crowd.annotator], n_labels * n_items)
        joint = joint.reshape(n_labels, n_items)
        joint += np.bincount(crowd.item, wrong[crowd.annotator], n_items)
        joint += np.log(np.maximum(priors, LEAST))[:, None]
        return settle(joint)

    first = np.ascontiguousarray(begin.T)
    posterior, told, converged = run_em(step, first, iterations, tolerance)
    priors, rates = learn(posterior)
    same = np.eye(n_labels)
    confusion = rates[:, None, None] * same + ((1 - rates) / others)[:, None, None] * (1 - same)
    support = said[:, None] * priors
    free = n_people + n_labels - 1
    return Estimate("one_coin", posterior.T, priors, confusion, support, told, converged, free)
