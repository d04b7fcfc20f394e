"""What a place looks like as SVG path data, in pixels of the upright image.

An outline is stroked, and filled by the rule evenodd where it is an area; dots are zero-length
strokes, which round line caps make visible at any scale. To add a kind, give it a line in `DRAWN`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from datasets.pure.region_kinds.base import bounds_of
from datasets.pure.region_kinds.mask import Bitmap, Mask, bitmap_of
from datasets.pure.region_kinds.points import PointPlace, Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox, corners_of
from datasets.pure.region_kinds.skeleton import Skeleton
from datasets.pure.region_types import Box

Point = tuple[float, float]
Edges = Sequence[Sequence[str]]
MOST_STEPS = 512
"""A mask is traced on a grid of at most so many cells a side."""


class Drawing(NamedTuple):
    """Path data of one place; empty where there is nothing of the sort."""

    outline: str = ""
    dots: str = ""
    is_area: bool = False


def drawing_of(place: Any, edges: Edges = (), step: float = 0.0) -> Drawing:
    """What a place looks like.

    Parameters
    ----------
    place : NamedTuple
        Of one of the kinds in `DRAWN`.
    edges : sequence of pairs of joint keys
        The lines of a skeleton.
    step : float
        Points of an outline that are nearer to the one before are left out: a thumbnail shows
        nothing finer. In pixels of the image.

    Examples
    --------
    >>> drawing_of(Box(1, 2, 3, 4.5)).outline
    'M1 2L4 2L4 6.5L1 6.5z'
    >>> drawing_of(PointPlace(1.5, 2)).dots
    'M1.5 2h0'
    """
    if isinstance(place, Skeleton):
        return _skeleton(place, edges)
    return DRAWN[type(place)](place, step)


def middle_of(place: Any) -> Point:
    """Where a line to a place ends: the middle of its bounds."""
    if isinstance(place, Skeleton):
        points: Iterable[Point] = [(joint.x, joint.y) for joint in place.joints]
    elif isinstance(place, Polygon):
        points = place.rings[0]
    elif isinstance(place, Polyline):
        points = place.points
    elif isinstance(place, Box | Mask):
        return place.x + place.w / 2, place.y + place.h / 2
    else:
        return float(place[0]), float(place[1])
    left, top, right, bottom = bounds_of(points)
    return (left + right) / 2, (top + bottom) / 2


def arrow_of(source: Any, target: Any) -> Drawing:
    """A line from the middle of one place to that of another, with a dot where it ends."""
    start, end = middle_of(source), middle_of(target)
    return Drawing(_path([start, end]), _dots([end]))


def _box(box: Box, _step: float) -> Drawing:
    x, y, far_x, far_y = box.x, box.y, box.x + box.w, box.y + box.h
    ring = [(x, y), (far_x, y), (far_x, far_y), (x, far_y)]
    return Drawing(_path(ring, closed=True), is_area=True)


def _rotated_box(box: RotatedBox, _step: float) -> Drawing:
    return Drawing(_path(corners_of(box), closed=True), is_area=True)


def _polygon(polygon: Polygon, step: float) -> Drawing:
    rings = [_path(_thinned(ring, step, 3), closed=True) for ring in polygon.rings]
    return Drawing("".join(rings), is_area=True)


def _ellipse(ellipse: Ellipse, _step: float) -> Drawing:
    turn = math.radians(ellipse.angle)
    x, y = ellipse.rx * math.cos(turn), ellipse.rx * math.sin(turn)
    start = f"{_n(ellipse.cx - x)} {_n(ellipse.cy - y)}"
    end = f"{_n(ellipse.cx + x)} {_n(ellipse.cy + y)}"
    arc = f"A{_n(ellipse.rx)} {_n(ellipse.ry)} {_n(ellipse.angle)} 1 1 "
    return Drawing(f"M{start}{arc}{end}{arc}{start}z", is_area=True)


def _mask(mask: Mask, step: float) -> Drawing:
    bitmap = bitmap_of(mask)
    cell = max(1, int(step), math.ceil(max(bitmap.shape) / MOST_STEPS))
    loops = trace(_coarser(bitmap, cell))
    rings = [
        _path(
            [(mask.x + min(x * cell, mask.w), mask.y + min(y * cell, mask.h)) for x, y in loop],
            closed=True,
        )
        for loop in loops
    ]
    return Drawing("".join(rings), is_area=True)


def _polyline(line: Polyline, step: float) -> Drawing:
    return Drawing(_path(_thinned(line.points, step, 2)))


def _point(point: PointPlace, _step: float) -> Drawing:
    return Drawing(dots=_dots([point]))


def _skeleton(skeleton: Skeleton, edges: Edges) -> Drawing:
    there = {joint.name: (joint.x, joint.y) for joint in skeleton.joints}
    lines = [
        _path([there[first], there[second]])
        for first, second in edges
        if first in there and second in there
    ]
    return Drawing("".join(lines), _dots(there.values()))


DRAWN: dict[type, Callable[[Any, float], Drawing]] = {
    Box: _box,
    RotatedBox: _rotated_box,
    Polygon: _polygon,
    Ellipse: _ellipse,
    Mask: _mask,
    Polyline: _polyline,
    PointPlace: _point,
    Skeleton: lambda skeleton, _step: _skeleton(skeleton, ()),
}


def trace(bitmap: Bitmap) -> list[list[tuple[int, int]]]:
    """The outlines of what is set, along the edges of cells; outer ones and holes alike.

    Examples
    --------
    >>> trace(np.array([[1, 1], [0, 1]], dtype=bool))
    [[(0, 0), (2, 0), (2, 2), (1, 2), (1, 1), (0, 1)]]
    """
    padded = np.pad(bitmap, 1)
    inside = padded[1:-1, 1:-1]
    ways: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for beside, start, end in (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (1, 1)),
        (padded[2:, 1:-1], (1, 1), (0, 1)),
        (padded[1:-1, :-2], (0, 1), (0, 0)),
    ):
        for y, x in np.argwhere(inside & ~beside).tolist():
            ways.setdefault((x + start[0], y + start[1]), []).append((x + end[0], y + end[1]))
    loops = []
    for first in sorted(ways, key=lambda corner: (corner[1], corner[0])):
        while ways[first]:
            loop, here = [first], ways[first].pop()
            while here != first:
                loop.append(here)
                here = ways[here].pop()
            loops.append(_corners(loop))
    return loops


def _corners(loop: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The points of a closed walk at which it turns."""
    around = [loop[-1], *loop, loop[0]]
    return [
        here
        for before, here, after in zip(around, around[1:], around[2:], strict=False)
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1])
    ]


