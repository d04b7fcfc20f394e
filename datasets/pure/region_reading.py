"""From JSON to a regions document. Every refusal names its place; nothing is guessed or dropped."""

from __future__ import annotations

import re
from typing import Any

import orjson

from datasets.pure.canonical import MAX_COORDINATE, round_coordinate
from datasets.pure.problems import MAX_PROBLEMS, Problem, gettext_noop, shorten
from datasets.pure.region_types import (
    FORMAT,
    KINDS,
    MAX_BYTES,
    Box,
    Region,
    RegionsDocument,
    RegionsError,
    Scalar,
    Span,
    whole_if_whole,
)
from datasets.pure.text_rules import check_text

QUESTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
LABEL_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
REGION_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")

_REGION_KEYS = frozenset(("id", "question", "kind", "label", "at", "on", "attributes", "value"))
_MAX_NUMBER = 2**53 - 1


class _Found(list[Problem]):
    """The problems found so far; stops the reading when there are too many."""

    def add(self, at: str, code: str, template: str, **values: object) -> None:
        self.append(Problem(at, code, template, values))
        if len(self) >= MAX_PROBLEMS:
            raise RegionsError(self)


def parse_regions(value: object) -> RegionsDocument:
    """The regions document that decoded JSON holds, coordinates rounded to 1/1000.

    Parameters
    ----------
    value : dict
        ``{"format": 1, "regions": [...]}`` as a JSON reader gives it.

    Raises
    ------
    RegionsError
        With every place that is wrong, at most 100: keys that are missing or unknown, wrong
        types, repeated ids, empty boxes and spans, text that cannot be stored, more than 1 MB.

    Examples
    --------
    >>> answer = {"id": "r1", "question": "intent", "kind": "item", "label": "spam"}
    >>> parse_regions({"format": 1, "regions": [answer]}).regions[0].label
    'spam'
    """
    found = _Found()
    listed = _open_document(value, found)
    seen: set[str] = set()
    regions = []
    for index, raw in enumerate(listed):
        region = _read_region(raw, index, seen, found)
        if region is not None:
            regions.append(region)
    if found:
        raise RegionsError(found)
    return RegionsDocument(tuple(regions))


def parse_regions_text(data: bytes | str) -> RegionsDocument:
    """The regions document in JSON source.

    Raises
    ------
    RegionsError
        The source is over 1 MB, is not JSON, or holds no regions document.

    Examples
    --------
    >>> parse_regions_text('{"format":1,"regions":[]}')
    RegionsDocument(regions=())
    """
    found = _Found()
    if len(data) > MAX_BYTES:
        found.append(_too_large())
        raise RegionsError(found)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        sentence = gettext_noop("This is not JSON: %(reason)s")
        raise RegionsError([Problem("", "not-json", sentence, {"reason": str(error)})]) from error
    return parse_regions(value)


def _open_document(value: object, found: _Found) -> list[Any]:
    """The list of raw regions; empty where there is none to read."""
    if type(value) is not dict:
        found.add("", "wrong-type", gettext_noop("A regions document is a JSON object."))
        return []
    if value.get("format") != FORMAT or type(value["format"]) is not int:
        sentence = gettext_noop("Set format to 1; %(format)s is not known.")
        found.add("format", "unknown-format", sentence, format=shorten(value.get("format")))
    for key in value:
        if key not in ("format", "regions"):
            _unknown_key(str(key), found)
    listed = value.get("regions")
    if type(listed) is not list:
        found.add("regions", "wrong-type", gettext_noop("Give the regions as a list."))
        return []
    try:
        size = len(orjson.dumps(value))
    except TypeError:
        size = 0  # some text or number in it cannot be written: found below, with its place
    if size > MAX_BYTES:
        found.append(_too_large())
        raise RegionsError(found)
    return listed


