"""Regions that say nothing: places to be written down whose text is empty or too short."""

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
from datasets.pure.problems import gettext_noop
from datasets.pure.schema_types import TRANSCRIBED_TYPES, Rule, Schema
from datasets.pure.schema_values import Found, Raw, a_whole_number


def _read(raw: Raw, at: str, questions: Questions, found: Found) -> dict[str, Any] | None:
    question = question_of_type(raw, at, questions, TRANSCRIBED_TYPES, found)
    if question is None:
        return None
    if not question.transcript:
        sentence = gettext_noop("Regions of %(name)s hold no text. Give it a transcript first.")
        found.add(f"{at}/question", "wrong-question", sentence, name=question.name)
    least = a_whole_number(raw, "characters", f"{at}/characters", (1, 5000), found)
    return about(raw, at, question, questions, found) | {"characters": least or 1}


def _check(rule: Rule, schema: Schema, answers: Answers) -> Iterator[Finding]:
    if not is_called_for(rule, schema, answers):
        return
    least = rule.characters or 1
    for index, region in regions_of(rule, schema, answers):
        text = region.value.strip() if type(region.value) is str else ""
        if not text:
            sentence = gettext_noop("Write what this region says.")
            yield f"regions/{index}/value", "empty-text", sentence, {}
        elif len(text) < least:
            sentence = gettext_noop(
                "What this region says has %(count)d characters; at least %(least)d are needed."
            )
            values = {"count": len(text), "least": least}
            yield f"regions/{index}/value", "short-text", sentence, values


NEEDS_TEXT = RuleKind(("question", "label", "characters", "when"), _read, _check)
