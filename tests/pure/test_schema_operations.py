"""Rename, merge, split, retire: what they make of a definition and of documents, and back."""

from typing import Any

import pytest

from datasets.pure.schema_operations import (
    OperationsError,
    plan_operations,
    replace_labels,
    undo_definition,
)
from datasets.pure.schema_rules import fill_defaults

Json = dict[str, Any]


def definition(**more: Any) -> Json:
    labels: list[Json] = [{"key": key} for key in ("cat", "kitten", "dog", "bird")]
    labels[1]["parent"] = "cat"
    kind = {"name": "kind", "type": "choice", "labels": labels}
    why = {"name": "why", "type": "text", "when": {"question": "kind", "label": ["cat", "dog"]}}
    rule = {
        "type": "forbidden",
        "labels": [{"question": "kind", "label": "dog"}, {"question": "kind", "label": "bird"}],
    }
    filled = fill_defaults(
        {"format": 1, "data_type": "text", "questions": [kind, why], "rules": [rule]}
    )
    return filled | more


def op(kind: str, /, **more: Any) -> Json:
    return {"op": kind, "question": "kind", **more}


def label_of(given: Json, key: str) -> Json:
    [found] = [label for label in given["questions"][0]["labels"] if label["key"] == key]
    return dict(found)


def problems(*operations: object) -> list[tuple[str, str]]:
    with pytest.raises(OperationsError) as caught:
        plan_operations(definition(), list(operations))
    return [(problem.at, problem.code) for problem in caught.value.problems]


def test_a_renamed_label_keeps_its_key() -> None:
    planned = plan_operations(definition(), [op("rename", label="dog", name=" Hound ")])
    assert label_of(planned.definition, "dog")["name"] == "Hound"
    assert (planned.replaced, planned.touched) == ({}, [("kind", "dog")])


def test_merged_labels_are_retired_and_lead_to_the_one_that_stays() -> None:
    merge = op("merge", labels=["cat", "dog"], into={"key": "pet", "name": "Pet"})
    planned = plan_operations(definition(), [merge])
    after = fill_defaults(planned.definition)
    assert planned.replaced == {("kind", "cat"): "pet", ("kind", "dog"): "pet"}
    assert label_of(after, "cat")["retired"] is label_of(after, "dog")["retired"] is True
    assert "hotkey" not in label_of(planned.definition, "cat")
    assert label_of(after, "kitten")["parent"] == "pet"
    assert after["questions"][1]["when"]["label"] == ["pet"]
    assert after["rules"][0]["labels"][0] == {"question": "kind", "label": "pet"}


def test_a_merge_into_a_label_below_leads_in_no_circle() -> None:
    planned = plan_operations(definition(), [op("merge", labels=["cat"], into="kitten")])
    assert "parent" not in label_of(fill_defaults(planned.definition), "kitten")


def test_a_chain_of_merges_is_followed_to_its_end() -> None:
    steps = [op("merge", labels=["cat"], into="dog"), op("merge", labels=["dog"], into="bird")]
    planned = plan_operations(definition(), steps)
    assert planned.replaced == {("kind", "cat"): "bird", ("kind", "dog"): "bird"}


def test_a_split_label_is_above_the_new_ones() -> None:
    new = [{"key": "puppy"}, {"key": "hound"}]
    kept = plan_operations(definition(), [op("split", label="dog", into=new)])
    after = fill_defaults(kept.definition)
    assert [label["key"] for label in after["questions"][0]["labels"]][2:5] == [
        "dog",
        "puppy",
        "hound",
    ]
    assert label_of(after, "puppy")["parent"] == "dog"
    assert label_of(after, "dog")["retired"] is False
    again = plan_operations(definition(), [op("split", label="dog", into=new, answers="relabel")])
    assert again.relabel == [("kind", "dog")]
    assert label_of(again.definition, "dog")["retired"] is True


A, B, DOG = {"key": "a"}, {"key": "b"}, {"key": "dog"}


