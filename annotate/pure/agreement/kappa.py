"""Cohen's and Fleiss' kappa, and plain percent agreement, for class answers."""

from __future__ import annotations

import numpy as np

from annotate.pure.agreement.answers import Answers, Counted, Floats, Patterns, find_patterns
from annotate.pure.agreement.results import (
    ONE_LABEL,
    TOO_MANY_VALUES,
    Agreement,
    measure_agreement,
    measure_mean,
    undefined_agreement,
)
from annotate.pure.agreement.two_people import PairCounts, weighted_kappa


def percent_agreement(answers: Answers | Counted, seed: int = 0) -> Agreement:
    """The share of pairs of annotators who gave an item the same label, averaged over items.

    Parameters
    ----------
    answers : Answers
        Items with one answer do not count.
    seed : int
        For the interval.

    Returns
    -------
    Agreement
        0 to 1. Chance is not taken out: two labels given by the toss of a coin reach 0.5.

    Examples
    --------
    >>> from annotate.pure.agreement.answers import collect_answers
    >>> rows = [("i1", "Ada", "x"), ("i1", "Bo", "x"), ("i2", "Ada", "x"), ("i2", "Bo", "y")]
    >>> percent_agreement(collect_answers(rows)).value
    0.5
    """
    patterns = find_patterns(answers)
    return measure_mean(_alike(patterns), patterns.weights, patterns.n_answers, seed)


def fleiss_kappa(answers: Answers | Counted, seed: int = 0) -> Agreement:
    """Agreement of any number of annotators beyond what chance would give.

    Who gave an answer does not matter. Items may have different numbers of answers, at least two:
    every item then weighs the same, as in Gwet's extension; with equal numbers it is Fleiss'
    formula.

    Returns
    -------
    Agreement
        -1 to 1: 1 is full agreement, 0 what chance would give. Undefined where everybody gave
        one and the same label.

    References
    ----------
    Fleiss (1971), "Measuring nominal scale agreement among many raters", eq. 3 to 7;
    Gwet (2014), "Handbook of inter-rater reliability", chapter 3.

    Examples
    --------
    >>> from annotate.pure.agreement.answers import collect_answers
    >>> rows = [("i1", "Ada", "x"), ("i1", "Bo", "x"), ("i2", "Ada", "y"), ("i2", "Bo", "y")]
    >>> fleiss_kappa(collect_answers(rows)).value
    1.0
    """
    patterns = find_patterns(answers)
    alike = _alike(patterns)
    try:
        shares = patterns.counts() / patterns.sizes[:, None]
    except ValueError:
        return undefined_agreement(TOO_MANY_VALUES, patterns.n_items, patterns.n_answers)

    def measure(weights: Floats) -> Floats:
        total = weights.sum(axis=1)
        observed = weights @ alike / total
        by_label = weights @ shares / total[:, None]
        return _beyond_chance(observed, (by_label**2).sum(axis=1))

    return measure_agreement(measure, patterns.weights, patterns.n_answers, ONE_LABEL, seed)


def cohen_kappa(answers: Answers | PairCounts | None, seed: int = 0) -> Agreement:
    """Agreement of two annotators beyond what chance would give, each with habits of their own.

    Parameters
    ----------
    answers : Answers
        Of exactly two annotators; only items that both answered count.

    Returns
    -------
    Agreement
        -1 to 1: 1 is full agreement, 0 what chance would give. Undefined where both gave one and
        the same label throughout, and for one or more than two annotators.

    References
    ----------
    Cohen (1960), "A coefficient of agreement for nominal scales", eq. 1.

    Examples
    --------
    >>> from annotate.pure.agreement.answers import collect_answers
    >>> given = {"Ada": "cdcd", "Bo": "cddd"}
    >>> rows = [(n, who, label) for who in given for n, label in enumerate(given[who])]
    >>> cohen_kappa(collect_answers(rows)).value
    0.5
    """
    return weighted_kappa(answers, "identity", seed)


def _alike(patterns: Patterns) -> Floats:
    """The share of answer pairs with the same label in each pattern."""
    owner_and_label = patterns.owner * max(patterns.n_labels, 1) + patterns.label
    shown, times = np.unique(owner_and_label, return_counts=True)
    same = np.bincount(
        shown // max(patterns.n_labels, 1),
        times * (times - 1.0),
        minlength=len(patterns.weights),
    )
    share: Floats = same / (patterns.sizes * (patterns.sizes - 1))
    return share


def _beyond_chance(observed: Floats, chance: Floats) -> Floats:
    """(observed - chance) / (1 - chance), nan where chance explains everything."""
    room = 1 - chance
    is_defined = room > 1e-12
    return np.where(is_defined, (observed - chance) / np.where(is_defined, room, 1), np.nan)
