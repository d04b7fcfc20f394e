"""How well places cover each other, how near joints are, and whether two figures differ."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest

from annotate.pure.agreement.alpha import krippendorff_alpha
from annotate.pure.agreement.answers import collect_answers
from annotate.pure.agreement.closeness import (
    THRESHOLDS,
    closeness_alpha,
    compare_closely,
    f1_curve,
    mean_f1,
)
from annotate.pure.agreement.comparing import difference
from annotate.pure.agreement.intraclass import bland_altman
from annotate.pure.agreement.keypoints import (
    COCO_SIGMAS,
    DEFAULT_SIGMA,
    joint_nearness,
    mutual_oks,
    oks,
    oks_likeness,
    sigma_of,
)
from annotate.pure.agreement.pair_scores import mean_agreement
from annotate.pure.agreement.places import Mark, PlacesAnswer, compare_places
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    NO_PLACES,
    ONE_ITEM,
    ONE_PLACE,
    Agreement,
    measure_mean,
    unseen,
)
from annotate.pure.intervals import wilson
from datasets.pure.geometry import box_iou
from datasets.pure.region_kinds.skeleton import Joint, Skeleton
from datasets.pure.region_types import Box
from tests.pure.test_agreement import FOUR_OBSERVERS, rows_of

COCO_JOINTS = [
    "nose",
    *[f"{side}_{part}" for part in list(COCO_SIGMAS)[1:] for side in ("left", "right")],
]
# Written out in pycocotools/cocoeval.py, in the order of COCO's joints.
COCO_TENTHS = [26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89]
UPRIGHT = Box(0, 0, 10, 10)


def answer(item: object, who: str, *places: Any, label: str = "cell") -> PlacesAnswer:
    return PlacesAnswer(item, who, [Mark(label, place) for place in places])


def skeleton(points: dict[str, tuple[float, float]]) -> Skeleton:
    return Skeleton(tuple(Joint(name, x, y, False) for name, (x, y) in sorted(points.items())))


def test_oks_is_what_cocos_evaluation_computes() -> None:
    random = np.random.default_rng(4)
    for _ in range(20):
        truth = random.uniform(0, 200, size=(17, 2))
        found = truth + random.normal(0, 12, size=(17, 2))
        seen = random.random(17) < 0.7
        seen[0] = True
        area = float(random.uniform(500, 20_000))
        # computeOks of pycocotools, line for line, for one ground truth and one detection
        variances = (np.array(COCO_TENTHS) / 1000 * 2) ** 2
        dx, dy = found[:, 0] - truth[:, 0], found[:, 1] - truth[:, 1]
        e = (dx**2 + dy**2) / variances / (area + np.spacing(1)) / 2
        expected = np.sum(np.exp(-e[seen])) / seen.sum()
        mine = skeleton({n: tuple(truth[k]) for k, n in enumerate(COCO_JOINTS) if seen[k]})
        theirs = skeleton({n: tuple(found[k]) for k, n in enumerate(COCO_JOINTS)})
        assert oks(mine, theirs, area) == pytest.approx(float(expected), abs=1e-12)


def test_joints_have_cocos_constants_by_name_and_the_mean_where_coco_knows_none() -> None:
    assert [sigma_of(name) for name in COCO_JOINTS] == [one / 1000 for one in COCO_TENTHS]
    assert (sigma_of("r_hip"), sigma_of("Knee-L")) == (0.107, 0.087)
    assert sigma_of("tail") == DEFAULT_SIGMA == pytest.approx(sum(COCO_TENTHS) / 17_000, abs=1e-4)
    one, other = skeleton({"tail": (0, 0)}), skeleton({"tail": (3, 4)})
    near = joint_nearness(one, other, 100.0, {"tail": 0.25})["tail"]
    assert near == pytest.approx(np.exp(-25 / (2 * 100 * 0.5**2)))


def test_a_joint_that_one_leaves_out_counts_where_the_other_has_it() -> None:
    both, half = skeleton({"head": (0, 0), "foot": (0, 80)}), skeleton({"head": (0, 0)})
    assert (oks(both, half), oks(half, both)) == (0.5, 1.0)
    assert mutual_oks(both, half) == 0.75
    assert oks(Skeleton(()), both) == 0
    said = [answer("i", "Ada", both), answer("i", "Bo", half)]
    assert compare_closely(said, oks_likeness).scores.score.tolist() == [0.75]


def test_one_box_each_is_as_close_as_their_iou_and_one_too_many_counts_nothing() -> None:
    near, more = Box(0, 0, 10, 5), Box(50, 50, 5, 5)
    said = [answer("i", "Ada", UPRIGHT), answer("i", "Bo", near)]
    assert compare_closely(said).scores.score.tolist() == [0.5]
    said = [answer("i", "Ada", UPRIGHT, more), answer("i", "Bo", near)]
    assert compare_closely(said).scores.score.tolist() == [pytest.approx(2 * 0.5 / 3)]
    said = [answer("i", "Ada", UPRIGHT), answer("i", "Bo", UPRIGHT, label="seed")]
    assert compare_closely(said).scores.score.tolist() == [0.0]
    said = [answer("i", "Ada"), answer("i", "Bo"), answer("j", "Ada")]
    found = compare_closely(said)
    assert (found.scores.score.tolist(), found.sizes.tolist()) == ([1.0], [2.0])


def test_where_only_labels_differ_alpha_of_places_is_nominal_alpha() -> None:
    rows = rows_of(FOUR_OBSERVERS)
    said = [answer(item, who, UPRIGHT, label=str(label)) for item, who, label in rows]
    expected = krippendorff_alpha(collect_answers(rows))
    found = closeness_alpha(compare_closely(said))
    assert found.value == pytest.approx(expected.value, abs=1e-12)
    assert found.low is not None
    assert found.high is not None
    assert found.low < expected.value < found.high  # type: ignore[operator]


def by_hand(boxes: dict[str, list[Box]]) -> float:
    """Krippendorff's formula, written out for one box an answer."""
    everyone = [one for some in boxes.values() for one in some]

    def apart(one: Box, other: Box) -> float:
        return 1 - float(box_iou([one], [other])[0, 0])

    n = len(everyone)
    observed = sum(
        apart(*pair) / (len(some) - 1) for some in boxes.values() for pair in permutations(some, 2)
    )
    expected = sum(apart(*pair) for pair in permutations(everyone, 2)) / (n - 1)
    return 1 - observed / expected


