"""How alike two places are, 0 to 1, whatever kinds they are of.

Each kind of place has its measure in `MEASURES`; places of different measures are never alike. To
add a kind, give it a line there (an area: a line in `areas.AREAS`). The likeness of a place with
itself is 1, of two that are apart 0, and it depends on neither their order nor where in the item
they lie.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from datasets.pure.geometry import Matrix, box_iou
from datasets.pure.region_kinds.points import PointPlace, Polyline
from datasets.pure.region_kinds.skeleton import Skeleton
from datasets.pure.region_kinds.stretches import Instant, Segment
from datasets.pure.region_kinds.track import Track
from datasets.pure.region_likeness.areas import AREAS, area_iou, area_of
from datasets.pure.region_likeness.following import follow_likeness
from datasets.pure.region_likeness.marks import (
    Reach,
    joint_likeness,
    line_likeness,
    point_likeness,
    reach_in,
)
from datasets.pure.region_likeness.stretches import (
    instant_likeness,
    text_likeness,
    time_likeness,
)
from datasets.pure.region_types import Box, Span

__all__ = ["MEASURES", "End", "Ends", "Gathered", "Reach", "gather", "likeness", "reach_in"]

Measure = Callable[[Any, Any, Reach], Matrix]


class End(NamedTuple):
    """Where a relation starts or ends: what the region there says, and its place if it has one."""

    said: Hashable
    at: Any


class Ends(NamedTuple):
    """The place of a relation: not the ids of two regions, but the regions themselves."""

    source: End
    target: End


class Gathered(NamedTuple):
    """Places prepared to be compared with others: their numbers in the list, by measure."""

    size: int
    by_measure: dict[Measure, tuple[list[int], Any]]


def gather(places: Sequence[Any]) -> Gathered:
    """Prepare places of any kinds."""
    size = len(places)
    if size and all(type(place) is Box for place in places):  # most often, and much faster
        return Gathered(size, {_areas: (list(range(size)), np.array(places, dtype=float))})
    by_measure: dict[Measure, tuple[list[int], Any]] = {}
    for number, place in enumerate(places):
        measure = MEASURES[type(place)]
        numbers, prepared = by_measure.setdefault(measure, ([], []))
        numbers.append(number)
        prepared.append(area_of(place) if measure is _areas else place)
    return Gathered(size, by_measure)


def likeness(first: Gathered, second: Gathered, reach: Reach) -> Matrix:
    """How alike every place is to every other.

    Returns
    -------
    ndarray, shape (n, m)
        From 0 (apart, or not to be compared) to 1 (the same place).

    Examples
    --------
    >>> mine = gather([Box(0, 0, 2, 2), PointPlace(1, 1)])
    >>> likeness(mine, gather([Box(0, 0, 2, 1)]), Reach()).tolist()
    [[0.5], [0.0]]
    """
    found = np.zeros((first.size, second.size))
    for measure, (rows, places) in first.by_measure.items():
        columns, others = second.by_measure.get(measure, ((), ()))
        if len(rows) == first.size and len(columns) == second.size:
            return measure(places, others, reach)
        if columns:
            found[np.ix_(rows, columns)] = measure(places, others, reach)
    return found


def _areas(first: Any, second: Any, _reach: Reach) -> Matrix:
    sides = (first, second)
    if all(isinstance(side, np.ndarray) for side in sides):
        return box_iou(first, second)
    return area_iou(
        *(
            [area_of(Box(*box)) for box in side.tolist()] if isinstance(side, np.ndarray) else side
            for side in sides
        )
    )


def _relations(first: Sequence[Ends], second: Sequence[Ends], reach: Reach) -> Matrix:
    """The likeness of the ends that are less alike: sources with sources, targets with targets."""
    found = np.zeros((len(first), len(second)))
    for row, one in enumerate(first):
        for column, other in enumerate(second):
            pairs = zip(one, other, strict=True)
            found[row, column] = min(_end_likeness(*pair, reach) for pair in pairs)
    return found


def _end_likeness(first: End, second: End, reach: Reach) -> float:
    if first.said != second.said or type(first.at) is not type(second.at):
        return 0.0
    if first.at is None:
        return 1.0
    return float(likeness(gather([first.at]), gather([second.at]), reach)[0, 0])


def _tracks(first: Sequence[Track], second: Sequence[Track], reach: Reach) -> Matrix:
    return follow_likeness(first, second, reach, _shape_likeness)


def _shape_likeness(first: Any, second: Any, reach: Reach) -> float:
    return float(likeness(gather([first]), gather([second]), reach)[0, 0])


MEASURES: dict[type, Measure] = {
    **dict.fromkeys(AREAS, _areas),
    PointPlace: point_likeness,
    Polyline: line_likeness,
    Skeleton: joint_likeness,
    Span: text_likeness,
    Segment: time_likeness,
    Instant: instant_likeness,
    Track: _tracks,
    Ends: _relations,
}
