"""What must hold between the regions of one answer: the `rules` of a schema.

A kind of rule is one file of this folder and one line in `RULES`; to add one, copy a file, name
its new keys in `schema_types.Rule` and `_WRITTEN`, and do the same in the workbench
(`core/answerRules.ts`). `tests/vectors/rules.json` holds both to the same answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from datasets.pure.answer_rules.base import Placed, Questions, RuleKind
from datasets.pure.answer_rules.contradictions import refuse_contradictions
from datasets.pure.answer_rules.counts import COUNT, REQUIRED
from datasets.pure.answer_rules.overlap import NOT_COMPARED, OVERLAP, checking
from datasets.pure.answer_rules.sizes import MIN_SIZE
from datasets.pure.answer_rules.together import FORBIDDEN
from datasets.pure.answer_rules.transcripts import NEEDS_TEXT
from datasets.pure.answer_rules.values import VALUE_RANGE
from datasets.pure.region_likeness.covering import Effort
from datasets.pure.regions import Region
from datasets.pure.schema_conditions import condition_json
from datasets.pure.schema_types import Rule, Schema
from datasets.pure.schema_values import Found, Raw, a_list, a_text, an_object, known_keys, one_of

RULES: dict[str, RuleKind] = {
    "forbidden": FORBIDDEN,
    "required_region": REQUIRED,
    "region_count": COUNT,
    "max_overlap": OVERLAP,
    "min_size": MIN_SIZE,
    "value_range": VALUE_RANGE,
    "needs_text": NEEDS_TEXT,
}
MAX_RULES = 100
LEVELS = ("error", "warning")
_WRITTEN = (
    "message",
    "question",
    "label",
    "attribute",
    "at_least",
    "at_most",
    "share",
    "width",
    "height",
    "area",
    "length",
    "duration",
    "characters",
)


def read_rules(definition: Raw, questions: Questions, found: Found) -> tuple[Rule, ...]:
    """The rules of a definition whose questions are in order."""
    if "rules" not in definition:
        return ()
    listed = a_list(definition["rules"], "rules", (0, MAX_RULES), found)
    rules = [
        (index, rule)
        for index, one in enumerate(listed)
        if (rule := _read_rule(one, f"rules/{index}", questions, found)) is not None
    ]
    if not found:
        refuse_contradictions(rules, questions, found)
    return tuple(rule for _index, rule in rules)


def _read_rule(value: object, at: str, questions: Questions, found: Found) -> Rule | None:
    raw = an_object(value, at, found)
    if raw is None:
        return None
    name = one_of(raw.get("type"), tuple(RULES), f"{at}/type", found)
    if not name:
        return None
    kind = RULES[name]
    known_keys(raw, ("type", "level", "message", *kind.keys), at, found)
    level = one_of(raw.get("level", LEVELS[0]), LEVELS, f"{at}/level", found)
    message = a_text(raw, "message", at, 300, found)
    said = kind.read(raw, at, questions, found)
    return None if said is None else Rule(name, level, message, **said)


def rule_json(rule: Rule) -> dict[str, Any]:
    """The rule as a definition says it."""
    shown: dict[str, Any] = {"type": rule.type, "level": rule.level}
    if rule.labels:
        shown["labels"] = [{"question": name, "label": label} for name, label in rule.labels]
    if rule.when is not None:
        shown["when"] = condition_json(rule.when)
    for key in _WRITTEN:
        if getattr(rule, key) not in (None, ""):
            shown[key] = getattr(rule, key)
    if rule.between:
        shown["between"] = list(rule.between)
    elif rule.type == "max_overlap":
        shown["same_label"] = rule.same_label
    return shown


class Breach(NamedTuple):
    """A rule that an answer breaks, which one of the schema, and where."""

    rule: Rule
    at: str
    code: str
    template: str
    values: Mapping[str, object]
    number: int = 0


def broken_rules(
    schema: Schema, regions: Sequence[Region], effort: Effort | None = None
) -> Iterator[Breach]:
    """Yield what an answer breaks, rule by rule, in the order of the schema.

    Comparing places may cost `effort`, by default a few seconds; where that is not enough, a
    warning says so (`NOT_COMPARED`).

    Examples
    --------
    >>> from datasets.pure.regions import Box
    >>> from datasets.pure.schema_rules import parse_schema
    >>> spots = {"name": "spots", "type": "boxes", "labels": [{"key": "spot"}]}
    >>> rule = {"type": "min_size", "question": "spots", "width": 4}
    >>> schema = {"format": 1, "data_type": "image", "questions": [spots], "rules": [rule]}
    >>> small = Region("r1", "spots", "box", "spot", Box(0, 0, 3, 9))
    >>> [(one.at, one.code) for one in broken_rules(parse_schema(schema), [small])]
    [('regions/0/at', 'too-small')]
    """
    if not schema.rules:
        return
    answers: dict[str, Placed] = {}
    for index, region in enumerate(regions):
        answers.setdefault(region.question, []).append((index, region))
    kinds = RULES | {"max_overlap": checking(effort or Effort())}
    for number, rule in enumerate(schema.rules):
        for at, code, template, values in kinds[rule.type].check(rule, schema, answers):
            if code == NOT_COMPARED:  # refuses nothing, and no message of a rule is about it
                lenient = replace(rule, level="warning")
                yield Breach(lenient, at, code, template, values, number)
                continue
            if rule.message:
                template, values = "%(message)s", {"message": rule.message}
            yield Breach(rule, at, code, template, values, number)
