"""What a capped child runs to unpack and read the files of one import. It imports no Django."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from datasets.formats import FORMATS
from datasets.formats.base import ReadOptions, Refused, SourceFile
from datasets.formats.detect import detect
from datasets.formats.items import BadItem
from datasets.formats.plain import plain_problem, to_plain
from datasets.formats.zip import unpack

FileList = Sequence[Sequence[str]]
"""Name and path of each file."""


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
    read = FORMATS[format_name].read
    if read is None:
        raise ValueError(f"{format_name} is only written")
    try:
        for one in read(_files(files), ReadOptions.from_json(options)):
            yield to_plain(one)
    except BadItem as bad:
        yield to_plain(Refused("", "", bad.problem))


def _files(files: FileList) -> list[SourceFile]:
    return [SourceFile(name, Path(path)) for name, path in files]
