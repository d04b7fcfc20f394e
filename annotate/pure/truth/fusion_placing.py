"""One place made of the places that several people gave to the same thing.

A placer takes places of one kind in an order that does not depend on who gave them, and a weight
for each. To add a kind, give it a line in `PLACERS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from annotate.pure.truth.crowd import Floats
from datasets.pure.canonical import round_coordinate
from datasets.pure.region_kinds.mask import Mask, bitmap_of, mask_of
from datasets.pure.region_kinds.points import PointPlace, Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox, corners_of, settle_rotated
from datasets.pure.region_kinds.skeleton import Skeleton
from datasets.pure.region_kinds.stretches import Instant, Segment, round_time
from datasets.pure.region_kinds.track import Track
from datasets.pure.region_likeness import Reach, gather, likeness
from datasets.pure.region_types import Box, Span

SLACK = 1e-9


class WithReach(Protocol):
    """What says how far apart points of an item may be."""

    @property
    def reach(self) -> Reach:
        """How far."""


def place_of(places: Sequence[Any], weights: Floats, answer: WithReach) -> Any:
    """The place that stands for all of these, which are alike.

    Places of mixed kinds, such as a box and the polygon of the same thing, give the one that is
    most like the others.
    """
    if len({type(place) for place in places}) > 1:
        return medoid(places, weights, answer.reach)
    return PLACERS[type(places[0])](places, weights, answer.reach)


def medoid(places: Sequence[Any], weights: Floats, reach: Reach) -> Any:
    """The place with the highest weighted sum of likeness to all; the first of equals.

    Examples
    --------
    >>> square, slim = Box(0, 0, 4, 4), Box(0, 0, 1, 4)
    >>> medoid([slim, square, square], np.ones(3), Reach()) == square
    True
    """
    if len(places) == 1:
        return places[0]
    gathered = gather(places)
    sums = likeness(gathered, gathered, reach) @ weights
    return places[int(np.argmax(sums.round(9)))]


def weighted_box(places: Sequence[Box], weights: Floats, _reach: Reach) -> Box:
    """The weighted mean of each edge, as weighted boxes fusion does it.

    Examples
    --------
    >>> tuple(weighted_box([Box(0, 0, 4, 4), Box(4, 0, 4, 8)], np.array([3.0, 1.0]), Reach()))
    (1, 0, 4, 5)
    """
    return Box(*(round_coordinate(float(value)) for value in _mean(places, weights)))


def weighted_point(places: Sequence[PointPlace], weights: Floats, _reach: Reach) -> PointPlace:
    """The weighted mean of both coordinates."""
    return PointPlace(*(round_coordinate(float(value)) for value in _mean(places, weights)))


def weighted_rotated(places: Sequence[Any], weights: Floats, reach: Reach) -> Any:
    """Centre and sizes as weighted means, the turn as weighted circular mean.

    A box turned by a quarter with its sides exchanged covers the same, so each place is first
    written the way that lies nearest to the most central one.

    Examples
    --------
    >>> both = [RotatedBox(5, 5, 4, 2, 350), RotatedBox(5, 5, 2, 4, 100)]
    >>> tuple(weighted_rotated(both, np.ones(2), Reach()))
    (5, 5, 4, 2, 0)
    """
    towards = corners_of(_as_box(medoid(places, weights, reach)))
    alike = [min(_ways(place), key=lambda way: _apart(way, towards)) for place in places]
    *sizes, _angle = _mean(alike, weights)
    turns = np.radians([way[4] for way in alike])
    turn = math.atan2(float(weights @ np.sin(turns)), float(weights @ np.cos(turns)))
    if turn == 0 or abs(math.degrees(turn)) < SLACK:
        turn = 0.0
    return settle_rotated(type(places[0])(*map(float, sizes), math.degrees(turn)))


def _ways(place: Any) -> list[Any]:
    """The four ways to write the same area."""
    cx, cy, w, h, angle = place
    sizes = ((w, h), (h, w), (w, h), (h, w))
    return [
        type(place)(cx, cy, *size, (angle + 90 * quarter) % 360)
        for quarter, size in enumerate(sizes)
    ]


def _as_box(place: Any) -> RotatedBox:
    if type(place) is Ellipse:
        return RotatedBox(place.cx, place.cy, 2 * place.rx, 2 * place.ry, place.angle)
    return RotatedBox(*place)


def _apart(way: Any, towards: Sequence[tuple[float, float]]) -> float:
    corners = corners_of(_as_box(way))
    return sum(
        (x - far_x) ** 2 + (y - far_y) ** 2
        for (x, y), (far_x, far_y) in zip(corners, towards, strict=True)
    )


def median_span(places: Sequence[Span], weights: Floats, reach: Reach) -> Span:
    """The weighted median of starts and of ends, each a boundary that somebody gave.

    Of two in the middle the earlier one. Spans with gaps give the one most like the others.

    Examples
    --------
    >>> tuple(median_span([Span(0, 4), Span(1, 5), Span(1, 9)], np.ones(3), Reach()))[:2]
    (1, 5)
    """
    if any(place.gaps for place in places):
        found: Span = medoid(places, weights, reach)
        return found
    starts, ends = [place.start for place in places], [place.end for place in places]
    return Span(int(_median(starts, weights)[0]), int(_median(ends, weights)[0]))


def median_segment(places: Sequence[Segment], weights: Floats, _reach: Reach) -> Segment:
    """The weighted median of starts and of ends, halfway between two in the middle."""
    return Segment(*(_middle([place[side] for place in places], weights) for side in (0, 1)))


def median_instant(places: Sequence[Instant], weights: Floats, _reach: Reach) -> Instant:
    """The weighted median, halfway between two in the middle."""
    return Instant(_middle([place.t for place in places], weights))


def voted_mask(places: Sequence[Mask], weights: Floats, reach: Reach) -> Mask:
    """The pixels that people with at least half of the weight have.

    Where no pixel has so many, the mask most like the others.
    """
    layers, left, top = _layers(places)
    votes = np.tensordot(weights, layers, 1)
    found = mask_of(votes >= weights.sum() / 2 - SLACK, left, top)
    return medoid(places, weights, reach) if found is None else found


def staple_mask(places: Sequence[Mask], rounds: int = 50) -> tuple[Mask | None, Floats, Floats]:
    """The likeliest mask, with how often each person marks what belongs and leaves what does not.

    Looks at the smallest box around all masks; the share of pixels that belong is the mean of all
    masks there.

    Returns
    -------
    tuple
        The mask of pixels that belong more likely than not, None where there are none; then
        sensitivity and specificity of each person, 0 to 1.

    References
    ----------
    Warfield, Zou, Wells (2004), "Simultaneous truth and performance level estimation (STAPLE)",
    IEEE Transactions on Medical Imaging 23(7), equations 15 to 20.
    """
    layers, left, top = _layers(places)
    # Pixels that the same people marked are alike: one column for each such set.
    flat, inverse, counts = np.unique(
        layers.reshape(len(places), -1), axis=1, return_inverse=True, return_counts=True
    )
    inside = flat.astype(float)
    prior = float((inside @ counts).sum() / (len(places) * counts.sum()))
    sensitivity = specificity = np.full(len(places), 0.99)
    belongs = np.full(flat.shape[1], prior)
    for _round in range(rounds):
        yes = np.where(inside > 0, sensitivity[:, None], 1 - sensitivity[:, None]).prod(0) * prior
        no = np.where(inside > 0, 1 - specificity[:, None], specificity[:, None]).prod(0)
        no *= 1 - prior
        belongs = np.divide(yes, yes + no, out=np.full_like(yes, prior), where=yes + no > 0)
        weight, rest = belongs * counts, (1 - belongs) * counts
        sensitivity = (inside @ weight) / max(weight.sum(), SLACK)
        specificity = ((1 - inside) @ rest) / max(rest.sum(), SLACK)
    chosen = (belongs > 0.5)[inverse.ravel()].reshape(layers.shape[1:])
    return mask_of(chosen, left, top), sensitivity, specificity


def _layers(places: Sequence[Mask]) -> tuple[Floats, int, int]:
    left, top = min(one.x for one in places), min(one.y for one in places)
    right = max(one.x + one.w for one in places)
    bottom = max(one.y + one.h for one in places)
    layers = np.zeros((len(places), bottom - top, right - left), dtype=bool)
    for layer, one in zip(layers, places, strict=True):
        y, x = one.y - top, one.x - left
        layer[y : y + one.h, x : x + one.w] = bitmap_of(one)
    return layers, left, top


def _mean(places: Sequence[Any], weights: Floats) -> Floats:
    table: Floats = np.asarray(places, dtype=float)
    # Around the first, so that equal places give the very same numbers.
    found: Floats = table[0] + weights @ (table - table[0]) / weights.sum()
    return found


def _median(values: Sequence[float], weights: Floats) -> tuple[float, float]:
    """The lower and the upper weighted median."""
    order = np.argsort(values, kind="stable")
    reached, half = np.cumsum(weights[order]), weights.sum() / 2
    lower = int(np.searchsorted(reached, half - SLACK))
    upper = int(np.searchsorted(reached, half + SLACK))
    return values[order[lower]], values[order[min(upper, len(values) - 1)]]


def _middle(values: Sequence[float], weights: Floats) -> float:
    return round_time(sum(_median(values, weights)) / 2)


PLACERS: dict[type, Callable[[Sequence[Any], Floats, Reach], Any]] = {
    Box: weighted_box,
    RotatedBox: weighted_rotated,
    Ellipse: weighted_rotated,
    PointPlace: weighted_point,
    Span: median_span,
    Segment: median_segment,
    Instant: median_instant,
    Mask: voted_mask,
    Polygon: medoid,
    Polyline: medoid,
    Skeleton: medoid,
    Track: medoid,
}