def test_alpha_of_boxes_is_that_of_the_formula_written_out() -> None:
    boxes = {
        "i": [UPRIGHT, Box(0, 0, 10, 8), Box(2, 0, 10, 10)],
        "j": [Box(5, 5, 10, 10), Box(6, 6, 10, 10)],
        "k": [Box(40, 0, 4, 4), Box(40, 0, 4, 4)],
    }
    said = [
        answer(item, f"p{place}", box)
        for item, some in boxes.items()
        for place, box in enumerate(some)
    ]
    assert closeness_alpha(compare_closely(said)).value == pytest.approx(by_hand(boxes))


def test_drawn_pairs_tell_what_all_pairs_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    said = []
    for item in range(60):
        x, y = random.integers(0, 30, 2)
        for who in ("Ada", "Bo"):
            dx, dy = random.integers(-3, 4, 2)
            said.append(answer(item, who, Box(x + dx, y + dy, 20, 20)))
    drawn = closeness_alpha(compare_closely(said)).value
    monkeypatch.setattr("annotate.pure.agreement.closeness.MOST_PAIRS", 10_000)
    whole = compare_closely(said)
    assert len(whole.apart) == 120 * 119 // 2 - 60
    assert drawn == pytest.approx(closeness_alpha(whole).value, abs=0.02)


def test_alpha_of_places_says_why_it_has_no_value() -> None:
    def why(*said: PlacesAnswer) -> str:
        return closeness_alpha(compare_closely(said)).reason_undefined

    assert why(answer("i", "Ada", UPRIGHT)) == NO_OVERLAP
    both = [answer("i", who, UPRIGHT) for who in ("Ada", "Bo")]
    assert why(*both) == ONE_ITEM
    assert why(*both, *[answer("j", who, UPRIGHT) for who in ("Ada", "Bo")]) == ONE_PLACE
    assert why(*[answer(item, who) for item in "ij" for who in ("Ada", "Bo")]) == NO_PLACES


