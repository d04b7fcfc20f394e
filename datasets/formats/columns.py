"""Rows with named columns made into items: what CSV, TSV and foreign JSONL have in common."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from datasets.formats.base import (
    MAX_KEY,
    MAX_TEXT_BYTES,
    Found,
    Read,
    ReadOptions,
    Record,
    Refused,
)
from datasets.formats.items import BadItem, load_json
from datasets.formats.labels import SEPARATOR, Labeller, split_named
from datasets.formats.lookup import FileIndex, media_type_of
from datasets.pure.canonical import sha256_hex
from datasets.pure.problems import Problem, gettext_noop, shorten

GAPS = frozenset({"", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "None", "<NA>"})
# A number that a float gives back digit for digit: no leading zeros, at most 15 digits.
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
MOST_DIGITS = 15
TYPES = ("choice", "choices", "number", "rating", "text")


class RowReader:
    """Makes items from rows as the options say, and gathers several answers to one item."""

    def __init__(self, options: ReadOptions, index: FileIndex) -> None:
        self._options = options
        self._index = index
        self._labeller = Labeller(options, types=TYPES, default="label")
        self._named = {
            name
            for name in (
                options.text,
                options.label,
                options.truth,
                options.key,
                options.file,
                options.group,
                options.split,
                options.annotator,
            )
            if name
        }
        self._by_key: dict[str, Record] = {}
        self._data_type = ""

    def missing_column(self, names: Iterator[str] | list[str]) -> str:
        """Return a column that the options name but the table lacks, or an empty text."""
        return next(iter(sorted(self._named - set(names))), "")

    def read_json(self, line: bytes, place: str) -> Iterator[Read]:
        """Read one line of JSON whose fields are the columns."""
        try:
            value = load_json(line)
        except BadItem as bad:
            yield Refused(place, "", bad.problem)
            return
        if isinstance(value, dict):
            yield from self.read(value, place)
        else:
            problem = Problem("", "not-an-object", gettext_noop("The line is not a JSON object."))
            yield Refused(place, "", problem)

    def read(self, row: Mapping[str, Any], place: str) -> Iterator[Read]:
        """Yield the item of one row, or why it is refused; answers are kept until `finish`."""
        key = ""
        try:
            key = self._key(row, place)
            record = Record(place, key, "")
            self._content(row, record)
            self._rest(row, record)
        except BadItem as bad:
            yield Refused(place, key, bad.problem)
            return
        self._data_type = record.data_type
        if not self._options.annotator:
            yield record
            return
        known = self._by_key.setdefault(key, record)
        if known is record:
            return
        if (known.text, known.row, known.file) != (record.text, record.row, record.file):
            problem = Problem(
                "",
                "other-content",
                gettext_noop("The key stands at %(place)s with other content."),
                {"place": known.place},
            )
            yield Refused(place, key, problem)
            return
        known.annotations += record.annotations
        known.truths = known.truths or record.truths

    def finish(self) -> Iterator[Read]:
        """Yield the items that waited for all their answers, then what was found."""
        yield from self._by_key.values()
        found = self._labeller.found(self._data_type)
        yield found if self._options.label else Found(self._data_type)

    def _key(self, row: Mapping[str, Any], place: str) -> str:
        name = self._options.key or self._options.file
        given = row.get(name) if name else place
        key = str(given).strip() if isinstance(given, str | int) else ""
        if name and not 0 < len(key) <= MAX_KEY:
            raise BadItem(
                name, "bad-key", gettext_noop("The key is a text of 1 to 200 characters.")
            )
        return key if len(key) <= MAX_KEY else f"{key[:150]}…{sha256_hex(key.encode())[:16]}"

    def _content(self, row: Mapping[str, Any], record: Record) -> None:
        options = self._options
        if options.file:
            record.data_type = media_type_of(str(row.get(options.file)))
            record.file = self._index.find(str(row.get(options.file)))
            if record.file is None:
                raise BadItem(
                    options.file,
                    "file-missing",
                    gettext_noop("The file “%(name)s” did not come with it."),
                    name=shorten(str(row.get(options.file))),
                )
        elif options.text:
            record.data_type, record.text = "text", _text(row.get(options.text), options.text)
        else:
            record.data_type = "table"
            record.row = {name: v for name, v in row.items() if name not in self._named}
            for name, value in record.row.items():
                if value is not None and not isinstance(value, str | int | float):
                    raise BadItem(name, "bad-cell", gettext_noop("A cell is a number or a text."))

    def _rest(self, row: Mapping[str, Any], record: Record) -> None:
        options = self._options
        if record.row is None:
            record.metadata = {name: v for name, v in row.items() if name not in self._named}
        if options.group:
            record.group = str(row.get(options.group) or "")[:MAX_KEY]
        if options.split:
            record.split = split_named(str(row.get(options.split) or ""))
        regions = self._answer(row, options.label)
        if regions is not None:
            annotator = str(row.get(options.annotator) or "") if options.annotator else ""
            self._labeller.attach(record, regions, annotator)
        truth = self._answer(row, options.truth)
        if truth is not None:
            self._labeller.attach_truth(record, truth)

    def _answer(self, row: Mapping[str, Any], column: str) -> dict[str, Any] | None:
        """Return the regions document of one cell, or None where there is nothing."""
        value = row.get(column) if column else None
        if value is None:
            return None
        if isinstance(value, list):
            value = SEPARATOR.join(str(part) for part in value)
        return self._labeller.answer(_as_written(value))


def _text(value: object, column: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadItem(column, "empty-text", gettext_noop("The text is empty."))
    if len(value) * 4 > MAX_TEXT_BYTES and len(value.encode()) > MAX_TEXT_BYTES:
        raise BadItem(column, "text-too-long", gettext_noop("The text is longer than 1 MB."))
    return value


def _as_written(value: object) -> str:
    """Return a cell's value as a person would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_number(cell: str) -> bool:
    """Whether a cell is a number that survives being kept as one.

    Examples
    --------
    >>> [is_number(cell) for cell in ("-3.50", "007", "1e5", "", "12345678901234567890")]
    [True, False, True, False, False]
    """
    if NUMBER.fullmatch(cell) is None:
        return False
    digits = [character for character in re.split("[eE]", cell)[0] if character.isdigit()]
    return len(digits) <= MOST_DIGITS


def cell_value(cell: str, *, as_number: bool) -> str | int | float | None:
    """Return a cell of a table as a number, a text, or None for a gap.

    Examples
    --------
    >>> cell_value("3750", as_number=True), cell_value("NA", as_number=True)
    (3750, None)
    """
    text = cell.strip()
    if text in GAPS:
        return None
    if not as_number:
        return cell
    value = float(text)
    return int(value) if value.is_integer() and "." not in text else value
