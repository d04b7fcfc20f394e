"""What must hold between the regions of one answer: the `rules` of a schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds.base import bounds_of
from datasets.pure.region_kinds.mask import Mask, decode_runs
from datasets.pure.region_kinds.points import Polygon, ring_area
from datasets.pure.region_kinds.rotated import Ellipse, RotatedBox
from datasets.pure.region_likeness.covering import Effort, covering
from datasets.pure.regions import Box, Region, Span
from datasets.pure.schema_conditions import (
    check_known_label,
    condition_json,
    holds,
    read_condition,
)
from datasets.pure.schema_types import Question, Rule, Schema
from datasets.pure.schema_values import (
    Found,
    Raw,
    a_flag,
    a_list,
    a_number,
    a_text,
    an_object,
    known_keys,
    one_of,
)

MAX_RULES = 100
LEVELS = ("error", "warning")
_AREA_TYPES = ("boxes", "rotated_boxes", "polygons", "ellipses", "masks", "shapes")
_SIZES_OF_TYPE = {
    **dict.fromkeys(_AREA_TYPES, ("width", "height", "area")),
    "spans": ("length",),
}
_KEYS_OF_RULE: dict[str, tuple[str, ...]] = {
    "forbidden": ("labels",),
    "required_region": ("question", "label", "when"),
    "max_overlap": ("question", "share", "same_label"),
    "min_size": ("question", "label", "width", "height", "area", "length"),
}
NOT_COMPARED = "not-compared"


def read_rules(
    definition: Raw, questions: Mapping[str, Question], found: Found
) -> tuple[Rule, ...]:
    """The rules of a definition whose questions are in order."""
    if "rules" not in definition:
        return ()
    listed = a_list(definition["rules"], "rules", (0, MAX_RULES), found)
    rules = (
        _read_rule(one, f"rules/{index}", questions, found) for index, one in enumerate(listed)
    )
    return tuple(rule for rule in rules if rule is not None)


def _read_rule(
    value: object, at: str, questions: Mapping[str, Question], found: Found
) -> Rule | None:
    raw = an_object(value, at, found)
    if raw is None:
        return None
    kind = one_of(raw.get("type"), tuple(_KEYS_OF_RULE), f"{at}/type", found)
    if not kind:
        return None
    known_keys(raw, ("type", "level", "message", *_KEYS_OF_RULE[kind]), at, found)
    level = one_of(raw.get("level", LEVELS[0]), LEVELS, f"{at}/level", found)
    message = a_text(raw, "message", at, 300, found)
    if kind == "forbidden":
        return Rule(kind, level, message, labels=_read_pairs(raw, at, questions, found))
    question = _read_drawn(raw, at, questions, found)
    if question is None:
        return None
    label = raw.get("label")
    if "label" in raw:
        check_known_label(question, label, f"{at}/label", found)
    sizes = _read_sizes(raw, at, question, found) if kind == "min_size" else {}
    share = _read_share(raw, at, found) if kind == "max_overlap" else None
    return Rule(
        kind,
        level,
        message,
        question=question.name,
        label=label if type(label) is str else None,
        when=read_condition(raw, at, questions, found),
        share=share,
        same_label=a_flag(raw, "same_label", at, True, found),
        **sizes,
    )


def _read_pairs(
    raw: Raw, at: str, questions: Mapping[str, Question], found: Found
) -> tuple[tuple[str, str], ...]:
    pairs = []
    for index, value in enumerate(a_list(raw.get("labels"), f"{at}/labels", (2, 10), found)):
        place = f"{at}/labels/{index}"
        one = an_object(value, place, found)
        if one is None:
            continue
        known_keys(one, ("question", "label"), place, found)
        question = _question_named(one, place, questions, found)
        if question is not None:
            check_known_label(question, one.get("label"), f"{place}/label", found)
            pairs.append((question.name, str(one.get("label"))))
    return tuple(pairs)


def _question_named(
    raw: Raw, at: str, questions: Mapping[str, Question], found: Found
) -> Question | None:
    name = raw.get("question")
    question = questions.get(name) if type(name) is str else None
    if question is None:
        sentence = gettext_noop("There is no question %(name)s in this schema.")
        found.add(f"{at}/question", "unknown-question", sentence, name=shorten(name))
    return question


def _read_drawn(
    raw: Raw, at: str, questions: Mapping[str, Question], found: Found
) -> Question | None:
    question = _question_named(raw, at, questions, found)
    if question is not None and question.type not in _SIZES_OF_TYPE:
        sentence = gettext_noop("This rule is about boxes or spans; %(name)s asks for neither.")
        found.add(f"{at}/question", "wrong-question", sentence, name=question.name)
        return None
    return question


def _read_sizes(raw: Raw, at: str, question: Question, found: Found) -> dict[str, Any]:
    fitting = _SIZES_OF_TYPE[question.type]
    sizes = {name: a_number(raw, name, at, found) for name in fitting if name in raw}
    for name in ("width", "height", "area", "length"):
        if name in raw and name not in fitting:
            sentence = gettext_noop("%(key)s does not go with questions of type %(type)s.")
            found.add(f"{at}/{name}", "unknown-key", sentence, key=name, type=question.type)
    if not sizes:
        sentence = gettext_noop("Give one of: %(known)s.")
        found.add(at, "missing-size", sentence, known=", ".join(fitting))
    return sizes


def _read_share(raw: Raw, at: str, found: Found) -> float | None:
    share = a_number(raw, "share", at, found)
    if share is None or not 0 <= share <= 1:
        sentence = gettext_noop("share is a number from 0 to 1, such as 0.9.")
        found.add(f"{at}/share", "bad-number", sentence)
    return share


def rule_json(rule: Rule) -> dict[str, Any]:
    """The rule as a definition says it."""
    shown: dict[str, Any] = {"type": rule.type, "level": rule.level}
    if rule.message:
        shown["message"] = rule.message
    if rule.labels:
        shown["labels"] = [{"question": name, "label": label} for name, label in rule.labels]
    if rule.question:
        shown["question"] = rule.question
    if rule.when is not None:
        shown["when"] = condition_json(rule.when)
    for key in ("label", "share", "width", "height", "area", "length"):
        if getattr(rule, key) is not None:
            shown[key] = getattr(rule, key)
    if rule.type == "max_overlap":
        shown["same_label"] = rule.same_label
    return shown


class Breach(NamedTuple):
    """A rule that an answer breaks, and where."""

    rule: Rule
    at: str
    code: str
    template: str
    values: Mapping[str, object]


Placed = list[tuple[int, Region]]
"""Regions with their place in the document."""


def broken_rules(schema: Schema, regions: Sequence[Region]) -> Iterator[Breach]:
    """Yield what an answer breaks, rule by rule, in the order of the schema.

    Examples
    --------
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
    checks: dict[str, Callable[[Rule, Schema, Mapping[str, Placed]], Iterator[Finding]]] = {
        "forbidden": _forbidden,
        "required_region": _required,
        "max_overlap": partial(_overlapping, Effort()),
        "min_size": _too_small,
    }
    for rule in schema.rules:
        for at, code, template, values in checks[rule.type](rule, schema, answers):
            if code == NOT_COMPARED:  # refuses nothing, and no message of a rule is about it
                yield Breach(replace(rule, level="warning"), at, code, template, values)
                continue
            if rule.message:
                template, values = "%(message)s", {"message": rule.message}
            yield Breach(rule, at, code, template, values)


