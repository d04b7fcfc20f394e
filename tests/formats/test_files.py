"""Loose files and lines: an item each, labelled by folder when asked."""

from pathlib import Path

import pytest

from datasets.formats.files import common_folder
from tests.formats.sources import files, labels_of, read

JPEG = b"\xff\xd8"


def test_a_file_is_an_item_named_by_where_it_lay(tmp_path: Path) -> None:
    sources = files(tmp_path, {"shop/a/1.jpg": JPEG, "shop/b.txt": "hello", "shop/c.pdf": "%PDF"})
    reading = read("files", sources)
    assert [(record.key, record.data_type) for record in reading.records] == [
        ("a/1.jpg", "image"),
        ("b.txt", "text"),
        ("c.pdf", ""),
    ]
    assert all(record.file for record in reading.records)


def test_folders_are_labels_and_splits_when_asked(tmp_path: Path) -> None:
    names = ["d/train/cat/1.jpg", "d/train/dog/2.jpg", "d/val/cat/3.jpg", "d/test/deep/cat/4.jpg"]
    sources = files(tmp_path, dict.fromkeys([*names, "d/loose.jpg", "d/train/x.jpg"], JPEG))
    reading = read("files", sources, folders_are_labels=True)
    assert [(one.key, one.split, labels_of(one)) for one in reading.records] == [
        ("train/cat/1.jpg", "train", ["cat"]),
        ("train/dog/2.jpg", "train", ["dog"]),
        ("val/cat/3.jpg", "validation", ["cat"]),
        ("test/deep/cat/4.jpg", "test", ["cat"]),
    ]
    assert (reading.places, reading.codes) == (
        ["d/loose.jpg", "d/train/x.jpg"],
        ["no-folder", "no-folder"],
    )
    assert reading.found.labels == [("cat", "cat"), ("dog", "dog")]


def test_one_class_alone_is_still_a_label(tmp_path: Path) -> None:
    sources = files(tmp_path, {"photos/cat/1.jpg": JPEG, "photos/cat/2.jpg": JPEG})
    reading = read("files", sources, folders_are_labels=True)
    assert [labels_of(record) for record in reading.records] == [["cat"], ["cat"]]


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        (["a.jpg"], ""),
        (["x/a.jpg", "x/b.jpg"], ""),
        (["x/y/a.jpg", "x/z/b.jpg"], "x/"),
        (["x/y/a.jpg", "x/b.jpg"], "x/"),
        (["train/cat/a.jpg", "train/dog/b.jpg"], ""),
        ([], ""),
    ],
)
def test_the_folder_that_all_share_is_not_part_of_the_key(names: list[str], shared: str) -> None:
    assert common_folder(names) == shared


def test_a_very_long_name_is_still_a_key(tmp_path: Path) -> None:
    sources = files(tmp_path, {"a" * 250 + ".jpg": JPEG, "a" * 251 + ".jpg": JPEG})
    keys = {record.key for record in read("files", sources).records}
    assert len(keys) == 2
    assert max(map(len, keys)) <= 200


def test_each_line_that_is_not_blank_is_an_item(tmp_path: Path) -> None:
    content = "first\r\n\n  \nsecond, with blanks \nnul \x00\n" + "x" * (3 << 20) + "\nlast"
    reading = read("lines", files(tmp_path, {"x.txt": content}))
    assert [(record.key, record.text) for record in reading.records] == [
        ("x.txt:1", "first"),
        ("x.txt:4", "second, with blanks "),
        ("x.txt:7", "last"),
    ]
    assert list(zip(reading.places, reading.codes, strict=True)) == [
        ("x.txt:5", "nul"),
        ("x.txt:6", "text-too-long"),
    ]


def test_lines_in_latin_1_are_read_with_a_warning(tmp_path: Path) -> None:
    reading = read("lines", files(tmp_path, {"x.txt": "Grüße\n".encode("latin-1")}))
    assert reading.records[0].text == "Grüße"
    assert [warning.code for warning in reading.found.warnings] == ["read-as-latin-1"]
