"""How alike two places are: areas of all kinds, marks without an area, stretches, relations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.region_kinds import ALL
from datasets.pure.region_kinds.mask import Mask, encode_runs, mask_of
from datasets.pure.region_kinds.points import PointPlace, Polygon, Polyline
from datasets.pure.region_kinds.relation import Relation
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_kinds.skeleton import Joint, Skeleton
from datasets.pure.region_kinds.stretches import Instant, Segment
from datasets.pure.region_likeness import (
    MEASURES,
    End,
    Ends,
    Reach,
    gather,
    likeness,
    reach_in,
)
from datasets.pure.region_likeness.areas import area_iou, area_of, size_of
from datasets.pure.region_types import Box, Span

NEAR = 0.002
REACH = Reach(8.0)


def alike(first: Any, second: Any, reach: Reach = REACH) -> float:
    return float(likeness(gather([first]), gather([second]), reach)[0, 0])


def polygon(*rings: Sequence[tuple[float, float]]) -> Polygon:
    return Polygon(tuple(map(tuple, rings)))


def outline(box: Box) -> Polygon:
    x, y, far_x, far_y = box.x, box.y, box.x + box.w, box.y + box.h
    return polygon([(x, y), (far_x, y), (far_x, far_y), (x, far_y)])


def painted(place: Any, size: int = 80) -> Mask:
    """The pixels whose middle lies in a place, told point by point."""
    middles = np.arange(size) + 0.5
    x, y = np.meshgrid(middles, middles)
    if isinstance(place, Ellipse):
        turn = math.radians(place.angle)
        along = (x - place.cx) * math.cos(turn) + (y - place.cy) * math.sin(turn)
        across = -(x - place.cx) * math.sin(turn) + (y - place.cy) * math.cos(turn)
        inside = (along / place.rx) ** 2 + (across / place.ry) ** 2 < 1
    else:
        inside = np.zeros_like(x, dtype=bool)
        for ring in place.rings:
            for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
                between = (ay <= y) != (by <= y)
                with np.errstate(divide="ignore", invalid="ignore"):
                    inside ^= between & (x < ax + (y - ay) / (by - ay) * (bx - ax))
    mask = mask_of(inside)
    assert mask is not None
    return mask


whole = st.integers(2, 30)
boxes = st.builds(Box, whole, whole, whole, whole)
askew = st.builds(RotatedBox, whole, whole, whole, whole, st.integers(0, 359))
ellipses = st.builds(Ellipse, whole, whole, whole, whole, st.integers(0, 179))
polygons = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=9, unique=True
).map(lambda points: polygon(points))
masks = (
    st.lists(st.integers(1, 9), min_size=12, max_size=12)
    .filter(lambda runs: sum(runs) <= 64)
    .map(
        lambda runs: mask_of(
            np.repeat(np.arange(13) % 2 == 1, [*runs, 64 - sum(runs)]).reshape(8, 8), 5, 7
        )
    )
)
areas = st.one_of(boxes, askew, ellipses, polygons, masks)
points = st.builds(PointPlace, whole, whole)
lines = st.lists(st.tuples(whole, whole), min_size=2, max_size=6, unique=True).map(
    lambda given: Polyline(tuple(given))
)
skeletons = st.dictionaries(st.sampled_from("abcd"), st.tuples(whole, whole), min_size=1).map(
    lambda joints: Skeleton(tuple(Joint(name, *at, False) for name, at in sorted(joints.items())))
)
segments = st.builds(lambda start, length: Segment(start, start + length), whole, whole)
places = st.one_of(areas, points, lines, skeletons, segments, st.builds(Instant, whole))


def moved(place: Any, x: float, y: float) -> Any:
    """The same place, further to the right and down."""
    if isinstance(place, Polygon):
        return Polygon(tuple(tuple((px + x, py + y) for px, py in ring) for ring in place.rings))
    if isinstance(place, Polyline):
        return Polyline(tuple((px + x, py + y) for px, py in place.points))
    if isinstance(place, Skeleton):
        return Skeleton(tuple(one._replace(x=one.x + x, y=one.y + y) for one in place.joints))
    if isinstance(place, Segment | Instant):
        return type(place)(*(one + x for one in place))
    return type(place)(place[0] + x, place[1] + y, *place[2:])


@given(places, places)
def test_likeness_is_the_same_both_ways_and_from_0_to_1(first: Any, second: Any) -> None:
    there, back = alike(first, second), alike(second, first)
    assert there == pytest.approx(back, abs=1e-9)
    assert 0 <= there <= 1


@given(places)
def test_a_place_is_fully_like_itself_and_not_like_one_far_off(place: Any) -> None:
    assert alike(place, place) == pytest.approx(1)
    assert alike(place, moved(place, 500, 500)) == pytest.approx(0, abs=1e-6)


@given(places, places, st.integers(0, 200), st.integers(0, 200))
def test_likeness_does_not_depend_on_where_in_the_item(
    first: Any, second: Any, x: int, y: int
) -> None:
    found = alike(moved(first, x, y), moved(second, x, y))
    assert found == pytest.approx(alike(first, second), abs=1e-6)


@given(boxes, boxes)
def test_a_box_overlaps_like_its_outline_and_like_a_box_that_is_not_turned(
    first: Box, second: Box
) -> None:
    expected = alike(first, second)
    straight = RotatedBox(second.x + second.w / 2, second.y + second.h / 2, second.w, second.h, 0)
    for same in (outline(second), straight):
        assert alike(first, same) == pytest.approx(expected, abs=1e-6)
        assert alike(outline(first), same) == pytest.approx(expected, abs=1e-6)


@given(boxes, boxes)
def test_masks_of_boxes_overlap_exactly_like_the_boxes(first: Box, second: Box) -> None:
    mine, theirs = (
        Mask(int(one.x), int(one.y), int(one.w), int(one.h), encode_runs([0, int(one.w * one.h)]))
        for one in (first, second)
    )
    expected = pytest.approx(alike(first, second), abs=1e-12)
    assert alike(mine, theirs) == expected
    assert alike(mine, second) == alike(first, theirs) == expected


def test_the_mask_of_an_area_is_nearly_the_area() -> None:
    holed = polygon([(5, 5), (70, 9), (60, 66), (11, 60)], [(20, 20), (40, 22), (30, 44)])
    for place in (holed, Ellipse(40, 38, 30, 17, 33)):
        mask = painted(place)
        assert alike(place, mask) > 0.95
        assert size_of(area_of(mask)) == pytest.approx(size_of(area_of(place)), rel=0.01)


def test_sizes_are_those_of_the_formulas() -> None:
    assert size_of(area_of(Ellipse(50, 40, 30, 10, 25))) == pytest.approx(math.pi * 300, rel=1e-3)
    assert size_of(area_of(RotatedBox(50, 40, 30, 10, 77))) == pytest.approx(300, rel=1e-6)
    holed = polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [(2, 2), (4, 2), (4, 5), (2, 5)])
    assert size_of(area_of(holed)) == pytest.approx(94)


def test_a_hole_counts_against_what_lies_in_it() -> None:
    ring = polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [(2, 2), (8, 2), (8, 8), (2, 8)])
    assert alike(ring, Box(3, 3, 4, 4)) == 0
    assert alike(ring, Box(0, 0, 10, 10)) == pytest.approx(0.64)


def test_known_overlaps_of_slanted_areas() -> None:
    triangle, other = polygon([(0, 0), (8, 0), (0, 8)]), polygon([(8, 8), (8, 0), (0, 8)])
    assert alike(triangle, other) == pytest.approx(0, abs=NEAR)
    assert alike(triangle, polygon([(0, 0), (8, 0), (8, 8)])) == pytest.approx(1 / 3, abs=NEAR)
    turned, upright = RotatedBox(10, 10, 8, 8, 45), Box(6, 6, 8, 8)
    octagon = 2 * (math.sqrt(2) - 1) * 64
    assert alike(turned, upright) == pytest.approx(octagon / (128 - octagon), abs=NEAR)


def test_outlines_of_many_points_stay_near_the_truth() -> None:
    def circle(x: float, count: int) -> Polygon:
        steps = np.linspace(0, 2 * np.pi, count, endpoint=False)
        return polygon([(x + 300 * math.cos(t), 400 + 300 * math.sin(t)) for t in steps])

    lens = 2 * 300**2 * math.acos(0.5) - 300 * math.sqrt(4 * 300**2 - 300**2) / 2
    expected = lens / (2 * math.pi * 300**2 - lens)
    found = area_iou([area_of(circle(400, 20_000))], [area_of(circle(700, 20_000))])
    assert found[0, 0] == pytest.approx(expected, abs=NEAR)


def test_points_and_lines_are_half_alike_at_their_reach() -> None:
    assert alike(PointPlace(5, 5), PointPlace(5, 13)) == pytest.approx(0.5)
    line = Polyline(((0, 0), (100, 0)))
    assert alike(line, Polyline(((100, 8), (0, 8)))) == pytest.approx(0.5, abs=0.01)
    assert reach_in(640, 480).pixels == pytest.approx(6.4)
    assert reach_in(28, 28).pixels == 2


def test_skeletons_are_as_alike_as_their_joints_by_the_formula_of_coco() -> None:
    first = Skeleton(
        (Joint("a", 0, 0, False), Joint("b", 100, 0, False), Joint("c", 100, 50, True))
    )
    second = Skeleton((Joint("a", 0, 0, False), Joint("b", 90, 0, False)))
    expected = (1 + math.exp(-100 / (2 * 100 * 50 * (2 * 0.067) ** 2))) / 3
    assert alike(first, second) == pytest.approx(expected)


def test_a_gap_in_a_span_counts_as_not_marked() -> None:
    with_gap = Span(0, 10, ((4, 6),))
    assert alike(with_gap, Span(4, 6)) == 0
    assert alike(with_gap, Span(0, 10)) == pytest.approx(0.8)
    assert alike(with_gap, Span(0, 10, ((4, 6),))) == 1


def test_relations_are_as_alike_as_the_ends_that_are_less_alike() -> None:
    def ends(source: Any, target: Any, said: str = "cell") -> Ends:
        return Ends(End(said, source), End("whole", target))

    first = ends(Box(0, 0, 4, 4), None)
    assert alike(first, ends(Box(0, 0, 4, 2), None)) == 0.5
    assert alike(first, ends(Box(0, 0, 4, 4), None, said="other")) == 0
    assert alike(first, ends(None, Box(0, 0, 4, 4))) == 0
    assert alike(first, ends(PointPlace(1, 1), None)) == 0


def test_places_of_different_measures_are_not_alike_and_each_keeps_its_row() -> None:
    mine = gather([PointPlace(1, 1), Box(0, 0, 4, 4), PointPlace(9, 9)])
    theirs = gather([polygon([(0, 0), (4, 0), (4, 4), (0, 4)]), PointPlace(9, 9)])
    assert likeness(mine, theirs, Reach(1)).round(3).tolist() == [[0, 0], [1, 0], [0, 1]]


def test_every_kind_of_region_has_a_measure() -> None:
    missing = {kind.place for kind in ALL} - MEASURES.keys()
    assert missing == {Relation}, "a relation is compared by its ends"
