"""Which places of one answer cover an earlier one too much, at a cost that has an end.

What boxes share is computed at once for those that touch. For other outlines the boxes around
them and their sizes say how much two can share at most; only pairs that may share too much are
compared, and only so many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from datasets.pure.region_kinds.base import Bounds, bounds_of
from datasets.pure.region_kinds.mask import Mask, decode_runs
from datasets.pure.region_kinds.points import Polygon, Polyline
from datasets.pure.region_kinds.skeleton import Skeleton
from datasets.pure.region_kinds.stretches import Segment
from datasets.pure.region_kinds.track import Track
from datasets.pure.region_likeness import MEASURES, Reach, gather, likeness
from datasets.pure.region_likeness.areas import (
    AREAS,
    LINES,
    MOST_LINES,
    Area,
    area_of,
    measured,
)
from datasets.pure.region_likeness.following import QUICK, around
from datasets.pure.region_likeness.many_polygons import sized
from datasets.pure.region_likeness.sweeping import Sweep
from datasets.pure.region_types import Box, Span

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

MOST_PAIRS = 2_000
MOST_WORK = 20_000_000
"""Crossings of lines and outlines, and what takes as long: a few seconds."""
MOST_TOUCHING = 10_000_000
"""Pairs of boxes around places that are looked at: every pair of 4,500 on one heap; a second."""
_PLAIN = (Box, Segment, Span)
ROWS = 256  # places compared with all others at a time: 10,000 of them take 20 MB a table
SLACK = 0.02  # measured along other lines, an outline that crosses itself has another size
JUST_ABOVE = 1e-9  # shares are compared after a division
FAR = 16.0  # pixels beyond which lines are never alike


class Effort:
    """What it may still cost to compare the places of one document, and what is known of them.

    Several rules look at the same places: the outline and the size of each are worked out once.
    """

    def __init__(
        self, pairs: int = MOST_PAIRS, work: int = MOST_WORK, touching: int = MOST_TOUCHING
    ) -> None:
        self.pairs, self.work, self.touching, self.is_over = pairs, work, touching, False
        self._outlines: dict[int, _Outline] = {}
        self._sizes: dict[int, _Size] = {}

    def prepare(self, places: Sequence[Any]) -> None:
        """Measure polygons together: one by one takes twenty times as long."""
        polygons = [one for one in places if type(one) is Polygon and id(one) not in self._outlines]
        found = sized(polygons) if len(polygons) > 1 else None
        if found is None:
            return
        figures = (one.tolist() for one in found)
        for polygon, bounds, size, strips, crossings in zip(polygons, *figures, strict=True):
            self._outlines[id(polygon)] = _of_polygon(polygon, tuple(bounds))
            if not math.isnan(size):  # others cross themselves, and are measured along lines
                lines = min(LINES + strips, MOST_LINES)
                self._sizes[id(polygon)] = _Size(size, lines, crossings / max(strips, 1))

    def outline(self, place: Any) -> _Outline:
        """The outline of a place; kept with the place, so that its address stays its own."""
        known = self._outlines.get(id(place))
        if known is None:
            known = self._outlines[id(place)] = _OUTLINES[type(place)](place)
        return known

    def size(self, outline: _Outline) -> _Size | None:
        """The size of an outline; None where there is not enough left to find it."""
        known = self._sizes.get(id(outline.place))
        if known is None and (outline.is_plain or self.spend(outline.work)):
            known = self._sizes[id(outline.place)] = outline.size()
        return known

    def spend(self, work: float, pairs: int = 0) -> bool:
        """Whether there is enough left for this; where there is not, it is over for good."""
        if self.is_over or work > self.work or pairs > self.pairs:
            self.is_over = True
            return False
        self.work -= int(work)
        self.pairs -= pairs
        return True


def covering(
    places: Sequence[Any], share: float, effort: Effort, sides: Sequence[int] | None = None
) -> Iterator[tuple[int, float]]:
    """The number of each place that covers an earlier one by more than a share, and by how much.

    With `sides`, places of one side are not compared with each other. Ends early, with
    `effort.is_over`, where it takes too long. A share of 1 finds duplicates.

    Examples
    --------
    >>> list(covering([Box(0, 0, 2, 2), Box(9, 9, 1, 1), Box(0, 0, 2, 1)], 0.4, Effort()))
    [(2, 0.5)]
    """
    most = min(share, 1 - 2 * JUST_ABOVE) + JUST_ABOVE
    by_measure: dict[Any, list[int]] = {}
    seen: set[Any] = set()
    for number, place in enumerate(places):
        if sides is None and type(place) in _PLAIN:
            if place in seen:  # however many doubles there are, they cost nothing
                yield number, 1.0
                continue
            seen.add(place)
        by_measure.setdefault(MEASURES[type(place)], []).append(number)
    for numbers in by_measure.values():
        own = [places[number] for number in numbers]
        side = np.array([sides[number] for number in numbers] if sides else range(len(own)))
        look = _bounded if type(own[0]) in _OUTLINES else _tabled
        for row, found in look(own, most, effort, side) if len(own) > 1 else ():
            yield numbers[row], found


def _tabled(
    places: Sequence[Any], most: float, _effort: Effort, sides: Numbers
) -> Iterator[tuple[int, float]]:
    for start in range(0, len(places), ROWS):
        rows, columns = places[start : start + ROWS], places[: start + ROWS]
        shares = np.tril(likeness(gather(rows), gather(columns), Reach()), start - 1)
        shares[sides[start : start + ROWS, None] == sides[: start + ROWS]] = 0
        for row in np.flatnonzero((shares > most).any(axis=1)).tolist():
            yield start + row, float(shares[row].max())


def _bounded(
    places: Sequence[Any], most: float, effort: Effort, sides: Numbers
) -> Iterator[tuple[int, float]]:
    outlines = _Outlines(places, effort)
    found = np.zeros(len(places))
    for rows, columns in outlines.touching(most):
        apart = sides[rows] != sides[columns]
        rows, columns = rows[apart], columns[apart]
        bounds = outlines.bounds(rows, columns)
        plain = outlines.plain[rows] & outlines.plain[columns]
        known = np.flatnonzero(plain & (bounds > most))
        np.maximum.at(found, rows[known], bounds[known])
        maybe = ~plain & (bounds > 0) & (bounds * (1 + SLACK) + SLACK > most)
        chosen = np.flatnonzero(maybe)
        for number in chosen[np.lexsort((columns[chosen], rows[chosen]))].tolist():
            row = int(rows[number])
            found[row] = max(found[row], outlines.compared(row, int(columns[number])))
            if effort.is_over:
                break
        if effort.is_over:
            break
    for row in np.flatnonzero(found > most).tolist():
        yield row, float(found[row])


class _Outlines:
    """Places of one measure with the boxes around them, and with sizes as soon as they matter."""

    def __init__(self, places: Sequence[Any], effort: Effort) -> None:
        effort.prepare(places)
        outlines = [effort.outline(place) for place in places]
        self.outlines, self.effort = outlines, effort
        self.boxes = np.array([one.bounds for one in outlines], dtype=float)
        self.plain = np.array([one.is_plain for one in outlines])
        self.sizes = np.full(len(outlines), np.nan)
        self.sized: dict[int, _Size] = {}

    def touching(self, most: float) -> Iterator[tuple[Numbers, Numbers]]:
        """Pairs whose boxes touch, the later place first: of plain ones those that may do."""
        least = most if self.plain.all() else 0.0
        looked_at = 0
        for rows, columns in Sweep(self.boxes, least).pairs():
            if looked_at > self.effort.touching:
                self.effort.is_over = True
                return
            looked_at += len(rows)
            yield rows, columns

    def bounds(self, rows: Numbers, columns: Numbers) -> Floats:
        """How much of their union the places of each pair share at most."""
        mine, theirs = self.boxes[rows].T, self.boxes[columns].T
        wide = np.minimum(mine[2], theirs[2]) - np.maximum(mine[0], theirs[0])
        high = np.minimum(mine[3], theirs[3]) - np.maximum(mine[1], theirs[1])
        shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
        touching = shared > 0
        self._measure(np.unique(np.concatenate([rows[touching], columns[touching]])))
        one, other = self.sizes[rows], self.sizes[columns]
        least = np.minimum(shared, np.minimum(one, other))
        found: Floats = np.zeros_like(shared)
        np.divide(least, one + other - least, out=found, where=touching & (least > 0))
        return found

    def _measure(self, numbers: Numbers) -> None:
        for number in numbers[np.isnan(self.sizes[numbers])].tolist():
            size = self.effort.size(self.outlines[number])
            if size is None:
                return
            self.sized[number] = size
            self.sizes[number] = size.size

    def compared(self, row: int, column: int) -> float:
        """How much of their union two places share; 0 where the effort is over."""
        work = _work(self.sized[row], self.sized[column])
        if not self.effort.spend(work, 1):
            return 0.0
        pair = (self.outlines[row].place, self.outlines[column].place)
        return float(likeness(gather(pair[:1]), gather(pair[1:]), Reach())[0, 0])


class _Size(NamedTuple):
    """Of an outline: its size, and what it takes to compare it with another."""

    size: float
    lines: float = 1
    crossings: float = 1
    """Of one line."""
    runs: int = 0
    """Of a mask: compared with another mask, its runs count, otherwise its pixels."""
    pixels: int = 0


class _Outline(NamedTuple):
    place: Any
    bounds: Bounds
    size: Callable[[], _Size]
    work: int = 1
    """Of finding its size."""
    is_plain: bool = False
    """Two of these share just what their sizes and the boxes around them say."""


def _work(first: _Size, second: _Size) -> float:
    if first.runs and second.runs:
        return first.runs + second.runs
    lines = min(first.lines + second.lines, 4096)
    return lines * (first.crossings + second.crossings) + (first.pixels + second.pixels) / 10


def _box(box: Box) -> _Outline:
    bounds = (box.x, box.y, box.x + box.w, box.y + box.h)
    return _Outline(box, bounds, lambda: _Size(box.w * box.h, 2, 2), is_plain=True)


def _mask(mask: Mask) -> _Outline:
    def size() -> _Size:
        pixels = sum(decode_runs(mask.counts)[1::2])
        return _Size(pixels, mask.h, 2, 4 * len(mask.counts) + mask.w, mask.w * mask.h)

    bounds = (mask.x, mask.y, mask.x + mask.w, mask.y + mask.h)
    return _Outline(mask, bounds, size, len(mask.counts))


def _area(place: Any) -> _Outline:
    area: Area = area_of(place)

    def size() -> _Size:
        size, lines, crossings = measured(area)
        return _Size(size, lines, crossings / lines)

    return _Outline(place, area.bounds, size, 1000)


def _polygon(polygon: Polygon) -> _Outline:
    return _of_polygon(polygon, bounds_of(point for ring in polygon.rings for point in ring))


def _of_polygon(polygon: Polygon, bounds: Bounds) -> _Outline:
    """Most polygons touch no other: the lines across them are prepared for those that do."""

    def size() -> _Size:
        return _area(polygon).size()

    return _Outline(polygon, bounds, size, 1000)


def _span(span: Span) -> _Outline:
    covered = span.end - span.start - sum(end - start for start, end in span.gaps)
    size = _Size(covered, 1, 1 + len(span.gaps) ** 2)
    return _Outline(span, (span.start, 0, span.end, 1), lambda: size, 1, not span.gaps)


def _segment(segment: Segment) -> _Outline:
    size = _Size(segment.end - segment.start)
    return _Outline(segment, (segment.start, 0, segment.end, 1), lambda: size, 1, True)


def _line(line: Polyline) -> _Outline:
    xs, ys = zip(*line.points, strict=True)
    bounds = (min(xs) - FAR, min(ys) - FAR, max(xs) + FAR, max(ys) + FAR)
    return _Outline(line, bounds, lambda: _Size(1e-9, 1, 256 * len(xs)))


def _skeleton(skeleton: Skeleton) -> _Outline:
    size = _Size(1e-9, 1, len(skeleton.joints))
    return _Outline(skeleton, (0, 0, 1, 1), lambda: size)


def _track(track: Track) -> _Outline:
    left, top, right, bottom = around(track)
    crossings = 500 if track.of in QUICK else 50_000
    size = _Size(1e-9, 1, crossings + len(track.keys))
    bounds = (left - FAR, top - FAR, right + FAR, bottom + FAR)
    return _Outline(track, bounds, lambda: size, len(track.keys))


_OUTLINES: dict[type, Callable[[Any], _Outline]] = {
    **dict.fromkeys(AREAS, _area),
    Polygon: _polygon,
    Box: _box,
    Mask: _mask,
    Segment: _segment,
    Span: _span,
    Polyline: _line,
    Skeleton: _skeleton,
    Track: _track,
}
