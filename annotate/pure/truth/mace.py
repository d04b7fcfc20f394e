"""MACE: now and then somebody does not look and says what they mostly say."""

from __future__ import annotations

import numpy as np

from annotate.pure.truth.crowd import Crowd, Estimate, Floats, run_em, settle, shares
from annotate.pure.truth.dawid_skene import ITERATIONS, LEAST, TOLERANCE


def mace(
    crowd: Crowd,
    *,
    smoothing: float = 0.1,
    iterations: int = ITERATIONS,
    tolerance: float = TOLERANCE,
) -> Estimate:
    """Posterior, and for each annotator how often they look, by expectation maximisation.

    Somebody who looks says what is true; else they draw from a habit of their own, whatever is
    true. The share of looking is `competence`. All labels are taken as equally common. It begins
    at the shares of the votes, so that the same answers always give the same result; the paper
    draws many starts instead.

    Parameters
    ----------
    smoothing : float
        Added to the expected counts, divided by the number of labels, as in the authors' program.

    References
    ----------
    Hovy, Berg-Kirkpatrick, Vaswani, Hovy (2013), "Learning whom to trust with MACE", NAACL.
    """
    n_items, n_labels, n_people = len(crowd.items), len(crowd.labels), len(crowd.annotators)
    begin = shares(crowd.votes())
    even = shares(np.zeros(n_labels))
    if not len(crowd):
        return Estimate("mace", begin, even)
    cell = crowd.annotator * n_labels + crowd.label
    at = crowd.label * n_items + crowd.item
    small = smoothing / n_labels
    state = [(np.full(n_people, 0.5), np.full((n_people, n_labels), 1 / n_labels))]

    def step(posterior: Floats) -> tuple[Floats, float]:
        looks, habits = state[0] = _learn(crowd, posterior, *state[0], small)
        blind = ((1 - looks)[:, None] * habits).reshape(-1)[cell]
        wrong = np.log(np.maximum(blind, LEAST))
        right = np.log(np.maximum(looks[crowd.annotator] + blind, LEAST))
        joint = np.bincount(at, right - wrong, n_labels * n_items).reshape(n_labels, n_items)
        joint += np.bincount(crowd.item, wrong, n_items) - np.log(n_labels)
        return settle(joint)

    first = np.ascontiguousarray(begin.T)
    posterior, told, converged = run_em(step, first, iterations, tolerance)
    looks, habits = state[0]
    habit = ((1 - looks)[:, None] * habits)[:, None, :]
    confusion = habit + looks[:, None, None] * np.eye(n_labels)
    columns = [np.bincount(crowd.annotator, row[crowd.item], n_people) for row in posterior]
    support, priors, free = np.stack(columns, 1), posterior.mean(1), n_people * n_labels
    return Estimate("mace", posterior.T, priors, confusion, support, told, converged, free)


def _learn(
    crowd: Crowd, posterior: Floats, looks: Floats, habits: Floats, small: float
) -> tuple[Floats, Floats]:
    """How often each looks, and their habits, from the posterior and the numbers before."""
    cell = crowd.annotator * habits.shape[1] + crowd.label
    looked = looks[crowd.annotator]
    blind = (1 - looked) * habits.reshape(-1)[cell]
    hit = posterior[crowd.label, crowd.item] * looked / np.maximum(looked + blind, LEAST)
    seen = np.bincount(crowd.annotator, hit, len(looks))
    missed = np.bincount(cell, 1 - hit, habits.size).reshape(habits.shape)
    both = np.stack([seen, missed.sum(1)], 1) + small
    return both[:, 0] / both.sum(1), shares(missed + small)


def competence(estimate: Estimate) -> Floats:
    """How often each annotator looks: what is left of the diagonal above the habit.

    Examples
    --------
    >>> from annotate.pure.truth.crowd import collect_crowd
    >>> rows = [(n, who, n % 2) for n in range(20) for who in ("Ada", "Bo")]
    >>> told = mace(collect_crowd(rows + [(n, "Cy", 0) for n in range(20)]))
    >>> competence(told).round(1).tolist()
    [1.0, 1.0, 0.0]
    """
    confusion, _support = estimate.matrices()
    n_labels = confusion.shape[1]
    trace = np.trace(confusion, axis1=1, axis2=2)
    looking: Floats = (trace - 1) / max(n_labels - 1, 1)
    return looking
