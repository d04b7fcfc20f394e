"""Pascal VOC: boxes from XML files, and nothing from XML that tries more."""

from pathlib import Path
from typing import Any

import pytest

from tests.formats.sources import Reading, files, golden, labels_of, read, regions_of

JPEG = b"\xff\xd8 picture"
SCHEMA: dict[str, Any] = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {
            "name": "cells",
            "type": "boxes",
            "labels": [{"key": "rbc", "name": "RBC"}, {"key": "wbc", "name": "WBC"}],
            "attributes": [{"name": "truncated", "title": "Cut off", "type": "boolean"}],
        }
    ],
}


def annotated(*objects: str, filename: str = "a.jpg") -> str:
    inside = "".join(f"<object>{one}</object>" for one in objects)
    return (
        f"<annotation><filename>{filename}</filename>"
        f"<size><width>64</width><height>48</height></size>{inside}</annotation>"
    )


def thing(xmin: object, ymin: object, xmax: object, ymax: object, name: str = "cat") -> str:
    return (
        f"<name>{name}</name><bndbox><xmin>{xmin}</xmin><ymin>{ymin}</ymin>"
        f"<xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox>"
    )


def read_one(folder: Path, xml: str | bytes, **options: Any) -> Reading:
    return read("voc", files(folder, {"xml/a.xml": xml, "jpg/a.jpg": JPEG}), **options)


def test_the_golden_file_gives_its_boxes(tmp_path: Path) -> None:
    sources = golden("BloodImage_7.xml") + files(tmp_path, {"BloodImage_7.jpg": JPEG})
    (record,) = read("voc", sources).records
    assert record.key == "BloodImage_7.jpg"
    assert [(one["label"], one["at"]) for one in regions_of(record)] == [
        ("WBC", {"x": 1, "y": 1, "w": 63, "h": 47}),
        ("RBC", {"x": 10.5, "y": 20, "w": 19.5, "h": 20}),
    ]
    (inclusive,) = read("voc", sources, pixels="inclusive").records
    assert [one["at"] for one in regions_of(inclusive)] == [
        {"x": 0, "y": 0, "w": 64, "h": 48},
        {"x": 9.5, "y": 19, "w": 20.5, "h": 21},
    ]


def test_attributes_are_kept_where_the_schema_asks_for_them(tmp_path: Path) -> None:
    sources = golden("BloodImage_7.xml") + files(tmp_path, {"BloodImage_7.jpg": JPEG})
    (record,) = read("voc", sources, schema=SCHEMA).records
    assert labels_of(record) == ["wbc", "rbc"]
    assert [one["attributes"] for one in regions_of(record)] == [
        {"truncated": True},
        {"truncated": False},
    ]


def test_lists_give_the_splits_and_images_without_xml_come_too(tmp_path: Path) -> None:
    sources = files(
        tmp_path,
        {
            "Annotations/a.xml": annotated(thing(1, 1, 5, 5)),
            "JPEGImages/a.jpg": JPEG,
            "JPEGImages/b.jpg": JPEG,
            "ImageSets/Main/val.txt": "a\n\n",
            "ImageSets/Main/trainval.txt": "a\nb\n",
        },
    )
    reading = read("voc", sources)
    assert [(record.key, record.split, len(record.truths)) for record in reading.records] == [
        ("a.jpg", "validation", 1),
        ("JPEGImages/b.jpg", "", 0),
    ]


def test_an_image_without_objects_has_an_empty_truth(tmp_path: Path) -> None:
    (record,) = read_one(tmp_path, annotated()).records
    assert regions_of(record) == []


def test_the_image_is_found_by_the_name_of_the_xml_too(tmp_path: Path) -> None:
    (record,) = read_one(tmp_path, annotated(filename="renamed.jpg")).records
    assert record.key == "a.jpg"


def test_objects_that_cannot_be_kept_are_named_and_the_rest_is_a_suggestion(tmp_path: Path) -> None:
    xml = annotated(
        thing(1, 1, 5, 5),
        thing(5, 5, 5, 9),
        thing(50, 5, 80, 9),
        thing("x", 5, 8, 9),
        thing("nan", 5, 8, 9),
        thing(1, 1, 5, 5, name=" "),
        "<name>dog</name>",
    )
    reading = read_one(tmp_path, xml)
    assert dict(zip(reading.places, reading.codes, strict=True)) == {
        "xml/a.xml:object[2]": "empty-box",
        "xml/a.xml:object[3]": "box-outside",
        "xml/a.xml:object[4]": "bad-box",
        "xml/a.xml:object[5]": "bad-box",
        "xml/a.xml:object[6]": "no-name",
        "xml/a.xml:object[7]": "no-box",
    }
    (record,) = reading.records
    assert record.truths == []
    assert len(record.suggestions[0]["regions"]["regions"]) == 1


LAUGHS = (
    '<!DOCTYPE annotation [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<annotation><filename>&b;</filename></annotation>"
)
OUTSIDE = (
    '<!DOCTYPE annotation [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<annotation><filename>&x;</filename></annotation>"
)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (LAUGHS, "doctype"),
        (OUTSIDE, "doctype"),
        (LAUGHS.encode("utf-16"), "doctype"),
        ("<!DOCTYPE annotation><annotation/>", "doctype"),
        ("<annotation>", "not-xml"),
        ("<annotation>&x;</annotation>", "not-xml"),
        ("<a></b>", "not-xml"),
        ("", "not-xml"),
        ("<svg/>", "not-voc"),
        (b"<annotation>" + b" " * (9 << 20) + b"</annotation>", "xml-too-large"),
    ],
)
def test_xml_that_is_no_annotation_is_refused(tmp_path: Path, xml: str | bytes, code: str) -> None:
    reading = read_one(tmp_path, xml)
    assert reading.codes == [code]
    assert [record.truths for record in reading.records] == [[]]


def test_an_annotation_without_its_image_is_refused(tmp_path: Path) -> None:
    sources = files(tmp_path, {"a.xml": annotated(filename="../../etc/passwd")})
    assert read("voc", sources).codes == ["file-missing"]
