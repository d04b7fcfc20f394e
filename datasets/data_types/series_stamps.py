"""Stamps of a time series as seconds: ISO 8601, seconds or milliseconds since 1970, plain numbers.

The first block decides what they are; all others must be alike. Within a series they are seconds
since its first row, so that no digit is lost; `origin` says what that row's own time is.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from datasets.data_types.base import BadFile
from datasets.pure.problems import gettext_noop, shorten

Seconds = npt.NDArray[np.float64]

NAMES: Final = ("timestamp", "time", "datetime", "date", "stamp", "ts", "t")
"""What the column of the stamps may be called, the likeliest first."""
UTC_KIND, LOCAL_KIND, PLAIN_KIND = "utc", "local", "plain"
EPOCHS: Final = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (3e8, 1.0))
"""From which number on stamps count nano-, micro-, milli- or whole seconds since 1970."""
UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
MICROSECONDS: Final = 1e6
_MONTH = re.compile(r"\d{4}-\d{2}")
_WITH_UNIT = re.compile(r"^(.*?)\s*[\[(]\s*([^\[\]()]{1,20}?)\s*[\])]$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def name_and_unit(header: str) -> tuple[str, str]:
    """Return a column's name and the unit that stands behind it in brackets.

    Examples
    --------
    >>> name_and_unit("temp [°C]"), name_and_unit("load (%)"), name_and_unit("value")
    (('temp', '°C'), ('load', '%'), ('value', ''))
    """
    found = _WITH_UNIT.match(header.strip())
    if found and found[1]:
        return found[1], found[2]
    return header.strip(), ""


def stamp_column(headers: list[str]) -> int:
    """Return which column holds the stamps: the one with a name for it, else the first.

    Examples
    --------
    >>> stamp_column(["value", "Time [ms]"]), stamp_column(["a", "b"])
    (1, 0)
    """
    names = [name_and_unit(header)[0].lower() for header in headers]
    return next((names.index(name) for name in NAMES if name in names), 0)


@dataclass(frozen=True)
class Origin:
    """The time of the first row: microseconds since 1970, or a plain number of seconds."""

    kind: str
    micros: int = 0
    number: float = 0.0

    def shown(self, seconds: float) -> str | float:
        """Return the time so many seconds later: ISO 8601, or a number.

        Examples
        --------
        >>> Origin("local", 1_404_172_800_000_000).shown(90), Origin("plain", 0, 2.5).shown(1)
        ('2014-07-01T00:01:30', 3.5)
        """
        if self.kind == PLAIN_KIND:
            return round(self.number + seconds, 9)
        moment = _EPOCH + timedelta(microseconds=self.micros + round(seconds * MICROSECONDS))
        text = moment.replace(tzinfo=None).isoformat()
        return f"{text}Z" if self.kind == UTC_KIND else text

    def later(self, seconds: float) -> "Origin":
        """Return the origin of a series whose first stamp lies so many seconds off."""
        micros = self.micros + round(seconds * MICROSECONDS)
        return Origin(self.kind, micros, self.number + seconds)


class StampReader:
    """Turns blocks of one column into seconds since the first row."""

    def __init__(self, header: str) -> None:
        self._unit = UNITS.get(name_and_unit(header)[1].lower())
        self._type: pa.DataType | None = None
        self._per_second = 0.0
        self.origin = Origin(PLAIN_KIND)

    def read(self, column: pa.Array, line_of: Any) -> Seconds:
        """Return a block in seconds. `line_of` tells the line of a row of the block.

        Raises BadFile with the line of the first stamp that cannot be read.
        """
        if len(column) == 0:
            return np.empty(0)
        if column.null_count:
            self._refuse(column, pc.index(pc.is_null(column), True).as_py(), line_of)
        is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        if is_text and self._type is None:
            self._type = _type_of_text(column[0].as_py())
        if pa.types.is_temporal(column.type) or (is_text and pa.types.is_timestamp(self._type)):
            return self._dates(column, line_of)
        return self._numbers(column, line_of)

    def _dates(self, column: pa.Array, line_of: Any) -> Seconds:
        micros = self._micros(column, line_of)
        if not self.origin.micros and self.origin.kind == PLAIN_KIND:
            zoned = getattr(self._type or column.type, "tz", None) is not None
            self.origin = Origin(UTC_KIND if zoned else LOCAL_KIND, int(micros[0]))
        seconds: Seconds = (micros - self.origin.micros) / MICROSECONDS
        return seconds

    def _micros(self, column: pa.Array, line_of: Any) -> npt.NDArray[np.int64]:
        if pa.types.is_temporal(column.type):
            try:
                whole = column.cast(pa.timestamp("us", getattr(column.type, "tz", None)), False)
            except pa.ArrowInvalid:
                self._refuse(column, 0, line_of)
            return np.asarray(whole.cast(pa.int64()), dtype=np.int64)
        column = pc.utf8_trim_whitespace(column)
        if _MONTH.fullmatch(column[0].as_py()):
            column = pc.binary_join_element_wise(column, "-01", "")
        try:
            return np.asarray(column.cast(self._type).cast(pa.int64()), dtype=np.int64)
        except pa.ArrowInvalid:
            pass
        zone = getattr(self._type, "tz", None)
        try:  # more digits than microseconds have
            fine = column.cast(pa.timestamp("ns", zone)).cast(pa.int64())
        except pa.ArrowInvalid:
            self._refuse(column, _first_bad(column, pa.timestamp("ns", zone)), line_of)
        return np.asarray(fine, dtype=np.int64) // 1000

    def _numbers(self, column: pa.Array, line_of: Any) -> Seconds:
        try:
            if pa.types.is_string(column.type):
                column = pc.utf8_trim_whitespace(column)
            numbers = np.asarray(column.cast(pa.float64()), dtype=np.float64)
        except pa.ArrowInvalid:
            self._refuse(column, _first_bad(column, pa.float64()), line_of)
        finite = np.isfinite(numbers)
        if not finite.all():
            self._refuse(column, int(np.argmin(finite)), line_of)
        if not self._per_second:
            self._begin(float(numbers[0]))
        if self.origin.kind == UTC_KIND:
            micros = np.rint(numbers * (MICROSECONDS / self._per_second))
            since: Seconds = (micros - self.origin.micros) / MICROSECONDS
            return since
        return numbers / self._per_second - self.origin.number

    def _begin(self, first: float) -> None:
        per_second = next((scale for least, scale in EPOCHS if first >= least), 0.0)
        if self._unit is not None and not per_second:
            self._per_second = 1 / self._unit
            self.origin = Origin(PLAIN_KIND, 0, first / self._per_second)
        elif per_second:
            self._per_second = per_second
            self.origin = Origin(UTC_KIND, round(first * (MICROSECONDS / per_second)))
        else:
            self._per_second = 1.0
            self.origin = Origin(PLAIN_KIND, 0, first)

    def _refuse(self, column: pa.Array, row: int, line_of: Any) -> None:
        cell = column[row].as_py()
        raise BadFile(
            "bad-stamp",
            gettext_noop(
                "The time in line %(line)d cannot be read (“%(cell)s”). Write ISO 8601 "
                "(2026-03-31T14:05:00Z), seconds or milliseconds since 1970, or plain numbers."
            ),
            line=line_of(row),
            cell="" if cell is None else shorten(str(cell), 40),
        )


def _type_of_text(first: str) -> pa.DataType:
    """Return what a column of texts is read as: moments with a zone, without one, or numbers."""
    text = first.strip()
    try:
        float(text)
    except ValueError:
        has_zone = re.search(r"(Z|[+-]\d{2}(:?\d{2})?)$", text[10:], re.IGNORECASE)
        return pa.timestamp("us", "UTC") if has_zone else pa.timestamp("us")
    return pa.float64()


def _first_bad(column: pa.Array, wanted: pa.DataType) -> int:
    """Return the first row that cannot be read, by halving."""
    low, high = 0, len(column)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            column.slice(low, middle - low).cast(wanted)
            low = middle
        except pa.ArrowInvalid:
            high = middle
    return low
