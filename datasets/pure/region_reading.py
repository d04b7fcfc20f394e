"""From JSON to a regions document. Every refusal names its place; nothing is guessed or dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from datasets.pure.problems import Problem, gettext_noop, shorten
from datasets.pure.region_kinds import KINDS, REGION_KINDS
from datasets.pure.region_kinds.base import Found
from datasets.pure.region_kinds.mask import check_pixels
from datasets.pure.region_types import (
    FORMAT,
    LABEL_KEY,
    MAX_BYTES,
    QUESTION_NAME,
    REGION_ID,
    Region,
    RegionsDocument,
    RegionsError,
    Scalar,
    whole_if_whole,
)
from datasets.pure.text_rules import check_text

ON = ("asset", "field", "turn", "channel")
_EXTRA_KEYS = ("on", "attributes", "value", "group", "z")
_REGION_KEYS = frozenset(("id", "question", "kind", "label", "at", *_EXTRA_KEYS))
_MAX_NUMBER = 2**53 - 1


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
        types, repeated ids, empty boxes and spans, text that cannot be stored, more than 1 MB,
        masks whose boxes have more than 500 million pixels in all.

    Examples
    --------
    >>> answer = {"id": "r1", "question": "intent", "kind": "item", "label": "spam"}
    >>> parse_regions({"format": 1, "regions": [answer]}).regions[0].label
    'spam'
    """
    found = Found()
    listed = _open_document(value, found)
    seen: set[str] = set()
    regions: dict[int, Region] = {}
    for index, raw in enumerate(listed):
        region = _read_region(raw, index, seen, found)
        if region is not None:
            regions[index] = region
    check_pixels(((index, region.at) for index, region in regions.items()), found)
    _check_ends(regions.values(), seen, found)
    if found:
        raise RegionsError(found)
    return RegionsDocument(tuple(regions.values()))


def _check_ends(regions: Iterable[Region], known: set[str], found: Found) -> None:
    """Relations start and end at regions of the document that are no relations themselves."""
    related = [region for region in regions if region.kind == "relation"]
    ids = known - {region.id for region in related} if related else known
    for region in related:
        for key, end in (("from", region.at.source), ("to", region.at.target)):
            if end not in ids:
                sentence = gettext_noop("There is no region %(id)s that a relation can go to.")
                found.add(f"regions/{region.id}/at/{key}", "unknown-region", sentence, id=end)


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
    found = Found()
    if len(data) > MAX_BYTES:
        found.append(_too_large())
        raise RegionsError(found)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        sentence = gettext_noop("This is not JSON: %(reason)s")
        raise RegionsError([Problem("", "not-json", sentence, {"reason": str(error)})]) from error
    return parse_regions(value)


def _open_document(value: object, found: Found) -> list[Any]:
    """The list of raw regions; empty where there is none to read."""
    if type(value) is not dict:
        found.add("", "wrong-type", gettext_noop("A regions document is a JSON object."))
        return []
    if value.get("format") != FORMAT or type(value["format"]) is not int:
        sentence = gettext_noop("Set format to 1; %(format)s is not known.")
        found.add("format", "unknown-format", sentence, format=shorten(value.get("format")))
    for key in value:
        if key not in ("format", "regions"):
            found.unknown_key(str(key))
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


def _read_region(raw: object, index: int, seen: set[str], found: Found) -> Region | None:
    """The region, or None with at least one problem found."""
    before = len(found)
    if type(raw) is not dict:
        found.add(f"regions/{index}", "wrong-type", gettext_noop("A region is a JSON object."))
        return None
    if not raw.keys() <= _REGION_KEYS:
        for key in sorted(raw.keys() - _REGION_KEYS):
            found.unknown_key(f"regions/{index}/{shorten(key)}")
    get = raw.get
    region_id, question, kind, label = get("id"), get("question"), get("kind"), get("label")
    _check_id(region_id, index, seen, found)
    _check_name(question, f"regions/{index}/question", QUESTION_NAME, found)
    if label is not None or "label" in raw:
        _check_name(label, f"regions/{index}/label", LABEL_KEY, found)
    at = _read_place(raw, kind, f"regions/{index}", found)
    extras = _NO_EXTRAS
    if len(raw) > 4 or label is None:
        extras = _read_extras(raw, f"regions/{index}", found)
    if len(found) > before:
        return None
    return Region(region_id, question, kind, label, at, *extras)  # type: ignore[arg-type]


