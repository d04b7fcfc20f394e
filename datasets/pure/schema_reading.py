"""From a definition in JSON to a `Schema`, with every mistake named at its place."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from datasets.pure.problems import gettext_noop, shorten
from datasets.pure.region_kinds import KIND_OF_QUESTION
from datasets.pure.schema_drawing import edges_of, joints_of, kinds_of
from datasets.pure.schema_types import (
    ATTRIBUTE_TYPES,
    DATA_TYPES,
    DEFAULT_RATING_MAX,
    DIGITS,
    FORMAT,
    HOTKEYS,
    KIND_OF_TYPE,
    LABELLED_TYPES,
    PALETTE,
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
    spelled,
    step_of,
    title_from,
)

MAX_QUESTIONS = 50
MAX_LABELS = 2000
MAX_ATTRIBUTES = 20
MAX_OPTIONS = 200

_COLOR = re.compile(r"#[0-9a-f]{6}")
_DATA_OF_TYPE = {
    **{question_type: kind.data_types for question_type, kind in KIND_OF_QUESTION.items()},
    SHAPES: ("image",),
    "pairwise": ("conversation",),
    "ranking": ("conversation",),
}
_ASKED_OF_TURNS = ("choice", "choices", "number", "rating", "text")
_QUESTION_KEYS = ("name", "title", "type", "required", "help")
_PLACED_KEYS = ("labels", "attributes", "min_count", "max_count", "transcript")
_KEYS_OF_TYPE = {
    "choice": ("labels",),
    "choices": ("labels",),
    **{name: (*_PLACED_KEYS, *kind.question_keys) for name, kind in KIND_OF_QUESTION.items()},
    SHAPES: (*_PLACED_KEYS, "kinds"),
    "number": ("min", "max", "step", "unit"),
    "rating": ("max",),
    "text": ("max_length",),
    "pairwise": ("ties", "both_bad"),
    "ranking": ("ties",),
}
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
    known_keys(raw, ("format", "data_type", "questions"), "", found)
    data_type = one_of(raw.get("data_type"), DATA_TYPES, "data_type", found)
    listed = a_list(raw.get("questions"), "questions", (1, MAX_QUESTIONS), found)
    questions = []
    for index, one in enumerate(listed):
        question = _read_question(one, data_type, f"questions/{index}", found)
        if question is not None:
            questions.append(question)
    all_different(listed, "questions", "name", found)
    if found:
        raise SchemaError(found)
    return Schema(data_type, tuple(questions))


def _read_question(value: object, data_type: str, at: str, found: Found) -> Question | None:
    raw = an_object(value, at, found)
    if raw is None:
        return None
    kind = one_of(raw.get("type"), tuple(KIND_OF_TYPE), f"{at}/type", found)
    if not kind:
        return None
    if data_type and data_type not in _DATA_OF_TYPE.get(kind, data_type):
        sentence = gettext_noop("Questions of type %(type)s do not go with data of type %(data)s.")
        found.add(f"{at}/type", "wrong-data-type", sentence, type=kind, data=data_type)
    of_turns = data_type == "conversation" and kind in _ASKED_OF_TURNS
    extra = (*_KEYS_OF_TYPE[kind], *(("per", "roles") if of_turns else ()))
    known_keys(raw, (*_QUESTION_KEYS, *extra), at, found)
    name = a_name(raw, at, found)
    low, high = limits(raw, at, found) if kind == "number" else (None, None)
    least, most = counts(raw, at, found) if kind in PLACED_TYPES else (None, None)
    if kind == "rating":
        high = a_whole_number(raw, "max", f"{at}/max", (2, 10), found) or DEFAULT_RATING_MAX
    attributes = a_list(raw.get("attributes", []), f"{at}/attributes", (0, MAX_ATTRIBUTES), found)
    read = [_read_attribute(one, f"{at}/attributes/{i}", found) for i, one in enumerate(attributes)]
    all_different(attributes, f"{at}/attributes", "name", found)
    joints = joints_of(raw, f"{at}/joints", found) if kind == "skeletons" else ()
    return Question(
        name=name,
        title=a_text(raw, "title", at, 200, found) or title_from(name),
        type=kind,
        required=a_flag(raw, "required", at, kind == "choice", found),
        help=a_text(raw, "help", at, 5000, found),
        labels=_read_labels(raw, f"{at}/labels", found) if kind in LABELLED_TYPES else (),
        attributes=tuple(one for one in read if one is not None),
        min=low,
        max=high,
        step=step_of(raw, at, found),
        unit=a_text(raw, "unit", at, 40, found),
        max_length=max_length_of(raw, at, found),
        min_count=least,
        max_count=most,
        kinds=kinds_of(raw, f"{at}/kinds", found) if kind == SHAPES else (),
        transcript=a_flag(raw, "transcript", at, False, found) and kind in TRANSCRIBED_TYPES,
        joints=joints,
        edges=edges_of(raw, joints, f"{at}/edges", found) if joints else (),
        **_read_asking(raw, at, found),
    )


def _read_asking(raw: Raw, at: str, found: Found) -> dict[str, Any]:
    """What a question says about turns and candidates, where it says anything."""
    read: dict[str, Any] = {}
    if "per" in raw:
        read["per"] = one_of(raw["per"], ("turn",), f"{at}/per", found)
    if "roles" in raw:
        listed = a_list(raw["roles"], f"{at}/roles", (1, 20), found)
        read["roles"] = tuple(one for one in listed if type(one) is str)
        if len(read["roles"]) < len(listed) or "per" not in raw:
            sentence = gettext_noop("Roles are texts, and go with “per”: “turn”.")
            found.add(f"{at}/roles", "bad-roles", sentence)
    for name in ("ties", "both_bad"):
        if name in raw:
            read[name] = a_flag(raw, name, at, True, found)
    return read


def _read_labels(raw: Raw, at: str, found: Found) -> tuple[Label, ...]:
    listed = a_list(raw.get("labels"), at, (1, MAX_LABELS), found)
    objects = []
    for index, one in enumerate(listed):
        label = an_object(one, f"{at}/{index}", found)
        if label is not None:
            objects.append((f"{at}/{index}", label))
    colors = _pick_colors([spelled(label, "color", _COLOR) for _, label in objects])
    hotkeys = _pick_hotkeys([label for _, label in objects])
    labels = []
    for (place, label), color, hotkey in zip(objects, colors, hotkeys, strict=True):
        _check_label(label, place, found)
        key = a_key(label, place, found)
        labels.append(
            Label(
                key=key,
                name=a_text(label, "name", place, 200, found) or key,
                color=color,
                hotkey=hotkey,
                description=a_text(label, "description", place, 1000, found),
                retired=a_flag(label, "retired", place, False, found),
            )
        )
    all_different(listed, at, "key", found)
    all_different(listed, at, "hotkey", found)
    if labels and all(label.retired for label in labels):
        found.add(at, "all-retired", gettext_noop("At least one label must not be retired."))
    return tuple(labels)


def _check_label(raw: Raw, at: str, found: Found) -> None:
    known_keys(raw, ("key", "name", "color", "hotkey", "description", "retired"), at, found)
    color, hotkey = raw.get("color", PALETTE[0]), raw.get("hotkey", HOTKEYS[0])
    if type(color) is not str or not _COLOR.fullmatch(color.lower()):
        sentence = gettext_noop("A colour is # and six hexadecimal digits, such as #2f74d0.")
        found.add(f"{at}/color", "bad-color", sentence)
    if type(hotkey) is not str or len(hotkey) != 1 or not hotkey.isprintable() or hotkey == " ":
        sentence = gettext_noop("A key is one character that can be typed, not a space.")
        found.add(f"{at}/hotkey", "bad-hotkey", sentence)


def _pick_colors(given: list[str | None]) -> list[str]:
    """Given colours stay; each other label gets the palette's first colour used least so far."""
    used = Counter(color for color in given if color)
    picked = []
    for color in given:
        if color is None:
            color = min(PALETTE, key=lambda one: (used[one], PALETTE.index(one)))
            used[color] += 1
        picked.append(color)
    return picked


def _pick_hotkeys(labels: list[Raw]) -> list[str | None]:
    """Given keys stay; a label that is a digit has its own, others the next free digit, if any.

    Where the label 0 had the key 1, half of all digits would be typed wrong.
    """
    given = [label.get("hotkey") for label in labels]
    for place, label in enumerate(labels):
        own = label.get("name") or label.get("key")
        is_free = given[place] is None and label.get("retired") is not True
        if is_free and type(own) is str and len(own) == 1 and own in DIGITS and own not in given:
            given[place] = own
    free = iter([key for key in HOTKEYS if key not in given])
    picked: list[str | None] = []
    for label, hotkey in zip(labels, given, strict=True):
        if hotkey is None and label.get("retired") is not True:
            hotkey = next(free, None)
        picked.append(hotkey if type(hotkey) is str else None)
    return picked


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