def _read_region(raw: object, index: int, seen: set[str], found: _Found) -> Region | None:
    """The region, or None with at least one problem found."""
    before = len(found)
    if type(raw) is not dict:
        found.add(f"regions/{index}", "wrong-type", gettext_noop("A region is a JSON object."))
        return None
    if not raw.keys() <= _REGION_KEYS:
        for key in sorted(raw.keys() - _REGION_KEYS):
            _unknown_key(f"regions/{index}/{shorten(key)}", found)
    get = raw.get
    region_id, question, kind, label = get("id"), get("question"), get("kind"), get("label")
    _check_id(region_id, index, seen, found)
    _check_name(question, f"regions/{index}/question", QUESTION_NAME, found)
    if label is not None or "label" in raw:
        _check_name(label, f"regions/{index}/label", LABEL_KEY, found)
    at = _read_place(raw, kind, f"regions/{index}", found)
    value = attributes = on = None
    if len(raw) > 4 or label is None:
        value, attributes, on = _read_extras(raw, f"regions/{index}", found)
    if len(found) > before:
        return None
    return Region(region_id, question, kind, label, at, value, attributes, on)  # type: ignore[arg-type]


def _check_id(region_id: object, index: int, seen: set[str], found: _Found) -> None:
    if type(region_id) is not str or not REGION_ID.fullmatch(region_id):
        sentence = gettext_noop("A region needs an id of 1 to 40 letters, digits, _ or -.")
        found.add(f"regions/{index}/id", "bad-id", sentence)
    elif region_id in seen:
        sentence = gettext_noop("The id %(id)s is used twice in this document.")
        found.add(f"regions/{index}/id", "duplicate-id", sentence, id=region_id)
    else:
        seen.add(region_id)


def _check_name(name: object, at: str, pattern: re.Pattern[str], found: _Found) -> None:
    if type(name) is str and pattern.fullmatch(name):
        return
    key = at.rpartition("/")[2]
    if type(name) is not str:
        found.add(at, "wrong-type", gettext_noop("%(key)s must be text."), key=key)
        return
    sentence = gettext_noop("%(name)s cannot be a %(key)s: at most 64 letters, digits and _.")
    if pattern is LABEL_KEY:
        sentence = gettext_noop("%(name)s cannot be a label key: at most 64 letters, digits, _ . -")
    found.add(at, "bad-name", sentence, name=shorten(name), key=key)


def _read_place(raw: dict[str, Any], kind: object, at: str, found: _Found) -> Box | Span | None:
    if kind == "item":
        if "at" in raw:
            found.add(
                f"{at}/at", "unknown-key", gettext_noop("A region of kind item has no place.")
            )
        return None
    if kind == "box":
        return _read_box(raw.get("at"), f"{at}/at", found)
    if kind == "span":
        return _read_span(raw.get("at"), f"{at}/at", found)
    sentence = gettext_noop("%(kind)s is not a kind of region. Use item, box or span.")
    found.add(f"{at}/kind", "unknown-kind", sentence, kind=shorten(kind), kinds=KINDS)
    return None


def _read_numbers(place: object, names: tuple[str, ...], at: str, found: _Found) -> list[Any]:
    """The named members of a place, or an empty list with a problem found."""
    if type(place) is not dict:
        sentence = gettext_noop("Give the place as an object with %(names)s.")
        found.add(at, "wrong-type", sentence, names=", ".join(names))
        return []
    before = len(found)
    numbers = []
    for name in names:
        number = place.get(name)
        if name not in place:
            found.add(f"{at}/{name}", "missing-key", gettext_noop("%(key)s is missing."), key=name)
        elif type(number) is not int and type(number) is not float:
            found.add(f"{at}/{name}", "wrong-type", gettext_noop("This must be a number."))
        elif not -MAX_COORDINATE <= number <= MAX_COORDINATE:
            sentence = gettext_noop("%(number)s is not a usable coordinate.")
            found.add(f"{at}/{name}", "bad-number", sentence, number=shorten(repr(number)))
        numbers.append(number)
    for key in sorted(place.keys() - frozenset(names)):
        _unknown_key(f"{at}/{shorten(key)}", found)
    return numbers if len(found) == before else []


def _read_box(place: object, at: str, found: _Found) -> Box | None:
    numbers = _read_numbers(place, ("x", "y", "w", "h"), at, found)
    if not numbers:
        return None
    box = Box(*map(round_coordinate, numbers))
    for name, size in (("w", box.w), ("h", box.h)):
        if size <= 0:
            sentence = gettext_noop("A box must be wider and higher than 0 pixels.")
            found.add(f"{at}/{name}", "empty-region", sentence)
    return box


