"""How people answer: who is named, with which numbers, and who is not."""

from __future__ import annotations

import csv
import itertools
import math

import numpy as np
import pytest

from annotate.pure.conduct.chance import as_unlikely, bridge_tail, even_tail, poisson_tail
from annotate.pure.conduct.copying import shared_mistakes
from annotate.pure.conduct.drift import drift_of
from annotate.pure.conduct.leaning import leanings
from annotate.pure.conduct.pace import paces
from annotate.pure.conduct.position import position_of
from annotate.pure.conduct.skill import others_belief, skills, spammer_scores
from annotate.pure.truth.crowd import Crowd, Estimate, collect_crowd
from annotate.pure.truth.dawid_skene import dawid_skene
from tests.pure.crowds import FindData, entailment, made


def test_the_planted_bad_annotator_of_cifar_10h_is_named_first(real_data: FindData) -> None:
    """Each image's own human labels, dealt to 50 people of whom one does not look."""
    with (real_data("cifar10_subset") / "labels.csv").open() as file:
        images = list(csv.DictReader(file))
    labels = [name for name in images[0] if name.startswith("h_")]
    rng, rows = np.random.default_rng(1), []
    for image in images:
        said = [label for label in labels for _ in range(int(image[label]))]
        people = rng.permutation(50)[:10]
        for who, label in zip(people, rng.permutation(said), strict=False):
            is_bad = who == 7 and rng.random() < 0.5
            rows.append((image["file"], who, rng.choice(labels) if is_bad else label))
    crowd = collect_crowd(rows, labels)
    told = dawid_skene(crowd, smoothing=0.1)
    first = sorted(
        zip(crowd.annotators, skills(crowd, told), strict=True),
        key=lambda one: one[1].interval.high,
    )
    assert first[0][0] == 7
    assert first[1][1].interval.low > first[0][1].interval.high
    scores = spammer_scores(told)
    assert np.argmin([one.value or 0.0 for one in scores]) == crowd.annotators.index(7)


def test_spammer_score_is_raykar_and_yus() -> None:
    """For two labels it is (sensitivity + specificity - 1) squared."""
    confusion = np.array([[[0.9, 0.1], [0.3, 0.7]], [[0.4, 0.6], [0.4, 0.6]]])
    told = Estimate("x", np.ones((1, 2)), np.ones(2), confusion, np.full((2, 2), 200.0))
    good, blind = spammer_scores(told)
    assert good.value == pytest.approx(0.36)
    assert good.low > 0.2
    assert blind.value == pytest.approx(0.0)
    assert blind.high < 0.05
    never = Estimate("x", np.ones((1, 2)), np.ones(2), confusion, np.array([[5.0, 0.0]] * 2))
    assert spammer_scores(never)[0].value is None


def test_nobody_is_their_own_witness() -> None:
    crowd = made([0.9, 0.9, 0.9], items=40)
    told = dawid_skene(crowd)
    one = int(np.flatnonzero(crowd.annotator == 0)[0])
    kept = np.flatnonzero((crowd.item == crowd.item[one]) & (crowd.annotator != 0))
    assert told.confusion is not None
    joint = told.priors.copy()
    for other in kept:
        joint *= np.maximum(told.confusion[crowd.annotator[other], :, crowd.label[other]], 1e-12)
    assert np.allclose(others_belief(crowd, told)[one], joint / joint.sum())


def copied(crowd: Crowd, share: float) -> Crowd:
    """Person 1 says what person 0 says on a share of the items."""
    rng = np.random.default_rng(5)
    said = {
        (i, a): int(n) for i, a, n in zip(crowd.item, crowd.annotator, crowd.label, strict=True)
    }
    for item in range(len(crowd.items)):
        if rng.random() < share:
            said[item, 1] = said[item, 0]
    return collect_crowd([(item, who, label) for (item, who), label in said.items()], crowd.labels)


def test_who_copies_is_found_and_nobody_else() -> None:
    crowd = copied(made([0.75] * 8, items=300), 0.6)
    found = shared_mistakes(crowd, dawid_skene(crowd).winner)
    assert [(one.first, one.second) for one in found] == [(0, 1)]
    assert found[0].shared > 2 * found[0].expected
    assert found[0].items == 300
    assert len(found[0].at) == found[0].shared


def test_items_that_mislead_everybody_make_nobody_a_copier() -> None:
    rng, rows = np.random.default_rng(2), []
    for item in range(200):
        rate = 0.45 if item % 4 == 0 else 0.95
        rows += [(item, who, int(rng.random() > rate)) for who in range(10)]
    crowd = collect_crowd(rows, [0, 1])
    assert shared_mistakes(crowd, np.zeros(200, dtype=np.intp)) == []


def test_nobody_copies_in_the_published_crowd(real_data: FindData) -> None:
    crowd, _gold = entailment(real_data)
    assert shared_mistakes(crowd, dawid_skene(crowd).winner) == []


def test_too_fast_is_told_against_others_on_the_same_items() -> None:
    rng = np.random.default_rng(0)
    item = np.repeat(np.arange(60), 3)
    who = np.tile(np.arange(3), 60)
    seconds = np.exp(rng.normal(2.0, 0.3, 180)) * np.repeat(rng.uniform(1, 9, 60), 3)
    seconds[who == 2] *= 0.2
    slow, other, fast = paces(item, who, seconds, 3)
    assert slow
    assert other
    assert fast
    assert fast.is_fast
    assert not slow.is_fast
    assert not other.is_fast
    assert fast.ratio == pytest.approx(0.2, abs=0.05)
    seconds[who == 2] = np.nan
    assert paces(item, who, seconds, 3)[2] is None


