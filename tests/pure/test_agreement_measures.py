"""Weighted kappa, pi, AC1/AC2, ICC, Kendall, error rates, unitising alpha: published values."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau  # type: ignore[import-untyped]
from sklearn.metrics import cohen_kappa_score

from annotate.pure.agreement.answers import collect_answers
from annotate.pure.agreement.distances import label_distances
from annotate.pure.agreement.gwet import gwet_ac
from annotate.pure.agreement.intraclass import Form, bland_altman, intraclass
from annotate.pure.agreement.kappa import cohen_kappa
from annotate.pure.agreement.rankings import kendall_tau_of, kendall_w_of, ranking_agreement
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    NO_PLACES,
    NO_WORDS,
    NOT_CROSSED,
    NOT_TWO,
    ONE_ITEM,
    ONE_LABEL,
    ONE_VALUE,
)
from annotate.pure.agreement.transcripts import compare_texts, edits_between, error_rate
from annotate.pure.agreement.two_people import scott_pi, weighted_kappa
from annotate.pure.agreement.unitising import Continuum, alpha_of_units
from tests.pure.test_agreement import FOUR_OBSERVERS, rows_of

# Cohen (1960), table 2, and the distances of Cohen (1968), table 1.
JUDGES = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
COHENS_DISTANCES = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
# Shrout & Fleiss (1979), table 1: four judges, six targets.
TARGETS = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
TARGET_ROWS = [
    (target, judge, float(value))
    for target, values in enumerate(TARGETS)
    for judge, value in enumerate(values)
]


def two_judges(table: list[list[int]]) -> list[tuple[int, int, int]]:
    n = range(len(table))
    pairs = [(a, b) for a in n for b in n for _ in range(table[a][b])]
    return [(item, judge, pair[judge]) for item, pair in enumerate(pairs) for judge in (0, 1)]


def test_weighted_kappa_of_cohens_judges() -> None:
    answers = collect_answers(two_judges(JUDGES))
    assert cohen_kappa(answers).value == pytest.approx(0.492, abs=5e-4)
    found = weighted_kappa(answers, COHENS_DISTANCES)
    assert found.value == pytest.approx(0.348, abs=5e-4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.348 < found.high
    assert (found.n_items, found.n_answers) == (200, 400)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30))
def test_weighted_kappa_is_that_of_scikit_learn_and_pi_is_below(
    pairs: list[tuple[int, int]],
) -> None:
    rows = [(n, judge, pair[judge]) for n, pair in enumerate(pairs) for judge in (0, 1)]
    answers = collect_answers(rows, [0, 1, 2, 3])
    first, second = zip(*pairs, strict=True)
    for weighting in ("linear", "quadratic"):
        found = weighted_kappa(answers, weighting).value
        if len({*first, *second}) == 1:
            assert found is None
        else:
            expected = cohen_kappa_score(first, second, labels=[0, 1, 2, 3], weights=weighting)
            assert found == pytest.approx(expected, abs=1e-9)
    pi, kappa = scott_pi(answers).value, cohen_kappa(answers).value
    assert pi is None or (kappa is not None and pi <= kappa + 1e-12)


def test_pi_pools_what_both_say() -> None:
    # Half of the items agree on "a", a quarter on "b": 0.75 against 0.625**2 + 0.375**2.
    rows = [
        (n, who, label)
        for n, pair in enumerate(["aa", "aa", "bb", "ab"])
        for who, label in enumerate(pair)
    ]
    chance = 0.625**2 + 0.375**2
    assert scott_pi(collect_answers(rows)).value == pytest.approx((0.75 - chance) / (1 - chance))


def test_ac1_of_krippendorffs_four_observers() -> None:
    answers = collect_answers(rows_of(FOUR_OBSERVERS))
    found = gwet_ac(answers)
    assert found.value == pytest.approx(0.775, abs=5e-4)
    assert (found.n_items, found.n_answers) == (11, 40)


def ac2_by_hand(rows: list[tuple[Any, Any, int]], alike: np.ndarray) -> float:
    """Gwet's formula pair by pair, as it is written down."""
    items: dict[Any, list[int]] = {}
    for item, _who, label in rows:
        items.setdefault(item, []).append(label)
    shared = [labels for labels in items.values() if len(labels) > 1]
    observed = np.mean([np.mean([alike[p] for p in combinations(x, 2)]) for x in shared])
    common = np.mean([np.bincount(x, minlength=len(alike)) / len(x) for x in items.values()], 0)
    chance = alike.sum() / (len(alike) * (len(alike) - 1)) * (common * (1 - common)).sum()
    return float((observed - chance) / (1 - chance))


