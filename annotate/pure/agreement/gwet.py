"""Gwet's AC1 and AC2: agreement beyond chance that holds where one label is by far commonest."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from annotate.pure.agreement.answers import (
    MAX_CELLS,
    Answers,
    Counted,
    Floats,
    Patterns,
    find_patterns,
)
from annotate.pure.agreement.distances import Weighting, label_distances
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    ONE_LABEL,
    TOO_MANY_VALUES,
    Agreement,
    Measure,
    measure_agreement,
    undefined_agreement,
)


def gwet_ac(
    answers: Answers | Counted,
    weighting: Weighting | ArrayLike = "identity",
    seed: int = 0,
) -> Agreement:
    """Gwet's agreement coefficient for any number of annotators and missing answers.

    Kappa falls towards 0 where nearly all items have one label, however well people agree. AC1
    takes only the share of answers that could have come about by chance. AC2 is the same with
    distances between labels.

    Parameters
    ----------
    answers : Answers
        Items with one answer say how common the labels are, and nothing about agreement.
    weighting : {"identity", "linear", "quadratic"} or array_like
        ``identity`` is AC1, all others AC2; see `label_distances`.
    seed : int
        For the interval.

    Returns
    -------
    Agreement
        -1 to 1: 1 is full agreement, 0 what chance would give. Undefined where everybody gave
        one and the same label: with one label nothing can go wrong by chance.

    References
    ----------
    Gwet (2008), "Computing inter-rater reliability and its variance in the presence of high
    agreement"; Gwet (2014), "Handbook of inter-rater reliability", chapters 4 and 5. Krippendorff's
    four observers give 0.775.

    Examples
    --------
    >>> from annotate.pure.agreement.answers import collect_answers
    >>> rows = [(n, who, "x") for n in range(9) for who in ("Ada", "Bo")]
    >>> rows += [(9, "Ada", "x"), (9, "Bo", "y")]
    >>> round(gwet_ac(collect_answers(rows)).value, 3)
    0.89
    """
    return gwet_of(find_patterns(answers, at_least=1), answers.labels, weighting, seed)


def gwet_of(
    patterns: Patterns,
    labels: Sequence[Hashable],
    weighting: Weighting | ArrayLike = "identity",
    seed: int = 0,
) -> Agreement:
    """The same from kept patterns, those of items with one answer among them."""
    shared = patterns.sizes >= 2
    n_items = int(patterns.weights[shared].sum())
    n_answers = int(patterns.weights[shared] @ patterns.sizes[shared])
    if n_items == 0:
        return undefined_agreement(NO_OVERLAP)
    n = len(labels)
    if max(len(patterns.weights), n) * n > MAX_CELLS:
        return undefined_agreement(TOO_MANY_VALUES, n_items, n_answers)
    counts = patterns.counts()
    used = counts.any(axis=0)
    if used.sum() < 2:
        return undefined_agreement(ONE_LABEL, n_items, n_answers)
    distances = label_distances(labels, weighting)[np.ix_(used, used)]
    measure = _measure(counts[:, used], patterns.sizes, 1 - distances / distances.max())
    found = measure_agreement(measure, patterns.weights, n_answers, ONE_LABEL, seed)
    return replace(found, n_items=n_items)


def _measure(counts: Floats, sizes: Floats, alike: Floats) -> Measure:
    n = len(alike)
    shared = sizes >= 2
    pairs = np.where(shared, sizes * (sizes - 1), 1)
    agreed = np.where(shared, (counts * (counts @ alike - 1)).sum(axis=1) / pairs, 0)
    shares = counts / sizes[:, None]
    scale = alike.sum() / (n * (n - 1))

    def measure(weights: Floats) -> Floats:
        compared = weights @ shared
        observed = weights @ agreed / np.where(compared > 0, compared, np.nan)
        common = weights @ shares / weights.sum(axis=1)[:, None]
        chance = scale * (common * (1 - common)).sum(axis=1)
        found: Floats = (observed - chance) / (1 - chance)
        return found

    return measure
