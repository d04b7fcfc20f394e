"""Large JSON comes element by element, and where it breaks is told."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.formats import json_stream
from datasets.formats.items import BadItem
from datasets.formats.json_stream import iter_array, iter_members

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab"), inner, max_size=4),
    max_leaves=10,
)
fixture_is_fine = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every element straddle the pieces in which a file is read."""
    monkeypatch.setattr(json_stream, "CHUNK", 3)


@fixture_is_fine
@given(st.lists(values), st.sampled_from([None, 1]))
def test_an_array_gives_what_json_gives(
    tmp_path: Path, small_chunks: None, given_values: list[Any], indent: int | None
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(given_values, indent=indent, ensure_ascii=indent is None))
    assert list(iter_array(path)) == given_values


@fixture_is_fine
@given(st.dictionaries(st.text("abc", min_size=1), values))
def test_an_object_gives_its_members_and_the_elements_of_its_arrays(
    tmp_path: Path, small_chunks: None, given_object: dict[str, Any]
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(given_object))
    expected = [
        pair
        for name, value in given_object.items()
        for pair in ([(name, one) for one in value] if isinstance(value, list) else [(name, value)])
    ]
    assert list(iter_members(path)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[1,]",
        "[1 2]",
        "[1]]",
        "[NaN]",
        "[-Infinity]",
        '["\\ud83d"]',
        "{}",
        "[" * 100_000,
        '["a\nb"]',
    ],
)
def test_a_broken_array_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(BadItem) as caught:
        list(iter_array(path))
    assert caught.value.problem.code == "not-json"


def test_the_place_of_the_break_is_told(tmp_path: Path, small_chunks: None) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"a": 1},   oops]')
    with pytest.raises(BadItem, match="at character 13"):
        list(iter_array(path))


def test_bytes_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'["\xff"]')
    with pytest.raises(BadItem) as caught:
        list(iter_array(path))
    assert caught.value.problem.code == "broken-encoding"


def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", 1 << 14)
    path = tmp_path / "x.json"
    with path.open("w") as file:
        file.write("[0")
        for _ in range(60_000):
            file.write(',{"polygon":[1.25,2.5,3.75,4.0,5.5,6.25],"id":123456}')
        file.write("]")
    tracemalloc.start()
    count = sum(1 for _ in iter_array(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_001
    assert path.stat().st_size > 3_000_000
    assert peak < 500_000
