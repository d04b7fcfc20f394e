"""CSV and Parquet as blocks of stamps and values, whatever their size; what is wrong has a line."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from datasets.data_types.base import BadFile
from datasets.data_types.series_stamps import StampReader, name_and_unit, stamp_column
from datasets.pure.problems import Problem, gettext_noop, shorten

Values = npt.NDArray[np.float64]

MAX_CHANNELS = 64
MAX_COLUMNS = 1000
HEAD_BYTES = 1 << 18
BLOCK_BYTES = 1 << 22
BLOCK_ROWS = 1 << 16
PAGE_BYTES = 1 << 16
"""Columns of Parquet are read in such pieces, and not whole."""
NUMBERS_AT_LEAST = 0.9
"""A column of which fewer cells are numbers holds words; it is left out and said so."""
BROKEN_AT_MOST = (10, 0.01)
"""So many rows, or this share, may have another number of cells than the header."""
GAPS = ["", "NA", "N/A", "n/a", "na", "null", "NULL", "None", "-", "?", "#N/A", "NaN", "nan"]
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?([iI]nf|[iI]nfinity|nan|NaN)$"


class Channel(NamedTuple):
    """One column of numbers."""

    name: str
    unit: str


class Block(NamedTuple):
    """Some rows: seconds since the first row of all, and a column for each channel."""

    stamps: Values
    values: Values


@dataclass
class Lines:
    """Which line of the file a row came from; lines that hold no row are passed over."""

    first: int = 1
    passed: list[int] = field(default_factory=list)

    def of(self, row: int) -> int:
        """Return the line of a row, both counted as people do: lines from 1, rows from 0."""
        passed = np.sort(np.asarray(self.passed, dtype=np.int64))
        shifts = passed - np.arange(len(passed)) - self.first
        return int(self.first + row + np.searchsorted(shifts, row, side="right"))


class TableReader:
    """What CSV and Parquet share: channels, stamps, and what was found on the way."""

    def __init__(self, headers: list[str]) -> None:
        self.headers = headers
        self._refuse_twice()
        self.stamp = stamp_column(headers)
        self._stamps = StampReader(headers[self.stamp])
        self.lines = Lines()
        self.channels: list[Channel] = []
        self.found: list[Problem] = []
        self.texts: dict[int, tuple[int, int, str]] = {}
        """Cells that are no numbers, by channel: how many, and line and text of the first."""

    @property
    def origin(self) -> Any:
        """The time of the first row."""
        return self._stamps.origin

    def _refuse_twice(self) -> None:
        twice = {one for one in self.headers if self.headers.count(one) > 1}
        if twice:
            raise BadFile(
                "column-twice",
                gettext_noop("Two columns have the name “%(name)s”. Rename one of them."),
                name=shorten(min(twice)),
            )

    def _take(self, picked: list[str], left_out: list[str]) -> None:
        """Decide on the channels."""
        if not picked:
            raise BadFile(
                "no-channel",
                gettext_noop(
                    "No column holds numbers beside the times in “%(stamp)s”. A series has one "
                    "column of times and at least one of numbers."
                ),
                stamp=shorten(self.headers[self.stamp], 40),
            )
        if len(picked) > MAX_CHANNELS:
            raise BadFile(
                "too-many-channels",
                gettext_noop(
                    "There are %(channels)d columns of numbers; at most %(most)d can be shown. "
                    "Split it into several files."
                ),
                channels=len(picked),
                most=MAX_CHANNELS,
            )
        self.channels = [Channel(*name_and_unit(name)) for name in picked]
        names = [one.name for one in self.channels]
        if len(set(names)) != len(names):  # “temp [K]” beside “temp [°C]”
            self.channels = [Channel(header, "") for header in picked]
        if left_out:
            sentence = gettext_noop("Left out, since they hold no numbers: %(columns)s.")
            shown = ", ".join(shorten(name, 30) for name in left_out[:10])
            self.found.append(Problem("", "column-left-out", sentence, {"columns": shown}))


class CsvReader(TableReader):
    """A CSV with a header, read block by block."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._layout = _layout_of(path)
        super().__init__(self._layout.headers)
        if len(self.headers) > MAX_COLUMNS:
            self._take(self.headers[1:], [])
        self.lines.first = self._layout.line + 1
        self._broken: list[tuple[int, str, int]] = []
        self._comma = False
        self._picked: list[int] = []

    def blocks(self) -> Iterator[Block]:
        """Yield the rows. Raises BadFile with the line of what cannot be read."""
        rows = 0
        try:
            for batch in self._open():
                if not self.channels:
                    self._choose(batch)
                block = self._block(batch, rows)
                rows += len(block.stamps)
                self._refuse_broken(rows)
                yield block
        except pa.ArrowInvalid as error:
            if str(error).startswith(("Empty CSV", "Could not skip initial")):
                return  # a header and nothing below it
            raise _not_a_table(str(error)) from error
        except UnicodeError as error:
            raise _not_a_table(str(error)) from error
        self._tell_broken(rows)

    def _open(self) -> Iterator[pa.RecordBatch]:
        names = self.headers
        return iter(
            pa_csv.open_csv(
                self._path,
                read_options=pa_csv.ReadOptions(
                    use_threads=False,
                    block_size=BLOCK_BYTES,
                    skip_rows=self._layout.line,
                    column_names=names,
                    encoding=self._layout.encoding,
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self._layout.delimiter,
                    invalid_row_handler=self._pass_over,
                    ignore_empty_lines=False,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=True,
                    null_values=GAPS,
                ),
            )
        )

    def _pass_over(self, row: Any) -> str:
        self.lines.passed.append(row.number)
        if row.text.strip():
            self._broken.append((row.number, row.text, row.actual_columns))
        return "skip"

    def _choose(self, batch: pa.RecordBatch) -> None:
        """Decide by the first block which columns are numbers, and what their decimals are."""
        if self._layout.delimiter != ",":
            plain = sum(self._numbers_in(column) for column in batch.columns)
            self._comma = True
            if sum(self._numbers_in(column) for column in batch.columns) <= plain:
                self._comma = False
        picked: list[int] = []
        left_out: list[int] = []
        for number, column in enumerate(batch.columns):
            if number == self.stamp:
                continue
            there = len(column) - column.null_count
            is_channel = self._numbers_in(column) >= NUMBERS_AT_LEAST * there
            (picked if is_channel else left_out).append(number)
        self._picked = picked
        self._take([self.headers[i] for i in picked], [self.headers[i] for i in left_out])

    def _numbers_in(self, column: pa.Array) -> int:
        return int(pc.sum(pc.match_substring_regex(self._plain(column), _NUMBER)).as_py() or 0)

    def _plain(self, column: pa.Array) -> pa.Array:
        trimmed = pc.utf8_trim_whitespace(column)
        return pc.replace_substring(trimmed, ",", ".") if self._comma else trimmed

    def _block(self, batch: pa.RecordBatch, before: int) -> Block:
        stamps = batch.column(self.stamp)
        if stamps.null_count:
            batch = self._without_blank(batch, before)
            stamps = batch.column(self.stamp)
        if self._comma and self._layout.delimiter != ",":
            stamps = pc.replace_substring(stamps, ",", ".")
        seconds = self._stamps.read(stamps, lambda row: self.lines.of(before + row))
        values = np.empty((len(batch), len(self._picked)))
        for channel, number in enumerate(self._picked):
            values[:, channel] = self._values(channel, batch.column(number), before)
        return Block(seconds, values)

    def _without_blank(self, batch: pa.RecordBatch, before: int) -> pa.RecordBatch:
        """Return the rows in which anything stands."""
        blank = pc.is_null(batch.column(0))
        for column in batch.columns[1:]:
            blank = pc.and_(blank, pc.is_null(column))
        rows = np.flatnonzero(np.asarray(blank))
        if len(rows):
            lines = [self.lines.of(before + int(row)) for row in rows]
            self.lines.passed.extend(lines)
        return batch.filter(pc.invert(blank))

    def _values(self, channel: int, column: pa.Array, before: int) -> Values:
        if column.null_count == len(column):
            return np.full(len(column), np.nan)
        if self._comma:
            column = pc.replace_substring(column, ",", ".")
        try:
            numbers = column.cast(pa.float64())
        except pa.ArrowInvalid:
            numbers = self._mended(channel, column, before)
        return np.asarray(numbers.fill_null(np.nan), dtype=np.float64)

    def _mended(self, channel: int, column: pa.Array, before: int) -> pa.Array:
        """Return the cells that are numbers; the others become gaps and are remembered."""
        plain = pc.utf8_trim_whitespace(column)
        is_number = pc.match_substring_regex(plain, _NUMBER).fill_null(True)
        bad = np.flatnonzero(~np.asarray(is_number))
        if len(bad):
            text = plain[int(bad[0])].as_py()
            line = self.lines.of(before + int(bad[0]))
            if "\n" in text:
                raise _stray_quote(line)
            count, first, word = self.texts.get(channel, (0, line, text))
            self.texts[channel] = (count + len(bad), first, word)
        return pc.if_else(is_number, plain, pa.scalar(None, pa.string())).cast(pa.float64())

    def _refuse_broken(self, rows: int) -> None:
        least, share = BROKEN_AT_MOST
        if len(self._broken) > max(least, share * rows):
            line, text, cells = self._broken[0]
            raise BadFile(
                "ragged-rows",
                gettext_noop(
                    "Too many rows have another number of cells than the header, which has "
                    "%(columns)d: %(count)d. The first is line %(line)d with %(cells)d "
                    "(“%(text)s”)."
                ),
                count=len(self._broken),
                columns=len(self.headers),
                line=line,
                cells=cells,
                text=shorten(text, 60),
            )

    def _tell_broken(self, rows: int) -> None:
        self._refuse_broken(rows)
        if self._broken:
            line, _text, cells = self._broken[0]
            sentence = gettext_noop(
                "Rows left out, with another number of cells than the header: %(count)d "
                "(the first is line %(line)d with %(cells)d)."
            )
            values = {"count": len(self._broken), "line": line, "cells": cells}
            self.found.append(Problem(f"line/{line}", "ragged-rows", sentence, values))


