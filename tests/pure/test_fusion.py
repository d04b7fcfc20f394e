"""Places of several people merged: known answers, and what must hold whatever they say."""

import random
from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from annotate.pure.agreement.places import Mark, PlacesAnswer
from annotate.pure.truth.fusion import Fusion, fuse_places
from annotate.pure.truth.fusion_placing import PLACERS, place_of, staple_mask
from datasets.pure.region_kinds.mask import Mask, bitmap_of, mask_of
from datasets.pure.region_kinds.points import PointPlace, Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_kinds.skeleton import Joint, Skeleton
from datasets.pure.region_kinds.stretches import Instant, Segment
from datasets.pure.region_likeness import MEASURES, gather, likeness
from datasets.pure.region_types import Box, Span

NAMES = ("Ada", "Bo", "Cy", "Dee", "Eve")
REACH = PlacesAnswer("i", "Ada", []).reach


def given(*said: list[Any], label: str = "cell") -> list[PlacesAnswer]:
    """Answers of as many people, all marks with one label where they are bare places."""
    return [
        PlacesAnswer(
            "i",
            name,
            [one if isinstance(one, Mark) else Mark(label, one) for one in places],
        )
        for name, places in zip(NAMES, said, strict=False)
    ]


def placed(fusion: Fusion) -> list[tuple[Any, Any]]:
    """Labels and places."""
    return [(one.label, one.at) for one in fusion.regions]


def square(x: int, side: int = 4) -> Mask:
    """A square mask."""
    found = mask_of(np.ones((side, side), dtype=bool), x, 0)
    assert found is not None
    return found


PLACES: list[Callable[[float], Any]] = [
    lambda n: Box(10 * n, 1.5, 8, 6.25),
    lambda n: RotatedBox(20 * n + 10, 9.1, 8, 5, 33.3),
    lambda n: Ellipse(20 * n + 10, 9, 8, 5, 170.2),
    lambda n: Polygon((((20 * n, 0), (20 * n + 9, 1), (20 * n + 3, 8)),)),
    lambda n: Polyline(((0, 50 * n), (90, 50 * n + 3))),
    lambda n: PointPlace(50 * n, 3.3),
    lambda n: Skeleton((Joint("head", 90 * n, 3, False), Joint("foot", 90 * n + 2, 33, True))),
    lambda n: square(int(10 * n)),
    lambda n: Span(int(9 * n), int(9 * n) + 5),
    lambda n: Segment(9.5 * n, 9.5 * n + 5.25),
    lambda n: Instant(3.3 * n),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda make: type(make(0)).__name__)
def test_identical_answers_give_the_same_with_full_confidence(
    place: Callable[[float], Any],
) -> None:
    marks = [Mark("a", place(0)), Mark("b", place(1)), Mark("a", place(2))]
    fused = fuse_places(given(marks, marks[::-1], marks))
    assert sorted(placed(fused), key=repr) == sorted([(m.label, m.at) for m in marks], key=repr)
    assert (fused.confidence, fused.left_out, fused.is_decided) == (1.0, 0, True)


def test_every_kind_that_can_be_compared_can_be_fused_but_relations() -> None:
    assert {one.__name__ for one in MEASURES.keys() - PLACERS.keys()} == {"Ends"}


def noisy(chance: random.Random) -> list[PlacesAnswer]:
    """Four people mark ten cells, each a little off, some left out, one of them swapped."""
    said = []
    for _person in range(4):
        marks = []
        for cell in range(10):
            if chance.random() < 0.2:
                continue
            x, y, w, h = (chance.gauss(0, 1.5) for _side in range(4))
            label = "red" if chance.random() < 0.8 else "white"
            marks.append(Mark(label, Box(cell * 17 + x, 30 + y, 20 + w, 20 + h)))
        said.append(marks)
    return given(*said)


def test_the_order_of_people_and_of_their_regions_changes_nothing() -> None:
    chance = random.Random(3)
    for _item in range(4):
        answers = noisy(chance)
        wanted = fuse_places(answers)
        assert len(wanted.regions) >= 5
        for turned in permutations(answers):
            mixed = [
                one._replace(marks=chance.sample(list(one.marks), len(one.marks))) for one in turned
            ]
            assert fuse_places(mixed) == wanted


def test_nobody_has_two_regions_in_a_group() -> None:
    for fused in (fuse_places(noisy(random.Random(n))) for n in range(10)):
        for one in fused.regions:
            assert len(set(one.people)) == len(one.people) >= 2


def test_a_spammer_far_away_is_outvoted_and_moves_nothing() -> None:
    cell = Box(0, 0, 10, 10)
    spam = [Box(500 + 30 * n, 0, 20, 20) for n in range(9)]
    fused = fuse_places(given([cell], [cell], spam))
    assert placed(fused) == [("cell", cell)]
    assert fused.left_out == 9
    assert fused.confidence == pytest.approx(2 / 3)
    alone = fuse_places(given([cell], [cell], spam), weights={"Cy": 9.0})
    assert len(alone.regions) == 9


def test_how_many_must_have_a_region_is_for_the_caller_to_say() -> None:
    cell, other = Box(0, 0, 10, 10), Box(50, 0, 10, 10)
    answers = given([cell, other], [cell], [cell, other], [cell])
    assert len(fuse_places(answers).regions) == 2
    assert len(fuse_places(answers, share=0.6).regions) == 1


