"""Hierarchies, other names, conditions, labels of items and rules: read, written and checked."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from datasets.pure.answer_rules import broken_rules
from datasets.pure.regions import Box, Region, RegionsDocument, Span, parse_regions
from datasets.pure.schema_conditions import hidden_questions
from datasets.pure.schema_rules import (
    ItemFacts,
    Schema,
    SchemaError,
    check_regions,
    compare_schemas,
    fill_defaults,
    parse_schema,
)
from datasets.pure.schema_source import source_of

Json = dict[str, Any]
VECTORS = Path(__file__).parent.parent / "vectors" / "conditions.json"
FACTS = ItemFacts("image", 100, 100)


def labels(*keys: str, **more: Json) -> list[Json]:
    return [{"key": key} | more.get(key, {}) for key in keys]


def definition(*questions: Json, rules: list[Json] | None = None, data_type: str = "image") -> Json:
    shown: Json = {"format": 1, "data_type": data_type, "questions": list(questions)}
    return shown if rules is None else shown | {"rules": rules}


KIND: Json = {
    "name": "kind",
    "type": "choice",
    "labels": labels("ok", "defect", "crack", crack={"parent": "defect"}),
}
SPOTS: Json = {"name": "spots", "type": "boxes", "labels": labels("spot", "hole")}
SCORE: Json = {"name": "score", "type": "rating", "when": {"question": "kind", "label": "defect"}}
WHY: Json = {
    "name": "why",
    "type": "text",
    "required": True,
    "when": {"question": "score", "at_least": 3},
}


def places(wrong: Json) -> list[tuple[str, str]]:
    with pytest.raises(SchemaError) as caught:
        parse_schema(wrong)
    return [(problem.at, problem.code) for problem in caught.value.problems]


def said(schema: Schema, *regions: Region, facts: ItemFacts = FACTS) -> list[tuple[str, str]]:
    verdict = check_regions(schema, RegionsDocument(regions), facts)
    return [(problem.at, problem.code) for problem in verdict.problems]


def warned(schema: Schema, *regions: Region, facts: ItemFacts = FACTS) -> list[tuple[str, str]]:
    verdict = check_regions(schema, RegionsDocument(regions), facts)
    return [(problem.at, problem.code) for problem in verdict.warnings]


def choice(label: str, question: str = "kind") -> Region:
    return Region(f"r-{question}-{label}", question, "item", label)


def value(question: str, given: float | str) -> Region:
    return Region(f"r-{question}", question, "item", value=given)


def box(label: str, x: float, w: float = 10, h: float = 10) -> Region:
    return Region(f"b{x}{label}{w}", "spots", "box", label, Box(x, 0, w, h))


def test_an_older_definition_gets_no_new_keys() -> None:
    plain = definition(KIND | {"labels": labels("ok", "defect")}, SPOTS)
    filled = fill_defaults(plain)
    assert set(filled) == {"format", "data_type", "questions"}
    assert set(filled["questions"][0]) == {"name", "title", "type", "required", "labels"}
    assert set(filled["questions"][0]["labels"][0]) == {"key", "name", "color", "hotkey", "retired"}


def test_everything_new_is_written_as_it_was_read() -> None:
    best = {"name": "best", "type": "choice", "labels_from": "options", "required": False}
    rich = KIND | {
        "labels": labels("ok", ok={"aliases": ["fine"], "examples": ["It works"]})
        + KIND["labels"][1:]
    }
    rules: list[Json] = [
        {"type": "forbidden", "level": "warning", "labels": [
            {"question": "kind", "label": "ok"}, {"question": "spots", "label": "hole"},
        ]},
        {"type": "required_region", "question": "spots", "label": "hole", "message": "Mark it.",
         "when": {"question": "kind", "label": ["defect"]}},
        {"type": "max_overlap", "question": "spots", "share": 0.5},
        {"type": "min_size", "question": "spots", "width": 4, "area": 20},
    ]  # fmt: skip
    filled = fill_defaults(definition(rich, SPOTS, SCORE, WHY, best, rules=rules))
    assert fill_defaults(filled) == filled
    assert filled["questions"][0]["labels"][0]["aliases"] == ["fine"]
    assert filled["questions"][2]["when"] == {"question": "kind", "label": ["defect"]}
    assert filled["rules"][2] == {
        "type": "max_overlap",
        "level": "error",
        "question": "spots",
        "share": 0.5,
        "same_label": True,
    }


def test_a_parent_exists_leads_nowhere_back_and_lies_not_too_deep() -> None:
    unknown = KIND | {"labels": labels("a", "b", b={"parent": "c"})}
    assert places(definition(unknown)) == [("questions/0/labels/1/parent", "unknown-parent")]
    circle = KIND | {"labels": labels("a", "b", "c", a={"parent": "b"}, b={"parent": "a"})}
    assert places(definition(circle)) == [
        ("questions/0/labels/0/parent", "parent-circle"),
        ("questions/0/labels/1/parent", "parent-circle"),
    ]
    keys = [f"l{i}" for i in range(11)]
    chain = [{"key": key} | ({"parent": keys[i - 1]} if i else {}) for i, key in enumerate(keys)]
    parse_schema(definition(KIND | {"labels": chain[:10]}))
    assert places(definition(KIND | {"labels": chain})) == [
        ("questions/0/labels/10/parent", "too-deep")
    ]


def test_another_name_means_one_label_only() -> None:
    twice = KIND | {"labels": labels("a", "b", b={"aliases": ["x", "A"]})}
    assert places(definition(twice)) == [("questions/0/labels/1/aliases/1", "duplicate")]
    long = KIND | {"labels": labels("a", a={"aliases": ["x" * 201], "examples": "no list"})}
    assert places(definition(long)) == [
        ("questions/0/labels/0/aliases/0", "too-long"),
        ("questions/0/labels/0/examples", "wrong-type"),
    ]


def test_twenty_thousand_labels_are_read_in_a_third_of_a_second() -> None:
    many = [
        {"key": f"k{i}", "parent": f"k{i // 20}"} if i else {"key": "k0"} for i in range(20_000)
    ]
    begun = time.process_time()
    schema = parse_schema(definition(KIND | {"labels": many}))
    assert time.process_time() - begun < 1.0  # 0.2 s on a quiet machine
    assert len(schema.questions[0].labels) == 20_000
    assert places(definition(KIND | {"labels": [*many, {"key": "one_more"}]}))[0][1] == "bad-count"


@pytest.mark.parametrize(
    ("when", "place", "code"),
    [
        ({"question": "later"}, "when/question", "unknown-question"),
        ({"question": "score"}, "when/question", "unknown-question"),
        ({"question": "kind", "label": "gone"}, "when/label", "unknown-label"),
        ({"question": "kind", "at_least": 3}, "when", "no-number"),
        ({"question": "kind", "label": []}, "when/label", "bad-count"),
        ({"question": "kind", "is": 1}, "when/is", "unknown-key"),
        ("kind", "when", "wrong-type"),
    ],
)
def test_a_condition_that_cannot_hold_is_named(when: object, place: str, code: str) -> None:
    later = {"name": "later", "type": "text"}
    wrong = definition(KIND, SCORE | {"when": when}, later)
    assert (f"questions/1/{place}", code) in places(wrong)


def test_a_question_is_asked_when_an_earlier_answer_calls_for_it() -> None:
    schema = parse_schema(definition(KIND, SCORE, WHY))
    assert said(schema, choice("ok")) == []
    assert said(schema, choice("defect")) == []
    assert said(schema, choice("crack"), value("score", 3)) == [("questions/why", "required")]
    assert said(schema, choice("defect"), value("score", 2)) == []
    whole = (choice("defect"), value("score", 3), value("why", "Broken"))
    assert said(schema, *whole) == []


def test_an_answer_to_a_question_that_is_not_asked_is_refused() -> None:
    schema = parse_schema(definition(KIND, SCORE, WHY))
    assert said(schema, choice("ok"), value("score", 5), value("why", "x")) == [
        ("regions/1/question", "hidden-question"),
        ("regions/2/question", "hidden-question"),  # its own condition holds: the score's does not
    ]


def test_a_drawn_region_calls_for_a_question_as_well() -> None:
    size = {
        "name": "depth",
        "type": "number",
        "required": True,
        "when": {"question": "spots", "label": "hole"},
    }
    schema = parse_schema(definition(SPOTS, size))
    assert said(schema, box("spot", 0)) == []
    assert said(schema, box("hole", 0)) == [("questions/depth", "required")]


def test_labels_of_the_item_itself_are_checked_against_that_item() -> None:
    best = {"name": "best", "type": "choice", "labels_from": "options"}
    schema = parse_schema(definition(best, data_type="text"))
    facts = ItemFacts("text", text="?", fields={"options": ["Red", {"key": "b", "name": "Blue"}]})
    assert said(schema, choice("Red", "best"), facts=facts) == []
    assert said(schema, choice("b", "best"), facts=facts) == []
    assert said(schema, choice("green", "best"), facts=facts) == [
        ("regions/0/label", "unknown-label")
    ]
    assert said(schema, facts=facts) == [("questions/best", "required")]
    cell = ItemFacts("text", text="?", fields={"options": "Red | Deep blue"})
    assert said(schema, choice("Deep_blue", "best"), facts=cell) == []


@pytest.mark.parametrize("fields", [{}, {"options": []}, {"options": [1, None]}, {"options": 7}])
def test_an_item_without_a_list_of_labels_is_passed_with_a_warning(fields: Json) -> None:
    best = {"name": "best", "type": "choice", "labels_from": "options"}
    schema = parse_schema(definition(best, data_type="text"))
    facts = ItemFacts("text", text="?", fields=fields)
    assert said(schema, facts=facts) == []
    assert [at for at, _code in warned(schema, facts=facts)] == ["questions/best"]
    assert said(schema, choice("x", "best"), facts=facts) == [("regions/0/label", "unknown-label")]


def test_labels_stand_in_the_schema_or_in_the_item_not_both() -> None:
    both = KIND | {"labels_from": "options"}
    assert places(definition(both)) == [("questions/0/labels", "labels-twice")]


FORBIDDEN: Json = {
    "type": "forbidden",
    "labels": [{"question": "kind", "label": "defect"}, {"question": "spots", "label": "hole"}],
}


def test_labels_that_do_not_go_together_are_refused_at_the_later_one() -> None:
    schema = parse_schema(definition(KIND, SPOTS, rules=[FORBIDDEN]))
    assert said(schema, choice("crack"), box("spot", 0), box("hole", 20)) == [
        ("regions/2/label", "forbidden")
    ]
    assert said(schema, choice("ok"), box("hole", 20)) == []


def test_a_rule_of_level_warning_only_warns_and_may_say_its_own_sentence() -> None:
    mild = FORBIDDEN | {"level": "warning", "message": "50 % of these are wrong."}
    schema = parse_schema(definition(KIND, SPOTS, rules=[mild]))
    verdict = check_regions(schema, RegionsDocument((choice("defect"), box("hole", 0))), FACTS)
    assert (verdict.problems, verdict.warnings[0].detail) == ([], "50 % of these are wrong.")


def test_a_region_is_needed_with_an_answer() -> None:
    rule = {
        "type": "required_region",
        "question": "spots",
        "label": "hole",
        "when": {"question": "kind", "label": "defect"},
    }
    schema = parse_schema(definition(KIND, SPOTS, rules=[rule]))
    assert said(schema, choice("ok")) == []
    assert said(schema, choice("crack"), box("spot", 0)) == [("questions/spots", "region-missing")]
    assert said(schema, choice("crack"), box("hole", 0)) == []


def test_regions_may_cover_each_other_up_to_a_share() -> None:
    rule = {"type": "max_overlap", "question": "spots", "share": 0.5}
    schema = parse_schema(definition(SPOTS, rules=[rule]))
    near, apart = box("spot", 2), box("spot", 5)  # 8/12 and 5/15 of the first
    assert said(schema, box("spot", 0), near) == [("regions/1", "overlap")]
    assert said(schema, box("spot", 0), apart) == []
    assert said(schema, box("spot", 0), box("hole", 2)) == []
    whatever = parse_schema(definition(SPOTS, rules=[rule | {"same_label": False}]))
    assert said(whatever, box("spot", 0), box("hole", 2)) == [("regions/1", "overlap")]


def test_a_share_of_one_refuses_duplicates_and_nothing_else() -> None:
    rule = {"type": "max_overlap", "question": "spots", "share": 1}
    schema = parse_schema(definition(SPOTS, rules=[rule]))
    assert said(schema, box("spot", 0), box("spot", 0)) == [("regions/1", "overlap")]
    assert said(schema, box("spot", 0), box("spot", 0.01)) == []


def test_spans_have_a_least_length_and_may_not_overlap() -> None:
    words = {"name": "words", "type": "spans", "labels": labels("w")}
    rules = [
        {"type": "min_size", "question": "words", "length": 3},
        {"type": "max_overlap", "question": "words", "share": 0},
    ]
    schema = parse_schema(definition(words, rules=rules, data_type="text"))
    spans = [
        Region(f"s{start}", "words", "span", "w", Span(start, end))
        for start, end in ((0, 5), (4, 8), (8, 10))
    ]
    facts = ItemFacts("text", text="0123456789")
    assert said(schema, *spans, facts=facts) == [
        ("regions/2/at", "too-small"),
        ("regions/1", "overlap"),
    ]


def test_thousands_of_boxes_are_compared_quickly() -> None:
    rule = {"type": "max_overlap", "question": "spots", "share": 0.9}
    schema = parse_schema(definition(SPOTS, rules=[rule]))
    many = [
        Region(f"r{i}", "spots", "box", "spot", Box(i % 90, i // 90 % 90, 5, 5))
        for i in range(8000)
    ]
    begun = time.process_time()
    assert said(schema, *many, many[0]) == [("regions/8000", "overlap")]
    assert time.process_time() - begun < 6


@pytest.mark.parametrize(
    ("rule", "place", "code"),
    [
        ({"type": "magic"}, "type", "unknown-value"),
        (FORBIDDEN | {"level": "fatal"}, "level", "unknown-value"),
        (FORBIDDEN | {"labels": FORBIDDEN["labels"][:1]}, "labels", "bad-count"),
        ({"type": "min_size", "question": "kind", "width": 2}, "question", "wrong-question"),
        ({"type": "min_size", "question": "spots"}, "", "missing-size"),
        ({"type": "min_size", "question": "spots", "length": 2}, "length", "unknown-key"),
        ({"type": "max_overlap", "question": "spots", "share": 2}, "share", "bad-number"),
        ({"type": "max_overlap", "question": "gone", "share": 1}, "question", "unknown-question"),
        ({"type": "required_region", "question": "spots", "label": "x"}, "label", "unknown-label"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_named(rule: Json, place: str, code: str) -> None:
    at = f"rules/0/{place}" if place else "rules/0"
    assert (at, code) in places(definition(KIND, SPOTS, rules=[rule]))


def test_changes_tell_what_can_make_old_answers_wrong() -> None:
    before = parse_schema(definition(KIND, SPOTS, SCORE | {"when": {"question": "kind"}}))
    flat = KIND | {"labels": labels("ok", "defect", "crack", ok={"aliases": ["fine"]})}
    after = parse_schema(definition(flat, SPOTS, SCORE, rules=[FORBIDDEN]))
    assert [(one.code, one.breaking) for one in compare_schemas(before, after)] == [
        ("label-look-changed", False),
        ("label-moved", False),
        ("condition-changed", True),
        ("rule-added", True),
    ]
    assert [(one.code, one.breaking) for one in compare_schemas(after, before)] == [
        ("label-look-changed", False),
        ("label-moved", False),
        ("condition-changed", True),
        ("rule-removed", False),
    ]


@pytest.mark.parametrize(
    "case", json.loads(VECTORS.read_text())["conditions"], ids=lambda case: case["name"]
)
def test_condition_vectors_hold(case: Json) -> None:
    schema = parse_schema(case["definition"])
    regions = parse_regions({"format": 1, "regions": case["regions"]}).regions
    assert sorted(hidden_questions(schema, regions)) == case["hidden"]
    places = [breach.at.split("/") for breach in broken_rules(schema, regions)]
    found = [regions[int(at)].id if kind == "regions" else at for kind, at, *_rest in places]
    assert found == case["broken"]


def test_a_source_is_written_as_the_workbench_writes_it() -> None:
    for case in json.loads(VECTORS.with_name("sources.json").read_text())["sources"]:
        assert source_of(case["definition"]) == case["source"]