Finding = tuple[str, str, str, Mapping[str, object]]


def _forbidden(rule: Rule, schema: Schema, answers: Mapping[str, Placed]) -> Iterator[Finding]:
    places, names = [], []
    for name, label in rule.labels:
        question = schema.questions_by_name[name]
        said = [i for i, one in answers.get(name, []) if question.is_within(one.label, (label,))]
        if not said:
            return
        places.append(said[0])
        names.append(f"“{question.labels_by_key[label].name}”")
    sentence = gettext_noop("%(names)s do not go together.")
    yield f"regions/{max(places)}/label", "forbidden", sentence, {"names": ", ".join(names)}


def _required(rule: Rule, schema: Schema, answers: Mapping[str, Placed]) -> Iterator[Finding]:
    if rule.when is not None:
        asked = schema.questions_by_name[rule.when.question]
        said = [region for _index, region in answers.get(asked.name, [])]
        if not holds(rule.when, asked, said):
            return
    question = schema.questions_by_name[rule.question]
    own = [region for _index, region in answers.get(question.name, [])]
    wanted = rule.label
    if not any(wanted is None or question.is_within(one.label, (wanted,)) for one in own):
        name = question.labels_by_key[wanted].name if wanted is not None else question.title
        sentence = gettext_noop("At least one region of “%(name)s” is needed with this answer.")
        yield f"questions/{question.name}", "region-missing", sentence, {"name": name}


