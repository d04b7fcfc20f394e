"""Which format a bunch of dropped files is, and the options that go with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from datasets.formats import conll, lines
from datasets.formats.base import ReadOptions, SourceFile
from datasets.formats.csv import find_table
from datasets.formats.files import common_folder
from datasets.formats.lookup import MEDIA_ENDINGS, SERIES_ENDINGS
from datasets.pure.problems import Problem

HEAD_BYTES = 1 << 16
ARCHIVE_ENDING = ".zip"
NATIVE = (b'"data"', b'"file"')
TEXT_FIELDS = ("text", "sentence", "message", "content", "body", "prompt")
LABEL_FIELDS = ("label", "category", "class", "target", "intent", "sentiment")


@dataclass(frozen=True, slots=True)
class Detected:
    """A format, options that were guessed for it, and for tables their columns and first rows."""

    format: str
    options: Mapping[str, Any] = field(default_factory=dict)
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def is_archive(file: SourceFile) -> bool:
    """Whether a file is a ZIP that is to be unpacked first."""
    if not file.name.lower().endswith(ARCHIVE_ENDING):
        return False
    with file.path.open("rb") as opened:
        return opened.read(2) == b"PK"


def detect(files: Sequence[SourceFile], options: ReadOptions | None = None) -> Detected:
    """Return the format that fits the files best, archives unpacked already.

    The first that fits wins: JSONL, COCO, Pascal VOC, CoNLL, CSV, lines of one text file when
    the options ask for texts, and otherwise each file an item. Where the options ask for series, a
    CSV is never a table of items, but an item itself.
    """
    options = options or ReadOptions()
    for look in (_look_for_json, _look_for_xml, _look_for_conll):
        detected = look(files)
        if detected is not None:
            return detected
    if options.data_type != "series":
        for file in _with_ending(files, ".csv", ".tsv", ".tab"):
            return _detect_table(file, options)
    return _detect_loose(files)


def _look_for_json(files: Sequence[SourceFile]) -> Detected | None:
    for file in _with_ending(files, ".jsonl", ".ndjson"):
        first = _head(file).split(b"\n", 1)[0]
        if all(name in first for name in (b'"chosen"', b'"rejected"')):
            return Detected("pairs")
        return Detected("jsonl", _fields_of(_head(file)))
    for file in _with_ending(files, ".json"):
        head = _head(file)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            return Detected("jsonl", _fields_of(head))
        if _looks_like_coco(file, head):
            return Detected("coco")
    return None


def _look_for_xml(files: Sequence[SourceFile]) -> Detected | None:
    found = any(b"<annotation" in _head(file) for file in _with_ending(files, ".xml")[:10])
    return Detected("voc") if found else None


def _look_for_conll(files: Sequence[SourceFile]) -> Detected | None:
    heads = (_head(file) for file in _with_ending(files, *conll.ENDINGS)[:10])
    found = any(conll.looks_like_conll(head.decode("utf-8", "replace")) for head in heads)
    return Detected("conll") if found else None


def _detect_table(file: SourceFile, options: ReadOptions) -> Detected:
    warnings: list[Problem] = []
    columns, rows, guessed = find_table(file, options, warnings)
    return Detected("csv", changed_options(guessed), columns, rows[:20])


def _detect_loose(files: Sequence[SourceFile]) -> Detected:
    """Loose images or texts; a lone text file of many lines is read line by line."""
    texts = _with_ending(files, *lines.ENDINGS)
    if len(files) == 1 and texts and len(_head(texts[0]).splitlines()) > 1:
        return Detected("lines")
    names = [file.name for file in files]
    top = common_folder(names)
    media = [name for name in names if name.lower().endswith(MEDIA_ENDINGS + SERIES_ENDINGS)]
    folders = {name.removeprefix(top).rpartition("/")[0] for name in media or names}
    labelled = len(folders) > 1 and "" not in folders
    return Detected("files", {"folders_are_labels": True} if labelled else {})


def changed_options(options: ReadOptions) -> dict[str, Any]:
    """Return the options that are not at their default, as JSON."""
    return {
        one.name: getattr(options, one.name)
        for one in fields(options)
        if getattr(options, one.name) != one.default
    }


def _fields_of(head: bytes) -> dict[str, Any]:
    """Return options for JSON objects that are not ours: which field is the text, the label."""
    first = head.split(b"\n", 1)[0]
    if any(name in first for name in NATIVE):
        return {}
    text = _first_named(first, TEXT_FIELDS)
    label = _first_named(first, LABEL_FIELDS)
    return {name: value for name, value in (("text", text), ("label", label)) if value}


def _first_named(line: bytes, names: Iterable[str]) -> str:
    return next((name for name in names if f'"{name}"'.encode() in line), "")


def _looks_like_coco(file: SourceFile, head: bytes) -> bool:
    """Whether a JSON object has images and annotations; large ones may name one of them late."""
    names = (b'"images"', b'"annotations"', b'"categories"')
    if not any(name in head for name in names):
        return False
    with file.path.open("rb") as opened:
        opened.seek(max(0, file.path.stat().st_size - HEAD_BYTES))
        tail = opened.read()
    return sum(name in head or name in tail for name in names) >= 2 or b'"bbox"' in head + tail


def _with_ending(files: Sequence[SourceFile], *endings: str) -> list[SourceFile]:
    return [file for file in files if file.name.lower().endswith(endings)]


def _head(file: SourceFile) -> bytes:
    with file.path.open("rb") as opened:
        return opened.read(HEAD_BYTES)
