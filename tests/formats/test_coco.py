"""COCO: boxes in and out, equal; what is wrong in a file, one by one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.formats.base import Entry, SourceFile
from datasets.formats.zip import unpack
from datasets.pure.canonical import round_coordinate
from tests.formats.sources import (
    Reading,
    as_entries,
    box,
    entry_file,
    files,
    golden,
    item,
    read,
    regions_of,
    said,
    write,
)

JPEG = b"\xff\xd8 picture"
SCHEMA: dict[str, Any] = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {
            "name": "cells",
            "type": "boxes",
            "labels": [{"key": "rbc", "name": "Red cell"}, {"key": "wbc", "name": "White cell"}],
            "attributes": [{"name": "occluded", "title": "Occluded", "type": "boolean"}],
        },
        {"name": "parts", "type": "boxes", "labels": [{"key": "core", "name": "Core"}]},
    ],
}


def read_golden(tmp_path: Path, **options: Any) -> Reading:
    pictures = files(
        tmp_path, dict.fromkeys(("street.jpg", "val/park.jpg", "empty.jpg", "extra.png"), JPEG)
    )
    return read("coco", golden("instances.json") + pictures, **options)


def test_the_golden_file_gives_its_boxes(tmp_path: Path) -> None:
    reading = read_golden(tmp_path, polygons="refuse")
    street = reading.records[0]
    assert [record.key for record in reading.records] == [
        "street.jpg",
        "val/park.jpg",
        "empty.jpg",
        "extra.png",
    ]
    (opinion,) = street.suggestions
    assert [(one["label"], one["at"]) for one in opinion["regions"]["regions"]] == [
        ("traffic_light", {"x": 1.5, "y": 2.25, "w": 10, "h": 20}),
        ("person", {"x": 30, "y": 10, "w": 34, "h": 38}),
        ("person", {"x": 4, "y": 5, "w": 6, "h": 7}),
    ]
    assert reading.found.labels == [("traffic_light", "traffic light"), ("person", "person")]
    assert (reading.found.question, reading.found.question_type) == ("boxes", "boxes")


def test_each_annotation_that_cannot_be_kept_is_named(tmp_path: Path) -> None:
    reading = read_golden(tmp_path, polygons="refuse")
    assert sorted(zip(reading.places, reading.codes, strict=True)) == [
        ("instances.json:annotations[10]", "empty-box"),
        ("instances.json:annotations[11]", "bad-box"),
        ("instances.json:annotations[4]", "polygon"),
        ("instances.json:annotations[5]", "crowd"),
        ("instances.json:annotations[7]", "no-such-image"),
        ("instances.json:annotations[8]", "no-such-category"),
        ("instances.json:annotations[9]", "box-outside"),
        ("instances.json:images[3]", "file-missing"),
        ("instances.json:images[4]", "no-file-name"),
        ("instances.json:images[5]", "id-twice"),
    ]


def test_what_is_left_of_an_image_is_a_suggestion_not_its_truth(tmp_path: Path) -> None:
    _, park, empty, _ = read_golden(tmp_path, polygons="refuse").records
    assert park.truths == []
    assert len(park.suggestions[0]["regions"]["regions"]) == 1
    assert (empty.truths, empty.suggestions) == ([], [])


def test_the_box_of_an_outline_is_taken_when_asked(tmp_path: Path) -> None:
    reading = read_golden(tmp_path, polygons="box")
    assert "polygon" not in reading.codes
    assert "crowd" not in reading.codes
    park = reading.records[1]
    assert [one["at"] for one in regions_of(park)] == [
        {"x": 4, "y": 5, "w": 6, "h": 7},
        {"x": 0, "y": 0, "w": 64, "h": 48},
        {"x": 1, "y": 1, "w": 5, "h": 5},
    ]


def test_an_outline_without_a_box_gives_its_bounds(tmp_path: Path) -> None:
    content = {
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "annotations": [{"image_id": 1, "category_id": 1, "segmentation": [[1, 2, 5, 2, 3, 9]]}],
        "categories": [{"id": 1, "name": "cat"}],
    }
    sources = files(tmp_path, {"x.json": json.dumps(content), "a.jpg": JPEG})
    (record,) = read("coco", sources, polygons="box").records
    assert regions_of(record)[0]["at"] == {"x": 1, "y": 2, "w": 4, "h": 7}


def test_categories_may_come_last_and_annotations_first(tmp_path: Path) -> None:
    content = {
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}],
        "images": [{"id": 1, "file_name": "a.jpg"}],
    }
    for names in (("annotations", "images", "categories"), ("images", "categories", "annotations")):
        ordered = json.dumps({name: content[name] for name in names})
        sources = files(tmp_path, {"x.json": ordered, "a.jpg": JPEG})
        (record,) = read("coco", sources).records
        assert [one["label"] for one in regions_of(record)] == ["cat"]


def test_categories_meet_a_schema_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    content = {
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "annotations": [
            {
                "image_id": 1,
                "category_id": 1,
                "bbox": [1, 2, 3, 4],
                "attributes": {"occluded": True, "pose": "left"},
            },
            {"image_id": 1, "category_id": 2, "bbox": [1, 2, 3, 4]},
        ],
        "categories": [{"id": 1, "name": "red CELL"}, {"id": 2, "name": "platelet"}],
    }
    sources = files(tmp_path, {"x.json": json.dumps(content), "a.jpg": JPEG})
    reading = read("coco", sources, schema=SCHEMA)
    (opinion,) = reading.records[0].suggestions
    (region,) = opinion["regions"]["regions"]
    assert (region["question"], region["label"]) == ("cells", "rbc")
    assert region["attributes"] == {"occluded": True}
    assert reading.codes == ["unknown-label"]


@pytest.mark.parametrize("content", ["[]", "{", '{"images": [}', "\x00", '{"images": [1]}'])
def test_a_broken_file_is_refused(tmp_path: Path, content: str) -> None:
    reading = read("coco", files(tmp_path, {"x.json": content, "a.jpg": JPEG}))
    assert len(reading.codes) == 1
    assert [record.key for record in reading.records] == ["a.jpg"]


def entries() -> list[Entry]:
    labelled = said(
        {**box("rbc", 1.5, 2, 10, 20), "attributes": {"occluded": False}},
        box("wbc", 0, 0, 64, 48, 2),
        schema="cells",
    )
    return [
        Entry("b/1.jpg", "image", file=entry_file(JPEG), split="test", truths=[labelled]),
        Entry("b/2.jpg", "image", file=entry_file(JPEG), truths=[said(schema="cells")]),
        Entry("odd key", "image", file=entry_file(JPEG)),
    ]


def test_what_is_written_is_coco(tmp_path: Path) -> None:
    data, report = write("coco", entries(), schema=SCHEMA, schema_name="cells")
    content = json.loads(data)
    assert list(content) == ["info", "images", "annotations", "categories"]
    assert content["annotations"][0] == {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "bbox": [1.5, 2, 10, 20],
        "area": 200,
        "iscrowd": 0,
        "attributes": {"occluded": False},
    }
    assert content["categories"] == [
        {"id": 1, "name": "Red cell", "key": "rbc"},
        {"id": 2, "name": "White cell", "key": "wbc"},
    ]
    assert [image["id"] for image in content["images"]] == [1, 2, 3]
    assert (report.entries, report.losses) == (3, {})


def test_what_is_written_with_its_images_is_read_again_the_same(tmp_path: Path) -> None:
    data, _ = write("coco", entries(), schema=SCHEMA, files=True)
    (archive,) = files(tmp_path, {"out.zip": data})
    inner = tmp_path / "inner"
    inner.mkdir()
    members = [one for one in unpack(archive, inner) if isinstance(one, SourceFile)]
    reading = read("coco", members, schema=SCHEMA, schema_name="cells")
    assert reading.refused == []
    came = list(as_entries(reading.records))
    assert [(one.key, one.split, one.truths) for one in came] == [
        (one.key, one.split, list(one.truths)) for one in entries()
    ]


def test_what_coco_cannot_carry_is_in_the_loss_report() -> None:
    stray = {**box("core", 1, 1, 2, 2), "question": "parts"}
    lossy = [
        Entry(
            "a.jpg",
            "image",
            file=entry_file(JPEG),
            truths=[said(box("rbc", 1, 1, 2, 2), item("kind", "x"), stray)],
            annotations=[said(annotator="Ada")],
        ),
        Entry("t", "text", "not an image"),
    ]
    data, report = write("coco", lossy, schema=SCHEMA)
    assert len(json.loads(data)["annotations"]) == 1
    assert {code: loss.keys for code, loss in report.losses.items()} == {
        "opinions-left-out": ["a.jpg"],
        "not-drawn": ["a.jpg"],
        "other-questions": ["a.jpg"],
        "not-an-image": ["t"],
    }


def test_an_upright_copy_goes_out_in_place_of_a_turned_original() -> None:
    turned = Entry(
        "a.jpg",
        "image",
        file=entry_file(b"original", width=48, height=64),
        upright=entry_file(JPEG),
    )
    image = json.loads(write("coco", [turned])[0])["images"][0]
    assert (image["width"], image["height"]) == (64, 48)


def test_a_box_that_rounding_put_over_the_edge_stays_as_it_is(tmp_path: Path) -> None:
    regions = [box("rbc", 0.001, 0, 64, 48)]
    entry = Entry("a.jpg", "image", file=entry_file(JPEG), truths=[said(*regions)])
    data, _ = write("coco", [entry], schema=SCHEMA)
    reading = read("coco", files(tmp_path, {"x.json": data, "a.jpg": JPEG}), schema=SCHEMA)
    assert regions_of(reading.records[0]) == regions


sides = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0.001, 1), st.floats(0.001, 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(sides, st.sampled_from(["rbc", "wbc"])), max_size=6))
def test_any_boxes_survive_the_way_out_and_in(
    tmp_path: Path, given_boxes: list[tuple[tuple[float, float, float, float], str]]
) -> None:
    regions = []
    for number, ((x, y, w, h), label) in enumerate(given_boxes, 1):
        x, y = x * 60, y * 40
        place = [round_coordinate(one) for one in (x, y, w * (64 - x), h * (48 - y))]
        regions.append(box(label, place[0], place[1], place[2], place[3], number))
    entry = Entry("a.jpg", "image", file=entry_file(JPEG), truths=[said(*regions)])
    data, _ = write("coco", [entry], schema=SCHEMA)
    reading = read("coco", files(tmp_path, {"x.json": data, "a.jpg": JPEG}), schema=SCHEMA)
    assert reading.refused == []
    assert regions_of(reading.records[0]) == regions
