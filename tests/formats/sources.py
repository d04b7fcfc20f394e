"""Files to read and entries to write, made in a line each."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from datasets.formats import FORMATS
from datasets.formats.base import (
    Entry,
    EntryFile,
    Found,
    Read,
    ReadOptions,
    Record,
    Refused,
    SourceFile,
    WriteOptions,
    WriteReport,
)
from datasets.pure.canonical import sha256_hex

GOLDEN = Path(__file__).parent / "golden"


@dataclass
class Reading:
    """What a reader gave, sorted."""

    records: list[Record] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    found: Found = field(default_factory=Found)

    @property
    def codes(self) -> list[str]:
        """Why things were refused, in order."""
        return [one.problem.code for one in self.refused]

    @property
    def places(self) -> list[str]:
        """Where what was refused stood."""
        return [one.place for one in self.refused]


def gather(reads: Iterable[Read]) -> Reading:
    """Sort what a reader gives."""
    reading = Reading()
    for one in reads:
        if isinstance(one, Record):
            reading.records.append(one)
        elif isinstance(one, Refused):
            assert one.problem.detail  # its sentence can be filled in
            reading.refused.append(one)
        else:
            reading.found = one
    return reading


def files(folder: Path, contents: Mapping[str, bytes | str]) -> list[SourceFile]:
    """Write files under names of ours; each is known by the name it came with."""
    folder.mkdir(exist_ok=True)
    made = []
    for number, (name, content) in enumerate(contents.items()):
        path = folder / f"{number:04d}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        made.append(SourceFile(name, path))
    return made


def golden(*names: str) -> list[SourceFile]:
    """The golden files of these names."""
    return [SourceFile(name, GOLDEN / name) for name in names]


def read(format_name: str, sources: list[SourceFile], **options: Any) -> Reading:
    """Read files in a format, here and now."""
    reader = FORMATS[format_name].read
    assert reader is not None
    return gather(reader(sources, ReadOptions.from_json(options)))


def write(format_name: str, entries: Iterable[Entry], **options: Any) -> tuple[bytes, WriteReport]:
    """Write entries in a format to a stream that cannot seek."""
    writer = FORMATS[format_name].write
    assert writer is not None
    out = OneWay()
    report = writer(entries, WriteOptions(**options), out)  # type: ignore[arg-type]
    return out.content(), report


class OneWay(io.RawIOBase):
    """A stream like a socket: bytes go in, and nothing goes back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def content(self) -> bytes:
        """All that was written."""
        return b"".join(self._parts)


def entry_file(content: bytes, *, media_type: str = "image/jpeg", **known: Any) -> EntryFile:
    """A file of an entry."""

    def opened() -> BinaryIO:
        return io.BytesIO(content)

    facts = {"width": 64, "height": 48, **known}
    return EntryFile(media_type, len(content), sha256_hex(content), opened, **facts)


def item(question: str, label: str, number: int = 1) -> dict[str, Any]:
    """A region that labels the whole item."""
    return {"id": f"r{number}", "question": question, "kind": "item", "label": label}


def box(label: str, x: float, y: float, w: float, h: float, number: int = 1) -> dict[str, Any]:
    """A box under the question `cells`."""
    at = {"x": x, "y": y, "w": w, "h": h}
    return {"id": f"r{number}", "question": "cells", "kind": "box", "label": label, "at": at}


def span(label: str, start: int, end: int, number: int = 1) -> dict[str, Any]:
    """A span under the question `entities`."""
    at = {"start": start, "end": end}
    return {"id": f"r{number}", "question": "entities", "kind": "span", "label": label, "at": at}


def said(*regions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An opinion: a truth, suggestion or annotation."""
    return {"regions": {"format": 1, "regions": list(regions)}, **more}


def regions_of(record: Record) -> list[dict[str, Any]]:
    """The regions of a record's truth."""
    (truth,) = record.truths
    regions: list[dict[str, Any]] = truth["regions"]["regions"]
    return regions


def labels_of(record: Record) -> list[str]:
    """The labels of a record's truth."""
    return [region["label"] for region in regions_of(record)]


def as_entries(records: Iterable[Record]) -> Iterator[Entry]:
    """Records as they would go out again."""
    for record in records:
        file = None
        if record.file is not None:
            file = entry_file(record.file.path.read_bytes(), name=record.file.name)
        yield Entry(
            record.key,
            record.data_type,
            record.text,
            record.row,
            file,
            metadata=record.metadata,
            group=record.group,
            split=record.split,
            truths=record.truths,
            suggestions=record.suggestions,
            annotations=record.annotations,
        )
