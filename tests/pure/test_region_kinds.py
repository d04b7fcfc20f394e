"""The ways of marking a place: what is stored, what is refused, and where."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.canonical import canonical_bytes
from datasets.pure.region_kinds import ALL, KINDS
from datasets.pure.region_kinds.base import Verdict
from datasets.pure.region_kinds.mask import (
    Mask,
    bitmap_of,
    decode_runs,
    encode_runs,
    mask_of,
)
from datasets.pure.region_kinds.stretches import SEGMENT, Segment
from datasets.pure.regions import (
    Region,
    RegionsDocument,
    RegionsError,
    normalise,
    parse_regions,
    regions_hash,
    to_json,
)
from datasets.pure.schema_rules import (
    ItemFacts,
    SchemaError,
    check_regions,
    parse_schema,
    schema_json,
)

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
CASES = json.loads((VECTORS / "places.json").read_text("utf-8"))["places"]


def document(kind: str, at: Any, **more: Any) -> dict[str, Any]:
    """A document with one region."""
    region = {"id": "r1", "question": "q", "kind": kind, "label": "a", "at": at} | more
    return {"format": 1, "regions": [region]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_place_is_stored_as_both_sides_write_it(case: dict[str, Any]) -> None:
    read = parse_regions(document(case["kind"], case["given"]))
    at = to_json(read)["regions"][0]["at"]
    assert canonical_bytes(at) == canonical_bytes(case["stored"])
    assert to_json(normalise(read)) == to_json(read)
    again = parse_regions(document(case["kind"], case["stored"]))
    assert regions_hash(again) == regions_hash(read)


def test_every_kind_has_a_vector() -> None:
    assert {case["kind"] for case in CASES} | {"item", "relation"} == set(KINDS)
    assert (
        len({kind.place for kind in ALL}) == len({kind.question_type for kind in ALL}) == len(ALL)
    )


@pytest.mark.parametrize(
    ("kind", "at", "place", "code"),
    [
        ("rotated_box", {"cx": 1, "cy": 1, "w": 0, "h": 2, "angle": 0}, "w", "empty-region"),
        ("rotated_box", {"cx": 1, "cy": 1, "w": 2, "h": 2}, "angle", "missing-key"),
        ("ellipse", {"cx": 1, "cy": 1, "rx": 3, "ry": "4", "angle": 0}, "ry", "wrong-type"),
        ("polygon", {"rings": []}, "rings", "wrong-type"),
        ("polygon", {"points": [[0, 0]]}, "rings", "missing-key"),
        ("polygon", {"rings": [[[0, 0], [1, 1]]]}, "rings/0", "empty-region"),
        ("polygon", {"rings": [[[0, 0], [1, 1], [2, 2]]]}, "rings/0", "empty-region"),
        ("polygon", {"rings": [[[0, 0], [4, 0], [4, "1"]]]}, "rings/0/2/1", "wrong-type"),
        ("polygon", {"rings": [[[0, 0], [4, 0], [4, 1]], [[1]]]}, "rings/1/0", "wrong-type"),
        ("polygon", {"rings": [[[0, 0], [0, 0.0001], [0, 0]]]}, "rings/0", "empty-region"),
        ("polyline", {"points": [[1, 1]]}, "points", "empty-region"),
        ("polyline", {"points": [[1, 1], [1, float("nan")]]}, "points/1/1", "bad-number"),
        ("polyline", {"points": [[0, 1]] * 20_001}, "points", "too-many-points"),
        ("point", {"x": 1, "y": 1, "z": 1}, "z", "unknown-key"),
        ("skeleton", {"joints": {}}, "joints", "wrong-type"),
        ("skeleton", {"joints": {"a b": {"x": 1, "y": 1}}}, "joints/a b", "unknown-key"),
        ("skeleton", {"joints": {"nose": {"x": 1}}}, "joints/nose/y", "wrong-type"),
        ("skeleton", {"joints": {"nose": [1, 2]}}, "joints/nose", "wrong-type"),
        ("mask", {"x": 0, "y": 0, "w": 2, "h": 2, "counts": "04 "}, "counts", "bad-runs"),
        ("mask", {"x": 0, "y": 0, "w": 2, "h": 2, "counts": "05"}, "counts", "bad-runs"),
        ("mask", {"x": 0, "y": 0, "w": 2, "h": 2, "counts": "4"}, "counts", "empty-region"),
        ("mask", {"x": -1, "y": 0, "w": 2, "h": 2, "counts": "04"}, "x", "bad-number"),
        ("mask", {"x": 0, "y": 0, "w": 1_000_000, "h": 1_000_000, "counts": "0"}, "", "too-large"),
        ("span", {"start": 0, "end": 9, "gaps": []}, "gaps", "wrong-type"),
        ("span", {"start": 0, "end": 9, "gaps": [[0, 3]]}, "gaps/0", "bad-gap"),
        ("span", {"start": 0, "end": 9, "gaps": [[2, 4], [4, 5]]}, "gaps/1", "bad-gap"),
        ("span", {"start": 0, "end": 9, "gaps": [[2, 9]]}, "gaps/0", "bad-gap"),
        ("segment", {"start": 3, "end": 3.00004}, "end", "empty-region"),
        ("instant", {"t": "now"}, "t", "wrong-type"),
    ],
)
def test_a_place_that_is_wrong_is_refused_with_its_place(
    kind: str, at: object, place: str, code: str
) -> None:
    with pytest.raises(RegionsError) as caught:
        parse_regions(document(kind, at))
    first = caught.value.problems[0]
    assert (first.at, first.code) == (f"regions/0/at/{place}".rstrip("/"), code)
    assert first.detail


def test_run_lengths_are_those_of_other_programs() -> None:
    # Written by pycocotools 2.0.11: pixels 10 to 12 and 19 of the columns of a 9 by 7 bitmap, and
    # a disc of radius 15 in the middle of 40 by 50.
    assert decode_runs(":36NU1") == [10, 3, 6, 1, 43]
    assert encode_runs([10, 3, 6, 1, 43]) == ":36NU1"
    down, right = np.mgrid[:40, :50]
    disc = (right - 25) ** 2 + (down - 20) ** 2 <= 15**2
    theirs = "T=1R1:I4L4M2N2N2O0O2O0O2O0000000O20N100000001N101N101N2N2N3L4L7Fi:"
    assert sum(decode_runs(theirs)[1::2]) == disc.sum() == 709
    assert (bitmap_of(Mask(0, 0, 50, 40, theirs)) == disc).all()


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40))
def test_run_lengths_come_back_from_their_text(runs: list[int]) -> None:
    assert decode_runs(encode_runs(runs)) == runs


@given(
    st.integers(1, 12),
    st.lists(st.integers(0, 9), min_size=2, max_size=60),
    st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_a_mask_comes_out_as_its_bitmap_would(
    height: int, runs: list[int], around: tuple[int, int]
) -> None:
    runs[0] += around[0]
    total = sum(runs) + around[1]
    width = max(1, -(-total // height))
    padded = [*runs, width * height - sum(runs)] if len(runs) % 2 == 0 else runs
    padded[-1] += width * height - sum(padded)
    mask = Mask(3, 4, width, height, encode_runs(padded))
    expected = mask_of(bitmap_of(mask), 3, 4)
    if expected is None:
        with pytest.raises(RegionsError):
            parse_regions(document("mask", mask._asdict()))
        return
    assert parse_regions(document("mask", mask._asdict())).regions[0].at == expected


def test_a_small_mask_in_a_large_box_costs_little() -> None:
    dot = Mask(0, 0, 10_000, 10_000, encode_runs([33_334_444, 1, 66_665_555]))
    regions = [
        {"id": f"r{i}", "question": "q", "kind": "mask", "label": "a", "at": dot._asdict()}
        for i in range(3000)
    ]
    begun = time.process_time()
    read = parse_regions({"format": 1, "regions": regions})
    assert time.process_time() - begun < 3
    assert {region.at for region in read.regions} == {Mask(3333, 4444, 1, 1, "01")}


def test_masks_of_a_document_cover_so_many_pixels_in_all() -> None:
    size = 10_000
    corners = Mask(0, 0, size, size, encode_runs([0, 1, size * size - 2, 1]))
    regions = [
        {"id": f"r{i}", "question": "q", "kind": "mask", "label": "a", "at": corners._asdict()}
        for i in range(6)
    ]
    assert len(parse_regions({"format": 1, "regions": regions[:5]}).regions) == 5
    with pytest.raises(RegionsError) as caught:
        parse_regions({"format": 1, "regions": regions})
    [problem] = caught.value.problems
    assert (problem.at, problem.code) == ("regions/5/at", "too-large")
    assert "500000000 pixels" in problem.detail


@given(st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=1, max_size=9))
def test_a_mask_has_one_form_and_keeps_its_pixels(rows: list[list[bool]]) -> None:
    bitmap = np.array(rows)
    mask = mask_of(bitmap, 5, 6)
    if mask is None:
        assert not bitmap.any()
        return
    shown = np.zeros_like(bitmap)
    top, left = mask.y - 6, mask.x - 5
    shown[top : top + mask.h, left : left + mask.w] = bitmap_of(mask)
    assert (shown == bitmap).all()
    height, width = bitmap.shape
    flat = bitmap.T.ravel()
    runs, inside = [0], False
    for value in flat.tolist():
        if value != inside:
            runs.append(0)
            inside = value
        runs[-1] += 1
    loose = {"x": 5, "y": 6, "w": width, "h": height, "counts": encode_runs(runs)}
    assert parse_regions(document("mask", loose)).regions[0].at == mask
    assert parse_regions(document("mask", mask._asdict())).regions[0].at is not None


def span(name: str, label: str, start: int, end: int) -> dict[str, Any]:
    """A span as JSON."""
    at = {"start": start, "end": end}
    return {"id": name, "question": "s", "kind": "span", "label": label, "at": at}


def relation(name: str, source: str, target: str) -> dict[str, Any]:
    """A relation as JSON."""
    at = {"from": source, "to": target}
    return {"id": name, "question": "r", "kind": "relation", "label": "of", "at": at}


def test_a_relation_is_hashed_by_what_it_joins_and_not_by_names() -> None:
    def related(first: str, second: str, turned: bool = False) -> str:
        ends = (second, first) if turned else (first, second)
        regions = [span(first, "a", 0, 3), span(second, "b", 5, 7), relation("x", *ends)]
        return regions_hash(parse_regions({"format": 1, "regions": regions}))

    assert related("a", "b") == related("b", "q")
    assert related("a", "b") != related("a", "b", turned=True)


@pytest.mark.parametrize(("ends", "place"), [(("r1", "nobody"), "to"), (("x", "r1"), "from")])
def test_a_relation_needs_two_regions(ends: tuple[str, str], place: str) -> None:
    regions = [
        span("r1", "a", 0, 3),
        relation("y", *ends),
        relation("x", "r1", "r2"),
        span("r2", "a", 4, 5),
    ]
    with pytest.raises(RegionsError) as caught:
        parse_regions({"format": 1, "regions": regions})
    (problem,) = caught.value.problems
    assert (problem.at, problem.code) == (f"regions/y/at/{place}", "unknown-region")


IMAGE = ItemFacts("image", 100, 80)


def schema_of(question_type: str, **more: Any) -> Any:
    question = {"name": "q", "type": question_type, "labels": [{"key": "a"}]} | more
    data = "text" if question_type in ("spans", "relations") else "image"
    return parse_schema({"format": 1, "data_type": data, "questions": [question]})


@pytest.mark.parametrize(
    ("question_type", "kind", "at"),
    [
        ("polygons", "polygon", {"rings": [[[0, 0], [101, 0], [10, 10]]]}),
        ("polylines", "polyline", {"points": [[0, 0], [1, 81]]}),
        ("points", "point", {"x": 101, "y": 3}),
        ("rotated_boxes", "rotated_box", {"cx": 101, "cy": 3, "w": 5, "h": 5, "angle": 3}),
        ("ellipses", "ellipse", {"cx": 5, "cy": 81, "rx": 5, "ry": 5, "angle": 3}),
        ("masks", "mask", {"x": 99, "y": 0, "w": 2, "h": 1, "counts": "02"}),
    ],
)
def test_a_place_outside_the_image_is_refused(question_type: str, kind: str, at: object) -> None:
    read = parse_regions(document(kind, at))
    verdict = check_regions(schema_of(question_type), read, IMAGE)
    assert [problem.code for problem in verdict.problems] == ["outside-image"]
    assert not check_regions(schema_of(question_type), read, ItemFacts("image", 500, 500)).problems
    unknown = check_regions(schema_of(question_type), read, ItemFacts("image")).problems
    assert [problem.code for problem in unknown] == ["unknown-size"]


def test_a_box_at_the_edge_may_stick_out_when_it_is_turned() -> None:
    at = {"cx": 99, "cy": 3, "w": 50, "h": 5, "angle": 30}
    read = parse_regions(document("rotated_box", at))
    assert not check_regions(schema_of("rotated_boxes"), read, IMAGE).problems


def test_a_question_about_shapes_takes_the_kinds_it_names() -> None:
    schema = schema_of("shapes", kinds=["polygon", "mask"])
    assert schema.questions[0].kinds == ("polygon", "mask")
    assert parse_schema(schema_json(schema)) == schema
    mask = parse_regions(document("mask", {"x": 0, "y": 0, "w": 2, "h": 1, "counts": "02"}))
    point = parse_regions(document("point", {"x": 0, "y": 0}))
    assert not check_regions(schema, mask, IMAGE).problems
    assert [one.code for one in check_regions(schema, point, IMAGE).problems] == ["wrong-kind"]


def test_a_skeleton_has_the_joints_of_its_question() -> None:
    joints = [{"key": "nose"}, {"key": "neck", "name": "Neck"}]
    schema = schema_of("skeletons", joints=joints, edges=[["nose", "neck"]])
    assert parse_schema(schema_json(schema)) == schema
    here = {"nose": {"x": 1, "y": 2}}
    assert not check_regions(
        schema, parse_regions(document("skeleton", {"joints": here})), IMAGE
    ).problems
    other = parse_regions(document("skeleton", {"joints": here | {"tail": {"x": 1, "y": 2}}}))
    (problem,) = check_regions(schema, other, IMAGE).problems
    assert (problem.at, problem.code) == ("regions/0/at/joints/tail", "unknown-joint")


@pytest.mark.parametrize(
    ("more", "at", "code"),
    [
        ({}, "joints", "wrong-type"),
        ({"joints": []}, "joints", "bad-count"),
        ({"joints": [{"key": "a"}, {"key": "a"}]}, "joints/1/key", "duplicate"),
        ({"joints": [{"key": "a"}], "edges": [["a", "b"]]}, "edges/0", "unknown-joint"),
        ({"joints": [{"key": "a"}], "edges": ["a"]}, "edges/0", "unknown-joint"),
    ],
)
def test_joints_and_edges_that_are_wrong_are_named(more: Any, at: str, code: str) -> None:
    with pytest.raises(SchemaError) as caught:
        schema_of("skeletons", **more)
    problem = caught.value.problems[0]
    assert (problem.at, problem.code) == (f"questions/0/{at}", code)


def test_what_is_written_in_a_place_is_kept_where_the_question_asks_for_it() -> None:
    read = parse_regions(document("box", {"x": 0, "y": 0, "w": 2, "h": 1}, value="Ale 4.20"))
    assert not check_regions(schema_of("boxes", transcript=True), read, IMAGE).problems
    (problem,) = check_regions(schema_of("boxes"), read, IMAGE).problems
    assert problem.code == "unexpected-value"


def test_group_and_order_are_kept() -> None:
    at = {"x": 0, "y": 0, "w": 2, "h": 1}
    read = parse_regions(document("box", at, group=3, z=-1))
    assert to_json(read)["regions"][0]["group"] == 3
    assert to_json(read)["regions"][0]["z"] == -1
    assert regions_hash(read) != regions_hash(parse_regions(document("box", at, group=4, z=-1)))
    assert parse_regions(document("box", at, z=0)) == parse_regions(document("box", at))
    for wrong in ({"group": 0}, {"group": "1"}, {"z": 1.5}, {"group": True}):
        with pytest.raises(RegionsError):
            parse_regions(document("box", at, **wrong))


def test_a_recording_ends_where_it_ends() -> None:
    question = parse_schema(
        {
            "format": 1,
            "data_type": "text",
            "questions": [{"name": "q", "type": "spans", "labels": [{"key": "a"}]}],
        }
    ).questions[0]
    verdict = Verdict([], [])
    SEGMENT.check(verdict, "at", Segment(0, 12.5), ItemFacts("audio", duration=12.5), question)
    assert not verdict.problems
    SEGMENT.check(verdict, "at", Segment(0, 12.6), ItemFacts("audio", duration=12.5), question)
    assert [one.at for one in verdict.problems] == ["at/end"]


def test_a_document_made_in_code_is_stored_like_one_that_was_read() -> None:
    mask = Mask(11, 1, 2, 2, "021O")
    made = RegionsDocument((Region("r1", "q", "mask", "a", mask),))
    assert regions_hash(made) == regions_hash(parse_regions(document("mask", mask._asdict())))
