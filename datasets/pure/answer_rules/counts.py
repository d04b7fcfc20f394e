"""How many regions of a label there are: at least one with an answer, or at least and at most n."""

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
    name_of,
    question_of_type,
    regions_of,
)
from datasets.pure.problems import gettext_noop
from datasets.pure.schema_types import PLACED_TYPES, Rule, Schema
from datasets.pure.schema_values import Found, Raw, a_whole_number

MOST = 10_000


def _read_needed(raw: Raw, at: str, questions: Questions, found: Found) -> dict[str, Any] | None:
    question = question_of_type(raw, at, questions, PLACED_TYPES, found)
    return None if question is None else about(raw, at, question, questions, found)


def _read_count(raw: Raw, at: str, questions: Questions, found: Found) -> dict[str, Any] | None:
    said = _read_needed(raw, at, questions, found)
    if said is None:
        return None
    low = a_whole_number(raw, "at_least", f"{at}/at_least", (1, MOST), found)
    high = a_whole_number(raw, "at_most", f"{at}/at_most", (0, MOST), found)
    if "at_least" not in raw and "at_most" not in raw:
        sentence = gettext_noop("Give one of: %(known)s.")
        found.add(at, "missing-count", sentence, known="at_least, at_most")
    if low is not None and high is not None and low > high:
        sentence = gettext_noop("at_most must not be smaller than at_least.")
        found.add(f"{at}/at_most", "bad-range", sentence)
    return said | {"at_least": low, "at_most": high}


def _check_needed(rule: Rule, schema: Schema, answers: Answers) -> Iterator[Finding]:
    if is_called_for(rule, schema, answers) and not regions_of(rule, schema, answers):
        sentence = gettext_noop("At least one region of “%(name)s” is needed with this answer.")
        values = {"name": name_of(rule, schema)}
        yield f"questions/{rule.question}", "region-missing", sentence, values


def _check_count(rule: Rule, schema: Schema, answers: Answers) -> Iterator[Finding]:
    if not is_called_for(rule, schema, answers):
        return
    own = regions_of(rule, schema, answers)
    values: dict[str, object] = {"name": name_of(rule, schema), "count": len(own)}
    if rule.at_least is not None and len(own) < rule.at_least:
        sentence = gettext_noop(
            "There are %(count)d regions of “%(name)s”; at least %(least)d are needed."
        )
        values["least"] = rule.at_least
        yield f"questions/{rule.question}", "too-few-of-label", sentence, values
    if rule.at_most is not None and len(own) > rule.at_most:
        sentence = gettext_noop(
            "There are %(count)d regions of “%(name)s”; at most %(most)d are allowed."
        )
        values["most"] = rule.at_most
        first_too_many = own[int(rule.at_most)][0]
        yield f"regions/{first_too_many}", "too-many-of-label", sentence, values


REQUIRED = RuleKind(("question", "label", "when"), _read_needed, _check_needed)
COUNT = RuleKind(("question", "label", "at_least", "at_most", "when"), _read_count, _check_count)
