"""Rows of a hand-over folder as numbers; shared by the table trainers."""

import json
from typing import Any

import numpy as np
from _handover.folder import Handover, Refused  # type: ignore[import-not-found]
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def read_rows(handover: Handover, split: str) -> NDArray[np.object_]:
    """Return a split's table, (n_examples, n_columns).

    Number columns hold floats and nan for gaps, category columns strings and None for gaps.
    """
    columns = handover.job.get("columns")
    if not columns:
        raise Refused("no-columns", "job.json: columns names no column to learn from.")
    cells = [
        [_read_cell(row.get(column["name"]), column, place) for column in columns]
        for place, row in handover.values(split, "row", dict)
    ]
    return np.array(cells, dtype=object).reshape(len(cells), len(columns))


def _read_cell(value: Any, column: dict[str, str], place: str) -> float | str | None:
    if column["kind"] == "category":
        return value if value is None or isinstance(value, str) else json.dumps(value)
    if value is None:
        return float("nan")
    if not isinstance(value, int | float) or not abs(value) < 1e300:  # nan is not smaller
        raise Refused("bad-value", f"{place}: {column['name']!r} holds {value!r}, not a number.")
    return float(value)


def prepare_columns(handover: Handover) -> ColumnTransformer:
    """Return the untrained step that turns rows into numbers.

    It is a step of the model, so medians, most frequent values, means, spreads and the list
    of categories are learnt from the rows that the model is fitted on, and from no others.
    """
    kinds = [column["kind"] for column in handover.job["columns"]]
    numbers = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )
    # The imputer fills gaps; a category first met when predicting counts as a rare one.
    categories = make_pipeline(
        SimpleImputer(missing_values=None, strategy="most_frequent", keep_empty_features=True),
        OneHotEncoder(
            handle_unknown="infrequent_if_exist", max_categories=handover.params["categories"]
        ),
    )
    return ColumnTransformer(
        [
            ("number", numbers, [i for i, kind in enumerate(kinds) if kind == "number"]),
            ("category", categories, [i for i, kind in enumerate(kinds) if kind == "category"]),
        ]
    )