def _coarser(bitmap: Bitmap, cell: int) -> Bitmap:
    """The bitmap in cells of so many pixels a side: the middle of each, or, if that shows nothing,
    the cells that are set most."""
    if cell == 1:
        return bitmap
    middles = bitmap[cell // 2 :: cell, cell // 2 :: cell]
    if middles.any():
        return middles
    height, width = (-(-side // cell) for side in bitmap.shape)
    room = np.zeros((height * cell, width * cell), dtype=np.float32)
    room[: bitmap.shape[0], : bitmap.shape[1]] = bitmap
    shares = room.reshape(height, cell, width, cell).mean(axis=(1, 3))
    coarse: Bitmap = shares >= shares.max()
    return coarse


def _thinned(points: Sequence[Point], step: float, least: int) -> Sequence[Point]:
    if not step:
        return points
    kept = [points[0]]
    for point in points[1:]:
        if math.dist(point, kept[-1]) >= step:
            kept.append(point)
    return kept if len(kept) >= least else points


def _path(points: Sequence[Point], *, closed: bool = False) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) + ("z" if closed else "")


def _dots(points: Iterable[Sequence[float]]) -> str:
    return "".join(f"M{_n(point[0])} {_n(point[1])}h0" for point in points)


def _n(number: float) -> str:
    """A number with at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".") if number % 1 else str(int(number))
