"""Series on their way in and out: a file an item, marked by channel, read by ranges."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client

from datasets.models import Asset, Dataset, Item, SchemaRevision, Truth
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from foundation.models import Job, Project, User
from tests.datasets.conftest import bytes_of, image_bytes
from tests.datasets.test_exports import export_of
from tests.datasets.test_uploads import refusals, take_in

PARTS = {"original", "values", "levels", "thumbnail"}


def series_bytes(rows: int = 50, *, extra: str = "") -> bytes:
    """A CSV of two sensors, a value a second."""
    lines = ["time [s],temp [°C],load"]
    lines += [f"{row},{np.sin(row):.4f},{row}" for row in range(rows)]
    return ("\n".join(lines) + extra + "\n").encode()


def parquet_bytes() -> bytes:
    """The same as Parquet, with moments that are not evenly apart."""
    out = BytesIO()
    stamps = pa.array([0, 1_000_000, 5_000_000], pa.timestamp("us"))
    pq.write_table(pa.table({"at": stamps, "temp": [1.0, 2.0, 3.0]}), out)
    return out.getvalue()


@pytest.fixture
def sensors(project: Project, mia: User) -> Dataset:
    """An empty dataset of series."""
    return create_dataset(project=project, name="Sensors", data_type="series", by=mia)


@pytest.fixture
def ranges(project: Project) -> SchemaRevision:
    """What is wrong, and when."""
    labels = [{"key": "spike"}, {"key": "drift"}]
    definition = {
        "format": 1,
        "data_type": "series",
        "questions": [
            {"name": "odd", "type": "segments", "labels": labels},
            {"name": "events", "type": "instants", "labels": [{"key": "start"}]},
            {"name": "mean", "type": "number"},
        ],
    }
    return publish_schema(project=project, name="Odd", definition=definition, by=None)


def test_a_csv_is_one_item_in_a_dataset_of_series_and_many_in_a_table(
    sensors: Dataset, project: Project, mia: User
) -> None:
    data = series_bytes()
    job = take_in(sensors, mia, {"a.csv": data, "b.parquet": parquet_bytes()})
    assert job.state == Job.State.SUCCEEDED, job.error
    one, other = Item.objects.filter(dataset=sensors).order_by("key")
    assert (one.data_type, {asset.part for asset in one.assets.all()}) == ("series", PARTS)
    assert {asset.part for asset in other.assets.all()} == {*PARTS, "stamps"}
    facts = one.assets.get(part="original").facts
    assert (facts["rows"], facts["seconds"], facts["clock"]) == (50, 49.0, "plain")
    assert [channel["name"] for channel in facts["channels"]] == ["temp", "load"]
    table = create_dataset(project=project, name="Rows", data_type="table", by=mia)
    take_in(table, mia, {"a.csv": data})
    assert Item.objects.filter(dataset=table, data_type="table").count() == 50


def test_the_same_series_again_change_nothing(sensors: Dataset, mia: User) -> None:
    files = {"a.csv": series_bytes()}
    take_in(sensors, mia, files)
    again = take_in(sensors, mia, files)
    assert again.report is not None
    assert (again.report["created"], again.report["unchanged"]) == (0, 1)
    assert Asset.objects.count() == len(PARTS)


def test_what_is_no_series_is_refused_with_line_and_reason(sensors: Dataset, mia: User) -> None:
    files = {
        "bad.csv": series_bytes(extra="\nlater,1,2"),
        "good.csv": series_bytes(extra="\n50,,inf"),
        "photo.png": image_bytes(),
        "words.csv": b"name,said\nada,hello\nbo,goodbye\n",
    }
    job = take_in(sensors, mia, files)
    assert refusals(job) == {
        ("bad.csv", "bad-stamp"),
        ("photo.png/data_type", "other-data-type"),
        ("words.csv", "no-channel"),
    }
    assert job.report is not None
    told = {one["code"]: one["detail"] for one in job.report["warnings"]}
    assert told["missing-values"] == "Missing values of “temp”: 1 (first in line 52)."
    assert [item.key for item in Item.objects.filter(dataset=sensors)] == ["good.csv"]


def line(name: str, *regions: dict[str, Any]) -> bytes:
    """An item of JSONL with a truth."""
    truth = {"regions": {"format": 1, "regions": list(regions)}}
    return orjson.dumps({"key": name, "data_type": "series", "file": name, "truth": truth}) + b"\n"


def odd(start: float, end: float, label: str = "spike", **more: Any) -> dict[str, Any]:
    """A region of the question for ranges."""
    at = {"start": start, "end": end}
    return {
        "id": f"r{int(start)}",
        "question": "odd",
        "kind": "segment",
        "label": label,
        "at": at,
    } | more


SAID = (
    odd(1, 5.5, on={"channel": "temp"}),
    odd(7, 49, "drift"),
    {"id": "e", "question": "events", "kind": "instant", "label": "start", "at": {"t": 0}},
    {"id": "n", "question": "mean", "kind": "item", "value": 1.5},
)


def test_ranges_moments_and_numbers_go_out_and_come_back(
    sensors: Dataset, ranges: SchemaRevision, project: Project, mia: User
) -> None:
    take_in(
        sensors,
        mia,
        {"x.jsonl": line("a.csv", *SAID), "a.csv": series_bytes()},
        schema=ranges.schema,
    )
    _export, packed = export_of(sensors, mia, options={"files": True})
    other = create_dataset(project=project, name="Back", data_type="series", by=mia)
    job = take_in(other, mia, {"back.zip": packed}, schema=ranges.schema)
    assert job.report is not None
    assert (job.report["created"], job.report["refused"], job.report["truths"]) == (1, 0, 1)
    first, second = Truth.objects.order_by("pk")
    assert first.regions == second.regions
    assert first.regions["regions"][0]["on"] == {"channel": "temp"}


def test_a_table_of_ranges_has_seconds_and_the_times_of_the_clock(
    sensors: Dataset, ranges: SchemaRevision, mia: User
) -> None:
    rows = ["time,temp"] + [f"2026-01-01T00:00:{row:02},{row}" for row in range(50)]
    files = {"x.jsonl": line("a.csv", *SAID), "a.csv": "\n".join(rows).encode()}
    take_in(sensors, mia, files, schema=ranges.schema)
    export, table = export_of(sensors, mia, format="ranges", schema=ranges.schema)
    spike, drift, start = csv.DictReader(io.StringIO(table.decode()))
    assert (spike["key"], spike["label"], spike["channel"]) == ("a.csv", "spike", "temp")
    assert (spike["start"], spike["end"]) == ("1", "5.5")
    assert (spike["start_at"], spike["end_at"]) == (
        "2026-01-01T00:00:01",
        "2026-01-01T00:00:05.500000",
    )
    assert (drift["channel"], drift["end"]) == ("", "49")
    assert export.job is not None
    assert "not-in-time" in str(export.job.report)
    assert (start["question"], start["start"], start["end"]) == ("events", "0", "0")


@pytest.mark.parametrize(
    ("region", "at", "code"),
    [
        (odd(40, 49.5), "at/end", "outside-time"),
        (odd(1, 2, on={"channel": "pressure"}), "on/channel", "unknown-channel"),
    ],
)
def test_a_range_outside_the_series_is_refused_with_its_place(
    sensors: Dataset,
    ranges: SchemaRevision,
    mia: User,
    region: dict[str, Any],
    at: str,
    code: str,
) -> None:
    files = {"x.jsonl": line("a.csv", region), "a.csv": series_bytes()}
    job = take_in(sensors, mia, files, schema=ranges.schema)
    assert refusals(job) == {(f"x.jsonl:1/truth/regions/0/{at}", code)}


def test_a_program_reads_tiles_by_ranges_and_a_page_shows_channels_and_what_was_odd(
    project: Project, mia: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(mia)
    made = client.post(
        f"/api/v1/projects/{project.oid}/datasets",
        {"name": "By REST", "data_type": "series"},
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    dataset = Dataset.objects.get(name="By REST")
    take_in(dataset, mia, {"a.csv": series_bytes(extra="\n50,,1")})
    item = Item.objects.get(dataset=dataset)
    listed = client.get(f"/api/v1/items/{item.oid}").json()["assets"]
    by_role = {asset["role"]: asset for asset in listed}
    values = by_role["values"]
    part = client.get(values["url"], headers={"Range": "bytes=0-399"})
    assert part.status_code == 206
    assert values["facts"]["type"] == "float64"
    assert np.frombuffer(bytes_of(part), "<f8")[1] == round(np.sin(1), 4)
    assert by_role["levels"]["facts"]["levels"][0]["count"] == 7
    shown = client.get(f"/items/{item.oid}").content.decode()
    assert "°C" in shown
    assert "Missing values of “temp”: 1 (first in line 52)." in shown
    upload = client.get(f"/datasets/{dataset.oid}/upload").content.decode()
    assert "each file is one series" in upload


@pytest.mark.real
def test_the_windows_of_nab_come_in_as_ranges(
    sensors: Dataset, ranges: SchemaRevision, mia: User, real_data: Callable[[str], Path]
) -> None:
    folder = real_data("nab")
    windows = json.loads((folder / "labels" / "combined_windows.json").read_text())
    files, lines, count = {}, b"", 0
    for path in sorted((folder / "realKnownCause").glob("*.csv")):
        files[path.name] = path.read_bytes()
        first = datetime.fromisoformat(path.read_text().splitlines()[1].split(",")[0])
        told = windows[f"realKnownCause/{path.name}"]
        at = [
            [(datetime.fromisoformat(one) - first).total_seconds() for one in two] for two in told
        ]
        lines += line(path.name, *(odd(start, end, on={"channel": "value"}) for start, end in at))
        count += len(at)
    job = take_in(sensors, mia, {"x.jsonl": lines, **files}, schema=ranges.schema)
    assert refusals(job) == set()
    said = [truth.regions["regions"] for truth in Truth.objects.all()]
    assert sum(map(len, said)) == count > 0
