"""Entries as rows of a table, with cells that no spreadsheet takes for a formula."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from datasets.formats.base import Entry, WriteOptions, WriteReport
from datasets.formats.labels import SEPARATOR
from datasets.formats.packing import file_name_of
from datasets.formats.truths import lose_opinions, truth_regions
from datasets.pure.problems import gettext_noop

# Spreadsheets take a cell that begins so for a formula; the last four are full-width forms.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
PLACED = ("label", "at", "on", "value", "attributes")
"""What is said of a place in a cell."""
ANSWER_COLUMNS = ("annotator", "created_at", "origin", "reviews")

Cell = str | int | float | bool | None


class CellWriter:
    """Gives the rows of entry after entry; the header comes before the first."""

    def __init__(self, options: WriteOptions, report: WriteReport) -> None:
        self._options = options
        self._report = report
        self._questions: list[str] = [
            q["name"] for q in (options.schema or {}).get("questions", [])
        ]
        self._columns: Sequence[str] | None = None

    def rows(self, entry: Entry) -> Iterator[list[Cell]]:
        """Yield the rows of one entry."""
        if self._columns is None:
            self._columns = self._options.columns or list(entry.row or ())
            yield self._safe(self._header(entry))
        self._lose(entry)
        before = [entry.key, entry.split, entry.group, *self._content(entry), _json(entry.metadata)]
        if self._options.rows == "answers":
            for annotation in entry.annotations:
                after = self._answers(entry, annotation["regions"]["regions"])
                yield self._safe([*before, *_about(annotation), *after])
        else:
            truth = truth_regions(entry, self._options, self._report)
            yield self._safe([*before, *self._answers(entry, truth)])

    def _header(self, entry: Entry) -> list[str]:
        content = ["text"] if entry.text is not None else ["file"]
        if entry.data_type == "conversation":
            content = ["conversation"]
        elif entry.row is not None:
            content = [*(self._columns or ())]
        named = ["key", "split", "group", *content, "metadata"]
        if self._options.rows == "answers":
            return [*named, *ANSWER_COLUMNS, *(f"answer.{name}" for name in self._questions)]
        return [*named, *(f"truth.{name}" for name in self._questions)]

    def _content(self, entry: Entry) -> list[Cell]:
        if entry.text is not None:
            return [entry.text]
        if entry.data_type == "conversation":
            return [_json(entry.row)]
        if entry.row is not None:
            return [entry.row.get(name) for name in self._columns or ()]
        return [file_name_of(entry, entry.file) if entry.file else ""]

    def _answers(self, entry: Entry, regions: Sequence[Mapping[str, Any]]) -> list[Cell]:
        return [
            self._answer(entry, [one for one in regions if one["question"] == name])
            for name in self._questions
        ]

    def _answer(self, entry: Entry, regions: list[Mapping[str, Any]]) -> Cell:
        """Return one answer: a label, labels with bars between them, a value, or JSON."""
        if not regions:
            return ""
        if regions[0]["kind"] != "item":
            placed = [{name: one[name] for name in PLACED if name in one} for one in regions]
            return _json(placed)
        if any(one.get("attributes") for one in regions):
            self._report.lose(
                entry.key,
                "attributes-left-out",
                gettext_noop("Attributes of whole items have no column in CSV."),
            )
        if "value" in regions[0]:
            value: Cell = regions[0]["value"]
            return value
        return SEPARATOR.join(str(one.get("label", "")) for one in regions)

    def _lose(self, entry: Entry) -> None:
        if self._options.rows == "items":
            lose_opinions(entry, self._report)
        if entry.row is not None and not set(entry.row) <= set(self._columns or ()):
            self._report.lose(
                entry.key,
                "columns-left-out",
                gettext_noop("The row has columns that the first rows did not have."),
            )

    def _safe(self, cells: Iterable[Cell]) -> list[Cell]:
        return list(cells) if self._options.raw else [disarm(cell) for cell in cells]


def disarm(cell: Cell) -> Cell:
    """Return a cell that a spreadsheet shows as text; numbers stay numbers.

    Examples
    --------
    >>> disarm("=1+2"), disarm(-3), disarm("a=b")
    ("'=1+2", -3, 'a=b')
    """
    if isinstance(cell, str) and cell.startswith(DANGEROUS):
        return f"'{cell}"
    return cell


def _about(annotation: Mapping[str, Any]) -> list[Cell]:
    reviews = "; ".join(
        f"{review.get('verdict', '')} ({review.get('reviewer', '')})"
        for review in annotation.get("reviews", ())
    )
    said = [annotation.get(name, "") for name in ("annotator", "created_at", "origin")]
    return [*said, reviews]


def _json(value: object) -> str:
    return orjson.dumps(value).decode() if value else ""
