"""Rankings: Kendall's W for all annotators of an item, tau for every two of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np

from annotate.pure.agreement.answers import Floats
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    ONE_VALUE,
    Agreement,
    measure_mean,
    undefined_agreement,
)

Groups = Sequence[Sequence[Hashable]]
"""What is ranked, best first; what stands in one group is equal."""


def middle_ranks(groups: Groups) -> dict[Hashable, float]:
    """The rank of each thing, 1 for the best; equals share the middle of their ranks.

    Examples
    --------
    >>> middle_ranks([["b"], ["a", "c"]])
    {'b': 1.0, 'a': 2.5, 'c': 2.5}
    """
    ranks: dict[Hashable, float] = {}
    for group in groups:
        middle = len(ranks) + (len(group) + 1) / 2
        ranks |= dict.fromkeys(group, middle)
    return ranks


def kendall_w_of(rankings: Sequence[Groups]) -> float | None:
    """Kendall's coefficient of concordance of several rankings of the same things.

    Parameters
    ----------
    rankings : sequence of groups
        At least two, of the same things.

    Returns
    -------
    float or None
        0 (no common order) to 1 (all the same), corrected for equals; None where everybody
        called everything equal, and for one thing alone.

    References
    ----------
    Kendall & Babington Smith (1939), "The problem of m rankings"; Siegel & Castellan (1988),
    section 9.4, for equals.

    Examples
    --------
    >>> kendall_w_of([[["a"], ["b"], ["c"]], [["a"], ["b"], ["c"]]])
    1.0
    >>> kendall_w_of([[["a"], ["b"], ["c"]], [["c"], ["b"], ["a"]]])
    0.0
    """
    table = _rank_table(rankings)
    m, n = table.shape
    sums = table.sum(axis=0)
    spread = float(((sums - sums.mean()) ** 2).sum())
    equals = sum(len(group) ** 3 - len(group) for groups in rankings for group in groups)
    most = m * m * (n**3 - n) - m * equals
    return None if most <= 0 else 12 * spread / most


def kendall_tau_of(first: Groups, second: Groups) -> float | None:
    """Kendall's tau-b of two rankings of the same things.

    Returns
    -------
    float or None
        1 for the same order, -1 for the opposite one; None where one of them calls everything
        equal.

    References
    ----------
    Kendall (1945), "The treatment of ties in ranking problems".

    Examples
    --------
    >>> round(kendall_tau_of([["a"], ["b"], ["c"]], [["a"], ["c"], ["b"]]), 3)
    0.333
    """
    table = _rank_table([first, second])
    left, right = np.triu_indices(table.shape[1], 1)
    one, other = (np.sign(ranks[left] - ranks[right]) for ranks in table)
    room = float(np.sqrt((one != 0).sum() * (other != 0).sum()))
    return float((one * other).sum()) / room if room else None


def ranking_agreement(
    by_item: Iterable[Sequence[Groups]], seed: int = 0
) -> tuple[Agreement, Agreement]:
    """Kendall's W and tau, averaged over items, each with its interval over items.

    Parameters
    ----------
    by_item : iterable of sequences of rankings
        The rankings of each item; those with one ranking do not count.

    Returns
    -------
    Agreement, Agreement
        W, and the mean over items of the mean tau of every two rankings. Items on which
        everybody called everything equal have neither and are left out; undefined where there
        is no other.

    Examples
    --------
    >>> same = [[["a"], ["b"]], [["a"], ["b"]]]
    >>> [one.value for one in ranking_agreement([same, same])]
    [1.0, 1.0]
    """
    shared = [rankings for rankings in by_item if len(rankings) > 1]
    n_answers = sum(len(rankings) for rankings in shared)
    if not shared:
        return undefined_agreement(NO_OVERLAP), undefined_agreement(NO_OVERLAP)
    together = [kendall_w_of(rankings) for rankings in shared]
    return (
        _mean(together, len(shared), n_answers, seed),
        _mean([mean_tau(rankings) for rankings in shared], len(shared), n_answers, seed, -1.0),
    )


def mean_tau(rankings: Sequence[Groups]) -> float | None:
    """The mean tau of every two rankings of an item; None where none of them has a value."""
    found = [
        tau
        for row, first in enumerate(rankings)
        for second in rankings[row + 1 :]
        if (tau := kendall_tau_of(first, second)) is not None
    ]
    return float(np.mean(found)) if found else None


def _mean(
    values: Iterable[float | None], n_items: int, n_answers: int, seed: int, least: float = 0.0
) -> Agreement:
    known = np.array([value for value in values if value is not None])
    if not len(known):
        return undefined_agreement(ONE_VALUE, n_items, n_answers)
    return measure_mean(known, np.ones(len(known)), n_answers, seed, least=least)


def _rank_table(rankings: Sequence[Groups]) -> Floats:
    ranked: list[Mapping[Hashable, float]] = [middle_ranks(groups) for groups in rankings]
    things = list(ranked[0])
    if any(set(one) != set(things) for one in ranked):
        raise ValueError("rankings of one item must rank the same things")
    return np.array([[one[thing] for thing in things] for one in ranked])
