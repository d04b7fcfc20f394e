"""Comparing models, splits and truths."""

import numpy as np
import pytest
from scipy.stats import binomtest  # type: ignore[import-untyped]
from sklearn.metrics import f1_score

from training.pure.comparison import (
    compare_models,
    mcnemar_exact,
    split_score_change,
    train_validation_gap,
)


def noisy(truth: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Answers of three labels of which about `share` are right."""
    chance = np.random.default_rng(seed)
    wrong = (truth + chance.integers(1, 3, size=len(truth))) % 3
    return np.where(chance.random(len(truth)) < share, truth, wrong)


TRUTH = np.random.default_rng(0).integers(3, size=600)
GOOD, BETTER = noisy(TRUTH, 0.70, 1), noisy(TRUTH, 0.85, 2)


def test_a_better_model_is_told_from_a_worse_one() -> None:
    found = compare_models(TRUTH, GOOD, BETTER, 3)
    assert found.accuracy.value == pytest.approx((BETTER == TRUTH).mean() - (GOOD == TRUTH).mean())
    assert found.macro_f1.value == pytest.approx(
        f1_score(TRUTH, BETTER, average="macro") - f1_score(TRUTH, GOOD, average="macro")
    )
    assert 0 < found.accuracy.low < found.accuracy.value < found.accuracy.high
    assert found.p_value < 0.001


def test_turning_the_models_round_turns_the_sign() -> None:
    one = compare_models(TRUTH, GOOD, BETTER, 3)
    other = compare_models(TRUTH, BETTER, GOOD, 3)
    assert other.accuracy.value == -one.accuracy.value
    assert (other.only_first, other.only_second) == (one.only_second, one.only_first)
    assert other.p_value == one.p_value


def test_a_model_does_not_differ_from_itself() -> None:
    found = compare_models(TRUTH, GOOD, GOOD, 3)
    assert found.accuracy == found.macro_f1 == (0, 0, 0)
    assert (found.only_first, found.only_second, found.p_value) == (0, 0, 1.0)


def test_a_paired_interval_is_narrower_than_two_separate_ones() -> None:
    nearly = GOOD.copy()
    nearly[:12] = TRUTH[:12]
    found = compare_models(TRUTH, GOOD, nearly, 3)
    assert found.accuracy.high - found.accuracy.low < 0.02


@pytest.mark.parametrize("counts", [(0, 0), (0, 1), (3, 3), (1, 9), (40, 61), (1200, 1300)])
def test_mcnemar_equals_the_binomial_test_of_scipy(counts: tuple[int, int]) -> None:
    expected = binomtest(min(counts), sum(counts)).pvalue if sum(counts) else 1.0
    assert mcnemar_exact(*counts) == pytest.approx(expected)
    assert mcnemar_exact(*counts[::-1]) == mcnemar_exact(*counts)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((1000, 1000, 844, 1000), "overfitting"),
        ((1000, 1000, 905, 1000), "none"),  # a sure gap, but a small one
        ((700, 1000, 720, 1000), "none"),
        ((20, 20, 4, 5), "too-few"),
        ((20, 20, 0, 0), "unknown"),
    ],
)
def test_a_gap_is_overfitting_where_it_is_wide_and_sure(
    counts: tuple[int, int, int, int], verdict: str
) -> None:
    assert train_validation_gap(*counts).verdict == verdict


def test_a_change_from_corrected_truths_alone_is_told_as_such() -> None:
    old = TRUTH.copy()
    old[:60] = (old[:60] + 1) % 3  # 60 wrong labels, corrected in TRUTH
    change = split_score_change(
        old_truth=old, new_truth=TRUTH, old_predicted=GOOD, new_predicted=GOOD, n_labels=3
    )["accuracy"]
    assert change.from_model == (0, 0, 0)
    assert change.from_truths.value == pytest.approx((GOOD == TRUTH).mean() - (old == GOOD).mean())
    assert change.from_truths.low > 0
    assert change.total == change.from_truths


def test_a_change_from_the_model_alone_is_told_as_such() -> None:
    change = split_score_change(
        old_truth=TRUTH, new_truth=TRUTH, old_predicted=GOOD, new_predicted=BETTER, n_labels=3
    )["macro_f1"]
    assert change.from_truths == (0, 0, 0)
    assert change.from_model.low > 0
    assert change.before == change.between == pytest.approx(f1_score(TRUTH, GOOD, average="macro"))


def test_the_parts_of_a_change_add_up() -> None:
    old = noisy(TRUTH, 0.95, 5)
    changes = split_score_change(
        old_truth=old, new_truth=TRUTH, old_predicted=GOOD, new_predicted=BETTER, n_labels=3
    )
    for change in changes.values():
        parts = change.from_truths.value + change.from_model.value
        assert parts == pytest.approx(change.total.value) == change.after - change.before


def test_answers_to_other_examples_are_refused() -> None:
    with pytest.raises(ValueError, match="as many answers as truths"):
        compare_models(TRUTH, GOOD, BETTER[:-1], 3)