def test_ac2_counts_how_far_labels_lie_apart() -> None:
    rows = [(item, who, label - 1) for item, who, label in rows_of(FOUR_OBSERVERS)]
    for weighting in ("linear", "quadratic"):
        apart = label_distances([0, 1, 2, 3, 4], weighting)
        expected = ac2_by_hand(rows, 1 - apart / apart.max())
        found = gwet_ac(collect_answers(rows), weighting)
        assert found.value == pytest.approx(expected, abs=1e-12)
        assert found.value is not None
        assert found.value > 0.85


def test_ac1_holds_where_kappa_falls_to_nothing() -> None:
    rows = two_judges([[118, 5], [2, 0]])  # Gwet (2008), table 6
    answers = collect_answers(rows)
    assert cohen_kappa(answers).value == pytest.approx(-0.0234, abs=5e-4)
    assert gwet_ac(answers).value == pytest.approx(0.9408, abs=5e-4)


@pytest.mark.parametrize(
    ("form", "published"),
    [("1,1", 0.17), ("2,1", 0.29), ("3,1", 0.71), ("1,k", 0.44), ("2,k", 0.62), ("3,k", 0.91)],
)
def test_icc_of_shrout_and_fleiss(form: Form, published: float) -> None:
    found = intraclass(TARGET_ROWS, form)
    assert found.value == pytest.approx(published, abs=5e-3)
    assert (found.n_items, found.n_answers) == (6, 24)


def test_icc_leaves_out_what_not_all_answered_and_says_so_where_nothing_is_left() -> None:
    more = [*TARGET_ROWS, (6, 0, 1.0), (6, 1, 9.0)]
    assert intraclass(more, "2,1").value == pytest.approx(intraclass(TARGET_ROWS, "2,1").value)
    assert intraclass(more, "1,1").n_items == 7
    apart = [(n, who, float(n)) for n in range(4) for who in (n, n + 1)]
    assert intraclass(apart, "2,1").reason_undefined == NOT_CROSSED
    assert intraclass(apart, "1,1").value == pytest.approx(1.0)
    assert intraclass([("a", 0, 1.0), ("a", 1, 2.0)], "1,1").reason_undefined == ONE_ITEM
    same = [(n, who, 3.0) for n in range(4) for who in (0, 1)]
    assert {intraclass(same, form).reason_undefined for form in ("1,1", "2,1")} == {ONE_VALUE}
    assert intraclass([("a", 0, 1.0), ("b", 1, 1.0)], "2,1").reason_undefined == NO_OVERLAP


def test_limits_of_agreement() -> None:
    found = bland_altman([10, 12, 15, 11], [9, 12, 13, 12])
    apart = np.array([1, 0, 2, -1])
    assert found.bias.value == pytest.approx(0.5)
    assert found.low == pytest.approx(0.5 - 1.96 * apart.std(ddof=1))
    assert found.high == pytest.approx(0.5 + 1.96 * apart.std(ddof=1))
    assert bland_altman([], []).bias.reason_undefined == NO_OVERLAP


def groups_of(ranks: tuple[int, ...]) -> list[list[int]]:
    return [[n for n, rank in enumerate(ranks) if rank == one] for one in sorted(set(ranks))]


ranks = st.tuples(*[st.integers(0, 3)] * 5)


