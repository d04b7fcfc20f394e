"""Plain text, one item a line."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from datasets.formats.base import (
    MAX_TEXT_BYTES,
    Format,
    Found,
    Read,
    ReadOptions,
    Record,
    Refused,
    SourceFile,
)
from datasets.formats.decoding import not_in, open_text
from datasets.formats.files import short_key
from datasets.pure.problems import Problem, gettext_noop
from datasets.pure.text_rules import check_text

ENDINGS = (".txt", ".text")


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield an item for each line that is not blank; its end is not part of the text."""
    found = Found("text")
    for file in files:
        if file.name.lower().endswith(ENDINGS):
            try:
                yield from _read_file(file, options, found)
            except UnicodeDecodeError as error:
                yield Refused(file.name, "", not_in(options.encoding, error).problem)
    yield found


def _read_file(file: SourceFile, options: ReadOptions, found: Found) -> Iterator[Read]:
    with open_text(file.path, options.encoding, found.warnings) as lines:
        for number, line in enumerate(_bounded(lines), 1):
            text = line.rstrip("\r\n")
            place = f"{file.name}:{number}"
            problem = _problem(text)
            if problem is not None:
                yield Refused(place, "", problem)
            elif text.strip():
                yield Record(place, short_key(place), "text", text=text)


def _bounded(lines: TextIO) -> Iterator[str]:
    """Yield line by line; of a line that is far too long, only its beginning."""
    while line := lines.readline(MAX_TEXT_BYTES + 1):
        yield line
        while not line.endswith(("\n", "\r")) and (line := lines.readline(MAX_TEXT_BYTES)):
            pass


def _problem(text: str) -> Problem | None:
    if len(text) * 4 > MAX_TEXT_BYTES and len(text.encode()) > MAX_TEXT_BYTES:
        return Problem("", "text-too-long", gettext_noop("The line is longer than 1 MB."))
    found = check_text(text)
    if found is None:
        return None
    return Problem(
        "",
        found.code,
        gettext_noop("Character %(place)d is NUL, which no text may hold."),
        {"place": found.place},
    )


FORMAT = Format(
    name="lines",
    title=gettext_noop("Plain text, one item a line"),
    ending=".txt",
    media_type="text/plain",
    read=read,
    data_types=("text",),
)
