"""The sizes of many polygons and the boxes around them, at once: the same few calls for all.

Between two heights at which its outline turns, a polygon that does not cross itself consists of
trapezoids, whose sizes are those of their middles. Whether any two sides cross is seen on the way:
then they stand in another order above than below. Those polygons are left to `areas.measured`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datasets.pure.region_kinds.mask import counted_up
from datasets.pure.region_kinds.points import Polygon

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

AT_A_TIME = 200_000
"""Corners looked at together: some tens of megabytes."""
MOST_CROSSINGS = 40
"""Of each corner of a polygon; with more, lines across it are too many to be looked at together."""


class Sized(NamedTuple):
    """What is known of each polygon.

    Attributes
    ----------
    bounds : ndarray, shape (n, 4)
        Left, top, right, bottom.
    sizes : ndarray, shape (n,)
        Square pixels; NaN where the outline crosses or touches itself.
    strips : ndarray, shape (n,)
        How many strips it was cut into.
    crossings : ndarray, shape (n,)
        How many sides lie in these strips altogether.
    """

    bounds: Floats
    sizes: Floats
    strips: Numbers
    crossings: Numbers


def sized(polygons: Sequence[Polygon]) -> Sized:
    """Measure polygons.

    Examples
    --------
    >>> square = Polygon((((0, 0), (4, 0), (4, 4), (0, 4)), ((1, 1), (1, 2), (2, 2), (2, 1))))
    >>> bow = Polygon((((0, 0), (4, 4), (4, 0), (0, 4)),))
    >>> found = sized([square, bow])
    >>> found.bounds.tolist(), found.sizes.tolist()
    ([[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 4.0, 4.0]], [15.0, nan])
    """
    corners = np.array([sum(map(len, one.rings)) for one in polygons], dtype=np.intp)
    ends = np.cumsum(corners)
    parts = []
    start = 0
    while start < len(polygons):
        before = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, before + AT_A_TIME, side="right")), start + 1)
        parts.append(_sized(polygons[start:stop], corners[start:stop]))
        start = stop
    if not parts:
        nothing = np.zeros(0, dtype=np.intp)
        return Sized(np.zeros((0, 4)), np.zeros(0), nothing, nothing)
    return Sized(*(np.concatenate(one) for one in zip(*parts, strict=True)))


def _sized(polygons: Sequence[Polygon], corners: Numbers) -> Sized:
    rings = [ring for one in polygons for ring in one.rings]
    points = np.fromiter(
        chain.from_iterable(chain.from_iterable(rings)), dtype=np.float64, count=2 * corners.sum()
    ).reshape(-1, 2)
    owner = np.repeat(np.arange(len(polygons)), corners)
    first = np.cumsum(corners) - corners
    low, high = np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)
    sizes, strips, crossings = _measured(points, _next_of(rings), owner, len(polygons))
    return Sized(np.concatenate([low, high], axis=1), sizes, strips, crossings)


def _next_of(rings: Sequence[Sequence[object]]) -> Numbers:
    """The number of the corner after each, in its ring."""
    lengths = np.array([len(ring) for ring in rings], dtype=np.intp)
    ends = np.cumsum(lengths)
    following = np.arange(1, ends[-1] + 1)
    following[ends - 1] = ends - lengths
    return following


def _measured(
    points: Floats, following: Numbers, owner: Numbers, count: int
) -> tuple[Floats, Numbers, Numbers]:
    heights, rank, of = _ranked(points[:, 1], owner)
    begin, end = np.minimum(rank, rank[following]), np.maximum(rank, rank[following])
    strips = np.bincount(of, minlength=count) - 1
    crossed = np.bincount(owner, weights=end - begin, minlength=count).astype(np.intp)
    corners = np.bincount(owner, minlength=count)
    is_wild = crossed > MOST_CROSSINGS * corners
    spans = np.where(is_wild[owner], 0, end - begin)
    side, strip = counted_up(begin, spans)
    xs = _crossed_at(points, following, side, heights[strip], heights[strip + 1])
    order = np.lexsort((xs[1], strip))
    strip, xs = strip[order], xs[:, order]
    sizes = _summed(strip, xs[1], np.diff(heights, append=heights[-1]), of, count)
    # sides that stand in another order above or below cross; they may meet in a corner
    turned = np.diff(xs, axis=1) < -1e-9 * (1 + np.abs(xs[:, 1:]))
    wrong = np.flatnonzero((strip[1:] == strip[:-1]) & turned.any(axis=0))
    sizes[of[strip[wrong]]] = np.nan
    sizes[is_wild] = np.nan
    return sizes, strips, crossed


def _ranked(ys: Floats, owner: Numbers) -> tuple[Floats, Numbers, Numbers]:
    """The heights at which polygons turn, the place of each corner in them, and whose they are."""
    order = np.lexsort((ys, owner))
    sorted_ys, sorted_owner = ys[order], owner[order]
    is_new = np.ones(len(ys), dtype=bool)
    is_new[1:] = (np.diff(sorted_ys) > 0) | (np.diff(sorted_owner) > 0)
    rank = np.empty(len(ys), dtype=np.intp)
    rank[order] = np.cumsum(is_new) - 1
    return sorted_ys[is_new], rank, sorted_owner[is_new]


def _crossed_at(
    points: Floats, following: Numbers, side: Numbers, top: Floats, bottom: Floats
) -> Floats:
    """Where sides cross the upper end, the middle and the lower end of a strip."""
    x, y = points[side].T
    to_x, to_y = points[following[side]].T
    slope = (to_x - x) / (to_y - y)
    found: Floats = np.stack(
        [x + slope * (height - y) for height in (top, (top + bottom) / 2, bottom)]
    )
    return found


def _summed(strip: Numbers, xs: Floats, thickness: Floats, of: Numbers, count: int) -> Floats:
    """Every strip is entered and left again: what lies between, by polygon."""
    wide = (xs[1::2] - xs[::2]) * thickness[strip[::2]]
    return np.bincount(of[strip[::2]], weights=wide, minlength=count).astype(np.float64)
