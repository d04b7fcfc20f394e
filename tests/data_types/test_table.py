"""Tables: which columns a dataset has, and a row made to fit them."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.data_types.base import BadFile
from datasets.data_types.table import ColumnGuess, TableType, fit_row, infer_columns

ROWS: list[dict[str, Any]] = [
    {"island": "Torgersen", "bill": 39.1, "mass": 3750, "sex": "MALE"},
    {"island": "Biscoe", "bill": None, "mass": 3800, "sex": None},
    {"island": "Biscoe", "bill": float("nan"), "mass": 3250.5, "sex": "FEMALE", "note": "late"},
]


def test_a_column_is_numbers_if_all_that_is_there_is_a_number() -> None:
    columns = {column["name"]: column for column in infer_columns(ROWS)}
    assert [column["kind"] for column in columns.values()] == [
        "category",
        "number",
        "number",
        "category",
        "category",
    ]
    assert columns["bill"]["missing"] == 2
    assert (columns["mass"]["low"], columns["mass"]["high"]) == (3250.5, 3800)
    assert columns["island"]["categories"] == ["Biscoe", "Torgersen"]
    assert columns["note"]["missing"] == 2


def test_a_row_has_a_value_or_a_gap_for_every_column() -> None:
    columns = infer_columns(ROWS)
    assert fit_row(ROWS[1], columns) == {
        "island": "Biscoe",
        "bill": None,
        "mass": 3800.0,
        "sex": None,
        "note": None,
    }
    assert fit_row({"bill": "39", "sex": 1, "new": 2}, columns)["bill"] is None
    assert fit_row({"bill": "39", "sex": 1, "new": 2}, columns)["sex"] == "1"


def test_one_text_among_numbers_makes_categories_of_all() -> None:
    (column,) = infer_columns([{"x": 1}, {"x": 2.0}, {"x": True}, {"x": "n/a"}])
    assert column["kind"] == "category"
    assert column["categories"] == ["1", "2", "n/a", "true"]


def test_memory_does_not_grow_with_the_number_of_categories() -> None:
    guess = ColumnGuess(keep=10)
    for number in range(1000):
        guess.add({"id": f"r{number}"})
    (column,) = guess.columns()
    assert (column["present"], column["distinct"]) == (1000, 10)


values = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(), st.text(max_size=4)
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), values)))
def test_every_fitted_value_is_a_finite_number_a_text_or_a_gap(rows: list[dict[str, Any]]) -> None:
    columns = infer_columns(rows)
    for row in rows:
        for column in columns:
            value = fit_row(row, columns)[column["name"]]
            if column["kind"] == "number":
                assert value is None or math.isfinite(value)
            else:
                assert value is None or isinstance(value, str)


def test_a_table_file_is_never_an_item() -> None:
    assert TableType().sniff(b"a,b\n1,2\n", "x.csv") is None
    with pytest.raises(BadFile):
        TableType().read(Path("x.csv"), Path(), "0001")
