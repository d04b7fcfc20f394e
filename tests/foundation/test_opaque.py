"""Ids that leave the house."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import NotFound
from foundation.opaque import decode_id, encode_id, encode_ids
from foundation.pure.opaque import scramble, unscramble

numbers = st.integers(min_value=0, max_value=2**64 - 1)


@given(
    number=numbers, kind=st.sampled_from(["item", "task"]), key=st.binary(min_size=1, max_size=64)
)
def test_every_number_comes_back_from_its_opaque_form(number: int, kind: str, key: bytes) -> None:
    assert unscramble(scramble(number, kind=kind, key=key), kind=kind, key=key) == number


def test_neighbours_share_no_visible_pattern() -> None:
    first, second = encode_id("item", 1), encode_id("item", 2)
    same = sum(a == b for a, b in zip(first[5:], second[5:], strict=True))
    assert same <= 4


def test_the_same_number_of_two_kinds_has_two_ids() -> None:
    assert encode_id("item", 7).split("_")[1] != encode_id("task", 7).split("_")[1]


def test_many_ids_are_those_of_each_and_none_of_them_is_remembered() -> None:
    before = encode_id.cache_info().currsize
    many = encode_ids("annotation", range(900_000, 900_050))
    assert encode_id.cache_info().currsize == before
    assert many == [encode_id("annotation", number) for number in range(900_000, 900_050)]


@pytest.mark.parametrize(
    "text", ["", "17", "item_", "item_17", "task_" + "0" * 13, "item_" + "u" * 13]
)
def test_what_is_not_an_id_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        decode_id("item", text)


def test_an_id_of_another_kind_is_not_found() -> None:
    with pytest.raises(NotFound):
        decode_id("item", encode_id("task", 3))
