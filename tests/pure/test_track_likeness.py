"""How alike two tracks are: the overlap of their shapes over the time of either."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.pure.region_kinds.points import PointPlace, Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_kinds.skeleton import Joint, Skeleton
from datasets.pure.region_kinds.track import Key, Track
from datasets.pure.region_likeness import Reach, gather, likeness
from datasets.pure.region_likeness.covering import Effort, covering
from datasets.pure.region_types import Box

REACH = Reach(5, ends=10)


def boxes(*keys: tuple[Any, ...]) -> Track:
    """Keys as (t, x) or (t, x, "out"): a box of 10 by 10 at height 0."""
    return Track("box", tuple(Key(t, Box(x, 0, 10, 10), bool(out)) for t, x, *out in keys))


def alike(first: Track, second: Track, reach: Reach = REACH) -> float:
    return float(likeness(gather([first]), gather([second]), reach)[0, 0])


def test_a_track_is_itself_and_nothing_that_is_elsewhere() -> None:
    track = boxes((0, 0), (5, 20))
    assert alike(track, track) == 1
    assert alike(track, boxes((0, 100), (5, 120))) == 0
    assert alike(track, boxes((0, 30), (5, 50))) == 0  # it comes past there at another time


def test_time_that_only_one_shows_counts_nothing() -> None:
    whole = boxes((0, 0))
    assert alike(whole, boxes((5, 0))) == pytest.approx(0.5, abs=0.02)
    assert alike(whole, boxes((0, 0), (2.5, 0, "out"))) == pytest.approx(0.25, abs=0.02)
    gone = boxes((0, 0), (2, 0, "out"), (8, 0))
    assert alike(whole, gone) == pytest.approx(0.4, abs=0.02)
    assert alike(boxes((0, 0), (4, 0, "out")), boxes((6, 0))) == 0
    # Where both agree that there is nothing, nothing is lost.
    assert alike(gone, boxes((0, 0), (1.9, 0), (2, 5, "out"), (8, 0))) > 0.95


def test_the_overlap_in_space_is_averaged_over_time() -> None:
    still = boxes((0, 0))
    assert alike(still, boxes((0, 5))) == pytest.approx(1 / 3)
    # It moves away evenly: the mean over s from 0 to 1 of (1 - s) / (1 + s) is 2 ln 2 - 1.
    away = boxes((0, 0), (10, 10))
    assert alike(still, away) == pytest.approx(2 * math.log(2) - 1, abs=0.001)


def test_keys_that_change_nothing_change_nothing() -> None:
    few = boxes((0, 0), (10, 10))
    many = boxes(*((t, t) for t in range(11)))
    assert alike(few, many) == pytest.approx(1)


def test_without_the_end_of_the_clip_the_last_key_is_the_end() -> None:
    first, second = boxes((0, 0), (4, 0)), boxes((0, 0), (2, 0, "out"))
    assert alike(first, second, Reach()) == pytest.approx(0.5, abs=0.02)
    assert alike(first, second) == pytest.approx(0.2, abs=0.02)


SHAPES = {
    "rotated_box": RotatedBox(20, 20, 10, 6, 30),
    "polygon": Polygon((((0, 0), (10, 0), (10, 10)),)),
    "polyline": Polyline(((0, 0), (10, 0), (10, 10))),
    "ellipse": Ellipse(20, 20, 8, 4, 10),
    "point": PointPlace(5, 5),
    "skeleton": Skeleton((Joint("a", 0, 0, False), Joint("b", 8, 8, False))),
}


@pytest.mark.parametrize("of", SHAPES)
def test_every_shape_is_followed(of: str) -> None:
    shape = SHAPES[of]
    still = Track(of, (Key(0, shape),))
    same = Track(of, (Key(0, shape), Key(5, shape)))
    half = Track(of, (Key(0, shape), Key(5, shape, outside=True)))
    assert alike(still, same) == pytest.approx(1)
    assert alike(still, half) == pytest.approx(0.5, abs=0.05)


def test_boxes_and_other_areas_are_compared_and_points_are_not() -> None:
    box = boxes((0, 0))
    ring = ((0, 0), (10, 0), (10, 10), (0, 10))
    assert alike(box, Track("polygon", (Key(0, Polygon((ring,))),))) == pytest.approx(1)
    assert alike(box, Track("point", (Key(0, PointPlace(5, 5)),))) == 0


moments = st.lists(
    st.tuples(st.integers(0, 10), st.integers(0, 12), st.booleans()), min_size=1, max_size=5
)


@settings(max_examples=60)
@given(moments, moments)
def test_likeness_is_the_same_both_ways_and_within_bounds(first: Any, second: Any) -> None:
    one, other = (
        boxes(*sorted({t: (t, x, *(["out"] * out)) for t, x, out in some}.values()))
        for some in (first, second)
    )
    assert 0 <= alike(one, other) <= 1
    assert alike(one, other) == pytest.approx(alike(other, one))


def test_many_tracks_that_cover_each_other_end_in_time() -> None:
    tracks = [boxes((0, n / 1000)) for n in range(3000)]
    effort, begun = Effort(), time.perf_counter()
    assert next(covering([*tracks[:2]], 0.5, Effort()))[0] == 1
    list(covering(tracks, 0.999999, effort))
    assert effort.is_over
    assert time.perf_counter() - begun < 10
