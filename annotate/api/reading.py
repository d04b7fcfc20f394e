"""Reading the small bodies that annotators' browsers send all day.

These few lines instead of a serializer: a claim and a submit are what people wait for, and a
serializer costs more than the claim itself. The shapes for the schema stand in `shapes.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request

from foundation.errors import Invalid, Place

Reader = Callable[[Any, str], Any]
_MISSING = object()


def read_body(request: Request, **fields: "Reader | tuple[Reader, Any]") -> dict[str, Any]:
    """Return the fields of a JSON object; a field with a default may be left out.

    Raises Invalid with every place that is wrong: a key that is not known, one that is missing,
    a value that does not fit.
    """
    body = request.data
    if not isinstance(body, Mapping):
        raise _wrong("", "not-an-object", _("Send a JSON object."))
    problems = [
        Place(str(key), "unknown-key", _("This key is not known here."))
        for key in body
        if key not in fields
    ]
    values = {}
    for name, spec in fields.items():
        reader, default = spec if isinstance(spec, tuple) else (spec, _MISSING)
        given = body.get(name, _MISSING)
        try:
            values[name] = reader(given, name) if given is not _MISSING else _default(default, name)
        except Invalid as error:
            problems += error.places
    if problems:
        raise Invalid(problems[0].detail, problems)
    return values


def _default(default: Any, name: str) -> Any:
    if default is _MISSING:
        raise _wrong(name, "required", _("This key is required."))
    return default


def whole(least: int, most: int) -> Reader:
    """Return a reader of whole numbers in a range."""

    def read(value: Any, at: str) -> int:
        if type(value) is not int or not least <= value <= most:
            detail = _("A whole number from %(least)d to %(most)d.")
            raise _wrong(at, "out-of-range", detail % {"least": least, "most": most})
        return value

    return read


def number(value: Any, at: str) -> float | None:
    """Read a number, or null."""
    if value is None:
        return None
    if type(value) not in (int, float):
        raise _wrong(at, "not-a-number", _("A number."))
    return float(value)


def flag(value: Any, at: str) -> bool:
    """Read true or false."""
    if type(value) is not bool:
        raise _wrong(at, "not-a-flag", _("True or false."))
    return value


def maybe(reader: Reader) -> Reader:
    """Return a reader that takes null for "not said"."""

    def read(value: Any, at: str) -> Any:
        return None if value is None else reader(value, at)

    return read


def text(most: int) -> Reader:
    """Return a reader of text up to a length."""

    def read(value: Any, at: str) -> str:
        if not isinstance(value, str) or len(value) > most or "\x00" in value:
            detail = _("Text of at most %(most)d characters.") % {"most": most}
            raise _wrong(at, "not-text", detail)
        return value

    return read


def one_of(*known: str) -> Reader:
    """Return a reader of one of a few words."""

    def read(value: Any, at: str) -> str:
        if value not in known:
            detail = _("One of: %(known)s.") % {"known": ", ".join(known)}
            raise _wrong(at, "unknown-value", detail)
        return str(value)

    return read


def anything(value: Any, at: str) -> Any:
    """Leave the value to the service, which knows its rules."""
    return value


def submission_key(request: Request) -> UUID:
    """Return the Idempotency-Key, which names a submission for ever. Raises Invalid."""
    key = request.headers.get("Idempotency-Key", "")
    try:
        return UUID(key)
    except ValueError:
        detail = _("Send a UUID of your own making: the same one when you send this again.")
        raise _wrong("Idempotency-Key", "not-a-uuid", detail) from None


FENCE = whole(1, 2**31 - 1)


def _wrong(at: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, [Place(at, code, detail)])