@given(ranks, ranks)
def test_tau_is_that_of_scipy(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    found = kendall_tau_of(groups_of(first), groups_of(second))
    expected = kendalltau(first, second).statistic
    assert found == (None if np.isnan(expected) else pytest.approx(expected, abs=1e-12))


def test_w_of_three_judges() -> None:
    # Siegel & Castellan (1988), table 9.8: three executives rank six applicants.
    judges = [(1, 6, 3, 2, 5, 4), (1, 5, 6, 4, 2, 3), (6, 3, 2, 5, 4, 1)]
    assert kendall_w_of([groups_of(one) for one in judges]) == pytest.approx(0.162, abs=1e-3)
    assert kendall_w_of([groups_of((1, 1, 1))] * 2) is None
    # With one order and equals in it W is 1 all the same.
    assert kendall_w_of([groups_of((1, 1, 2))] * 3) == pytest.approx(1.0)
    assert ranking_agreement([[groups_of((1, 1))] * 2])[0].reason_undefined == ONE_VALUE
    assert ranking_agreement([[groups_of((1, 2))]])[0].reason_undefined == NO_OVERLAP


def edits_by_recursion(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for n, one in enumerate(first, 1):
        new = [n]
        for column, other in enumerate(second, 1):
            new.append(min(row[column] + 1, new[-1] + 1, row[column - 1] + (one != other)))
        row = new
    return row[-1]


@given(st.text("abc", max_size=9), st.text("abc", max_size=9))
def test_edits_are_those_of_the_textbook(first: str, second: str) -> None:
    assert edits_between(first, second) == edits_by_recursion(first, second)


def test_error_rates_of_transcripts() -> None:
    said: dict[Any, str] = {"Ada": "The quick brown fox.", "Bo": "the quick brown dog jumps"}
    assert compare_texts(said["Ada"], said["Bo"]) == (2, 4, 5)
    assert error_rate([said]).value == pytest.approx(2 / 4.5)
    assert error_rate([{"Ada": "café", "Bo": "cafe\u0301"}], "character").value == 0
    assert error_rate([{"Ada": "", "Bo": "..."}]).reason_undefined == NO_WORDS
    assert error_rate([{"Ada": "alone"}]).reason_undefined == NO_OVERLAP
    both = error_rate([said, {"Ada": "one two", "Bo": "one two"}])
    assert both.value == pytest.approx(2 / 6.5)
    assert (both.n_items, both.n_answers) == (2, 4)


def test_unitising_alpha_of_krippendorffs_two_observers() -> None:
    # Krippendorff (2004), p. 254: a continuum from 150 to 450, here from 0.
    first: dict[Any, Any] = {"c": [(75, 145), (220, 250)], "k": [(30, 90), (150, 200)]}
    second: dict[Any, Any] = {"c": [(70, 150), (205, 225), (250, 270)], "k": [(30, 90), (150, 200)]}
    assert alpha_of_units([Continuum(300, [first, second])]).value == pytest.approx(
        0.8591, abs=5e-4
    )
    for label, published in (("c", 0.7286), ("k", 1.0)):
        only: list[Any] = [{label: one[label]} for one in (first, second)]
        found = alpha_of_units([Continuum(300, only)])
        assert found.value == pytest.approx(published, abs=1e-4)
    assert alpha_of_units([Continuum(9, [{}, {}])]).reason_undefined == NO_PLACES
    assert alpha_of_units([Continuum(9, [{}])]).reason_undefined == NO_OVERLAP


def test_two_annotators_are_asked_for_and_one_label_has_no_chance() -> None:
    three = collect_answers([("a", who, "x") for who in range(3)])
    same = collect_answers([(n, who, "x") for n in range(5) for who in (0, 1)])
    for measure in (scott_pi, weighted_kappa):
        assert measure(three).reason_undefined == NOT_TWO
        assert measure(same).reason_undefined == ONE_LABEL
    assert gwet_ac(same).reason_undefined == ONE_LABEL
    assert gwet_ac(collect_answers([("a", 0, "x"), ("b", 1, "y")])).reason_undefined == NO_OVERLAP


def test_distances_that_make_no_sense_are_refused() -> None:
    for wrong in ([[0, 1]], [[0, -1], [1, 0]], [[1, 0], [0, 1]], "cubic"):
        with pytest.raises(ValueError):
            label_distances(["a", "b"], wrong)
