"""Ranges of time as CSV: a row a segment or an instant, in seconds and in times of the clock."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from datasets.formats.base import Entry, Format, WriteOptions, WriteReport
from datasets.formats.cells import Cell, disarm
from datasets.formats.packing import file_name_of
from datasets.formats.truths import lose_opinions, truth_regions
from datasets.pure.problems import gettext_noop

COLUMNS = (
    *("key", "file", "split", "annotator", "question", "label", "channel"),
    *("start", "end", "start_at", "end_at", "value"),
)
TIMED = ("segment", "instant")


def write(entries: Iterable[Entry], options: WriteOptions, out: BinaryIO) -> WriteReport:
    """Write a line for each region in time, of the truth or of every answer."""
    report = WriteReport()
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, delimiter=options.delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        report.entries += 1
        for annotator, regions in _said(entry, options, report):
            for cells in _rows(entry, annotator, regions, report):
                writer.writerow(cells if options.raw else [disarm(cell) for cell in cells])
    text.flush()
    text.detach()
    return report


def _said(
    entry: Entry, options: WriteOptions, report: WriteReport
) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    if options.rows == "answers":
        for annotation in entry.annotations:
            yield str(annotation.get("annotator", "")), annotation["regions"]["regions"]
        return
    lose_opinions(entry, report)
    yield "", truth_regions(entry, options, report)


def _rows(
    entry: Entry, annotator: str, regions: Sequence[Mapping[str, Any]], report: WriteReport
) -> Iterator[list[Cell]]:
    origin = entry.file.facts.get("start", "") if entry.file else ""
    name = file_name_of(entry, entry.file) if entry.file else ""
    for region in regions:
        if region["kind"] not in TIMED:
            report.lose(
                entry.key,
                "not-in-time",
                gettext_noop("Answers without a time have no row in a table of ranges."),
            )
            continue
        if region.get("attributes"):
            report.lose(
                entry.key,
                "attributes-left-out",
                gettext_noop("Attributes of regions have no column in a table of ranges."),
            )
        at = region["at"]
        start, end = at.get("start", at.get("t")), at.get("end", at.get("t"))
        yield [
            *(entry.key, name, entry.split, annotator),
            *(region["question"], region.get("label", "")),
            *(region.get("on", {}).get("channel", ""), start, end),
            *(clock_time(origin, start), clock_time(origin, end), region.get("value", "")),
        ]


def clock_time(origin: str | float, seconds: float) -> str | float:
    """Return the time so many seconds after the first row of a series; nothing where none is known.

    Examples
    --------
    >>> clock_time("2014-07-01T00:00:00", 90.5), clock_time(2.5, 1), clock_time("", 1)
    ('2014-07-01T00:01:30.500000', 3.5, '')
    """
    if not isinstance(origin, str):
        return round(origin + seconds, 9)
    if not origin:
        return ""
    moment = datetime.fromisoformat(origin.removesuffix("Z")) + timedelta(seconds=seconds)
    return moment.isoformat() + ("Z" if origin.endswith("Z") else "")


FORMAT = Format(
    name="ranges",
    title=gettext_noop("Ranges of time as CSV, a row a region"),
    ending=".csv",
    media_type="text/csv",
    write=write,
    carries=("segments", "instants"),
    data_types=("audio", "series"),
)
