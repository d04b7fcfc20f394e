"""Reading the files of an import in a capped child: unpack, detect, read, survey.

These four are what services call. They raise ChildFailed only where nothing else can be said; a
reader that dies in the middle ends with a `Refused` for the rest; a survey of it says nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datasets.formats.base import Found, Read, ReadOptions, Refused, SourceFile
from datasets.formats.detect import Detected, is_archive
from datasets.formats.items import BadItem
from datasets.formats.plain import from_plain, read_problem
from datasets.pure.problems import Problem
from foundation.child import DISK_FULL, ChildFailed, Limits, run_capped, stream_capped

INSIDE = "datasets.formats.inside:"
# CPU seconds are for the whole import: an hour is more than any file that fits into memory needs.
LIMITS = Limits(memory_mb=1536, cpu_seconds=3600, wall_seconds=300, output_mb=1024)


def unpack_archives(files: Sequence[SourceFile], folder: Path) -> Iterator[SourceFile | Refused]:
    """Yield the files themselves, and the members of those that are ZIPs.

    Members are written into folders of their own under `folder`, which the caller removes.
    Raises ChildFailed only when the disk is full.
    """
    for number, file in enumerate(files):
        if not is_archive(file):
            yield file
            continue
        inner = folder / f"archive-{number:04d}"
        inner.mkdir(mode=0o700)
        args = {"name": file.name, "path": str(file.path), "folder": str(inner)}
        try:
            for answer in stream_capped(INSIDE + "unpack_one", args, limits=LIMITS):
                if "file" in answer:
                    name, path = answer["file"]
                    yield SourceFile(name, Path(path))
                else:
                    yield _refused(answer)
        except ChildFailed as failure:
            if failure.code == DISK_FULL:
                raise
            yield Refused(file.name, "", _problem(failure))


def detect_format(files: Sequence[SourceFile], options: Mapping[str, Any]) -> Detected:
    """Return the format and the options that fit the files; see `detect.detect`.

    Raises BadItem for files that cannot be looked into, ChildFailed where looking failed.
    """
    args = {"files": _plain_files(files), "options": dict(options)}
    answer = run_capped(INSIDE + "detect_format", args, memory_mb=LIMITS.memory_mb)
    if "problem" in answer:
        problem = read_problem(answer["problem"])
        raise BadItem(problem.at, problem.code, problem.template, **problem.values)
    return Detected(**answer["detected"])


def read_records(
    files: Sequence[SourceFile], format_name: str, options: Mapping[str, Any]
) -> Iterator[Read]:
    """Yield what a format reads from the files, record by record.

    Raises OptionsError for options that do not fit, LookupError for an unknown format.
    """
    ReadOptions.from_json(options)
    args = {
        "files": _plain_files(files),
        "format_name": format_name,
        "options": dict(options),
    }
    try:
        for answer in stream_capped(INSIDE + "read_records", args, limits=LIMITS):
            yield from_plain(answer)
    except ChildFailed as failure:
        yield Refused("", "", _problem(failure))


@dataclass(slots=True)
class Survey:
    """What an import would bring: counts, the schema it names, and what the reader found."""

    records: int = 0
    refused: int = 0
    labelled: int = 0
    schema_name: str = ""
    found: Found = field(default_factory=Found)


def survey(files: Sequence[SourceFile], format_name: str, options: Mapping[str, Any]) -> Survey:
    """Read everything once, inside the child, and return only what it comes to.

    Raises OptionsError for options that do not fit, ChildFailed where the reader died.
    """
    ReadOptions.from_json(options)
    args = {"files": _plain_files(files), "format_name": format_name, "options": dict(options)}
    *_beats, last = stream_capped(INSIDE + "survey_records", args, limits=LIMITS)
    told = last["survey"]
    return Survey(**told | {"found": from_plain({"found": told["found"]})})


def _plain_files(files: Sequence[SourceFile]) -> list[list[str]]:
    return [[file.name, str(file.path)] for file in files]


def _refused(answer: dict[str, Any]) -> Refused:
    read = from_plain(answer)
    if not isinstance(read, Refused):
        raise TypeError(f"not a refusal: {answer!r}")
    return read


def _problem(failure: ChildFailed) -> Problem:
    return Problem("", failure.code, failure.template, failure.values)
