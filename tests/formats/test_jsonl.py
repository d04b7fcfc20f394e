"""JSONL keeps everything; a bad line is refused with its place and stops nobody."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.formats.base import Entry, Found, SourceFile
from datasets.formats.zip import unpack
from tests.formats.sources import (
    OneWay,
    as_entries,
    entry_file,
    files,
    golden,
    item,
    read,
    said,
    write,
)

SCHEMA = {
    "format": 1,
    "data_type": "image",
    "questions": [{"name": "kind", "type": "choice", "labels": [{"key": "cat", "name": "Cat"}]}],
}


def test_the_golden_file_gives_its_items_and_names_each_bad_line() -> None:
    reading = read("jsonl", golden("items.jsonl"))
    assert [record.key for record in reading.records] == ["a1", "a2", "a3", "t1", "items.jsonl:11"]
    assert [record.place for record in reading.records][:3] == [
        "items.jsonl:1",
        "items.jsonl:2",
        "items.jsonl:4",
    ]
    assert dict(zip(reading.places, reading.codes, strict=True)) == {
        "items.jsonl:6": "unknown-key",
        "items.jsonl:7": "bad-data",
        "items.jsonl:8": "lone-surrogate",
        "items.jsonl:9": "nul",
        "items.jsonl:10": "no-annotator",
        "items.jsonl:12": "not-json",
        "items.jsonl:13": "not-an-object",
    }
    assert [one.problem.at for one in reading.refused][:4] == ["colour", "data", "", "data"]


def test_a_line_keeps_all_that_is_said_of_an_item() -> None:
    first, second, third, row, _ = read("jsonl", golden("items.jsonl")).records
    assert (first.group, first.split, first.metadata) == ("p7", "train", {"channel": "chat"})
    assert first.truths[0]["schema"] == "intents"
    assert first.annotations[0]["reviews"][0]["verdict"] == "accept"
    assert first.suggestions[0]["source"] == "keywords"
    assert second.text == "Grüße — 😀\r\nsecond line"
    assert third.truths == [said(item("intent", "greeting"))]
    assert row.row == {"mass": 3750, "sex": None, "island": "Biscoe"}
    assert row.data_type == "table"


def test_what_is_written_is_read_again_the_same(tmp_path: Path) -> None:
    records = read("jsonl", golden("items.jsonl")).records
    data, report = write("jsonl", as_entries(records))
    again = read("jsonl", files(tmp_path, {"out.jsonl": data})).records
    assert report.entries == len(records)
    assert report.losses == {}
    assert [strip_place(one) for one in again] == [strip_place(one) for one in records]
    assert write("jsonl", as_entries(again))[0] == data


def strip_place(record: Any) -> dict[str, Any]:
    return {
        name: getattr(record, name) for name in type(record).__dataclass_fields__ if name != "place"
    }


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf{"key":"a","data":"x"}\r\n\r\n{"key":"b","data":"y"}\r\n'
    reading = read("jsonl", files(tmp_path, {"x.ndjson": content}))
    assert [(record.key, record.text) for record in reading.records] == [("a", "x"), ("b", "y")]


def test_a_json_array_is_read_like_lines(tmp_path: Path) -> None:
    content = '\ufeff[\n {"key": "a", "data": "x"},\n {"data": "y"},\n {"key": 3, "data": "z"}]'
    reading = read("jsonl", files(tmp_path, {"x.json": content}))
    assert [record.key for record in reading.records] == ["a", "x.json[2]"]
    assert reading.codes == ["bad-key"]


def test_an_array_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    reading = read("jsonl", files(tmp_path, {"x.json": '[{"key": "a", "data": "x"}, {"key"'}))
    assert [record.key for record in reading.records] == ["a"]
    assert reading.codes == ["not-json"]


def test_a_line_without_end_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    long = b'{"key":"a","data":"' + b"x" * (40 << 20)
    content = b'{"key":"b","data":"y"}\n' + long + b'\n{"key":"c","data":"z"}'
    reading = read("jsonl", files(tmp_path, {"x.jsonl": content}))
    assert [record.key for record in reading.records] == ["b", "c"]
    assert (reading.places, reading.codes) == (["x.jsonl:2"], ["line-too-long"])


@pytest.mark.parametrize(
    ("more", "at", "code"),
    [
        ({"key": ""}, "key", "bad-key"),
        ({"key": "x" * 201}, "key", "bad-key"),
        ({"key": 7}, "key", "bad-key"),
        ({"data": ""}, "data", "empty-text"),
        ({"data": "é" * (1 << 19) + "x"}, "data", "text-too-long"),
        ({"data": 3}, "data", "bad-data"),
        ({"data": {}}, "data", "empty-row"),
        ({"data": {"a": [1]}}, "data/a", "bad-cell"),
        ({"data": {"a": 1}, "data_type": "text"}, "data", "bad-data"),
        ({"data_type": "audio"}, "data", "bad-data"),
        ({"metadata": [1]}, "metadata", "bad-metadata"),
        ({"group": 1}, "group", "bad-group"),
        ({"split": "dev"}, "split", "bad-split"),
        ({"truth": "cat"}, "truth", "not-an-object"),
        ({"truth": {"label": "cat"}}, "truth/label", "unknown-key"),
        ({"truth": {"schema": "s"}}, "truth/regions", "no-regions"),
        ({"truth": {"regions": {}, "revision": True}}, "truth/revision", "bad-value"),
        ({"suggestions": {}, "metadata": {"a": 1}}, None, None),
        ({"suggestions": {"a": 1}}, "suggestions", "not-a-list"),
        ({"annotations": [{"annotator": "", "regions": {}}]}, "annotations/0/annotator", None),
        ({"annotations": [said(annotator="Ada", reviews=[{"by": "x"}])]}, None, "unknown-key"),
        ({"sha256": "0"}, "sha256", "unknown-key"),
        ({"file": "a.jpg", "data": None}, "file", "file-missing"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    tmp_path: Path, more: dict[str, Any], at: str | None, code: str | None
) -> None:
    line = json.dumps({"key": "a", "data": "x", **more}, ensure_ascii=False)
    reading = read("jsonl", files(tmp_path, {"x.jsonl": line}))
    if at is None and code is None:
        assert reading.codes == []
        return
    (refused,) = reading.refused
    assert at in (None, refused.problem.at)
    assert code in (None, refused.problem.code)


def images() -> list[Entry]:
    return [
        Entry(
            "cats/1.jpg", "image", file=entry_file(b"\xff\xd8one"), truths=[said(item("k", "cat"))]
        ),
        Entry("../../etc/passwd", "image", file=entry_file(b"\x89PNG two", media_type="image/png")),
        Entry("plain", "image", file=entry_file(b"\xff\xd8three")),
        Entry("plain.jpg", "image", file=entry_file(b"\xff\xd8four")),
    ]


def test_images_travel_in_a_zip_with_their_schema_and_come_back(tmp_path: Path) -> None:
    data, report = write("jsonl", images(), files=True, schema=SCHEMA, manifest={"dataset": "Cats"})
    assert report.entries == 4
    (archive,) = files(tmp_path, {"export.zip": data})
    inner = tmp_path / "inner"
    inner.mkdir()
    members = [one for one in unpack(archive, inner) if isinstance(one, SourceFile)]
    assert {"items.jsonl", "schema.json", "manifest.json", "files/cats/1.jpg"} <= {
        one.name for one in members
    }
    reading = read("jsonl", members)
    assert reading.refused == []
    assert [record.key for record in reading.records] == [entry.key for entry in images()]
    stored = [record.file.path.read_bytes() for record in reading.records if record.file]
    assert stored == [entry.file.open().read() for entry in images() if entry.file]
    assert reading.found.schema == SCHEMA
    assert reading.records[0].truths == [said(item("k", "cat"))]


def test_the_same_entries_give_the_same_bytes() -> None:
    assert write("jsonl", images(), files=True) == write("jsonl", images(), files=True)


def test_no_name_in_the_zip_leads_out_of_it_and_no_date_tells_when() -> None:
    data, _ = write("jsonl", images(), files=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith("/") or ".." in name.split("/")]


def test_images_that_no_line_mentions_are_counted(tmp_path: Path) -> None:
    given = {"x.jsonl": b'{"key":"a","file":"a.jpg"}', "a.jpg": b"\xff\xd8", "b.jpg": b"\xff\xd8"}
    reading = read("jsonl", files(tmp_path, given))
    assert [record.data_type for record in reading.records] == ["image"]
    assert [warning.code for warning in reading.found.warnings] == ["files-not-mentioned"]


def test_foreign_fields_are_read_when_the_options_name_them(tmp_path: Path) -> None:
    content = '{"id": 7, "sentence": "good film", "stars": 5}\n{"id": 8, "sentence": ""}\n[]\n'
    reading = read(
        "jsonl", files(tmp_path, {"x.jsonl": content}), text="sentence", label="stars", key="id"
    )
    (record,) = reading.records
    assert (record.key, record.text, record.metadata) == ("7", "good film", {})
    assert record.truths == [said(item("label", "5"))]
    assert reading.codes == ["empty-text", "not-an-object"]
    assert reading.found == Found("text", "label", "choice", [("5", "5")])


keepable = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | keepable,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keepable, inner, max_size=3),
    max_leaves=8,
)
cells = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | keepable
entries = st.builds(
    lambda key, text, row, metadata, labels: Entry(
        key,
        "text" if text else "table",
        text or None,
        None if text else row,
        metadata=metadata,
        truths=[said(*(item("q", label, n) for n, label in enumerate(labels)))] if labels else [],
        suggestions=[],
        annotations=[said(item("q", label), annotator="Bo") for label in labels],
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=200),
    keepable,
    st.dictionaries(keepable, cells, min_size=1, max_size=4),
    st.dictionaries(keepable, json_values, max_size=3),
    st.lists(st.sampled_from(["cat", "dog"]), max_size=3),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(entries, max_size=5))
def test_any_entries_survive_the_way_out_and_in(tmp_path: Path, given_entries: list[Entry]) -> None:
    data, _ = write("jsonl", given_entries)
    reading = read("jsonl", files(tmp_path, {"x.jsonl": data}))
    assert reading.refused == []
    assert list(as_entries(reading.records)) == given_entries


def test_a_zip_is_written_to_a_stream_that_cannot_go_back() -> None:
    assert not OneWay().seekable()
    assert write("jsonl", images(), files=True)[0].startswith(b"PK")
