"""What an import of 100,000 texts costs beside the raw bulk insert into the same tables.

The import is the job that takes in an uploaded NDJSON file: told apart, read in a child, checked,
hashed, written in batches with progress. The raw insert is one COPY (PostgreSQL) or executemany
(SQLite) a table, of rows that are ready. Rounds take turns; CPU of all processes and the database.
"""

import hashlib
import io
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from django.db import connection, transaction

from benchmarks import stock
from benchmarks.jobs import Cost, do_job
from benchmarks.lines import report
from benchmarks.processes import database_cpu
from benchmarks.quantities import median
from datasets.models import Dataset, Item, ItemContent
from datasets.services.datasets import create_dataset
from datasets.services.uploads import (
    FileToCome,
    commit_upload,
    open_upload,
    part_count,
    part_size,
    put_part,
)
from foundation.models import Job, Project, User

TEXTS = 100_000
ROUNDS = 3
LIMIT = 250
MIB = 1 << 20


def main() -> None:
    """Measure in turns and compare."""
    owner = stock.make_owner()
    project = stock.make_project("Imports", owner)
    raw: list[float] = []
    whole: list[Cost] = []
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as name:
        path = Path(name) / "texts.jsonl"
        write_texts(path)
        insert_raw(make_dataset(project, "warm"), rows_of(1000))
        for number in range(ROUNDS):
            raw.append(insert_raw(make_dataset(project, f"raw {number}"), rows_of(TEXTS)))
            whole.append(import_file(make_dataset(project, f"whole {number}"), path, owner))
    assert all(cost.report["created"] == TEXTS for cost in whole)
    ratios = [cost.all_cpu / spent for cost, spent in zip(whole, raw, strict=True)]
    report(
        f"NDJSON import of {TEXTS:,} texts: CPU beside the raw bulk insert",
        median(ratios),
        "times",
        at_most=4,
        import_cpu_seconds=round(median([cost.all_cpu for cost in whole]), 2),
        of_it_database=round(median([cost.database for cost in whole]), 2),
        raw_cpu_seconds=round(median(raw), 2),
        import_seconds=round(median([cost.seconds for cost in whole]), 1),
    )
    peak = max(cost.peak_bytes for cost in whole) / MIB
    idle = round(max(cost.idle_bytes for cost in whole) / MIB)
    name = "NDJSON import: peak memory of the worker and its reading child"
    report(name, peak, "MiB", at_most=LIMIT, idle=idle)


def write_texts(path: Path) -> None:
    """Write the file that is imported: a key and a text a line."""
    with path.open("wb") as out:
        for number in range(TEXTS):
            item = {"key": f"k{number:07}", "data_type": "text", "data": stock.text(number)}
            out.write(orjson.dumps(item) + b"\n")


def make_dataset(project: Project, name: str) -> Dataset:
    """Make an empty dataset."""
    return create_dataset(project=project, name=name, data_type="text", by=None)


def rows_of(count: int) -> list[tuple[str, str, str]]:
    """Return key, text and hash of each item."""
    texts = [(f"k{number:07}", stock.text(number)) for number in range(count)]
    return [(key, text, hashlib.sha256(text.encode()).hexdigest()) for key, text in texts]


def insert_raw(dataset: Dataset, rows: Sequence[tuple[str, str, str]]) -> float:
    """Insert rows as fast as the database can; returns the CPU seconds that it took."""
    first = (Item.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    now = "2026-11-01 00:00:00"
    items = [
        (first + number, dataset.pk, key, "text", digest, "{}", "", "", now)
        for number, (key, _text, digest) in enumerate(rows)
    ]
    contents = [(first + number, text) for number, (_key, text, _digest) in enumerate(rows)]
    item = (Item._meta.db_table, "id dataset_id key data_type content_hash metadata group split")
    content = (ItemContent._meta.db_table, "item_id text")
    before = time.process_time() + database_cpu()
    with transaction.atomic():
        _insert(item[0], [*item[1].split(), "created_at"], items)
        _insert(content[0], content[1].split(), contents)
    spent = time.process_time() + database_cpu() - before
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [item[0], first + len(rows)]
            )
    return spent


def _insert(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = "".join(["\t".join(map(str, row)) + "\n" for row in rows])
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO(lines))
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608


def import_file(dataset: Dataset, path: Path, by: User) -> Cost:
    """Upload a file and do the job that takes it in; returns what the job cost."""
    job = hand_over(dataset, path, by)
    os.sync()  # what the upload left to be written is not the job's
    return do_job(job.pk)


def hand_over(dataset: Dataset, path: Path, by: User) -> Job:
    """Upload a file; returns the job that takes it in."""
    to_come = FileToCome(path.name, path.stat().st_size)
    upload = open_upload(dataset=dataset, files=[to_come], options={}, by=by)
    [file] = upload.files.all()
    with path.open("rb") as source:
        for number in range(1, part_count(file) + 1):
            chunk = source.read(part_size(file))
            put_part(upload=upload, position=0, number=number, chunks=[chunk])
    return commit_upload(upload=upload, by=by)
