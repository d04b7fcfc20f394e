"""Numbers outside the range to be expected, such as millimetres where centimetres are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datasets.pure.answer_rules.base import (
    Answers,
    Finding,
    Questions,
    RuleKind,
    about,
    is_called_for,
    question_of_type,
    regions_of,
)
from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.schema_types import PLACED_TYPES, Attribute, Question, Rule, Schema
from datasets.pure.schema_values import Found, Raw, a_number

_NUMBERS = ("number", "rating")


def _read(raw: Raw, at: str, questions: Questions, found: Found) -> dict[str, Any] | None:
    types = PLACED_TYPES if "attribute" in raw else _NUMBERS
    question = question_of_type(raw, at, questions, types, found)
    if question is None:
        return None
    asked: Question | Attribute | None = question
    if "attribute" in raw:
        asked = _read_attribute(raw, at, question, found)
    low, high = a_number(raw, "at_least", at, found), a_number(raw, "at_most", at, found)
    if "at_least" not in raw and "at_most" not in raw:
        sentence = gettext_noop("Give one of: %(known)s.")
        found.add(at, "missing-limit", sentence, known="at_least, at_most")
    if low is not None and high is not None and low > high:
        sentence = gettext_noop("at_most must not be smaller than at_least.")
        found.add(f"{at}/at_most", "bad-range", sentence)
    if asked is not None:
        _refuse_outside(at, asked, low, high, found)
    name = raw["attribute"] if type(raw.get("attribute")) is str else ""
    limits = {"attribute": name, "at_least": low, "at_most": high}
    return about(raw, at, question, questions, found) | limits


def _read_attribute(raw: Raw, at: str, question: Question, found: Found) -> Attribute | None:
    name = raw["attribute"]
    attribute = question.attributes_by_name.get(name) if type(name) is str else None
    if attribute is None or attribute.type != "number":
        sentence = gettext_noop("%(question)s has no attribute %(name)s that is a number.")
        values = {"question": question.name, "name": shorten(name)}
        found.add(f"{at}/attribute", "unknown-attribute", sentence, **values)
        return None
    return attribute


def _refuse_outside(
    at: str, asked: Question | Attribute, low: float | None, high: float | None, found: Found
) -> None:
    """A range that no answer may lie in is a contradiction."""
    sentence = gettext_noop("No answer can keep this: %(title)s takes %(limit)s at %(end)s.")
    if low is not None and asked.max is not None and low > asked.max:
        values = {"title": asked.title, "limit": f"{asked.max:.10g}", "end": "most"}
        found.add(f"{at}/at_least", "contradiction", sentence, **values)
    if high is not None and asked.min is not None and high < asked.min:
        values = {"title": asked.title, "limit": f"{asked.min:.10g}", "end": "least"}
        found.add(f"{at}/at_most", "contradiction", sentence, **values)


def _check(rule: Rule, schema: Schema, answers: Answers) -> Iterator[Finding]:
    if not is_called_for(rule, schema, answers):
        return
    question = schema.questions_by_name[rule.question]
    title, place = question.title, "value"
    if rule.attribute:
        title = question.attributes_by_name[rule.attribute].title
        place = f"attributes/{rule.attribute}"
    for index, region in regions_of(rule, schema, answers):
        value = (region.attributes or {}).get(rule.attribute) if rule.attribute else region.value
        if type(value) is not int and type(value) is not float:
            continue
        values: dict[str, object] = {"title": title, "value": f"{value:.10g}"}
        values["unit"] = f" {question.unit}" if question.unit and not rule.attribute else ""
        if rule.at_least is not None and value < rule.at_least:
            sentence = gettext_noop(
                "“%(title)s” is %(value)s%(unit)s; at least %(least)s%(unit)s is expected."
            )
            values["least"] = f"{rule.at_least:.10g}"
            yield f"regions/{index}/{place}", "below-range", sentence, values
        elif rule.at_most is not None and value > rule.at_most:
            sentence = gettext_noop(
                "“%(title)s” is %(value)s%(unit)s; at most %(most)s%(unit)s is expected."
            )
            values["most"] = f"{rule.at_most:.10g}"
            yield f"regions/{index}/{place}", "above-range", sentence, values


VALUE_RANGE = RuleKind(
    ("question", "label", "attribute", "at_least", "at_most", "when"), _read, _check
)
