"""Answers against a schema and an item."""

from __future__ import annotations

from typing import Any

import pytest

from datasets.pure.regions import Box, Region, RegionsDocument, Span, parse_regions
from datasets.pure.schema_rules import (
    ItemFacts,
    Verdict,
    answer_label,
    check_regions,
    parse_schema,
)

IMAGE = parse_schema(
    {
        "format": 1,
        "data_type": "image",
        "questions": [
            {"name": "scene", "type": "choice", "labels": [{"key": "in"}, {"key": "out"}]},
            {
                "name": "cells",
                "type": "boxes",
                "labels": [{"key": "rbc"}, {"key": "old", "retired": True}],
                "max_count": 3,
                "attributes": [
                    {"name": "occluded", "type": "boolean"},
                    {"name": "side", "type": "choice", "required": True, "options": [{"key": "l"}]},
                    {"name": "size", "type": "number", "max": 9},
                    {"name": "remark", "type": "text", "max_length": 5},
                ],
            },
            {"name": "stars", "type": "rating", "max": 7},
            {"name": "weight", "type": "number", "min": 0, "max": 10},
            {"name": "note", "type": "text", "max_length": 8},
            {"name": "tags", "type": "choices", "labels": [{"key": "a"}, {"key": "b"}]},
        ],
    }
)
TEXT = parse_schema(
    {
        "format": 1,
        "data_type": "text",
        "questions": [
            {"name": "names", "type": "spans", "min_count": 2, "labels": [{"key": "person"}]}
        ],
    }
)
PICTURE = ItemFacts("image", 100, 50)
SCENE = {"id": "s", "question": "scene", "kind": "item", "label": "in"}
CELL = {
    "id": "c",
    "question": "cells",
    "kind": "box",
    "label": "rbc",
    "at": {"x": 0, "y": 0, "w": 100, "h": 50},
    "attributes": {"side": "l"},
}


def codes(verdict: Verdict) -> list[tuple[str, str]]:
    assert all(problem.detail for problem in verdict.problems + verdict.warnings)
    return [(problem.at, problem.code) for problem in verdict.problems]


def check(*regions: dict[str, Any], facts: ItemFacts = PICTURE) -> list[tuple[str, str]]:
    return codes(
        check_regions(IMAGE, parse_regions({"format": 1, "regions": list(regions)}), facts)
    )


def item(question: str, **answer: object) -> dict[str, Any]:
    return {"id": question, "question": question, "kind": "item", **answer}


def test_a_full_answer_fits() -> None:
    rest = [item("stars", value=7), item("weight", value=2.5), item("note", value="fine")]
    tags = [item("tags", label="a"), item("tags", label="b") | {"id": "t2"}]
    assert check(SCENE, CELL, *rest, *tags) == []


@pytest.mark.parametrize(
    "region",
    [
        item("stars", value=1),
        item("weight", value=0),
        item("weight", value=10),
        item("note", value="12345678"),
    ],
)
def test_the_edges_of_a_range_fit(region: dict[str, Any]) -> None:
    assert check(SCENE, region) == []


@pytest.mark.parametrize(
    ("change", "at", "code"),
    [
        ({"question": "colour"}, "question", "unknown-question"),
        ({"question": "tags"}, "kind", "wrong-kind"),
        ({"label": "wbc"}, "label", "unknown-label"),
        ({"value": 3}, "value", "unexpected-value"),
        ({"at": {"x": -0.5, "y": 0, "w": 9, "h": 9}}, "at/x", "outside-image"),
        ({"at": {"x": 0, "y": -1, "w": 9, "h": 9}}, "at/y", "outside-image"),
        ({"at": {"x": 1, "y": 0, "w": 99.01, "h": 9}}, "at/w", "outside-image"),
        ({"at": {"x": 1, "y": 0, "w": 9, "h": 51}}, "at/h", "outside-image"),
        ({"attributes": {}}, "attributes/side", "missing-attribute"),
        ({"attributes": {"side": "r"}}, "attributes/side", "unknown-option"),
        ({"attributes": {"side": "l", "age": 3}}, "attributes/age", "unknown-attribute"),
        ({"attributes": {"side": "l", "occluded": 1}}, "attributes/occluded", "wrong-type"),
        ({"attributes": {"side": "l", "size": 10}}, "attributes/size", "out-of-range"),
        ({"attributes": {"side": "l", "size": True}}, "attributes/size", "wrong-type"),
        ({"attributes": {"side": "l", "remark": "longer"}}, "attributes/remark", "too-long"),
    ],
)
def test_a_box_that_does_not_fit_is_refused_at_its_place(
    change: dict[str, Any], at: str, code: str
) -> None:
    assert check(SCENE, CELL | change) == [(f"regions/1/{at}", code)]


