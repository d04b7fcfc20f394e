"""CSV however it is written, refused rows with their line, and cells without formulas."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.formats.base import Entry
from datasets.formats.cells import DANGEROUS
from tests.formats.sources import (
    box,
    entry_file,
    files,
    golden,
    item,
    labels_of,
    read,
    said,
    write,
)

OPTIONS = {"text": "text", "label": "intent", "key": "id"}
SCHEMA: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "intent",
            "type": "choice",
            "labels": [{"key": "arrival", "name": "Card arrival"}, {"key": "hello", "name": "Hi"}],
        },
        {"name": "price", "type": "number"},
        {"name": "topics", "type": "choices", "labels": [{"key": "a", "name": "A"}]},
    ],
}


def test_the_golden_file_gives_its_rows_and_names_the_ragged_ones() -> None:
    reading = read("csv", golden("intents.csv"), **OPTIONS)
    assert [record.key for record in reading.records] == ["1", "2", "3", "6"]
    assert [record.text for record in reading.records] == [
        "Where is\nmy card?",
        'He said "now", twice',
        "plain",
        "ümlaut 😀",
    ]
    assert reading.places == ["intents.csv:6", "intents.csv:7"]
    assert reading.codes == ["ragged-row", "ragged-row"]
    assert reading.refused[0].problem.values == {"cells": 5, "columns": 4}
    assert [len(record.truths) for record in reading.records] == [1, 1, 0, 1]
    assert reading.records[0].metadata == {"channel": "chat"}
    assert reading.found.labels == [("card_arrival", "card_arrival"), ("greeting", "greeting")]


@pytest.mark.parametrize(
    "content",
    [
        b"text,label\r\na longer text,x\r\nanother text,y\r\n",
        b"\xef\xbb\xbftext,label\na longer text,x\nanother text,y\n",
        b"text;label\na longer text;x\nanother text;y",
        b"text\tlabel\ra longer text\tx\ranother text\ty\r",
        "text|label\na longer text|x\nanother text|y\n".encode("utf-16"),
        b'"text","label"\n"a longer text","x"\n\n"another text","y"\n',
    ],
)
def test_a_dialect_is_found_by_looking(tmp_path: Path, content: bytes) -> None:
    reading = read("csv", files(tmp_path, {"x.csv": content}), text="text", label="label")
    assert reading.refused == []
    assert [record.text for record in reading.records] == ["a longer text", "another text"]
    assert [labels_of(record) for record in reading.records] == [["x"], ["y"]]


def test_latin_1_is_read_with_a_warning_that_names_it(tmp_path: Path) -> None:
    content = "text,label\nGrüße aus Köln,x\n".encode("latin-1")
    reading = read("csv", files(tmp_path, {"x.csv": content}), text="text")
    assert reading.records[0].text == "Grüße aus Köln"
    assert [warning.code for warning in reading.found.warnings] == ["read-as-latin-1"]
    strict = read("csv", files(tmp_path, {"x.csv": content}), text="text", encoding="utf-8")
    assert strict.codes == ["broken-encoding"]


def test_quotes_that_do_not_pair_are_letters(tmp_path: Path) -> None:
    content = 'ham\t"To be or not\nspam\tWin 5" screens\nham\tok then "fine"\n'
    reading = read("csv", files(tmp_path, {"x.tsv": content}), text="2", label="1")
    assert [record.text for record in reading.records] == [
        '"To be or not',
        'Win 5" screens',
        'ok then "fine"',
    ]
    assert [warning.code for warning in reading.found.warnings] == ["quotes-are-letters"]


def test_a_stray_quote_loses_its_row_and_no_other(tmp_path: Path) -> None:
    content = 'text,label\n"good",x\n"bad" tail,y\n"line\nbreak",z\nlast,x\n'
    reading = read("csv", files(tmp_path, {"x.csv": content}), text="text")
    assert [record.text for record in reading.records] == ["good", "line\nbreak", "last"]
    assert (reading.places, reading.codes) == (["x.csv:3"], ["broken-row"])


def test_an_open_quote_at_the_end_does_not_hang(tmp_path: Path) -> None:
    content = 'text,label\n"good, so far",x\n"never closed,y\nz,x\n'
    reading = read("csv", files(tmp_path, {"x.csv": content}), text="text")
    assert [record.text for record in reading.records] == ["good, so far"]
    assert reading.codes == ["broken-row"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("text,text\na,b\n", "column-twice"),
        ("body,label\na,b\n", "no-such-column"),
        ("", "no-such-column"),
        ("text,label\na\x00b,x\n", "nul"),
        ("text,label\n,x\n", "empty-text"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: str, code: str) -> None:
    reading = read("csv", files(tmp_path, {"x.csv": content}), text="text")
    assert reading.codes == [code]
    assert reading.records == []


def test_a_table_has_numbers_categories_and_gaps(tmp_path: Path) -> None:
    content = "species,mass,code,sex\nAdelie,3750,007,MALE\nGentoo,NA,12,\nAdelie,3.5e3,1,nan\n"
    reading = read("csv", files(tmp_path, {"x.csv": content}), table=True, label="species")
    assert [record.row for record in reading.records] == [
        {"mass": 3750, "code": "007", "sex": "MALE"},
        {"mass": None, "code": "12", "sex": None},
        {"mass": 3500, "code": "1", "sex": None},
    ]
    assert labels_of(reading.records[1]) == ["Gentoo"]
    assert reading.found.data_type == "table"


def test_labels_meet_a_schema_by_key_or_name(tmp_path: Path) -> None:
    content = "text,label\none one,arrival\ntwo two,card ARRIVAL\nthree three,Hi\nfour four,no\n"
    reading = read(
        "csv", files(tmp_path, {"x.csv": content}), text="text", label="label", schema=SCHEMA
    )
    assert [labels_of(record) for record in reading.records] == [
        ["arrival"],
        ["arrival"],
        ["hello"],
    ]
    assert reading.codes == ["unknown-label"]


def test_several_labels_and_numbers_follow_their_question(tmp_path: Path) -> None:
    sources = files(tmp_path, {"x.csv": "text,t,p\none,a|A,3.50\ntwo,,x\n"})
    options = {"text": "text", "schema": SCHEMA}
    topics = read("csv", sources, label="t", question="topics", **options)
    assert labels_of(topics.records[0]) == ["a", "a"]
    prices = read("csv", sources, label="p", question="price", **options)
    assert prices.records[0].truths[0]["regions"]["regions"][0]["value"] == 3.5
    assert prices.codes == ["not-a-number"]


def test_answers_of_a_crowd_gather_at_their_item(tmp_path: Path) -> None:
    content = (
        "id,text,worker,answer,gold\n"
        "1,one one,w1,yes,no\n2,two two,w1,no,\n1,one one,w2,no,no\n1,other,w3,no,no\n"
    )
    reading = read(
        "csv",
        files(tmp_path, {"x.csv": content}),
        text="text",
        key="id",
        annotator="worker",
        label="answer",
        truth="gold",
    )
    first, second = reading.records
    assert [one["annotator"] for one in first.annotations] == ["w1", "w2"]
    assert labels_of(first) == ["no"]
    assert (len(second.annotations), second.truths) == (1, [])
    assert (reading.places, reading.codes) == (["x.csv:5"], ["other-content"])


def test_a_column_of_files_brings_images(tmp_path: Path) -> None:
    sources = files(
        tmp_path, {"x.csv": "image,class\na.jpg,cat\nb.jpg,dog\n", "photos/a.jpg": b"\xff\xd8"}
    )
    reading = read("csv", sources, file="image", label="class")
    assert [record.key for record in reading.records] == ["a.jpg"]
    assert labels_of(reading.records[0]) == ["cat"]
    assert reading.codes == ["file-missing"]


# Writing


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_a_row_an_item_with_its_truth() -> None:
    entry = Entry(
        "a1",
        "text",
        'hello, "you"\nthere',
        metadata={"n": 1},
        split="train",
        truths=[said(item("intent", "hello"), {**item("price", ""), "value": -3}, schema="s")],
        annotations=[said(annotator="Ada")],
    )
    data, report = write("csv", [entry], schema=SCHEMA, schema_name="s")
    (row,) = rows_of(data)
    assert row == {
        "key": "a1",
        "split": "train",
        "group": "",
        "text": 'hello, "you"\nthere',
        "metadata": '{"n":1}',
        "truth.intent": "hello",
        "truth.price": "-3",
        "truth.topics": "",
    }
    assert {code: loss.keys for code, loss in report.losses.items()} == {
        "opinions-left-out": ["a1"]
    }


def test_a_row_an_answer_with_its_reviews() -> None:
    answers = [
        said(
            item("intent", "hello"),
            annotator="Ada",
            created_at="2026-11-20T09:00:00Z",
            reviews=[{"reviewer": "Rui", "verdict": "accept"}],
        ),
        said(item("intent", "arrival"), annotator="Bo"),
    ]
    entries = [Entry("a1", "text", "x", annotations=answers), Entry("a2", "text", "y")]
    data, report = write("csv", entries, schema=SCHEMA, rows="answers")
    first, second = rows_of(data)
    assert (first["annotator"], first["answer.intent"], first["reviews"]) == (
        "Ada",
        "hello",
        "accept (Rui)",
    )
    assert second["answer.intent"] == "arrival"
    assert report.losses == {}


def test_boxes_are_json_in_their_cell() -> None:
    schema = {"questions": [{"name": "cells", "type": "boxes", "labels": []}]}
    entry = Entry("a.jpg", "image", file=entry_file(b"x"), truths=[said(box("rbc", 1, 2, 3, 4))])
    (row,) = rows_of(write("csv", [entry], schema=schema)[0])
    assert row["file"] == "a.jpg"
    assert row["truth.cells"] == '[{"label":"rbc","at":{"x":1,"y":2,"w":3,"h":4}}]'


PAYLOADS = [
    "=1+2",
    "=cmd|'/c calc'!A1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    '=HYPERLINK("http://x")',
    '="a"',
    "-2+3+cmd|' /C calc'!A0",
    "@",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_of_an_export_is_a_formula(payload: str) -> None:
    entries = [
        Entry(payload, "text", payload, group=payload, truths=[said(item("intent", payload))]),
        Entry("x", "table", row={payload: payload}),
    ]
    schema = {"questions": [{"name": "intent", "type": "choice", "labels": []}]}
    for entry in entries:
        data, _ = write("csv", [entry], schema=schema, rows="items")
        cells = [cell for row in csv.reader(io.StringIO(data.decode(), newline="")) for cell in row]
        assert f"'{payload}" in cells
        assert not [cell for cell in cells if cell.startswith(DANGEROUS)]


def test_raw_cells_only_by_explicit_choice_and_numbers_stay_numbers() -> None:
    entry = Entry("x", "table", row={"formula": "=1", "number": -3.5})
    assert rows_of(write("csv", [entry])[0])[0]["number"] == "-3.5"
    assert rows_of(write("csv", [entry], raw=True)[0])[0]["formula"] == "=1"


def test_columns_that_come_late_are_counted_as_lost() -> None:
    entries = [Entry("a", "table", row={"x": 1}), Entry("b", "table", row={"x": 2, "y": 3})]
    data, report = write("csv", entries)
    assert [row["x"] for row in rows_of(data)] == ["1", "2"]
    assert report.losses["columns-left-out"].keys == ["b"]
    assert "y" in rows_of(write("csv", entries, columns=["x", "y"])[0])[1]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(
        st.text("abc0", min_size=1), st.tuples(texts, st.sampled_from("xyz")), min_size=1
    )
)
def test_any_texts_and_labels_survive_the_way_out_and_in(
    tmp_path: Path, given_texts: dict[str, tuple[str, str]]
) -> None:
    entries = [
        Entry(key, "text", text, truths=[said(item("intent", label))])
        for key, (text, label) in given_texts.items()
    ]
    schema = {"questions": [{"name": "intent", "type": "choice", "labels": []}]}
    data, _ = write("csv", entries, schema=schema, raw=True)
    reading = read(
        "csv",
        files(tmp_path, {"x.csv": data}),
        text="text",
        key="key",
        label="truth.intent",
        header=True,
        delimiter=",",
    )
    came = {record.key: (record.text, labels_of(record)[0]) for record in reading.records}
    assert came == given_texts
