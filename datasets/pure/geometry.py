"""Boxes and spans as numbers: overlap, and which of two annotators' places belong together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]
Pairs = NDArray[np.intp]


def box_iou(first: ArrayLike, second: ArrayLike) -> Matrix:
    """Intersection over union of every box with every other.

    Parameters
    ----------
    first, second : array_like, shapes (n, 4) and (m, 4)
        Left, top, width, height in pixels; sizes larger than 0.

    Returns
    -------
    ndarray, shape (n, m)
        From 0 (apart) to 1 (the same box), without unit.

    Examples
    --------
    >>> box_iou([[0, 0, 2, 2]], [[1, 0, 2, 2], [5, 5, 1, 1]]).round(3).tolist()
    [[0.333, 0.0]]
    """
    a = np.asarray(first, dtype=float).reshape(-1, 4)
    b = np.asarray(second, dtype=float).reshape(-1, 4)
    near = np.maximum(a[:, None, :2], b[None, :, :2])
    far = np.minimum((a[:, :2] + a[:, 2:])[:, None], (b[:, :2] + b[:, 2:])[None])
    shared = np.clip(far - near, 0, None).prod(axis=2)
    areas = a[:, 2:].prod(axis=1)[:, None] + b[:, 2:].prod(axis=1)[None]
    return _share(shared, areas - shared)


def span_iou(first: ArrayLike, second: ArrayLike) -> Matrix:
    """Shared code points over covered code points, of every span with every other.

    Parameters
    ----------
    first, second : array_like, shapes (n, 2) and (m, 2)
        Start and end in code points, end exclusive.

    Returns
    -------
    ndarray, shape (n, m)
        From 0 (apart, or just touching) to 1 (the same span).

    Examples
    --------
    >>> span_iou([[0, 4]], [[2, 6], [4, 8], [0, 4]]).round(3).tolist()
    [[0.333, 0.0, 1.0]]
    """
    a = np.asarray(first, dtype=float).reshape(-1, 2)
    b = np.asarray(second, dtype=float).reshape(-1, 2)
    near = np.maximum(a[:, None, 0], b[None, :, 0])
    far = np.minimum(a[:, None, 1], b[None, :, 1])
    shared = np.clip(far - near, 0, None)
    lengths = (a[:, 1] - a[:, 0])[:, None] + (b[:, 1] - b[:, 0])[None]
    return _share(shared, lengths - shared)


def match_pairs(scores: ArrayLike, at_least: float) -> Pairs:
    """One-to-one pairs of rows and columns that score `at_least` so much.

    As many pairs as possible and, among those choices, the highest sum of scores (the Hungarian
    method), so that the number of pairs depends on neither the order nor the direction. Scores
    of 0 never pair.

    Parameters
    ----------
    scores : array_like, shape (n, m)
        From 0 to 1, higher = more alike, such as `box_iou` gives.
    at_least : float
        Smallest score of a pair.

    Returns
    -------
    ndarray of int, shape (k, 2)
        Row and column of each pair, sorted by row.

    Examples
    --------
    >>> match_pairs([[0.9, 0.6], [0.8, 0.1]], at_least=0.5).tolist()
    [[0, 1], [1, 0]]
    """
    table = np.asarray(scores, dtype=float)
    usable = (table >= at_least) & (table > 0)
    pairs = np.argwhere(usable)
    # Where both have nobody else the choice is made; the others are looked at by themselves.
    alone = (usable.sum(axis=1)[pairs[:, 0]] == 1) & (usable.sum(axis=0)[pairs[:, 1]] == 1)
    if alone.all():
        return pairs
    settled, open_pairs = pairs[alone], pairs[~alone]
    rows, columns = np.unique(open_pairs[:, 0]), np.unique(open_pairs[:, 1])
    part = np.ix_(rows, columns)
    # One more pair must weigh more than any gain in scores.
    bonus = min(len(rows), len(columns)) + 1
    gains = np.where(usable[part], table[part] + bonus, 0.0)
    chosen = best_assignment(gains)
    chosen = chosen[gains[chosen[:, 0], chosen[:, 1]] > 0]
    found = np.concatenate([settled, np.column_stack([rows[chosen[:, 0]], columns[chosen[:, 1]]])])
    return found[np.argsort(found[:, 0])]


def best_assignment(gains: Matrix) -> Pairs:
    """Rows and columns paired one to one so that the sum of gains is largest.

    Every row gets a column, or every column a row, whichever there are fewer of. Shortest
    augmenting paths, about n * n * m steps.

    Parameters
    ----------
    gains : ndarray, shape (n, m)
        Finite numbers.

    Returns
    -------
    ndarray of int, shape (min(n, m), 2)
        Row and column of each pair, sorted by row.

    References
    ----------
    Kuhn (1955), "The Hungarian method for the assignment problem"; Jonker and Volgenant (1987).

    Examples
    --------
    >>> best_assignment(np.array([[3.0, 2.0], [2.0, 0.0]])).tolist()
    [[0, 1], [1, 0]]
    """
    if gains.shape[0] > gains.shape[1]:
        turned = best_assignment(gains.T)[:, ::-1]
        return turned[np.argsort(turned[:, 0])]
    costs = gains.max(initial=0.0) - gains
    row_count, column_count = costs.shape
    row_of = np.full(column_count, -1, dtype=np.intp)
    row_price, column_price = np.zeros(row_count), np.zeros(column_count)
    for row in range(row_count):
        _place_row(row, costs, row_of, row_price, column_price)
    columns = np.flatnonzero(row_of >= 0)
    pairs = np.column_stack([row_of[columns], columns])
    return pairs[np.argsort(pairs[:, 0])]


def _place_row(
    row: int, costs: Matrix, row_of: Pairs, row_price: Matrix, column_price: Matrix
) -> None:
    """Find a column for one more row, moving earlier rows along the cheapest path."""
    column_count = costs.shape[1]
    reach = np.full(column_count, np.inf)
    came_from = np.full(column_count, -1, dtype=np.intp)
    done = np.zeros(column_count, dtype=bool)
    here, travelled, last = row, 0.0, -1
    while True:
        step = travelled + costs[here] - row_price[here] - column_price
        better = ~done & (step < reach)
        reach[better] = step[better]
        came_from[better] = last
        column = int(np.argmin(np.where(done, np.inf, reach)))
        travelled, done[column], last = float(reach[column]), True, column
        if row_of[column] < 0:
            break
        here = int(row_of[column])
    visited = np.flatnonzero(done & (reach < travelled))
    row_price[row] += travelled
    row_price[row_of[visited]] += travelled - reach[visited]
    column_price[visited] -= travelled - reach[visited]
    while column >= 0:
        before = int(came_from[column])
        row_of[column] = row_of[before] if before >= 0 else row
        column = before


def _share(shared: Matrix, covered: Matrix) -> Matrix:
    """`shared` over `covered`, 0 where nothing is covered."""
    return np.divide(shared, covered, out=np.zeros_like(shared), where=covered > 0)
