"""How alike two tracks are: whether the same object is in the same place at the same time.

The likeness of the shapes at a moment, averaged over the time in which at least one track shows
its object; where only one does, it is 0. For areas this is the spatio-temporal overlap of
Weinzaepfel et al. (2015), "Learning to track for spatio-temporal action localization": the overlap
in time times the mean overlap of the areas within it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datasets.pure.geometry import Matrix
from datasets.pure.region_kinds.points import Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_kinds.skeleton import Skeleton
from datasets.pure.region_kinds.track import Track
from datasets.pure.region_likeness.marks import Reach
from datasets.pure.tracks import shape_at

Floats = NDArray[np.float64]
Alike = Callable[[Any, Any, Reach], float]

MOMENTS = 64
"""Of boxes and points; other shapes take longer and are compared at fewer."""
FEWER = 16
QUICK = ("box", "point")
FAR = 4.0
"""Beyond so many times their reach, points and lines are not alike."""


def follow_likeness(
    first: Sequence[Track], second: Sequence[Track], reach: Reach, alike: Alike
) -> Matrix:
    """How alike every track is to every other, from 0 to 1.

    A track goes on after its last key to the end of the clip, `reach.ends`; where that is not
    known, to the last key of either.

    Parameters
    ----------
    alike : callable
        The likeness of two shapes.
    """
    found = np.zeros((len(first), len(second)))
    mine, theirs = (np.array([around(track) for track in side]) for side in (first, second))
    apart = np.maximum(mine[:, None, :2] - theirs[:, 2:], theirs[:, :2] - mine[:, None, 2:])
    for row, column in np.argwhere((apart <= FAR * reach.pixels).all(axis=2)):
        one, other = first[row], second[column]
        found[row, column] = 1.0 if one == other else _alike(one, other, reach, alike)
    return found


def _alike(first: Track, second: Track, reach: Reach, alike: Alike) -> float:
    times = _moments(first, second, reach)
    if first.of == second.of and first.of in QUICK:
        return _quickly(first, second, times, reach)
    total, there = 0.0, 0
    for time in times.tolist():
        one, other = shape_at(first, time), shape_at(second, time)
        there += one is not None or other is not None
        if one is not None and other is not None:
            total += alike(one.at, other.at, reach)
    return total / there if there else 0.0


def _moments(first: Track, second: Track, reach: Reach) -> Floats:
    """Moments spread evenly over the time from the first key of either to the end."""
    start = min(first.keys[0].t, second.keys[0].t)
    last = max(first.keys[-1].t, second.keys[-1].t)
    end = last if reach.ends is None else max(last, reach.ends)
    count = MOMENTS if first.of in QUICK and second.of in QUICK else FEWER
    return start + (np.arange(count) + 0.5) / count * (end - start)


def _quickly(first: Track, second: Track, times: Floats, reach: Reach) -> float:
    """Boxes or points at all moments at once."""
    (one, here), (other, there) = _numbers(first, times), _numbers(second, times)
    either = int((here | there).sum())
    both = here & there
    if not both.any():
        return 0.0
    one, other = one[both], other[both]
    if first.of == "point":
        squares = ((one - other) ** 2).sum(axis=1)
        return float(np.exp2(-squares / reach.pixels**2).sum() / either)
    near = np.maximum(one[:, :2], other[:, :2])
    far = np.minimum(one[:, :2] + one[:, 2:], other[:, :2] + other[:, 2:])
    shared = np.clip(far - near, 0, None).prod(axis=1)
    covered = one[:, 2:].prod(axis=1) + other[:, 2:].prod(axis=1) - shared
    return float((shared / covered).sum() / either)


def _numbers(track: Track, times: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The numbers of a track's shapes at some moments, and at which of them it is there."""
    keys = np.array([key.t for key in track.keys], dtype=float)
    shapes = np.array([key.at for key in track.keys], dtype=float)
    outside = np.array([key.outside for key in track.keys])
    number = np.searchsorted(keys, times, side="right") - 1
    seen = (number >= 0) & ~outside[np.maximum(number, 0)]
    columns = [np.interp(times, keys, column) for column in shapes.T]
    return np.column_stack(columns), seen


def around(track: Track) -> tuple[float, float, float, float]:
    """A box around all that is like the shapes of a track: left, top, right, bottom."""
    points = np.array([point for key in track.keys for point in _extremes(key.at)], dtype=float)
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _extremes(shape: Any) -> Sequence[Sequence[float]]:
    """Points such that the shape, and what lies between it and others, is in the box around."""
    if isinstance(shape, Polygon):
        return shape.rings[0]
    if isinstance(shape, Polyline):
        return shape.points
    if isinstance(shape, Skeleton):  # others are like it that lie beside it
        xs = [joint.x for joint in shape.joints]
        ys = [joint.y for joint in shape.joints]
        room = max(max(xs) - min(xs), max(ys) - min(ys))
        return [(min(xs) - room, min(ys) - room), (max(xs) + room, max(ys) + room)]
    if isinstance(shape, RotatedBox | Ellipse):  # however they are turned
        half = shape[2] + shape[3] if isinstance(shape, Ellipse) else (shape[2] + shape[3]) / 2
        return [(shape[0] - half, shape[1] - half), (shape[0] + half, shape[1] + half)]
    if len(shape) == 2:
        return [shape]
    return [(shape[0], shape[1]), (shape[0] + shape[2], shape[1] + shape[3])]
