"""Label schemas: reading definitions, filling defaults, comparing revisions."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.schema_rules import (
    PALETTE,
    Schema,
    SchemaError,
    compare_schemas,
    fill_defaults,
    parse_schema,
    schema_from_text,
    schema_json,
)

VECTORS = Path(__file__).parent.parent / "vectors"
IMAGE: dict[str, Any] = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {"name": "scene", "type": "choice", "labels": [{"key": "in"}, {"key": "out"}]},
        {
            "name": "cells",
            "type": "boxes",
            "labels": [{"key": "rbc"}, {"key": "wbc"}],
            "min_count": 1,
            "attributes": [
                {"name": "occluded", "type": "boolean"},
                {"name": "side", "type": "choice", "options": [{"key": "l"}, {"key": "r"}]},
            ],
        },
        {"name": "stars", "type": "rating", "max": 7},
        {"name": "weight", "type": "number", "min": 0, "max": 10, "step": 0.5, "unit": "kg"},
        {"name": "note", "type": "text", "max_length": 80},
    ],
}


def image_with(at: str, value: object, given: dict[str, Any] = IMAGE) -> dict[str, Any]:
    """The definition with one place changed; `...` takes the place out."""
    changed = copy.deepcopy(given)
    *path, last = at.split("/")
    target: Any = changed
    for step in path:
        target = target[int(step)] if isinstance(target, list) else target[step]
    key: Any = int(last) if isinstance(target, list) else last
    if value is ...:
        del target[key]
    else:
        target[key] = value
    return changed


def refused(definition: object) -> list[tuple[str, str]]:
    with pytest.raises(SchemaError) as caught:
        parse_schema(definition)
    assert all(problem.detail for problem in caught.value.problems)
    return [(problem.at, problem.code) for problem in caught.value.problems]


def changes(at: str, value: object) -> list[tuple[str, bool]]:
    filled = fill_defaults(IMAGE)
    changed = parse_schema(image_with(at, value, filled))
    compared = compare_schemas(parse_schema(IMAGE), changed)
    assert all(change.detail for change in compared)
    return [(change.code, change.breaking) for change in compared]


@pytest.mark.parametrize(
    ("at", "value", "expected"),
    [
        ("format", 2, [("format", "unknown-format")]),
        ("data_type", "smell", [("data_type", "unknown-value")]),
        ("owner", "Mia", [("owner", "unknown-key")]),
        ("questions", [], [("questions", "bad-count")]),
        ("questions", {}, [("questions", "wrong-type")]),
        ("questions/0", "scene", [("questions/0", "wrong-type")]),
        ("questions/0/name", "Scene", [("questions/0/name", "bad-name")]),
        ("questions/1/name", "scene", [("questions/1/name", "duplicate")]),
        ("questions/0/type", "guess", [("questions/0/type", "unknown-value")]),
        ("questions/1/type", "spans", [("questions/1/type", "wrong-data-type")]),
        ("questions/0/required", 1, [("questions/0/required", "wrong-type")]),
        ("questions/0/title", "x" * 201, [("questions/0/title", "too-long")]),
        ("questions/0/title", "\x00", [("questions/0/title", "wrong-type")]),
        ("questions/0/attributes", [], [("questions/0/attributes", "unknown-key")]),
        ("questions/0/labels", ..., [("questions/0/labels", "wrong-type")]),
        ("questions/0/labels", [], [("questions/0/labels", "bad-count")]),
        ("questions/0/labels/1/key", "in", [("questions/0/labels/1/key", "duplicate")]),
        ("questions/0/labels/1/key", "-x", [("questions/0/labels/1/key", "bad-name")]),
        ("questions/0/labels/1/color", "red", [("questions/0/labels/1/color", "bad-color")]),
        ("questions/0/labels/1/hotkey", "ab", [("questions/0/labels/1/hotkey", "bad-hotkey")]),
        ("questions/0/labels/1/colour", "x", [("questions/0/labels/1/colour", "unknown-key")]),
        ("questions/1/max_count", 0, [("questions/1/max_count", "bad-number")]),
        ("questions/1/min_count", True, [("questions/1/min_count", "bad-number")]),
        ("questions/1/attributes/1/name", "occluded", None),
        (
            "questions/1/attributes/1/options",
            [],
            [("questions/1/attributes/1/options", "bad-count")],
        ),
        ("questions/1/attributes/0/options", [], None),
        ("questions/2/max", 11, [("questions/2/max", "bad-number")]),
        ("questions/3/max", -1, [("questions/3/max", "bad-range")]),
        ("questions/3/step", 0, [("questions/3/step", "bad-number")]),
        ("questions/3/min", float("nan"), [("questions/3/min", "bad-number")]),
        ("questions/4/max_length", 0, [("questions/4/max_length", "bad-number")]),
    ],
)
def test_a_mistake_in_a_definition_is_named_with_its_place(
    at: str, value: object, expected: list[tuple[str, str]] | None
) -> None:
    found = refused(image_with(at, value))
    assert found == (expected or [(at, found[0][1])])


def test_a_schema_whose_labels_are_all_retired_is_refused() -> None:
    labels = [{"key": "in", "retired": True}]
    assert refused(image_with("questions/0/labels", labels)) == [
        ("questions/0/labels", "all-retired")
    ]


def test_a_key_used_by_two_labels_of_a_question_is_refused() -> None:
    labels = [{"key": "a", "hotkey": "x"}, {"key": "b", "hotkey": "x"}]
    assert refused(image_with("questions/0/labels", labels)) == [
        ("questions/0/labels/1/hotkey", "duplicate")
    ]


def test_thousands_of_mistakes_end_at_a_hundred() -> None:
    labels = [{"key": "?"}] * 1500
    assert len(refused(image_with("questions/0/labels", labels))) == 100


def test_given_colours_and_keys_stay_and_others_take_what_is_free() -> None:
    labels = [
        {"key": "a"},
        {"key": "b", "color": "#2F74D0", "hotkey": "1"},
        {"key": "c", "retired": True},
        {"key": "d"},
    ]
    schema = parse_schema(image_with("questions/0/labels", labels))
    filled = [(one.color, one.hotkey) for one in schema.questions[0].labels]
    assert filled == [(PALETTE[1], "2"), (PALETTE[0], "1"), (PALETTE[2], None), (PALETTE[3], "3")]


def test_labels_that_are_digits_have_themselves_as_keys() -> None:
    digits: list[dict[str, object]] = [{"key": f"d{n}", "name": str(n)} for n in range(10)]
    assert hotkeys_of([*digits, {"key": "none"}]) == [*"0123456789", None]
    mixed: list[dict[str, object]] = [{"key": "other"}, {"key": "1"}, {"key": "2", "retired": True}]
    assert hotkeys_of([*mixed, {"key": "x", "hotkey": "3"}]) == ["2", "1", None, "3"]


def hotkeys_of(labels: list[dict[str, object]]) -> list[str | None]:
    """The keys that these labels get."""
    schema = parse_schema(image_with("questions/0/labels", labels))
    return [label.hotkey for label in schema.questions[0].labels]


def test_past_nine_labels_there_are_no_more_digits_and_past_twelve_colours_return() -> None:
    labels = [{"key": f"k{n}"} for n in range(14)]
    filled = parse_schema(image_with("questions/0/labels", labels)).questions[0].labels
    assert [label.hotkey for label in filled[8:11]] == ["9", None, None]
    assert [label.color for label in filled[12:]] == list(PALETTE[:2])


def test_adding_a_label_at_the_end_changes_no_other() -> None:
    before = fill_defaults(IMAGE)
    after = copy.deepcopy(before)
    after["questions"][0]["labels"].append({"key": "new"})
    assert fill_defaults(after)["questions"][0]["labels"][:2] == before["questions"][0]["labels"]


def test_filling_twice_changes_nothing_and_reading_back_gives_the_same_schema() -> None:
    filled = fill_defaults(IMAGE)
    assert fill_defaults(filled) == filled
    assert parse_schema(filled) == parse_schema(IMAGE)
    assert schema_json(parse_schema(filled)) == filled


def test_only_a_single_choice_is_required_by_default() -> None:
    asked = parse_schema(IMAGE).questions
    assert [question.required for question in asked] == [True, False, False, False, False]


def test_schema_vectors_hold() -> None:
    for case in json.loads((VECTORS / "schema.json").read_text("utf-8"))["defaults"]:
        assert fill_defaults(case["given"]) == case["filled"], case["name"]


def test_a_mistake_in_the_source_has_a_line_and_a_column() -> None:
    source = json.dumps(IMAGE, indent=2).replace('"choice"', '"chioce"', 1)
    with pytest.raises(SchemaError) as caught:
        schema_from_text(source)
    [problem] = caught.value.problems
    shown = source.splitlines()[(problem.line or 0) - 1]
    assert shown[(problem.column or 0) - 1 :].startswith('"type": "chioce"')


def test_what_is_missing_is_shown_at_the_object_around_it() -> None:
    with pytest.raises(SchemaError) as caught:
        schema_from_text(
            '{"format": 1, "data_type": "text",\n "questions": [\n  {"type": "text"}]}'
        )
    assert [(p.at, p.line, p.column) for p in caught.value.problems] == [("questions/0/name", 3, 3)]


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [("", 1, 1), ('{"a": 1,\n  }', 2, 3), ("[1, 2\n3]", 2, 1), ("[" * 100_000, 1, 1)],
)
def test_source_that_is_not_json_says_where(source: str, line: int, column: int) -> None:
    with pytest.raises(SchemaError) as caught:
        schema_from_text(source)
    [problem] = caught.value.problems
    assert problem.code == "not-json"
    assert (problem.line, problem.column) == (line, column) or line == 1 or column == 3


def test_a_key_written_twice_is_refused_at_the_second() -> None:
    source = json.dumps(IMAGE)[:-1] + ',\n "format": 1}'
    with pytest.raises(SchemaError) as caught:
        schema_from_text(source)
    assert [(p.code, p.line, p.column) for p in caught.value.problems] == [("duplicate-key", 2, 2)]


@given(st.text('{}[]:,"\\ a1\n', max_size=40))
def test_any_source_is_read_or_refused_with_a_place(source: str) -> None:
    with pytest.raises(SchemaError) as caught:
        schema_from_text(source)
    assert all(problem.line and problem.column for problem in caught.value.problems)


def test_braces_and_quotes_inside_texts_do_not_confuse_the_places() -> None:
    tricky = image_with("questions/0/title", 'say "}]{[" \\ now')
    tricky["questions"][4]["max_length"] = 0
    with pytest.raises(SchemaError) as caught:
        schema_from_text(json.dumps(tricky, indent=1))
    [problem] = caught.value.problems
    assert "max_length" in json.dumps(tricky, indent=1).splitlines()[(problem.line or 0) - 1]


@pytest.mark.parametrize(
    ("at", "value", "expected"),
    [
        ("questions/0/title", "Place", [("question-retitled", False)]),
        ("questions/0/labels/0/name", "Inside", [("label-renamed", False)]),
        ("questions/0/labels/0/retired", True, [("label-retired", False)]),
        ("questions/0/labels/1", {"key": "else"}, None),
        ("questions/4", ..., [("question-removed", True)]),
        ("questions/2/type", "number", [("question-type-changed", True)]),
        ("questions/2/max", 5, [("limits-narrowed", True)]),
        ("questions/2/max", 9, [("limits-widened", False)]),
        ("questions/3/min", ..., [("limits-widened", False)]),
        ("questions/1/min_count", 2, [("limits-narrowed", True)]),
        ("questions/1/max_count", 9, [("limits-narrowed", True)]),
        ("questions/2/required", True, [("question-required", False)]),
        ("questions/0/required", False, [("question-optional", False)]),
        ("questions/1/attributes/0", ..., [("attribute-removed", True)]),
        ("questions/1/attributes/0/type", "text", [("attribute-type-changed", True)]),
        ("questions/1/attributes/0/required", True, [("attribute-required", True)]),
        ("questions/1/attributes/1/options/1/key", "x", None),
        ("questions/1/attributes/0/title", "Hidden", [("attribute-retitled", False)]),
        ("questions/1/attributes/1/options/0/name", "Left", [("option-renamed", False)]),
        ("questions/1/help", "Draw tight.", [("help-changed", False)]),
        ("questions/0/labels/0/color", "#000000", [("label-look-changed", False)]),
    ],
)
def test_changes_between_revisions_are_named(
    at: str, value: object, expected: list[tuple[str, bool]] | None
) -> None:
    if expected is None:
        kind = "label" if "labels" in at else "option"
        expected = [(f"{kind}-removed", True), (f"{kind}-added", False)]
    assert changes(at, value) == expected


@pytest.mark.parametrize(
    ("at", "value", "expected"),
    [
        ("questions/1/labels", {"key": "plt"}, [("label-added", False)]),
        (
            "questions/1/attributes",
            {"name": "size", "type": "number"},
            [("attribute-added", False)],
        ),
        (
            "questions/1/attributes",
            {"name": "size", "type": "number", "required": True},
            [("attribute-added", True)],
        ),
        ("questions/1/attributes/1/options", {"key": "t"}, [("option-added", False)]),
        ("questions", {"name": "extra", "type": "text"}, [("question-added", False)]),
    ],
)
def test_additions_to_a_revision_are_named(
    at: str, value: object, expected: list[tuple[str, bool]]
) -> None:
    listed: Any = fill_defaults(IMAGE)
    for step in at.split("/"):
        listed = listed[int(step)] if isinstance(listed, list) else listed[step]
    assert changes(at, [*listed, value]) == expected


def test_another_data_type_breaks_every_answer() -> None:
    def schema(data_type: str) -> Schema:
        note = {"name": "note", "type": "text"}
        return parse_schema({"format": 1, "data_type": data_type, "questions": [note]})

    [change] = compare_schemas(schema("text"), schema("table"))
    assert (change.code, change.breaking) == ("data-type-changed", True)


def test_the_smallest_and_largest_sizes_are_allowed() -> None:
    for at, value in {
        "questions/2/max": 2,
        "questions/1/min_count": 0,
        "questions/1/max_count": 10_000,
        "questions/4/max_length": 1,
        "questions/0/title": "x" * 200,
        "questions/3/unit": "x" * 40,
        "questions/3/max": 0,
        "questions/1/attributes/1/options": [{"key": "only"}],
    }.items():
        parse_schema(image_with(at, value))


def test_a_source_of_over_eight_megabytes_is_refused() -> None:
    with pytest.raises(SchemaError, match="at most 8 MB") as caught:
        schema_from_text(" " * 8_000_001)
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (1, 1)


def test_equal_schemas_have_no_changes() -> None:
    assert changes("format", 1) == []