def _check_id(region_id: object, index: int, seen: set[str], found: Found) -> None:
    if type(region_id) is not str or not REGION_ID.fullmatch(region_id):
        sentence = gettext_noop("A region needs an id of 1 to 40 letters, digits, _ or -.")
        found.add(f"regions/{index}/id", "bad-id", sentence)
    elif region_id in seen:
        sentence = gettext_noop("The id %(id)s is used twice in this document.")
        found.add(f"regions/{index}/id", "duplicate-id", sentence, id=region_id)
    else:
        seen.add(region_id)


def _check_name(name: object, at: str, pattern: re.Pattern[str], found: Found) -> None:
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


def _read_place(raw: dict[str, Any], kind: object, at: str, found: Found) -> Any:
    if kind == "item":
        if "at" in raw:
            found.add(
                f"{at}/at", "unknown-key", gettext_noop("A region of kind item has no place.")
            )
        return None
    known = REGION_KINDS.get(kind) if type(kind) is str else None
    if known is not None:
        return known.read(raw.get("at"), f"{at}/at", found)
    sentence = gettext_noop("%(kind)s is not a kind of region. Use one of: %(kinds)s.")
    found.add(f"{at}/kind", "unknown-kind", sentence, kind=shorten(kind), kinds=", ".join(KINDS))
    return None


class _Extras(NamedTuple):
    value: Scalar | None = None
    attributes: dict[str, Scalar] | None = None
    on: dict[str, str] | None = None
    group: int | None = None
    z: int | None = None


_NO_EXTRAS = _Extras()


def _read_extras(raw: dict[str, Any], at: str, found: Found) -> _Extras:
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
    group = _read_whole(raw, "group", (1, 1_000_000), at, found)
    z = _read_whole(raw, "z", (-1_000_000, 1_000_000), at, found)
    return _Extras(value, attributes, on, group, z or None)


def _read_whole(
    raw: dict[str, Any], key: str, size: tuple[int, int], at: str, found: Found
) -> int | None:
    """The whole number at `key`; None where it is absent, or wrong with a problem found."""
    number = raw.get(key)
    if key not in raw or (type(number) is int and size[0] <= number <= size[1]):
        return number
    sentence = gettext_noop("This must be a whole number from %(low)d to %(high)d.")
    found.add(f"{at}/{key}", "bad-number", sentence, low=size[0], high=size[1])
    return None


def _read_attributes(raw: object, at: str, found: Found) -> dict[str, Scalar] | None:
    if type(raw) is not dict:
        found.add(at, "wrong-type", gettext_noop("Give the attributes as an object."))
        return None
    read: dict[str, Scalar] = {}
    for name, given in raw.items():
        if type(name) is not str or not QUESTION_NAME.fullmatch(name):
            found.unknown_key(f"{at}/{shorten(name)}")
            continue
        value = _read_scalar(given, f"{at}/{name}", found)
        if value is not None:
            read[name] = value
    return read or None


def _read_on(raw: object, at: str, found: Found) -> dict[str, str] | None:
    if type(raw) is not dict or not raw:
        found.add(
            at, "wrong-type", gettext_noop("on is an object with asset, field, turn or channel.")
        )
        return None
    for name, given in raw.items():
        if name not in ON:
            found.unknown_key(f"{at}/{shorten(name)}")
        elif type(given) is not str or not 0 < len(given) <= 200:
            sentence = gettext_noop("This must be text of 1 to 200 characters.")
            found.add(f"{at}/{name}", "wrong-type", sentence)
        else:
            _check_storable(given, f"{at}/{name}", found)
    return dict(raw)


def _read_scalar(given: object, at: str, found: Found) -> Scalar | None:
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


def _check_storable(text: str, at: str, found: Found) -> None:
    trouble = check_text(text)
    if trouble is None:
        return
    sentence = gettext_noop("The text has a NUL character at place %(place)d. Remove it.")
    if trouble.code == "lone-surrogate":
        sentence = gettext_noop("The text has half a character at place %(place)d. Remove it.")
    found.add(at, trouble.code, sentence, place=trouble.place)


def _too_large() -> Problem:
    sentence = gettext_noop("A regions document may have at most 1 MB.")
    return Problem("regions", "too-large", sentence)
