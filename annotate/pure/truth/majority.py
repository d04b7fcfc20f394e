"""What most people said."""

from __future__ import annotations

import numpy as np

from annotate.pure.truth.crowd import Crowd, Estimate, shares


def majority(crowd: Crowd) -> Estimate:
    """The share of the answers that each label got, item by item.

    **Ties**: labels that lead together share the item, and `Estimate.winner` names none of them
    (-1), since neither order nor name nor chance may decide. `right_share` counts such an item as
    the share that its truth has among the leaders, which is what a fair coin would get on
    average.

    Examples
    --------
    >>> from annotate.pure.truth.crowd import collect_crowd
    >>> told = majority(collect_crowd([(1, "Ada", "a"), (1, "Bo", "a"), (1, "Cy", "b")]))
    >>> told.posterior.round(2).tolist()
    [[0.67, 0.33]]
    """
    posterior = shares(crowd.votes())
    priors = posterior.mean(0) if len(posterior) else np.zeros(len(crowd.labels))
    return Estimate("majority", posterior, priors)


def right_share(estimate: Estimate, truth: dict[int, int]) -> tuple[float, int]:
    """How many items a method has right, shared among leaders, and of how many.

    Parameters
    ----------
    estimate : Estimate
    truth : dict
        The code of the true label by the code of its item; -1 for a truth that nobody named.
    """
    right = 0.0
    for item, label in truth.items():
        row = estimate.posterior[item]
        leaders = np.flatnonzero(row >= row.max() - 1e-9)
        right += float(label in leaders) / len(leaders)
    return right, len(truth)
