"""How near points, skeletons and lines are to each other: places without an area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datasets.pure.geometry import Matrix
from datasets.pure.region_kinds.points import PointPlace, Polyline
from datasets.pure.region_kinds.skeleton import Skeleton

Floats = NDArray[np.float64]

DIAGONAL_SHARE = 0.008
"""The tolerance of DAVIS' measure of boundaries (Perazzi et al. 2016), of the image's diagonal."""
LEAST_PIXELS = 2.0
SIGMA = 0.067
"""The mean of the constants of COCO's 17 joints; our joints have any name, so all share it."""
NARROWEST = 0.25
STEPS = 128


class Reach(NamedTuple):
    """How far apart two places are that are alike by half.

    Attributes
    ----------
    pixels : float
        For points and lines.
    seconds : float
        For instants: the usual collar of sound event detection (Mesaros et al. 2016).
    ends : float or None
        When the clip is over, to which tracks go on, in seconds; None where it is not known.
    """

    pixels: float = LEAST_PIXELS
    seconds: float = 0.2
    ends: float | None = None


def reach_in(width: float, height: float) -> Reach:
    """How far apart places may be in an image of this size.

    Examples
    --------
    >>> round(reach_in(1920, 1080).pixels, 1)
    17.6
    """
    return Reach(max(LEAST_PIXELS, DIAGONAL_SHARE * float(np.hypot(width, height))))


def point_likeness(
    first: Sequence[PointPlace], second: Sequence[PointPlace], reach: Reach
) -> Matrix:
    """1 for the same point, 0.5 at a distance of `reach.pixels`, falling as a bell curve.

    Examples
    --------
    >>> point_likeness([PointPlace(0, 0)], [PointPlace(3, 4)], Reach(5)).tolist()
    [[0.5]]
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    squares = ((a[:, None] - b[None]) ** 2).sum(axis=2)
    return _bell(squares, reach.pixels)


def joint_likeness(first: Sequence[Skeleton], second: Sequence[Skeleton], _reach: Reach) -> Matrix:
    """Object keypoint similarity: the mean of exp(-d² / (2 s² k²)) over the joints of either.

    After Lin et al. (2014) and COCO's evaluation, with k = 2 * 0.067 for every joint and, as there
    is no outline, s² = width * height of the box around both skeletons, no side taken as less
    than a quarter of the other. A joint that only one of them has counts 0; hidden ones count
    like seen ones.
    """
    found = np.zeros((len(first), len(second)))
    for row, one in enumerate(first):
        for column, other in enumerate(second):
            found[row, column] = _oks(one, other)
    return found


def _oks(first: Skeleton, second: Skeleton) -> float:
    here = {joint.name: (joint.x, joint.y) for joint in first.joints}
    there = {joint.name: (joint.x, joint.y) for joint in second.joints}
    shared = sorted(here.keys() & there.keys())
    if not shared:
        return 0.0
    around = np.array([*here.values(), *there.values()], dtype=float)
    sides = around.max(axis=0) - around.min(axis=0)
    sides = np.maximum(sides, max(NARROWEST * sides.max(), LEAST_PIXELS))
    apart = np.array([here[name] for name in shared]) - np.array([there[name] for name in shared])
    squares = (apart**2).sum(axis=1)
    alike = np.exp(-squares / (2 * sides.prod() * (2 * SIGMA) ** 2))
    return float(alike.sum() / len(here.keys() | there.keys()))


def line_likeness(first: Sequence[Polyline], second: Sequence[Polyline], reach: Reach) -> Matrix:
    """How much of each line runs beside the other, which way round they were drawn aside.

    Points along a line, evenly spaced, count 1 on the other line and 0.5 at `reach.pixels` from
    it; the likeness is the harmonic mean of both lines' means, so a part that only one has lowers
    it by its length.

    Examples
    --------
    >>> long, half = Polyline(((0, 0), (100, 0))), Polyline(((0, 0), (50, 0)))
    >>> line_likeness([long], [long, half], Reach(1)).round(2).tolist()
    [[1.0, 0.68]]
    """
    reached = 4 * reach.pixels
    found = np.zeros((len(first), len(second)))
    lines = [[np.asarray(line.points, dtype=float) for line in side] for side in (first, second)]
    spread = [[_spread(points) for points in side] for side in lines]
    for row, one in enumerate(lines[0]):
        for column, other in enumerate(lines[1]):
            apart = np.maximum(one.min(axis=0) - other.max(axis=0), 0) + np.maximum(
                other.min(axis=0) - one.max(axis=0), 0
            )
            if (apart > reached).any():
                continue
            there = _bell(_squares_to(spread[0][row], other), reach.pixels).mean()
            back = _bell(_squares_to(spread[1][column], one), reach.pixels).mean()
            if there + back > 0:
                found[row, column] = 2 * there * back / (there + back)
    return found


def _bell(squares: Floats, half_at: float) -> Floats:
    found: Floats = np.exp2(-squares / half_at**2)
    return found


def _spread(points: Floats) -> Floats:
    """Points along a line, evenly by its length, in the middle of equal stretches."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    wanted = (np.arange(STEPS) + 0.5) / STEPS * along[-1]
    xs, ys = (np.interp(wanted, along, points[:, side]) for side in (0, 1))
    return np.column_stack([xs, ys])


def _squares_to(points: Floats, line: Floats) -> Floats:
    """The square of the distance of each point from a line, its ends included."""
    nearest = np.full(len(points), np.inf)
    for start in range(0, len(line) - 1, 4096):  # a bounded table, however long the line
        begin = line[start : start + 4097][:-1]
        way = line[start + 1 : start + 4097] - begin
        length = np.maximum((way**2).sum(axis=1), 1e-12)
        offset = points[:, None] - begin[None]
        part = np.clip((offset * way).sum(axis=2) / length, 0, 1)
        squares = ((offset - part[..., None] * way) ** 2).sum(axis=2)
        nearest = np.minimum(nearest, squares.min(axis=1))
    return nearest
