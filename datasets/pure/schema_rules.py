"""Label schemas: reading a definition, checking answers against it, comparing revisions.

This is the door to the `schema_*` modules of this folder; import from here.
"""

from __future__ import annotations

from typing import Any

from datasets.pure.answer_rules import rule_json
from datasets.pure.preference_checking import PREFERENCES
from datasets.pure.region_kinds.base import Verdict
from datasets.pure.schema_changes import compare_schemas
from datasets.pure.schema_checking import answer_label, check_regions
from datasets.pure.schema_conditions import condition_json
from datasets.pure.schema_reading import parse_schema
from datasets.pure.schema_source import schema_from_text
from datasets.pure.schema_types import (
    DATA_TYPES,
    FORMAT,
    KIND_OF_TYPE,
    LABELLED_TYPES,
    PALETTE,
    PLACED_TYPES,
    SHAPES,
    Attribute,
    Change,
    Condition,
    ItemFacts,
    Label,
    Option,
    Question,
    Rule,
    Schema,
    SchemaError,
)

__all__ = [
    "DATA_TYPES",
    "FORMAT",
    "KIND_OF_TYPE",
    "LABELLED_TYPES",
    "PALETTE",
    "PLACED_TYPES",
    "Attribute",
    "Change",
    "Condition",
    "ItemFacts",
    "Label",
    "Option",
    "Question",
    "Rule",
    "Schema",
    "SchemaError",
    "Verdict",
    "answer_label",
    "check_regions",
    "compare_schemas",
    "fill_defaults",
    "label_json",
    "parse_schema",
    "schema_from_text",
    "schema_json",
]


def fill_defaults(definition: object) -> dict[str, Any]:
    """The definition with every default written out: titles, names, colours, keys, `required`.

    This is what a revision stores, so that a later change of our defaults changes nothing. Doing
    it twice changes nothing.

    Raises
    ------
    SchemaError
        The definition is no label schema.

    Examples
    --------
    >>> note = {"name": "note", "type": "text"}
    >>> fill_defaults({"format": 1, "data_type": "text", "questions": [note]})["questions"]
    [{'name': 'note', 'title': 'Note', 'type': 'text', 'required': False, 'max_length': 5000}]
    """
    return schema_json(parse_schema(definition))


def schema_json(schema: Schema) -> dict[str, Any]:
    """The schema as a definition in JSON values, defaults written out.

    `parse_schema` reads it back into an equal schema.
    """
    questions = [_question_json(question) for question in schema.questions]
    shown = {"format": FORMAT, "data_type": schema.data_type, "questions": questions}
    if schema.rules:
        shown["rules"] = [rule_json(rule) for rule in schema.rules]
    return shown


def _question_json(question: Question) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": question.name,
        "title": question.title,
        "type": question.type,
        "required": question.required,
    }
    if question.labels:
        shown["labels"] = [label_json(label) for label in question.labels]
    if question.attributes:
        shown["attributes"] = [_attribute_json(attribute) for attribute in question.attributes]
    if question.type == "text":
        shown["max_length"] = question.max_length
    shown |= _drawing_json(question) | _asking_json(question)
    if question.match_case:
        shown["match_case"] = True
    plain = ("help", "unit", "prefill", "min", "max", "step", "min_count", "max_count")
    for key in (*plain, "labels_from"):
        value = getattr(question, key)
        if value is not None and value != "":
            shown[key] = value
    if question.when is not None:
        shown["when"] = condition_json(question.when)
    return shown


def _asking_json(question: Question) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if question.per:
        shown["per"] = question.per
    for key in ("roles", "fields"):
        if getattr(question, key):
            shown[key] = list(getattr(question, key))
    if question.type in PREFERENCES:
        shown["ties"] = question.ties
    if question.type == "pairwise":
        shown["both_bad"] = question.both_bad
    return shown


def _drawing_json(question: Question) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if question.type == SHAPES:
        shown["kinds"] = list(question.kinds)
    if question.tracked:
        shown["kinds"] = list(question.tracked)
    if question.transcript:
        shown["transcript"] = True
    if question.channels:
        shown["channels"] = question.channels
    if question.joints:
        shown["joints"] = [{"key": one.key, "name": one.name} for one in question.joints]
        shown["edges"] = [list(edge) for edge in question.edges]
    return shown


def label_json(label: Label) -> dict[str, Any]:
    """The label as a definition says it."""
    shown: dict[str, Any] = {"key": label.key, "name": label.name, "color": label.color}
    if label.hotkey is not None:
        shown["hotkey"] = label.hotkey
    if label.description:
        shown["description"] = label.description
    if label.parent is not None:
        shown["parent"] = label.parent
    for key in ("aliases", "examples", "patterns"):
        if getattr(label, key):
            shown[key] = list(getattr(label, key))
    return shown | {"retired": label.retired}


def _attribute_json(attribute: Attribute) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": attribute.name,
        "title": attribute.title,
        "type": attribute.type,
        "required": attribute.required,
    }
    if attribute.options:
        shown["options"] = [{"key": one.key, "name": one.name} for one in attribute.options]
    if attribute.type == "text":
        shown["max_length"] = attribute.max_length
    for key in ("min", "max"):
        if getattr(attribute, key) is not None:
            shown[key] = getattr(attribute, key)
    return shown
