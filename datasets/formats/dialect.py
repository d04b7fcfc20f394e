"""Finding out how a CSV is written: its separator, whether quotes mean anything, its header."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from datasets.formats.base import ReadOptions
from datasets.formats.columns import is_number
from datasets.pure.problems import Problem, gettext_noop

DELIMITERS = (",", "\t", ";", "|")
LONGEST_NAME = 64
LOOKED_AT = 500


@dataclass(frozen=True)
class Dialect:
    """How a file is written, and its first rows (the header among them)."""

    delimiter: str
    quoting: bool
    header: bool
    rows: Sequence[Sequence[str]] = ()


def find_dialect(head: str, options: ReadOptions, warnings: list[Problem]) -> Dialect:
    """Return the dialect of a file that begins with `head`; what the options say stands."""
    delimiter = options.delimiter or _delimiter(head, options.quoting)
    quoting = options.quoting and _quotes_mean_something(head, delimiter)
    if options.quoting and not quoting:
        warnings.append(
            Problem(
                "",
                "quotes-are-letters",
                gettext_noop("Its quotes do not pair; they were read as ordinary characters."),
            )
        )
    rows = _rows(head, delimiter, quoting=quoting)
    header = looks_like_header(rows) if options.header is None else options.header
    return Dialect(delimiter, quoting, header, rows)


def _delimiter(head: str, quoting: bool) -> str:
    """Return the separator that cuts most rows into the same number of cells, more than one."""

    def quality(delimiter: str) -> tuple[float, int]:
        counts = Counter(len(row) for row in _rows(head, delimiter, quoting=quoting) if row)
        if not counts:
            return 0.0, 0
        cells, rows = max(counts.items(), key=lambda pair: (pair[0] > 1, pair[1]))
        return (rows / counts.total() if cells > 1 else 0.0), cells

    # Among equals the first of the list wins.
    return max(DELIMITERS, key=lambda delimiter: quality(delimiter)[0])


def _quotes_mean_something(head: str, delimiter: str) -> bool:
    """Whether quotes are syntax: not where they do not pair and a plain split fits every line."""
    if '"' not in head:
        return True
    lines = io.StringIO(head, newline="").readlines()
    if len(lines) > 1 and not head.endswith("\n"):
        lines = lines[:-1]  # probably cut
    plain = [line.rstrip("\r\n").split(delimiter) for line in lines if line.strip()]
    if len({len(cells) for cells in plain}) != 1:
        return True
    return not any(
        cell.startswith('"') and not (len(cell) > 1 and cell.endswith('"'))
        for cells in plain
        for cell in cells
    )


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names columns: short words that do not come again below."""
    if not rows or not rows[0]:
        return False
    first, below = rows[0], rows[1:]
    if any(len(cell) > LONGEST_NAME or "\n" in cell or is_number(cell.strip()) for cell in first):
        return False
    return not any(
        len(row) > number and row[number] == name
        for number, name in enumerate(first)
        if name
        for row in below
    )


def _rows(head: str, delimiter: str, *, quoting: bool) -> list[list[str]]:
    """Return the first rows of a file, without the last one, which may be cut."""
    rows: list[list[str]] = []
    reader = csv.reader(
        io.StringIO(head, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE,
    )
    try:
        for row in reader:
            rows.append(row)
            if len(rows) >= LOOKED_AT:
                return rows
    except csv.Error:
        pass  # what was read so far tells enough
    return rows[:-1] if len(rows) > 2 and not head.endswith("\n") else rows
