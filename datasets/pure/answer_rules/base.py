"""What the rules of this folder are made of: readers of their keys, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.regions import Region
from datasets.pure.schema_conditions import check_known_label, holds, read_condition
from datasets.pure.schema_types import Question, Rule, Schema
from datasets.pure.schema_values import Found, Raw, a_number

Placed = list[tuple[int, Region]]
"""Regions with their place in the document."""
Answers = Mapping[str, Placed]
"""The regions of a document by the question they answer."""
Questions = Mapping[str, Question]
Finding = tuple[str, str, str, Mapping[str, object]]
"""Where in the document, the code, the sentence and its values."""


@dataclass(frozen=True)
class RuleKind:
    """One kind of rule. A kind is one entry of `RULES`, written in one file of this folder.

    Attributes
    ----------
    keys : tuple of str
        What a rule of this kind may say, beside `type`, `level` and `message`.
    read : callable
        From decoded JSON, its place, the questions of the schema and the problems found so far to
        what the rule says as fields of `Rule`; None with at least one problem found.
    check : callable
        Yields what the regions of a document break, in the order of the document.
    """

    keys: tuple[str, ...]
    read: Callable[[Raw, str, Questions, Found], dict[str, Any] | None]
    check: Callable[[Rule, Schema, Answers], Iterator[Finding]]


def question_named(raw: Raw, at: str, questions: Questions, found: Found) -> Question | None:
    """The question that `question` names, or None with a problem found."""
    name = raw.get("question")
    question = questions.get(name) if type(name) is str else None
    if question is None:
        sentence = gettext_noop("There is no question %(name)s in this schema.")
        found.add(f"{at}/question", "unknown-question", sentence, name=shorten(name))
    return question


def question_of_type(
    raw: Raw, at: str, questions: Questions, types: Collection[str], found: Found
) -> Question | None:
    """The question that `question` names, where its type goes with the rule."""
    question = question_named(raw, at, questions, found)
    if question is not None and question.type not in types:
        sentence = gettext_noop(
            "This rule does not go with %(name)s, which is answered with %(type)s."
        )
        values = {"name": question.name, "type": question.type}
        found.add(f"{at}/question", "wrong-question", sentence, **values)
        return None
    return question


def read_label(raw: Raw, at: str, question: Question, found: Found) -> str | None:
    """The label that a rule is about; None where it is about all of its question."""
    if "label" not in raw:
        return None
    label = raw["label"]
    check_known_label(question, label, f"{at}/label", found)
    return label if type(label) is str else None


def about(
    raw: Raw, at: str, question: Question, questions: Questions, found: Found
) -> dict[str, Any]:
    """Which regions a rule is about, and where it holds: question, label and condition."""
    return {
        "question": question.name,
        "label": read_label(raw, at, question, found),
        "when": read_condition(raw, at, questions, found),
    }


def above_zero(raw: Raw, key: str, at: str, found: Found) -> float | None:
    """The number at `key`, larger than 0."""
    number = a_number(raw, key, at, found)
    if number is not None and not number > 0:
        sentence = gettext_noop("This must be larger than 0.")
        found.add(f"{at}/{key}", "bad-number", sentence)
        return None
    return number


def is_called_for(rule: Rule, schema: Schema, answers: Answers) -> bool:
    """Whether the answers are those that the rule waits for."""
    if rule.when is None:
        return True
    asked = schema.questions_by_name[rule.when.question]
    return holds(rule.when, asked, [region for _index, region in answers.get(asked.name, ())])


def regions_of(rule: Rule, schema: Schema, answers: Answers) -> Placed:
    """The regions that a rule is about."""
    own = answers.get(rule.question, [])
    if rule.label is None:
        return own
    question = schema.questions_by_name[rule.question]
    within = {label for label in question.labels_by_key if question.is_within(label, (rule.label,))}
    return [(index, region) for index, region in own if region.label in within]


def name_of(rule: Rule, schema: Schema) -> str:
    """What a rule is about, in words: its label, else its question."""
    question = schema.questions_by_name[rule.question]
    label = question.labels_by_key.get(rule.label) if rule.label is not None else None
    return question.title if label is None else label.name
