"""Equal content and look-alike images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.duplicates import (
    DuplicateGroup,
    difference_hash,
    exact_duplicates,
    hamming_distance,
)


@given(st.dictionaries(st.text(max_size=4), st.sampled_from(["", "1f", "2e", "3d"])), st.randoms())
def test_groups_hold_exactly_the_items_that_share_a_hash(items, chance) -> None:  # type: ignore[no-untyped-def]
    pairs = list(items.items())
    chance.shuffle(pairs)
    expected = []
    for sha in ("1f", "2e", "3d"):
        keys = tuple(sorted(key for key, value in items.items() if value == sha))
        expected += [DuplicateGroup(sha, keys)] if len(keys) > 1 else []
    assert exact_duplicates(pairs) == sorted(expected, key=lambda group: group.keys)


def test_items_without_content_are_not_duplicates_of_each_other() -> None:
    assert exact_duplicates([("a", ""), ("b", "")]) == []


def test_a_scaled_brighter_noisy_copy_is_near_and_another_image_is_far() -> None:
    random = np.random.default_rng(1)
    coarse = random.uniform(0, 200, (8, 9))
    image = np.kron(coarse, np.ones((30, 30)))
    copy = np.kron(coarse, np.ones((17, 23))) * 1.1 + random.normal(0, 5, (136, 207))
    other = np.kron(random.uniform(0, 200, (8, 9)), np.ones((30, 30)))
    assert hamming_distance(difference_hash(image), difference_hash(copy)) <= 3
    assert hamming_distance(difference_hash(image), difference_hash(other)) > 15


def test_a_known_image_has_a_known_hash() -> None:
    image = np.zeros((8, 9))
    image[0, 1] = 1  # brighter than its left neighbour: first bit of the first row
    image[7, 8] = 1  # the last bit of the last row
    assert difference_hash(image) == 1 << 63 | 1


@pytest.mark.parametrize("shape", [(7, 9), (8, 8), (8, 9, 3), (72,)])
def test_what_is_no_grey_image_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="grey image of at least 8 by 9"):
        difference_hash(np.zeros(shape))
