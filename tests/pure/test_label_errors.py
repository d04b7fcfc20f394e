"""Confident learning: the doubted labels are cleanlab 2.9.0's on the same probabilities."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from annotate.pure.label_errors import doubt_labels, precision_at
from tests.pure.crowds import FindData

# Doubted labels, the sum of their places and the first of them by cleanlab's `find_label_issues`
# (filter_by="confident_learning"); then of those that five people reviewed: wrong, and reviewed.
PUBLISHED = {
    "mnist": (15, 53508, [2597, 947, 9729, 3520, 1681], 7, 15),
    "cifar10": (244, 1095168, [3828, 2405, 6753, 9643, 9039], 48, 227),
    "20news": (55, 189926, [194, 456, 593, 705, 1601], 40, 46),
}


def loaded(real_data: FindData, name: str) -> tuple[Any, Any, dict[int, bool]]:
    """Given labels, probabilities, and whether the majority of reviewers disowned the label."""
    folder = real_data("label_errors")
    given = np.load(folder / f"{name}_test_set_original_labels.npy").astype(int)
    told = np.load(folder / f"{name}_test_set_pyx.npy").astype(np.float64)
    reviewed = json.loads((folder / f"{name}_mturk.json").read_text())
    return given, told, {one["id"]: one["mturk"]["given"] < 3 for one in reviewed}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_same_labels_are_doubted_as_by_its_authors(name: str, real_data: FindData) -> None:
    given, told, wrong = loaded(real_data, name)
    count, places, first, confirmed, reviewed = PUBLISHED[name]
    found = doubt_labels(given, told).ranked().tolist()
    assert (len(found), sum(found)) == (count, places)
    own = told[found, given[found]]
    assert (np.diff(own) >= 0).all()
    assert own[:5].tolist() == sorted(told[first, given[first]].tolist())
    known = [wrong[place] for place in found if place in wrong]
    assert (sum(known), len(known)) == (confirmed, reviewed)


def test_the_joint_counts_what_is_confident() -> None:
    given = np.array([0, 0, 0, 1, 1, 1])
    told = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.1, 0.9], [0.7, 0.3]])
    found = doubt_labels(given, told)
    assert found.joint.tolist() == [[2, 1], [1, 2]]
    assert found.ranked().tolist() == [2, 5]
    assert found.margin[2] == pytest.approx(0.1)


def test_where_several_labels_are_confident_the_likeliest_counts() -> None:
    given = np.array([0, 1, 2, 2])
    told = np.array([[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.4, 0.45, 0.15], [0.3, 0.3, 0.4]])
    found = doubt_labels(given, told)
    assert found.joint.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert found.ranked().tolist() == [2]


def test_odd_input_is_defined_or_refused() -> None:
    assert doubt_labels(np.zeros(0, dtype=int), np.zeros((0, 3))).ranked().tolist() == []
    alone = doubt_labels(np.array([0, 0]), np.array([[1.0], [1.0]]))
    assert alone.ranked().tolist() == []
    assert np.isfinite(alone.margin).all()
    for given, told in (([0], [[np.nan, 1.0]]), ([2], [[0.5, 0.5]]), ([0, 1], [[0.5, 0.5]])):
        with pytest.raises(ValueError, match=r"0 to 1|no column|do not fit"):
            doubt_labels(np.array(given), np.array(told))


def test_precision_counts_only_what_people_looked_at() -> None:
    told = precision_at([True, None, False, True], (1, 3, 10))
    assert [(one.k, one.wrong, one.looked_at) for one in told] == [(1, 1, 1), (3, 1, 2), (4, 2, 3)]
    [nobody] = precision_at([None, None], (10,))
    assert nobody.value is None
    assert precision_at([], (10,)) == []
