"""Files on their way in: told apart by their bytes, read in a capped child, stored once.

A text file becomes a text. An image that is there already under its key is neither decoded nor
stored again.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from datasets.data_types import DATA_TYPES
from datasets.data_types.base import Facts, digest_of, from_plain
from datasets.data_types.reading import FileReader, FileToRead
from datasets.formats.base import Record, SourceFile
from datasets.models import Asset, Dataset
from datasets.pure.problems import Problem
from datasets.queries.items import NO_MEASURES, Measures, known_items, measures_of
from datasets.services.import_reading import (
    NewAsset,
    Prepared,
    RecordReader,
    Refusal,
    other_content,
    refusal_of,
)
from foundation import storage

LONGEST_FILE_NAME = 300
KEPT_FACTS = (
    *("mode", "frames", "orientation"),
    *("seconds", "rate", "channels", "codec", "loudest"),
    *("frame_rate", "variable", "sound"),
    *("rows", "start", "end", "clock", "step", "gap_from", "gaps"),
    "warnings",
)


class _Incoming(NamedTuple):
    """A record whose file must be decoded."""

    position: int
    record: Record
    file: SourceFile


def prepare_files(
    dataset: Dataset,
    batch: Sequence[tuple[int, Record]],
    records: RecordReader,
    reader: FileReader,
) -> Iterator[Prepared | Refusal]:
    """Yield records with files ready to be written, or why they cannot be."""
    has_assets = dataset.data_type != "text"  # a text's hash is that of its words, not its file's
    keys = [record.key for _, record in batch if has_assets and record.key.isprintable()]
    known = known_items(dataset.pk, keys)
    measures = measures_of([item.pk for item in known.values()])
    to_decode = []
    for position, record in batch:
        file, there = cast(SourceFile, record.file), known.get(record.key)
        if there is None:
            to_decode.append(_Incoming(position, record, file))
        elif there.content_hash == digest_of(file.path).sha256:
            record.data_type = dataset.data_type
            yield records.prepare(
                position,
                record,
                content_hash=there.content_hash,
                measures=measures.get(there.pk, NO_MEASURES),
            )
        else:
            yield other_content(position, record)
    yield from _decode(dataset, to_decode, records, reader)


def _decode(
    dataset: Dataset, incoming: Sequence[_Incoming], records: RecordReader, reader: FileReader
) -> Iterator[Prepared | Refusal]:
    files = [
        FileToRead(one.file.path, one.file.name, _told_type(dataset, one.record))
        for one in incoming
    ]
    for one, (_file, read) in zip(incoming, reader.read(files), strict=True):
        if isinstance(read, Problem):
            yield refusal_of(one.position, one.record.place, one.record.key, read)
            continue
        try:
            yield _prepare(one, read, records)
        finally:
            for made in read.get("made", []):
                Path(made["path"]).unlink(missing_ok=True)


def _told_type(dataset: Dataset, record: Record) -> str | None:
    """Return the data type where the bytes cannot tell it: CSV looks like any text."""
    return "series" if (record.data_type or dataset.data_type) == "series" else None


def _prepare(one: _Incoming, facts: Facts, records: RecordReader) -> Prepared | Refusal:
    """Check the record against what was read; store its files when nothing is wrong."""
    one.record.data_type = facts["data_type"]
    one.record.text = facts.get("text")
    prepared = records.prepare(
        one.position,
        one.record,
        content_hash=facts["sha256"],
        measures=Measures(
            facts.get("width"), facts.get("height"), facts.get("seconds"), facts.get("channels")
        ),
    )
    if isinstance(prepared, Prepared):
        prepared.warnings = [*prepared.warnings, *map(from_plain, facts["warnings"])]
    # The bytes of a plain text are not kept: its text is all of it.
    is_kept = one.record.text is None or (
        facts["made"] and not known_items(records.dataset.pk, [one.record.key])
    )
    if isinstance(prepared, Prepared) and is_kept:
        prepared.assets = [_store_original(one.file, facts), *_store_made(facts)]
    return prepared


def _store_original(file: SourceFile, facts: Facts) -> NewAsset:
    ending = DATA_TYPES[facts["data_type"]].media_types[facts["media_type"]]
    stored = storage.store_path(file.path, suffix=ending)
    known: dict[str, Any] = {
        "width": facts.get("stored_width", facts.get("width")),
        "height": facts.get("stored_height", facts.get("height")),
        **{name: facts.get(name) for name in KEPT_FACTS},
    }
    return NewAsset(
        part=Asset.Part.ORIGINAL.value,
        sha256=stored.sha256,
        size=stored.size,
        media_type=facts["media_type"],
        storage_key=stored.key,
        file_name=file.name.rpartition("/")[2][-LONGEST_FILE_NAME:],
        facts={name: value for name, value in known.items() if value not in (None, [])},
    )


def _store_made(facts: Facts) -> Iterator[NewAsset]:
    """Store what reading has made from the original."""
    for made in facts["made"]:
        path = Path(made["path"])
        stored = storage.store_path(path, suffix=path.suffix)
        yield NewAsset(
            part=made["role"],
            sha256=stored.sha256,
            size=stored.size,
            media_type=made["media_type"],
            storage_key=stored.key,
            file_name="",
            facts=made["facts"],
        )
