"""How much two areas share: boxes, rotated boxes, polygons with holes, ellipses and masks, mixed.

Every area says where a horizontal line crosses its outline; what two areas share is then summed
over lines. Lines lie halfway between all heights at which an outline turns, at most 1/256 of the
height apart. Boxes and masks come out exact; a polygon's own area, too. Where slanted outlines
cross between two lines, the overlap is a little off: against GEOS by 0.00001 on average and 0.0007
at most over 1,400 pairs of jagged polygons. Outlines that lines cross very often get fewer lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from datasets.pure.geometry import Matrix, box_iou
from datasets.pure.region_kinds.base import Bounds, bounds_of
from datasets.pure.region_kinds.mask import Mask, bitmap_of, columns_of, counted_up, mask_of
from datasets.pure.region_kinds.points import Polygon
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox, corners_of
from datasets.pure.region_types import Box

Floats = NDArray[np.float64]
Crossings = tuple[NDArray[np.intp], Floats]
"""The number of a line and where it crosses an outline, an even number of times a line."""

LINES = 256
MOST_LINES = 4096
MOST_CROSSINGS = 1_000_000
LEAST_LINES = 64


class Area(NamedTuple):
    """An area as lines meet it.

    Attributes
    ----------
    bounds : tuple
        Left, top, right, bottom.
    turns : ndarray
        Heights at which the outline turns or ends.
    edges : int
        A line crosses the outline at most so often.
    is_upright : bool
        All edges are horizontal or vertical: lines between the turns are enough.
    crossings : callable
        From the heights of lines, in rising order, to `Crossings`.
    place : NamedTuple
        What it was made of.
    """

    bounds: Bounds
    turns: Floats
    edges: int
    is_upright: bool
    crossings: Callable[[Floats], Crossings]
    place: Any


def area_of(place: Any) -> Area:
    """The area of a place of one of the kinds in `AREAS`."""
    return AREAS[type(place)](place)


def area_iou(first: Sequence[Area], second: Sequence[Area]) -> Matrix:
    """Intersection over union of every area with every other.

    Returns
    -------
    ndarray, shape (n, m)
        From 0 (apart) to 1 (the same area), without unit. What is covered twice by the rings of
        a polygon is outside, as it is drawn.

    Examples
    --------
    >>> square = area_of(Polygon((((0, 0), (2, 0), (2, 2), (0, 2)),)))
    >>> area_iou([square], [area_of(Box(1, 0, 2, 2)), area_of(Box(5, 5, 1, 1))]).round(3).tolist()
    [[0.333, 0.0]]
    """
    boxes = [[_as_box(one.bounds) for one in side] for side in (first, second)]
    shared = box_iou(*boxes)
    if all(type(one.place) is Box for one in (*first, *second)):
        return shared
    found = np.zeros_like(shared)
    for row, column in np.argwhere(shared > 0):
        one, other = first[row], second[column]
        if type(one.place) is Box and type(other.place) is Box:
            found[row, column] = shared[row, column]
        elif type(one.place) is Mask and type(other.place) is Mask:
            found[row, column] = _mask_iou(one.place, other.place)
        else:
            both, either = shared_and_covered(one, other)
            found[row, column] = both / either if either else 0.0
    return found


def shared_and_covered(first: Area, second: Area) -> tuple[float, float]:
    """Square pixels in both areas, and in at least one of them."""
    heights, thickness = _lines(first, second)
    return _swept(first.crossings(heights), second.crossings(heights), thickness)


def _swept(first: Crossings, second: Crossings, thickness: Floats) -> tuple[float, float]:
    """What both sides cover and what at least one covers, line by line."""
    row = np.concatenate([first[0], second[0]])
    x = np.concatenate([first[1], second[1]])
    is_second = np.repeat([False, True], [len(first[1]), len(second[1])])
    order = np.lexsort((x, row))
    row, x, is_second = row[order], x[order], is_second[order]
    # Even crossings a line: at its end both are outside, so that no stretch goes on to the next.
    in_second = np.cumsum(is_second) % 2 == 1
    in_first = np.cumsum(~is_second) % 2 == 1
    stretch = np.diff(x) * thickness[row[:-1]]
    both = (stretch * (in_first & in_second)[:-1]).sum()
    return float(both), float((stretch * (in_first | in_second)[:-1]).sum())


def size_of(area: Area) -> float:
    """Square pixels of an area.

    Examples
    --------
    >>> round(size_of(area_of(Ellipse(50, 50, 20, 10, 30))) / (math.pi * 20 * 10), 4)
    1.0
    """
    return measured(area)[0]


def measured(area: Area) -> tuple[float, int, int]:
    """Square pixels of an area, the lines they are measured along, how often these cross it."""
    heights, thickness = _lines(area, area)
    rows, xs = area.crossings(heights)
    order = np.lexsort((xs, rows))
    rows, xs = rows[order], xs[order]
    size = float(((xs[1::2] - xs[::2]) * thickness[rows[::2]]).sum())
    return size, len(heights), len(rows)


def pixels_of(area: Area) -> Mask | None:
    """The pixels whose middle lies in an area; None where there is none.

    Examples
    --------
    >>> pixels_of(area_of(Polygon((((0, 0), (4, 0), (0, 4)),))))
    Mask(x=0, y=0, w=3, h=3, counts='051L1')
    """
    left, top = max(0, math.floor(area.bounds[0])), max(0, math.floor(area.bounds[1]))
    right, bottom = math.ceil(area.bounds[2]), math.ceil(area.bounds[3])
    if right <= left or bottom <= top:
        return None
    rows, xs = area.crossings(np.arange(top, bottom, dtype=np.float64) + np.float64(0.5))
    first = np.clip(np.ceil(xs - 0.5) - left, 0, right - left).astype(np.intp)
    flips = np.zeros((bottom - top, right - left + 1), dtype=np.int32)
    np.add.at(flips, (rows, first), 1)
    return mask_of(np.cumsum(flips, axis=1)[:, :-1] % 2 == 1, left, top)


def _lines(first: Area, second: Area) -> tuple[Floats, Floats]:
    """Heights of the lines and the thickness of the strip that each stands for."""
    top = min(first.bounds[1], second.bounds[1])
    bottom = max(first.bounds[3], second.bounds[3])
    turns = [first.turns, second.turns]
    if not (first.is_upright and second.is_upright):
        turns.append(np.linspace(top, bottom, LINES + 1))
    cuts = np.unique(np.concatenate(turns))
    most = min(MOST_LINES, max(LEAST_LINES, MOST_CROSSINGS // max(first.edges, second.edges, 1)))
    if len(cuts) > most + 1:
        cuts = np.linspace(top, bottom, most + 1)
    return (cuts[1:] + cuts[:-1]) / 2, np.diff(cuts)


def _as_box(bounds: Bounds) -> Box:
    left, top, right, bottom = bounds
    return Box(left, top, right - left, bottom - top)


# The kinds


def _box(box: Box) -> Area:
    bottom = box.y + box.h

    def crossings(heights: Floats) -> Crossings:
        rows = np.flatnonzero((heights > box.y) & (heights < bottom))
        return np.repeat(rows, 2), np.tile([box.x, box.x + box.w], len(rows)).astype(float)

    bounds = (box.x, box.y, box.x + box.w, bottom)
    return Area(bounds, np.array([box.y, bottom], dtype=float), 2, True, crossings, box)


def _of_rings(rings: Sequence[Sequence[tuple[float, float]]], place: Any) -> Area:
    starts = np.concatenate([np.asarray(ring, dtype=float) for ring in rings])
    ends = np.concatenate([np.roll(np.asarray(ring, dtype=float), -1, axis=0) for ring in rings])
    slanted = starts[:, 1] != ends[:, 1]
    starts, ends = starts[slanted], ends[slanted]

    def crossings(heights: Floats) -> Crossings:
        low, high = np.minimum(starts[:, 1], ends[:, 1]), np.maximum(starts[:, 1], ends[:, 1])
        begin, end = np.searchsorted(heights, low), np.searchsorted(heights, high)
        edge, rows = counted_up(begin, end - begin)
        part = (heights[rows] - starts[edge, 1]) / (ends[edge, 1] - starts[edge, 1])
        return rows, starts[edge, 0] + part * (ends[edge, 0] - starts[edge, 0])

    bounds = bounds_of(point for ring in rings for point in ring)
    return Area(bounds, np.unique(starts[:, 1]), len(starts), False, crossings, place)


def _polygon(polygon: Polygon) -> Area:
    return _of_rings(polygon.rings, polygon)


def _rotated_box(box: RotatedBox) -> Area:
    return _of_rings([corners_of(box)], box)


def _ellipse(ellipse: Ellipse) -> Area:
    turn = math.radians(ellipse.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    wide, high = ellipse.rx**-2, ellipse.ry**-2
    up = math.hypot(ellipse.rx * sin, ellipse.ry * cos)
    aside = math.hypot(ellipse.rx * cos, ellipse.ry * sin)

    def crossings(heights: Floats) -> Crossings:
        rows = np.flatnonzero(np.abs(heights - ellipse.cy) < up)
        y = heights[rows] - ellipse.cy
        a = cos * cos * wide + sin * sin * high
        half_b = y * sin * cos * (wide - high)
        c = y * y * (sin * sin * wide + cos * cos * high) - 1
        root = np.sqrt(np.maximum(half_b * half_b - a * c, 0))
        xs = ellipse.cx + np.column_stack([-half_b - root, -half_b + root]) / a
        return np.repeat(rows, 2), xs.ravel()

    bounds = (ellipse.cx - aside, ellipse.cy - up, ellipse.cx + aside, ellipse.cy + up)
    turns = ellipse.cy - up * np.cos(np.linspace(0, math.pi, LINES // 2 + 1))
    return Area(bounds, turns, 2, False, crossings, ellipse)


def _mask(mask: Mask) -> Area:
    def crossings(heights: Floats) -> Crossings:
        padded = np.pad(bitmap_of(mask), ((0, 0), (1, 1)))
        row_of, x = np.nonzero(padded[:, 1:] != padded[:, :-1])
        first = np.searchsorted(row_of, np.arange(mask.h + 1))
        rows = np.flatnonzero((heights > mask.y) & (heights < mask.y + mask.h))
        pixel = np.floor(heights[rows]).astype(np.intp) - mask.y
        line, place = counted_up(first[pixel], first[pixel + 1] - first[pixel])
        return rows[line], x[place] + np.float64(mask.x)

    bounds = (mask.x, mask.y, mask.x + mask.w, mask.y + mask.h)
    turns = np.arange(mask.y, mask.y + mask.h + 1, dtype=float)
    return Area(bounds, turns, mask.w + 1, True, crossings, mask)


def _mask_iou(first: Mask, second: Mask) -> float:
    """From the runs alone, so that a mask of a large image needs no bitmap."""
    left = min(first.x, second.x)
    width = max(first.x + first.w, second.x + second.w) - left
    both, either = _swept(_columns(first, left), _columns(second, left), np.ones(width))
    return both / either


def _columns(mask: Mask, left: int) -> Crossings:
    """Where the columns of pixels from `left` on enter and leave a mask."""
    column, top, bottom = columns_of(mask)
    heights = np.column_stack([top, bottom]).ravel()
    return np.repeat(column - left, 2), np.asarray(heights, dtype=np.float64)


AREAS: dict[type, Callable[[Any], Area]] = {
    Box: _box,
    RotatedBox: _rotated_box,
    Polygon: _polygon,
    Ellipse: _ellipse,
    Mask: _mask,
}
