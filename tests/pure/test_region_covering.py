"""Which regions cover each other too much: the same as comparing all, and bounded in time."""

import math
import time
from typing import Any

import numpy as np
import pytest

from datasets.pure.region_kinds.mask import Mask, mask_of
from datasets.pure.region_kinds.points import PointPlace, Polygon, Polyline
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_kinds.skeleton import Joint, Skeleton
from datasets.pure.region_likeness import Reach, gather, likeness
from datasets.pure.region_likeness.areas import area_of, measured
from datasets.pure.region_likeness.covering import Effort, covering
from datasets.pure.region_likeness.many_polygons import sized
from datasets.pure.regions import Box, Region, RegionsDocument, Span
from datasets.pure.schema_checking import check_regions
from datasets.pure.schema_rules import ItemFacts, parse_schema

ENDLESS = 10**12


def drawn(random: np.random.Generator) -> list[Any]:
    """Places of every kind that has a size, and lines, points and joints, many near each other."""
    made: list[Any] = []
    for _number in range(9):
        x, y = (float(one) for one in random.integers(0, 30, 2))
        w, h = (float(one) for one in random.integers(5, 40, 2))
        corners = random.integers(0, 60, (int(random.integers(3, 8)), 2)).astype(float).tolist()
        bitmap = random.random((int(h), int(w))) < 0.6
        mask = mask_of(bitmap, int(x), int(y))
        made += [Box(x, y, w, h), Box(x, y, w + 1, h), RotatedBox(x, y, w, h, 30), mask]
        made += [Ellipse(x, y, w, h, 20), Polygon((tuple(map(tuple, corners)),))]
        made += [PointPlace(x, y), Polyline(tuple(map(tuple, corners)))]
        made += [Skeleton((Joint("a", x, y, False), Joint("b", x + w, y + h, False)))]
    return made + made[:9]


def spans(random: np.random.Generator) -> list[Any]:
    made: list[Any] = []
    for start, size in zip(random.integers(0, 20, 40), random.integers(4, 30, 40), strict=True):
        begin, end = int(start), int(start + size)
        gaps = ((begin + 1, begin + 2),) if size % 2 else ()
        made.append(Span(begin, end, gaps))
    return made


def all_compared(places: list[Any], share: float) -> dict[int, float]:
    gathered = gather(places)
    shares = np.tril(likeness(gathered, gathered, Reach()), -1)
    most = min(share, 1 - 2e-9) + 1e-9
    rows = np.flatnonzero((shares > most).any(axis=1))
    return {int(row): float(shares[row].max()) for row in rows}


@pytest.mark.parametrize("share", [0, 0.5, 0.95])
@pytest.mark.parametrize("make", [drawn, spans])
def test_pairs_are_passed_by_only_where_they_cannot_share_too_much(make: Any, share: float) -> None:
    for seed in range(2):
        places = make(np.random.default_rng(seed))
        effort = Effort(ENDLESS, ENDLESS)
        found = dict(covering(places, share, effort))
        assert found == pytest.approx(all_compared(places, share))
        assert not effort.is_over


def test_polygons_are_measured_together_as_one_by_one_or_not_where_they_cross_themselves() -> None:
    random = np.random.default_rng(4)
    jagged = [
        Polygon(tuple(tuple(map(tuple, random.integers(0, 12, (n, 2)).astype(float).tolist()))
                      for n in random.integers(3, 8, int(random.integers(1, 3)))))
        for _number in range(300)
    ]  # fmt: skip
    places = [*jagged, *(star(number, 900) for number in range(3)), star(0)]
    found = sized(places)
    exact = [math.isnan(size) or measured(area_of(place))[0] == pytest.approx(size, abs=1e-9)
             for place, size in zip(places, found.sizes.tolist(), strict=True)]  # fmt: skip
    assert all(exact)
    assert found.bounds.tolist() == [list(area_of(place).bounds) for place in places]
    assert 30 < np.isnan(found.sizes[:300]).sum() < 290
    assert not np.isnan(found.sizes[300:]).any()


def star(number: int, corners: int = 12, apart: float = 0.05, scale: float = 1) -> Polygon:
    """Stars of which each covers most of the one before."""
    turns = [math.tau * corner / corners for corner in range(corners)]
    sizes = [scale * (30 + 8 * (corner % 2)) for corner in range(corners)]
    x = 50 + number * apart
    return Polygon(
        (
            tuple(
                (round(x + size * math.cos(turn), 3), round(50 + size * math.sin(turn), 3))
                for turn, size in zip(turns, sizes, strict=True)
            ),
        )
    )


