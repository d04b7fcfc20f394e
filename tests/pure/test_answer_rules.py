"""The rules of a schema: the same answers as the workbench, what is refused, and how fast."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datasets.pure.answer_rules import RULES, broken_rules
from datasets.pure.region_kinds.points import Polygon
from datasets.pure.region_kinds.stretches import Segment
from datasets.pure.region_likeness import covering
from datasets.pure.region_likeness.many_polygons import Sized, sized
from datasets.pure.regions import Box, Region, parse_regions
from datasets.pure.schema_rules import SchemaError, fill_defaults, parse_schema
from datasets.views.schema_words import rules_in_words

Json = dict[str, Any]
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "rules.json").read_text())["rules"]
LABELS = [{"key": "car"}, {"key": "van", "parent": "car"}, {"key": "tree"}]
BOXES: Json = {
    "name": "q",
    "type": "boxes",
    "labels": LABELS,
    "attributes": [{"name": "age", "type": "number", "max": 120}],
}
HEIGHT: Json = {"name": "height", "type": "number", "min": 10, "unit": "cm"}
KIND: Json = {"name": "kind", "type": "choice", "labels": [{"key": "ok"}, {"key": "bad"}]}
WHEN = {"question": "kind", "label": ["bad"]}


def schema_of(*rules: Json, question: Json = BOXES, data_type: str = "image") -> Json:
    questions = [KIND, question, HEIGHT]
    return {"format": 1, "data_type": data_type, "questions": questions, "rules": list(rules)}


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_rules_are_broken_where_the_vectors_say(case: Json) -> None:
    regions = parse_regions({"format": 1, "regions": case["regions"]}).regions
    found = []
    for breach in broken_rules(parse_schema(case["definition"]), regions):
        kind, place, *_rest = breach.at.split("/")
        named = regions[int(place)].id if kind == "regions" else place
        found.append([breach.number, named, breach.code])
        assert breach.template % breach.values
    assert sorted(found) == case["broken"]


def test_every_kind_of_rule_has_a_vector_is_written_as_read_and_said_in_words() -> None:
    definitions = [case["definition"] for case in VECTORS]
    assert {rule["type"] for one in definitions for rule in one["rules"]} == {*RULES} - {
        "required_region"
    }  # in conditions.json
    for definition in definitions:
        filled = fill_defaults(definition)
        assert fill_defaults(filled) == filled
        for given, kept in zip(definition["rules"], filled["rules"], strict=True):
            assert given.items() <= kept.items()
        assert all(one["text"] for one in rules_in_words(filled))


@pytest.mark.parametrize(
    ("rules", "at", "code"),
    [
        ([{"type": "region_count", "question": "q", "label": "lorry", "at_most": 1}],
         "rules/0/label", "unknown-label"),
        ([{"type": "max_overlap", "question": "q", "share": 1.1}], "rules/0/share", "bad-number"),
        ([{"type": "max_overlap", "question": "q", "share": 0.1, "between": ["car", "van"]}],
         "rules/0/between", "bad-labels"),
        ([{"type": "max_overlap", "question": "q", "share": 0.1, "between": ["car", "bus"]}],
         "rules/0/between/1", "unknown-label"),
        ([{"type": "max_overlap", "question": "q", "share": 0.1, "same_label": True,
           "between": ["car", "tree"]}], "rules/0/same_label", "contradiction"),
        ([{"type": "min_size", "question": "q", "width": 0}], "rules/0/width", "bad-number"),
        ([{"type": "min_size", "question": "q", "width": 2, "duration": 2}],
         "rules/0/duration", "unknown-key"),
        ([{"type": "region_count", "question": "q"}], "rules/0", "missing-count"),
        ([{"type": "region_count", "question": "q", "at_least": 3, "at_most": 2}],
         "rules/0/at_most", "bad-range"),
        ([{"type": "region_count", "question": "q", "at_most": 2},
          {"type": "region_count", "question": "q", "label": "van", "at_least": 3}],
         "rules/1", "contradiction"),
        ([{"type": "region_count", "question": "q", "label": "van", "at_least": 3, "when": WHEN},
          {"type": "region_count", "question": "q", "label": "car", "at_most": 2}],
         "rules/1", "contradiction"),
        ([{"type": "required_region", "question": "q", "label": "van", "when": WHEN},
          {"type": "forbidden", "labels": [{"question": "q", "label": "van"},
                                           {"question": "kind", "label": "bad"}]}],
         "rules/1", "contradiction"),
        ([{"type": "region_count", "question": "height", "at_least": 3}],
         "rules/0/question", "wrong-question"),
        ([{"type": "value_range", "question": "q", "at_least": 3}],
         "rules/0/question", "wrong-question"),
        ([{"type": "value_range", "question": "q", "attribute": "size", "at_least": 3}],
         "rules/0/attribute", "unknown-attribute"),
        ([{"type": "value_range", "question": "q", "attribute": "age", "at_least": 130}],
         "rules/0/at_least", "contradiction"),
        ([{"type": "value_range", "question": "height", "at_most": 9}],
         "rules/0/at_most", "contradiction"),
        ([{"type": "needs_text", "question": "q"}], "rules/0/question", "wrong-question"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_at_its_place(
    rules: list[Json], at: str, code: str
) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_schema(schema_of(*rules))
    assert (at, code) in [(one.at, one.code) for one in caught.value.problems]
    assert caught.value.problems[0].detail


def test_limits_that_meet_only_with_other_answers_are_no_contradiction() -> None:
    few = {"type": "region_count", "question": "q", "at_most": 2, "when": WHEN}
    many = {"type": "region_count", "question": "q", "at_least": 3}
    parse_schema(schema_of(few, many | {"when": WHEN | {"label": ["ok"]}}))
    with pytest.raises(SchemaError):
        parse_schema(schema_of(few, many | {"when": WHEN}))


def test_regions_spread_and_doubled_are_found_by_sweeping() -> None:
    random = np.random.default_rng(1)
    corners, sizes = random.uniform(0, 4000, (20_000, 2)), random.uniform(2, 60, (20_000, 2))
    spread = [
        Region(f"r{i}", "q", "box", ("car", "tree")[i % 2], Box(*corner, *size))
        for i, (corner, size) in enumerate(zip(corners.tolist(), sizes.tolist(), strict=True))
    ]
    doubles = [Region(f"r{i}", "q", "box", "car", Box(1, 1, 9, 9)) for i in range(20_000)]
    overlap = {"type": "max_overlap", "question": "q", "share": 0.9}
    small = {"type": "min_size", "question": "q", "width": 4}
    schema = parse_schema(schema_of(overlap, small))
    assert 0 < sum(1 for _one in broken_rules(schema, spread)) < 20_000
    assert sum(1 for _one in broken_rules(schema, doubles)) == 19_999


def test_the_outlines_of_one_document_are_prepared_once_for_all_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Polygon] = []

    def prepare(places: list[Polygon]) -> Sized:
        made.extend(places)
        return sized(places)

    monkeypatch.setattr(covering, "sized", prepare)
    corners = [(0, 0), (1, 0), (500, 500)]  # two that touch, and one far away
    places = [Polygon((((x, y), (x + 9, y), (x + 9, y + 9), (x, y + 8)),)) for x, y in corners]
    question = {"name": "q", "type": "polygons", "labels": LABELS}
    rules = [
        {"type": "max_overlap", "question": "q", "share": share} for share in (0.1, 0.5, 0.9, 0.95)
    ]
    schema = parse_schema(schema_of(*rules, question=question))
    regions = [Region(f"r{i}", "q", "polygon", "car", at) for i, at in enumerate(places)]
    assert [one.at for one in broken_rules(schema, regions)] == ["regions/1"] * 2
    assert made == places


@pytest.mark.extras
def test_segments_on_a_heap_end_with_a_warning_that_not_all_were_compared() -> None:
    question = {"name": "q", "type": "segments", "labels": LABELS}
    overlap = {"type": "max_overlap", "question": "q", "share": 0.99}
    schema = parse_schema(schema_of(overlap, question=question, data_type="audio"))
    regions = [
        Region(f"r{i}", "q", "segment", "car", Segment(i / 10_000, 5000 + i)) for i in range(5000)
    ]
    [*_some, last] = broken_rules(schema, regions)
    assert (last.code, last.rule.level) == ("not-compared", "warning")
