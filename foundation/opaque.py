"""Ids for the world outside: opaque strings that say nothing about order, volume or gold."""

from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import sha256

from django.conf import settings

from foundation.errors import NotFound
from foundation.pure.opaque import scramble, unscramble


@cache
def _key() -> bytes:
    return sha256(b"winnow ids\0" + settings.WINNOW_ID_KEY.encode()).digest()


@lru_cache(maxsize=65536)
def encode_id(kind: str, number: int) -> str:
    """Return the public id of row `number`: the kind, an underscore and 13 characters."""
    return f"{kind}_{scramble(number, kind=kind, key=_key())}"


def encode_ids(kind: str, numbers: Iterable[int]) -> list[str]:
    """Return the public ids of many rows that are met once: none of them is remembered."""
    key = _key()
    return [f"{kind}_{scramble(number, kind=kind, key=key)}" for number in numbers]


def decode_id(kind: str, text: str) -> int:
    """Return the row number behind a public id; NotFound for anything that is not one.

    A well-formed text always decodes to some number below 2**63; most belong to no row, and the
    look-up then answers as for every other thing that does not exist.
    """
    prefix, _, rest = text.partition("_")
    if prefix != kind:
        raise NotFound
    try:
        number = unscramble(rest, kind=kind, key=_key())
    except ValueError:
        raise NotFound from None
    if number >= 2**63:
        raise NotFound
    return number
