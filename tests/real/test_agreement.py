"""Agreement on real boxes and spans with planted disagreements: equal to an independent count."""

import random
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from annotate.pure.agreement.pair_scores import mean_agreement
from annotate.pure.agreement.places import Mark, PlacesAnswer, compare_places, f1_scores
from datasets.pure.region_types import Box, Span

pytestmark = pytest.mark.real

RealData = Callable[[str], Path]


def cells(real_data: RealData) -> Iterator[list[Mark]]:
    """The boxes of each image of BCCD."""
    for path in sorted((real_data("bccd") / "Annotations").glob("*.xml")):
        marks = {}
        for one in ET.parse(path).iter("object"):  # noqa: S314 (our own copy)
            sides = ("xmin", "ymin", "xmax", "ymax")
            edges = (float(one.findtext(f"bndbox/{side}") or 0) for side in sides)
            left, top, right, bottom = edges
            if right > left and bottom > top:
                mark = Mark(one.findtext("name"), Box(left, top, right - left, bottom - top))
                marks[mark] = mark
        yield list(marks)


def names(real_data: RealData) -> Iterator[list[Mark]]:
    """The entities of each sentence of WNUT17, by token."""
    text = (real_data("wnut17") / "emerging.test.annotated").read_text(encoding="utf-8")
    for block in text.split("\n\n"):
        marks: list[Mark] = []
        for place, line in enumerate(block.strip("\n").split("\n")):
            tag = line.rpartition("\t")[2]
            if tag.startswith("B-"):
                marks.append(Mark(tag[2:], Span(place, place + 1)))
            elif tag.startswith("I-") and marks:
                last = marks.pop()
                marks.append(Mark(last.label, Span(last.at.start, place + 1)))
        yield marks


@pytest.mark.parametrize(("items", "at_least"), [(cells, 0.5), (names, 1.0)])
def test_planted_disagreements_lower_f1_by_as_much_as_was_planted(
    items: Callable[[RealData], Iterator[list[Mark]]], at_least: float, real_data: RealData
) -> None:
    chance = random.Random(5)
    answers: list[PlacesAnswer] = []
    expected: list[float] = []
    for number, marks in enumerate(items(real_data)):
        theirs: list[Any] = []
        same = 0
        for mark in marks:
            fate = chance.random()
            if fate < 0.1:
                continue  # missed
            if fate < 0.2:
                theirs.append(mark._replace(label="another"))
                continue
            theirs.append(mark)
            same += 1
        answers += [PlacesAnswer(number, "Ada", marks), PlacesAnswer(number, "Bo", theirs)]
        both = len(marks) + len(theirs)
        expected.append(2 * same / both if both else 1.0)
    found = mean_agreement(f1_scores(compare_places(answers, (at_least,))))
    assert len(expected) >= 200
    assert found.value == pytest.approx(sum(expected) / len(expected), abs=1e-9)
    assert (found.value or 0) < 0.99
