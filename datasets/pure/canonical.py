"""One way of writing a JSON value as bytes, so that equal values have equal hashes everywhere.

The bytes are those of RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units,
no white space, numbers as ECMAScript writes them. Most documents come out of orjson in that form
already; a look at the bytes tells which do not, and those take the slower way.
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import Any

import orjson
import rfc8785

MAX_COORDINATE = 1e9

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)

# What orjson may write differently from RFC 8785: a whole number with ".0", an exponent, and
# `null`, which is also what it makes of NaN. A hit inside a string only costs time.
_UNSURE = re.compile(rb"\.0(?![0-9])|[0-9]e|null")
# orjson sorts keys by code point, RFC 8785 by UTF-16 unit. The orders differ only between
# characters past U+FFFF and those from U+E000 on, so both kinds must be present.
_ASTRAL = re.compile(rb"[\xf0-\xf4]")
_PRIVATE = re.compile(rb"[\xee\xef]")


class CanonicalError(ValueError):
    """The value has no canonical form: NaN, infinity, a lone surrogate, not JSON, too deep."""


def canonical_bytes(value: object) -> bytes:
    """The RFC 8785 form of a JSON value.

    Parameters
    ----------
    value : dict, list, tuple, str, int, float, bool or None
        Keys must be text. Whole numbers of 2**53 and more must be digits that RFC 8785 would
        write for a double.

    Returns
    -------
    bytes
        UTF-8, without white space; the same for equal values on every machine.

    Raises
    ------
    CanonicalError
        The value holds NaN, an infinity, a lone surrogate, a whole number that is no
        double, a key that is not text, something that is not JSON, or is nested too deeply.

    References
    ----------
    RFC 8785, sections 3.2.2 and 3.2.3.

    Examples
    --------
    >>> canonical_bytes({"b": 1.0, "a": [12.5, None]})
    b'{"a":[12.5,null],"b":1}'
    """
    quick = _quick_bytes(value)
    if quick is not None:
        return quick
    try:
        settled = _settle(value)
        return _quick_bytes(settled, null_is_known=True) or rfc8785.dumps(settled)
    except (ValueError, RecursionError) as error:
        raise CanonicalError(f"no canonical form: {error}") from error


def sha256_hex(data: bytes) -> str:
    """SHA-256 of `data`, as 64 lower-case hexadecimal digits.

    Examples
    --------
    >>> sha256_hex(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(data).hexdigest()


def canonical_hash(value: object) -> str:
    """SHA-256 of `canonical_bytes(value)` as hexadecimal digits.

    Examples
    --------
    >>> canonical_hash({"a": 1}) == canonical_hash({"a": 1.0})
    True
    """
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def round_coordinate(value: float) -> float:
    """`value` in pixels, rounded to 1/1000; whole numbers come back as `int`.

    A half is rounded up: ``floor(value * 1000 + 0.5) / 1000`` in doubles. TypeScript does the very
    same operations, so both sides get the same bits; `round` and `Math.round` do not.

    Raises
    ------
    ValueError
        `value` is NaN, infinite or larger than `MAX_COORDINATE` in size.

    Examples
    --------
    >>> round_coordinate(30.50049), round_coordinate(12.0), round_coordinate(-0.0001)
    (30.5, 12, 0)
    """
    if not -MAX_COORDINATE <= value <= MAX_COORDINATE:
        raise ValueError(f"not a coordinate: {value!r}")
    rounded = math.floor(value * 1000 + 0.5) / 1000
    whole = int(rounded)
    return whole if whole == rounded else rounded


def _quick_bytes(value: object, *, null_is_known: bool = False) -> bytes | None:
    """What orjson writes, or None where that may differ from RFC 8785."""
    try:
        data = orjson.dumps(value, option=_OPTIONS)
    except TypeError:
        return None
    unsure = _UNSURE.search(data)
    if unsure and not (null_is_known and all(m.group() == b"null" for m in _UNSURE.finditer(data))):
        return None
    if _ASTRAL.search(data) and _PRIVATE.search(data):
        return None
    return data


def _settle(value: Any) -> Any:
    """`value` with whole doubles as whole numbers; NaN and the infinities are refused.

    Whole numbers below 2**53 are written alike as `int`; -0.0 becomes 0, as RFC 8785 wants. Doubles
    from there to 1e21 are written without an exponent too, and Python reads those digits as an
    `int`: it goes back to the double whose digits they are, so that bytes read back stay bytes.
    """
    kind = type(value)
    if kind is dict:
        return {key: _settle(part) for key, part in value.items()}
    if kind is list or kind is tuple:
        return [_settle(part) for part in value]
    if kind is float:
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a JSON number")
        if value.is_integer() and abs(value) < 2**53:
            return int(value)
    elif kind is int and 2**53 <= abs(value) < 10**21:
        double = float(value)
        return double if rfc8785.dumps(double) == b"%d" % value else value
    return value
