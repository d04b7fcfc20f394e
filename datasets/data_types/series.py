"""Time series: a file of CSV or Parquet is one item, with channels of numbers over one time.

The original is kept as it came. Beside it are made, once: every value and a pyramid of lowest and
highest, in tiles that a browser fetches by range, and a thumbnail. CSV has no mark of its own: that
a file is a series and not a table of items is what the dataset says, never a guess.
"""

from importlib import import_module
from pathlib import Path

from datasets.data_types.base import ALLOWED, Allowed, Facts
from datasets.pure.region_kinds import kinds_on

CSV, PARQUET = "text/csv", "application/vnd.apache.parquet"
MAGIC = b"PAR1"
READING = "datasets.data_types.series_reading"
"""Loaded when the first series is read: pyarrow maps more memory than a picture may take."""


class SeriesType:
    """Measurements over time: sensors, machines, markets, movements."""

    name = "series"
    region_kinds = kinds_on("series")
    media_types = {CSV: ".csv", PARQUET: ".parquet"}
    cpu_seconds = 180.0
    """Twenty million values take about ten seconds."""

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return the type of Parquet; CSV looks like any text, so the dataset must say it."""
        return PARQUET if head.startswith(MAGIC) else None

    def read(
        self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED, filename: str = ""
    ) -> Facts:
        """Read the table as a stream, then write what is made from it."""
        facts: Facts = import_module(READING).read_series(path, folder, stem)
        return facts
