"""Intervals: known values, coverage by simulation, and the bootstrap against the plain one."""

import numpy as np
import pytest
from scipy.stats import binomtest  # type: ignore[import-untyped]
from sklearn.metrics import accuracy_score, f1_score

from training.pure.intervals import (
    difference_of_shares,
    estimate,
    f1_interval,
    resample_tallies,
    wilson,
)
from training.pure.metrics import accuracy, confusion_matrix, f1, macro_f1, tally


def answers(n: int, n_labels: int, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random truth, and answers of which about `share` are right."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(n_labels, size=n)
    return truth, np.where(chance.random(n) < share, truth, chance.integers(n_labels, size=n))


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (5, 10), (10, 10), (873, 900)])
def test_wilson_equals_that_of_scipy(k: int, n: int) -> None:
    expected = binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert [float(x) for x in wilson(k, n)] == pytest.approx([expected.low, expected.high])


def test_wilson_of_nothing_is_undefined() -> None:
    low, high = wilson([0, 1], [0, 1])
    assert np.isnan([low[0], high[0]]).all()
    assert not np.isnan([low[1], high[1]]).any()


@pytest.mark.parametrize("n", [15, 40, 200])
def test_the_interval_of_f1_holds_its_promise_where_a_bootstrap_would_not(n: int) -> None:
    chance = np.random.default_rng(n)
    cells = np.array([[0.28, 0.02], [0.03, 0.67]])  # label 0: F1 = 0.56 / 0.61
    drawn = chance.multinomial(n, cells.ravel(), size=4000).reshape(-1, 2, 2)
    low, high = f1_interval(tally(drawn))
    real = 0.56 / 0.61
    covered = (low[:, 0] <= real) & (real <= high[:, 0])
    assert covered.mean() >= 0.93


def test_the_interval_of_f1_agrees_with_the_bootstrap_on_many_examples() -> None:
    truth, predicted = answers(5000, 3, 0.8, 1)
    counts = tally(confusion_matrix(truth, predicted, 3))
    drawn = f1(resample_tallies([(truth, predicted)], 3)[0])
    low, high = f1_interval(counts)
    for label in range(3):
        resampled = estimate(f1(counts)[label], drawn[:, label])
        assert (resampled.low, resampled.high) == pytest.approx((low[label], high[label]), abs=0.01)


def test_resampled_cells_are_distributed_as_resampled_examples() -> None:
    truth, predicted = answers(150, 4, 0.7, 2)
    counts = resample_tallies([(truth, predicted)], 4, resamples=2000)[0]
    chance = np.random.default_rng(9)
    plain = np.empty((1000, 2))
    for i in range(len(plain)):
        drawn = chance.integers(150, size=150)
        plain[i] = (
            accuracy_score(truth[drawn], predicted[drawn]),
            f1_score(truth[drawn], predicted[drawn], average="macro"),
        )
    for column, score in enumerate((accuracy, macro_f1)):
        for share in (2.5, 50, 97.5):
            expected = np.percentile(plain[:, column], share)
            assert np.percentile(score(counts), share) == pytest.approx(expected, abs=0.012)


def test_every_resample_has_as_many_examples_as_the_sample() -> None:
    truth, predicted = answers(77, 6, 0.5, 3)
    counts = resample_tallies([(truth, predicted)], 6, resamples=50)[0]
    assert (counts.support.sum(axis=1) == 77).all()
    assert (counts.answered.sum(axis=1) == 77).all()
    assert (counts.right <= np.minimum(counts.support, counts.answered)).all()


def test_pairs_are_resampled_together() -> None:
    truth, predicted = answers(60, 3, 0.6, 4)
    first, second, self_answer = resample_tallies(
        [(truth, predicted), (truth, predicted), (truth, truth)], 3, resamples=20
    )
    assert (first.right == second.right).all()
    assert (first.support == self_answer.right).all()


def test_the_same_seed_draws_the_same_resamples() -> None:
    truth, predicted = answers(60, 3, 0.6, 5)
    once, again, other = (
        macro_f1(resample_tallies([(truth, predicted)], 3, seed=seed)[0]) for seed in (1, 1, 2)
    )
    assert (once == again).all()
    assert (once != other).any()


def test_a_sample_drawn_in_parts_has_all_its_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    truth, predicted = answers(60, 3, 0.6, 6)
    monkeypatch.setattr("training.pure.intervals.CELLS_AT_ONCE", 20)
    counts = resample_tallies([(truth, predicted)], 3, resamples=25)[0]
    assert counts.support.shape == (25, 3)
    assert (counts.support.sum(axis=1) == 60).all()


@pytest.mark.parametrize("pairs", [[([], [])], [([0, 1], [0])]])
def test_resampling_nothing_is_refused(pairs: list[tuple[list[int], list[int]]]) -> None:
    with pytest.raises(ValueError, match="needs examples"):
        resample_tallies(pairs, 2)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [  # Newcombe (1998), table II, method 10
        ((56, 70), (48, 80), (0.2, 0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.6, 0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.5714, 0.0582, 0.8062)),
        ((5, 56), (0, 29), (0.0893, -0.0381, 0.1926)),
        ((0, 10), (0, 20), (0.0, -0.1611, 0.2775)),
        ((10, 10), (0, 20), (1.0, 0.6791, 1.0)),
    ],
)
def test_the_difference_of_shares_is_that_of_the_paper(
    first: tuple[int, int], second: tuple[int, int], expected: tuple[float, ...]
) -> None:
    assert difference_of_shares(first, second) == pytest.approx(expected, abs=5e-5)


def test_a_difference_from_nothing_is_undefined() -> None:
    assert np.isnan(difference_of_shares((0, 0), (3, 4))).all()


def test_undefined_resamples_are_left_out() -> None:
    found = estimate(0.5, np.array([np.nan, 0.4, 0.6]))
    assert tuple(found) == pytest.approx((0.5, 0.405, 0.595))
    assert np.isnan(estimate(0.5, np.array([np.nan])).low)
