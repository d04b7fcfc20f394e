"""Patterns of labels: what they find, what is refused, and that they never take for ever."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.patterns import PatternError, find_all, parse_pattern
from datasets.pure.schema_rules import SchemaError, compare_schemas, parse_schema, schema_json

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "patterns.json").read_text())


@pytest.mark.parametrize("vector", VECTORS["patterns"], ids=lambda vector: vector["text"][:20])
def test_patterns_find_the_places_of_the_vectors(vector: dict[str, Any]) -> None:
    wanted = [("x", pattern) for pattern in vector["patterns"]]
    found = find_all(vector["text"], wanted, match_case=vector["match_case"])
    assert [[hit.start, hit.end] for hit in found] == vector["places"]


@pytest.mark.parametrize("pattern", VECTORS["refused"])
def test_a_pattern_that_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(pattern)


@given(st.text(max_size=60), st.text(min_size=1, max_size=8).filter(str.strip))
def test_a_phrase_finds_itself_wherever_no_word_goes_on(text: str, phrase: str) -> None:
    escaped = phrase.strip().replace("{", "{{").replace("}", "}}")
    try:
        parse_pattern(escaped)
    except PatternError:
        return
    whole = f"{text} {phrase.strip()} {text}"
    found = list(find_all(whole, [("x", escaped)], match_case=True))
    assert any(hit.start <= len(text) + 1 < hit.end for hit in found)


def test_no_pattern_takes_for_ever() -> None:
    text = "a" * 200_000
    begun = time.process_time()
    evil = "{word}" + " {word}" * 20 + "!"
    assert list(find_all(text, [("x", evil), ("x", "a" * 150 + "b")])) == []
    assert time.process_time() - begun < 20  # a tenth of it alone; a trial and error one never ends


SPANS: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "names",
            "type": "spans",
            "match_case": True,
            "labels": [{"key": "a", "patterns": ["Ada", "order {digits}"]}, {"key": "b"}],
        },
        {"name": "better", "type": "text", "prefill": "text"},
    ],
}


def changed(**of_question: Any) -> dict[str, Any]:
    """The definition with one more or other key in its last question."""
    return {**SPANS, "questions": [SPANS["questions"][0], {**SPANS["questions"][1], **of_question}]}


def test_a_definition_keeps_patterns_and_what_a_field_starts_with() -> None:
    schema = parse_schema(SPANS)
    names, better = schema.questions
    assert names.labels[0].patterns == ("Ada", "order {digits}")
    assert (names.match_case, better.prefill) == (True, "text")
    assert parse_schema(schema_json(schema)) == schema


@pytest.mark.parametrize(
    ("definition", "at"),
    [
        (changed(prefill="title"), "questions/1/prefill"),
        (changed(prefill=3), "questions/1/prefill"),
        (changed(type="number", prefill="text"), "questions/1/prefill"),
        (
            {"format": 1, "data_type": "image", "questions": [SPANS["questions"][1]]},
            "questions/0/prefill",
        ),
        (
            {
                "format": 1,
                "data_type": "text",
                "questions": [
                    {"name": "n", "type": "spans", "labels": [{"key": "a", "patterns": ["{x}"]}]}
                ],
            },
            "questions/0/labels/0/patterns/0",
        ),
        (
            {
                "format": 1,
                "data_type": "text",
                "questions": [
                    {"name": "n", "type": "choice", "labels": [{"key": "a", "patterns": ["x"]}]}
                ],
            },
            "questions/0/labels/0/patterns",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_place(definition: dict[str, Any], at: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_schema(definition)
    assert [problem.at for problem in caught.value.problems] == [at]


def test_a_column_may_be_what_a_field_starts_with() -> None:
    question = {"name": "better", "type": "text", "prefill": "Title (old)"}
    schema = parse_schema({"format": 1, "data_type": "table", "questions": [question]})
    assert schema.questions[0].prefill == "Title (old)"


def test_other_patterns_are_a_change_that_breaks_nothing() -> None:
    old = parse_schema(SPANS)
    plain = changed()
    plain["questions"][0] = {
        "name": "names",
        "type": "spans",
        "labels": [{"key": "a"}, {"key": "b"}],
    }
    codes = {change.code: change.breaking for change in compare_schemas(old, parse_schema(plain))}
    assert codes == {"start-changed": False, "patterns-changed": False}