def test_labels_are_voted_on_and_a_tie_is_left_to_people() -> None:
    at = Box(0, 0, 10, 10)
    red, white = [Mark("red", at)], [Mark("white", at)]
    assert placed(fuse_places(given(red, red, white))) == [("red", at)]
    tied = fuse_places(given(red, white))
    assert (placed(tied), tied.is_decided) == ([(None, at)], False)
    skilled = fuse_places(given(red, white), weights={"Bo": 2.0})
    assert placed(skilled) == [("white", at)]
    assert skilled.confidence == pytest.approx(2 / 3)


def test_a_rider_and_a_horse_are_not_mixed_where_their_boxes_overlap() -> None:
    rider, horse = Mark("rider", Box(0, 0, 10, 14)), Mark("horse", Box(0, 2, 10, 14))
    off = Mark("rider", Box(0, 1, 10, 14)), Mark("horse", Box(0, 1, 10, 14))
    fused = fuse_places(given([rider, horse], list(off), [horse, rider]))
    assert {one.label for one in fused.regions} == {"rider", "horse"}
    assert fused.confidence == 1.0


def test_what_lies_on_different_parts_of_an_item_is_never_one() -> None:
    at = Span(0, 4)
    fused = fuse_places(given([Mark("name", at, "title")], [Mark("name", at, "body")]), share=0.6)
    assert (fused.regions, fused.left_out) == ((), 2)


def test_people_who_all_see_nothing_agree() -> None:
    assert fuse_places(given([], [])) == Fusion((), 1.0, 0, True)


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        ([Box(0, 0, 10, 10), Box(3, 0, 10, 10), Box(0, 3, 10, 10)], Box(1, 1, 10, 10)),
        ([RotatedBox(5, 5, 9, 4, 359), RotatedBox(5, 5, 9, 4, 3)], RotatedBox(5, 5, 9, 4, 1)),
        ([RotatedBox(5, 5, 9, 4, 0), RotatedBox(5, 5, 4, 9, 90)], RotatedBox(5, 5, 9, 4, 0)),
        ([Ellipse(5, 5, 9, 4, 178), Ellipse(5, 5, 9, 4, 6)], Ellipse(5, 5, 9, 4, 2)),
        ([Span(3, 9), Span(4, 9), Span(4, 30)], Span(4, 9)),
        ([Span(2, 9), Span(3, 12)], Span(2, 9)),
        ([Segment(1, 2), Segment(2, 4)], Segment(1.5, 3)),
        ([Segment(1, 2), Segment(2, 4), Segment(9, 10)], Segment(2, 4)),
        ([PointPlace(0, 0), PointPlace(4, 2)], PointPlace(2, 1)),
        ([square(0), square(1), square(2)], square(1)),
        ([square(0, 2), square(8, 2), square(16, 2), square(8, 2)], square(8, 2)),
    ],
)
def test_places_become_one_as_worked_out_by_hand(places: list[Any], wanted: Any) -> None:
    found = place_of(places, np.ones(len(places)), PlacesAnswer("i", "Ada", []))
    alike = likeness(gather([found]), gather([wanted]), REACH)
    assert alike[0, 0] == pytest.approx(1.0, abs=1e-6), found


def test_the_outline_of_a_polygon_is_that_of_somebody() -> None:
    outlines = [Polygon((((0, 0), (9 + n, 0), (9, 9), (0, 9)),)) for n in (0, 1, 5)]
    assert place_of(outlines, np.ones(3), given([])[0]) == outlines[1]


def test_staple_finds_who_marks_at_random_and_follows_the_others() -> None:
    rng = np.random.default_rng(2)
    truth = np.zeros((40, 40), dtype=bool)
    truth[8:30, 10:32] = True
    people = [truth ^ (rng.random(truth.shape) < flips) for flips in (0.05, 0.1, 0.15, 0.45, 0.45)]
    masks = [mask_of(one) for one in people]
    found, sensitivity, specificity = staple_mask([one for one in masks if one is not None])
    assert found is not None
    drawn = np.zeros_like(truth)
    drawn[found.y : found.y + found.h, found.x : found.x + found.w] = bitmap_of(found)
    majority = np.sum(people, axis=0) >= 3
    assert (drawn != truth).mean() < 0.04 < 0.06 < (majority != truth).mean()
    assert sensitivity[0] == pytest.approx(0.95, abs=0.07)
    assert specificity[1] == pytest.approx(0.9, abs=0.07)
    assert sensitivity[3:] == pytest.approx(0.55, abs=0.08)


@pytest.mark.parametrize(
    ("answers", "options"),
    [
        (given([], []) + given([]), {}),
        (given([]), {"share": 0.0}),
        (given([]), {"at_least": 1.5}),
        (given([Box(0, 0, 1, 1)]), {"weights": {"Ada": 0.0}}),
        (given([("no", "place")]), {}),
    ],
)
def test_what_makes_no_sense_is_refused(answers: Any, options: Any) -> None:
    with pytest.raises(ValueError, match=r"twice|above 0|fused"):
        fuse_places(answers, **options)