def answer(places: list[Any], labels: tuple[str, ...] = ("a",), **rule: Any) -> tuple[Any, float]:
    """What a check says about places under the rule, and the seconds it took."""
    question = {"name": "q", "title": "Shapes", "type": "shapes",
                "labels": [{"key": label} for label in labels]}  # fmt: skip
    rules = [{"type": "max_overlap", "question": "q", "share": 0.9} | rule]
    schema = parse_schema(
        {"format": 1, "data_type": "image", "questions": [question], "rules": rules}
    )
    kinds = {Polygon: "polygon", Mask: "mask", Polyline: "polyline"}
    regions = [
        Region(f"r{i}", "q", kinds[type(place)], labels[i % len(labels)], place)
        for i, place in enumerate(places)
    ]
    begun = time.process_time()
    verdict = check_regions(schema, RegionsDocument(tuple(regions)), ItemFacts("image", 500, 500))
    return verdict, time.process_time() - begun


@pytest.mark.parametrize(
    "places",
    [
        [star(number) for number in range(400)],
        [star(number, 900) for number in range(90)],
        [Polyline(star(number).rings[0]) for number in range(400)],
        [mask_of(np.indices((200, 200 + n)).sum(axis=0) % 3 > 0) for n in range(200)],
    ],
    ids=["polygons", "long outlines", "lines", "masks"],
)
def test_too_many_to_compare_are_a_warning_after_a_bounded_time(places: list[Any]) -> None:
    verdict, seconds = answer(places, share=0.9, message="They cover each other.")
    assert seconds < 15
    [warning] = [one for one in verdict.warnings if one.code == "not-compared"]
    assert warning.at == "questions/q"
    assert warning.detail == "Too many regions of “Shapes” overlap to compare them all."
    assert {problem.code for problem in verdict.problems} <= {"overlap"}


def test_outlines_that_cannot_share_too_much_are_not_compared() -> None:
    nested = [star(0, scale=1.1**number) for number in range(25)]
    beside = [star(number, apart=45) for number in range(100)]
    effort = Effort()
    before = effort.pairs
    assert list(covering(nested, 0.95, effort)) == []
    assert list(covering(beside, 0.8, effort)) == []
    assert effort.pairs == before
    assert len(dict(covering(nested, 0.75, effort))) == 24
    assert effort.pairs < before


def test_skeletons_are_compared_up_to_the_same_end() -> None:
    bones = Skeleton((Joint("a", 9, 9, False), Joint("b", 50, 60, False)))
    effort = Effort(pairs=10)
    assert dict(covering([bones] * 40, 0.9, effort)) == dict.fromkeys(range(1, 5), 1.0)
    assert effort.is_over


def test_other_labels_cost_nothing_where_only_the_same_count() -> None:
    labels = tuple(f"l{number}" for number in range(200))
    places = [star(number) for number in range(400)]
    verdict, _seconds = answer(places, labels, share=0.99)
    assert verdict.warnings == []
    verdict, _seconds = answer(places, labels, share=0.5, same_label=False)
    assert [one.code for one in verdict.warnings] == ["not-compared"]


def test_all_rules_of_a_document_share_what_comparing_may_cost() -> None:
    effort = Effort(pairs=3)
    places = [star(number) for number in range(3)]
    assert len(dict(covering(places, 0.5, effort))) == 2
    assert not effort.is_over
    assert list(covering(places, 0.5, effort)) == []
    assert effort.is_over


def test_only_the_rule_that_was_cut_short_says_so() -> None:
    questions = [
        {"name": name, "type": kind, "labels": [{"key": "a"}]}
        for name, kind in (("p", "polygons"), ("b", "boxes"))
    ]
    rules = [{"type": "max_overlap", "question": name, "share": 0.9} for name in "pb"]
    schema = parse_schema(
        {"format": 1, "data_type": "image", "questions": questions, "rules": rules}
    )
    regions = [Region(f"p{n}", "p", "polygon", "a", star(n)) for n in range(90)]
    regions += [Region(f"b{n}", "b", "box", "a", Box(0, 0, 9, 99 + n)) for n in range(2)]
    verdict = check_regions(schema, RegionsDocument(tuple(regions)), ItemFacts("image", 500, 500))
    cut = [warning.at for warning in verdict.warnings if warning.code == "not-compared"]
    assert cut == ["questions/p"]
    assert "regions/91" in [problem.at for problem in verdict.problems]
