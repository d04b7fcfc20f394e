"""Questions that are asked only where an earlier answer calls for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.regions import Region
from datasets.pure.schema_types import LABELLED_TYPES, Condition, Question, Schema
from datasets.pure.schema_values import Found, Raw, a_list, a_number, an_object, known_keys

_RANGED_TYPES = ("number", "rating")
_KEYS = ("question", "label", "at_least", "at_most")


def read_condition(
    holder: Raw, holder_at: str, known: Mapping[str, Question], found: Found
) -> Condition | None:
    """The condition at `when`; None where there is none.

    It may only name questions that are `known`, so that no two wait for each other.
    """
    if "when" not in holder:
        return None
    at = f"{holder_at}/when"
    raw = an_object(holder["when"], at, found)
    if raw is None:
        return None
    known_keys(raw, _KEYS, at, found)
    name = raw.get("question")
    question = known.get(name) if type(name) is str else None
    if question is None:
        sentence = gettext_noop("%(name)s is no question that stands before this one.")
        found.add(f"{at}/question", "unknown-question", sentence, name=shorten(name))
        return None
    low, high = a_number(raw, "at_least", at, found), a_number(raw, "at_most", at, found)
    if question.type not in _RANGED_TYPES and not (low is None and high is None):
        sentence = gettext_noop("%(name)s is not answered with a number.")
        found.add(at, "no-number", sentence, name=question.name)
    if low is not None and high is not None and low > high:
        sentence = gettext_noop("at_most must not be smaller than at_least.")
        found.add(f"{at}/at_most", "bad-range", sentence)
    return Condition(question.name, _read_wanted(raw, at, question, found), low, high)


def _read_wanted(raw: Raw, at: str, question: Question, found: Found) -> tuple[str, ...]:
    if "label" not in raw:
        return ()
    given = raw["label"]
    listed = [given] if type(given) is str else a_list(given, f"{at}/label", (1, 1000), found)
    for label in listed:
        check_known_label(question, label, f"{at}/label", found)
    return tuple(label for label in listed if type(label) is str)


def check_known_label(question: Question, label: object, at: str, found: Found) -> None:
    """Find a problem where the question has no such label. Labels of items cannot be known."""
    is_listed = question.type in LABELLED_TYPES and not question.labels_from
    if not is_listed or type(label) is not str or label not in question.labels_by_key:
        sentence = gettext_noop("%(name)s has no label %(label)s.")
        found.add(at, "unknown-label", sentence, name=question.name, label=shorten(label))


def condition_json(condition: Condition) -> dict[str, Any]:
    """The condition as a definition says it."""
    shown: dict[str, Any] = {"question": condition.question}
    if condition.labels:
        shown["label"] = list(condition.labels)
    for key in ("at_least", "at_most"):
        if getattr(condition, key) is not None:
            shown[key] = getattr(condition, key)
    return shown


def holds(condition: Condition, question: Question, answers: Iterable[Region]) -> bool:
    """Tell whether one of the answers to its question is what a condition asks for."""
    return any(_fits(condition, question, region) for region in answers)


def _fits(condition: Condition, question: Question, region: Region) -> bool:
    if condition.labels and not question.is_within(region.label, condition.labels):
        return False
    if condition.at_least is None and condition.at_most is None:
        return True
    value = region.value
    if type(value) is not int and type(value) is not float:
        return False
    return (condition.at_least is None or value >= condition.at_least) and (
        condition.at_most is None or value <= condition.at_most
    )


def hidden_questions(schema: Schema, regions: Iterable[Region]) -> frozenset[str]:
    """The names of the questions that these regions do not call for.

    A question that waits for a hidden one is hidden as well.

    Examples
    --------
    >>> from datasets.pure.schema_rules import parse_schema
    >>> kind = {"name": "kind", "type": "choice", "labels": [{"key": "ok"}, {"key": "bad"}]}
    >>> why = {"name": "why", "type": "text", "when": {"question": "kind", "label": "bad"}}
    >>> schema = parse_schema({"format": 1, "data_type": "text", "questions": [kind, why]})
    >>> sorted(hidden_questions(schema, [Region("r1", "kind", "item", "ok")]))
    ['why']
    >>> hidden_questions(schema, [Region("r1", "kind", "item", "bad")])
    frozenset()
    """
    if all(question.when is None for question in schema.questions):
        return frozenset()
    answers: dict[str, list[Region]] = {}
    for region in regions:
        answers.setdefault(region.question, []).append(region)
    hidden: set[str] = set()
    for question in schema.questions:
        if question.when is None:
            continue
        asked = schema.questions_by_name[question.when.question]
        if asked.name in hidden or not holds(question.when, asked, answers.get(asked.name, ())):
            hidden.add(question.name)
    return frozenset(hidden)