def _overlapping(
    effort: Effort, rule: Rule, schema: Schema, answers: Mapping[str, Placed]
) -> Iterator[Finding]:
    effort.is_over = False  # of this rule
    groups: dict[tuple[str, str | None], Placed] = {}
    for index, one in answers.get(rule.question, []):
        if one.at is not None and one.kind != "relation":
            side = repr(sorted((one.on or {}).items()))
            label = (one.label or "") if rule.same_label else None
            groups.setdefault((side, label), []).append((index, one))
    found = [
        (group[number][0], share)
        for group in groups.values()
        if len(group) > 1
        for number, share in covering([one.at for _i, one in group], float(rule.share or 0), effort)
    ]
    sentence = gettext_noop("This region covers an earlier one by %(share)d %%.")
    for index, share in sorted(found):
        yield f"regions/{index}", "overlap", sentence, {"share": round(100 * share)}
    if effort.is_over:
        sentence = gettext_noop("Too many regions of “%(name)s” overlap to compare them all.")
        name = schema.questions_by_name[rule.question].title
        yield f"questions/{rule.question}", NOT_COMPARED, sentence, {"name": name}


def _too_small(rule: Rule, schema: Schema, answers: Mapping[str, Placed]) -> Iterator[Finding]:
    question = schema.questions_by_name[rule.question]
    sentence = gettext_noop("This region is too small: %(what)s is %(size)s, at least %(least)s.")
    for index, region in answers.get(rule.question, []):
        if rule.label is not None and not question.is_within(region.label, (rule.label,)):
            continue
        for what, size in _sizes(region):
            least = getattr(rule, what)
            if least is not None and size < least:
                values = {"what": what, "size": f"{size:.10g}", "least": f"{least:.10g}"}
                yield f"regions/{index}/at", "too-small", sentence, values
                break


def _sizes(region: Region) -> list[tuple[str, float]]:
    """What can be measured of a region: sides and area in pixels, or covered code points."""
    at = region.at
    if type(at) is Span:
        return [("length", at.end - at.start - sum(end - start for start, end in at.gaps))]
    if type(at) is RotatedBox:
        return [("width", at.w), ("height", at.h), ("area", at.w * at.h)]
    if type(at) is Ellipse:
        area = math.pi * at.rx * at.ry
        return [("width", 2 * at.rx), ("height", 2 * at.ry), ("area", area)]
    if type(at) is Polygon:
        left, top, right, bottom = bounds_of(at.rings[0])
        area = ring_area(at.rings[0]) - sum(map(ring_area, at.rings[1:]))
        return [("width", right - left), ("height", bottom - top), ("area", area)]
    if type(at) is Mask:
        area = sum(decode_runs(at.counts)[1::2])
        return [("width", at.w), ("height", at.h), ("area", area)]
    return [("width", at.w), ("height", at.h), ("area", at.w * at.h)] if type(at) is Box else []
