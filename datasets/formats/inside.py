"""What a capped child runs to unpack and read the files of one import. It imports no Django."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from datasets.formats import FORMATS
from datasets.formats.base import Found, Read, ReadOptions, Record, Refused, SourceFile
from datasets.formats.detect import detect
from datasets.formats.items import BadItem
from datasets.formats.plain import plain_problem, to_plain
from datasets.formats.zip import unpack

FileList = Sequence[Sequence[str]]
"""Name and path of each file."""
BEAT = 5000
"""After so many records a survey says that it goes on."""


def unpack_one(*, name: str, path: str, folder: str) -> Iterator[dict[str, Any]]:
    """Yield `{"file": [name, path]}` or `{"refused": ...}` for each member of a ZIP."""
    for member in unpack(SourceFile(name, Path(path)), Path(folder)):
        if isinstance(member, Refused):
            yield to_plain(member)
        else:
            yield {"file": [member.name, str(member.path)]}


def detect_format(*, files: FileList, options: dict[str, Any]) -> dict[str, Any]:
    """Return `{"detected": ...}`, or `{"problem": ...}` for files that cannot be looked into."""
    try:
        return {"detected": asdict(detect(_files(files), ReadOptions.from_json(options)))}
    except BadItem as bad:
        return {"problem": plain_problem(bad.problem)}


def read_records(
    *, files: FileList, format_name: str, options: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield what a format reads, as plain JSON."""
    yield from map(to_plain, _read(files, format_name, options))


def survey_records(
    *, files: FileList, format_name: str, options: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Read everything and yield, last, `{"survey": ...}`: counts, and what the reader found.

    Before it comes `{"seen": ...}` now and then: a long file is not a reader that hangs.
    """
    counts = {"records": 0, "refused": 0, "labelled": 0}
    schema_name, found = "", Found()
    for number, one in enumerate(_read(files, format_name, options), 1):
        if number % BEAT == 0:
            yield {"seen": number}
        if isinstance(one, Found):
            found = one
        elif isinstance(one, Refused):
            counts["refused"] += 1
        else:
            counts["records"] += 1
            if one.truths or one.annotations or one.suggestions:
                counts["labelled"] += 1
                schema_name = schema_name or _schema_named_by(one)
    yield {"survey": {**counts, "schema_name": schema_name} | to_plain(found)}


def _schema_named_by(record: Record) -> str:
    opinions = (*record.truths, *record.annotations, *record.suggestions)
    return next((str(one["schema"]) for one in opinions if one.get("schema")), "")


def _read(files: FileList, format_name: str, options: dict[str, Any]) -> Iterator[Read]:
    read = FORMATS[format_name].read
    if read is None:
        raise ValueError(f"{format_name} is only written")
    try:
        yield from read(_files(files), ReadOptions.from_json(options))
    except BadItem as bad:
        yield Refused("", "", bad.problem)


def _files(files: FileList) -> list[SourceFile]:
    return [SourceFile(name, Path(path)) for name, path in files]