@pytest.mark.parametrize(
    ("region", "at", "code"),
    [
        (item("stars", value=8), "value", "out-of-range"),
        (item("stars", value=0), "value", "out-of-range"),
        (item("stars", value=2.5), "value", "wrong-type"),
        (item("stars"), "value", "missing-value"),
        (item("weight", value="heavy"), "value", "wrong-type"),
        (item("weight", value=-0.1), "value", "out-of-range"),
        (item("weight", value=1, label="a"), "label", "unexpected-label"),
        (item("note", value="much too long"), "value", "too-long"),
        (item("note", value=" \n"), "value", "empty-value"),
        (item("note", value=3), "value", "wrong-type"),
        (item("tags"), "label", "missing-label"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(region: dict[str, Any], at: str, code: str) -> None:
    assert check(SCENE, region) == [(f"regions/1/{at}", code)]


def test_what_is_required_must_be_there_and_a_choice_is_made_once() -> None:
    assert check() == [("questions/scene", "required")]
    assert check(SCENE, SCENE | {"id": "b"}) == [("questions/scene", "answered-twice")]
    note = item("note", value="x")
    assert check(SCENE, note, note | {"id": "b"}) == [("questions/note", "answered-twice")]


def test_the_same_of_several_labels_twice_is_refused() -> None:
    tag = item("tags", label="a")
    assert check(SCENE, tag, tag | {"id": "b"}) == [("regions/2/label", "label-twice")]


def test_counts_of_places_are_kept() -> None:
    cells = [CELL | {"id": f"c{n}", "at": {"x": n, "y": 0, "w": 1, "h": 1}} for n in range(4)]
    assert check(SCENE, *cells) == [("questions/cells", "too-many")]
    assert codes(check_regions(TEXT, RegionsDocument(), ItemFacts("text", text=""))) == [
        ("questions/names", "too-few")
    ]


def test_a_box_may_pass_the_edge_by_what_rounding_adds() -> None:
    assert check(SCENE, CELL | {"at": {"x": 0.0005, "y": 0, "w": 99.9995, "h": 50}}) == []


def test_an_image_of_unknown_size_takes_no_boxes() -> None:
    facts = ItemFacts("image")
    assert check(SCENE, CELL, facts=facts) == [("regions/1/at", "unknown-size")]


def test_a_schema_for_images_does_not_take_texts() -> None:
    assert check(SCENE, facts=ItemFacts("text", text="x")) == [("", "wrong-data-type")]


def span(start: int, end: int, region_id: str = "a") -> Region:
    return Region(region_id, "names", "span", "person", Span(start, end))


def test_spans_stay_inside_the_text_and_overlap_freely() -> None:
    facts = ItemFacts("text", text="Ada and Bo")
    fits = RegionsDocument((span(0, 3), span(0, 10), span(2, 9)))
    assert check_regions(TEXT, fits, facts) == Verdict([], [])
    outside = RegionsDocument((span(0, 3), span(8, 11)))
    assert codes(check_regions(TEXT, outside, facts)) == [("regions/1/at/end", "outside-text")]


def test_a_span_through_a_grapheme_is_accepted_with_a_warning() -> None:
    facts = ItemFacts("text", text="cafe\u0301 and cafe\u0301")
    verdict = check_regions(TEXT, RegionsDocument((span(0, 4), span(10, 15))), facts)
    assert verdict.problems == []
    assert [(w.at, w.code) for w in verdict.warnings] == [("regions/0/at", "cut-grapheme")]


def test_retired_labels_and_repeated_regions_only_warn() -> None:
    old = Region("a", "cells", "box", "old", Box(0, 0, 1, 1), attributes={"side": "l"})
    scene = Region("s", "scene", "item", "in")
    verdict = check_regions(IMAGE, RegionsDocument((scene, old, old)), PICTURE)
    assert verdict.problems == []
    warned = [(warning.at, warning.code) for warning in verdict.warnings]
    assert ("regions/1/label", "retired-label") in warned
    assert ("regions/2", "region-twice") in warned


def test_thousands_of_problems_end_at_a_hundred() -> None:
    wrong = tuple(Region(f"r{n}", "none", "item", "x") for n in range(5000))
    assert len(check_regions(IMAGE, RegionsDocument(wrong), PICTURE).problems) == 100


def test_the_label_of_a_choice_is_found_by_question() -> None:
    document = parse_regions({"format": 1, "regions": [CELL, SCENE]})
    assert answer_label(IMAGE, document, "scene") == "in"
    assert answer_label(IMAGE, RegionsDocument(), "scene") is None
    with pytest.raises(ValueError, match="no choice question named 'cells'"):
        answer_label(IMAGE, document, "cells")
