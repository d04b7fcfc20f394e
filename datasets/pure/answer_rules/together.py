"""Labels that do not stand together in one answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datasets.pure.answer_rules.base import (
    Answers,
    Finding,
    Questions,
    RuleKind,
    question_named,
)
from datasets.pure.problems import gettext_noop
from datasets.pure.schema_conditions import check_known_label
from datasets.pure.schema_types import Rule, Schema
from datasets.pure.schema_values import Found, Raw, a_list, an_object, known_keys


def _read(raw: Raw, at: str, questions: Questions, found: Found) -> dict[str, Any] | None:
    pairs: list[tuple[str, str]] = []
    for index, value in enumerate(a_list(raw.get("labels"), f"{at}/labels", (2, 10), found)):
        place = f"{at}/labels/{index}"
        one = an_object(value, place, found)
        if one is None:
            continue
        known_keys(one, ("question", "label"), place, found)
        question = question_named(one, place, questions, found)
        if question is not None:
            check_known_label(question, one.get("label"), f"{place}/label", found)
            pairs.append((question.name, str(one.get("label"))))
    return {"labels": tuple(pairs)}


def _check(rule: Rule, schema: Schema, answers: Answers) -> Iterator[Finding]:
    places, names = [], []
    for name, label in rule.labels:
        question = schema.questions_by_name[name]
        said = (i for i, one in answers.get(name, ()) if question.is_within(one.label, (label,)))
        first = next(said, None)
        if first is None:
            return
        places.append(first)
        names.append(f"“{question.labels_by_key[label].name}”")
    sentence = gettext_noop("%(names)s do not go together.")
    yield f"regions/{max(places)}/label", "forbidden", sentence, {"names": ", ".join(names)}


FORBIDDEN = RuleKind(("labels",), _read, _check)
