"""Texts: kept code point by code point as they came, never normalised."""

import codecs
import re
from pathlib import Path

from datasets.data_types.base import ALLOWED, Allowed, BadFile, Facts, digest_of, plain
from datasets.pure.problems import Problem, gettext_noop
from datasets.pure.region_kinds import kinds_on
from datasets.pure.text_rules import check_text

MAX_BYTES = 1 << 20
ENDINGS = (".txt", ".text", ".md")
# Bytes that no text file holds; a file with one of them is something else.
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class TextType:
    """Plain text: messages, articles, transcripts."""

    name = "text"
    region_kinds = kinds_on("text")
    media_types = {"text/plain": ".txt"}
    cpu_seconds = 20.0

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return text/plain for files that are named as text and hold no binary bytes."""
        if not filename.lower().endswith(ENDINGS):
            return None
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "text/plain"
        return None if BINARY.search(head) else "text/plain"

    def read(self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED) -> Facts:
        """Decode the file; the text is one of its facts."""
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadFile(
                "text-too-long",
                gettext_noop(
                    "The text has %(size)d bytes; at most %(limit)d fit into one item. "
                    "Split it into several files, or import it line by line."
                ),
                size=size,
                limit=MAX_BYTES,
            )
        found: list[Problem] = []
        text, encoding = decode(path.read_bytes(), found)
        refuse_unkeepable(text)
        digest = digest_of(path)
        return Facts(
            data_type="text",
            media_type="text/plain",
            size=digest.size,
            sha256=digest.sha256,
            text=text,
            encoding=encoding,
            characters=len(text),
            made=[],
            warnings=[plain(problem) for problem in found],
        )


def decode(data: bytes, found: list[Problem]) -> tuple[str, str]:
    """Return the text and the name of its encoding: UTF-8 or UTF-16 by its mark, else Latin-1.

    A byte order mark is not part of the text; line ends stay as they are. A guess is added to
    `found`. Raises BadFile when a UTF-16 mark is followed by something else.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            raise BadFile(
                "broken-encoding",
                gettext_noop("It begins as UTF-16, but byte %(byte)d does not fit. Save as UTF-8."),
                byte=error.start,
            ) from error
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        found.append(
            Problem(
                "",
                "read-as-latin-1",
                gettext_noop(
                    "It is not UTF-8 (byte %(byte)d); it was read as Latin-1. "
                    "If letters look wrong, save it as UTF-8 and upload it again."
                ),
                {"byte": error.start},
            )
        )
        return data.decode("latin-1"), "latin-1"


def refuse_unkeepable(text: str) -> None:
    """Raise BadFile for an empty text and for what no database can keep: NUL, lone surrogates."""
    if not text:
        raise BadFile("empty-text", gettext_noop("The text is empty."))
    found = check_text(text)
    if found is not None:
        raise BadFile(
            found.code,
            gettext_noop("Character %(place)d is NUL or half a character. Remove it."),
            place=found.place,
        )
