"""An export of many items takes no more memory than one of few, and so does an import."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from datasets.formats import FORMATS
from datasets.formats.base import Entry, ReadOptions, SourceFile, WriteOptions
from tests.formats.sources import box, entry_file, item, said, span

FEW, MANY = 2_000, 20_000
pytestmark = pytest.mark.slow
SMALLER = {"coco": 6}
"""Of what takes long for each item, a part is enough to tell."""
JPEG = entry_file(b"\xff\xd8 picture")
TEXT = "a message of a usual length, as people write them to a bank or a shop"
SCHEMA: dict[str, Any] = {
    "questions": [
        {"name": "intent", "type": "choice", "labels": []},
        {"name": "entities", "type": "spans", "labels": []},
        {"name": "cells", "type": "boxes", "labels": []},
    ]
}


def texts(count: int) -> Iterator[Entry]:
    for number in range(count):
        answer = said(item("intent", "x"), span("y", 2, 9, 2))
        answers = [{**answer, "annotator": name} for name in ("Ada", "Bo")]
        yield Entry(f"t{number}", "text", TEXT, truths=[answer], annotations=answers)


def images(count: int) -> Iterator[Entry]:
    for number in range(count):
        truth = said(*(box("rbc", n, n, 5, 5, n + 1) for n in range(5)))
        yield Entry(f"{number}.jpg", "image", file=JPEG, truths=[truth])


def peak_of(name: str, entries: Iterator[Entry], out: BinaryIO, **options: Any) -> int:
    writer = FORMATS[name].write
    assert writer is not None
    tracemalloc.start()
    try:
        report = writer(entries, WriteOptions(schema=SCHEMA, **options), out)
        assert report.entries >= FEW // SMALLER["coco"]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "make", "options"),
    [
        ("jsonl", texts, {}),
        ("csv", texts, {}),
        pytest.param("csv", texts, {"rows": "answers"}, marks=pytest.mark.extras),
        pytest.param("conll", texts, {}, marks=pytest.mark.extras),
        pytest.param("coco", images, {}, marks=pytest.mark.extras),
        ("jsonl", images, {}),
    ],
)
def test_memory_of_an_export_does_not_grow_with_its_length(
    tmp_path: Path, name: str, make: Any, options: dict[str, Any]
) -> None:
    part = SMALLER.get(name, 1)
    with (tmp_path / "out").open("wb") as out:
        few = peak_of(name, make(FEW // part), out, **options)
        many = peak_of(name, make(MANY // part), out, **options)
    assert many < few + 200_000 / part


@pytest.mark.parametrize("name", ["jsonl", "coco"])
def test_a_zip_costs_less_than_a_kilobyte_a_member(tmp_path: Path, name: str) -> None:
    count = FEW // SMALLER.get(name, 1)
    with (tmp_path / "out").open("wb") as out:
        few = peak_of(name, images(count), out, files=True)
        many = peak_of(name, images(count * 3), out, files=True)
    assert (many - few) / (count * 2) < 1000


@pytest.mark.parametrize(("name", "ending"), [("jsonl", ".jsonl"), ("csv", ".csv")])
def test_memory_of_an_import_does_not_grow_with_its_length(
    tmp_path: Path, name: str, ending: str
) -> None:
    peaks = []
    for count in (FEW, MANY):
        path = tmp_path / str(count)
        with path.open("wb") as out:
            peak_of(name, texts(count), out)
        reader = FORMATS[name].read
        assert reader is not None
        options = {"text": "text", "key": "key"} if name == "csv" else {}
        tracemalloc.start()
        source = SourceFile(f"x{ending}", path)
        assert sum(1 for _ in reader([source], ReadOptions.from_json(options))) == count + 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 200_000
