"""Rules that no answer can keep together, found when a schema is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datasets.pure.answer_rules.base import Questions
from datasets.pure.problems import gettext_noop
from datasets.pure.schema_types import Question, Rule
from datasets.pure.schema_values import Found

_COUNTING = ("required_region", "region_count")
Numbered = tuple[int, Rule]


def refuse_contradictions(rules: Sequence[Numbered], questions: Questions, found: Found) -> None:
    """Find a problem at every rule that contradicts its question or an earlier rule."""
    counting = [one for one in rules if one[1].type in _COUNTING]
    for number, rule in counting:
        _against_question(number, rule, questions[rule.question], found)
        for other, high in _limits_on(rule, counting, questions):
            if other != number:
                at = f"rules/{max(number, other)}"
                sentence = gettext_noop(
                    "At least %(least)d are needed here, and rule %(other)d allows at most "
                    "%(most)d: no answer can keep both."
                )
                if number < other:
                    sentence = gettext_noop(
                        "At most %(most)d are allowed here, and rule %(other)d needs at least "
                        "%(least)d: no answer can keep both."
                    )
                values = {"least": _least(rule), "most": high, "other": min(number, other) + 1}
                found.add(at, "contradiction", sentence, **values)
    _against_forbidden(rules, found)


def _least(rule: Rule) -> int:
    return 1 if rule.type == "required_region" else int(rule.at_least or 0)


def _against_question(number: int, rule: Rule, question: Question, found: Found) -> None:
    if question.max_count is not None and _least(rule) > question.max_count:
        sentence = gettext_noop("%(title)s takes at most %(limit)d regions.")
        values = {"title": question.title, "limit": question.max_count}
        found.add(f"rules/{number}/at_least", "contradiction", sentence, **values)
    whole = rule.label is None and rule.when is None
    if whole and rule.at_most is not None and (question.min_count or 0) > rule.at_most:
        sentence = gettext_noop("%(title)s needs at least %(limit)d regions.")
        values = {"title": question.title, "limit": question.min_count}
        found.add(f"rules/{number}/at_most", "contradiction", sentence, **values)


def _limits_on(
    rule: Rule, counting: Sequence[Numbered], questions: Questions
) -> Iterator[tuple[int, int]]:
    """Rules that allow fewer than `rule` needs, of the same regions, or of more of them."""
    question = questions[rule.question]
    for number, other in counting:
        if other.at_most is None or other.question != rule.question:
            continue
        covers = other.label is None or question.is_within(rule.label, (other.label,))
        holds_too = other.when is None or other.when == rule.when
        if covers and holds_too and _least(rule) > other.at_most:
            yield number, int(other.at_most)


def _against_forbidden(rules: Sequence[Numbered], found: Found) -> None:
    """A label is needed with an answer that it may not stand with."""
    needed = {
        frozenset(((rule.when.question, rule.when.labels[0]), (rule.question, rule.label))): number
        for number, rule in rules
        if rule.type in _COUNTING
        and _least(rule) > 0
        and rule.label is not None
        and rule.when is not None
        and len(rule.when.labels) == 1
    }
    for number, rule in rules:
        other = needed.get(frozenset(rule.labels)) if rule.type == "forbidden" else None
        if other is not None:
            sentence = gettext_noop("Rule %(other)d needs what rule %(one)d forbids.")
            values = {"other": other + 1, "one": number + 1}
            found.add(f"rules/{max(number, other)}", "contradiction", sentence, **values)
