"""Texts: kept code point by code point as they came, never normalised.

Of HTML and Markdown the text is the plain layer that `rich.py` makes; the file is kept beside it.
"""

import codecs
import contextlib
import json
import re
from pathlib import Path

from datasets.data_types.base import (
    ALLOWED,
    HEAD_BYTES,
    Allowed,
    BadFile,
    Facts,
    Made,
    digest_of,
    made_file,
    plain,
)
from datasets.data_types.rich import RichText, read_html, read_markdown
from datasets.pure.problems import Problem, gettext_noop
from datasets.pure.region_kinds import kinds_on
from datasets.pure.text_rules import check_text

MAX_BYTES = 1 << 20
ENDINGS = {
    **dict.fromkeys((".txt", ".text"), "text/plain"),
    **dict.fromkeys((".md", ".markdown"), "text/markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "text/html"),
}
RICH = {"text/markdown": read_markdown, "text/html": read_html}
CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset=["']?\s*([A-Za-z0-9_-]{2,20})""", re.I)
# Bytes that no text file holds; a file with one of them is something else.
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class TextType:
    """Texts: messages, articles, transcripts; formatted ones from HTML and Markdown."""

    name = "text"
    region_kinds = kinds_on("text")
    media_types = {"text/plain": ".txt", "text/markdown": ".md", "text/html": ".html"}
    cpu_seconds = 20.0

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return what files are named as, where they hold no binary bytes."""
        media_type = ENDINGS.get(Path(filename.lower()).suffix)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return media_type
        return None if BINARY.search(head) else media_type

    def read(
        self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED, filename: str = ""
    ) -> Facts:
        """Decode the file; the text, or its plain layer, is one of its facts."""
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
        media_type = ENDINGS.get(Path(filename.lower()).suffix, "text/plain")
        data = path.read_bytes()
        declared = CHARSET.search(data[:HEAD_BYTES]) if media_type == "text/html" else None
        text, encoding = decode(data, found, declared[1].decode() if declared else "")
        made: list[Made] = []
        if media_type in RICH:
            rich = RICH[media_type](text)
            text = rich.text
            if rich.left_open:
                found.append(_left_open(rich.left_open))
            if not text:
                raise BadFile("no-words", gettext_noop("There are no words in it."))
            made.append(_write_layout(rich, folder / f"{stem}-layout.json"))
        refuse_unkeepable(text)
        digest = digest_of(path)
        return Facts(
            data_type="text",
            media_type=media_type,
            size=digest.size,
            sha256=digest.sha256,
            text=text,
            encoding=encoding,
            characters=len(text),
            made=made,
            warnings=[plain(problem) for problem in found],
        )


def _write_layout(rich: RichText, path: Path) -> Made:
    path.write_text(json.dumps(rich.layout(), ensure_ascii=False, separators=(",", ":")))
    return made_file("layout", path, "application/json", {"characters": len(rich.text)})


def _left_open(tag: str) -> Problem:
    return Problem(
        "",
        "tag-never-closed",
        gettext_noop("<%(tag)s> is never closed: what stands behind it was left out."),
        {"tag": tag},
    )


def _encoding_of(declared: str) -> str:
    """Return the encoding that a page names for itself, or nothing where it is none of texts."""
    try:
        known = codecs.lookup(declared)
    except LookupError:
        return ""
    is_wide = known.name.startswith(("utf-16", "utf-32", "utf-7", "punycode", "idna"))
    return known.name if getattr(known, "_is_text_encoding", False) and not is_wide else ""


def decode(data: bytes, found: list[Problem], declared: str = "") -> tuple[str, str]:
    """Return the text and the name of its encoding.

    UTF-8, or UTF-16 by its mark, else what the file has `declared` for itself, else Latin-1.

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
        if name := _encoding_of(declared):
            with contextlib.suppress(UnicodeDecodeError):
                return data.decode(name), name
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
