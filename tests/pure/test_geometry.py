"""Overlap of boxes and spans, and one-to-one matching, against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from datasets.pure.geometry import best_assignment, box_iou, match_pairs, span_iou

steps = st.integers(0, 20).map(lambda n: n / 20)
matrices = st.tuples(st.integers(0, 7), st.integers(0, 7), st.randoms()).map(
    lambda t: np.array(
        [[t[2].randint(0, 20) / 20 for _ in range(t[1])] for _ in range(t[0])]
    ).reshape(t[0], t[1])
)


def test_known_overlaps_of_boxes() -> None:
    box = [10, 10, 10, 10]
    others = [box, [15, 10, 10, 10], [20, 10, 5, 5], [12, 12, 5, 4], [0, 0, 100, 100]]
    assert box_iou([box], others)[0] == pytest.approx([1, 50 / 150, 0, 0.2, 0.01])


def test_known_overlaps_of_spans() -> None:
    assert span_iou([[2, 6]], [[2, 6], [6, 9], [4, 8], [3, 5]])[0] == pytest.approx(
        [1, 0, 2 / 6, 0.5]
    )


def test_no_boxes_on_one_side_give_an_empty_table() -> None:
    assert box_iou([], [[0, 0, 1, 1]]).shape == (0, 1)
    assert match_pairs(box_iou([[0, 0, 1, 1]], []), 0.5).shape == (0, 2)


@given(matrices)
def test_the_best_assignment_is_as_good_as_that_of_scipy(gains: NDArray[np.float64]) -> None:
    pairs = best_assignment(gains)
    rows, columns = linear_sum_assignment(gains, maximize=True)
    assert len(pairs) == min(gains.shape)
    assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs)
    assert gains[pairs[:, 0], pairs[:, 1]].sum() == pytest.approx(gains[rows, columns].sum())


@given(matrices, steps)
def test_matching_finds_as_many_pairs_as_possible_in_both_directions(
    scores: NDArray[np.float64], at_least: float
) -> None:
    pairs = match_pairs(scores, at_least)
    usable = (scores >= at_least) & (scores > 0)
    rows, columns = linear_sum_assignment(usable.astype(float), maximize=True)
    assert len(pairs) == usable[rows, columns].sum()
    assert usable[pairs[:, 0], pairs[:, 1]].all()
    assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs)
    assert len(match_pairs(scores.T, at_least)) == len(pairs)


@given(matrices, steps)
def test_among_equal_numbers_of_pairs_the_best_sum_wins(
    scores: NDArray[np.float64], at_least: float
) -> None:
    pairs = match_pairs(scores, at_least)
    usable = (scores >= at_least) & (scores > 0)
    rows, columns = linear_sum_assignment(np.where(usable, scores + 100, 0), maximize=True)
    best = scores[rows, columns][usable[rows, columns]].sum()
    assert scores[pairs[:, 0], pairs[:, 1]].sum() == pytest.approx(best)


def test_a_crowd_of_boxes_is_matched_like_scipy_does() -> None:
    random = np.random.default_rng(3)
    boxes = np.column_stack([random.uniform(0, 60, (80, 2)), random.uniform(20, 30, (80, 2))])
    moved = boxes[random.permutation(80)] + random.normal(0, 3, (80, 4))
    scores = box_iou(boxes, moved)
    rows, columns = linear_sum_assignment(np.where(scores >= 0.3, scores + 81, 0), maximize=True)
    pairs = match_pairs(scores, 0.3)
    expected = scores[rows, columns]
    assert scores[pairs[:, 0], pairs[:, 1]].sum() == pytest.approx(expected[expected >= 0.3].sum())
