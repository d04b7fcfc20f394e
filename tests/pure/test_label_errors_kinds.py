"""Doubted boxes, texts and numbers: planted errors come first, what is right is left alone."""

from typing import Any

import numpy as np
import pytest

from annotate.pure.label_errors_kinds import (
    Given,
    Predicted,
    doubt_boxes,
    doubt_numbers,
    doubt_tokens,
)
from datasets.pure.region_types import Box

CELLS = [Box(40 * n, 10, 20, 20) for n in range(5)]
FOUND = [Predicted("red", at, 0.99) for at in CELLS]
GIVEN = [Given("red", at) for at in CELLS]


def test_an_image_that_agrees_with_the_model_is_not_doubted() -> None:
    doubts = doubt_boxes(GIVEN, FOUND)
    assert doubts.overall == pytest.approx(1.0)
    assert doubts.badly_located == pytest.approx(1.0)
    assert doubts.swapped.tolist() == [1.0] * 5


def test_each_planted_error_lowers_its_own_score_and_the_whole() -> None:
    overlooked = doubt_boxes(GIVEN[:-1], FOUND)
    assert overlooked.overlooked == pytest.approx([1, 1, 1, 1, 0.01])
    moved = [*GIVEN[:-1], Given("red", Box(170, 10, 20, 20))]
    located = doubt_boxes(moved, FOUND)
    assert located.badly_located.argmin() == 4
    assert 0.2 < located.badly_located[4] < 0.5
    swapped = doubt_boxes([*GIVEN[:-1], Given("white", CELLS[-1])], FOUND)
    assert swapped.swapped == pytest.approx([1, 1, 1, 1, 0])
    for wrong in (overlooked, located, swapped):
        assert wrong.overall < 0.9


def test_a_model_that_is_not_sure_doubts_nothing() -> None:
    unsure = [one._replace(confidence=0.3) for one in FOUND]
    assert doubt_boxes(GIVEN[:2], unsure).overall == 1.0
    assert doubt_boxes([], []).overall == 1.0


def test_the_order_of_boxes_changes_nothing() -> None:
    given = [*GIVEN[:3], Given("white", CELLS[3])]
    turned = doubt_boxes(given[::-1], FOUND[::-1])
    assert turned.overall == pytest.approx(doubt_boxes(given, FOUND).overall)


def test_the_worst_token_decides_about_a_text() -> None:
    rng = np.random.default_rng(1)
    given = [rng.integers(0, 3, 12) for _text in range(60)]
    told = [np.full((12, 3), 0.05) for _text in given]
    for labels, table in zip(given, told, strict=True):
        table[np.arange(12), labels] = rng.uniform(0.7, 0.9, 12)
    wrong = [labels.copy() for labels in given]
    for text in range(0, 60, 10):
        wrong[text][5] = (wrong[text][5] + 1) % 3
    doubts = doubt_tokens(wrong, told)
    assert sorted(np.argsort(doubts.scores)[:6].tolist()) == list(range(0, 60, 10))
    assert doubts.worst[::10].tolist() == [5] * 6
    empty = doubt_tokens([np.zeros(0, dtype=int)], [np.zeros((0, 3))])
    assert (empty.scores.tolist(), empty.worst.tolist()) == ([1.0], [-1])


def test_planted_numbers_come_first_whatever_the_unit() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(50, 10, 300)
    told = truth + rng.normal(0, 1, 300)
    given = truth.copy()
    given[:15] += 12
    scores = doubt_numbers(given, told)
    assert sorted(np.argsort(scores)[:15].tolist()) == list(range(15))
    assert doubt_numbers(given * 1000, told * 1000) == pytest.approx(scores)
    assert doubt_numbers(truth, truth).tolist() == [1.0] * 300


def test_a_prediction_that_is_known_to_be_vague_speaks_less_against_a_number() -> None:
    scores = doubt_numbers(np.array([5.0, 5.0]), np.array([2.0, 2.0]), np.array([1.0, 9.0]))
    assert scores[0] < 0.1 < 0.5 < scores[1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: doubt_boxes([], [FOUND[0]._replace(confidence=1.5)]), "confidences"),
        (lambda: doubt_tokens([np.array([0])], [np.array([[1.2]])]), "text 0: probabilities"),
        (lambda: doubt_tokens([np.array([3])], [np.array([[1.0]])]), "no column"),
        (lambda: doubt_tokens([np.array([0, 0])], [np.array([[1.0]])]), "do not fit"),
        (lambda: doubt_numbers(np.array([1.0]), np.array([1.0, 2.0])), "do not fit"),
        (lambda: doubt_numbers(np.array([np.nan]), np.array([1.0])), "finite"),
        (lambda: doubt_numbers(np.ones(1), np.ones(1), np.zeros(1)), "above 0"),
    ],
)
def test_bad_input_is_refused_with_its_place(call: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
