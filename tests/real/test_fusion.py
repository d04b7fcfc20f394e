"""Boxes of BCCD, each copied by people who err: fused they lie nearer than a single copy."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from annotate.pure.agreement.pair_scores import mean_agreement
from annotate.pure.agreement.places import (
    Mark,
    PlacesAnswer,
    compare_places,
    f1_scores,
    overlap_scores,
)
from annotate.pure.truth.fusion import fuse_places
from datasets.pure.region_types import Box
from tests.real.test_agreement import cells

pytestmark = pytest.mark.real

RealData = Callable[[str], Path]
PEOPLE = 5


def copied(marks: list[Mark], chance: random.Random) -> list[Mark]:
    """What somebody marks who misses, mislabels, adds, and draws edges a little off."""
    found = []
    for mark in marks:
        if chance.random() < 0.12:
            continue
        x, y, w, h = mark.at
        off = [chance.gauss(0, 0.08) * side for side in (w, h, w, h)]
        at = Box(x + off[0], y + off[1], max(2, w + off[2]), max(2, h + off[3]))
        found.append(Mark("another" if chance.random() < 0.1 else mark.label, at))
        if chance.random() < 0.1:
            found.append(Mark("RBC", Box(chance.uniform(0, 600), chance.uniform(0, 440), 40, 40)))
    return found


def scores(truth: list[PlacesAnswer], said: list[PlacesAnswer]) -> tuple[float, float]:
    """Matched F1 and mean overlap beside the original."""
    compared = compare_places([*truth, *said])
    found = (
        mean_agreement(f1_scores(compared)).value,
        mean_agreement(overlap_scores(compared)).value,
    )
    assert found[0] is not None
    assert found[1] is not None
    return found[0], found[1]


def test_fused_boxes_match_the_original_better_than_the_average_copy(real_data: RealData) -> None:
    chance = random.Random(11)
    truth, fused = [], []
    copies: list[list[PlacesAnswer]] = [[] for _person in range(PEOPLE)]
    for number, marks in enumerate(list(cells(real_data))[:50]):
        said = [PlacesAnswer(number, f"person {n}", copied(marks, chance)) for n in range(PEOPLE)]
        for mine, one in zip(copies, said, strict=True):
            mine.append(one)
        truth.append(PlacesAnswer(number, "truth", marks))
        regions = [Mark(one.label, one.at) for one in fuse_places(said).regions]
        fused.append(PlacesAnswer(number, "fused", regions))
    single = np.mean([scores(truth, one) for one in copies], axis=0)
    together = scores(truth, fused)
    assert together[0] > single[0] + 0.1, (single, together)
    assert together[1] > single[1] + 0.03, (single, together)