@pytest.mark.parametrize(
    ("operation", "at", "code"),
    [
        ("merge", "operations/0", "unknown-operation"),
        ({"op": "drop"}, "operations/0", "unknown-operation"),
        (op("retire") | {"question": "why"}, "operations/0/question", "unknown-question"),
        (op("retire", label="cow"), "operations/0/label", "unknown-label"),
        (op("retire", label="cat", hard=True), "operations/0/hard", "unknown-key"),
        (op("rename", label="cat", name=" "), "operations/0/name", "missing-name"),
        (op("merge", labels=[], into="cat"), "operations/0/labels", "wrong-type"),
        (op("merge", labels=["cat", "cow"], into="dog"), "operations/0/labels/1", "unknown-label"),
        (op("merge", labels=["cat"], into="cow"), "operations/0/into", "unknown-label"),
        (op("split", label="cat", into=[{"key": "a"}]), "operations/0/into", "bad-count"),
        (op("split", label="cat", into=[A, DOG]), "operations/0/into/1/key", "duplicate"),
        (op("split", label="cat", into=[A, B], answers=1), "operations/0/answers", "unknown-value"),
        ({"op": ["merge"]}, "operations/0", "unknown-operation"),
        ({"op": {}, "question": "kind"}, "operations/0", "unknown-operation"),
        (op("merge", labels=["cat"], into={"key": []}), "operations/0/into/key", "wrong-type"),
        (op("merge", labels=["cat"], into={"name": "A"}), "operations/0/into/key", "wrong-type"),
        (op("merge", labels=[["cat"]], into="dog"), "operations/0/labels/0", "unknown-label"),
        (op("merge", labels=["cat"], into=["dog"]), "operations/0/into", "unknown-label"),
        (op("rename", label={}, name="A"), "operations/0/label", "unknown-label"),
        (op("split", label="cat", into=[{"key": {}}, B]), "operations/0/into/0/key", "wrong-type"),
        (op("split", label="cat", into=[A, {}]), "operations/0/into/1/key", "wrong-type"),
        (op("split", label="cat", into=[A, A]), "operations/0/into/1/key", "duplicate"),
        (op("split", label="cat", into=[A, B], answers=B), "operations/0/answers", "unknown-value"),
        (op("retire") | {"question": ["kind"]}, "operations/0/question", "unknown-question"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_named_at_its_place(operation: object, at: str, code: str) -> None:
    assert (at, code) in problems(operation)


def test_a_retired_label_is_no_place_to_merge_into() -> None:
    assert problems(op("retire", label="dog"), op("merge", labels=["cat"], into="dog")) == [
        ("operations/1/into", "retired-label")
    ]


def test_documents_say_the_new_label_and_nothing_else_changes() -> None:
    box = {"id": "b", "question": "kind", "kind": "box", "label": "cat", "at": {"x": 1}}
    other = {"id": "o", "question": "else", "kind": "item", "label": "cat"}
    note = {"id": "n", "question": "note", "kind": "item", "value": "cat"}
    document: Json = {
        "format": 1,
        "regions": [box, {**box, "id": "c", "label": "pet"}, other, note],
    }
    changed = replace_labels(document, {("kind", "cat"): "pet"})
    assert changed is not None
    assert changed["regions"] == [
        {**box, "label": "pet"}, {**box, "id": "c", "label": "pet"}, other, note,
    ]  # fmt: skip
    assert document["regions"][0]["label"] == "cat"


def test_the_way_back_leads_to_the_same_definition_but_for_retired_new_labels() -> None:
    before = definition()
    merge = op("merge", labels=["cat", "dog"], into={"key": "pet"})
    after = fill_defaults(plan_operations(before, [merge]).definition)
    back = fill_defaults(undo_definition(before, after, after))
    assert label_of(back, "pet")["retired"] is True
    back["questions"][0]["labels"] = [
        label for label in back["questions"][0]["labels"] if label["key"] != "pet"
    ]
    assert back == before


def test_the_way_back_keeps_what_others_changed_since() -> None:
    before = definition()
    after = fill_defaults(plan_operations(before, [op("retire", label="dog")]).definition)
    rename = op("rename", label="cat", name="Cat!")
    present = fill_defaults(plan_operations(after, [rename]).definition)
    back = fill_defaults(undo_definition(before, after, present))
    assert (label_of(back, "dog")["retired"], label_of(back, "cat")["name"]) == (False, "Cat!")
