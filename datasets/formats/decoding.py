"""Opening text files whose encoding is not known: UTF-8, UTF-16 by its mark, else Latin-1."""

import codecs
from pathlib import Path
from typing import TextIO

from datasets.formats.items import BadItem
from datasets.pure.problems import Problem, gettext_noop

CHUNK = 1 << 20


def open_text(path: Path, encoding: str, warnings: list[Problem]) -> TextIO:
    """Open a file as text with its line ends as they are; a byte order mark is stepped over.

    Without `encoding` the file is read once to find it; a guess is added to `warnings`.
    """
    return path.open(encoding=encoding or find_encoding(path, warnings), newline="")


def find_encoding(path: Path, warnings: list[Problem]) -> str:
    """Return the name of the encoding that fits the whole file."""
    with path.open("rb") as file:
        start = file.read(2)
        if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        place = 0
        while True:
            chunk = file.read(CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                place += max(0, error.start)
                break
            if not chunk:
                return "utf-8-sig"
            place += len(chunk)
    warnings.append(
        Problem(
            "",
            "read-as-latin-1",
            gettext_noop(
                "It is not UTF-8 (near byte %(byte)d); it was read as Latin-1. If letters look "
                "wrong, choose its encoding or save it as UTF-8, and import it again."
            ),
            {"byte": place},
        )
    )
    return "latin-1"


def not_in(encoding: str, error: UnicodeDecodeError) -> BadItem:
    """Return the refusal of a file that is not in the encoding that was chosen for it."""
    return BadItem(
        "",
        "broken-encoding",
        gettext_noop("It is not %(encoding)s (byte %(byte)d). Choose another encoding."),
        encoding=encoding,
        byte=error.start,
    )
