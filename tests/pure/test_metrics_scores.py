"""Scores of `training.pure.metrics` against scikit-learn, and what they say at the edges."""

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.pure.metrics import (
    accuracy,
    calibration_bins,
    confusion_matrix,
    error_scores,
    expected_calibration_error,
    f1,
    log_loss,
    macro_f1,
    margins,
    micro_f1,
    precision,
    recall,
    tally,
    weighted_f1,
)

N_LABELS = 5
pairs = st.integers(1, 60).flatmap(
    lambda n: arrays(np.int64, (2, n), elements=st.integers(0, N_LABELS - 1))
)


def draw(n: int, n_labels: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Random truth and probabilities that lean towards it."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(n_labels, size=n)
    raw = chance.random((n, n_labels)) + 0.5 * np.eye(n_labels)[truth]
    return truth, raw / raw.sum(axis=1, keepdims=True)


@given(pairs)
def test_scores_equal_those_of_scikit_learn(pair: np.ndarray) -> None:
    truth, predicted = pair
    confusion = confusion_matrix(truth, predicted, N_LABELS)
    counts = tally(confusion)
    labels = list(range(N_LABELS))
    assert (confusion == reference.confusion_matrix(truth, predicted, labels=labels)).all()
    expected = reference.precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=np.nan
    )
    np.testing.assert_allclose(precision(counts), expected[0])
    np.testing.assert_allclose(recall(counts), expected[1])
    assert (counts.support == expected[3]).all()
    assert accuracy(counts) == pytest.approx(reference.accuracy_score(truth, predicted))
    for average, ours in (("macro", macro_f1), ("micro", micro_f1), ("weighted", weighted_f1)):
        theirs = reference.f1_score(truth, predicted, average=average, zero_division=0)
        assert ours(counts) == pytest.approx(theirs)


@given(pairs)
def test_f1_is_defined_wherever_a_label_occurs(pair: np.ndarray) -> None:
    found = f1(tally(confusion_matrix(pair[0], pair[1], N_LABELS)))
    occurs = np.isin(np.arange(N_LABELS), pair)
    assert (np.isnan(found) == ~occurs).all()
    theirs = reference.f1_score(*pair, labels=range(N_LABELS), average=None, zero_division=0)
    np.testing.assert_allclose(found[occurs], theirs[occurs])


def test_what_has_nothing_to_stand_on_is_undefined_and_not_zero() -> None:
    counts = tally(confusion_matrix([0, 0, 1], [0, 2, 0], 4))
    assert np.isnan(precision(counts)).tolist() == [False, True, False, True]
    assert np.isnan(recall(counts)).tolist() == [False, False, True, True]
    assert f1(counts).tolist()[1:3] == [0.0, 0.0]
    assert macro_f1(counts) == pytest.approx(0.5 / 3)


def test_without_examples_every_mean_is_undefined() -> None:
    counts = tally(confusion_matrix([], [], 3))
    for score in (accuracy, macro_f1, micro_f1, weighted_f1):
        assert np.isnan(score(counts))
    assert np.isnan(log_loss([], np.empty((0, 3))))
    assert np.isnan(expected_calibration_error(calibration_bins([], np.empty((0, 3)))))


def test_many_confusion_matrices_are_scored_in_one_call() -> None:
    many = np.random.default_rng(0).integers(0, 9, size=(20, 4, 4))
    together = macro_f1(tally(many))
    assert together.shape == (20,)
    assert together.tolist() == [float(macro_f1(tally(one))) for one in many]


@pytest.mark.parametrize(
    ("truth", "predicted", "text"),
    [
        ([0, 3], [0, 1], "truth holds 3; there are 3 labels"),
        ([0, 1], [0, -1], "predicted holds -1"),
        ([0, 1], [0], "2 truths and 1 answers"),
    ],
)
def test_numbers_that_are_no_labels_are_refused(
    truth: list[int], predicted: list[int], text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        confusion_matrix(truth, predicted, 3)


def test_log_loss_equals_that_of_scikit_learn() -> None:
    truth, probabilities = draw(200, 4)
    expected = reference.log_loss(truth, probabilities, labels=range(4))
    assert log_loss(truth, probabilities) == pytest.approx(expected)


def test_a_confident_error_costs_much_but_not_infinitely_much() -> None:
    sure = np.array([[1.0, 0.0]])
    assert log_loss([1], sure) == pytest.approx(-np.log(np.finfo(float).eps))
    assert log_loss([0], sure) == pytest.approx(0, abs=1e-12)


def test_calibration_error_equals_its_definition() -> None:
    truth, probabilities = draw(500, 3)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    expected = 0.0
    for i in range(15):
        inside = (confidence > i / 15) & (confidence <= (i + 1) / 15)
        if inside.any():
            gap = abs(confidence[inside].mean() - right[inside].mean())
            expected += inside.mean() * gap
    bins = calibration_bins(truth, probabilities)
    assert expected_calibration_error(bins) == pytest.approx(expected)
    assert sum(part.n for part in bins) == 500
    assert all(part.low < part.confidence <= part.high for part in bins if part.n)


def test_a_model_as_sure_as_it_is_right_has_no_calibration_error() -> None:
    answers = np.array([[0.75, 0.25]] * 4)
    assert expected_calibration_error(calibration_bins([0, 0, 0, 1], answers)) == 0
    certain = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert expected_calibration_error(calibration_bins([0, 1], certain)) == 0


def test_the_label_that_the_model_doubts_most_has_the_greatest_error_score() -> None:
    answers = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.4, 0.35, 0.25]])
    truth = [0, 2, 0]
    assert error_scores(truth, answers).argmax() == margins(truth, answers).argmin() == 1
    assert margins(truth, answers) == pytest.approx([0.5, -0.7, 0.05])
    assert (margins(truth, answers) < 0).tolist() == [False, True, False]
