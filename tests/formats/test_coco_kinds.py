"""COCO: polygons, masks, keypoints and what it has no word for, in and out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.formats.base import Entry
from datasets.formats.coco_places import OWN_FIELDS
from datasets.pure.region_kinds.mask import Mask, bitmap_of, decode_runs, mask_of
from datasets.pure.regions import parse_regions
from datasets.pure.schema_rules import ItemFacts, check_regions, parse_schema
from datasets.pure.schema_types import SHAPE_KINDS
from tests.formats.sources import Reading, entry_file, files, read, regions_of, said, write

Json = dict[str, Any]
JPEG = b"\xff\xd8 picture"
LABELS = [{"key": "cat", "name": "Cat"}, {"key": "dog", "name": "Dog"}]
JOINTS = [{"key": "nose", "name": "Nose"}, {"key": "tail", "name": "Tail"}, {"key": "paw"}]
RING = [[2, 3], [40, 5], [30, 40]]
MASK = {"x": 5, "y": 6, "w": 2, "h": 2, "counts": "031"}
PLACES: dict[str, Json] = {
    "box": {"x": 1.5, "y": 2, "w": 10, "h": 20},
    "polygon": {"rings": [RING]},
    "mask": MASK,
    "rotated_box": {"cx": 30, "cy": 20, "w": 20, "h": 10, "angle": 33},
    "ellipse": {"cx": 30, "cy": 20, "rx": 20, "ry": 10, "angle": 33},
    "polyline": {"points": [[1, 2], [30, 4.125], [5, 40]]},
    "point": {"x": 12, "y": 13.5},
    "skeleton": {"joints": {"nose": {"x": 3, "y": 4}, "paw": {"x": 50, "y": 9, "hidden": True}}},
}
HOLED = {"rings": [[[2, 2], [42, 2], [42, 42], [2, 42]], [[10, 10], [20, 10], [20, 30], [10, 30]]]}


def schema_of(*questions: Json) -> Json:
    return {"format": 1, "data_type": "image", "questions": list(questions)}


def question(kind: str, **more: Any) -> Json:
    name = "marks" if kind != "skeletons" else "poses"
    return {"name": name, "title": name, "type": kind, "labels": LABELS, **more}


SHAPES = question("shapes", kinds=list(SHAPE_KINDS), transcript=True)
POSES = question("skeletons", joints=JOINTS, edges=[["nose", "tail"], ["nose", "paw"]])
CROWDS = [{"name": "iscrowd", "title": "Crowd", "type": "boolean"}]


def mark(kind: str, at: Json, number: int = 1, **more: Any) -> Json:
    name = "marks" if kind != "skeleton" else "poses"
    made = {"id": f"r{number}", "question": name, "kind": kind, "label": "cat", "at": at}
    return made | more


def foreign(*annotations: Json, **category: Any) -> Json:
    """A file as other tools write it: one image, one category."""
    given = {"image_id": 1, "category_id": 7, "iscrowd": 0}
    return {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48}],
        "annotations": [given | {"id": n} | one for n, one in enumerate(annotations, 1)],
        "categories": [{"id": 7, "name": "cat"} | category],
    }


def came(tmp_path: Path, content: Any, **options: Any) -> Reading:
    text = content if isinstance(content, bytes) else json.dumps(content)
    return read("coco", files(tmp_path, {"x.json": text, "a.jpg": JPEG}), **options)


def gone(*regions: Json, schema: Json) -> tuple[Any, Any]:
    """What is written of one image, and the report."""
    entry = Entry("a.jpg", "image", file=entry_file(JPEG), truths=[said(*regions)])
    data, report = write("coco", [entry], schema=schema)
    return json.loads(data), report


def test_polygons_stay_polygons_and_parts_of_one_thing_are_one_group(tmp_path: Path) -> None:
    parts = {"segmentation": [[2, 3, 40, 5, 30, 40], [50, 40, 60, 40, 60, 47.5]]}
    alone = {"segmentation": [[1, 1, 9, 1, 5, 9]], "bbox": [1, 1, 8, 8]}
    reading = came(tmp_path, foreign(parts, alone, parts))
    regions = regions_of(reading.records[0])
    assert [one["kind"] for one in regions] == ["polygon"] * 5
    assert [one.get("group") for one in regions] == [1, 1, None, 2, 2]
    assert regions[0]["at"] == {"rings": [RING]}
    assert regions[1]["at"] == {"rings": [[[50, 40], [60, 40], [60, 47.5]]]}
    assert (reading.found.question_type, reading.found.labels) == ("polygons", [("cat", "cat")])


@pytest.mark.parametrize("counts", [[0, 2, 46, 1, 3023], "02^1OQm2"], ids=["list", "text"])
def test_run_lengths_become_masks_and_crowds_say_so(tmp_path: Path, counts: Any) -> None:
    """The text is what pycocotools 2.0.10 writes for the list, compressed."""
    crowd = {"iscrowd": 1, "segmentation": {"size": [48, 64], "counts": counts}}
    reading = came(tmp_path, foreign(crowd))
    (region,) = regions_of(reading.records[0])
    assert (region["kind"], region["at"]) == ("mask", {**MASK, "x": 0, "y": 0, "counts": "031"})
    proposed = reading.found.schema
    assert proposed is not None
    (asked,) = proposed["questions"]
    assert (asked["type"], asked["attributes"]) == ("masks", CROWDS)
    kept = came(tmp_path, foreign(crowd), schema=schema_of(question("masks", attributes=CROWDS)))
    assert regions_of(kept.records[0])[0]["attributes"] == {"iscrowd": True}
    unsaid = came(tmp_path, foreign(crowd, crowd), schema=schema_of(question("masks")))
    assert [one.code for one in unsaid.records[0].warnings] == ["crowd-unsaid"]


def test_keypoints_become_skeletons_with_hidden_and_absent_joints(tmp_path: Path) -> None:
    named = {"keypoints": ["left ear", "nose", "tail"], "skeleton": [[1, 2], [2, 3], [9, 1]]}
    posed = {"keypoints": [3, 4, 2, 50, 9, 1, 0, 0, 0], "num_keypoints": 2, "bbox": [3, 4, 47, 5]}
    outlined = posed | {"segmentation": [[1, 1, 60, 1, 5, 40]]}
    reading = came(tmp_path, foreign(posed, outlined, **named))
    pose, again, outline = regions_of(reading.records[0])
    joints = {"left_ear": {"x": 3, "y": 4}, "nose": {"x": 50, "y": 9, "hidden": True}}
    assert pose["at"] == again["at"] == {"joints": joints}
    assert (pose["kind"], outline["kind"]) == ("skeleton", "polygon")
    proposed = reading.found.schema
    assert proposed is not None
    outlines, poses = proposed["questions"]
    assert (outlines["type"], poses["type"]) == ("polygons", "skeletons")
    assert poses["joints"][0] == {"key": "left_ear", "name": "left ear"}
    assert poses["edges"] == [["left_ear", "nose"], ["nose", "tail"]]
    parse_schema(proposed)
    alone = came(tmp_path, foreign(posed, **named), schema=schema_of(POSES))
    assert alone.codes == ["unknown-joint"]


@pytest.mark.parametrize("keys", ["no list", ["~", "b"], ["a", "a"], ["a"], [1, 2]])
def test_keys_of_joints_that_cannot_be_kept_are_made_from_the_names(
    tmp_path: Path, keys: Any
) -> None:
    category = {"keypoints": ["", "left ear"], "keypoint_keys": keys, "skeleton": 7}
    reading = came(tmp_path, foreign({"keypoints": [3, 4, 2, 5, 6, 2]}, **category))
    (pose,) = regions_of(reading.records[0])
    assert list(pose["at"]["joints"]) == ["joint", "left_ear"]
    parse_schema(reading.found.schema)


def test_a_file_of_several_kinds_proposes_one_question_that_keeps_them_all(tmp_path: Path) -> None:
    outline = {"segmentation": [[2, 3, 40, 5, 30, 40]]}
    crowd = {"iscrowd": 1, "segmentation": {"size": [48, 64], "counts": [0, 3072]}}
    content = foreign(outline, crowd, {"bbox": [1, 2, 3, 4]})
    found = came(tmp_path, content).found
    assert found.schema is not None
    (asked,) = found.schema["questions"]
    assert (asked["type"], asked["kinds"]) == ("shapes", ["polygon", "mask", "box"])
    reading = came(tmp_path, content, schema=found.schema)
    regions = regions_of(reading.records[0])
    assert reading.refused == []
    assert [one["kind"] for one in regions] == ["polygon", "mask", "box"]


def test_categories_meet_the_names_of_a_schema_whatever_the_kind(tmp_path: Path) -> None:
    labels = [{"key": "c1", "name": "Big Cat"}]
    outline = {"segmentation": [[2, 3, 40, 5, 30, 40]]}
    schema = schema_of(question("polygons") | {"labels": labels})
    reading = came(tmp_path, foreign(outline, name="big cat"), schema=schema)
    assert [one["label"] for one in regions_of(reading.records[0])] == ["c1"]
    reading = came(tmp_path, foreign(outline, name="lion"), schema=schema)
    assert reading.codes == ["unknown-label"]


def test_a_schema_of_boxes_refuses_outlines_or_takes_their_boxes(tmp_path: Path) -> None:
    content = foreign(
        {"segmentation": [[2, 3, 40, 5, 30, 40]]},
        {
            "iscrowd": 1,
            "segmentation": {"size": [48, 64], "counts": [0, 3072]},
            "bbox": [0, 0, 4, 4],
        },
    )
    schema = schema_of(question("boxes"))
    assert came(tmp_path, content, schema=schema).codes == ["polygon", "polygon"]
    taken = came(tmp_path, content, schema=schema, polygons="box")
    assert [one["at"] for one in regions_of(taken.records[0])] == [
        {"x": 2, "y": 3, "w": 38, "h": 37},
        {"x": 0, "y": 0, "w": 4, "h": 4},
    ]
    polygons = schema_of(question("polygons"))
    assert came(tmp_path, foreign({"bbox": [1, 2, 3, 4]}), schema=polygons).codes == ["only-a-box"]
    assert came(tmp_path, content, schema=polygons, polygons="box").codes == ["only-a-box"] * 2


@pytest.mark.parametrize(
    ("annotation", "code", "place"),
    [
        ({"segmentation": [[1, 2, 3]]}, "bad-outline", "segmentation/0"),
        ({"segmentation": [[1, 1, 9, 1, 5, "9"]]}, "bad-outline", "segmentation/0"),
        ({"segmentation": "x"}, "bad-outline", "segmentation"),
        ({"segmentation": [[1, 1, 9, 1, 5, 9], [1, 1, 2, 2]]}, "empty-region", None),
        ({"segmentation": [[1, 1, 90, 1, 5, 9]]}, "outline-outside", "segmentation/0"),
        ({"segmentation": {"size": [48], "counts": []}}, "bad-mask", "segmentation/size"),
        ({"segmentation": {"size": [64, 48], "counts": [3072]}}, "other-size", "segmentation/size"),
        ({"segmentation": {"size": [48, 64], "counts": [-1]}}, "bad-mask", "segmentation/counts"),
        ({"segmentation": {"size": [48, 64], "counts": [5, 5]}}, "bad-runs", None),
        ({"segmentation": {"size": [48, 64], "counts": "~"}}, "bad-runs", None),
        ({"segmentation": {"size": [48, 64], "counts": [3072]}}, "empty-region", None),
        ({"keypoints": [1, 2]}, "bad-keypoints", "keypoints"),
        ({"keypoints": [1, 2, 3]}, "bad-visibility", "keypoints"),
        ({"region": {"kind": "ellipse", "at": {}}}, "missing-key", None),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(
    tmp_path: Path, annotation: Json, code: str, place: str | None
) -> None:
    reading = came(tmp_path, foreign(annotation, keypoints=["nose"]))
    (refused,) = reading.refused
    assert (refused.place, refused.problem.code) == ("x.json:annotations[1]", code)
    assert place is None or refused.problem.at == place


@pytest.mark.parametrize("kind", PLACES)
def test_every_kind_survives_the_way_out_and_in(tmp_path: Path, kind: str) -> None:
    schema = schema_of(POSES) if kind == "skeleton" else schema_of(SHAPES)
    more = {} if kind == "skeleton" else {"value": "Café", "z": -2, "group": 9}
    regions = [mark(kind, PLACES[kind]), mark(kind, PLACES[kind], 2, label="dog", **more)]
    content, report = gone(*regions, schema=schema)
    back = came(tmp_path, content, schema=schema)
    assert back.refused == []
    assert regions_of(back.records[0]) == regions
    lossy = {"rotated_box": "turned", "ellipse": "turned", "polyline": "lines-and-points"}
    lossy["point"] = "lines-and-points"
    assert list(report.losses) == ([lossy[kind]] if kind in lossy else [])


junk = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 70) | st.floats(0, 70) | st.sampled_from("a~0"),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.sampled_from(["kind", "at", "size", "counts", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
fields = (*("bbox", "segmentation", "keypoints", "iscrowd", "attributes"), *OWN_FIELDS)


categories = st.fixed_dictionaries(
    {"keypoints": st.lists(st.sampled_from(["nose", "", "ä"]), max_size=2)},
    optional={
        "skeleton": junk | st.just([[1, 2]]),
        "keypoint_keys": junk | st.lists(st.sampled_from(["a", "~"]), max_size=2),
        "name": junk,
    },
)
given_fields = st.dictionaries(st.sampled_from(fields), junk, min_size=1) | st.fixed_dictionaries(
    {"keypoints": st.lists(st.sampled_from([0, 1, 2]), min_size=3, max_size=6)}
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300
)
@given(
    given_fields,
    categories,
    st.booleans(),
)
def test_whatever_an_annotation_holds_is_read_or_refused(
    tmp_path: Path, annotation: Json, category: Json, has_schema: bool
) -> None:
    """The category also has joints more often than not, or nothing would get past them."""
    options = {"schema": schema_of(SHAPES, POSES)} if has_schema else {}
    reading = came(tmp_path, foreign(annotation, **category), **options)
    (record,) = reading.records
    for opinion in (*record.truths, *record.suggestions):
        parse_regions(opinion["regions"])
    assert record.truths or record.suggestions or reading.refused
    if reading.found.schema is not None:
        parse_schema(reading.found.schema)


def test_polygons_go_out_with_box_area_and_their_parts_together(tmp_path: Path) -> None:
    other = {"rings": [[[50, 40], [60, 40], [60, 47.5]]]}
    square = {"rings": [[[0, 0], [9, 0], [9, 9], [0, 9]]]}
    regions = [mark("polygon", PLACES["polygon"], 1, group=4), mark("polygon", other, 2, group=4)]
    regions.append(mark("polygon", square, 3))
    schema = schema_of(SHAPES)
    content, report = gone(*regions, schema=schema)
    both, alone = content["annotations"]
    assert both["segmentation"] == [[2, 3, 40, 5, 30, 40], [50, 40, 60, 40, 60, 47.5]]
    assert (both["bbox"], both["area"]) == ([2, 3, 58, 44.5], 675 + 37.5)
    assert (alone["bbox"], alone["area"], alone["iscrowd"]) == ([0, 0, 9, 9], 81, 0)
    assert report.losses == {}
    assert regions_of(came(tmp_path, content, schema=schema).records[0]) == regions


def test_holes_go_out_as_a_mask_and_the_report_says_so(tmp_path: Path) -> None:
    schema = schema_of(question("polygons"))
    content, report = gone(mark("polygon", HOLED), schema=schema)
    (annotation,) = content["annotations"]
    assert annotation["area"] == 40 * 40 - 10 * 20
    runs = decode_runs(annotation["segmentation"]["counts"])
    assert (sum(runs), sum(runs[1::2])) == (64 * 48, 40 * 40 - 10 * 20)
    assert report.losses["holes"].keys == ["a.jpg"]
    back = came(tmp_path, content, schema=schema)
    assert regions_of(back.records[0]) == [mark("polygon", HOLED)]
    del annotation["region"]
    seen_by_others = came(tmp_path, content, schema=schema_of(question("masks")))
    (region,) = regions_of(seen_by_others.records[0])
    assert bitmap_of(Mask(**region["at"])).sum() == 40 * 40 - 10 * 20


def test_any_mask_goes_out_in_run_lengths_of_the_whole_image(tmp_path: Path) -> None:
    dice = np.random.default_rng(4)
    schema = schema_of(question("masks"))
    for share, top in ((0.02, 8), (0.5, 0), (1.0, 0)):
        picture = np.zeros((48, 64), dtype=bool)
        picture[top:, 5:60] = dice.random((48 - top, 55)) < share
        mask = mask_of(picture)
        assert mask is not None
        content, _ = gone(mark("mask", mask._asdict()), schema=schema)
        (annotation,) = content["annotations"]
        runs = decode_runs(annotation["segmentation"]["counts"])
        whole = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(64, 48).T
        assert (whole == picture).all()
        assert all(runs[1:]), "a run that goes round the end of a column is one run"
        assert annotation["area"] == picture.sum()
        back = came(tmp_path, content, schema=schema)
        assert regions_of(back.records[0])[0]["at"] == mask._asdict()


def test_skeletons_go_out_as_keypoints_of_their_category(tmp_path: Path) -> None:
    content, report = gone(mark("skeleton", PLACES["skeleton"]), schema=schema_of(POSES))
    (annotation,) = content["annotations"]
    assert annotation["keypoints"] == [3, 4, 2, 0, 0, 0, 50, 9, 1]
    assert (annotation["num_keypoints"], annotation["bbox"]) == (2, [3, 4, 47, 5])
    assert content["categories"][0] == {
        "id": 1,
        "name": "Cat",
        "key": "cat",
        "keypoints": ["Nose", "Tail", "paw"],
        "skeleton": [[1, 2], [1, 3]],
        "keypoint_keys": ["nose", "tail", "paw"],
    }
    assert report.losses == {}


def test_crowds_and_other_attributes_survive(tmp_path: Path) -> None:
    schema = schema_of(question("masks", attributes=CROWDS))
    regions = [
        mark("mask", MASK, 1, attributes={"iscrowd": True}),
        mark("mask", MASK, 2, attributes={"iscrowd": False}),
        mark("mask", MASK, 3),
    ]
    content, _ = gone(*regions, schema=schema)
    assert [one["iscrowd"] for one in content["annotations"]] == [1, 0, 0]
    assert regions_of(came(tmp_path, content, schema=schema).records[0]) == regions


@pytest.mark.parametrize("kind", PLACES)
def test_what_comes_in_fits_the_schema_that_is_proposed(tmp_path: Path, kind: str) -> None:
    schema = schema_of(POSES) if kind == "skeleton" else schema_of(SHAPES)
    content, _ = gone(mark(kind, PLACES[kind]), schema=schema)
    for annotation in content["annotations"]:
        annotation.pop("region", None)
        if not annotation.get("segmentation") and kind in ("polyline", "point"):
            annotation["bbox"] = [1, 2, 3, 4]
    proposal = came(tmp_path, content).found
    definition = proposal.schema or schema_of(
        {
            "name": proposal.question,
            "type": proposal.question_type,
            "labels": [{"key": key, "name": name} for key, name in proposal.labels],
        }
    )
    parsed = parse_schema(definition)
    back = came(tmp_path, content, schema=definition)
    (truth,) = back.records[0].truths
    verdict = check_regions(parsed, parse_regions(truth["regions"]), ItemFacts("image", 64, 48))
    assert verdict.problems == []
