"""Questions that say on which channels a region in time lies."""

from __future__ import annotations

from typing import Any

import pytest

from datasets.pure.regions import parse_regions
from datasets.pure.schema_checking import check_regions
from datasets.pure.schema_rules import ItemFacts, SchemaError, fill_defaults, parse_schema

FACTS = ItemFacts("series", duration=10, channels=("temp", "load"))


def definition(channels: str | None, data_type: str = "series") -> dict[str, Any]:
    question = {"name": "odd", "type": "segments", "labels": [{"key": "a"}]}
    if channels is not None:
        question["channels"] = channels
    return {"format": 1, "data_type": data_type, "questions": [question]}


def codes(channels: str | None, on: str | None, facts: ItemFacts = FACTS) -> list[str]:
    region = {
        "id": "r",
        "question": "odd",
        "kind": "segment",
        "label": "a",
        "at": {"start": 0, "end": 1},
    }
    if on is not None:
        region["on"] = {"channel": on}
    document = parse_regions({"format": 1, "regions": [region]})
    verdict = check_regions(parse_schema(definition(channels)), document, facts)
    return [problem.code for problem in verdict.problems]


@pytest.mark.parametrize(
    ("channels", "on", "wanted"),
    [
        (None, None, []),
        (None, "temp", []),
        ("one", "temp", []),
        ("one", None, ["no-channel"]),
        ("all", None, []),
        ("all", "temp", ["on-one-channel"]),
    ],
)
def test_a_region_lies_where_its_question_says(
    channels: str | None, on: str | None, wanted: list[str]
) -> None:
    assert codes(channels, on) == wanted


def test_where_there_is_one_channel_it_need_not_be_named() -> None:
    assert codes("one", None, FACTS._replace(channels=("temp",))) == []


def test_it_is_kept_with_the_definition_and_refused_elsewhere() -> None:
    assert fill_defaults(definition("one"))["questions"][0]["channels"] == "one"
    assert "channels" not in fill_defaults(definition(None))["questions"][0]
    with pytest.raises(SchemaError, match="channels"):
        parse_schema(definition("both"))
    with pytest.raises(SchemaError, match="channels"):
        parse_schema(definition("one", "image"))
