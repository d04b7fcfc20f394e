"""A keyed permutation of 64-bit numbers, so that ids can leave the house and tell nothing."""

from functools import lru_cache
from hashlib import blake2b

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
LENGTH = 13  # 13 * 5 bits hold 64
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_HALF = 0xFFFFFFFF
_ROUNDS = 4


@lru_cache(maxsize=64)
def _keyed(key: bytes) -> "blake2b":
    """A hash that has taken in the key: copying it is half the work of making it anew."""
    return blake2b(digest_size=4, key=key)


def _round(half: int, number: int, key: bytes, kind: bytes) -> int:
    digest = _keyed(key).copy()
    digest.update(bytes((number,)) + half.to_bytes(4, "big") + kind)
    return int.from_bytes(digest.digest(), "big")


def scramble(number: int, *, kind: str, key: bytes) -> str:
    """Return the opaque form of `number`: 13 letters and digits that depend on kind and key.

    A balanced Feistel network of four rounds: a permutation of the numbers 0 to 2**64 - 1
    (Luby and Rackoff, 1988), so that no two numbers of a kind share a text and neighbours
    look unrelated. `key` is at most 64 bytes.

    >>> unscramble(scramble(17, kind="item", key=b"k"), kind="item", key=b"k")
    17
    """
    if not 0 <= number < 2**64:
        raise ValueError(f"not a 64-bit number: {number}")
    left, right = number >> 32, number & _HALF
    name = kind.encode()
    for step in range(_ROUNDS):
        left, right = right, left ^ _round(right, step, key, name)
    whole = left << 32 | right
    pairs = [_PAIRS[whole >> shift & 1023] for shift in range(50, -1, -10)]
    return ALPHABET[whole >> 60] + "".join(pairs)


def unscramble(text: str, *, kind: str, key: bytes) -> int:
    """Return the number behind `text`. Raises ValueError for what `scramble` cannot write."""
    if len(text) != LENGTH or any(letter not in _VALUES for letter in text):
        raise ValueError("not an id")
    whole = 0
    for letter in text:
        whole = whole << 5 | _VALUES[letter]
    if whole >= 2**64:
        raise ValueError("not an id")
    left, right = whole >> 32, whole & _HALF
    name = kind.encode()
    for step in reversed(range(_ROUNDS)):
        left, right = right ^ _round(left, step, key, name), left
    return left << 32 | right