class ParquetReader(TableReader):
    """A Parquet file, read in batches; lines are its rows, counted from 1."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = pq.ParquetFile(
                path, memory_map=False, buffer_size=PAGE_BYTES, pre_buffer=False
            )
        except (pa.ArrowException, OSError) as error:
            raise _not_a_table(str(error)) from error
        schema = self._file.schema_arrow
        if not schema.names:
            raise _not_a_table("no columns")
        super().__init__(list(schema.names))
        dated = [n for n, one in enumerate(schema.types) if pa.types.is_timestamp(one)]
        if dated and not pa.types.is_timestamp(schema.types[self.stamp]):
            self.stamp = dated[0]
        numeric = [n for n, one in enumerate(schema.types) if n != self.stamp and _is_number(one)]
        others = [n for n in range(len(schema.types)) if n != self.stamp and n not in numeric]
        self._picked = numeric
        self._take([self.headers[n] for n in numeric], [self.headers[n] for n in others])
        self.rows = self._file.metadata.num_rows

    def blocks(self) -> Iterator[Block]:
        """Yield the rows. Raises BadFile for what cannot be decoded."""
        before = 0
        names = [self.headers[self.stamp], *(self.headers[n] for n in self._picked)]
        try:
            for batch in self._file.iter_batches(BLOCK_ROWS, columns=names, use_threads=False):
                stamps = batch.column(names[0])
                if pa.types.is_dictionary(stamps.type):
                    stamps = stamps.dictionary_decode()
                start = before
                seconds = self._stamps.read(stamps, lambda row, start=start: start + row + 1)
                values = np.empty((len(batch), len(self._picked)))
                for channel, name in enumerate(names[1:]):
                    numbers = batch.column(name).cast(pa.float64(), safe=False)
                    values[:, channel] = np.asarray(numbers.fill_null(np.nan))
                before += len(batch)
                yield Block(seconds, values)
        except (pa.ArrowException, OSError) as error:
            raise _not_a_table(str(error)) from error


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


class _Layout(NamedTuple):
    encoding: str
    delimiter: str
    headers: list[str]
    line: int
    """In which line the header stands, counted from 1."""


def _layout_of(path: Path) -> _Layout:
    """Look at the head of a CSV. Raises BadFile where there is no table of names and numbers."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding = _encoding_of(head)
    try:
        text = head.decode(encoding, "ignore" if len(head) == HEAD_BYTES else "strict")
    except UnicodeError as error:
        raise _not_a_table(str(error)) from error
    if "\0" in text:
        raise _not_a_table("it holds NUL")
    lines = text.lstrip("\ufeff").splitlines()
    skipped = 0
    while skipped < len(lines) and (not lines[skipped].strip() or lines[skipped].startswith("#")):
        skipped += 1
    lines = lines[skipped:]
    if not lines:
        raise BadFile("no-rows", gettext_noop("There is no row in it."))
    delimiter = max(",;\t|", key=lambda one: _fitness(lines[:20], one))
    headers = [cell.strip() for cell in next(csv.reader(lines[:1], delimiter=delimiter), [])]
    headers = [name or str(number) for number, name in enumerate(headers, 1)]
    if all(re.match(_NUMBER, name.replace(",", ".")) for name in headers):
        raise BadFile(
            "no-header",
            gettext_noop(
                "The first line holds numbers. Put a line with the names of the columns above it, "
                "such as “time,temperature [°C]”."
            ),
        )
    return _Layout(encoding, delimiter, headers, skipped + 1)


def _encoding_of(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head[: len(head) - 4 if len(head) == HEAD_BYTES else None].decode()
    except UnicodeDecodeError as error:
        return "utf-8" if error.start >= len(head) - 8 and len(head) == HEAD_BYTES else "cp1252"
    return "utf-8"


def _fitness(lines: list[str], delimiter: str) -> tuple[int, int]:
    """Return in how many lines a separator gives as many cells as in the first, and how many."""
    counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)] or [0]
    return (counts.count(counts[0]) if counts[0] > 1 else 0, counts[0])


def _stray_quote(line: int) -> BadFile:
    return BadFile(
        "stray-quote",
        gettext_noop("A quotation mark in line %(line)d is never closed. Remove it."),
        line=line,
    )


def _not_a_table(reason: str) -> BadFile:
    return BadFile(
        "not-a-table",
        gettext_noop("This cannot be read as a table of CSV or Parquet (%(reason)s)."),
        reason=shorten(reason.rstrip("."), 120),
    )
