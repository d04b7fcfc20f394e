"""Answers about single cells of a row: labels, corrected values, and the reason for them."""

from __future__ import annotations

from typing import Any

import pytest

from datasets.pure.regions import parse_regions
from datasets.pure.schema_rules import (
    ItemFacts,
    SchemaError,
    check_regions,
    parse_schema,
    schema_json,
)

DEFINITION: dict[str, Any] = {
    "format": 1,
    "data_type": "table",
    "questions": [
        {"name": "doubt", "type": "choice", "per": "cell", "labels": [{"key": "wrong"}]},
        {
            "name": "right",
            "type": "number",
            "per": "cell",
            "fields": ["height", "weight"],
            "attributes": [{"name": "reason", "type": "text", "required": True}],
        },
    ],
}
ROW = ItemFacts("table", fields={"height": 1.8, "weight": 700, "name": "Bo"})


def said(question: str, field: str | None, **more: Any) -> dict[str, Any]:
    """An answer about a cell."""
    on = {} if field is None else {"on": {"field": field}}
    identity = f"{question}-{field}-{len(str(more))}"
    return {"id": identity, "question": question, "kind": "item"} | on | more


def problems(*regions: dict[str, Any]) -> list[tuple[str, str]]:
    """Place and code of everything that is wrong with an answer."""
    schema = parse_schema(DEFINITION | {"questions": [_free(one) for one in QUESTIONS]})
    found = check_regions(schema, parse_regions({"format": 1, "regions": list(regions)}), ROW)
    return [(problem.at, problem.code) for problem in found.problems]


QUESTIONS: list[dict[str, Any]] = DEFINITION["questions"]


def _free(question: dict[str, Any]) -> dict[str, Any]:
    return question | {"required": False}


def test_a_schema_about_cells_comes_back_as_it_was() -> None:
    schema = parse_schema(DEFINITION)
    assert parse_schema(schema_json(schema)) == schema
    assert [one.per for one in schema.questions] == ["cell", "cell"]
    assert schema.reads_items


def test_cells_are_labelled_and_corrected_each_by_itself() -> None:
    assert not problems(
        said("doubt", "height", label="wrong"),
        said("doubt", "weight", label="wrong"),
        said("right", "weight", value=70, attributes={"reason": "grams"}),
    )


@pytest.mark.parametrize(
    ("region", "place", "code"),
    [
        (said("doubt", None, label="wrong"), "on/field", "no-cell"),
        (said("doubt", "colour", label="wrong"), "on/field", "unknown-cell"),
        (
            said("right", "name", value=1, attributes={"reason": "x"}),
            "on/field",
            "other-cell",
        ),
        (said("right", "weight", value=70), "attributes/reason", "missing-attribute"),
    ],
)
def test_what_is_wrong_about_a_cell_is_named(region: Any, place: str, code: str) -> None:
    assert problems(region) == [(f"regions/0/{place}", code)]


def test_a_cell_is_answered_once_by_each_question() -> None:
    twice = [said("doubt", "height", label="wrong") for _ in range(2)]
    twice[1]["id"] = "other"
    assert ("regions/1", "answered-twice") in problems(*twice)


@pytest.mark.parametrize(
    ("change", "at", "code"),
    [
        ({"per": "turn"}, "per", "unknown-value"),
        ({"fields": ["a", 3]}, "fields", "bad-fields"),
        ({"fields": "a"}, "fields", "wrong-type"),
        ({"roles": ["user"]}, "roles", "unknown-key"),
    ],
)
def test_a_definition_that_is_wrong_about_cells_is_named(change: Any, at: str, code: str) -> None:
    definition = DEFINITION | {"questions": [QUESTIONS[0] | change]}
    with pytest.raises(SchemaError) as caught:
        parse_schema(definition)
    assert (f"questions/0/{at}", code) in [(one.at, one.code) for one in caught.value.problems]


def test_fields_without_cells_mean_nothing() -> None:
    question = {"name": "q", "type": "text", "fields": ["a"]}
    with pytest.raises(SchemaError, match="per"):
        parse_schema({"format": 1, "data_type": "table", "questions": [question]})
