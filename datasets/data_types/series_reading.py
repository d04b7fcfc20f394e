"""Reading a time series: facts, remarks, and the files that are made from it once.

Loaded only by the child that reads one (see `series.py`): pyarrow maps much memory.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from datasets.data_types.base import BadFile, Facts, Made, digest_of, plain
from datasets.data_types.series import CSV, MAGIC, PARQUET
from datasets.data_types.series_checks import (
    ChannelTally,
    Pace,
    pace_of,
    remark_on_text,
    remarks_on_channel,
    remarks_on_stamps,
)
from datasets.data_types.series_pyramid import (
    Plan,
    draw_thumbnail,
    finest_level,
    write_levels,
    write_stamps,
    write_values,
)
from datasets.data_types.series_tables import CsvReader, ParquetReader
from datasets.pure.problems import Problem, gettext_noop

Values = npt.NDArray[np.float64]

MAX_VALUES = 20_000_000
MAX_ROWS = 10_000_000
MAX_SECONDS = 1e10
"""Three hundred years; beyond, 1/10,000 s of a region could not be told apart."""


def read_series(path: Path, folder: Path, stem: str) -> Facts:
    """Read the table as a stream, then write what is made from it. Raises BadFile."""
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
    if not head:
        raise BadFile("empty-file", gettext_noop("The file is empty."))
    is_parquet = head == MAGIC
    reader = ParquetReader(path) if is_parquet else CsvReader(path)
    if isinstance(reader, ParquetReader):
        _refuse_more(reader.rows, len(reader.channels))
    raw = folder / f"{stem}.raw"
    try:
        facts = _Series(reader, raw).facts(folder, stem)
    finally:
        raw.unlink(missing_ok=True)
        raw.with_suffix(".when").unlink(missing_ok=True)
    digest = digest_of(path)
    facts["media_type"] = PARQUET if is_parquet else CSV
    facts["size"], facts["sha256"] = digest.size, digest.sha256
    return facts


def _refuse_more(rows: int, channels: int) -> None:
    if rows * channels > MAX_VALUES or rows > MAX_ROWS:
        raise BadFile(
            "too-many-values",
            gettext_noop(
                "It has more than %(values)d values or %(rows)d rows. Cut it into several files."
            ),
            values=MAX_VALUES,
            rows=MAX_ROWS,
        )


class _Series:
    """One series on its way from a table to its files. Memory is the stamps and a block."""

    def __init__(self, reader: CsvReader | ParquetReader, raw: Path) -> None:
        self._reader = reader
        self._raw = raw
        self._unsorted_at: int | None = None
        self._order: npt.NDArray[np.int64] | None = None
        self._stamps = self._copy()
        self._sort()
        self._origin = reader.origin.later(float(self._stamps[0]))
        self._stamps -= float(self._stamps[0])
        if self._stamps[-1] > MAX_SECONDS:
            raise BadFile(
                "too-long",
                gettext_noop("It lasts longer than 300 years: are the times right?"),
            )
        self._tallies = [ChannelTally(one.name, one.unit) for one in reader.channels]
        self._plan = Plan(len(self._stamps), len(reader.channels), float(self._stamps[-1]))

    def facts(self, folder: Path, stem: str) -> Facts:
        """Write what is to be made and return what is known."""
        self._tally()
        if all(tally.is_empty for tally in self._tallies):
            raise BadFile("no-number", gettext_noop("There is no number in any of its channels."))
        pace = pace_of(self._stamps)
        seconds = self._plan.seconds
        return Facts(
            data_type="series",
            rows=self._plan.rows,
            channels=[tally.as_json() for tally in self._tallies],
            seconds=float(np.ceil(seconds * 10_000 - 1e-6) / 10_000),
            start=self._origin.shown(0),
            end=self._origin.shown(seconds),
            clock=self._origin.kind,
            step=pace.step,
            gap_from=pace.gap_from,
            gaps=pace.gaps,
            made=self._make(folder, stem, pace),
            warnings=[plain(problem) for problem in self._remarks(pace)],
        )

    def _copy(self) -> Values:
        """Copy the values to a file of plain numbers and return the stamps as they came."""
        count, last = 0, -np.inf
        stamps = self._raw.with_suffix(".when")
        with self._raw.open("wb") as out, stamps.open("wb") as times:
            for block in self._reader.blocks():
                if not len(block.stamps):
                    continue
                falls = np.flatnonzero(np.diff(block.stamps, prepend=last) < 0)
                if len(falls) and self._unsorted_at is None:
                    self._unsorted_at = self._line_of_row(count + int(falls[0]))
                last = float(block.stamps[-1])
                count += len(block.stamps)
                _refuse_more(count, len(self._reader.channels))
                block.stamps.tofile(times)
                block.values.tofile(out)
        if not count:
            raise BadFile("no-rows", gettext_noop("There is no row in it."))
        return np.fromfile(stamps)

    def _line_of_row(self, row: int) -> int:
        return self._reader.lines.of(row)

    def _sort(self) -> None:
        if self._unsorted_at is not None:
            self._order = np.argsort(self._stamps, kind="stable")
            self._stamps = self._stamps[self._order]

    def _line(self, row: int) -> int:
        """Return the line of a row in the order of the stamps."""
        return self._line_of_row(row if self._order is None else int(self._order[row]))

    def _rows(self, start: int, end: int) -> Values:
        """Return rows in the order of the stamps."""
        channels = self._plan.channels
        if self._order is None:
            offset = start * channels * 8
            count = (end - start) * channels
            return np.fromfile(self._raw, count=count, offset=offset).reshape(-1, channels)
        table = np.memmap(self._raw, mode="r", dtype=np.float64).reshape(-1, channels)
        return np.asarray(table[self._order[start:end]])

    def _finite(self, start: int, end: int) -> Values:
        """Return rows with gaps where values are infinite."""
        rows = self._rows(start, end)
        rows[np.isinf(rows)] = np.nan
        return rows

    def _tally(self) -> None:
        for start in range(0, self._plan.rows, self._plan.tile):
            rows = self._rows(start, min(start + self._plan.tile, self._plan.rows))
            for channel, tally in enumerate(self._tallies):
                tally.add(rows[:, channel], start)

    def _make(self, folder: Path, stem: str, pace: Pace) -> list[Made]:
        def path(name: str) -> Path:
            return folder / f"{stem}.{name}"

        plan = self._plan
        kind = "f4" if all(tally.fits_single for tally in self._tallies) else "f8"
        made = [write_values(plan, self._finite, path("values.bin"), kind)]
        if not pace.is_even:
            made.append(write_stamps(plan, self._stamps, path("stamps.bin")))
        finest = finest_level(plan, self._stamps, self._finite)
        made.append(write_levels(plan, finest, path("levels.bin")))
        made.append(draw_thumbnail(finest, path("thumbnail.png")))
        return made

    def _remarks(self, pace: Pace) -> list[Problem]:
        found = list(self._reader.found)
        line_of: Callable[[int], int] = self._line
        found += remarks_on_stamps(pace, self._unsorted_at, line_of)
        for channel, (count, line, text) in sorted(self._reader.texts.items()):
            name = self._tallies[channel].name
            found.append(remark_on_text(name, count, line, text))
        for tally in self._tallies:
            found += remarks_on_channel(tally, self._plan.rows, line_of)
        return found
