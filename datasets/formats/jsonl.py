"""JSONL, our own lossless form: an item a line, as `items.py` describes it.

Images travel in a ZIP: `items.jsonl` beside `files/`, with `schema.json` and `manifest.json`.
JSONL of somebody else, with fields of its own, is read like a table when the options name a field.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import orjson

from datasets.formats.base import (
    Entry,
    Format,
    Found,
    Read,
    ReadOptions,
    Record,
    Refused,
    SourceFile,
    WriteOptions,
    WriteReport,
)
from datasets.formats.columns import RowReader
from datasets.formats.items import MAX_LINE, BadItem, item_json, load_json, parse_line
from datasets.formats.json_stream import iter_array
from datasets.formats.lookup import MEDIA_ENDINGS, FileIndex
from datasets.formats.packing import Package, file_name_of
from datasets.pure.problems import Problem, gettext_noop

ITEMS = "items.jsonl"
SCHEMA = "schema.json"
MANIFEST = "manifest.json"
ENDINGS = (".jsonl", ".ndjson", ".json")
BOM = b"\xef\xbb\xbf"
BUFFER = 1 << 16


def read(files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Read]:
    """Yield the items of all JSONL files; images are looked up among the other files."""
    index = FileIndex(files)
    with_items = [file for file in files if file.name.lower().endswith(ENDINGS)]
    schemas = [file for file in with_items if _base_name(file) == SCHEMA]
    with_items = [file for file in with_items if _base_name(file) not in (SCHEMA, MANIFEST)]
    if options.text or options.label or options.file or options.table:
        yield from _read_foreign(with_items, RowReader(options, index))
        return
    found = Found(schema=_read_schema(schemas[0]) if schemas else None)
    for place, line in lines_of_files(with_items):
        if isinstance(line, Refused):
            yield line
            continue
        read = parse_line(line, place, default_key=place, find_file=index.find)
        if isinstance(read, Record):
            found.data_type = read.data_type
        yield read
    if left := sum(1 for _ in index.unused(MEDIA_ENDINGS)):
        found.warnings.append(
            Problem(
                "",
                "files-not-mentioned",
                gettext_noop("%(count)d files are not mentioned in the JSONL and were left out."),
                {"count": left},
            )
        )
    yield found


def _read_foreign(files: Sequence[SourceFile], rows: RowReader) -> Iterator[Read]:
    for place, line in lines_of_files(files):
        if isinstance(line, Refused):
            yield line
        else:
            yield from rows.read_json(line, place)
    yield from rows.finish()


def lines_of_files(files: Sequence[SourceFile]) -> Iterator[tuple[str, bytes | Refused]]:
    """Yield the lines of all files; a file that breaks in the middle ends with a refusal."""
    for file in files:
        try:
            yield from iter_lines(file)
        except BadItem as bad:
            yield file.name, Refused(file.name, "", bad.problem)


def iter_lines(file: SourceFile) -> Iterator[tuple[str, bytes]]:
    """Yield the lines that hold something, each with its place; one JSON array works too."""
    with file.path.open("rb") as lines:
        start = lines.read(256).removeprefix(BOM).lstrip()
        if start.startswith(b"["):
            for number, element in enumerate(iter_array(file.path), 1):
                yield f"{file.name}[{number}]", orjson.dumps(element)
            return
        lines.seek(0)
        for number, line in enumerate(_bounded(lines), 1):
            if number == 1:
                line = line.removeprefix(BOM)
            if line and not line.isspace():
                yield f"{file.name}:{number}", line


def _bounded(lines: BinaryIO) -> Iterator[bytes]:
    """Yield line by line; of a line that is far too long, only its beginning."""
    while line := lines.readline(MAX_LINE + 1):
        yield line
        while not line.endswith(b"\n") and (line := lines.readline(MAX_LINE)):
            pass


def _base_name(file: SourceFile) -> str:
    return file.name.rpartition("/")[2]


def _read_schema(file: SourceFile) -> dict[str, object] | None:
    with file.path.open("rb") as lines:
        try:
            value = load_json(lines.read(MAX_LINE))
        except BadItem:
            return None
    return value if isinstance(value, dict) else None


def write(entries: Iterable[Entry], options: WriteOptions, out: BinaryIO) -> WriteReport:
    """Write a line an entry; with `options.files`, a ZIP that also holds the originals."""
    report = WriteReport()
    if not options.files:
        _write_lines(entries, out, report, None)
        return report
    with Package(out) as package, tempfile.TemporaryFile() as lines:
        _write_lines(entries, lines, report, package)
        lines.seek(0)
        package.add_stream(ITEMS, lines)
        if options.schema is not None:
            package.add_json(SCHEMA, options.schema)
        package.add_report(MANIFEST, options.manifest, report)
    return report


def _write_lines(
    entries: Iterable[Entry], out: BinaryIO, report: WriteReport, package: Package | None
) -> None:
    buffer = bytearray()
    for entry in entries:
        name = file_name_of(entry, entry.file) if entry.file else ""
        if package is not None and entry.file is not None:
            name = f"files/{name}"
            package.add_file(name, entry.file)
        buffer += orjson.dumps(item_json(entry, name), option=orjson.OPT_APPEND_NEWLINE)
        if len(buffer) >= BUFFER:
            out.write(buffer)
            buffer.clear()
        report.entries += 1
    out.write(buffer)


FORMAT = Format(
    name="jsonl",
    title=gettext_noop("JSONL, everything, without loss"),
    ending=".jsonl",
    media_type="application/x-ndjson",
    read=read,
    write=write,
)
