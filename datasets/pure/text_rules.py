"""What text may hold, and where its graphemes end. Places are Unicode code points, from 0."""

from __future__ import annotations

import re
from typing import NamedTuple

import regex

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
# The zero-width joiner, combining marks, jamo and the like only ever stand outside ASCII; within
# ASCII the one grapheme of two code points is CR LF.
_GRAPHEME = regex.compile(r"\X")


class TextProblem(NamedTuple):
    """A code point that may not be stored, and its place.

    Attributes
    ----------
    code : str
        ``nul`` or ``lone-surrogate``.
    place : int
        Code points before it.
    """

    code: str
    place: int


def check_text(value: str) -> TextProblem | None:
    """The first code point of `value` that no database of ours can keep, or None.

    PostgreSQL refuses NUL in text, and a lone surrogate has no UTF-8 form.

    Examples
    --------
    >>> check_text("plain") is None
    True
    >>> check_text("ab" + chr(0))
    TextProblem(code='nul', place=2)
    """
    found = _FORBIDDEN.search(value)
    if found is None:
        return None
    return TextProblem("nul" if found.group() == "\x00" else "lone-surrogate", found.start())


def span_cuts_grapheme(text: str, start: int, end: int) -> bool:
    """Whether `start` or `end` falls inside what a reader sees as one character.

    Parameters
    ----------
    text : str
        The text the span stands in.
    start, end : int
        Code points, ``0 <= start <= end <= len(text)``.

    Raises
    ------
    ValueError
        The span lies outside the text.

    Examples
    --------
    >>> accented = "cafe" + chr(0x301)
    >>> span_cuts_grapheme(accented, 0, 4), span_cuts_grapheme(accented, 0, 5)
    (True, False)
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"span {start}..{end} lies outside a text of {len(text)} code points")
    return not (is_grapheme_edge(text, start) and is_grapheme_edge(text, end))


def is_grapheme_edge(text: str, place: int) -> bool:
    """Whether a grapheme starts or ends at `place`; the ends of the text count.

    Examples
    --------
    >>> is_grapheme_edge("a\\r\\nb", 2)
    False
    """
    if place <= 0 or place >= len(text):
        return True
    if text[place - 1].isascii() and text[place].isascii():
        return not (text[place - 1] == "\r" and text[place] == "\n")
    start = _safe_start(text, place)
    for match in _GRAPHEME.finditer(text, start):
        if match.end() >= place:
            return match.end() == place
    return True


def snap_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The smallest span of whole graphemes that holds ``start..end``.

    Examples
    --------
    >>> snap_span("cafe" + chr(0x301), 3, 4)
    (3, 5)
    """
    while not is_grapheme_edge(text, start):
        start -= 1
    while not is_grapheme_edge(text, end):
        end += 1
    return start, end


def utf16_offset(text: str, place: int) -> int:
    """The place of a code point counted in UTF-16 units, as JavaScript counts.

    Examples
    --------
    >>> utf16_offset(chr(0x1F600) + "a", 1)
    2
    """
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def _safe_start(text: str, place: int) -> int:
    """A place at or before `place` where a grapheme surely starts: after ASCII, or the beginning.

    Two ASCII characters never join except CR LF, so a grapheme starts at the later one.
    """
    at = place - 1
    while at > 0:
        if text[at].isascii() and text[at - 1].isascii() and text[at] != "\n":
            return at
        at -= 1
    return 0
