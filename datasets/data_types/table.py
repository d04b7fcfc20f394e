"""Tables: a row is the item, its values are numbers, texts or gaps (None)."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from datasets.data_types.base import ALLOWED, Allowed, BadFile, Facts
from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds import kinds_on

MAX_COLUMNS = 2000
SHOWN_CATEGORIES = 50

Row = Mapping[str, Any]


class Column(TypedDict):
    """One column of a dataset, as its rows show it.

    `kind` is "number" when every value that is there is a number, otherwise "category".
    `categories` are the values by how often they occur, at most 50; `distinct` counts all.
    """

    name: str
    kind: str
    present: int
    missing: int
    distinct: int
    categories: list[str]
    low: float | None
    high: float | None


class TableType:
    """Rows of numbers and categories; they come through a format, never as files of their own."""

    name = "table"
    region_kinds = kinds_on("table")
    media_types: dict[str, str] = {}
    cpu_seconds = 20.0

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return None: a table file holds many items, and formats read it."""
        return None

    def read(
        self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED, filename: str = ""
    ) -> Facts:
        """Refuse the file."""
        raise BadFile(
            "table-file",
            gettext_noop("A table is imported as CSV or JSONL, one item a row, not as a file."),
        )


class ColumnGuess:
    """Learns the columns of a dataset row by row, in memory that does not grow with the rows."""

    def __init__(self, *, keep: int = 1000) -> None:
        self._columns: dict[str, _Tally] = {}
        self._rows = 0
        self._keep = keep

    def add(self, row: Row) -> None:
        """Take one more row into account."""
        for name, value in row.items():
            tally = self._columns.get(name)
            if tally is None:
                tally = self._columns[name] = _Tally(self._keep)
            tally.add(value)
        self._rows += 1

    def columns(self) -> list[Column]:
        """Return what is known so far, in the order in which the columns first came."""
        return [tally.column(name, self._rows) for name, tally in self._columns.items()]


def infer_columns(rows: Iterable[Row]) -> list[Column]:
    """Return the columns of some rows, in the order in which they first came.

    Examples
    --------
    >>> infer_columns([{"age": 3, "sex": "f"}, {"age": None, "sex": "m"}])[0]["kind"]
    'number'
    """
    guess = ColumnGuess()
    for row in rows:
        guess.add(row)
    return guess.columns()


def fit_row(row: Row, columns: Iterable[Column]) -> dict[str, Any]:
    """Return a value for every column: a float, a text, or None for a gap.

    What is missing, NaN, or text in a column of numbers becomes None.

    Examples
    --------
    >>> fit_row({"age": 3}, infer_columns([{"age": 3, "sex": "f"}]))
    {'age': 3.0, 'sex': None}
    """
    return {
        column["name"]: as_number(row.get(column["name"]))
        if column["kind"] == "number"
        else as_category(row.get(column["name"]))
        for column in columns
    }


def as_number(value: Any) -> float | None:
    """Return the value as a float, or None if it is not a finite number.

    Examples
    --------
    >>> as_number(2), as_number(True), as_number("2"), as_number(float("nan"))
    (2.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def as_category(value: Any) -> str | None:
    """Return the value as the name of a category, or None for a gap.

    Examples
    --------
    >>> as_category("x"), as_category(3.0), as_category(3), as_category(True), as_category(None)
    ('x', '3', '3', 'true', None)
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class _Tally:
    """What one column has shown so far."""

    def __init__(self, keep: int) -> None:
        self.keep = keep
        self.present = 0
        self.only_numbers = True
        self.low = math.inf
        self.high = -math.inf
        self.counts: dict[str, int] = {}

    def add(self, value: Any) -> None:
        category = as_category(value)
        if category is None:
            return
        self.present += 1
        number = as_number(value)
        if number is None:
            self.only_numbers = False
        else:
            self.low, self.high = min(self.low, number), max(self.high, number)
        if category in self.counts or len(self.counts) < self.keep:
            self.counts[category] = self.counts.get(category, 0) + 1

    def column(self, name: str, rows: int) -> Column:
        is_number = self.only_numbers and self.present > 0
        by_count = sorted(self.counts, key=lambda category: (-self.counts[category], category))
        return Column(
            name=name,
            kind="number" if is_number else "category",
            present=self.present,
            missing=rows - self.present,
            distinct=len(self.counts),
            categories=[] if is_number else by_count[:SHOWN_CATEGORIES],
            low=self.low if is_number else None,
            high=self.high if is_number else None,
        )