def test_the_median_of_the_others_is_that_of_a_plain_loop() -> None:
    rng = np.random.default_rng(3)
    item, who = rng.integers(0, 12, 60), rng.integers(0, 9, 60)
    pairs = sorted({(int(i), int(w)) for i, w in zip(item, who, strict=True)})
    item, who = np.array(pairs).T
    seconds = rng.uniform(1, 9, len(item))
    ratios: dict[int, list[float]] = {}
    for one in range(len(item)):
        others = seconds[(item == item[one]) & (who != who[one])]
        if len(others):
            ratios.setdefault(int(who[one]), []).append(seconds[one] / np.median(others))
    found = paces(item, who, seconds, 9)
    for person, expected in ratios.items():
        pace = found[person]
        assert pace is not None
        assert pace.ratio == pytest.approx(float(np.median(expected)))
    assert paces(item[:0], who[:0], seconds[:0], 2) == [None, None]


def test_who_takes_the_first_label_too_often_is_told() -> None:
    rows = [(n, who, n % 2) for n in range(100) for who in ("Ada", "Bo", "Cy")]
    rows += [(n, "Di", n % 2 if n % 3 else 0) for n in range(100)]
    crowd = collect_crowd(rows, [0, 1])
    found = leanings(crowd, others_belief(crowd, dawid_skene(crowd)))
    assert [one is not None and one.is_marked for one in found] == [False, False, False, True]
    assert found[3] is not None
    assert (found[3].label, found[3].given) == (0, 67)


def test_a_change_over_time_is_dated_and_chance_is_not() -> None:
    rng = np.random.default_rng(0)
    tired = drift_of(np.r_[rng.random(150) < 0.95, rng.random(100) < 0.6].astype(float))
    assert tired is not None
    assert tired.is_marked
    assert tired.change is not None
    assert 135 <= tired.change <= 165
    assert tired.before > 0.9 > 0.75 > tired.after
    steady = [drift_of((rng.random(200) < 0.8).astype(float)) for _ in range(200)]
    assert sum(one is not None and one.is_marked for one in steady) <= 1
    assert drift_of(np.ones(39)) is None
    perfect = drift_of(np.ones(100))
    assert perfect is not None
    assert perfect.change is None
    assert not perfect.is_marked


def test_one_person_alone_gives_no_skill_and_no_number_that_is_none() -> None:
    crowd = collect_crowd([(n, "Ada", n % 2) for n in range(30)])
    told = dawid_skene(crowd)
    [alone] = skills(crowd, told)
    assert (alone.accuracy, alone.answers) == (None, 0)
    assert leanings(crowd, others_belief(crowd, told)) == [None]
    assert shared_mistakes(crowd, told.winner) == []


def test_chances_are_those_of_the_tables() -> None:
    assert poisson_tail(10, 3.0) == pytest.approx(0.00110249, rel=1e-4)
    assert poisson_tail(2, 3.0) == pytest.approx(0.80085, rel=1e-4)
    assert even_tail(8, 10) == pytest.approx(56 / 1024)
    assert as_unlikely(8, {2: 10}) == pytest.approx(2 * 56 / 1024)
    assert bridge_tail(1.63) == pytest.approx(0.01, abs=0.0005)


def test_whoever_picks_what_is_shown_first_is_told_from_whoever_reads() -> None:
    shown = ["a b" if number % 2 else "b a" for number in range(40)]
    hasty = position_of([(one[0], one) for one in shown[:30]] + [("tie", "a b")])
    assert hasty is not None
    assert (hasty.first, hasty.choices) == (30, 30)  # a tie is no pick
    assert hasty.p == pytest.approx(2 / 2**30)
    assert hasty.is_marked
    reads = position_of([("a", one) for one in shown])
    assert reads is not None
    assert (reads.share, reads.is_marked) == (0.5, False)
    assert reads.p == pytest.approx(1)
    last = position_of([(one[-1], one) for one in shown])
    assert last is not None
    assert last.is_marked
    assert last.share == 0
    few = position_of([(one[0], one) for one in shown[:12]])
    assert few is not None
    assert few.p < 0.001
    assert not few.is_marked
    sixty = position_of([("a", "a b")] * 60 + [("b", "a b")] * 40)
    assert sixty is not None
    assert sixty.p == pytest.approx(0.0569, abs=1e-4)  # R: binom.test(60, 100)
    assert position_of([("both_bad", "a b")]) is None


def test_of_many_candidates_the_first_is_expected_less_often() -> None:
    reads = position_of([("abcd"[number % 4], "a b c d") for number in range(80)])
    assert reads is not None
    assert (reads.expected, reads.share, reads.is_marked) == (0.25, 0.25, False)
    assert reads.p == pytest.approx(1)
    half = position_of([("a" if number % 2 else "c", "a b c d") for number in range(80)])
    assert half is not None
    assert half.is_marked  # of two it would be none
    tied = position_of([("a = b", "a b c")] * 30)
    assert tied is None


@pytest.mark.parametrize("count", [0, 3, 7, 12])
def test_a_count_is_as_unlikely_as_counting_every_outcome_says(count: int) -> None:
    chances = [0.5] * 7 + [0.25] * 3 + [1 / 3] * 2
    likely = [0.0] * (len(chances) + 1)
    for outcome in itertools.product((True, False), repeat=len(chances)):
        met = [p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True)]
        likely[sum(outcome)] += math.prod(met)
    expected = sum(one for one in likely if one <= likely[count] * (1 + 1e-7))
    assert as_unlikely(count, {2: 7, 4: 3, 3: 2}) == pytest.approx(expected)
