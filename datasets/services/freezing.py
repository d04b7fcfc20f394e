"""Writing the two Parquet files of a version, and its two roots, in one pass by key."""

import secrets
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from datasets.models import Truth
from datasets.pure.canonical import canonical_bytes, sha256_hex
from datasets.pure.merkle import (
    SALT_BYTES,
    TreeBuilder,
    content_leaf,
    seal_row,
    sealed_leaf,
)
from foundation.storage import StoredFile, store_path

ROWS = 4000
"""Entries in a row group: what is read to find one entry."""

LEAVES = pa.schema(
    [
        (name, pa.string())
        for name in ("key_hash", "content_hash", "regions_hash", "lineage_hash", "split")
    ]
)
CONTENT = pa.schema(
    [
        ("key", pa.string()),
        ("content_sha", pa.string()),
        ("regions_hash", pa.string()),
        ("regions", pa.string()),
        ("label", pa.string()),
        ("split", pa.string()),
        ("lineage", pa.string()),
        ("salt", pa.binary()),
    ]
)


class Picked(NamedTuple):
    """An entry to be: its item, the truth that counts, and its split."""

    item_id: int
    truth_id: int
    key: str
    content_sha: str
    label: str
    split: str


@dataclass(frozen=True)
class FrozenFiles:
    """What a version consists of once it is frozen."""

    leaves: StoredFile
    content: StoredFile
    content_root: str
    seal: str


def write_files(
    picked: Sequence[Picked],
    *,
    progress: Callable[[int], None],
    check: Callable[[], None],
    look: Callable[[Truth], None],
) -> FrozenFiles:
    """Write entries that are sorted by key. Memory use is one row group.

    `check` raises when somebody wants the work to stop; `look` is given every truth written.
    """
    root, seal = TreeBuilder(), TreeBuilder()
    with tempfile.TemporaryDirectory(prefix="winnow-freeze-") as folder:
        paths = Path(folder) / "leaves.parquet", Path(folder) / "content.parquet"
        with (
            pq.ParquetWriter(paths[0], LEAVES, compression="zstd") as leaves,
            pq.ParquetWriter(paths[1], CONTENT, compression="zstd") as content,
        ):
            for start in range(0, len(picked), ROWS):
                check()
                rows = _rows(picked[start : start + ROWS], look)
                leaves.write_table(pa.Table.from_pylist(_seal(rows, root, seal), LEAVES))
                content.write_table(pa.Table.from_pylist(rows, CONTENT))
                progress(start + len(rows))
        stored = [store_path(path, suffix=".parquet") for path in paths]
    return FrozenFiles(stored[0], stored[1], root.root(), seal.root())


def _rows(picked: Sequence[Picked], look: Callable[[Truth], None]) -> list[dict[str, Any]]:
    truths = Truth.objects.select_related("schema_revision").in_bulk(
        [entry.truth_id for entry in picked]
    )
    for entry in picked:
        look(truths[entry.truth_id])
    return [_row(entry, truths[entry.truth_id]) for entry in picked]


def _row(entry: Picked, truth: Truth) -> dict[str, Any]:
    lineage = {
        **truth.lineage,
        "method": truth.method,
        "schema_revision": truth.schema_revision.number,
        "accepted_at": truth.at.isoformat(),
    }
    return {
        "key": entry.key,
        "content_sha": entry.content_sha,
        "regions_hash": truth.regions_hash,
        "regions": canonical_bytes(truth.regions).decode(),
        "label": entry.label,
        "split": entry.split,
        "lineage": canonical_bytes(lineage).decode(),
        "salt": secrets.token_bytes(SALT_BYTES),
    }


def _seal(rows: list[dict[str, Any]], root: TreeBuilder, seal: TreeBuilder) -> list[dict[str, str]]:
    sealed = []
    for row in rows:
        root.add(content_leaf(row["key"], row["content_sha"], row["regions_hash"], row["split"]))
        leaf = seal_row(
            row["salt"],
            row["key"],
            row["content_sha"],
            row["regions_hash"],
            sha256_hex(row["lineage"].encode()),
            row["split"],
        )
        seal.add(sealed_leaf(leaf))
        sealed.append(leaf._asdict())
    return sealed
