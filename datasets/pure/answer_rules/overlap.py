"""Regions that cover each other too much: doubles, and labels that may not lie on each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datasets.pure.answer_rules.base import (
    Answers,
    Finding,
    Questions,
    RuleKind,
    question_of_type,
)
from datasets.pure.problems import gettext_noop
from datasets.pure.region_likeness.covering import Effort, covering
from datasets.pure.regions import Region
from datasets.pure.schema_conditions import check_known_label
from datasets.pure.schema_types import PLACED_TYPES, Question, Rule, Schema
from datasets.pure.schema_values import Found, Raw, a_flag, a_list, a_number

NOT_COMPARED = "not-compared"
_TYPES = tuple(one for one in PLACED_TYPES if one != "relations")


def _read(raw: Raw, at: str, questions: Questions, found: Found) -> dict[str, Any] | None:
    question = question_of_type(raw, at, questions, _TYPES, found)
    if question is None:
        return None
    share = a_number(raw, "share", at, found)
    if share is None or not 0 <= share <= 1:
        sentence = gettext_noop("share is a number from 0 to 1, such as 0.9.")
        found.add(f"{at}/share", "bad-number", sentence)
    between = _read_between(raw, at, question, found) if "between" in raw else ()
    if between and "same_label" in raw and raw["same_label"] is True:
        sentence = gettext_noop("A rule between two labels is not about the same label.")
        found.add(f"{at}/same_label", "contradiction", sentence)
    same = a_flag(raw, "same_label", at, not between, found)
    return {"question": question.name, "share": share, "same_label": same, "between": between}


def _read_between(raw: Raw, at: str, question: Question, found: Found) -> tuple[str, ...]:
    labels = a_list(raw["between"], f"{at}/between", (2, 2), found)
    for index, label in enumerate(labels):
        check_known_label(question, label, f"{at}/between/{index}", found)
    named = tuple(label for label in labels if type(label) is str)
    if len(named) == 2 and any(
        question.is_within(one, (other,)) for one, other in (named, named[::-1])
    ):
        sentence = gettext_noop("These must be two labels of which none stands below the other.")
        found.add(f"{at}/between", "bad-labels", sentence)
    return named


def checking(effort: Effort) -> RuleKind:
    """The kind with what comparing may cost in one document, for all of its rules together."""

    def check(rule: Rule, schema: Schema, answers: Answers) -> Iterator[Finding]:
        return _check(effort, rule, schema, answers)

    return RuleKind(OVERLAP.keys, _read, check)


def _check(effort: Effort, rule: Rule, schema: Schema, answers: Answers) -> Iterator[Finding]:
    effort.is_over = False  # of this rule
    question = schema.questions_by_name[rule.question]
    sides = {
        label: side
        for label in question.labels_by_key
        for side, wanted in enumerate(rule.between)
        if question.is_within(label, (wanted,))
    }
    groups: dict[tuple[str, str | None], list[tuple[int, Region]]] = {}
    for index, one in answers.get(rule.question, ()):
        if one.at is None or one.kind == "relation" or (rule.between and one.label not in sides):
            continue
        on = repr(sorted((one.on or {}).items()))
        label = (one.label or "") if rule.same_label else None
        groups.setdefault((on, label), []).append((index, one))
    found = [
        (group[number][0], share)
        for group in groups.values()
        if len(group) > 1
        for number, share in covering(
            [one.at for _i, one in group],
            float(rule.share or 0),
            effort,
            [sides[one.label or ""] for _i, one in group] if rule.between else None,
        )
    ]
    sentence = gettext_noop("This region covers an earlier one by %(share)d %%.")
    for index, share in sorted(found):
        yield f"regions/{index}", "overlap", sentence, {"share": round(100 * share)}
    if effort.is_over:
        sentence = gettext_noop("Too many regions of “%(name)s” overlap to compare them all.")
        yield f"questions/{rule.question}", NOT_COMPARED, sentence, {"name": question.title}


OVERLAP = RuleKind(
    ("question", "share", "same_label", "between"),
    _read,
    lambda rule, schema, answers: _check(Effort(), rule, schema, answers),
)
