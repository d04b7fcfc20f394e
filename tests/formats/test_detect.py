"""A bunch of dropped files is told apart, with options that fit it."""

import json
from pathlib import Path
from typing import Any

import pytest

from datasets.formats.base import ReadOptions
from datasets.formats.detect import detect
from datasets.formats.guesses import guess_columns
from tests.formats.sources import files, golden

JPEG = b"\xff\xd8"
COCO = json.dumps({"images": [], "annotations": [], "categories": []})
NATIVE = '{"key": "a", "data": "x"}\n'


@pytest.mark.parametrize(
    ("contents", "name", "options"),
    [
        ({"items.jsonl": NATIVE, "a.jpg": JPEG}, "jsonl", {}),
        ({"x.ndjson": '{"text": "x", "label": "y"}'}, "jsonl", {"text": "text", "label": "label"}),
        ({"x.json": "\n [" + NATIVE + "]"}, "jsonl", {}),
        ({"x.json": COCO, "images/a.jpg": JPEG}, "coco", {}),
        ({"a.jpg": JPEG, "a.xml": "<?xml version='1.0'?>\n<annotation></annotation>"}, "voc", {}),
        ({"x.conll": "a\tB-x\nb\tO\n"}, "conll", {}),
        ({"x.txt": "a B-x\nb O\n\n"}, "conll", {}),
        ({"x.csv": "text,label\na b,c\n"}, "csv", {"text": "text", "label": "label"}),
        (
            {"x.tsv": "ham\tsome longer words\nspam\tmore of these words\nham\tand so on and on\n"},
            "csv",
            {"text": "2", "label": "1"},
        ),
        ({"x.txt": "one line\nanother line\n"}, "lines", {}),
        ({"x.txt": "a single line"}, "files", {}),
        ({"x.txt": "a\nb", "y.txt": "c\nd"}, "files", {}),
        ({"d/cat/1.jpg": JPEG, "d/dog/2.jpg": JPEG}, "files", {"folders_are_labels": True}),
        ({"d/1.jpg": JPEG, "d/2.jpg": JPEG}, "files", {}),
        ({"x.xml": "<svg/>"}, "files", {}),
        ({}, "files", {}),
    ],
)
def test_files_are_told_apart(
    tmp_path: Path, contents: dict[str, bytes | str], name: str, options: dict[str, Any]
) -> None:
    detected = detect(files(tmp_path, contents))
    assert (detected.format, dict(detected.options)) == (name, options)


def test_the_golden_files_are_told_apart() -> None:
    names = ["items.jsonl", "intents.csv", "instances.json", "BloodImage_7.xml"]
    assert [detect(golden(name)).format for name in names] == ["jsonl", "csv", "coco", "voc"]


def test_a_table_shows_its_columns_and_first_rows(tmp_path: Path) -> None:
    detected = detect(files(tmp_path, {"x.csv": "a,b\n1,2\n3,4\n"}))
    assert detected.columns == ["a", "b"]
    assert detected.rows == [["1", "2"], ["3", "4"]]
    assert detected.options == {"table": True}


def guess(columns: str, *rows: str, **options: Any) -> dict[str, str]:
    guessed = guess_columns(
        columns.split(), [row.split("|") for row in rows], ReadOptions(**options)
    )
    names = ("text", "label", "key", "file", "split")
    return {name: getattr(guessed, name) for name in names if getattr(guessed, name)}


def test_columns_are_guessed_by_name_then_by_what_they_hold() -> None:
    long = "a sentence that is rather long"
    assert guess("id message intent", f"1|{long}|x", f"2|{long}|y") == {
        "key": "id",
        "text": "message",
        "label": "intent",
    }
    assert guess("a b c", f"x|{long} 1|7", f"y|{long} 2|8", f"x|{long} 3|9") == {
        "text": "b",
        "label": "a",
    }
    assert guess("file given_label split", "a.jpg|cat|train", "b.png|dog|val") == {
        "file": "file",
        "label": "given_label",
        "split": "split",
    }


def test_what_is_not_clear_is_not_guessed() -> None:
    assert guess("id x", "1|2", "1|3") == {}
    assert guess("file x", "readme|1") == {}
    assert guess("split text", "5|some words of text") == {"text": "text"}
    assert guess("text label", "words and more words|x", table=True) == {"label": "label"}


def test_what_the_options_say_stands() -> None:
    long = "a sentence that is rather long"
    assert guess("a b", f"{long}|{long}", text="a", label="b") == {"text": "a", "label": "b"}
