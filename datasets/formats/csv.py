"""CSV and TSV: a row an item, read with whatever separators and quotes the file has."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO, TextIO

from datasets.formats.base import (
    MAX_TEXT_BYTES,
    Entry,
    Format,
    Found,
    Read,
    ReadOptions,
    Refused,
    SourceFile,
    WriteOptions,
    WriteReport,
)
from datasets.formats.cells import CellWriter
from datasets.formats.columns import GAPS, RowReader, cell_value, is_number
from datasets.formats.decoding import not_in, open_text
from datasets.formats.dialect import Dialect, find_dialect
from datasets.formats.guesses import guess_columns, guess_text, is_table
from datasets.formats.items import BadItem
from datasets.formats.lookup import FileIndex
from datasets.pure.problems import Problem, gettext_noop, shorten

ENDINGS = (".csv", ".tsv", ".tab", ".txt")
HEAD_CHARACTERS = 1 << 18


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield a record a row; ragged rows are refused with their line."""
    csv.field_size_limit(MAX_TEXT_BYTES)
    warnings: list[Problem] = []
    index = FileIndex(files)
    rows: RowReader | None = None
    for file in files:
        if not file.name.lower().endswith(ENDINGS):
            continue
        try:
            table = _Table(file, options, warnings)
            rows = rows or RowReader(table.options, index)
            yield from table.read(rows)
        except BadItem as bad:
            yield Refused(f"{file.name}:1", "", bad.problem)
        except UnicodeDecodeError as error:
            yield Refused(file.name, "", not_in(options.encoding, error).problem)
    for read in rows.finish() if rows else [Found()]:
        if isinstance(read, Found):
            read.warnings += warnings
        yield read


def find_table(
    file: SourceFile, options: ReadOptions, warnings: list[Problem]
) -> tuple[list[str], list[list[str]], ReadOptions]:
    """Return the columns, the first rows, and the options with guesses for the empty ones."""
    table = _Table(file, options, warnings)
    rows = [list(row) for row in table.body()]
    return table.columns, rows, guess_columns(table.columns, rows, options)


class _Table:
    """One file: its dialect, its columns, and which of them are numbers."""

    def __init__(self, file: SourceFile, options: ReadOptions, warnings: list[Problem]) -> None:
        self.file = file
        with open_text(file.path, options.encoding, warnings) as text:
            self._encoding = text.encoding
            self.dialect = find_dialect(text.read(HEAD_CHARACTERS), options, warnings)
        self.columns = self._columns()
        self.options = options
        if not (options.text or options.file or is_table(options)):
            self.options = replace(options, text=guess_text(self.columns, self.body()))
        self.numbers: set[str] = set()

    def body(self) -> Sequence[Sequence[str]]:
        """Return the first rows, without the header."""
        return self.dialect.rows[1:] if self.dialect.header else self.dialect.rows

    def read(self, rows: RowReader) -> Iterator[Read]:
        """Yield what the rows of this file hold."""
        lacking = rows.missing_column(self.columns)
        if lacking:
            raise BadItem(
                lacking,
                "no-such-column",
                gettext_noop("There is no column “%(name)s”; there are: %(columns)s."),
                name=lacking,
                columns=", ".join(shorten(name, 30) for name in self.columns[:20]),
            )
        typed = not (self.options.text or self.options.file)
        if typed:
            self.numbers = self._find_numbers()
        for line, cells in self._rows():
            place = f"{self.file.name}:{line}"
            if isinstance(cells, Problem):
                yield Refused(place, "", cells)
                continue
            row: dict[str, Any] = dict(zip(self.columns, cells, strict=True))
            if typed:
                row = self._typed(row)
            yield from rows.read(row, place)

    def _columns(self) -> list[str]:
        with self._open() as text:
            first: list[str] = next(_csv_reader(text, self.dialect), [])
        if not self.dialect.header:
            return [str(number) for number in range(1, len(first) + 1)]
        names = [name.strip() or str(number) for number, name in enumerate(first, 1)]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise BadItem(
                "",
                "column-twice",
                gettext_noop("Two columns have the name “%(name)s”. Rename one of them."),
                name=shorten(min(twice)),
            )
        return names

    def _open(self) -> TextIO:
        return self.file.path.open(encoding=self._encoding, newline="")

    def _rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield the first line of each row with its cells, or with what is wrong with it."""
        with self._open() as text:
            reader = _csv_reader(text, self.dialect)
            if self.dialect.header:
                next(reader, None)
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    yield line, _not_csv(str(error))
                    continue
                if cells is None:
                    return
                if not cells or (len(cells) == 1 and not cells[0].strip()):
                    continue  # an empty line
                yield line, self._problem(cells) or cells

    def _problem(self, cells: list[str]) -> Problem | None:
        if len(cells) != len(self.columns):
            return Problem(
                "",
                "ragged-row",
                gettext_noop(
                    "The row has %(cells)d cells, the header has %(columns)d. "
                    "Mend the row, or look for a stray separator or quote."
                ),
                {"cells": len(cells), "columns": len(self.columns)},
            )
        for name, cell in zip(self.columns, cells, strict=True):
            if "\x00" in cell:
                return Problem(
                    name, "nul", gettext_noop("A cell holds NUL, which no text may hold.")
                )
        return None

    def _find_numbers(self) -> set[str]:
        """Return the columns in which every cell that is not a gap is a number."""
        left = set(range(len(self.columns)))
        seen: set[int] = set()
        for _line, cells in self._rows():
            if isinstance(cells, Problem):
                continue
            for number in tuple(left):
                cell = cells[number].strip()
                if cell not in GAPS:
                    seen.add(number)
                    if not is_number(cell):
                        left.discard(number)
        return {self.columns[number] for number in left & seen} - {self.options.label}

    def _typed(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            name: cell_value(cell, as_number=name in self.numbers) for name, cell in row.items()
        }


def _csv_reader(text: TextIO, dialect: Dialect) -> Any:
    if dialect.quoting:
        return csv.reader(text, delimiter=dialect.delimiter, strict=True)
    return csv.reader(text, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)


def _not_csv(reason: str) -> Problem:
    return Problem(
        "",
        "broken-row",
        gettext_noop("The row cannot be read (%(reason)s). Look for a stray quote."),
        {"reason": reason},
    )


def write(entries: Iterable[Entry], options: WriteOptions, out: BinaryIO) -> WriteReport:
    """Write a line an item with its truth, or a line an annotation; formulas are disarmed."""
    report = WriteReport()
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, delimiter=options.delimiter, lineterminator="\r\n")
    cells = CellWriter(options, report)
    for entry in entries:
        report.entries += 1
        for row in cells.rows(entry):
            writer.writerow(row)
    text.flush()
    text.detach()
    return report


FORMAT = Format(
    name="csv",
    title=gettext_noop("CSV, a row an item"),
    ending=".csv",
    media_type="text/csv",
    read=read,
    write=write,
)