def test_f1_falls_where_the_overlap_no_longer_does() -> None:
    heights = {"i": 10.0, "j": 7.2, "k": 5.0}
    said = [
        answer(item, who, Box(0, 0, 10, height if who == "Bo" else 10))
        for item, height in heights.items()
        for who in ("Ada", "Bo")
    ]
    compared = compare_places(said, THRESHOLDS)
    curve = f1_curve(compared)
    thirds = [3, *[2] * 4, *[1] * 5]  # at 0.5; 0.55 to 0.7; 0.75 to 0.95
    assert [round(3 * (one.value or 0)) for _at, one in curve] == thirds
    assert mean_f1(compared).value == pytest.approx(sum(thirds) / 30)
    assert mean_agreement(compare_closely(said).scores).value == pytest.approx((1 + 0.72 + 0.5) / 3)
    assert [at for at, _one in curve] == [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]


def test_limits_of_agreement_have_the_intervals_that_bland_and_altman_give() -> None:
    apart = np.random.default_rng(2).normal(1, 3, 200)
    found = bland_altman(apart, np.zeros(200))
    # Their section on precision: the standard error of a limit is about sqrt(3 s²/n).
    reach = 1.96 * np.sqrt(3 * apart.var(ddof=1) / 200)
    for limit in (found.low_limit, found.high_limit):
        assert limit.value is not None
        assert limit.low == pytest.approx(limit.value - reach, abs=0.25 * reach)
        assert limit.high == pytest.approx(limit.value + reach, abs=0.25 * reach)
    assert bland_altman([1], [2]).high_limit.reason_undefined == ONE_ITEM
    same = bland_altman([3, 4], [1, 2])
    assert (same.bias.value, same.low, same.high) == (2, 2, 2)


def test_a_difference_has_newcombes_interval_where_the_figures_are_shares() -> None:
    # Table II of Newcombe (1998) gives the interval of his method 10 for 56 of 70 and 48 of 80.
    shares = [Agreement(k / n, *wilson(k, n), n, 2 * n) for k, n in ((48, 80), (56, 70))]
    found = difference(*shares)
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert found.is_told
    assert not difference(shares[0], shares[0]).is_told
    few, many = (Agreement(1.0, 1 - unseen(n), 1.0, n, 2 * n) for n in (3, 60))
    assert not difference(shares[0], few).is_told  # three items that agree prove little
    assert difference(shares[0], many).is_told
    unknown = Agreement(None, None, None, 0, 0, NO_OVERLAP)
    assert difference(shares[0], unknown).value is None
    assert not difference(shares[0], Agreement(0.9, None, None, 1, 2)).is_told


def test_every_two_answers_are_compared_once() -> None:
    said = [answer("i", who, UPRIGHT) for who in ("Ada", "Bo", "Rui")]
    found = compare_closely(said).scores
    pairs = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert pairs == list(combinations(range(3), 2))


def test_differences_that_are_all_the_same_claim_no_interval_that_leaves_them_out() -> None:
    found = bland_altman([12.0, 15.0, 20.0, 9.0], [10.0, 13.0, 18.0, 7.0])
    for figure in (found.bias, found.low_limit, found.high_limit):
        assert (figure.value, figure.low, figure.high) == (2.0, None, None)


def test_a_mean_of_equal_items_reaches_as_far_as_unseen_ones_may_pull_it() -> None:
    half = measure_mean(np.full(14, 0.5), np.ones(14), 28)
    share = unseen(14)
    assert (half.low, half.high) == pytest.approx((0.5 - share / 2, 0.5 + share / 2))
    tau = measure_mean(np.ones(14), np.ones(14), 28, least=-1.0)
    assert (tau.low, tau.high) == pytest.approx((1 - 2 * share, 1.0))