def _read_span(place: object, at: str, found: _Found) -> Span | None:
    numbers = _read_numbers(place, ("start", "end"), at, found)
    if not numbers:
        return None
    for name, number in zip(("start", "end"), numbers, strict=True):
        if int(number) != number:
            sentence = gettext_noop("A span counts whole code points.")
            found.add(f"{at}/{name}", "bad-number", sentence)
            return None
    span = Span(int(numbers[0]), int(numbers[1]))
    if span.start < 0:
        sentence = gettext_noop("A span starts at 0 or later.")
        found.add(f"{at}/start", "bad-number", sentence)
    if span.end <= span.start:
        sentence = gettext_noop("A span must end after its start.")
        found.add(f"{at}/end", "empty-region", sentence)
    return span


def _read_extras(
    raw: dict[str, Any], at: str, found: _Found
) -> tuple[Scalar | None, dict[str, Scalar] | None, dict[str, str] | None]:
    value = attributes = on = None
    if "value" in raw:
        value = _read_scalar(raw["value"], f"{at}/value", found)
        if type(value) is bool:
            sentence = gettext_noop("A value is a number or text.")
            found.add(f"{at}/value", "wrong-type", sentence)
    if "attributes" in raw:
        attributes = _read_attributes(raw["attributes"], f"{at}/attributes", found)
    if "on" in raw:
        on = _read_on(raw["on"], f"{at}/on", found)
    return value, attributes, on


def _read_attributes(raw: object, at: str, found: _Found) -> dict[str, Scalar] | None:
    if type(raw) is not dict:
        found.add(at, "wrong-type", gettext_noop("Give the attributes as an object."))
        return None
    read: dict[str, Scalar] = {}
    for name, given in raw.items():
        if type(name) is not str or not QUESTION_NAME.fullmatch(name):
            _unknown_key(f"{at}/{shorten(name)}", found)
            continue
        value = _read_scalar(given, f"{at}/{name}", found)
        if value is not None:
            read[name] = value
    return read or None


def _read_on(raw: object, at: str, found: _Found) -> dict[str, str] | None:
    if type(raw) is not dict or not raw:
        found.add(at, "wrong-type", gettext_noop("on is an object with asset, field or both."))
        return None
    for name, given in raw.items():
        if name not in ("asset", "field"):
            _unknown_key(f"{at}/{shorten(name)}", found)
        elif type(given) is not str or not 0 < len(given) <= 200:
            sentence = gettext_noop("This must be text of 1 to 200 characters.")
            found.add(f"{at}/{name}", "wrong-type", sentence)
        else:
            _check_storable(given, f"{at}/{name}", found)
    return dict(raw)


def _read_scalar(given: object, at: str, found: _Found) -> Scalar | None:
    """Text, a number or a boolean; None with a problem found for anything else."""
    if type(given) is str:
        _check_storable(given, at, found)
        return given
    if type(given) is bool:
        return given
    if type(given) is int or type(given) is float:
        if not -_MAX_NUMBER <= given <= _MAX_NUMBER:  # NaN is not, either
            sentence = gettext_noop("%(number)s is not a usable number.")
            found.add(at, "bad-number", sentence, number=shorten(repr(given)))
            return None
        return whole_if_whole(given) if type(given) is float else given
    found.add(at, "wrong-type", gettext_noop("This must be text, a number, true or false."))
    return None


def _check_storable(text: str, at: str, found: _Found) -> None:
    trouble = check_text(text)
    if trouble is None:
        return
    sentence = gettext_noop("The text has a NUL character at place %(place)d. Remove it.")
    if trouble.code == "lone-surrogate":
        sentence = gettext_noop("The text has half a character at place %(place)d. Remove it.")
    found.add(at, trouble.code, sentence, place=trouble.place)


def _unknown_key(at: str, found: _Found) -> None:
    key = at.rpartition("/")[2]
    found.add(at, "unknown-key", gettext_noop("%(key)s is not known here."), key=key)


def _too_large() -> Problem:
    sentence = gettext_noop("A regions document may have at most 1 MB.")
    return Problem("regions", "too-large", sentence)
