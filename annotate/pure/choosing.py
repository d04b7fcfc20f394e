"""Which items are worth answering first: those a model is least sure of, or the most unlike."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
CHUNK = 1000


def unsureness(probabilities: ArrayLike) -> Floats:
    """How unsure a model is of each item: one minus the lead of its first label over its second.

    Parameters
    ----------
    probabilities : array_like, shape (n_items, n_labels)
        What the model says; rows need not add up to exactly 1.

    Returns
    -------
    ndarray, shape (n_items,)
        0 where one label has everything, 1 where two share the first place.

    Raises
    ------
    ValueError
        No table, or a value that is not from 0 to 1.

    Notes
    -----
    The margin of Scheffer, Decomain and Wrobel (2001). Entropy would also count how the rest is
    spread over labels that nobody would choose; Settles (2009, part 2.2) compares the two.

    Examples
    --------
    >>> unsureness([[1.0, 0.0, 0.0], [0.5, 0.25, 0.25], [0.4, 0.4, 0.2]]).round(2).tolist()
    [0.0, 0.75, 1.0]
    """
    said = np.asarray(probabilities, dtype=np.float64)
    if said.ndim != 2 or (said.size and not ((said >= 0) & (said <= 1 + 1e-6)).all()):
        raise ValueError("probabilities: a table of numbers from 0 to 1 is expected")
    if said.shape[1] < 2:
        return np.zeros(len(said))
    first = np.sort(said, axis=1)
    return np.clip(1.0 - (first[:, -1] - first[:, -2]), 0.0, 1.0)


def farthest_first(features: ArrayLike, answered: ArrayLike, most: int) -> NDArray[np.int64]:
    """Items one after another, each the farthest from all that is answered or chosen before.

    Parameters
    ----------
    features : array_like, shape (n_items, n_features)
        What may be chosen.
    answered : array_like, shape (n_answered, n_features)
        What need not be asked again; may be empty. Then the item nearest the mean begins.
    most : int
        How many are chosen at most.

    Returns
    -------
    ndarray of int
        Numbers of rows of `features`, first chosen first. Of equally far ones the first is taken.

    Notes
    -----
    The greedy of Gonzalez (1985): the largest distance that is left is at most twice the least
    possible. Sener and Savarese (2018) choose what to label by it (k-centre greedy).

    Examples
    --------
    >>> farthest_first([[0.0], [1.0], [5.0], [9.0]], [[0.0]], 3).tolist()
    [3, 2, 1]
    """
    points = np.asarray(features, dtype=np.float64)
    known = np.asarray(answered, dtype=np.float64)
    if points.ndim != 2 or not np.isfinite(points).all():
        raise ValueError("features: a table of finite numbers is expected")
    wanted = min(most, len(points))
    if wanted <= 0:
        return np.empty(0, dtype=np.int64)
    norms = np.einsum("ij,ij->i", points, points)
    chosen = np.empty(wanted, dtype=np.int64)
    left = _nearest(points, norms, known)
    for step in range(wanted):
        if step == 0 and not len(known):
            at = int(_squares(points, norms, points.mean(axis=0)).argmin())
        else:
            at = int(left.argmax())
        chosen[step] = at
        left = np.minimum(left, _squares(points, norms, points[at]))
        left[at] = -1.0
    return chosen


def _squares(points: Floats, norms: Floats, one: Floats) -> Floats:
    """Squared distances of all points to one; what rounding left of nothing counts as nothing."""
    found: Floats = norms - 2.0 * (points @ one) + float(one @ one)
    found[found < 1e-9] = 0.0
    return found


def _nearest(points: Floats, norms: Floats, known: Floats) -> Floats:
    """Squared distance of each point to the nearest that is known, in chunks of the known."""
    left: Floats = np.full(len(points), np.inf)
    for start in range(0, len(known), CHUNK):
        some: Any = known[start : start + CHUNK]
        squares = norms[:, None] - 2.0 * (points @ some.T) + np.einsum("ij,ij->i", some, some)
        left = np.minimum(left, squares.min(axis=1))
    left[left < 1e-9] = 0.0
    return left
