"""Agreement of class answers: published values, reference libraries, invariants."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import combinations
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from annotate.pure.agreement.alpha import Level, krippendorff_alpha
from annotate.pure.agreement.answers import collect_answers, find_patterns
from annotate.pure.agreement.kappa import cohen_kappa, fleiss_kappa, percent_agreement
from annotate.pure.agreement.results import (
    NO_OVERLAP,
    NOT_TWO,
    ONE_LABEL,
    REASONS,
    Agreement,
)

Row = tuple[Any, Any, Any]
MEASURES: list[Callable[..., Agreement]] = [percent_agreement, fleiss_kappa, krippendorff_alpha]

# Krippendorff (2011), section C: four observers, twelve units, missing values.
FOUR_OBSERVERS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
# Fleiss (1971), table 1: six psychiatrists on each of thirty patients, five diagnoses.
DIAGNOSES = [
    *("00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006"),
    *("10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203"),
    *("00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006"),
]


def rows_of(grid: list[str]) -> list[Row]:
    return [
        (unit, observer, int(value))
        for observer, line in enumerate(grid)
        for unit, value in enumerate(line)
        if value != "."
    ]


def rows_of_counts(table: list[str]) -> list[Row]:
    return [
        (item, annotator, label)
        for item, counts in enumerate(table)
        for annotator, label in enumerate(
            label for label, count in enumerate(counts) for _ in range(int(count))
        )
    ]


@st.composite
def answer_rows(draw: st.DrawFn, annotators: int = 4, labels: int = 4) -> list[Row]:
    """At least one item with two answers."""
    cells = st.lists(
        st.lists(st.integers(0, labels), min_size=annotators, max_size=annotators), max_size=12
    )
    grid = [*draw(cells), [1, *draw(st.lists(st.integers(1, labels), min_size=3, max_size=3))]]
    return [
        (item, f"p{annotator}", label)
        for item, line in enumerate(grid)
        for annotator, label in enumerate(line[:annotators])
        if label
    ]


def reference_alpha(rows: list[Row], level: Level) -> float | None:
    items, people = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    table = np.full((len(people), len(items)), np.nan)
    for item, person, label in rows:
        table[people.index(person), items.index(item)] = label
    sizes = (~np.isnan(table)).sum(axis=0)
    shared = table[:, sizes >= 2]
    if len(np.unique(shared[~np.isnan(shared)])) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement=level))


@pytest.mark.parametrize(
    ("level", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_krippendorffs_four_observers(level: Level, published: float) -> None:
    answers = collect_answers(rows_of(FOUR_OBSERVERS))
    found = krippendorff_alpha(answers, level)
    assert found.value == pytest.approx(published, abs=5e-4)
    assert (found.n_items, found.n_answers) == (11, 40)


def test_kappa_of_fleiss_psychiatrists() -> None:
    found = fleiss_kappa(collect_answers(rows_of_counts(DIAGNOSES)))
    assert found.value == pytest.approx(0.430, abs=5e-4)
    percent = percent_agreement(collect_answers(rows_of_counts(DIAGNOSES))).value
    assert percent == pytest.approx(0.556, abs=5e-4)


def test_kappa_of_cohens_two_judges() -> None:
    table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]  # Cohen (1960), table 2
    pairs = [(a, b) for a in range(3) for b in range(3) for _ in range(table[a][b])]
    rows = [(n, judge, pair[judge]) for n, pair in enumerate(pairs) for judge in (0, 1)]
    found = cohen_kappa(collect_answers(rows))
    assert found.value == pytest.approx(0.492, abs=5e-4)
    assert (found.n_items, found.n_answers) == (200, 400)


@given(answer_rows(), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_is_that_of_the_reference_package(rows: list[Row], level: Level) -> None:
    # The package ranks and scales the labels that occur in the table, so must we.
    found = krippendorff_alpha(collect_answers(rows), level).value
    expected = reference_alpha(rows, level)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(answer_rows(annotators=2))
def test_cohens_kappa_is_that_of_scikit_learn(rows: list[Row]) -> None:
    given_labels = {(item, person): label for item, person, label in rows}
    shared = [
        item for item, person in given_labels if person == "p0" and (item, "p1") in given_labels
    ]
    first = [given_labels[item, "p0"] for item in shared]
    second = [given_labels[item, "p1"] for item in shared]
    found = cohen_kappa(collect_answers(rows)).value
    if len({*first, *second}) == 1:
        assert found is None
    else:
        assert found == pytest.approx(cohen_kappa_score(first, second), abs=1e-9)


@given(answer_rows())
def test_percent_agreement_is_the_mean_over_items_of_equal_pairs(rows: list[Row]) -> None:
    items: dict[Any, list[Any]] = {}
    for item, _, label in rows:
        items.setdefault(item, []).append(label)
    shares = [
        np.mean([a == b for a, b in combinations(labels, 2)])
        for labels in items.values()
        if len(labels) > 1
    ]
    found = percent_agreement(collect_answers(rows)).value
    assert found == pytest.approx(float(np.mean(shares)))


@given(answer_rows(), st.randoms())
def test_neither_order_nor_names_nor_single_answers_matter(
    rows: list[Row], chance: random.Random
) -> None:
    renamed = [(f"item {item}", f"other {person}", label) for item, person, label in rows]
    renamed.append(("alone", "other p0", 2))
    chance.shuffle(renamed)
    for measure in MEASURES:
        before = measure(collect_answers(rows, range(9))).value
        after = measure(collect_answers(renamed, range(9))).value
        assert after == (None if before is None else pytest.approx(before, abs=1e-9))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("items", [4, 30, 300])
def test_full_agreement_of_few_items_does_not_claim_to_be_sure(measure: Any, items: int) -> None:
    rows = [(item, person, item % 3) for item in range(items) for person in "ab"]
    found = measure(collect_answers(rows))
    assert found.value == pytest.approx(1)
    if measure is not percent_agreement:
        assert (found.low, found.high) == (None, None)
        return
    # R: binom.test(items, items)$conf.int
    exact = {4: 0.3976354, 30: 0.8842967, 300: 0.9877791}[items]
    assert (found.low, found.high) == (pytest.approx(exact), pytest.approx(1))


def test_answers_by_chance_give_about_zero() -> None:
    draw = np.random.default_rng(5)
    rows = [(n, who, int(draw.integers(4))) for n in range(3000) for who in "abc"]
    answers = collect_answers(rows)
    for measure in MEASURES[1:]:
        found = measure(answers)
        assert found.low is not None
        assert found.high is not None
        assert found.low < 0.02
        assert found.high > -0.02
        assert found.high - found.low < 0.06


def test_the_same_seed_gives_the_same_interval_and_it_holds_the_value() -> None:
    answers = collect_answers(rows_of_counts(DIAGNOSES))
    found = fleiss_kappa(answers, seed=3)
    assert found == fleiss_kappa(answers, seed=3)
    assert found != fleiss_kappa(answers, seed=4)
    assert found.low < found.value < found.high  # type: ignore[operator]
    # A bootstrap over the 30 patients, drawn one by one, ends in the same place.
    table = np.array([[int(c) for c in line] for line in DIAGNOSES])
    draw = np.random.default_rng(1)
    values = []
    for _ in range(2000):
        sample = table[draw.integers(30, size=30)]
        alike = ((sample**2).sum(axis=1) - 6) / 30
        chance = ((sample.sum(axis=0) / 180) ** 2).sum()
        values.append((alike.mean() - chance) / (1 - chance))
    assert np.percentile(values, [2.5, 97.5]) == pytest.approx((found.low, found.high), abs=0.02)


def test_what_has_no_value_says_why() -> None:
    alone = collect_answers([("i1", "a", 1), ("i2", "b", 2)])
    same = collect_answers([(n, who, "x") for n in range(4) for who in "ab"])
    three = collect_answers([("i1", who, "x") for who in "abc"])
    for measure in MEASURES:
        assert measure(alone).reason_undefined == NO_OVERLAP
    assert cohen_kappa(alone).reason_undefined == NO_OVERLAP
    assert cohen_kappa(three).reason_undefined == NOT_TWO
    assert percent_agreement(same).value == 1
    for measure in [*MEASURES[1:], cohen_kappa]:
        assert measure(same).reason_undefined == ONE_LABEL
        assert measure(same).reason_undefined in REASONS
    assert krippendorff_alpha(collect_answers([])).reason_undefined == NO_OVERLAP


def test_one_item_has_a_value_but_no_interval() -> None:
    found = percent_agreement(collect_answers([("i", "a", 1), ("i", "b", 2)]))
    assert (found.value, found.low, found.high) == (0.0, None, None)


def test_large_numbers_with_small_differences_keep_their_digits() -> None:
    draw = np.random.default_rng(2)
    rows = [(n, who, float(n % 7 + draw.normal(0, 0.1))) for n in range(50) for who in "ab"]
    near = krippendorff_alpha(collect_answers(rows), "interval").value
    far = [(item, who, label + 1e9) for item, who, label in rows]
    assert krippendorff_alpha(collect_answers(far), "interval").value == pytest.approx(
        near, abs=1e-6
    )


def test_mistakes_of_the_caller_are_named() -> None:
    with pytest.raises(ValueError, match="'Ada' answered 'i' twice"):
        collect_answers([("i", "Ada", 1), ("j", "Ada", 1), ("i", "Ada", 2)])
    with pytest.raises(ValueError, match="3 is not among the labels"):
        collect_answers([("i", "Ada", 3)], labels=[1, 2])
    words = collect_answers([("i", "a", "x"), ("i", "b", "y")])
    with pytest.raises(ValueError, match="'x' is not a number"):
        krippendorff_alpha(words, "interval")
    below = collect_answers([("i", "a", -1), ("i", "b", 1)])
    with pytest.raises(ValueError, match="0 and more, not -1"):
        krippendorff_alpha(below, "ratio")
    with pytest.raises(ValueError, match="unknown level 'cardinal'"):
        krippendorff_alpha(words, "cardinal")  # type: ignore[arg-type]


def test_items_with_the_same_labels_become_one_pattern() -> None:
    rows = [(n, who, label) for n in range(5) for who, label in zip("abc", "xyx", strict=True)]
    rows += [(9, "a", "y"), (9, "b", "x")]
    patterns = find_patterns(collect_answers(rows))
    assert patterns.weights.tolist() == [1, 5]
    assert patterns.counts().tolist() == [[1, 1], [2, 1]]
    assert (patterns.n_items, patterns.n_answers) == (6, 17)


def test_a_hundred_thousand_answers_boil_down_to_a_few_patterns() -> None:
    labels = np.random.default_rng(1).integers(4, size=(20_000, 5)).tolist()
    rows = [(n, who, label) for n, line in enumerate(labels) for who, label in enumerate(line)]
    answers = collect_answers(rows)
    assert len(find_patterns(answers).weights) == 56  # five of four labels, order aside
    assert krippendorff_alpha(answers).n_answers == 100_000
