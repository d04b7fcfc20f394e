"""From a definition in JSON to a `Schema`, with every mistake named at its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasets.pure.answer_rules import read_rules
from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds import KIND_OF_QUESTION
from datasets.pure.schema_asking import asking_keys, read_asking
from datasets.pure.schema_conditions import read_condition
from datasets.pure.schema_drawing import read_drawing
from datasets.pure.schema_labels import read_labels
from datasets.pure.schema_texts import prefill_of
from datasets.pure.schema_types import (
    ATTRIBUTE_TYPES,
    DATA_TYPES,
    DEFAULT_RATING_MAX,
    FORMAT,
    KIND_OF_TYPE,
    LABELLED_TYPES,
    PLACED_TYPES,
    SHAPES,
    TRANSCRIBED_TYPES,
    Attribute,
    Label,
    Option,
    Question,
    Schema,
    SchemaError,
)
from datasets.pure.schema_values import (
    Found,
    Raw,
    a_flag,
    a_key,
    a_list,
    a_name,
    a_text,
    a_whole_number,
    all_different,
    an_object,
    counts,
    known_keys,
    limits,
    max_length_of,
    one_of,
    step_of,
    title_from,
)

MAX_QUESTIONS = 50
MAX_ATTRIBUTES = 20
MAX_OPTIONS = 200

_DATA_OF_TYPE = {
    **{question_type: kind.data_types for question_type, kind in KIND_OF_QUESTION.items()},
    SHAPES: ("image",),
    "pairwise": ("conversation",),
    "ranking": ("conversation",),
}
_QUESTION_KEYS = ("name", "title", "type", "required", "help", "when")
_LABEL_KEYS = ("labels", "labels_from")
_PLACED_KEYS = (*_LABEL_KEYS, "attributes", "min_count", "max_count", "transcript")
_KEYS_OF_TYPE = {
    "choice": _LABEL_KEYS,
    "choices": _LABEL_KEYS,
    **{name: (*_PLACED_KEYS, *kind.question_keys) for name, kind in KIND_OF_QUESTION.items()},
    SHAPES: (*_PLACED_KEYS, "kinds"),
    "number": ("min", "max", "step", "unit"),
    "rating": ("max",),
    "text": ("max_length", "prefill"),
    "pairwise": ("ties", "both_bad"),
    "ranking": ("ties",),
}
_KEYS_OF_TYPE["spans"] += ("match_case",)
_ATTRIBUTE_KEYS_OF_TYPE = {
    "boolean": (),
    "choice": ("options",),
    "number": ("min", "max"),
    "text": ("max_length",),
}


def parse_schema(definition: object) -> Schema:
    """The schema that a definition describes, defaults filled in.

    Parameters
    ----------
    definition : dict
        ``{"format": 1, "data_type": ..., "questions": [...]}`` as a JSON reader gives it.

    Raises
    ------
    SchemaError
        With every place that is wrong, at most 100.

    Examples
    --------
    >>> labels = [{"key": "spam"}, {"key": "ham"}]
    >>> question = {"name": "kind", "type": "choice", "labels": labels}
    >>> schema = parse_schema({"format": 1, "data_type": "text", "questions": [question]})
    >>> [(label.name, label.color, label.hotkey) for label in schema.questions[0].labels]
    [('spam', '#2f74d0', '1'), ('ham', '#d4580f', '2')]
    """
    found = Found()
    raw = an_object(definition, "", found)
    if raw is None:
        raise SchemaError(found)
    if raw.get("format") != FORMAT or type(raw["format"]) is not int:
        sentence = gettext_noop("Set format to 1; %(format)s is not known.")
        found.add("format", "unknown-format", sentence, format=shorten(raw.get("format")))
    known_keys(raw, ("format", "data_type", "questions", "rules"), "", found)
    data_type = one_of(raw.get("data_type"), DATA_TYPES, "data_type", found)
    listed = a_list(raw.get("questions"), "questions", (1, MAX_QUESTIONS), found)
    questions: dict[str, Question] = {}
    for index, one in enumerate(listed):
        question = _read_question(one, data_type, f"questions/{index}", questions, found)
        if question is not None:
            questions.setdefault(question.name, question)
    all_different(listed, "questions", "name", found)
    rules = () if found else read_rules(raw, questions, found)
    if found:
        raise SchemaError(found)
    return Schema(data_type, tuple(questions.values()), rules)


def _read_question(
    value: object, data_type: str, at: str, earlier: Mapping[str, Question], found: Found
) -> Question | None:
    raw = an_object(value, at, found)
    if raw is None:
        return None
    kind = one_of(raw.get("type"), tuple(KIND_OF_TYPE), f"{at}/type", found)
    if not kind:
        return None
    if data_type and data_type not in _data_of(kind):
        sentence = gettext_noop("Questions of type %(type)s do not go with data of type %(data)s.")
        found.add(f"{at}/type", "wrong-data-type", sentence, type=kind, data=data_type)
    known_keys(raw, _keys_of(kind, data_type), at, found)
    name = a_name(raw, at, found)
    low, high = limits(raw, at, found) if kind == "number" else (None, None)
    least, most = counts(raw, at, found) if kind in PLACED_TYPES else (None, None)
    if kind == "rating":
        high = a_whole_number(raw, "max", f"{at}/max", (2, 10), found) or DEFAULT_RATING_MAX
    attributes = a_list(raw.get("attributes", []), f"{at}/attributes", (0, MAX_ATTRIBUTES), found)
    read = [_read_attribute(one, f"{at}/attributes/{i}", found) for i, one in enumerate(attributes)]
    all_different(attributes, f"{at}/attributes", "name", found)
    return Question(
        name=name,
        title=a_text(raw, "title", at, 200, found) or title_from(name),
        type=kind,
        required=a_flag(raw, "required", at, kind == "choice", found),
        help=a_text(raw, "help", at, 5000, found),
        labels=_labels_of(raw, kind, at, found),
        attributes=tuple(one for one in read if one is not None),
        min=low,
        max=high,
        step=step_of(raw, at, found),
        unit=a_text(raw, "unit", at, 40, found),
        max_length=max_length_of(raw, at, found),
        min_count=least,
        max_count=most,
        transcript=a_flag(raw, "transcript", at, False, found) and kind in TRANSCRIBED_TYPES,
        when=read_condition(raw, at, earlier, found),
        labels_from=a_text(raw, "labels_from", at, 200, found),
        **_read_rest(raw, kind, data_type, at, found),
    )


def _labels_of(raw: Raw, kind: str, at: str, found: Found) -> tuple[Label, ...]:
    if kind not in LABELLED_TYPES:
        return ()
    return read_labels(raw, at, found, with_patterns=kind == "spans")


def _keys_of(kind: str, data_type: str) -> tuple[str, ...]:
    return (*_QUESTION_KEYS, *_KEYS_OF_TYPE[kind], *asking_keys(kind, data_type))


def _read_rest(raw: Raw, kind: str, data_type: str, at: str, found: Found) -> dict[str, Any]:
    """What only some types of question say, besides labels and places."""
    return {
        "prefill": prefill_of(raw, data_type, at, found) if kind == "text" else "",
        "match_case": a_flag(raw, "match_case", at, False, found),
        **read_asking(raw, data_type, at, found),
        **read_drawing(raw, kind, at, found),
    }


def _read_attribute(value: object, at: str, found: Found) -> Attribute | None:
    raw = an_object(value, at, found)
    if raw is None:
        return None
    kind = one_of(raw.get("type"), ATTRIBUTE_TYPES, f"{at}/type", found)
    if not kind:
        return None
    extra = _ATTRIBUTE_KEYS_OF_TYPE[kind]
    known_keys(raw, ("name", "title", "type", "required", *extra), at, found)
    name = a_name(raw, at, found)
    low, high = limits(raw, at, found) if kind == "number" else (None, None)
    return Attribute(
        name=name,
        title=a_text(raw, "title", at, 200, found) or title_from(name),
        type=kind,
        required=a_flag(raw, "required", at, False, found),
        options=_read_options(raw, f"{at}/options", found) if kind == "choice" else (),
        min=low,
        max=high,
        max_length=max_length_of(raw, at, found),
    )


def _read_options(raw: Raw, at: str, found: Found) -> tuple[Option, ...]:
    options = []
    listed = a_list(raw.get("options"), at, (1, MAX_OPTIONS), found)
    for index, one in enumerate(listed):
        place = f"{at}/{index}"
        option = an_object(one, place, found)
        if option is not None:
            known_keys(option, ("key", "name"), place, found)
            key = a_key(option, place, found)
            options.append(Option(key, a_text(option, "name", place, 200, found) or key))
    all_different(listed, at, "key", found)
    return tuple(options)


def question_types() -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Every type of question, the data types it goes with, and the keys of its own.

    Examples
    --------
    >>> [data for name, data, _keys in question_types() if name == "spans"]
    [('text', 'conversation')]
    """
    return [(name, _data_of(name), keys) for name, keys in _KEYS_OF_TYPE.items()]


def _data_of(question_type: str) -> tuple[str, ...]:
    """The data types that a type of question goes with."""
    fitting = _DATA_OF_TYPE.get(question_type, DATA_TYPES)
    return tuple(name for name in DATA_TYPES if name in fitting)
