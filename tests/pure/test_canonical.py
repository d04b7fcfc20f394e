"""Canonical bytes, hashes and rounding."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.canonical import (
    CanonicalError,
    canonical_bytes,
    canonical_hash,
    round_coordinate,
    sha256_hex,
)

VECTORS = Path(__file__).parent.parent / "vectors"

numbers = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.integers(-(10**6), 10**6).map(float)
    | st.integers(-(10**9), 10**9).map(lambda n: n / 1000)
)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_the_quick_way_and_the_reference_library_write_the_same_bytes(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(st.dictionaries(st.text("a\ue000\uffff\U0001f600\ud7ff"), st.integers(0, 9)))
def test_keys_past_the_basic_plane_sort_by_utf16_unit(value: dict[str, int]) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(json_values)
def test_canonical_bytes_survive_a_round_trip_through_json(value: Any) -> None:
    data = canonical_bytes(value)
    assert canonical_bytes(json.loads(data)) == data


def test_the_numbers_of_rfc_8785_appendix_b() -> None:
    known = {0.0: "0", 5e-324: "5e-324", 1.7976931348623157e308: None, 1e21: "1e+21"}
    known |= {9007199254740992.0: "9007199254740992", 295147905179352830000.0: None}
    known |= {1e23: "1e+23", 0.000001: "0.000001", 333333333.3333332: "333333333.3333332"}
    for number, text in known.items():
        assert canonical_bytes([number]).decode() == f"[{text or rfc8785.dumps(number).decode()}]"


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        [math.inf],
        {"a": -math.inf},
        "\ud800",
        {"\udfff": 1},
        2**53 + 1,
        10**400,
        {1: 2},
        object(),
    ],
)
def test_what_is_not_json_has_no_canonical_form(value: object) -> None:
    with pytest.raises(CanonicalError):
        canonical_bytes(value)


def test_a_value_nested_without_end_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(CanonicalError):
        canonical_bytes(deep)


def test_negative_zero_is_written_as_zero() -> None:
    assert canonical_bytes([-0.0, {"x": -0.0}]) == b'[0,{"x":0}]'


def test_canonical_vectors_hold() -> None:
    for case in json.loads((VECTORS / "canonical.json").read_text("utf-8"))["canonical"]:
        assert canonical_bytes(case["value"]).hex() == case["bytes_hex"], case["name"]
        assert sha256_hex(bytes.fromhex(case["bytes_hex"])) == case["sha256"], case["name"]


def test_rounding_vectors_hold() -> None:
    for given_value, expected in json.loads((VECTORS / "rounding.json").read_text())["rounding"]:
        assert round_coordinate(given_value) == expected


@given(st.floats(-1e9, 1e9))
def test_rounding_twice_changes_nothing_and_moves_at_most_half_a_step(value: float) -> None:
    once = round_coordinate(value)
    assert round_coordinate(once) == once
    assert abs(once - value) <= 0.0005 + abs(value) * 1e-15


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e10])
def test_a_coordinate_must_be_finite_and_not_huge(value: float) -> None:
    with pytest.raises(ValueError, match="not a coordinate"):
        round_coordinate(value)


def test_a_whole_coordinate_is_an_int_so_that_it_is_written_without_a_point() -> None:
    assert isinstance(round_coordinate(12.0), int)
    assert canonical_hash({"x": round_coordinate(12.0004)}) == canonical_hash({"x": 12})
