"""Places as SVG paths: what is drawn covers what is meant."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.region_drawing import DRAWN, arrow_of, drawing_of, middle_of, trace
from datasets.pure.region_kinds import ALL
from datasets.pure.region_kinds.mask import mask_of
from datasets.pure.region_kinds.points import PointPlace, Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_kinds.skeleton import Joint, Skeleton
from datasets.pure.region_likeness.areas import area_of, pixels_of
from datasets.pure.region_types import Box


def rings_of(path: str) -> Polygon:
    """The polygon that a path of straight lines draws."""
    rings = []
    for part in re.findall(r"M([^Mz]*)z", path):
        rings.append(tuple(tuple(map(float, pair.split(" "))) for pair in part.split("L")))
    return Polygon(tuple(rings))  # type: ignore[arg-type]


def test_every_kind_that_is_drawn_on_images_has_a_drawing() -> None:
    on_images = {kind.place for kind in ALL if "image" in kind.data_types}
    assert {place.__name__ for place in on_images - DRAWN.keys()} == {"Relation"}


@given(st.lists(st.booleans(), min_size=30, max_size=30))
def test_a_traced_mask_covers_the_same_pixels(pixels: list[bool]) -> None:
    mask = mask_of(np.array(pixels, dtype=bool).reshape(5, 6), 3, 4)
    if mask is None:
        return
    drawing = drawing_of(mask)
    assert drawing.is_area
    assert pixels_of(area_of(rings_of(drawing.outline))) == mask


def test_a_hole_in_a_mask_is_an_outline_of_its_own() -> None:
    ring = np.ones((3, 3), dtype=bool)
    ring[1, 1] = False
    assert len(trace(ring)) == 2


def test_a_large_mask_is_traced_on_a_coarser_grid_inside_its_bounds() -> None:
    y, x = np.mgrid[:2000, :3000]
    disc = mask_of((x - 1500) ** 2 + (y - 1000) ** 2 < 900**2)
    assert disc is not None
    path = drawing_of(disc).outline
    assert len(path) < 12_000
    drawn = pixels_of(area_of(rings_of(path)))
    assert drawn is not None
    assert abs(drawn.w - disc.w) <= 8


def test_a_polygon_keeps_its_holes_and_loses_points_nobody_sees() -> None:
    outline = ((0, 0), (40, 0), (40.2, 0.2), (40, 40), (0, 40))
    hole = ((10, 10), (10.1, 10), (10, 10.1))
    fine = drawing_of(Polygon((outline, hole)))
    assert fine.outline == "M0 0L40 0L40.2 0.2L40 40L0 40zM10 10L10.1 10L10 10.1z"
    assert drawing_of(Polygon((outline, hole)), step=1).outline.startswith("M0 0L40 0L40 40L0 40zM")


def test_turned_places_lines_and_points_are_drawn_where_they_are() -> None:
    assert drawing_of(RotatedBox(5, 5, 4, 2, 90)).outline == "M6 3L6 7L4 7L4 3z"
    assert drawing_of(Ellipse(10, 10, 4, 2, 0)).outline == "M6 10A4 2 0 1 1 14 10A4 2 0 1 1 6 10z"
    line = drawing_of(Polyline(((0, 0), (5, 5), (9, 0))))
    assert (line.outline, line.is_area) == ("M0 0L5 5L9 0", False)
    assert drawing_of(PointPlace(3, 4)).dots == "M3 4h0"


def test_a_skeleton_has_dots_and_the_lines_between_joints_that_are_there() -> None:
    skeleton = Skeleton((Joint("a", 1, 2, False), Joint("b", 3, 4, True)))
    drawing = drawing_of(skeleton, edges=[["a", "b"], ["b", "c"]])
    assert (drawing.outline, drawing.dots) == ("M1 2L3 4", "M1 2h0M3 4h0")


@pytest.mark.parametrize(
    ("place", "middle"),
    [
        (Box(0, 0, 4, 2), (2, 1)),
        (Ellipse(3, 4, 1, 1, 0), (3, 4)),
        (Polyline(((0, 0), (8, 6))), (4, 3)),
        (Polygon((((0, 0), (8, 0), (8, 6)),)), (4, 3)),
        (Skeleton((Joint("a", 2, 2, False), Joint("b", 4, 4, False))), (3, 3)),
    ],
)
def test_relations_end_in_the_middle_of_places(place: object, middle: tuple[float, float]) -> None:
    assert middle_of(place) == middle
    assert arrow_of(PointPlace(0, 0), place).outline == f"M0 0L{middle[0]:g} {middle[1]:g}"
